#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Neighbour discovery is answered by the hypervisor from what was programmed, and it is
# the VMs' router:
#
#	        h1                              h2
#	┌─────────────────┐            ┌─────────────────┐
#	│ blue (vni 100)  │            │ captured, never │
#	│  p1 fd00::1 *   u0──────────u0 to be asked     │
#	│  p2 fd00::2 *   │            └─────────────────┘
#	│  p3 fd00::3     │
#	│  v5 fd00::5     │     fd00::4 is said to be behind the tunnel
#	└─────────────────┘
#
#	* both may also have fd00::100, as the members of a cluster
#
# p1 to p3 say nothing by themselves; v5 is a VM with an IP stack.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac4=02:00:00:00:00:04
router=fe80::200:5eff:fe00:100

set_up()
{
	local i

	add_underlay || return 1
	vr_batch h1 <<-END || return 1
		network add blue vni 100 policy deny gateway fd00::fe/64 gateway fd00:1::fe/64
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		network set blue flood 90
		$(remote_vm blue 7 $mac4 fd00::4)
	END
	for i in 1 2 3; do
		add_port p$i h1 "$(mac $i)" network blue mac "$(mac $i)" \
			address fd00::$i address fd00::100 || return 1
	done
	vr h1 vif set p3 address fd00::3 &&
	add_vm v5 h1 blue "$(mac 5)" fd00::5 &&
	wire open wire2 h2 u0 &&
	wire define "
def ns(mac, src, target, dst=None, lla=True, hlim=255):
	dst = dst or in6_getnsma(socket.inet_pton(socket.AF_INET6, target))
	dst = dst if isinstance(dst, str) else socket.inet_ntop(socket.AF_INET6, dst)
	p = IPv6(src=src, dst=dst, hlim=hlim)/ICMPv6ND_NS(tgt=target)
	if lla and src != '::':
		p /= ICMPv6NDOptSrcLLAddr(lladdr=mac)
	return Ether(src=mac, dst=utils_mac(dst))/p

def utils_mac(dst):
	a = socket.inet_pton(socket.AF_INET6, dst)
	return '33:33:' + ':'.join('%02x' % b for b in a[-4:]) if a[0] == 255 else GATEWAY

def na(mac, src, target, dst='ff02::1', s=0, o=1):
	return (Ether(src=mac, dst=utils_mac(dst))/IPv6(src=src, dst=dst, hlim=255)/
		ICMPv6ND_NA(tgt=target, R=0, S=s, O=o)/ICMPv6NDOptDstLLAddr(lladdr=mac))

GATEWAY = '$gateway_mac'
"
}

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

ns()	# NUMBER SOURCE TARGET [DESTINATION]
{
	echo "ns('$(mac "$1")', '$2', '$3'${4:+, '$4'})"
}

# The answer to a question of p1: link layer, network layer, content, flags.
answer_to()	# EXPRESSION
{
	wire ask p1 "$1" "has(ICMPv6ND_NA)" "' '.join((p.src, p.dst, p[IPv6].src, p[IPv6].dst,
		p[ICMPv6ND_NA].tgt, p[ICMPv6NDOptDstLLAddr].lladdr, 'R' * p[ICMPv6ND_NA].R +
		'S' * p[ICMPv6ND_NA].S + 'O' * p[ICMPv6ND_NA].O, str(p[IPv6].hlim),
		'valid' if valid_l4_sum(p) else 'wrong checksum'))"
}

# No other VM, and no one in the underlay, was asked. An advertisement that is flooded
# last shows that all before it have arrived.
unheard()
{
	wire send p1 "na('$(mac 1)', 'fd00::1', 'fd00::1')"
	is "$(wire count p2 "has(ICMPv6ND_NA)" 1)" 1 "advertisements at p2"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_NA)" 1)" 1 "advertisements in the underlay"
	is "$(wire count p2 "has(ICMPv6ND_NS) and p.src == '$(mac 1)'")" 0 "questions at p2"
	is "$(wire count p3 "has(ICMPv6ND_NS) and p.src == '$(mac 1)'")" 0 "questions at p3"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_NS) and '$(mac 1)' in
		(p[VXLAN].payload.src,)")" 0 "questions in the underlay"
}

test_gateway()
{
	wire clear
	is "$(answer_to "$(ns 1 fd00::1 fd00::fe)")" "$gateway_mac $(mac 1) fd00::fe fd00::1 \
fd00::fe $gateway_mac RSO 255 valid"
	unheard
}

