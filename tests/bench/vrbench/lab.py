# SPDX-License-Identifier: GPL-2.0
"""The chain that packets go through, in network namespaces:

         vm               hv                    wire
    ┌──────────┐    ┌─────────────┐        ┌──────────┐
    │ eth0 ────┼────┼─ v1 ? u1 ───┼────────┼─ u2      │
    │ eth1 ────┼────┼─ v3 ─┤      │        └──────────┘
    └──────────┘    │      │      │
    ┌──────────┐    │      │      │
    │ eth0 ────┼────┼─ v2 ─┘      │
    └──────────┘    └─────────────┘
        evil

"?" is the device under test. Source and sink are eth0 of vm and u2, in this direction or the other.
eth1 is another VM of the same tenant, which only rows with two VMs have. evil is another tenant's
VM, which only rows with an attack hear of. Rows about transfers have another hypervisor at the
other end of the wire:

         vm               hv                    far               peer
    ┌──────────┐    ┌─────────────┐        ┌─────────────┐    ┌──────────┐
    │ eth0 ────┼────┼─ v1 ? u1 ───┼────────┼─ u1 ? v1 ───┼────┼─── eth0  │
    └──────────┘    └─────────────┘        └─────────────┘    └──────────┘
"""

import ctypes
import dataclasses
import os
import subprocess

CLONE_NEWNET = 0x40000000
NAMESPACES = ("vm", "evil", "hv", "wire")
PAIR = ("vm", "hv", "far", "peer")
VNI, LABEL = 100, 500
VM = {4: "10.0.0.1", 6: "fd00::1"}
REMOTE = {4: "10.0.0.2", 6: "fd00::2"}
STRANGER = {4: "10.0.0.3", 6: "fd00::3"}     # is at the remote's, for flows that are new
VM_MAC, REMOTE_MAC = "02:00:00:00:01:01", "02:00:00:00:02:01"
EVIL, EVIL_MAC = "10.0.0.66", "02:00:00:00:01:66"
GATEWAY_MAC = "00:00:5e:00:01:00"
UNDERLAY = ("192.0.2.1", "192.0.2.2")
UNDERLAY_MACS = ("02:00:00:00:ff:01", "02:00:00:00:ff:02")
WIRE = ("wire", "u2")

# The hypervisor that this process sets up. To the one at the other end of the wire, which only
# transfers have, here is there: see far.py.
HV = os.environ.get("VRBENCH_HV", "hv")
if HV == "far":
    UNDERLAY, UNDERLAY_MACS = UNDERLAY[::-1], UNDERLAY_MACS[::-1]
    VM, REMOTE = REMOTE, VM
    VM_MAC, REMOTE_MAC = REMOTE_MAC, VM_MAC

libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """A row that could not be measured; the text says why."""


@dataclasses.dataclass(frozen=True)
class Vm:
    """A VM: its name, its device, the hypervisor's end of that, and its addresses."""
    name: str
    device: str
    port: str
    mac: str
    addresses: dict

    @property
    def end(self):
        """The namespace and the device."""
        return "vm", self.device


VMS = (Vm("vm", "eth0", "v1", VM_MAC, VM),
       Vm("vm2", "eth1", "v3", "02:00:00:00:01:05", {4: "10.0.0.5", 6: "fd00::5"}))


def source(direction, vm=VMS[0]):
    """Where packets come from: namespace and device."""
    return vm.end if direction == "encap" else WIRE


def sink(direction, vm=VMS[0]):
    """Where they come out."""
    return WIRE if direction == "encap" else vm.end


class Inside:
    """Runs its block in a network namespace."""

    def __init__(self, name):
        self.name = name
        self.home = None

    def __enter__(self):
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        enter(f"/run/netns/{self.name}")

    def __exit__(self, *_):
        enter(f"/proc/self/fd/{self.home}")
        os.close(self.home)


def enter(path):
    """Goes to a network namespace."""
    with open(path, "rb") as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), path)


