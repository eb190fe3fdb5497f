# SPDX-License-Identifier: GPL-2.0
"""All that a hypervisor is told about its VMs: by vrouter-ctl, and by the tools that the kernel's
own parts have. Ten VMs are of a network, as are forty on other hypervisors; a network has a
security group with ten rules about what comes in, one of them about a set, and a VM its addresses
and a limit of what it sends."""

import dataclasses

from . import lab
from .devices import policy
from .devices.vrouter import file_of

LOCAL, FAR, HYPERVISORS, MEMBERS, RULES = 10, 40, 20, 20, 9


@dataclasses.dataclass(frozen=True)
class Guest:
    """A VM, here or on another hypervisor."""
    network: int
    number: int

    @property
    def mac(self):
        """No two VMs of a hypervisor have the same."""
        return f"02:00:{self.network >> 8:02x}:{self.network & 255:02x}:00:{self.number:02x}"

    @property
    def address(self):
        """Other networks have the same addresses."""
        return f"10.0.0.{self.number}"

    @property
    def device(self):
        """The hypervisor's end of one that is here."""
        return f"w{self.network * LOCAL + self.number - 1}"

    @property
    def hypervisor(self):
        """Number of the other hypervisor that one is on."""
        return (self.network + self.number) % HYPERVISORS


def networks(vms):
    """(number, VMs here, VMs elsewhere) of each."""
    for n in range(vms // LOCAL):
        yield (n, [Guest(n, 1 + i) for i in range(LOCAL)],
               [Guest(n, 1 + LOCAL + i) for i in range(FAR)])


def remote(number):
    """The address of another hypervisor."""
    return f"192.0.2.{100 + number}"


def members(network):
    """The elements of a network's set."""
    return policy.prefixes(100 * MEMBERS)[network % 100 * MEMBERS:][:MEMBERS]


def ports():
    """What the rules that name no set are about."""
    return range(1000, 1000 + RULES)


def add_devices(vms):
    """The VMs' ends, which are there before anybody is told of them."""
    lab.ip("hv", "\n".join(f"link add w{i} type dummy" for i in range(vms)))


def of_vrouter(vms, _row):
    """A batch."""
    add_devices(vms)
    lines = ["tunnel add t0 type vxlan local 192.0.2.1"]
    lines += [f"nexthop add id {100 + i} type tunnel tunnel t0 remote {remote(i)}"
              for i in range(HYPERVISORS)]
    for n, here, far in networks(vms):
        lines += network_of_vrouter(n)
        for vm in here:
            lines += [f"policer add {vm.device} rate 1gbit burst 1m",
                      f"vif add {vm.device} dev {vm.device} network n{n} mac {vm.mac} "
                      f"address {vm.address} sg n{n} policer {vm.device}"]
        for vm in far:
            lines += [f"fdb add {vm.mac} network n{n} nexthop {100 + vm.hypervisor}",
                      f"neighbour add {vm.address} mac {vm.mac} network n{n}"]
    return ["vrouter-ctl", "-b", file_of(lines)]


def network_of_vrouter(network):
    """It, its set and its group."""
    rules = ["egress allow", f"ingress udp from set:n{network} allow"]
    rules += [f"ingress tcp dport {port} allow" for port in ports()]
    return [f"network add n{network} vni {1000 + network}",
            f"set add n{network}",
            f"set insert n{network} file {file_of(members(network))}",
            f"sg add n{network}",
            f"sg replace n{network} {file_of(rules)}"]


def of_tools(vms, _row):
    """Four batches, one for each tool."""
    add_devices(vms)
    files = [file_of(make(vms)) for make in (links, entries, rules_of_nft, police)]
    return ["sh", "-ec", 'ip -batch "$0"; bridge -batch "$1"; nft -f "$2"; tc -batch "$3"', *files]


def links(vms):
    """ip(8): bridges, tunnel devices and the neighbours that these answer for."""
    for n, here, far in networks(vms):
        yield f"link add b{n} type bridge mcast_snooping 0"
        yield f"link set b{n} up"
        yield f"link add x{n} type vxlan id {1000 + n} local 192.0.2.1 dstport 4789 nolearning"
        yield f"link set x{n} master b{n} up"
        for vm in here:
            yield f"link set {vm.device} master b{n} up"
        for vm in far:
            yield f"neigh add {vm.address} lladdr {vm.mac} dev b{n} nud permanent"


def entries(vms):
    """bridge(8): where MACs are, in the bridge and behind the tunnel."""
    for n, here, far in networks(vms):
        yield f"link set dev x{n} neigh_suppress on learning off"
        for vm in here:
            yield f"fdb add {vm.mac} dev {vm.device} master static"
        for vm in far:
            yield f"fdb add {vm.mac} dev x{n} master static"
            yield f"fdb add {vm.mac} dev x{n} dst {remote(vm.hypervisor)}"


def rules_of_nft(vms):
    """nft(8): who may send as whom, and a chain for each network, found by a map."""
    table = list(networks(vms))
    locals_ = [(n, vm) for n, here, _ in table for vm in here]
    allowed = ", ".join(f"{vm.device} . {vm.mac} . {vm.address}" for _, vm in locals_)
    zones = ", ".join(f"{vm.device} : {1 + n}" for n, vm in locals_)
    tenants = ", ".join(f"{vm.device} : jump n{n}" for n, vm in locals_)
    yield "table bridge sg {"
    yield f"set senders {{ type ifname . ether_addr . ipv4_addr; elements = {{ {allowed} }} }}"
    for n, _, _ in table:
        yield from chain_of_nft(n)
    yield "chain spoof { type filter hook prerouting priority -300;"
    yield f"ct zone set iifname map {{ {zones} }}"
    yield "iifname \"w*\" ether type ip iifname . ether saddr . ip saddr != @senders drop"
    yield "}"
    yield "chain tenant { type filter hook forward priority 0; policy drop;"
    yield "ct state established,related accept"
    yield "iifname \"w*\" accept"
    yield f"oifname vmap {{ {tenants} }}"
    yield "}"
    yield "}"


def chain_of_nft(network):
    """The rules of a network."""
    yield f"set n{network} {{ type ipv4_addr; flags interval;"
    yield f"elements = {{ {', '.join(members(network))} }}"
    yield "}"
    yield f"chain n{network} {{"
    yield f"ip protocol udp ip saddr @n{network} accept"
    for port in ports():
        yield f"tcp dport {port} accept"
    yield "}"


def police(vms):
    """tc(8): what a VM may send."""
    for _, here, _ in networks(vms):
        for vm in here:
            yield f"qdisc add dev {vm.device} clsact"
            yield (f"filter add dev {vm.device} ingress matchall "
                   "action police rate 1gbit burst 1m conform-exceed drop/pipe")
