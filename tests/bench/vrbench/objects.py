# SPDX-License-Identifier: GPL-2.0
"""Many objects of a kind: entries of the fdb, neighbours, networks, vifs, rules."""

import ipaddress

from . import lab
from .devices.policy import prefixes
from .devices.vrouter import commands, file_of

GROUP = 1000        # rules of a security group, or of a chain


def macs(number):
    """MAC addresses."""
    return [f"02:00:01:{i >> 16:02x}:{i >> 8 & 255:02x}:{i & 255:02x}" for i in range(number)]


def addresses(number):
    """IP addresses with their MAC addresses."""
    base = ipaddress.ip_address("10.128.0.0")
    return [(str(base + i), mac) for i, mac in enumerate(macs(number))]


def network_of_vrouter():
    """With a next hop to another hypervisor."""
    commands("""
        tunnel add t0 type vxlan local 192.0.2.1
        network add blue vni 100
        nexthop add id 7 type tunnel tunnel t0 remote 192.0.2.2
        """)


def network_of_kernel():
    """A bridge and a tunnel device."""
    lab.ip("hv", """
        link add b0 type bridge mcast_snooping 0
        link set b0 up
        link add t0 type vxlan id 100 local 192.0.2.1 dstport 4789 nolearning
        link set t0 master b0 up
        """)


def fdb_of_vrouter(number, _row):
    """One command."""
    network_of_vrouter()
    return ["vrouter-ctl", "fdb", "add", "network", "blue", "file",
            file_of(f"{mac} nexthop 7" for mac in macs(number))]


def fdb_of_bridge(number, _row):
    """The bridge has to know the port, and the tunnel device the remote."""
    network_of_kernel()
    return ["bridge", "-batch", file_of(line for mac in macs(number) for line in (
        f"fdb add {mac} dev t0 master static", f"fdb add {mac} dev t0 dst 192.0.2.2"))]


def neighbours_of_vrouter(number, _row):
    """One command."""
    network_of_vrouter()
    return ["vrouter-ctl", "neighbour", "add", "network", "blue", "file",
            file_of(f"{address} mac {mac}" for address, mac in addresses(number))]


def neighbours_of_kernel(number, _row):
    """What a bridge answers for."""
    network_of_kernel()
    return ["ip", "-batch", file_of(f"neigh add {address} lladdr {mac} dev b0 nud permanent"
                                    for address, mac in addresses(number))]


def networks_of_vrouter(number, _row):
    """A command for each."""
    return ["vrouter-ctl", "-b", file_of(f"network add n{i} vni {1 + i}" for i in range(number))]


def networks_of_kernel(number, _row):
    """VRFs, which route; what else a network does takes a bridge and a tunnel device each."""
    return ["ip", "-batch", file_of(f"link add n{i} type vrf table {1000 + i}"
                                    for i in range(number))]


def vifs_of_vrouter(number, _row):
    """On devices that cost the least."""
    lab.ip("hv", "\n".join(f"link add w{i} type dummy" for i in range(number)))
    commands("network add blue vni 100")
    return ["vrouter-ctl", "-b", file_of(
        f"vif add w{i} dev w{i} network blue mac {mac} address {address}"
        for i, (address, mac) in enumerate(addresses(number)))]


def rules(number):
    """(protocol, port, prefix) in lists of as many as a group has."""
    table = [(("tcp", "udp")[i % 2], 1000 + i % 500, prefix)
             for i, prefix in enumerate(prefixes(number))]
    return [table[i:i + GROUP] for i in range(0, number, GROUP)]


def rules_of_vrouter(number, _row):
    """A command for each group."""
    lines = []
    for i, group in enumerate(rules(number)):
        name = file_of(f"ingress {protocol} dport {port} from {prefix} allow"
                       for protocol, port, prefix in group)
        lines += [f"sg add g{i}", f"sg replace g{i} {name}"]
    return ["vrouter-ctl", "-b", file_of(lines)]


def rules_of_nft(number, _row):
    """A chain for each group."""
    lines = ["table inet t {"]
    for i, group in enumerate(rules(number)):
        lines += [f"chain g{i} {{", *(f"ip saddr {prefix} {protocol} dport {port} accept"
                                      for protocol, port, prefix in group), "}"]
    return ["nft", "-f", file_of([*lines, "}"])]


COMMANDS = {
    ("fdb", "vrouter"): fdb_of_vrouter,
    ("fdb", "iproute2"): fdb_of_bridge,
    ("neighbours", "vrouter"): neighbours_of_vrouter,
    ("neighbours", "iproute2"): neighbours_of_kernel,
    ("networks", "vrouter"): networks_of_vrouter,
    ("networks", "iproute2"): networks_of_kernel,
    ("vifs", "vrouter"): vifs_of_vrouter,
    ("rules", "vrouter"): rules_of_vrouter,
    ("rules", "nft"): rules_of_nft,
}
