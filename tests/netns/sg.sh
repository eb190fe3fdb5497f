#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Security groups: what may pass, in each direction, and what comes back.
#
#	         h1                               h2
#	┌─────────────────────┐         ┌──────────────────────┐
#	│ blue  a1 .1  a2 .2  u0───────u0 blue  b1 .3          │
#	│ blue  p1 .11 p2 .12 │         │ blue  q1 .13         │
#	│ red   r1 .11 r2 .12 │         │                      │
#	└─────────────────────┘         └──────────────────────┘
#
# a1, a2 and b1 are VMs with an IP stack; the others say nothing by themselves. red has
# the addresses of p1 and p2. All networks have the default policy, deny.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# What is at home and what is far, by the last byte of the address.
hypervisor()	# NUMBER REMOTE FAR...
{
	local i

	cat <<-END
		network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$2
		sg add any
		sg rule add any ingress allow
		sg rule add any egress allow
		sg add out
		sg rule add out egress allow
		sg add web
		set add clients
	END
	for i in "${@:3}"; do
		remote_vm blue 7 "$(mac "$i")" 10.0.0."$i" fd00::"$i"
	done
}

add_stack()	# NAME HYPERVISOR NUMBER
{
	add_vm "$1" "$2" blue "$(mac "$3")" 10.0.0."$3" fd00::"$3"
}

add_silent()	# NAME HYPERVISOR NUMBER NETWORK
{
	add_port "$1" "$2" "$(mac "$3")" network "$4" mac "$(mac "$3")" \
		address 10.0.0."$3" address fd00::"$3"
}

set_up()
{
	add_underlay || return 1
	hypervisor 1 2 3 13 | vr_batch h1 &&
	hypervisor 2 1 1 2 11 12 | vr_batch h2 &&
	vr h1 network add red gateway 10.0.0.254/24 gateway fd00::fe/64 ra off &&
	add_stack a1 h1 1 && add_stack a2 h1 2 && add_stack b1 h2 3 &&
	add_silent p1 h1 11 blue && add_silent p2 h1 12 blue && add_silent q1 h2 13 blue &&
	add_silent r1 h1 11 red && add_silent r2 h1 12 red &&
	wire define "
def ether(a, b):
	return Ether(src='02:00:00:00:00:%02x' % a, dst='02:00:00:00:00:%02x' % b)

def ip(a, b, v=4):
	if v == 4:
		return ether(a, b)/IP(src='10.0.0.%d' % a, dst='10.0.0.%d' % b)
	return ether(a, b)/IPv6(src='fd00::%d' % a, dst='fd00::%d' % b)

def udp(mark, a=11, b=12, sport=1000, dport=2000, v=4):
	return ip(a, b, v)/UDP(sport=sport, dport=dport)/mark

def tcp(flags, mark=b'', a=11, b=12, sport=1000, dport=80, v=4, **more):
	return ip(a, b, v)/TCP(sport=sport, dport=dport, flags=flags, **more)/mark

def answers(p, flags, a=12, b=11):
	return TCP in p and p[TCP].flags == flags and (
		p[IP].src == '10.0.0.%d' % a and p[IP].dst == '10.0.0.%d' % b if IP in p else
		IPv6 in p and p[IPv6].src == 'fd00::%d' % a)
"
}

# The rules of group web, each a line on standard input, and none else.
web()
{
	vr h1 sg replace web -
}

has_groups()	# HYPERVISOR VIF GROUP...
{
	local h=$1 vif=$2 words=() g

	shift 2
	for g; do
		words+=(sg "$g")
	done
	vr "$h" vif set "$vif" "${words[@]}"
}

passes()	# FROM TO FRAME MARK
{
	wire clear "$2"
	wire send "$1" "$3"
	is "$(wire count "$2" "b'$4' in raw" 1)" 1 "$4 at $2"
}