test_gateway_link_local()
{
	wire clear
	is "$(answer_to "$(ns 1 fd00::1 $router)")" "$gateway_mac $(mac 1) $router fd00::1 \
$router $gateway_mac RSO 255 valid"
	unheard
}

# The VM's own link-local address is one that it may use.
test_from_link_local()
{
	wire clear
	is "$(answer_to "$(ns 1 fe80::ff:fe00:1 fd00::fe)")" "$gateway_mac $(mac 1) fd00::fe \
fe80::ff:fe00:1 fd00::fe $gateway_mac RSO 255 valid"
}

test_other_vm()
{
	wire clear
	is "$(answer_to "$(ns 1 fd00::1 fd00::2)")" "$gateway_mac $(mac 1) fd00::2 fd00::1 \
fd00::2 $(mac 2) SO 255 valid"
	unheard
}

test_remote_vm()
{
	wire clear
	is "$(answer_to "$(ns 1 fd00::1 fd00::4)")" "$gateway_mac $(mac 1) fd00::4 fd00::1 \
fd00::4 $mac4 SO 255 valid"
	unheard
}

# Neighbour unreachability detection asks the neighbour itself.
test_unicast_solicitation()
{
	wire clear
	is "$(answer_to "$(ns 1 fd00::1 fd00::fe fd00::fe)")" "$gateway_mac $(mac 1) fd00::fe \
fd00::1 fd00::fe $gateway_mac RSO 255 valid"
	unheard
}

test_dad_own()
{
	wire clear
	wire send p1 "$(ns 1 :: fd00::1)" 3
	unheard
	is "$(wire count p1 "has(ICMPv6ND_NA)")" 0 "answers"
}

# To all nodes, as the asker has no address yet (RFC 4861, 7.2.4).
test_dad_other()
{
	wire clear
	is "$(answer_to "$(ns 1 :: fd00::2)")" "$gateway_mac 33:33:00:00:00:01 fd00::2 ff02::1 \
fd00::2 $(mac 2) O 255 valid"
	is "$(answer_to "$(ns 1 :: fd00::fe)")" "$gateway_mac 33:33:00:00:00:01 fd00::fe ff02::1 \
fd00::fe $gateway_mac RO 255 valid"
	unheard
}

is_usable()	# VM ADDRESS
{
	! ip -n "$1" -6 addr show dev eth0 to "$2" | grep -E "tentative|dadfailed" &&
	ip -n "$1" -6 addr show dev eth0 to "$2" | grep "$2"
}

# A controller told all hypervisors where the address is, and the vif has no addresses.
test_dad_own_mac()
{
	add_namespace g6 ipv6/conf/default/accept_dad=1 ipv6/conf/default/dad_transmits=3 \
		ipv6/conf/default/accept_ra=0
	add_veth g6 h1 "$(mac 6)"
	vr h1 vif add g6 dev g6 network blue mac "$(mac 6)"
	vr h1 neighbour add fd00::6 mac "$(mac 6)" network blue
	ip -n g6 link set eth0 up
	wire open g6 g6 eth0
	ip -n g6 addr add fd00::6/64 dev eth0
	eventually is_usable g6 fd00::6
	wire send g6 "$(ns 6 fe80::ff:fe00:6 fd00::6)" 3
	is "$(wire count g6 "has(ICMPv6ND_NA) and p[ICMPv6ND_NA].tgt == 'fd00::6'")" 0 "answers"
	wire close g6
	vr h1 vif del g6
	vr h1 neighbour del fd00::6 network blue
}

test_dad_shared()
{
	wire clear
	wire send p1 "$(ns 1 :: fd00::100)" 3
	wire send p2 "$(ns 2 :: fd00::100)" 3
	unheard
	is "$(wire count p1 "has(ICMPv6ND_NA)")" 0 "answers to p1"
}

test_unknown()
{
	wire clear
	wire send p1 "$(ns 1 fd00::1 fd00::77)"
	is "$(wire count p2 "has(ICMPv6ND_NS) and p[ICMPv6ND_NS].tgt == 'fd00::77'" 1)" 1 "at p2"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_NS)" 1)" 1 "at h2"
	is "$(wire count p1 "has(ICMPv6ND_NA)")" 0 "answers"
	vr h1 network set blue unknown-unicast drop
	drops_rise 3 h1 unknown_unicast wire send p1 "$(ns 1 fd00::1 fd00::77)" 3
	vr h1 network set blue unknown-unicast flood
}

active()	# VM
{
	field h1 vif "$1" \
		"[a['active'] for a in o['address'] if a['address'].startswith('fd00::100')][0]"
}

owner_is()	# VM
{
	is "$(active "$1")" true "active at $1"
}

