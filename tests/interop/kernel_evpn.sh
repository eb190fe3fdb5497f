#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel as a VXLAN router with symmetric routing (RFC 9135, section 4), programmed as
# EVPN daemons do: a VRF with a bridge and a VNI of its own, and a MAC address for each
# router. vrouter's VRF is a network of its own, in which the tenant's subnets are routes.
#
#	         h1                                 k
#	┌───────────────────────┐       ┌───────────────────────────┐
#	│ blue ─── tenant       │       │ red (VRF)                 │
#	│ vni 100   vni 5000    u0─────u0 switch (VNI 5000)          │
#	│  a1 10.0.0.1          │       │              c1 10.0.1.2  │
#	│     fd00::1           │       │                 fd00:1::2 │
#	└───────────────────────┘       └───────────────────────────┘

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

h1_router=02:00:00:00:fe:01
k_router=02:00:00:00:fe:02

set_up_evpn()
{
	set_up vxlan &&
	vr_batch h1 <<-END &&
		network add tenant vni 5000 policy allow mtu 9000 gateway-mac $h1_router
		nexthop add id 20 type network network tenant
		nexthop add id 21 type network network blue
		nexthop add id 8 type blackhole
		route add 10.0.1.0/24 network blue nexthop 20
		route add fd00:1::/64 network blue nexthop 20
		route add 10.0.1.0/24 network tenant nexthop 8
		route add fd00:1::/64 network tenant nexthop 8
		route add 10.0.0.0/24 network tenant nexthop 21
		route add fd00::/64 network tenant nexthop 21
	END
	add_customer
}

# The next hops are each other's tunnel addresses, with the routers' MACs as neighbours.
evpn()	# FAMILY
{
	local near far

	near=$(underlay_ip "$1" 1)
	far=$(underlay_ip "$1" 2)
	start "$1"
	vr h1 nexthop replace id 8 type tunnel tunnel vxlan"$1" remote "$far" mac $k_router
	ip_batch k <<-END
		link add switch address $k_router type bridge
		link set switch master red up mtu 9000
		link add vx address $k_router type vxlan id 5000 local $far dstport 4789 nolearning ttl 64
		link set vx master switch up mtu 9000
		neigh add 192.0.2.1 lladdr $h1_router dev switch
		neigh add 2001:db8::1 lladdr $h1_router dev switch
		route add 10.0.0.0/24 vrf red via 192.0.2.1 dev switch onlink
		route add fd00::/64 vrf red via 2001:db8::1 dev switch onlink
	END
	bridge -n k link set dev vx learning off &&
	bridge -n k fdb append $h1_router dev vx dst "$near" self static &&
	bridge -n k fdb append $h1_router dev vx master static
}

test_routed()	# FAMILY
{
	evpn "$1"
	both_ways c1 10.0.1.2 fd00:1::2
}

# Between the routers are their MAC addresses and the VRF's VNI.
test_macs()
{
	evpn 4
	wire open k k u0
	reach a1 10.0.1.2
	is "$(wire get k "has(VXLAN, ICMP)" "(p[VXLAN].vni, p[VXLAN].payload.dst,
		p[VXLAN].payload.src)")" "(5000, '$k_router', '$h1_router')" "inner header"
	wire close k
}

# Each of the two routers is one hop.
test_ttl()
{
	evpn 4
	ip netns exec a1 ping -n -c 1 -W 5 -t 3 10.0.1.2
	refused 1 "From .* Time to live exceeded" ip netns exec a1 ping -n -c 1 -W 5 -t 2 10.0.1.2
	refused 1 "From 10\.0\.0\.254 .*Time to live exceeded" \
		ip netns exec a1 ping -n -c 1 -W 5 -t 1 10.0.1.2
}

# What is not for the router's MAC is not routed, and no one else is in the VRF.
test_other_mac()
{
	evpn 4
	ip -n k neigh replace 192.0.2.1 lladdr 02:00:00:00:fe:77 dev switch
	bridge -n k fdb append 02:00:00:00:fe:77 dev vx dst 192.0.2.1 self static
	bridge -n k fdb append 02:00:00:00:fe:77 dev vx master static
	drops_grow h1 no_flood fails ip netns exec c1 ping -n -c 1 -W 1 10.0.0.1
}

begin kernel_evpn
modprobe -a vrf vxlan bridge
must set_up_evpn
it "IPv4 underlay" test_routed 4
it "IPv6 underlay" test_routed 6
it "MAC addresses of routers" test_macs
it "TTL" test_ttl
it "another MAC address" test_other_mac
finish
