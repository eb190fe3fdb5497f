#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every encapsulation over an IPv4 and an IPv6 underlay, of frames and of IP packets.
#
#	     h1                                           h2
#	┌───────────────────┐                  ┌───────────────────┐
#	│ blue (vni 100)    │ 192.0.2.0/24     │ blue              │
#	│  a1 10.0.0.1      u0────────────────u0  a2 10.0.0.2      │
#	│     fd00::1       │ 2001:db8::/64    │     fd00::2       │
#	│                   │                  │  b2 10.0.1.2      │
#	└───────────────────┘                  └─── fd00:1::2 ─────┘

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:61:01
mac2=02:00:00:00:61:02
mac3=02:00:00:00:62:02

network()
{
	echo "network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway 10.0.1.254/24" \
		"gateway fd00::fe/64 gateway fd00:1::fe/64"
	echo "nexthop add id 7 type blackhole"
}

set_up()
{
	add_underlay &&
	{ network; echo "label add 101 network blue"
		remote_vm blue 7 $mac2 10.0.0.2 fd00::2
		remote_vm blue 7 $mac3 10.0.1.2 fd00:1::2; } | vr_batch h1 &&
	{ network; echo "label add 102 network blue"
		remote_vm blue 7 $mac1 10.0.0.1 fd00::1; } | vr_batch h2 &&
	add_vm a1 h1 blue $mac1 10.0.0.1 fd00::1 &&
	add_vm a2 h2 blue $mac2 10.0.0.2 fd00::2 &&
	add_vm b2 h2 blue $mac3 10.0.1.2 fd00:1::2
}

# Both ends send through tunnels of a type and family from here on, what they route as
# frames (l2) or as IP packets (l3).
over()	# TYPE FAMILY PAYLOAD
{
	local i address=192.0.2. label=()

	[[ $2 = 4 ]] || address=2001:db8::
	for i in 1 2; do
		[[ $1 != mpls* ]] || label=(label 10$((3 - i)))
		vr h$i tunnel add t0 type "$1" local $address$i &&
			vr h$i nexthop replace 7 type tunnel tunnel t0 remote $address$((3 - i)) \
				"${label[@]}" payload "$3" || return 1
	done
	for i in a1 a2 b2 h1 h2; do
		ip -n $i route flush cache
		ip -n $i -6 route flush cache
	done
}

# The next hops let go of the tunnels, whose family could not change otherwise.
let_go()
{
	local i

	for i in 1 2; do
		vr h$i nexthop replace 7 type tunnel tunnel vx4 remote 192.0.2.9
		vr h$i tunnel del t0
	done
}

# Frames go to the VM of the same subnet, routed packets to that of the other one.
test_ping()	# VM4 VM6 VM
{
	reach a1 "$1"
	reach a1 "$2"
	reach "$3" 10.0.0.1
	reach "$3" fd00::1
}

# The largest packet passes whole; one byte more is answered with the limit.
test_mtu()	# VM4 VM6 MTU
{
	ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($3 - 28)) "$1"
	ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($3 - 48)) "$2"
	refused 1 "From 10\.0\.0\.254 .*\(mtu = $3\)" \
		ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($3 - 27)) "$1"
	refused 1 "From fd00::fe .*mtu=$3" \
		ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($3 - 47)) "$2"
	ip netns exec a1 ping -n -c 1 -W 5 -M dont -s 4000 "$1"
}

test_tcp()	# VM4 VM6 VM
{
	wire tcp a1 "$3" "$1" 5001 1000000
	wire tcp a1 "$3" "$2" 5001 1000000
	wire udp a1 "$3" "$1" 5001 5 1200
	wire udp a1 "$3" "$2" 5001 2 1000 8
}

# The host has a route with a smaller MTU than its device's.
test_route_mtu()	# VM4 MTU
{
	ip_batch h1 <<-END
		route replace 192.0.2.2/32 dev u0 mtu 1400
		route replace 2001:db8::2/128 dev u0 mtu 1400
	END
	refused 1 "mtu ?= ?$2" ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s 1400 "$1"
	reach a1 "$1"
	ip_batch h1 <<-END
		route del 192.0.2.2/32 dev u0
		route del 2001:db8::2/128 dev u0
	END
}

# Only what was sent on purpose is dropped: too large packets.
test_drops()
{
	is "$(drop_table h1 | grep -vE "^(no_flood|too_big) ")" "" "drops of h1"
	is "$(drop_table h2 | grep -vE "^(no_flood|too_big) ")" "" "drops of h2"
}

test_cell()	# TYPE FAMILY PAYLOAD OVERHEAD
{
	local vm=(10.0.0.2 fd00::2 a2) mtu=$((1500 - $4 - ($2 == 4 ? 20 : 40)))

	[[ $3 = l2 ]] || vm=(10.0.1.2 fd00:1::2 b2)
	must over "$1" "$2" "$3"
	it "$1 over IPv$2, $3: ping" test_ping "${vm[@]}"
	it "$1 over IPv$2, $3: MTU $mtu" test_mtu "${vm[@]:0:2}" $mtu
	it "$1 over IPv$2, $3: TCP and UDP" test_tcp "${vm[@]}"
	it "$1 over IPv$2, $3: a route's MTU" test_route_mtu "${vm[0]}" $((mtu - 100))
	must let_go
}

begin encap
must set_up
# bytes in front of an inner IP packet, without the outer IP header
while read -r type payload overhead; do
	for f in 4 6; do
		test_cell "$type" $f "$payload" "$overhead"
	done
done <<-END
	vxlan l2 30
	geneve l2 30
	geneve l3 16
	gre l2 22
	gre l3 8
	mplsogre l2 26
	mplsogre l3 8
	mplsoudp l2 30
	mplsoudp l3 12
END
it "nothing else was dropped" test_drops
finish