heard_monitor()	# FILE
{
	vr h1 network set blue mtu 1400
	vr h1 network set blue mtu 1500
	[[ -s $1 ]]
}

test_shared_address_moves()
{
	local log monitor

	log=$(mktemp)
	owner_is p1
	vrouter-ctl -n h1 -j monitor >"$log" &
	monitor=$!
	WITHIN=20 eventually heard_monitor "$log"
	: >"$log"
	wire clear
	wire send p2 "na('$(mac 2)', 'fd00::2', 'fd00::100')"
	eventually owner_is p2
	is "$(active p1)" false "active at p1"
	is "$(wire count p3 "has(ICMPv6ND_NA) and p[ICMPv6ND_NA].tgt == 'fd00::100'" 1)" 1 "at p3"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_NA)" 1)" 1 "at h2"
	eventually grep -q fd00::100 "$log"
	kill "$monitor"
	is "$(wire ask p3 "$(ns 3 fd00::3 fd00::100)" "has(ICMPv6ND_NA)
		and p[ICMPv6ND_NA].S" "p[ICMPv6NDOptDstLLAddr].lladdr")" "$(mac 2)" "who has it"
	drops_rise 5 h1 spoofed_nd wire send p3 "na('$(mac 3)', 'fd00::3', 'fd00::100')" 5
	owner_is p2
	wire send p1 "na('$(mac 1)', 'fd00::1', 'fd00::100')"
	eventually owner_is p1
}

rs="IPv6(src='fe80::ff:fe00:1', dst='ff02::2', hlim=255)/ICMPv6ND_RS()/
	ICMPv6NDOptSrcLLAddr(lladdr='02:00:00:00:00:01')"

# What the answer to a router solicitation says; those to all nodes are no answers.
advertisement()	# QUESTION
{
	wire ask p1 "Ether(src='$(mac 1)', dst='33:33:00:00:00:02')/$1" \
		"has(ICMPv6ND_RA) and p.dst == '$(mac 1)'" \
		"' '.join((p.src, p.dst, p[IPv6].src, p[IPv6].dst, str(p[IPv6].hlim),
		'valid' if valid_l4_sum(p) else 'wrong checksum',
		'cur', str(p[ICMPv6ND_RA].chlim), 'M' * p[ICMPv6ND_RA].M + 'O' * p[ICMPv6ND_RA].O,
		'life', str(p[ICMPv6ND_RA].routerlifetime),
		'lla', p[ICMPv6NDOptSrcLLAddr].lladdr, 'mtu', str(p[ICMPv6NDOptMTU].mtu))) + ''.join(
		' %s/%u %s %u %u' % (o.prefix, o.prefixlen, 'L' * o.L + 'A' * o.A, o.validlifetime,
		o.preferredlifetime) for o in p.iterpayloads()
		if isinstance(o, ICMPv6NDOptPrefixInfo))"
}

wanted_advertisement()	# FLAGS DESTINATION-MAC DESTINATION MTU
{
	echo "$gateway_mac $2 $router $3 255 valid cur 64  life 1800 lla $gateway_mac mtu $4" \
		"fd00::/64 $1 2592000 604800 fd00:1::/64 $1 2592000 604800"
}

test_router_solicitation()
{
	wire clear
	is "$(advertisement "$rs")" \
		"$(wanted_advertisement L "$(mac 1)" fe80::ff:fe00:1 1500)"
	is "$(wire count p2 "has(ICMPv6ND_RS)")" 0 "solicitations at p2"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_RS)")" 0 "solicitations in the underlay"
}

test_router_solicitation_unspecified()
{
	is "$(advertisement "IPv6(src='::', dst='ff02::2', hlim=255)/ICMPv6ND_RS()")" \
		"$(wanted_advertisement L "$(mac 1)" ff02::1 1500)"
}

test_slaac()
{
	vr h1 network set blue ra slaac mtu 1450
	is "$(advertisement "$rs")" \
		"$(wanted_advertisement LA "$(mac 1)" fe80::ff:fe00:1 1450)"
	vr h1 network set blue ra router mtu 1500
}

# A VM makes itself an address and a default route.
test_autoconfiguration()
{
	vr h1 network set blue ra slaac policy allow
	vr h1 vif set v5 address fd00::5 address fd00::ff:fe00:5
	wire sysctl v5 ipv6/conf/eth0/accept_ra=2 ipv6/conf/eth0/router_solicitations=3
	ip -n v5 link set eth0 down
	ip -n v5 link set eth0 up
	eventually configured
	vr h1 network set blue ra router policy deny
}