def run(*words, text=None, **options):
    """Runs a command and returns what it prints."""
    done = subprocess.run(words, input=text, text=True, capture_output=True, check=False,
                          **options)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip())[:200]
        raise Failure(f"{' '.join(words)}: {said}")
    return done.stdout


def ip(namespace, text):
    """Commands of ip(8), a line each."""
    return run("ip", "-n", namespace, "-batch", "-", text=text)


def tc(namespace, text):
    """Commands of tc(8), a line each."""
    return run("tc", "-n", namespace, "-batch", "-", text=text)


def hv(*words, text=None, **options):
    """Runs a command in the hypervisor."""
    with Inside(HV):
        return run(*words, text=text, **options)


def sysctl(namespace, **values):
    """Settings, with two underscores for a dot in their names."""
    with Inside(namespace):
        for key, value in values.items():
            with open(f"/proc/sys/{key.replace('__', '/')}", "w", encoding="ascii") as file:
                file.write(str(value))


def silence(namespace):
    """Nobody says a word by himself, or packets could not be counted."""
    sysctl(namespace, net__ipv6__conf__all__disable_ipv6=1,
           net__ipv6__conf__default__disable_ipv6=1)


def add_drain(namespace, device):
    """Packets come out here, and are gone."""
    ip(namespace, f"link set {device} up")
    tc(namespace, f"""
        qdisc add dev {device} clsact
        filter add dev {device} ingress matchall action drop
        """)


def add_vm(vm):
    """Connects a VM."""
    run("ip", "link", "add", vm.device, "netns", "vm", "address", vm.mac, "type", "veth", "peer",
        "name", vm.port, "netns", "hv")
    ip("hv", f"link set {vm.port} up")
    add_drain(*vm.end)


def build(vms=1):
    """Makes the chain with so many VMs, without a device under test."""
    for name in NAMESPACES:
        run("ip", "netns", "add", name)
        silence(name)
    macs = UNDERLAY_MACS
    run("ip", "-batch", "-", text=f"""
        link add eth0 netns evil address {EVIL_MAC} type veth peer name v2 netns hv
        link add u1 netns hv mtu 9000 type veth peer name u2 netns wire mtu 9000
        """)
    ip("wire", f"link set u2 address {macs[1]}")
    ip("evil", "link set eth0 up")
    for vm in VMS[:vms]:
        add_vm(vm)
    connect("hv", UNDERLAY, macs)
    ip("hv", "link set v2 up")
    add_drain(*WIRE)


def connect(name, underlay, macs):
    """A hypervisor's devices: of the VM, and of the underlay with the only remote."""
    ip(name, f"""
        link set lo up
        link set v1 up
        link set u1 address {macs[0]} up
        addr add {underlay[0]}/24 dev u1
        neigh replace {underlay[1]} lladdr {macs[1]} dev u1
        """)


def build_pair():
    """Makes two hypervisors with a VM each, without devices under test."""
    for name in PAIR:
        run("ip", "netns", "add", name)
        silence(name)
    run("ip", "-batch", "-", text=f"""
        link add eth0 netns vm address {VM_MAC} type veth peer name v1 netns hv
        link add eth0 netns peer address {REMOTE_MAC} type veth peer name v1 netns far
        link add u1 netns hv mtu 9000 type veth peer name u1 netns far mtu 9000
        """)
    connect("hv", UNDERLAY, UNDERLAY_MACS)
    connect("far", UNDERLAY[::-1], UNDERLAY_MACS[::-1])
    add_host("vm", VM[4], REMOTE[4], REMOTE_MAC)
    add_host("peer", REMOTE[4], VM[4], VM_MAC)


def add_host(name, address, other, mac):
    """A VM that talks to another one."""
    ip(name, f"""
        link set eth0 up
        addr add {address}/24 dev eth0
        neigh replace {other} lladdr {mac} dev eth0
        """)


def clear():
    """Removes it again, with all that is in it."""
    for name in {*NAMESPACES, *PAIR}:
        subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)
