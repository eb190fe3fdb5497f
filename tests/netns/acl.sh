#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Network ACLs: what is routed out of a subnet (egress) and into one (ingress).
#
#	              h1                                h2
#	┌─────────────────────────────────┐     ┌────────────────┐
#	│ blue  10.0.1.0/24: p1 .1  p3 .3 u0───u0 sends and sees  │
#	│       10.0.2.0/24: p2 .1        │     │ what tunnels    │
#	│ green 10.0.3.0/24: g1 .1        │     │ carry           │
#	└─────────────────────────────────┘     └────────────────┘
#
# IPv6 is the same, fd00:1::1 and so on. The two networks are routed to each other, 10.0.2.9
# is behind a tunnel, and so is all that is in no subnet. No VM says anything by itself, and
# all of them may send and receive what they want: the policy is allow.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

networks()
{
	cat <<-END
		tunnel add gn4 type geneve local 192.0.2.1
		network add blue vni 100 policy allow ra off gateway 10.0.1.254/24 gateway fd00:1::fe/64 gateway 10.0.2.254/24 gateway fd00:2::fe/64
		network add green policy allow ra off gateway 10.0.3.254/24 gateway fd00:3::fe/64
		nexthop add id 1 type network network blue
		nexthop add id 2 type network network green
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2 mac $(mac 9)
		route add 10.0.3.0/24 fd00:3::/64 network blue nexthop 2
		route add 10.0.1.0/24 10.0.2.0/24 fd00:1::/64 fd00:2::/64 network green nexthop 1
		route add 10.0.2.9 fd00:2::9 network blue nexthop 7
		route add default network blue nexthop 7
		route add ::/0 network blue nexthop 7
		sg add a
		sg add b
		set add clients
	END
}

add_vm_port()	# NAME NUMBER NETWORK SUBNET HOST
{
	add_port "$1" h1 "$(mac "$2")" network "$3" mac "$(mac "$2")" \
		address "10.0.$4.$5" address "fd00:$4::$5"
}

set_up()
{
	add_underlay &&
	networks | vr_batch h1 &&
	add_vm_port p1 1 blue 1 1 && add_vm_port p2 2 blue 2 1 &&
	add_vm_port p3 3 blue 1 3 && add_vm_port g1 4 green 3 1 &&
	wire open wire2 h2 u0 &&
	wire define "
ROUTER = '$gateway_mac'
NUMBER = {'1.1': 1, '2.1': 2, '1.3': 3, '3.1': 4}

def mac(n):
	return '02:00:00:00:00:%02x' % n

# Of a VM by its subnet and host, to the router or another MAC address.
def ip(a, b, v=4, to=None, **more):
	e = Ether(src=mac(NUMBER.get(a, 9)), dst=to or ROUTER)
	if v == 4:
		return e/IP(src='10.0.' + a, dst=b if b.count('.') == 3 else '10.0.' + b, **more)
	six = lambda x: x if ':' in x else 'fd00:%s::%s' % tuple(x.split('.'))
	return e/IPv6(src=six(a), dst=six(b), **more)

def udp(mark, a='1.1', b='2.1', dport=80, sport=1000, **more):
	return ip(a, b, **more)/UDP(sport=sport, dport=dport)/mark

def outer(port, p):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1')/
		UDP(sport=50000, dport=port)/p)

# A frame, and an IP packet without Ethernet header.
def framed(p):
	return outer(4789, VXLAN(flags=8, vni=100)/p)

def bare(p):
	return outer(6081, Raw(b'\\0\\0\\x08\\0\\0\\0\\x64\\0' + to_bytes(p.payload)))
"
}

# Makes the rules of a group these lines and no others, all of them stateless.
rules()	# GROUP < LINES
{
	sed 's/\(allow\|deny\|reject\)$/stateless \1/' | vr h1 sg replace "$1" -
}

passes()	# FROM TO EXPRESSION MARK
{
	wire clear "$2"
	wire send "$1" "$3"
	is "$(wire count "$2" "b'$4' in raw" 1)" 1 "$4 at $2"
}

