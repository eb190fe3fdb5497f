#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What comes with MPLS labels, and what is sent with one. The other end is only a wire:
#
#	             h1                         h2
#	┌─────────────────────────────┐     ┌────────┐
#	│ blue  p1 10.0.0.1, fd00::1  u0───u0  wire2 │
#	│ red   r1 10.0.0.1, fd00::1  │     └────────┘
#	└─────────────────────────────┘ 192.0.2.0/24
#
# Labels: 500 blue, 501 the vif p1, 502 red by a next hop; 600 is the other end's.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:61:01
mac2=02:00:00:00:72:01

network()	# NAME
{
	echo "network add $1 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64"
}

objects()
{
	echo "tunnel add mu type mplsoudp local 192.0.2.1"
	echo "tunnel add mg type mplsogre local 192.0.2.1"
	echo "nexthop add id 1 type vif vif p1"
	echo "nexthop add id 2 type network network red"
	echo "nexthop add id 7 type tunnel tunnel mu remote 192.0.2.2 label 600"
	echo "label add 500 network blue"
	echo "label add 501 nexthop 1"
	echo "label add 502 nexthop 2"
	for n in blue red; do
		echo "route add 0.0.0.0/0 network $n nexthop 7"
		echo "route add ::/0 network $n nexthop 7"
		echo "fdb add 02:00:00:00:99:99 network $n nexthop 7"
	done
}

set_up()
{
	add_underlay &&
	{ network blue; network red; } | vr_batch h1 &&
	add_port p1 h1 $mac1 network blue mac $mac1 address 10.0.0.1 address fd00::1 &&
	add_port r1 h1 $mac2 network red mac $mac2 address 10.0.0.1 address fd00::1 &&
	objects | vr_batch h1 &&
	wire open wire2 h2 u0 &&
	wire define "
def entry(label, ttl, bottom=1, tc=0):
	return (label << 12 | tc << 9 | bottom << 8 | ttl).to_bytes(4, 'big')

def outer(**fields):
	return Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1', **fields)

def udp(label, content, ttl=64):
	return outer()/UDP(sport=5555, dport=6635)/Raw(entry(label, ttl) + to_bytes(content))

def gre(label, content, ttl=64):
	return outer(proto=47)/Raw(b'\\0\\0\\x88\\x47' + entry(label, ttl) + to_bytes(content))

def four(dst='10.0.0.1', **fields):
	return IP(src='198.51.100.7', dst=dst, **fields)/UDP(sport=7, dport=9)/b'content'

def six(dst='fd00::1', **fields):
	return IPv6(src='2001:db8:7::7', dst=dst, **fields)/UDP(sport=7, dport=9)/b'content'

# With a control word in front, whose reserved bits and sequence number are anything.
def frame(content, dst='$mac1', word=b'\\0\\0\\0\\0'):
	return Raw(word + to_bytes(Ether(src='02:00:00:00:99:99', dst=dst)/content))
"
}

# How often what was sent came to a port; ports are asked after the one that it comes to.
arrives()	# PORT PACKET [CONDITION]
{
	wire clear
	wire send wire2 "$2"
	is "$(wire count "$1" "b'content' in raw and ${3-True}" 1)" 1 "packets at $1"
}

stays_away()	# PORT
{
	is "$(wire count "$1" "b'content' in raw")" 0 "packets at $1"
}

test_network()	# udp|gre
{
	local from_router="p.src == '$gateway_mac' and p.dst == '$mac1'"

	arrives p1 "$1(500, four(ttl=9))" "$from_router and p[IP].ttl == 8"
	arrives p1 "$1(500, six(hlim=9))" "$from_router and p[IPv6].hlim == 8"
	arrives p1 "$1(500, frame(four(ttl=9)))" \
		"p.src == '02:00:00:00:99:99' and p[IP].ttl == 9"
	arrives p1 "$1(500, frame(six(), word=bytes.fromhex('0fffabcd')))"
	stays_away r1
}

test_vif()	# udp|gre
{
	arrives p1 "$1(501, four(dst='203.0.113.5', ttl=9))" \
		"p.dst == '$mac1' and p.src == '$gateway_mac' and p[IP].ttl == 8"
	arrives p1 "$1(501, six(dst='2001:db8:5::5', hlim=9))" \
		"p.dst == '$mac1' and p[IPv6].hlim == 8"
	arrives p1 "$1(501, frame(four(dst='203.0.113.5'), dst='02:00:00:00:77:77'))" \
		"p.dst == '02:00:00:00:77:77' and p[IP].dst == '203.0.113.5'"
	stays_away r1
}