# What is sent is dropped, once, for that reason.
is_dropped()	# REASON FROM FRAME [HYPERVISOR]
{
	drops_rise 1 "${4-h1}" "$1" wire send "$2" "$3"
}

# TCP to a port, both families.
connects()	# CLIENT SERVER NUMBER PORT
{
	wire tcp "$1" "$2" 10.0.0."$3" "$4" 10000
	wire tcp "$1" "$2" fd00::"$3" "$4" 10000
}

refused_by()	# ERRNO CLIENT NUMBER PORT
{
	is "$(wire refused "$2" 10.0.0."$3" "$4" 2)" "$1" "IPv4, port $4"
	is "$(wire refused "$2" fd00::"$3" "$4" 2)" "$1" "IPv6, port $4"
}

test_default_deny()
{
	is_dropped policy_deny p1 "udp(b'no')"
	is_dropped policy_deny p1 "udp(b'no', v=6)"
	refused_by ETIMEDOUT a1 2 80
	reach_not a1 10.0.0.2
	# ARP is a base rule.
	like "$(ip -n a1 neigh show 10.0.0.2)" "$(mac 2)"
}

# Both ends have to agree, each on its hypervisor.
test_both_ends()
{
	has_groups h1 a1 out
	refused_by ETIMEDOUT a1 2 80
	has_groups h1 a2 any
	connects a1 a2 2 80
	refused_by ETIMEDOUT a2 1 80
	refused_by ETIMEDOUT a1 3 80
	has_groups h2 b1 any
	connects a1 b1 3 80
	refused_by ETIMEDOUT b1 1 80
	reach a1 10.0.0.2
	reach a1 fd00::3
	reach_not b1 10.0.0.1
}

test_ports()
{
	has_groups h1 a1 out
	has_groups h1 a2 web
	web <<-END
		ingress tcp dport 80 allow
		ingress tcp dport 1000-2000 allow
		ingress icmp type echo-request allow
	END
	connects a1 a2 2 80
	connects a1 a2 2 1000
	connects a1 a2 2 2000
	refused_by ETIMEDOUT a1 2 81
	refused_by ETIMEDOUT a1 2 999
	refused_by ETIMEDOUT a1 2 2001
	reach a1 10.0.0.2
	reach_not a1 fd00::2
	fails wire udp a1 a2 10.0.0.2 80 1 10
}

# Remote is a prefix, a set, a group and its members elsewhere.
test_peers()
{
	has_groups h1 p1 out
	has_groups h2 q1 out
	has_groups h1 p2 web
	web <<<"ingress udp from 10.0.0.8/30 allow"
	passes p1 p2 "udp(b'prefix')" prefix
	is_dropped policy_deny p1 "udp(b'no', v=6)"
	web <<<"ingress udp from 10.0.0.12/30 allow"
	is_dropped policy_deny p1 "udp(b'no')"
	web <<<"ingress udp from set:clients allow"
	is_dropped policy_deny p1 "udp(b'no')"
	vr h1 set insert clients 10.0.0.11 fd00::/64
	passes p1 p2 "udp(b'set4')" set4
	passes p1 p2 "udp(b'set6', v=6)" set6
	vr h1 set insert clients fd00::11 nomatch
	is_dropped policy_deny p1 "udp(b'no', v=6)"
	passes q1 p2 "udp(b'other6', 13, v=6)" other6
	vr h1 set remove clients 10.0.0.11
	is_dropped policy_deny p1 "udp(b'no')"
	vr h1 set flush clients
}

test_groups_as_peers()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	web <<<"ingress udp from sg:out allow"
	passes p1 p2 "udp(b'member')" member
	passes p1 p2 "udp(b'member6', v=6)" member6
	has_groups h1 p1 any
	is_dropped policy_deny p1 "udp(b'no')"
	# Members elsewhere are in a set.
	has_groups h2 q1 out
	is_dropped policy_deny q1 "udp(b'no', a=13)"
	vr h1 set insert clients 10.0.0.13
	vr h1 sg set out members clients
	passes q1 p2 "udp(b'far', a=13)" far
	vr h1 sg set out members none
	vr h1 set flush clients
	is_dropped policy_deny q1 "udp(b'no', a=13)"
	# An address in another network is no member of anything here.
	has_groups h1 r1 out
	is_dropped policy_deny p1 "udp(b'no')"
	has_groups h1 r1 none
}