both()	# FROM TO ARGUMENTS; the same in both families
{
	passes "$1" "$2" "udp(b'four'$3)" four
	passes "$1" "$2" "udp(b'six', v=6$3)" six
}

denied()	# FROM EXPRESSION [REASON]
{
	drops_rise 1 h1 "${3-acl_deny}" wire send "$1" "$2"
}

both_denied()	# FROM ARGUMENTS [REASON]
{
	denied "$1" "udp(b'no'$2)" "${3-acl_deny}"
	denied "$1" "udp(b'no', v=6$2)" "${3-acl_deny}"
}

test_without()
{
	both p1 p2 ""
	both p1 g1 ", b='3.1'"
	both g1 p1 ", a='3.1', b='1.1'"
}

# What no rule allows is denied, but only what is routed.
test_empty()
{
	vr h1 network set blue acl a
	is "$(field h1 network blue "' '.join(o['acls'])")" a "ACL of blue"
	is "$(field h1 sg a "o['networks']")" 1 "networks of the group"
	both_denied p1 ""
	both_denied p1 ", b='3.1'"
	both_denied g1 ", a='3.1', b='1.1'"
	is "$(vr h1 drops vif p1 | awk '$1 == "acl_deny" { print $2 }')" 4 "at the sender"
	both p1 p3 ", b='1.3', to=mac(3)"
	# The gateway itself.
	wire ask p1 "ip('1.1', '1.254')/ICMP()" "has(ICMP) and p[ICMP].type == 0" >/dev/null
	wire ask p1 "ip('1.1', '2.254')/ICMP()" "has(ICMP) and p[ICMP].type == 0" >/dev/null
	wire ask p1 "ip('1.1', 'fd00:1::fe', 6)/ICMPv6EchoRequest()" "has(ICMPv6EchoReply)" >/dev/null
}

# From one subnet of a network to another it is out of one and into the other.
test_subnets()
{
	vr h1 network set blue acl a
	rules a <<<"egress udp dport 80 allow"
	both_denied p1 ""
	rules a <<<"ingress udp dport 80 allow"
	both_denied p1 ""
	rules a <<-END
		egress udp dport 80 allow
		ingress from 10.0.1.0/24 to 10.0.2.0/24 udp dport 80 allow
		ingress from fd00:1::/64 to fd00:2::/64 udp dport 80 allow
	END
	both p1 p2 ""
	both_denied p1 ", dport=81"
	both_denied p2 ", a='2.1', b='1.1'"
	# Answers need rules of their own.
	both_denied p2 ", a='2.1', b='1.1', sport=80, dport=1000"
	vr h1 sg rule add a egress udp sport 80 stateless allow
	vr h1 sg rule add a ingress udp sport 80 stateless allow
	both p2 p1 ", a='2.1', b='1.1', sport=80, dport=1000"
}

# Each network has its own.
test_networks()
{
	vr_batch h1 <<-END
		network set blue acl a
		network set green acl b
	END
	rules a <<<"egress to 10.0.3.0/24 allow"
	rules b </dev/null
	denied p1 "udp(b'no', b='3.1')"
	is "$(drop_count h1 acl_deny network green)" 1 "denied by green"
	rules b <<<"ingress from 10.0.1.0/24 udp dport 80 allow"
	passes p1 g1 "udp(b'to green', b='3.1')" "to green"
	denied p1 "udp(b'no', b='3.1', dport=81)"
	denied g1 "udp(b'no', a='3.1', b='1.1', sport=80)"
	rules b <<<"egress udp sport 80 allow"
	denied g1 "udp(b'no', a='3.1', b='1.1', sport=80)"
	rules a <<<"ingress from 10.0.3.0/24 allow"
	passes g1 p1 "udp(b'to blue', a='3.1', b='1.1', sport=80)" "to blue"
	vr h1 network set green acl none
}

# A next hop straight to a vif of another network.
test_vif_elsewhere()
{
	vr_batch h1 <<-END
		nexthop add id 3 type vif vif g1
		route add 10.0.3.1 network blue nexthop 3
		network set blue acl none
		network set green acl b
	END
	rules b </dev/null
	denied p1 "udp(b'no', b='3.1')"
	rules b <<<"ingress allow"
	passes p1 g1 "udp(b'straight', b='3.1')" straight
	vr_batch h1 <<-END
		route del 10.0.3.1 network blue
		nexthop del id 3
		network set green acl none
	END
}

