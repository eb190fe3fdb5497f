#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Traffic in one network, between networks, on one hypervisor and between two:
#
#	     h1                                           h2
#	┌───────────────────┐                  ┌───────────────────┐
#	│ blue (vni 100)    │ 192.0.2.0/24     │ blue              │
#	│  a1 10.0.0.1      │ 2001:db8::/64    │  a2 10.0.0.2      │
#	│  b1 10.0.1.1      u0────────────────u0  b2 10.0.1.2      │
#	│  c1 10.0.0.3      │                  │                   │
#	│ red (vni 200)     │                  │ red               │
#	│  r1 10.8.0.1      │                  │  r2 10.8.0.2      │
#	└───────────────────┘                  └───────────────────┘
#
# An address 10.0.1.2 has fd00:1::2 beside it. a* and c* are in one subnet, b* in
# another, whose gateway is the router; red is reached through next hops of type
# network. Every test of a path is run over an IPv4 and over an IPv6 underlay.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac()	# VM
{
	printf '02:00:00:00:%02x:0%s' "'$1" "${1#?}"
}

v4()	# VM
{
	case $1 in
	a*) echo "10.0.0.${1#a}" ;;
	b*) echo "10.0.1.${1#b}" ;;
	c*) echo "10.0.0.3" ;;
	r*) echo "10.8.0.${1#r}" ;;
	esac
}

v6()	# VM
{
	case $1 in
	a*) echo "fd00::${1#a}" ;;
	b*) echo "fd00:1::${1#b}" ;;
	c*) echo "fd00::3" ;;
	r*) echo "fd08::${1#r}" ;;
	esac
}

networks()
{
	cat <<-END
		network add blue vni 100 policy allow gateway 10.0.0.254/24 \
	gateway 10.0.1.254/24 gateway fd00::fe/64 gateway fd00:1::fe/64
		network add red vni 200 policy allow gateway 10.8.0.254/24 gateway fd08::fe/64
		nexthop add id 100 type network network blue
		nexthop add id 200 type network network red
		route add 10.8.0.0/24 network blue nexthop 200
		route add fd08::/64 network blue nexthop 200
		route add 10.0.0.0/16 network red nexthop 100
		route add fd00::/16 network red nexthop 100
	END
}