test_order()
{
	has_groups h1 p1 out
	web <<-END
		ingress udp dport 2000 deny
		ingress udp allow
	END
	has_groups h1 p2 web
	is_dropped rule_deny p1 "udp(b'no')"
	passes p1 p2 "udp(b'yes', dport=2001)" yes
	vr h1 sg rule add web ingress priority 5 udp dport 2000 allow
	passes p1 p2 "udp(b'first')" first
	# The first group that has an answer.
	vr h1 sg rule del web 1
	has_groups h1 p2 any web
	passes p1 p2 "udp(b'any')" any
	has_groups h1 p2 web any
	is_dropped rule_deny p1 "udp(b'no')"
	passes p1 p2 "tcp('S', b'tcp')" tcp
}

test_reject()
{
	has_groups h1 a1 out
	has_groups h1 a2 web
	web <<<"ingress reject"
	refused_by ECONNREFUSED a1 2 80
	has_groups h2 b1 out
	refused_by ECONNREFUSED b1 2 80
	has_groups h1 p1 out
	has_groups h1 p2 web
	wire clear p1
	drops_rise 1 h1 rule_reject wire send p1 "tcp('S', seq=1000)"
	wire get p1 "answers(p, 'RA') and p[TCP].ack == 1001 and p[TCP].sport == 80 and
		valid_l4_sum(p)"
	drops_rise 1 h1 rule_reject wire send p1 "tcp('S', seq=1000, v=6)"
	wire get p1 "IPv6 in p and answers(p, 'RA') and p[TCP].ack == 1001 and valid_l4_sum(p)"
	wire send p1 "udp(b'no')"
	wire get p1 "has(ICMP) and p[ICMP].type == 3 and p[ICMP].code == 13"
	wire send p1 "udp(b'no', v=6)"
	wire get p1 "has(ICMPv6DestUnreach) and p[ICMPv6DestUnreach].code == 1"
	# At the sender too.
	web <<<"egress tcp reject"
	has_groups h1 a1 web
	refused_by ECONNREFUSED a1 2 80
	# A reset is not answered.
	web <<<"ingress tcp reject"
	wire clear p1
	is_dropped rule_reject p1 "tcp('R', seq=1000)"
	is "$(wire count p1 "answers(p, 'RA') or answers(p, 'R')")" 0 "answers"
}

# Where no router is, what is rejected is answered in the receiver's name, as nftables does:
# here, and by the tunnel.
add_lan()
{
	vr h1 network add lan vni 300
	vr h2 network add lan vni 300
	vr h1 fdb add "$(mac 23)" network lan nexthop 7
	vr h2 fdb add "$(mac 21)" network lan nexthop 7
	vr h2 fdb add "$(mac 22)" network lan nexthop 7
	add_silent l1 h1 21 lan
	add_silent l2 h1 22 lan
	add_silent l3 h2 23 lan
	has_groups h1 l1 out
	has_groups h1 l2 web
	has_groups h2 l3 out
}

del_lan()
{
	vr_batch h1 <<-END
		vif del l1
		vif del l2
		network del lan
	END
	vr_batch h2 <<-END
		vif del l3
		fdb flush network lan
		network del lan
	END
}