test_network_by_nexthop()
{
	arrives r1 "udp(502, four())" "p.dst == '$mac2'"
	arrives r1 "udp(502, frame(six(), dst='$mac2'))"
	stays_away p1
}

# The answer goes by the network's routes, with the label of the other end.
test_ttl()
{
	drops_rise 1 h1 ttl_exceeded wire send wire2 "udp(500, four(dst='10.0.9.9', ttl=1))"
	is "$(wire get wire2 "has(UDP) and p[UDP].dport == 6635 and raw[46:47] == b'\\x45' and
		raw[55] == 1 and raw[66] == 11" "raw[58:66].hex()")" \
		"0a0000fec6336407" "from the gateway to the sender"
	drops_rise 1 h1 ttl_exceeded wire send wire2 "udp(501, six(hlim=1))"
}

# RFC 3032, section 2.1; RFC 7510, section 3; RFC 4023, section 3; RFC 4448, section 4.2.
test_sent()	# TUNNEL OFFSET (of the label)
{
	vr h1 nexthop set 7 tunnel "$1" payload l3
	wire clear
	wire send p1 "Ether(src='$mac1', dst='$gateway_mac')/IP(src='10.0.0.1',
		dst='198.51.100.7', ttl=33)/UDP(sport=7, dport=9)/b'content'"
	is "$(wire get wire2 "b'content' in raw" "raw[$2:$2 + 5].hex()")" 0025812045 \
		"label 600, bottom of stack, TTL 32, IPv4"
	vr h1 nexthop set 7 payload l2
	wire clear
	wire send p1 "Ether(src='$mac1', dst='02:00:00:00:99:99')/IP(src='10.0.0.1',
		dst='10.0.0.9')/UDP(sport=7, dport=9)/b'content'"
	is "$(wire get wire2 "b'content' in raw" "raw[$2:$2 + 14].hex()")" \
		0025814000000000020000009999 "label 600, TTL of the tunnel, control word, frame"
}

test_traffic_class()
{
	vr h1 tunnel set mu dscp 46
	wire clear
	wire send p1 "Ether(src='$mac1', dst='02:00:00:00:99:99')/IP(src='10.0.0.1',
		dst='10.0.0.9')/UDP(sport=7, dport=9)/b'content'"
	is "$(wire get wire2 "b'content' in raw" "(p[IP].tos >> 2, raw[44] >> 1 & 7)")" "(46, 5)" \
		"DSCP and traffic class"
	vr h1 tunnel set mu dscp 0
}

test_change()
{
	vr h1 label set 501 network red
	arrives r1 "udp(501, four())"
	vr h1 label set 501 nexthop 1
	arrives p1 "udp(501, four())"
	vr h1 label del 501
	drops_rise 5 h1 unknown_label wire send wire2 "udp(501, four())" 5
	vr h1 label add 501 nexthop 1
}

test_statistics()
{
	local before

	before=$(field h1 label 500 "o['stats']['rx_packets']")
	arrives p1 "udp(500, four())"
	is "$(field h1 label 500 "o['stats']['rx_packets']")" $((before + 1)) "packets with 500"
}

# A vif that is gone is no reason to give its packets to someone else.
test_dead()
{
	ip -n h1 link del p1
	drops_rise 5 h1 nexthop_dead wire send wire2 "udp(501, four())" 5
	drops_rise 5 h1 nexthop_dead wire send wire2 "udp(501, frame(four()))" 5
}

begin labels
must set_up
it "a network's label, in UDP" test_network udp
it "a network's label, in GRE" test_network gre
it "a vif's label, in UDP" test_vif udp
it "a vif's label, in GRE" test_vif gre
it "a network behind a next hop" test_network_by_nexthop
it "TTL and hop limit" test_ttl
it "what is sent, in UDP" test_sent mu 42
it "what is sent, in GRE" test_sent mg 38
must vr h1 nexthop set 7 tunnel mu
it "the traffic class" test_traffic_class
it "labels change" test_change
it "statistics" test_statistics
it "a vif that is gone" test_dead
finish
