#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two tenants whose VMs have the same MAC and IP addresses never meet:
#
#	       h1                                         h2
#	┌───────────────┐                         ┌───────────────┐
#	│ one (vni 101) │                         │ one           │
#	│  x1 10.0.0.1  │                         │  x2 10.0.0.2  │
#	│               u0───────────────────────u0               │
#	│ two (vni 102) │                         │ two           │
#	│  y1 10.0.0.1  │                         │  y2 10.0.0.2  │
#	│  y9 10.0.0.9  │                         │               │
#	└───────────────┘                         └───────────────┘
#
# x1 and y1 are the same but for the network, and so are x2 and y2. Each tenant marks
# what it sends; every VM's device is captured and the marks are counted.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:00:01
mac2=02:00:00:00:00:02
mac9=02:00:00:00:00:09
vms=(x1 x2 y1 y2 y9)

tenant()	# NETWORK VNI OTHER-HYPERVISOR
{
	local mac=$mac2

	[[ $3 = 2 ]] || mac=$mac1
	echo "network add $1 vni $2 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64"
	echo "nexthop add id $2 type tunnel tunnel vx4 remote 192.0.2.$3"
	echo "nexthop add id 9$2 type flood member $2"
	echo "network set $1 flood 9$2"
	remote_vm "$1" "$2" $mac "10.0.0.$3" "fd00::$3"
}

set_up()
{
	local i vm

	add_underlay || return 1
	for i in 1 2; do
		{ tenant one 101 $((3 - i)); tenant two 102 $((3 - i)); } |
			vr_batch h$i || return 1
	done
	add_vm x1 h1 one $mac1 10.0.0.1 fd00::1 &&
	add_vm y1 h1 two $mac1 10.0.0.1 fd00::1 &&
	add_vm x2 h2 one $mac2 10.0.0.2 fd00::2 &&
	add_vm y2 h2 two $mac2 10.0.0.2 fd00::2 &&
	add_vm y9 h1 two $mac9 10.0.0.9 fd00::9 || return 1
	for vm in "${vms[@]}"; do
		wire open "$vm" "$vm" eth0 || return 1
	done
	wire open wire2 h2 u0
}

# Frames with a mark. Within a tenant ICMP errors that quote it don't count; another
# tenant must not get even those.
marked()	# VM MARK
{
	local other="and not has(ICMP) and not has(ICMPv6DestUnreach)"

	case $1$2 in
	x*-one | y*-two) wire count "$1" "b'$2' in raw $other" ;;
	*) wire count "$1" "b'$2' in raw" ;;
	esac
}

# From how many VMs each has seen frames with a mark; the last one is waited for.
seen()	# MARK NUMBER WAIT-FOR
{
	local vm

	wire count "$3" "b'$1' in raw" "$2" >/dev/null
	for vm in "${vms[@]}"; do
		echo "$vm $(marked "$vm" "$1")"
	done | xargs
}

# All frames of a VM that a mark is in.
frames()	# MARK DESTINATION
{
	echo "Ether(src='$mac1', dst='$2')/IP(src='10.0.0.1', dst='10.0.0.2')/UDP()/b'$1'"
}

frames6()	# MARK DESTINATION
{
	echo "Ether(src='$mac1', dst='$2')/IPv6(src='fd00::1', dst='fd00::2')/UDP()/b'$1'"
}

each_tenant()	# KIND DESTINATION EXPECTED-OF-X1 EXPECTED-OF-Y1 WAIT-X WAIT-Y
{
	wire clear
	wire send x1 "$(frames "$1-of-one" "$2")" 20
	wire send y1 "$(frames "$1-of-two" "$2")" 20
	wire send x1 "$(frames6 "$1-v6-of-one" "$2")" 20
	wire send y1 "$(frames6 "$1-v6-of-two" "$2")" 20
	is "$(seen "$1-of-one" 20 "$5")" "$3"
	is "$(seen "$1-of-two" 20 "$6")" "$4"
	is "$(seen "$1-v6-of-one" 20 "$5")" "$3"
	is "$(seen "$1-v6-of-two" 20 "$6")" "$4"
}

test_unicast()
{
	each_tenant unicast $mac2 \
		"x1 0 x2 20 y1 0 y2 0 y9 0" "x1 0 x2 0 y1 0 y2 20 y9 0" x2 y2
}

test_routed()
{
	each_tenant routed $gateway_mac \
		"x1 0 x2 20 y1 0 y2 0 y9 0" "x1 0 x2 0 y1 0 y2 20 y9 0" x2 y2
}

test_broadcast()
{
	each_tenant broadcast ff:ff:ff:ff:ff:ff \
		"x1 0 x2 20 y1 0 y2 0 y9 0" "x1 0 x2 0 y1 0 y2 20 y9 20" x2 y2
}

