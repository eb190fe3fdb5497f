# SPDX-License-Identifier: GPL-2.0
"""The kernel as a router: a VRF, whose routes lead through a tunnel."""

from ..lab import GATEWAY_MAC, HV, LABEL, REMOTE_MAC, UNDERLAY, VM, VM_MAC, VNI, hv, ip, run, sysctl
from .prefixes import routes

TABLE = 10
ROUTER = {4: "10.255.0.2", 6: "fe80::2"}


def set_up(row):
    """The VM's port in a VRF, and a tunnel."""
    ip(HV, f"""
        link add red type vrf table {TABLE}
        link set red up
        """)
    route(row, TABLE, "master red")


def route(row, table, member):
    """The VM's port and a tunnel, both made members by words of "ip link", and the row's routes
    in a table."""
    if row.inner == 6:
        allow_ipv6()
    sysctl(HV, net__ipv4__ip_forward=1, net__ipv4__conf__all__rp_filter=0,
           net__ipv4__conf__default__rp_filter=0)
    ip(HV, f"""
        link set v1 address {GATEWAY_MAC} {member}
        addr add 10.0.0.254/24 dev v1
        neigh replace {VM[4]} lladdr {VM_MAC} dev v1
        """)
    if row.type == "mplsoudp":
        way = mpls()
    else:
        add_vxlan(row.inner, member)
        way = vxlan_way(row.inner)
    program(way, routes(row.routes, row.inner), table)


def allow_ipv6():
    """For all devices that there will be and v1. None asks for routers or who is there: they have
    no addresses of their own, and the tunnel has no multicast."""
    ip(HV, "link set v1 addrgenmode none")
    sysctl(HV, net__ipv6__conf__default__addr_gen_mode=1,
           net__ipv6__conf__default__disable_ipv6=0, net__ipv6__conf__all__forwarding=1,
           net__ipv6__conf__v1__disable_ipv6=0)


def program(way, prefixes, table):
    """Adds routes that lead the way."""
    run("ip", "-n", HV, "-batch", "-",
        text="".join(f"route add {p} {way} table {table}\n" for p in prefixes))


def add_vxlan(family, member):
    """A router at the other end of a device with one remote, as in EVPN."""
    here, there = UNDERLAY
    ip(HV, f"""
        link add t0 type vxlan id {VNI} local {here} remote {there} dstport 4789
        link set t0 multicast off
        link set t0 {member} up
        neigh replace {ROUTER[family]} lladdr {REMOTE_MAC} dev t0
        """)


def vxlan_way(family):
    """How routes lead to it."""
    return f"via {ROUTER[family]} dev t0 onlink"


def mpls():
    """RFC 7510, whose parts are MPLS and foo over UDP."""
    here, there = UNDERLAY
    sysctl(HV, net__mpls__platform_labels=1000)
    hv("ip", "fou", "add", "port", "6635", "ipproto", "137")
    ip(HV, f"""
        link add t0 type ipip mode mplsip local {here} remote {there} ttl 64 encap fou \
            encap-sport auto encap-dport 6635
        link set t0 up mtu 8900
        """)
    sysctl(HV, net__mpls__conf__t0__input=1)
    hv("ip", "-f", "mpls", "route", "add", str(LABEL), "dev", "red")
    return f"encap mpls {LABEL} dev t0"


def tear_down():
    """Goes with the namespace."""