# To other hypervisors: asked where the packet is routed, by the subnet that it is for.
test_overlay()
{
	vr h1 network set blue acl a
	rules a <<<"egress allow"
	denied p1 "udp(b'no', b='2.9')"
	denied p1 "udp(b'no', b='2.9', v=6)"
	# Out of the network it goes into no subnet of it.
	passes p1 wire2 "udp(b'outside', b='198.51.100.1')" outside
	passes p1 wire2 "udp(b'outside6', b='2001:db8:9::1', v=6)" outside6
	rules a <<<"ingress udp dport 80 allow"
	denied p1 "udp(b'no', b='198.51.100.1')"
	# From them: a frame for a VM is switched, a bare packet is routed into a subnet.
	passes wire2 p1 "framed(udp(b'switched', '2.9', '1.1', 81, to=mac(1)))" switched
	passes wire2 p1 "bare(udp(b'bare', '2.9', '1.1'))" bare
	denied wire2 "bare(udp(b'no', '2.9', '1.1', 81))"
	# What was sent to the gateway here leaves a subnet.
	denied wire2 "framed(udp(b'no', '2.9', '1.1'))"
	rules a <<-END
		ingress allow
		egress to 10.0.2.9 allow
		egress from 10.0.2.9 allow
	END
	passes p1 wire2 "udp(b'routed', b='2.9')" routed
	passes wire2 p1 "framed(udp(b'routed back', '2.9', '1.1'))" "routed back"
}

test_order()
{
	vr h1 network set blue acl a acl b
	rules a <<-END
		egress allow
		ingress udp dport 80 deny
	END
	rules b <<<"ingress udp allow"
	both_denied p1 ""
	both p1 p2 ", dport=81"
	vr h1 network set blue acl b acl a
	both p1 p2 ""
	vr h1 network set blue acl a acl b
	vr h1 sg rule add a ingress priority 1 udp dport 80 from set:clients stateless allow
	both_denied p1 ""
	vr h1 set insert clients 10.0.1.1 fd00:1::/64
	both p1 p2 ""
	vr h1 set flush clients
	both_denied p1 ""
}

test_reject()
{
	vr h1 network set blue acl a
	rules a <<-END
		egress allow
		ingress reject
	END
	wire clear p1
	denied p1 "ip('1.1', '2.1')/TCP(sport=1000, dport=80, flags='S', seq=9)" acl_reject
	wire get p1 "TCP in p and p[TCP].flags == 'RA' and p[TCP].ack == 10 and
		p[IP].src == '10.0.2.1' and valid_l4_sum(p)"
	is "$(traced "t['verdict']" vif p1 tcp 10.0.1.1:1000 10.0.2.1:80)" reject "a trace says"
	both_denied p1 "" acl_reject
	wire get p1 "has(ICMP) and p[ICMP].type == 3 and p[ICMP].code == 13"
	wire get p1 "has(ICMPv6DestUnreach) and p[ICMPv6DestUnreach].code == 1"
	# Of the network that it would have come to.
	vr_batch h1 <<-END
		network set blue acl none
		network set green acl a
	END
	wire clear p1
	denied p1 "udp(b'no', b='3.1')" acl_reject
	wire get p1 "has(ICMP) and p[ICMP].type == 3 and p[IP].src == '10.0.1.254'"
	vr h1 network set green acl none
}

