#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A tenant does not steer the host by its port into a network, a device of type vrouter,
# though the host believes everyone by default:
#
#	                  h1                            h2
#	┌──────────────────────────────────────┐   ┌────────────┐
#	│ gw0 10.0.9.1, fd00:9::1, fe80::99    u0─u0            │
#	│  │ vif gw0                           │   │            │
#	│ blue, gateway 10.0.0.254, fd00::fe   │   └────────────┘
#	│  │ vif r1 (router on)                │
#	└──┼───────────────────────────────────┘
#	  r1 10.0.0.9, fe80::9: a VM that says whatever it likes
#
# The host reaches 10.77.0.0/16 and fd77::/64 by r1, so it is the one whose redirects the
# kernel would follow.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

gw_mac=02:00:00:00:00:99
r1_mac=02:00:00:00:00:09

# What a host may have been set up with, for all devices to come.
believe_everyone()
{
	wire sysctl h1 ipv6/conf/default/disable_ipv6=0 ipv6/conf/default/accept_ra=2 \
		ipv6/conf/default/autoconf=1 ipv6/conf/default/accept_redirects=1 \
		ipv6/conf/default/accept_source_route=1 ipv6/conf/default/proxy_ndp=1 \
		ipv6/conf/default/seg6_enabled=1 ipv6/conf/default/rpl_seg_enabled=1 \
		ipv4/conf/default/accept_redirects=1 ipv4/conf/default/secure_redirects=1 \
		ipv4/conf/all/accept_redirects=1 ipv4/conf/default/accept_source_route=1 \
		ipv4/conf/default/send_redirects=1 ipv4/conf/default/forwarding=1 \
		ipv4/conf/default/proxy_arp=1 ipv4/conf/default/proxy_arp_pvlan=1 \
		ipv4/conf/default/bootp_relay=1 ipv4/conf/default/accept_local=1 \
		ipv4/conf/default/route_localnet=1 ipv4/conf/default/arp_accept=1 \
		ipv4/conf/default/rp_filter=0
}

add_host_device()
{
	ip -n h1 link add gw0 address $gw_mac type vrouter &&
	vr h1 vif add gw0 dev gw0 network blue &&
	ip_batch h1 <<-END
		addr add 10.0.9.1/24 dev gw0
		addr add fd00:9::1/64 dev gw0 nodad
		addr add fe80::99/64 dev gw0 nodad
		route add 10.0.0.0/24 dev gw0
		route add 10.77.0.0/16 via 10.0.0.9 dev gw0
		route add fd77::/64 via fe80::9 dev gw0
		neigh add 10.0.0.9 lladdr $r1_mac dev gw0
		neigh add 10.0.0.10 lladdr 02:00:00:00:00:0a dev gw0
		neigh add fe80::9 lladdr $r1_mac dev gw0
		neigh add fe80::10 lladdr 02:00:00:00:00:0a dev gw0
	END
}

set_up()
{
	add_underlay &&
	believe_everyone &&
	vr h1 network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 &&
	add_port r1 h1 $r1_mac network blue router on &&
	add_host_device
}

setting()	# PATH
{
	wire read h1 "/proc/sys/net/$1"
}

# Kinds of settings, and what a device has that believes no one.
test_settings()
{
	local name

	for name in accept_redirects accept_source_route send_redirects forwarding proxy_arp \
		    proxy_arp_pvlan bootp_relay accept_local route_localnet arp_accept; do
		is "$(setting ipv4/conf/gw0/$name)" 0 "IPv4 $name"
	done
	is "$(setting ipv4/conf/gw0/rp_filter)" 1 "rp_filter"
	is "$(setting ipv4/conf/gw0/arp_ignore)" 1 "arp_ignore"
	for name in accept_ra accept_redirects autoconf proxy_ndp seg6_enabled \
		    rpl_seg_enabled; do
		is "$(setting ipv6/conf/gw0/$name)" 0 "IPv6 $name"
	done
	is "$(setting ipv6/conf/gw0/accept_source_route)" -1 "IPv6 accept_source_route"
}

# A change of the namespace's defaults is not for a device that said otherwise.
test_defaults_change()
{
	wire sysctl h1 ipv4/conf/default/accept_redirects=0 ipv4/conf/default/proxy_arp=0
	wire sysctl h1 ipv4/conf/default/accept_redirects=1 ipv4/conf/default/proxy_arp=1
	is "$(setting ipv4/conf/gw0/accept_redirects)" 0 "accept_redirects"
	is "$(setting ipv4/conf/gw0/proxy_arp)" 0 "proxy_arp"
}

