#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who gets frames for everyone, and for no one that is known:
#
#	       h1                                  h2
#	┌────────────────┐             ┌───────────────────────┐
#	│ blue (vni 100) │             │ captured; is two      │
#	│  p1 p2 p3      u0───────────u0 hypervisors: .2 and .3│
#	│ red            │             └───────────────────────┘
#	│  r1            │
#	└────────────────┘
#
# blue's flood next hop has three members: tunnels to .2 (with VNI 100) and .3 (with
# VNI 300), and the vif r1 of another network. No VM says anything by itself.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

set_up()
{
	local i

	add_underlay || return 1
	ip -n h2 addr add 192.0.2.3/24 dev u0 || return 1
	vr_batch h1 <<-END || return 1
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		network add red policy allow
		nexthop add id 2 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 3 type tunnel tunnel vx4 remote 192.0.2.3 vni 300
		nexthop add id 90 type flood member 2 member 3
		fdb add 02:00:00:00:00:22 network blue nexthop 2
	END
	for i in 1 2 3; do
		add_port p$i h1 "$(mac $i)" network blue mac "$(mac $i)" || return 1
	done
	add_port r1 h1 02:00:00:00:01:01 network red &&
	wire open wire2 h2 u0 &&
	wire define "
ALL = 'ff:ff:ff:ff:ff:ff'

def frame(mark, dst=ALL, src='$(mac 1)'):
	return Ether(src=src, dst=dst)/IP(src='10.0.0.1', dst='10.0.0.255')/UDP()/mark

def overlay(inner, vni=100, src='192.0.2.2'):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src=src, dst='192.0.2.1')/
		UDP(sport=5555, dport=4789)/VXLAN(flags=8, vni=vni)/inner)

def outer(p, dst, vni):
	return VXLAN in p and p[IP].dst == dst and p[VXLAN].vni == vni
"
}

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

# How many frames with a mark came where. "end" is a marked frame to everyone of which
# there are copies everywhere when it has arrived at the last place.
copies()	# MARK
{
	wire send p1 "frame(b'end of $1')"
	wire count p3 "b'end of $1' in raw" 1 >/dev/null
	echo "p1 $(at p1 "$1") p2 $(at p2 "$1") p3 $(at p3 "$1") r1 $(at r1 "$1")" \
		".2 $(at wire2 "$1" "and outer(p, '192.0.2.2', 100)")" \
		".3 $(at wire2 "$1" "and outer(p, '192.0.2.3', 300)")" \
		"h2 $(at wire2 "$1")"
}

at()	# PORT MARK [CONDITION]
{
	wire count "$1" "b'$2.' in raw ${3-}"
}

# 10 frames of p1 to a destination.
flooded()	# MARK DESTINATION EXPECTED
{
	wire clear
	wire send p1 "frame(b'$1.', '$2')" 10
	is "$(copies "$1")" "$3" "frames to $2"
}

everyone="p1 0 p2 10 p3 10 r1 0 .2 10 .3 10 h2 20"
vifs_only="p1 0 p2 10 p3 10 r1 0 .2 0 .3 0 h2 0"

test_without_next_hop()
{
	flooded broadcast ff:ff:ff:ff:ff:ff "$vifs_only"
	flooded multicast 01:00:5e:01:02:03 "$vifs_only"
	flooded multicast6 33:33:00:01:02:03 "$vifs_only"
	flooded unknown 02:00:00:00:00:77 "$vifs_only"
}

test_with_next_hop()
{
	vr h1 network set blue flood 90
	flooded broadcast ff:ff:ff:ff:ff:ff "$everyone"
	flooded multicast 01:00:5e:01:02:03 "$everyone"
	flooded multicast6 33:33:00:01:02:03 "$everyone"
	flooded unknown 02:00:00:00:00:77 "$everyone"
}

test_known_unicast()
{
	flooded known "$(mac 2)" "p1 0 p2 10 p3 0 r1 0 .2 0 .3 0 h2 0"
	flooded known 02:00:00:00:00:22 "p1 0 p2 0 p3 0 r1 0 .2 10 .3 0 h2 10"
}

