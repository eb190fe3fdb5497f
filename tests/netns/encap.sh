#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every encapsulation over an IPv4 and an IPv6 underlay, of frames and of IP packets;
# matrix.sh has the topology.

# shellcheck source=tests/netns/matrix.sh
. "$(dirname "$0")/matrix.sh"

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
	# the answer to the first may be lost, which teaches the other end what fits
	ip netns exec a1 ping -n -c 1 -W 1 -s 4000 "$2" ||
		ip netns exec a1 ping -n -c 1 -W 5 -s 4000 "$2"
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

test_cell()	# WHAT MTU VM4 VM6 VM
{
	it "$1: ping" test_ping "${@:3}"
	it "$1: MTU $2" test_mtu "$3" "$4" "$2"
	it "$1: TCP and UDP" test_tcp "${@:3}"
	it "$1: a route's MTU" test_route_mtu "$3" $(($2 - 100))
}

begin encap
must set_up
each_cell test_cell
it "nothing else was dropped" test_drops
finish