# The administrator's word counts, and going down and up does not take it back.
test_administrator()
{
	wire sysctl h1 ipv6/conf/gw0/accept_redirects=1 ipv4/conf/gw0/rp_filter=2
	ip -n h1 link set gw0 mtu 1400
	ip -n h1 link set gw0 mtu 1500
	is "$(setting ipv6/conf/gw0/accept_redirects)" 1 "IPv6 accept_redirects"
	is "$(setting ipv4/conf/gw0/rp_filter)" 2 "rp_filter"
	wire sysctl h1 ipv6/conf/gw0/accept_redirects=0 ipv4/conf/gw0/rp_filter=1
}

# The kernel makes the settings anew, from its defaults, when a device was too small for IP.
test_small_mtu()
{
	fails ip -n h1 link set gw0 mtu 1279
	fails ip -n h1 link add gw8 mtu 1279 type vrouter
	ip -n h1 link set gw0 mtu 1280
	ip -n h1 link set gw0 mtu 1500
	is "$(setting ipv6/conf/gw0/accept_ra)" 0 "accept_ra"
}

test_other_namespace()
{
	ip -n h2 link add gw9 type vrouter
	ip -n h2 link set gw9 netns h1
	is "$(setting ipv6/conf/gw9/accept_ra)" 0 "accept_ra"
	is "$(setting ipv4/conf/gw9/accept_redirects)" 0 "accept_redirects"
	ip -n h1 link del gw9
}

ipv6_state()
{
	ip -n h1 -6 route show table all | grep -E 'proto ra|expires|fd66|fd00:1:' || true
	ip -n h1 -6 route show default
	ip -n h1 -6 addr show dev gw0 dynamic
}

# What blue's own gateway says, and what a VM that may be a router says.
test_advertisements()
{
	vr h1 network set blue ra slaac
	vr h1 network set blue gateway 10.0.0.254/24 gateway fd00::fe/64
	wire open gw0 h1 gw0
	vr h1 network set blue gateway 10.0.0.254/24 gateway fd00::fe/64 gateway fd00:1::fe/64
	wire get gw0 "has(ICMPv6ND_RA)" >/dev/null
	wire clear
	wire send r1 "Ether(src='$r1_mac', dst='33:33:00:00:00:01')/
		IPv6(src='fe80::9', dst='ff02::1', hlim=255)/
		ICMPv6ND_RA(routerlifetime=1800, prf=1)/ICMPv6NDOptMTU(mtu=1300)/
		ICMPv6NDOptPrefixInfo(prefix='fd66::', prefixlen=64, L=1, A=1)/
		ICMPv6NDOptSrcLLAddr(lladdr='$r1_mac')"
	is "$(wire count gw0 "has(ICMPv6ND_RA) and p.src == '$r1_mac'" 1)" 1 "at gw0"
	wire close gw0
	sleep 1
	is "$(ipv6_state)" "" "what the host has by advertisements"
	is "$(setting ipv6/conf/gw0/mtu)" 1500 "MTU"
}

redirect4()	# [EXPRESSION of the packet as p]
{
	local expression=${1-p}

	wire send r1 "(lambda p: $expression)(Ether(src='$r1_mac', dst='$gw_mac')/
		IP(src='10.0.0.9', dst='10.0.9.1')/
		ICMP(type=5, code=1, gw='10.0.0.10')/
		IP(src='10.0.9.1', dst='10.77.0.1')/ICMP(type=0)/bytes(16))"
}

# By default, all.accept_redirects lets in what the device's own setting refuses.
test_redirect4()
{
	local before

	before=$(drop_count h1 host_redirect)
	redirect4
	# in parts, which the host would put together
	redirect4 "fragment(p, 24)"
	wire sysctl h1 ipv4/conf/gw0/forwarding=1
	redirect4
	wire sysctl h1 ipv4/conf/gw0/forwarding=0
	reach_not h1 10.77.0.1
	unlike "$(ip -n h1 route get 10.77.0.1)" "10\.0\.0\.10|redirected" "the host's way"
	is "$(drop_count h1 host_redirect)" $((before + 3)) "redirects dropped"
}

# Who wants them says so, at the device.
test_redirect4_wanted()
{
	wire sysctl h1 ipv4/conf/gw0/accept_redirects=1
	redirect4
	wire sysctl h1 ipv4/conf/gw0/accept_redirects=0
	like "$(ip -n h1 route get 10.77.0.1)" "via 10\.0\.0\.10 " "the host's way"
	ip -n h1 route flush cache
}

# The underlay's neighbour is not one whom a VM can speak for.
test_redirect4_underlay()
{
	ip -n h1 route add 10.78.0.0/16 via 192.0.2.2 dev u0
	ip -n h1 neigh add 10.0.0.10 lladdr 02:00:00:00:00:0a dev u0
	wire send r1 "Ether(src='$r1_mac', dst='$gw_mac')/IP(src='192.0.2.2', dst='10.0.9.1')/
		ICMP(type=5, code=1, gw='10.0.0.10')/
		IP(src='192.0.2.1', dst='10.78.0.1')/ICMP(type=0)/bytes(16)"
	sleep 0.2
	like "$(ip -n h1 route get 10.78.0.1)" "via 192\.0\.2\.2 dev u0" "the host's way"
	ip -n h1 route del 10.78.0.0/16
}