told_of_rejection()	# PORT NUMBER
{
	wire clear "$1"
	drops_rise 1 h1 rule_reject wire send "$1" "udp(b'no', $2, 22)"
	is "$(wire get "$1" "has(ICMP)" "(p[ICMP].type, p[ICMP].code, p[IP].src, p[IP].dst,
		p.dst, valid_l4_sum(p))")" \
		"(3, 13, '10.0.0.22', '10.0.0.$2', '$(mac "$2")', True)" "ICMP at $1"
	drops_rise 1 h1 rule_reject wire send "$1" "udp(b'no', $2, 22, v=6)"
	is "$(wire get "$1" "has(ICMPv6DestUnreach)" "(p[ICMPv6DestUnreach].code, p[IPv6].src,
		p[IPv6].dst, valid_l4_sum(p))")" \
		"(1, 'fd00::22', 'fd00::$2', True)" "ICMPv6 at $1"
	drops_rise 1 h1 rule_reject wire send "$1" "tcp('S', b'', $2, 22, seq=1000)"
	wire get "$1" "answers(p, 'RA', 22, $2) and p[TCP].ack == 1001"
}

test_reject_without_gateway()
{
	add_lan
	web <<<"ingress reject"
	told_of_rejection l1 21
	told_of_rejection l3 23
	# A packet to all is not answered, nor one whose sender no one knows the place of.
	wire clear
	drops_rise 1 h1 rule_reject wire send l1 "Ether(src='$(mac 21)', dst='ff:ff:ff:ff:ff:ff')/
		IP(src='10.0.0.21', dst='10.0.0.255')/UDP(sport=1, dport=2)/b'all'"
	vr h1 fdb del "$(mac 23)" network lan
	drops_rise 1 h1 unknown_unicast wire send l3 "udp(b'no', 23, 22)"
	is "$(wire count l1 "has(ICMP)")" 0 "answers at l1"
	is "$(wire count l3 "has(ICMP)")" 0 "answers at l3"
	is "$(wire count l2 "True")" 0 "packets at l2"
}

# As a host would say that it has no room for a packet, of which its sender sends less then.
told_of_size()	# PORT NUMBER
{
	wire clear "$1"
	wire define "large = udp(bytes(1372), $2, 22)
large[IP].flags = 'DF'"
	drops_rise 1 h1 too_big wire send "$1" large
	is "$(wire get "$1" "has(ICMP)" "(p[ICMP].type, p[ICMP].code, p[ICMP].nexthopmtu,
		p[IP].src, p[IP].dst, p.dst, valid_l4_sum(p))")" \
		"(3, 4, 1300, '10.0.0.22', '10.0.0.$2', '$(mac "$2")', True)" "ICMP at $1"
	drops_rise 1 h1 too_big wire send "$1" "udp(bytes(1352), $2, 22, v=6)"
	is "$(wire get "$1" "has(ICMPv6PacketTooBig)" "(p[ICMPv6PacketTooBig].mtu,
		p[IPv6].src, p[IPv6].dst, valid_l4_sum(p))")" \
		"(1300, 'fd00::22', 'fd00::$2', True)" "ICMPv6 at $1"
}

test_too_big_without_gateway()
{
	vr h1 fdb add "$(mac 23)" network lan nexthop 7
	web <<<"ingress allow"
	ip -n h1 link set l2 mtu 1300
	told_of_size l1 21
	told_of_size l3 23
	is "$(wire count l2 "True")" 0 "packets at l2"
	del_lan
}

# Answers pass, and only they. The host remembers connections of the tests before, so ports
# are others here.
test_answers()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	web <<<"ingress udp dport 2000 allow"
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1100)"
	passes p1 p2 "udp(b'question', sport=1100)" question
	passes p2 p1 "udp(b'answer', 12, 11, 2000, 1100)" answer
	passes p1 p2 "udp(b'question6', v=6, sport=1100)" question6
	passes p2 p1 "udp(b'answer6', 12, 11, 2000, 1100, v=6)" answer6
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1101)"
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2001, 1100)"
	is_dropped policy_deny p2 "udp(b'no', 12, 13, 2000, 1102)"
	# From the overlay, where the question is judged on the other hypervisor.
	has_groups h2 q1 out
	passes q1 p2 "udp(b'far question', 13, sport=1100)" "far question"
	passes p2 q1 "udp(b'far answer', 12, 13, 2000, 1100)" "far answer"
}