configured()
{
	ip -n v5 -6 addr show dev eth0 | grep fd00::ff:fe00:5 >/dev/null &&
	ip -n v5 -6 route show default | grep "via $router" >/dev/null &&
	reach v5 fd00::fe
}

test_no_advertisements()
{
	vr h1 network set blue ra off
	wire clear
	wire send p1 "Ether(src='$(mac 1)', dst='33:33:00:00:00:02')/$rs"
	# a multicast like others then, so the policy denies or floods it; no one answers
	unheard
	is "$(wire count p1 "has(ICMPv6ND_RA)")" 0 "advertisements"
	vr h1 network set blue ra router
}

# When a gateway or a vif comes, all VMs hear of it soon, and again.
test_unsolicited()
{
	wire clear
	vr h1 network set blue gateway fd00::fe/64
	is "$(wire get p1 "has(ICMPv6ND_RA) and p[IPv6].dst == 'ff02::1'" "p.dst")" \
		33:33:00:00:00:01
	is "$(wire count p3 "has(ICMPv6ND_RA) and p[IPv6].dst == 'ff02::1'" 1)" 1 "at p3"
	vr h1 network set blue gateway fd00::fe/64 gateway fd00:1::fe/64
	is "$(wire count p1 "has(ICMPv6ND_RA) and
		b'\\xfd\\x00\\x00\\x01' in raw" 1)" 1 "with the second prefix"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_RA)")" 0 "advertisements in the underlay"
}

test_guard()
{
	drops_rise 20 h1 ra_guard wire send p1 "Ether(src='$(mac 1)', dst='33:33:00:00:00:01')/
		IPv6(src='fe80::ff:fe00:1', dst='ff02::1', hlim=255)/ICMPv6ND_RA()" 20
	drops_rise 20 h1 ra_guard wire send p1 "Ether(src='$(mac 1)', dst='$(mac 2)')/
		IPv6(src='fe80::ff:fe00:1', dst='fd00::2', hlim=255)/
		ICMPv6ND_Redirect(tgt='fd00::1', dst='fd00::9')" 20
	is "$(wire count p2 "has(ICMPv6ND_Redirect) or has(ICMPv6ND_RA) and
		p.src == '$(mac 1)'")" 0 "at p2"
}

test_tools()
{
	like "$(ip netns exec v5 ndisc6 -1 -r 3 -w 2000 fd00::fe eth0)" "${gateway_mac^^}"
	like "$(ip netns exec v5 ndisc6 -1 -r 3 -w 2000 fd00::4 eth0)" "${mac4^^}"
	like "$(ip netns exec v5 ndisc6 -1 -r 3 -w 2000 fd00::1 eth0)" "$(mac 1 | tr a-f A-F)"
	ip netns exec v5 rdisc6 -1 -r 3 -w 2000 eth0 >"$tap_log.rdisc6"
	like "$(<"$tap_log.rdisc6")" "Hop limit +: +64 "
	like "$(<"$tap_log.rdisc6")" "Stateful address conf\. +: +No"
	like "$(<"$tap_log.rdisc6")" "Router lifetime +: +1800 "
	like "$(<"$tap_log.rdisc6")" "Prefix +: fd00::/64"
	like "$(<"$tap_log.rdisc6")" "On-link +: +Yes"
	like "$(<"$tap_log.rdisc6")" "Autonomous address conf\.: +No"
	like "$(<"$tap_log.rdisc6")" "MTU +: +1500 "
	like "$(<"$tap_log.rdisc6")" "from $router"
	rm "$tap_log.rdisc6"
}

begin nd
must set_up
it "the gateway" test_gateway
it "the gateway's link-local address" test_gateway_link_local
it "a question from a link-local address" test_from_link_local
it "a VM of this hypervisor" test_other_vm
it "a VM of another hypervisor" test_remote_vm
it "unicast solicitations" test_unicast_solicitation
it "duplicate address detection of the own address" test_dad_own
it "duplicate address detection of the address of the own MAC, by a guest" test_dad_own_mac
it "duplicate address detection of another's address" test_dad_other
it "duplicate address detection of a shared address" test_dad_shared
it "a question without an answer is flooded or dropped" test_unknown
it "an unsolicited advertisement moves a shared address" test_shared_address_moves
it "a router solicitation is answered" test_router_solicitation
it "one without an address too" test_router_solicitation_unspecified
it "stateless address configuration" test_slaac
it "a VM configures itself" test_autoconfiguration
it "no advertisements where they are off" test_no_advertisements
it "unsolicited advertisements" test_unsolicited
it "no VM can be a router" test_guard
it "ndisc6 and rdisc6" test_tools
finish
