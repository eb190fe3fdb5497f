# SPDX-License-Identifier: GPL-2.0
"""The kernel's bridge with a tunnel device; policy by nftables in the bridge, tc's police."""

from ..lab import HV, REMOTE_MAC, UNDERLAY, VM, VM_MAC, VNI, hv, ip, run, tc
from .policy import members, others

WORDS = {
    "vxlan": "type vxlan id {vni} local {here} remote {there} dstport 4789",
    "geneve": "type geneve id {vni} remote {there}",
    "gre": "type gretap key {vni} local {here} remote {there}",
}


def set_up(row):
    """A VM's port and a tunnel to the only remote."""
    here, there = UNDERLAY
    ip(HV, f"""
        link add br0 type bridge mcast_snooping 0
        link set br0 up
        link set v1 master br0
        link add t0 {WORDS[row.type].format(vni=VNI, here=here, there=there)}
        link set t0 master br0 up
        """)
    run("bridge", "-n", HV, "-batch", "-", text=f"""
        fdb replace {REMOTE_MAC} dev t0 master static
        fdb replace {VM_MAC} dev v1 master static
        """)
    if row.policy == "on":
        untracked_underlay()
        hv("nft", "-f", "-", text=ruleset(row))
        tc(HV, """
            qdisc add dev v1 clsact
            filter add dev v1 ingress matchall action police rate 100gbit burst 100m \
                conform-exceed drop/pipe
            """)


def untracked_underlay():
    """Who lets the host track connections has the tunnels tracked too, and pays twice, unless
    told otherwise. vrouter asks the tracker about the VMs' packets only."""
    hv("nft", "-f", "-", text="""
        table ip raw {
            chain in { type filter hook prerouting priority raw; udp dport { 4789, 6081 } notrack; }
            chain out { type filter hook output priority raw; udp dport { 4789, 6081 } notrack; }
        }
        """)


def ruleset(row):
    """What nft(8) reads."""
    family = "ip" if row.inner == 4 else "ip6"
    kind = "ipv4_addr" if row.inner == 4 else "ipv6_addr"
    skipped = "\n".join(f"udp dport {port} {family} daddr {prefix} accept"
                        for port, prefix in others(row))
    return f"""
        table bridge sg {{
            set clients {{ type {kind}; flags interval;
                elements = {{ {", ".join(members(row))} }}
            }}
            chain spoof {{
                type filter hook prerouting priority -300;
                iifname v1 ether saddr != {VM_MAC} drop
                iifname v1 {family} saddr != {VM[row.inner]} drop
                ct zone set 7
            }}
            chain tenant {{
                type filter hook forward priority 0; policy drop;
                ct state established,related accept
                ct state invalid drop
                ether type arp accept
                {skipped}
                iifname v1 udp dport 9 {family} daddr @clients accept
                oifname v1 udp dport 9 {family} saddr @clients accept
            }}
        }}
        """


def tear_down():
    """Goes with the namespace."""