# What a rule let begin ends with it, with the next packet.
test_withdrawn()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	web <<<"ingress udp dport 2000 from set:clients allow"
	vr h1 set insert clients 10.0.0.11
	passes p1 p2 "udp(b'begun')" begun
	passes p2 p1 "udp(b'answered', 12, 11, 2000, 1000)" answered
	vr h1 set remove clients 10.0.0.11
	is_dropped policy_deny p1 "udp(b'no')"
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1000)"
	vr h1 set insert clients 10.0.0.11
	passes p2 p1 "udp(b'again', 12, 11, 2000, 1000)" again
	web <<<"ingress tcp allow"
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1000)"
	web <<<"ingress udp allow"
	passes p2 p1 "udp(b'once more', 12, 11, 2000, 1000)" "once more"
	vr h1 vif set p1 sg none
	is_dropped policy_deny p1 "udp(b'no')"
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1000)"
	vr h1 set flush clients
}

# The windows of a connection that is in the flow cache are not insisted on.
test_tcp_state()
{
	vr h1 network set blue flow-cache off
	has_groups h1 p1 out
	has_groups h1 p2 any
	wire send p1 "tcp('S', sport=3000, seq=100)"
	passes p2 p1 "tcp('SA', b'', 12, 11, 80, 3000, seq=500, ack=101)/b'synack'" synack
	wire send p1 "tcp('A', sport=3000, seq=101, ack=501)"
	passes p1 p2 "tcp('PA', b'data', sport=3000, seq=101, ack=501)" data
	# Far out of the window.
	is_dropped ct_invalid p1 "tcp('PA', b'no', sport=3000, seq=101 + (1 << 30), ack=501)"
	is_dropped ct_invalid p1 "tcp('SFRPU', b'no', sport=3001)"
	vr h1 network set blue flow-cache on
	is_dropped ct_invalid p1 "tcp('SFRPU', b'no', sport=3001)"
	vr h1 network set blue flow-cache off
}

test_stateless()
{
	has_groups h1 p1 web
	has_groups h1 p2 web
	web <<-END
		ingress udp dport 2000 stateless allow
		egress udp dport 2000 stateless allow
	END
	passes p1 p2 "udp(b'there')" there
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1000)"
	vr h1 sg rule add web ingress udp sport 2000 stateless allow
	vr h1 sg rule add web egress udp sport 2000 stateless allow
	passes p2 p1 "udp(b'back', 12, 11, 2000, 1000)" back
	# Beside rules with state: what is judged without says nothing about answers.
	web <<-END
		ingress udp dport 2000 stateless allow
		egress udp dport 2000 stateless allow
		ingress udp dport 2001 allow
		egress udp dport 2001 allow
	END
	passes p1 p2 "udp(b'without')" without
	is_dropped policy_deny p2 "udp(b'no', 12, 11, 2000, 1000)"
	passes p1 p2 "udp(b'with', dport=2001)" with
	passes p2 p1 "udp(b'answer', 12, 11, 2001, 1000)" answer
}

# An ICMP error about a connection is for who has it, and from who has its other end.
test_errors()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	has_groups h1 a2 web
	web <<<"ingress udp dport 2000 allow"
	passes p1 p2 "udp(b'question')" question
	wire define "
def error(about, a, b, v=4):
	if v == 4:
		return ip(a, b)/ICMP(type=3, code=3)/about[IP]
	return ip(a, b, 6)/ICMPv6DestUnreach(code=4)/about[IPv6]
