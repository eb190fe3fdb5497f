#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every encapsulation over an IPv4 and an IPv6 underlay; VXLAN has files of its own.
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
	{ network; remote_vm blue 7 $mac2 10.0.0.2 fd00::2
		remote_vm blue 7 $mac3 10.0.1.2 fd00:1::2; } | vr_batch h1 &&
	{ network; remote_vm blue 7 $mac1 10.0.0.1 fd00::1; } | vr_batch h2 &&
	add_vm a1 h1 blue $mac1 10.0.0.1 fd00::1 &&
	add_vm a2 h2 blue $mac2 10.0.0.2 fd00::2 &&
	add_vm b2 h2 blue $mac3 10.0.1.2 fd00:1::2
}

# Both ends send through tunnels of a type and family from here on.
over()	# TYPE FAMILY
{
	local i address=192.0.2.

	[[ $2 = 4 ]] || address=2001:db8::
	for i in 1 2; do
		vr h$i tunnel replace t0 type "$1" local $address$i 2>/dev/null ||
			vr h$i tunnel add t0 type "$1" local $address$i || return 1
		vr h$i nexthop replace 7 type tunnel tunnel t0 remote $address$((3 - i)) || return 1
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

test_ping()
{
	reach a1 10.0.0.2
	reach a1 fd00::2
	reach a2 10.0.0.1
	reach a1 10.0.1.2
	reach b2 fd00::1
}

# The largest packet passes whole; one byte more is answered with the limit.
test_mtu()	# MTU
{
	ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($1 - 28)) 10.0.0.2
	ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($1 - 48)) fd00::2
	refused 1 "From 10\.0\.0\.254 .*\(mtu = $1\)" \
		ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($1 - 27)) 10.0.0.2
	refused 1 "From fd00::fe .*mtu=$1" \
		ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s $(($1 - 47)) fd00::2
	ip netns exec a1 ping -n -c 1 -W 5 -M dont -s 4000 10.0.0.2
}

test_tcp()
{
	wire tcp a1 a2 10.0.0.2 5001 1000000
	wire tcp a1 b2 fd00:1::2 5001 1000000
	wire udp a1 b2 10.0.1.2 5001 5 1200
	wire udp a1 a2 fd00::2 5001 2 1000 8
}

# The host learns of a path that is narrower than its device from the underlay's ICMP.
test_path()	# MTU
{
	ip_batch h1 <<-END
		route replace 192.0.2.2/32 dev u0 mtu 1400
		route replace 2001:db8::2/128 dev u0 mtu 1400
	END
	refused 1 "mtu ?= ?$1" ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s 1400 10.0.0.2
	reach a1 10.0.0.2
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

begin encap
must set_up
# bytes in front of the inner IP packet, without the outer IP header
while read -r type overhead; do
	for f in 4 6; do
		((mtu = 1500 - overhead - (f == 4 ? 20 : 40), 1))
		must over "$type" $f
		it "$type over IPv$f: ping" test_ping
		it "$type over IPv$f: MTU $mtu" test_mtu $mtu
		it "$type over IPv$f: TCP and UDP" test_tcp
		it "$type over IPv$f: a narrower path" test_path $((mtu - 100))
		must let_go
	done
done <<-END
	geneve 30
	gre 22
END
it "nothing else was dropped" test_drops
finish