# The next hop from a hypervisor to the other one.
peer()	# VERB HYPERVISOR FAMILY
{
	local other=$((3 - ${2#h}))

	if [[ $3 = 4 ]]; then
		echo "nexthop $1 id 7 type tunnel tunnel vx4 remote 192.0.2.$other"
	else
		echo "nexthop $1 id 7 type tunnel tunnel vx6 remote 2001:db8::$other"
	fi
}

# What a hypervisor is told of the other one's VMs.
others()	# HYPERVISOR
{
	local vm network i=$((3 - ${1#h}))

	for vm in a$i b$i r$i c1; do
		[[ $vm != c1 || $1 = h2 ]] || continue
		network=blue
		[[ $vm != r* ]] || network=red
		remote_vm $network 7 "$(mac $vm)" "$(v4 $vm)" "$(v6 $vm)"
	done
}

set_up()
{
	local h vm network

	add_underlay || return 1
	for h in h1 h2; do
		{ networks; peer add $h 4; others $h; } | vr_batch $h || return 1
	done
	for vm in a1 b1 c1 r1 a2 b2 r2; do
		network=blue
		[[ $vm != r* ]] || network=red
		add_vm $vm h${vm#?} $network "$(mac $vm)" "$(v4 $vm)" "$(v6 $vm)" || return 1
	done
}

underlay()	# FAMILY
{
	local h

	for h in h1 h2; do
		peer replace $h "$1" | vr_batch $h
	done
}

reach_both()	# VM VM
{
	reach "$1" "$(v4 "$2")"
	reach "$1" "$(v6 "$2")"
}

# The number of routers on the way: what is missing from the initial 64.
hops()	# VM ADDRESS
{
	ip netns exec "$1" ping -n -c 1 -W 5 -t 64 "$2" |
		sed -n 's/.* ttl=\([0-9]*\) .*/\1/p' | awk '{ print 64 - $1 }'
}

# MAC address that a VM sees frames from another one come from.
seen_from()	# VM FROM
{
	wire open seen "$1" eth0 0x0800
	reach "$2" "$(v4 "$1")" >/dev/null
	wire get seen "has(ICMP) and p[ICMP].type == 8" "p.src"
	wire close seen
}

test_subnet()	# FROM TO
{
	reach_both "$1" "$2"
	is "$(hops "$1" "$(v4 "$2")")" 0 "IPv4 routers on the way"
	is "$(hops "$1" "$(v6 "$2")")" 0 "IPv6 routers on the way"
	is "$(seen_from "$2" "$1")" "$(mac "$1")" "source MAC"
}

# Each direction is routed once, wherever the other end is.
test_routed()	# FROM TO
{
	reach_both "$1" "$2"
	is "$(hops "$1" "$(v4 "$2")")" 1 "IPv4 routers on the way"
	is "$(hops "$1" "$(v6 "$2")")" 1 "IPv6 routers on the way"
	is "$(seen_from "$2" "$1")" "$gateway_mac" "source MAC"
}

test_tcp()	# FROM TO BYTES
{
	wire tcp "$1" "$2" "$(v4 "$2")" 5001 "$3"
	wire tcp "$1" "$2" "$(v6 "$2")" 5001 "$3"
}

test_udp()	# FROM TO
{
	wire udp "$1" "$2" "$(v4 "$2")" 5001 20 1200
	wire udp "$1" "$2" "$(v6 "$2")" 5001 20 1200
}

# One call, many datagrams: UDP segmentation offload.
test_udp_segments()	# FROM TO
{
	wire udp "$1" "$2" "$(v4 "$2")" 5001 2 1000 8
	wire udp "$1" "$2" "$(v6 "$2")" 5001 2 1000 8
}

# Larger than the MTU: the VM fragments, nothing on the way puts together.
test_udp_fragments()	# FROM TO
{
	wire udp "$1" "$2" "$(v4 "$2")" 5001 2 4000
	wire udp "$1" "$2" "$(v6 "$2")" 5001 2 4000
}

offloads()	# NAMESPACE DEVICE on|off
{
	ip netns exec "$1" ethtool -K "$2" tx "$3" sg "$3" tso "$3" gso "$3" gro "$3" \
		tx-udp-segmentation "$3"
}

# With offloads of the sending VM, its vif's device, and the underlay on or off.
test_offloads()	# VM VIF UNDERLAY
{
	offloads a1 eth0 "$1"
	offloads h1 a1 "$2"
	offloads h1 u0 "$3"
	test_tcp a1 a2 300000
	test_tcp a1 b2 300000
	# UDP asks for checksum offload to send segments
	[[ $1 = off ]] || test_udp_segments a1 a2
}

restore_offloads()
{
	offloads a1 eth0 on
	offloads h1 a1 on
	offloads h1 u0 on
}

sent_through_tunnel()
{
	field h1 nexthop 7 "o['stats']['tx_packets']"
}

# The same hypervisor: nothing through the tunnel.
test_not_tunnelled()
{
	local before

	before=$(sent_through_tunnel)
	test_tcp a1 c1 100000
	test_tcp a1 b1 100000
	is "$(sent_through_tunnel)" "$before" "packets through the tunnel"
}

# GSO packets count as what they are on the wire.
test_counts_segments()
{
	local before after bytes

	restore_offloads
	wire tcp a1 a2 "$(v4 a2)" 5001 10000
	before=$(field h1 vif a1 "o['stats']['rx_packets']")
	bytes=$(field h1 vif a1 "o['stats']['rx_bytes']")
	wire tcp a1 a2 "$(v4 a2)" 5001 1000000
	after=$(field h1 vif a1 "o['stats']['rx_packets']")
	((after - before >= 1000000 / 1460)) || { echo "packets: $before, $after"; return 1; }
	bytes=$(($(field h1 vif a1 "o['stats']['rx_bytes']") - bytes))
	((bytes >= 1000000 + 54 * 1000000 / 1460)) || { echo "bytes: $bytes"; return 1; }
}

# Tunnel next hops may have a VNI of their own, and a router's MAC for routed packets.
test_vni_of_next_hop()
{
	vr h2 network set blue vni 101
	drops_rise 1 h2 unknown_vni fails ip netns exec a1 ping -n -c 1 -W 1 "$(v4 a2)"
	vr h1 nexthop set id 7 vni 101
	vr h2 nexthop set id 7 vni 100
	reach_both a1 a2
	vr h2 network set blue vni 100
	underlay 4
	reach_both a1 a2
}

# What is too big belongs to the discovery of the path's MTU by TCP, and one packet
# came to h2 with the wrong VNI, above.
test_nothing_dropped()
{
	is "$(drop_table h1 | grep -vE "^(no_flood|too_big) ")" "" "drops of h1"
	is "$(drop_table h2 | grep -vE "^(no_flood|too_big) ")" "unknown_vni 1" "drops of h2"
}

begin overlay
must set_up
for f in 4 6; do
	on="over IPv$f"
	must underlay $f
	it "one subnet, $on" test_subnet a1 a2
	it "two subnets, $on" test_routed a1 b2
	it "two subnets back, $on" test_routed b2 a1
	it "two networks, $on" test_routed a1 r2
	it "TCP in a subnet, $on" test_tcp a1 a2 1000000
	it "TCP between subnets, $on" test_tcp a1 b2 1000000
	it "TCP between networks, $on" test_tcp a1 r2 300000
	it "UDP in a subnet, $on" test_udp a1 a2
	it "UDP between subnets, $on" test_udp a1 b2
	it "UDP in fragments, $on" test_udp_fragments a1 a2
	it "UDP in fragments between subnets, $on" test_udp_fragments a1 b2
	for o in "off on on" "on off on" "on on off" "off off off"; do
		# shellcheck disable=SC2086 # three words
		it "offloads of VM, vif, underlay $o, $on" test_offloads $o
	done
	must restore_offloads
	it "UDP segmentation, $on" test_udp_segments a1 b2
done
must underlay 4
it "one subnet on one hypervisor" test_subnet a1 c1
it "two subnets on one hypervisor" test_routed a1 b1
it "two networks on one hypervisor" test_routed a1 r1
it "UDP on one hypervisor" test_udp a1 c1
it "what stays on a hypervisor is not tunnelled" test_not_tunnelled
it "segments of offloaded packets are counted" test_counts_segments
it "a next hop's VNI is used instead of the network's" test_vni_of_next_hop
it "nothing was dropped" test_nothing_dropped
finish