# Later fragments have no ports: a rule without them decides.
test_fragments()
{
	vr h1 network set blue acl a
	rules a <<-END
		egress allow
		ingress udp dport 80 allow
		ingress icmp allow
	END
	passes p1 p2 "ip('1.1', '2.1', flags='MF')/UDP(sport=1, dport=80)/b'first...'" first
	denied p1 "ip('1.1', '2.1', flags='MF')/UDP(sport=1, dport=81)/b'first...'"
	denied p1 "ip('1.1', '2.1', frag=2, proto=17)/b'later...'"
	denied p1 "ip('1.1', '2.1', v=6)/IPv6ExtHdrFragment(offset=2, nh=17)/b'later...'"
	vr h1 sg rule add a ingress udp dport 81 stateless deny
	vr h1 sg rule add a ingress udp stateless allow
	passes p1 p2 "ip('1.1', '2.1', frag=2, proto=17)/b'later...'" later
	passes p1 p2 "ip('1.1', '2.1', v=6)/IPv6ExtHdrFragment(offset=2, nh=17)/b'later6..'" later6
	denied p1 "ip('1.1', '2.1', flags='MF')/UDP(sport=1, dport=81)/b'first...'"
}

test_counters()
{
	vr h1 network set blue acl b
	rules b </dev/null
	rules b <<-END
		egress allow
		ingress udp dport 80 allow
		ingress udp dport 81 deny
	END
	wire send p1 "udp(b'counted')" 5
	drops_rise 3 h1 acl_deny wire send p1 "udp(b'no', dport=81)" 3
	drops_rise 2 h1 acl_deny wire send p1 "udp(b'no', dport=82)" 2
	is "$(wire json "$(vr h1 -s -j sg rule show b)" "[(o['packets'], o['bytes']) for o in d]")" \
		"[10, 465]
[5, 245]
[3, 132]"
}

# What the router says itself needs no rule.
test_own()
{
	vr h1 network set blue acl a
	rules a </dev/null
	wire clear p1
	drops_rise 1 h1 ttl_exceeded wire send p1 "udp(b'no', ttl=1)"
	wire get p1 "has(ICMP) and p[ICMP].type == 11"
	rules a <<<"egress allow"
	wire send p1 "ip('1.1', '3.77')/UDP()"
	wire get p1 "has(ICMP) and p[ICMP].type == 3 and p[ICMP].code == 1"
}

# Either list lets all pass, each by rules at other places: who met half of each would
# find some that do not.
test_change_under_traffic()
{
	rules a <<-END
		egress allow
		ingress udp dport 80 allow
		ingress udp dport 81 deny
	END
	rules b <<-END
		ingress udp dport 81 allow
		ingress udp dport 80 deny
		egress allow
	END
	vr h1 network set blue acl a acl b
	wire clear p2
	drops_rise 0 h1 acl_deny change_for_a_while
	isnt "$(wire count p2 "b'all' in raw")" 0 "packets"
}

change_for_a_while()
{
	wire noise p1 p1 eth0 "[udp(b'all') for i in range(20)]"
	wire eval "'network set blue acl a acl b\nnetwork set blue acl a\n' * 100" | vr_batch h1
	for _ in {1..10}; do
		printf 'egress stateless allow\ningress udp dport 80 stateless allow\n' |
			vr h1 sg replace a -
		printf 'ingress udp dport 80 stateless allow\negress stateless allow\n' |
			vr h1 sg replace a -
	done
	wire quiet p1
}

test_detached()
{
	vr h1 network set blue acl none
	is "$(field h1 network blue "len(o['acls'])")" 0 "groups of the ACL"
	both p1 p2 ""
	refused 1 'rule 1 of security group "a" is not stateless' set_stateful
	refused 1 'security group "a" is the ACL of network "blue"' add_stateful
	vr h1 network set blue acl none
}

set_stateful()
{
	echo "ingress allow" | vr h1 sg replace a -
	vr h1 network set blue acl a
}

add_stateful()
{
	vr h1 sg rule flush a
	vr h1 network set blue acl a
	vr h1 sg rule add a ingress allow
}

begin acl
must set_up
it "without an ACL all is routed" test_without
it "an ACL without rules denies what is routed" test_empty
it "between subnets of a network" test_subnets
it "between networks" test_networks
it "to a vif of another network" test_vif_elsewhere
it "to and from other hypervisors" test_overlay
it "the first rule of the first group decides" test_order
it "what is rejected is answered" test_reject
it "fragments" test_fragments
it "rules count packets and bytes" test_counters
it "what the router says itself passes" test_own
it "changes under traffic" test_change_under_traffic
it "no ACL any more" test_detached
finish