"
	passes p2 p1 "error(udp(b'question'), 12, 11)/b'unreachable'" unreachable
	passes p1 p2 "udp(b'question6', v=6)" question6
	passes p2 p1 "error(udp(b'question6', v=6), 12, 11, 6)/b'unreachable6'" unreachable6
	# About nothing.
	is_dropped ct_invalid p2 "error(udp(b'what', dport=5), 12, 11)"
	# From someone whose connection it is not, though his rules would let it begin.
	wire define "third = ether(13, 11)/IP(src='10.0.0.13', dst='10.0.0.11')"
	has_groups h2 q1 any
	is_dropped ct_invalid q1 "third/ICMP(type=3, code=3)/udp(b'question')[IP]" h2
	# With an IP stack, where nobody listens.
	has_groups h1 a1 out
	wire open wire-a1 a1 eth0
	wire say a1 10.0.0.2 2000 1 hello
	wire get wire-a1 "has(ICMP) and p[ICMP].type == 3 and p[ICMP].code == 3"
	wire say a1 fd00::2 2000 1 hello
	wire get wire-a1 "has(ICMPv6DestUnreach) and p[ICMPv6DestUnreach].code == 4"
}

test_same_in_two_networks()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	has_groups h1 r1 out
	has_groups h1 r2 none
	web <<<"ingress udp dport 2000 allow"
	passes p1 p2 "udp(b'in blue')" "in blue"
	is_dropped policy_deny r1 "udp(b'no')"
	has_groups h1 r2 any
	# An answer in red to what was asked in blue.
	has_groups h1 r2 web
	is_dropped policy_deny r2 "udp(b'no', 12, 11, 2000, 1000)"
	passes p2 p1 "udp(b'answer', 12, 11, 2000, 1000)" answer
	has_groups h1 r1 none
	has_groups h1 r2 none
}

test_counters()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	# What stays keeps its counters.
	vr h1 sg rule flush web
	web <<-END
		ingress udp dport 2000 allow
		ingress udp dport 2001 deny
	END
	wire send p1 "udp(b'counted')" 5
	drops_rise 7 h1 rule_deny wire send p1 "udp(b'denied', dport=2001)" 7
	is "$(wire json "$(vr h1 -s -j sg rule show web)" "[(o['packets'], o['bytes']) for o in d]")" \
		"[5, 245]
[7, 336]"
	web <<<"ingress udp dport 2000 allow"
	is "$(wire json "$(vr h1 -s -j sg rule show web)" "d[0]['packets']")" 5 "packets"
}

# Where the host sees connections of a zone; what was denied leaves none.
connections()	# ZONE
{
	wire read h1 /proc/net/nf_conntrack | grep -c "zone=$1 " || true
}

test_zone()
{
	local zone

	zone=$(field h1 network red "o['zone']")
	has_groups h1 r1 out
	has_groups h1 r2 web
	web <<<"ingress udp dport 2000 allow"
	vr h1 network add other
	is "$(connections "$zone")" 0 "connections"
	passes r1 r2 "udp(b'one')" one
	drops_rise 3 h1 policy_deny wire send r1 "udp(b'no', dport=2001)" 3
	is "$(connections "$zone")" 1 "connections"
	vr h1 network del other
	is "$(connections "$zone")" 1 "connections"
	has_groups h1 r1 none
	has_groups h1 r2 none
}

# Broadcast and multicast are judged packet by packet, at each receiver.
test_multicast()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	web <<<"ingress udp dport 2000 allow"
	wire define "all = Ether(src='02:00:00:00:00:0b', dst='ff:ff:ff:ff:ff:ff')/IP(src='10.0.0.11', dst='10.0.0.255')"
	passes p1 p2 "all/UDP(sport=5, dport=2000)/b'to all'" "to all"
	wire clear p2
	wire send p1 "all/UDP(sport=5, dport=2001)/b'to none'"
	passes p1 p2 "all/UDP(sport=5, dport=2000)/b'to all again'" "to all again"
	is "$(wire count p2 "b'to none' in raw")" 0 "what no rule allows"
}