# Nothing from the overlay goes back there, not even to a third hypervisor.
test_split_horizon()
{
	wire clear
	wire send wire2 "overlay(frame(b'broadcast.', ALL, '02:00:00:00:00:22'))" 10
	wire send wire2 "overlay(frame(b'unknown.', '02:00:00:00:00:77', '02:00:00:00:00:22'))" 10
	is "$(copies broadcast)" "p1 10 p2 10 p3 10 r1 0 .2 0 .3 0 h2 0" "broadcast"
	is "$(copies unknown)" "p1 10 p2 10 p3 10 r1 0 .2 0 .3 0 h2 0" "unknown unicast"
	drops_rise 10 h1 split_horizon wire send wire2 \
		"overlay(frame(b'fdb.', '02:00:00:00:00:22', '02:00:00:00:00:33'))" 10
	is "$(copies fdb)" "p1 0 p2 0 p3 0 r1 0 .2 0 .3 0 h2 0" "known unicast"
}

test_unknown_dropped()
{
	vr h1 network set blue unknown-unicast drop
	wire clear
	drops_rise 10 h1 unknown_unicast wire send p1 "frame(b'unknown.', '02:00:00:00:00:77')" 10
	is "$(copies unknown)" "p1 0 p2 0 p3 0 r1 0 .2 0 .3 0 h2 0"
	flooded broadcast ff:ff:ff:ff:ff:ff "$everyone"
	vr h1 network set blue unknown-unicast flood
}

# A member that is a vif of another network gets a copy, a vif of the same no second.
test_vif_members()
{
	vr_batch h1 <<-END
		nexthop add id 4 type vif vif r1
		nexthop add id 5 type vif vif p2
		nexthop set id 90 member 2 member 4 member 5
	END
	flooded broadcast ff:ff:ff:ff:ff:ff "p1 0 p2 10 p3 10 r1 10 .2 10 .3 0 h2 10"
	vr_batch h1 <<-END
		nexthop set id 90 member 2 member 3
		nexthop del id 4
		nexthop del id 5
	END
}

# The copies are the frame itself, each of them.
test_content()
{
	local sent inner p

	wire clear
	wire send p1 "frame(b'content.' + bytes(range(256)) * 4)"
	sent=$(wire eval "to_bytes(frame(b'content.' + bytes(range(256)) * 4)).hex()")
	for p in p2 p3; do
		is "$(wire get $p "b'content.' in raw" "raw.hex()")" "$sent" "frame at $p"
	done
	for p in 192.0.2.2 192.0.2.3; do
		inner=$(wire get wire2 "has(VXLAN) and p[IP].dst == '$p'" "raw[50:].hex()")
		is "$inner" "$sent" "frame to $p"
	done
}

# No receiver at all.
test_no_one()
{
	drops_rise 10 h1 no_flood wire send r1 "frame(b'alone', src='02:00:00:00:01:01')" 10
	drops_rise 10 h1 no_flood wire send r1 "frame(b'alone', '02:00:00:00:00:77',
		'02:00:00:00:01:01')" 10
}

# A packet of which each copy is too large for one receiver only.
test_mtu_of_each()
{
	vr h1 vif set p2 mtu 500
	wire clear
	drops_rise 10 h1 too_big wire send p1 "Ether(src='$(mac 1)', dst=ALL)/
		IP(src='10.0.0.1', dst='10.0.0.255', flags='DF')/UDP()/b'large.'/bytes(600)" 10
	is "$(copies large)" "p1 0 p2 0 p3 10 r1 0 .2 10 .3 10 h2 20"
	drop_count_is 10 h1 too_big vif p2
	vr h1 vif set p2 mtu 0
}

test_counters()
{
	local before

	before=$(field h1 nexthop 90 "o['stats']['tx_packets']")
	flooded counted ff:ff:ff:ff:ff:ff "$everyone"
	is "$(field h1 nexthop 90 "o['stats']['tx_packets']")" $((before + 11)) "frames flooded"
}

# Sends frames for everyone at once, and says how many were copied to the others. The
# frames that tell the end are not flooded.
burst()	# FRAMES EXPRESSION
{
	wire clear
	wire send p1 "$2" "$1"
	wire send p1 "frame(b'end of burst', '$(mac 3)')"
	wire send p1 "frame(b'end of burst', '02:00:00:00:00:22')"
	wire count p3 "b'end of burst' in raw" 1 >/dev/null
	wire count wire2 "b'end of burst' in raw" 1 >/dev/null
	at p3 rate
}

