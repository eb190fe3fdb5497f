# SPDX-License-Identifier: GPL-2.0
"""Rows about programming: what an entry costs, in instructions of everyone, and in memory."""

import ipaddress
import os

from . import host, lab, objects
from .devices import policy, prefixes, vrf
from .devices.vrouter import commands, file_of, route_batch
from .memory import settled_memory
from .spinner import Spinner

MANY = 2000


def routes_of_vrouter(number, row):
    """As few requests as will do."""
    commands("""
        tunnel add t0 type vxlan local 192.0.2.1
        network add blue vni 100 policy allow
        nexthop add id 7 type tunnel tunnel t0 remote 192.0.2.2 mac 02:00:00:00:02:01
        """)
    return ["vrouter-ctl", "-b", route_batch(number, row.inner)]


def routes_of_kernel(number, row):
    """ip(8) in batch mode, and a table of a VRF."""
    if row.inner == 6:
        vrf.allow_ipv6()
    lab.ip("hv", f"""
        link add red type vrf table {vrf.TABLE}
        link set red up
        """)
    vrf.add_vxlan(row.inner, "master red")
    way = vrf.vxlan_way(row.inner)
    return ["ip", "-batch", file_of(f"route add {p} {way} table {vrf.TABLE}"
                                    for p in prefixes.routes(number, row.inner))]


def remotes(number):
    """Addresses of other hypervisors."""
    base = ipaddress.ip_address("172.16.0.1")
    return [str(base + i) for i in range(number)]


def nexthops_of_vrouter(number, _row):
    """A command for each other hypervisor."""
    commands("tunnel add t0 type vxlan local 192.0.2.1")
    return ["vrouter-ctl", "-b", file_of(
        f"nexthop add id {100 + i} type tunnel tunnel t0 remote {a} vni 100"
        for i, a in enumerate(remotes(number)))]


def nexthops_of_kernel(number, _row):
    """Routes with a lightweight tunnel each, which is what the kernel has for it."""
    lab.ip("hv", """
        link add t0 type vxlan external local 192.0.2.1 dstport 4789
        link set t0 up
        """)
    return ["ip", "-batch", file_of(
        f"route add 10.{128 + i // 65536}.{i // 256 % 256}.{i % 256} encap ip id 100 dst {a} dev t0"
        for i, a in enumerate(remotes(number)))]


def elements_of_vrouter(number, _row):
    """One command."""
    commands("set add clients")
    return ["vrouter-ctl", "set", "insert", "clients", "file", file_of(policy.prefixes(number))]


def elements_of_ipset(number, _row):
    """hash:net, what has prefixes."""
    lines = [f"create clients hash:net maxelem {2 * number}"]
    lines += [f"add clients {p}" for p in policy.prefixes(number)]
    return ["ipset", "restore", "-file", file_of(lines)]


def elements_of_nft(number, _row):
    """An interval set, what has prefixes."""
    text = ", ".join(policy.prefixes(number))
    return ["nft", "-f", file_of([
        "table inet t { set clients { type ipv4_addr; flags interval;",
        f"elements = {{ {text} }}", "}", "}"])]


COMMANDS = {
    ("routes", "vrouter"): routes_of_vrouter,
    ("routes", "iproute2"): routes_of_kernel,
    ("nexthops", "vrouter"): nexthops_of_vrouter,
    ("nexthops", "iproute2"): nexthops_of_kernel,
    ("elements", "vrouter"): elements_of_vrouter,
    ("elements", "ipset"): elements_of_ipset,
    ("elements", "nft"): elements_of_nft,
    ("vms", "vrouter"): host.of_vrouter,
    ("vms", "tools"): host.of_tools,
    **objects.COMMANDS,
}


def program(row, device, number):
    """Programs so many entries in a place of their own; returns instructions and bytes."""
    lab.build()
    try:
        words = COMMANDS[row.of, device](number, row)
        before = settled_memory()
        with Spinner() as spinner:
            lab.hv(*words)
            took = spinner.others()
        used = settled_memory() - before
        for name in words:
            if os.path.isabs(name):
                os.unlink(name)
        return took, used
    finally:
        lab.clear()


def updates(row, device, changed):
    """A command that adds routes and deletes them again, one by one."""
    program_of, add, delete = {
        "vrouter": (("vrouter-ctl", "-b"), "network blue nexthop 7", "network blue"),
        "iproute2": (("ip", "-batch"), f"{vrf.vxlan_way(row.inner)} table {vrf.TABLE}",
                     f"table {vrf.TABLE}"),
    }[device]
    lines = [f"route add {p} {add}" for p in changed] + [f"route del {p} {delete}" for p in changed]
    return [*program_of, file_of(lines)]


def measure_updates(row, device):
    """What a change of a route costs in a table of others, each a command and a request of its
    own. What a tenth of them costs is taken away."""
    few = row.entries // 10
    took = []
    lab.build()
    try:
        lab.hv(*COMMANDS["routes", device](row.among, row))
        more = prefixes.routes(row.among + few + row.entries, row.inner, row.among)
        for changed in (more[:few], more[few:]):
            words = updates(row, device, changed)
            with Spinner() as spinner:
                lab.hv(*words)
                took.append(spinner.others())
    finally:
        lab.clear()
    changes = 2 * (row.entries - few)
    return {"entries": row.entries, "instructions": round((took[1] - took[0]) / changes)}


def measure_programming(row, device):
    """What a run of a tenth costs is taken away, as beginning is no cost of an entry. Few
    entries are less than what else the kernel does with its memory."""
    few = row.entries // 10
    took = [program(row, device, number) for number in (few, row.entries)]
    each = [round((b - a) / (row.entries - few)) for a, b in zip(*took)]
    result = {"entries": row.entries, "instructions": each[0]}
    return {**result, "bytes": each[1]} if row.entries >= MANY else result


def measure(row, device):
    """A row about entries, or about changes of them."""
    return measure_updates(row, device) if row.of == "updates" else measure_programming(row, device)