test_multicast()
{
	each_tenant multicast 01:00:5e:00:00:fb \
		"x1 0 x2 20 y1 0 y2 0 y9 0" "x1 0 x2 0 y1 0 y2 20 y9 20" x2 y2
}

test_unknown_unicast()
{
	each_tenant unknown 02:00:00:00:00:77 \
		"x1 0 x2 20 y1 0 y2 0 y9 0" "x1 0 x2 0 y1 0 y2 20 y9 20" x2 y2
}

test_traffic()
{
	wire clear
	wire tcp x1 x2 10.0.0.2 5001 100000
	wire tcp y1 y2 10.0.0.2 5001 100000
	wire tcp x1 x2 fd00::2 5001 100000
	wire tcp y1 y2 fd00::2 5001 100000
	is "$(wire count y9 "has(TCP)")" 0 "segments that a third VM saw"
}

# y9 is in the other tenant only, known in its neighbours and routes.
test_foreign_address()
{
	wire clear
	reach y1 10.0.0.9
	reach y1 fd00::9
	reach_not x1 10.0.0.9
	reach_not x1 fd00::9
	is "$(wire count y9 "has(ICMP) and p[ICMP].type == 8")" 1 "pings"
	is "$(wire count y9 "has(ICMPv6EchoRequest)")" 1 "IPv6 pings"
}

# The gateway of the other tenant has the same address; it's not the same gateway.
test_gateways()
{
	local before

	before=$(field h1 network two "o['stats']['rx_packets']")
	reach x1 10.0.0.254
	reach x1 fd00::fe
	is "$(field h1 network two "o['stats']['rx_packets']")" "$before" "packets of tenant two"
}

# What the second hypervisor sends with a VNI, as anyone in the underlay could.
from_overlay()	# VNI COUNT PAYLOAD
{
	local mac_h1

	mac_h1=$(mac_of h1 u0)
	wire send wire2 "Ether(dst='$mac_h1')/IP(src='192.0.2.2', dst='192.0.2.1')/
		UDP(sport=50000, dport=4789)/VXLAN(flags=8, vni=$1)/
		Ether(src='$mac2', dst='$mac1')/IP(src='10.0.0.2', dst='10.0.0.1')/UDP()/
		b'$3'" "$2"
}

test_vni()
{
	wire clear
	from_overlay 101 5 overlay-one
	from_overlay 102 6 overlay-two
	is "$(seen overlay-one 5 x1)" "x1 5 x2 0 y1 0 y2 0 y9 0"
	is "$(seen overlay-two 6 y1)" "x1 0 x2 0 y1 6 y2 0 y9 0"
}

test_unknown_vni()
{
	wire clear
	drops_rise 20 h1 unknown_vni from_overlay 999 20 overlay-none
	drops_rise 20 h1 unknown_vni from_overlay 0 20 overlay-none
	drops_rise 20 h1 unknown_vni from_overlay 16777215 20 overlay-none
	is "$(seen overlay-none 0 x1)" "x1 0 x2 0 y1 0 y2 0 y9 0"
}

# A network whose VNI counts on one tunnel is not reached through another.
test_vni_of_tunnel()
{
	vr h1 network set one tunnel vx6
	wire clear
	drops_rise 20 h1 unknown_vni from_overlay 101 20 by-another-tunnel-one
	is "$(seen by-another-tunnel-one 0 x1)" "x1 0 x2 0 y1 0 y2 0 y9 0"
	vr h1 network set one tunnel vx4
	from_overlay 101 20 by-its-tunnel-one
	is "$(seen by-its-tunnel-one 20 x1)" "x1 20 x2 0 y1 0 y2 0 y9 0"
}

# Deleting a tenant leaves no way in, and does nothing to the other.
test_deleted()
{
	vr_batch h1 <<-END
		vif del x1
		route flush network one
		fdb flush network one
		neighbour flush network one
		network del one
	END
	wire clear
	drops_rise 20 h1 unknown_vni from_overlay 101 20 to-the-deleted
	is "$(seen to-the-deleted 0 x1)" "x1 0 x2 0 y1 0 y2 0 y9 0"
	reach y1 10.0.0.2
}

# What is too big belongs to the discovery of the path's MTU by TCP.
test_nothing_else()
{
	is "$(drop_table h2 | grep -vE '^(no_flood|too_big) ')" "" "drops of h2"
}

begin isolation
must set_up
it "unicast" test_unicast
it "routed packets" test_routed
it "broadcast" test_broadcast
it "multicast" test_multicast
it "unknown unicast" test_unknown_unicast
it "TCP" test_traffic
it "addresses that only the other tenant has" test_foreign_address
it "gateways with the same address" test_gateways
it "the VNI decides for packets from the overlay" test_vni
it "unknown VNIs" test_unknown_vni
it "a VNI of one tunnel only" test_vni_of_tunnel
it "a deleted tenant" test_deleted
it "nothing else was dropped" test_nothing_else
finish
