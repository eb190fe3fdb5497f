# SPDX-License-Identifier: GPL-2.0
"""vrouter; policy by a security group with a set, the vif's addresses, and a policer."""

import itertools
import json
import tempfile

from ..lab import EVIL, EVIL_MAC, HV, LABEL, REMOTE_MAC, UNDERLAY, VMS, VNI, hv, ip
from .policy import members, others, prefixes, protocol
from .prefixes import routes

REQUEST = 65536     # entries that one request may have
GATEWAY = {4: "10.0.0.254/24", 6: "fd00::fe/64"}


def commands(text):
    """Commands of vrouter-ctl(8), a line each."""
    hv("vrouter-ctl", "-b", "-", text="\n".join(x.strip() for x in text.strip().splitlines()))


def file_of(lines):
    """A file with these lines, for a command that reads one."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("\n".join(lines) + "\n")
    return file.name


def route_batch(number, family):
    """A file of commands that add so many routes, in requests as large as they may be."""
    lines = [f"{prefix} nexthop 7" for prefix in routes(number, family)]
    parts = [lines[i:i + REQUEST] for i in range(0, number, REQUEST)]
    return file_of(f"route add network blue file {file_of(part)}" for part in parts)


def set_up(row):
    """A network with a VM, and a next hop to the only remote."""
    policy = "deny" if row.policy == "on" else "allow"
    where = f"label {LABEL}" if row.type == "mplsoudp" else f"vni {VNI}"
    gateway = f"gateway {GATEWAY[row.inner]}" if row.routes else ""
    commands(f"""
        tunnel add t0 type {row.type} local {UNDERLAY[0]}
        network add blue vni {VNI} policy {policy} ra off flow-cache {row.cache} {gateway}
        nexthop add id 7 type tunnel tunnel t0 remote {UNDERLAY[1]} {where} {routed_mac(row)}
        fdb add {REMOTE_MAC} network blue nexthop 7
        """)
    if row.type == "mplsoudp":
        commands(f"label add {LABEL} network blue")
    if row.policy == "on":
        add_policy(row)
    for vm in VMS[:row.vms]:
        add_vif(row, vm)
    if row.routes:
        hv("vrouter-ctl", "-b", route_batch(row.routes, row.inner))
    if row.attack:
        add_attacker()
    add_others(row)


def add_others(row):
    """What else is there and no packet's business."""
    if row.networks:
        add_networks(row.networks)
    if row.vifs:
        add_vifs(row.vifs)
    if row.sets:
        add_sets(row.sets)


def add_vifs(number):
    """Other vifs of the network, on devices that cost the least."""
    ip(HV, "\n".join(f"link add w{i} type dummy" for i in range(number)))
    commands("\n".join(
        f"vif add w{i} dev w{i} network blue mac 02:00:00:01:{i >> 8:02x}:{i & 255:02x} "
        f"address 10.128.{i >> 8}.{i & 255} sg web" for i in range(number)))


def add_sets(number):
    """Other sets, whose elements are the same, and a group with a rule about each of a hundred."""
    name = file_of(prefixes(4))
    lines = []
    for i in range(number):
        lines += [f"set add s{i}", f"set insert s{i} file {name}"]
        if i % 100 == 0:
            lines.append(f"sg add g{i // 100}")
        lines.append(f"sg rule add g{i // 100} egress to set:s{i} allow")
    commands("\n".join(lines))


def add_attacker():
    """Another VM, which may begin any connection and send as much as it likes."""
    commands(f"""
        sg add any
        sg rule add any egress allow
        vif add evil dev v2 network blue mac {EVIL_MAC} address {EVIL} sg any
        """)


def add_networks(number):
    """Other networks, which all have the same routes."""
    name = file_of(f"{prefix} nexthop 7" for prefix in routes(250, 4))
    lines = []
    for i in range(number):
        lines += [f"network add n{i} vni {1000 + i}", f"route add network n{i} file {name}"]
    commands("\n".join(lines))


def routed_mac(row):
    """Routed packets go to a router, whose MAC the next hop knows, if they have one at all."""
    return f"mac {REMOTE_MAC}" if row.routes and row.type != "mplsoudp" else ""


def add_vif(row, vm):
    """A VM that may send what it likes, which has an address where it is routed to; or with
    policy what is its own, as often as a policer of its own lets it."""
    vif = f"vif add {vm.name} dev {vm.port} network blue"
    own = f"mac {vm.mac} address {vm.addresses[row.inner]}"
    if row.policy == "on":
        commands(f"""
            policer add {vm.name} rate 100gbit burst 100m
            {vif} {own} sg web policer {vm.name}
            """)
    elif row.routes:
        commands(f"{vif} {own}")
    else:
        number = 8 + VMS.index(vm)
        commands(f"""
            {vif}
            nexthop add id {number} type vif vif {vm.name}
            fdb add {vm.mac} network blue nexthop {number}
            """)


def add_policy(row):
    """What VMs may say."""
    name = file_of(members(row))
    rules = [f"egress udp dport {port} to {prefix} allow" for port, prefix in others(row)]
    rules += [f"egress {protocol(row)} dport 9 to set:clients allow",
              f"ingress {protocol(row)} dport 9 from set:clients allow"]
    commands(f"""
        set add clients
        set insert clients file {name}
        sg add web
        sg replace web {file_of(rules)}
        """)


CHANGES = itertools.cycle((
    "route add 198.51.{i}.0/24 network red nexthop 7",
    "neighbour add 10.0.1.{i} network red mac 02:00:00:00:01:{i:02x}",
    "set insert others 198.51.{i}.0/24",
    "fdb add 02:00:00:00:01:{i:02x} network red nexthop 7",
    "nexthop add id {n} type blackhole"))
SERIAL = itertools.count()


def change(number):
    """So many changes that concern no packet, each of something new in another network."""
    numbers = itertools.islice(SERIAL, number)
    lines = [next(CHANGES).format(i=n // 5 % 250, n=1000 + n) for n in numbers]
    commands("\n".join(["network add red vni 9", "set add others", *lines]))


def counts():
    """What happened to the flows of all packets so far: hits, misses and so on."""
    return json.loads(hv("vrouter-ctl", "-j", "flow", "count"))


def tear_down():
    """Goes with the namespace."""