# All ports pass by either list, each by a rule at another place: who saw half of one and
# half of the other would find some that do not.
test_replace_under_traffic()
{
	local i

	has_groups h1 p1 out
	has_groups h1 p2 web
	wire eval "'\n'.join('ingress udp dport %d stateless allow' % d
		for d in range(1000, 2000))" >"$tap_log.0"
	tac "$tap_log.0" >"$tap_log.1"
	vr h1 sg replace web "$tap_log.0"
	wire clear p2
	drops_rise 0 h1 policy_deny replace_for_a_while
	isnt "$(wire count p2 "b'all' in raw")" 0 "packets"
	is "$(field h1 sg web "o['rules']")" 1000 "rules"
	rm -f "$tap_log.0" "$tap_log.1"
}

replace_for_a_while()
{
	local i

	wire noise p1 p1 eth0 "[udp(b'all', dport=d) for d in range(1000, 2000, 7)]"
	for i in {1..20}; do
		vr h1 sg replace web "$tap_log.$((i % 2))"
	done
	wire quiet p1
}

addresses()	# FIRST BYTE
{
	awk -v n="$1" 'BEGIN { for (; i < 99999; i++)
		printf "%d.%d.%d.%d\n", n, i / 65536, i / 256 % 256, i % 256 }'
}

# Of two sets, each half of the addresses is in one, then in the other.
test_swap_under_traffic()
{
	vr h1 set add other
	addresses 11 |
		vr h1 set load clients -
	vr h1 set insert clients 10.0.0.11
	addresses 12 |
		vr h1 set load other -
	vr h1 set insert other fd00::11
	web <<-END
		ingress udp from set:clients stateless allow
		ingress udp from set:other stateless allow
	END
	wire clear p2
	drops_rise 0 h1 policy_deny swap_for_a_while
	isnt "$(wire count p2 "b'four' in raw")" 0 "packets, IPv4"
	isnt "$(wire count p2 "b'six' in raw")" 0 "packets, IPv6"
	web </dev/null
	vr h1 set del other
	vr h1 set flush clients
}

swap_for_a_while()
{
	wire noise p1 p1 eth0 "[udp(b'four'), udp(b'six', v=6)] * 20"
	wire eval "'set swap clients other\n' * 501" | vr_batch h1
	wire quiet p1
}

# Elements with counters count what they decided about.
test_elements_count()
{
	has_groups h1 p1 out
	has_groups h1 p2 web
	vr h1 set add counted counters on
	vr h1 set insert counted 10.0.0.0/24 10.0.0.11
	web <<-END
		ingress udp dport 2000 from set:counted allow
		ingress udp from set:counted deny
	END
	wire send p1 "udp(b'counted')" 5
	drops_rise 2 h1 rule_deny wire send p1 "udp(b'denied', dport=2001)" 2
	is "$(wire json "$(vr h1 -s -j set list counted)" \
		"[(o['address'], o['packets'], o['bytes']) for o in d]")" \
		'["10.0.0.0/24", 0, 0]
["10.0.0.11", 7, 341]'
	web </dev/null
	vr h1 set del counted
}

begin sg
must set_up
it "nothing passes without a group" test_default_deny
it "both ends have to agree" test_both_ends
it "protocols, ports and ICMP types" test_ports
it "a prefix or a set as peer" test_peers
it "a group as peer" test_groups_as_peers
it "rules and groups in order" test_order
it "what is rejected is answered" test_reject
it "what is rejected is answered where there is no gateway" test_reject_without_gateway
it "without a gateway, what is too big is answered in the receiver's name" \
	test_too_big_without_gateway
it "answers pass, and only they" test_answers
it "connections end with their rule" test_withdrawn
it "TCP segments out of their connection are invalid" test_tcp_state
it "rules without connection state" test_stateless
it "ICMP errors about connections" test_errors
it "the same connection in two networks" test_same_in_two_networks
it "rules count packets and bytes" test_counters
it "connections are in their network's zone" test_zone
it "broadcast is judged packet by packet" test_multicast
it "elements of sets count" test_elements_count
it "rules are replaced under traffic" test_replace_under_traffic
it "sets are swapped under traffic" test_swap_under_traffic
finish