# A bucket of a tenth of a second's frames at first, then the rate.
test_rate()
{
	local passed started dropped

	vr h1 network set blue flood-rate 200
	dropped=$(drop_count h1 flood_rate)
	started=${EPOCHREALTIME/[^0-9]/}
	passed=$(burst 60 "frame(b'rate.')")
	between "$passed" 20 "$(most "$started")" "frames that passed"
	is "$(at wire2 rate "and outer(p, '192.0.2.2', 100)")" "$passed" "frames to .2"
	is $(($(drop_count h1 flood_rate) - dropped)) $((60 - passed)) "frames dropped"
	pause 0.2
	started=${EPOCHREALTIME/[^0-9]/}
	passed=$(burst 60 "frame(b'rate.')")
	between "$passed" 20 "$(most "$started")" "frames of a bucket that was full again"
}

# A full bucket of 20 frames, and 200 a second since a time, in microseconds.
most()	# TIME
{
	echo $((20 + 200 * (${EPOCHREALTIME/[^0-9]/} - $1) / 1000000 + 1))
}

# Neither known unicast nor what comes from the overlay is limited.
test_rate_of_others()
{
	vr h1 network set blue flood-rate 1
	burst 30 "frame(b'rate.')" >/dev/null
	wire clear
	wire send p1 "frame(b'known.', '$(mac 2)')" 30
	wire count p2 "b'known.' in raw" 30
	is "$(at p2 known)" 30 "known unicast"
	wire send wire2 "overlay(frame(b'broadcast.', ALL, '02:00:00:00:00:22'))" 30
	wire count p3 "b'broadcast.' in raw" 30
	is "$(at p3 broadcast)" 30 "from the overlay"
	vr h1 network set blue flood-rate 0
	flooded unlimited ff:ff:ff:ff:ff:ff "$everyone"
}

# Next hops to a thousand remote ends, all behind one router.
thousand()
{
	local i

	for ((i = 1000; i < 2000; i++)); do
		echo "nexthop add id $i type tunnel tunnel vx4 remote 10.9.$((i / 250)).$((i % 250 + 1))"
	done
	echo "nexthop add id 91 type flood$(printf ' member %d' {1000..1999})"
	echo "network set blue flood 91"
}

# The queue between two veths is for fewer packets at once.
backlog()	# PACKETS
{
	sysctl -q net.core.netdev_max_backlog="$1"
}

test_thousand_remotes()
{
	local before

	usual=$(sysctl -n net.core.netdev_max_backlog)
	trap 'backlog "$usual"' EXIT
	backlog 5000
	ip -n h1 route add 10.9.0.0/16 via 192.0.2.2
	thousand | vr_batch h1
	before=$(field h1 tunnel vx4 "o['stats']['tx_packets']")
	wire clear
	wire send p1 "frame(b'thousand.' + bytes(range(256)) * 4)"
	is "$(wire count wire2 "b'thousand.' in raw" 1000)" 1000 "copies"
	is "$(wire all wire2 "b'thousand.' in raw" "raw[30:34].hex()" | sort -u |
		wc -l)" 1000 "remote ends"
	is "$(wire all wire2 "b'thousand.' in raw" "hash(raw[50:])" | sort -u |
		wc -l)" 1 "contents"
	is "$(at p2 thousand) $(at p3 thousand)" "1 1" "copies for the vifs"
	is $(($(field h1 tunnel vx4 "o['stats']['tx_packets']") - before)) 1000 "packets sent"
	vr h1 network set blue flood 90
}

begin flood
must set_up
it "without a flood next hop: all other vifs" test_without_next_hop
it "with one: its members too" test_with_next_hop
it "known unicast is not flooded" test_known_unicast
it "split horizon" test_split_horizon
it "unknown unicast dropped" test_unknown_dropped
it "members that are vifs" test_vif_members
it "all copies are the frame that was sent" test_content
it "no one to send to" test_no_one
it "each copy has its own fate" test_mtu_of_each
it "counters" test_counters
it "a rate" test_rate
it "what the rate is not for" test_rate_of_others
it "a thousand remote ends" test_thousand_remotes
finish