test_redirect6()
{
	wire send r1 "Ether(src='$r1_mac', dst='$gw_mac')/
		IPv6(src='fe80::9', dst='fd00:9::1', hlim=255)/
		ICMPv6ND_Redirect(tgt='fe80::10', dst='fd77::1')/
		ICMPv6NDOptDstLLAddr(lladdr='02:00:00:00:00:0a')/
		ICMPv6NDOptRedirectedHdr(pkt=IPv6(src='fd00:9::1', dst='fd77::1')/
			ICMPv6EchoRequest())"
	sleep 0.2
	unlike "$(ip -n h1 -6 route get fd77::1)" "fe80::10" "the host's way"
}

neighbours()	# DEVICE
{
	ip -n h1 neigh show dev "$1" | sed 's/ \(REACHABLE\|STALE\|DELAY\|PROBE\)$//' | sort
}

# A VM that says to be the underlay's next hop, or the host itself, by all forms of it.
test_neighbours()
{
	local u0 gw0 a

	reach h1 192.0.2.2
	reach h1 2001:db8::2
	u0=$(neighbours u0)
	gw0=$(neighbours gw0)
	for a in 192.0.2.2 192.0.2.1 10.0.9.1 10.66.0.1; do
		wire send r1 "[Ether(src='$r1_mac', dst='ff:ff:ff:ff:ff:ff')/
			ARP(op=op, hwsrc='$r1_mac', psrc='$a', pdst='$a') for op in (1, 2)]"
		wire send r1 "Ether(src='$r1_mac', dst='$gw_mac')/
			ARP(op=2, hwsrc='$r1_mac', psrc='$a', hwdst='$gw_mac', pdst='10.0.9.1')"
	done
	for a in 2001:db8::2 2001:db8::1 fd00:9::1 fd66::1; do
		wire send r1 "[Ether(src='$r1_mac', dst=d)/IPv6(src='$a', dst=to, hlim=255)/
			ICMPv6ND_NA(R=1, S=0, O=1, tgt='$a')/
			ICMPv6NDOptDstLLAddr(lladdr='$r1_mac')
			for d, to in (('33:33:00:00:00:01', 'ff02::1'), ('$gw_mac', 'fd00:9::1'))]"
	done
	sleep 0.5
	is "$(neighbours u0)" "$u0" "neighbours in the underlay"
	is "$(neighbours gw0)" "$gw0" "neighbours on gw0"
	ip -n h1 addr show dev gw0 | grep 10.0.9.1 >/dev/null
	is "$(ip -n h1 addr show dev gw0 dadfailed)" "" "addresses that the host gave up"
	reach h1 192.0.2.2
	reach h1 2001:db8::2
}

# The host's other addresses are not told, nor are packets carried to where it has ways.
test_no_way_through()
{
	wire open u0 h2 u0
	wire open gw0 h1 gw0
	wire clear
	wire send r1 "Ether(src='$r1_mac', dst='ff:ff:ff:ff:ff:ff')/
		ARP(op=1, hwsrc='$r1_mac', psrc='10.0.0.9', pdst='192.0.2.1')"
	wire send r1 "Ether(src='$r1_mac', dst='$gw_mac')/IP(src='10.0.0.9', dst='192.0.2.2')/
		UDP(dport=9)/b'to the underlay'"
	wire send r1 "Ether(src='$r1_mac', dst='$gw_mac')/IP(src='10.0.0.9', dst='127.0.0.1')/
		UDP(dport=9)/b'to loopback'"
	is "$(wire count gw0 "b'to loopback' in raw" 1)" 1 "what the host was sent"
	sleep 0.5
	is "$(wire count r1 "has(ARP) and p[ARP].psrc == '192.0.2.1'")" 0 "answers"
	is "$(wire count u0 "b'to the underlay' in raw")" 0 "packets at h2"
	wire close u0
	wire close gw0
}

begin steer
must set_up
it "the settings of a new device believe no one" test_settings
it "changed defaults of the namespace" test_defaults_change
it "what the administrator sets stays" test_administrator
it "a device is never too small for IP" test_small_mtu
it "a device from another namespace" test_other_namespace
it "router advertisements" test_advertisements
it "ICMP redirects" test_redirect4
it "ICMP redirects in the name of an underlay's router" test_redirect4_underlay
it "ICMPv6 redirects" test_redirect6
it "ICMP redirects where they are wanted" test_redirect4_wanted
it "ARP and neighbour advertisements about others' addresses" test_neighbours
it "no way through the host" test_no_way_through
finish
