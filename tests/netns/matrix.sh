# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests of every encapsulation share: a topology, and the table of what there
# is to test.
#
#	     h1                                           h2
#	┌───────────────────┐                  ┌───────────────────┐
#	│ blue (vni 100)    │ 192.0.2.0/24     │ blue              │
#	│  a1 10.0.0.1      u0────────────────u0  a2 10.0.0.2      │
#	│     fd00::1       │ 2001:db8::/64    │     fd00::2       │
#	│                   │                  │  b2 10.0.1.2      │
#	└───────────────────┘                  └─── fd00:1::2 ─────┘

# shellcheck source=tests/netns/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mac1=02:00:00:00:61:01
mac2=02:00:00:00:61:02
mac3=02:00:00:00:62:02

network()
{
	echo "tunnel del vx4"
	echo "tunnel del vx6"
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
		vr h$i nexthop replace 7 type blackhole && vr h$i tunnel del t0 || return 1
	done
}

# Runs a function for every encapsulation, underlay and payload, with the tunnels made:
# FUNCTION "TYPE over IPvN, PAYLOAD" MTU VM4 VM6 VM. Frames go to the VM of the same
# subnet, routed packets to that of the other one.
each_cell()	# FUNCTION
{
	local type payload overhead family vm

	# bytes in front of an inner IP packet, without the outer IP header
	while read -r type payload overhead; do
		vm=(10.0.0.2 fd00::2 a2)
		[[ $payload = l2 ]] || vm=(10.0.1.2 fd00:1::2 b2)
		for family in 4 6; do
			must over "$type" $family "$payload"
			"$1" "$type over IPv$family, $payload" \
				$((1500 - overhead - (family == 4 ? 20 : 40))) "${vm[@]}"
			must let_go
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
}
