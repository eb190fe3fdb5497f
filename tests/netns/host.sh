#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A network's port into the hypervisor's own stack, for services such as metadata:
#
#	                  h1                                 h2
#	┌───────────────────────────────────────┐   ┌─────────────────┐
#	│ gw0 10.0.9.1, fd00:9::1,              │   │                 │
#	│     169.254.169.254                   │   │                 │
#	│  │ vif gw0                            │   │                 │
#	│ blue (vni 100)                        u0─u0 blue            │
#	│  a1 10.0.0.1, fd00::1                 │   │  a2 10.0.0.2,   │
#	└───────────────────────────────────────┘   │     fd00::2     │
#	                                            └─────────────────┘
#
# gw0 is a device of link type vrouter; routes of blue to 10.0.9.0/24, fd00:9::/64 and
# 169.254.169.254 lead to it by a next hop of type host.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:00:01
mac2=02:00:00:00:00:02

network()	# HYPERVISOR
{
	local other=$((3 - ${1#h}))

	cat <<-END
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$other
	END
}

# The host's part: what it answers goes to the gateway of blue.
add_host_device()
{
	ip -n h1 link add gw0 address 02:00:00:00:00:99 type vrouter &&
	wire sysctl h1 ipv6/conf/gw0/disable_ipv6=0 &&
	vr_batch h1 <<-END &&
		vif add gw0 dev gw0 network blue
		nexthop add id 9 type host dev gw0
		route add 10.0.9.0/24 network blue nexthop 9
		route add fd00:9::/64 network blue nexthop 9
		route add 169.254.169.254 network blue nexthop 9
	END
	ip_batch h1 <<-END
		addr add 10.0.9.1/32 dev gw0
		addr add 169.254.169.254/32 dev gw0
		addr add fd00:9::1/128 dev gw0 nodad
		route add 10.0.0.254 dev gw0
		route add 10.0.0.0/24 via 10.0.0.254 dev gw0
		route add fd00::fe dev gw0
		route add fd00::/64 via fd00::fe dev gw0
		neigh add 10.0.0.254 lladdr $gateway_mac dev gw0
		neigh add fd00::fe lladdr $gateway_mac dev gw0
	END
}

set_up()
{
	add_underlay &&
	{ network h1; remote_vm blue 7 $mac2 10.0.0.2 fd00::2; } | vr_batch h1 &&
	{ network h2; remote_vm blue 7 $mac1 10.0.0.1 fd00::1; } | vr_batch h2 &&
	# routed once more by h1, which has the host
	vr_batch h2 <<-END &&
		nexthop add id 8 type tunnel tunnel vx4 remote 192.0.2.1 mac $gateway_mac
		route add 10.0.9.0/24 network blue nexthop 8
	END
	add_vm a1 h1 blue $mac1 10.0.0.1 fd00::1 &&
	add_vm a2 h2 blue $mac2 10.0.0.2 fd00::2 &&
	add_host_device
}

test_ping()
{
	reach a1 10.0.9.1
	reach a1 169.254.169.254
	reach a1 fd00:9::1
}

test_ping_back()
{
	reach h1 10.0.0.1
	reach h1 fd00::1
}

test_tcp()
{
	wire tcp a1 h1 10.0.9.1 80 500000
	wire tcp a1 h1 fd00:9::1 80 500000
	wire tcp a1 h1 169.254.169.254 80 100000
}

test_tcp_back()
{
	wire tcp h1 a1 10.0.0.1 80 500000
	wire tcp h1 a1 fd00::1 80 500000
}

test_udp()
{
	wire udp a1 h1 10.0.9.1 53 10 1200
	wire udp a1 h1 fd00:9::1 53 10 1200
	wire udp a1 h1 10.0.9.1 53 2 1000 8
}

# Through the tunnel: the other hypervisor's VM routes to this one's service.
test_remote()
{
	reach a2 10.0.9.1
	wire tcp a2 h1 10.0.9.1 80 200000
	reach h1 10.0.0.2
}

# It receives what is for it by MAC address, and all of the network's broadcast.
test_link_layer()
{
	wire open gw0 h1 gw0
	wire open a1 a1 eth0
	wire send a1 "Ether(src='$mac1', dst='02:00:00:00:00:99')/IP(src='10.0.0.1',
		dst='10.0.9.1')/UDP(dport=9)/b'by MAC'"
	wire send a1 "Ether(src='$mac1', dst='ff:ff:ff:ff:ff:ff')/IP(src='10.0.0.1',
		dst='255.255.255.255')/UDP(dport=9)/b'to all'"
	is "$(wire count gw0 "b'by MAC' in raw" 1)" 1 "frame to gw0's MAC"
	is "$(wire count gw0 "b'to all' in raw" 1)" 1 "broadcast"
	wire close gw0
	wire close a1
}

# What the host sends is a VM's traffic to the module: anti-spoofing, counters.
test_as_a_vif()
{
	local before

	before=$(field h1 vif gw0 "o['stats']['rx_packets']")
	reach h1 10.0.0.1
	isnt "$(field h1 vif gw0 "o['stats']['rx_packets']")" "$before" "packets of the host"
	vr h1 vif set gw0 mac 02:00:00:00:00:99 address 10.0.9.77
	drops_rise 1 h1 spoofed_ip fails ip netns exec h1 ping -n -c 1 -W 1 10.0.0.1
	vr h1 vif replace gw0 dev gw0 network blue
	reach h1 10.0.0.1
}

# Offloads of the device off: TCP works all the same.
test_offloads()
{
	ip netns exec h1 ethtool -K gw0 tx off sg off tso off gso off gro off
	wire tcp a1 h1 10.0.9.1 80 200000
	wire tcp h1 a1 fd00::1 80 200000
	ip netns exec h1 ethtool -K gw0 tx on sg on tso on gso on gro on
	wire tcp a1 h1 10.0.9.1 80 200000
}

test_refusals()
{
	refused 1 "." vr h1 nexthop add id 10 type host dev u0
	refused 1 "." vr h1 nexthop add id 10 type host dev a1
	refused 1 "." vr h1 vif del gw0
}

# Without a vif the device leads nowhere, and nothing leads to it.
test_detached()
{
	vr_batch h1 <<-END
		route del 10.0.9.0/24 network blue
		route del fd00:9::/64 network blue
		route del 169.254.169.254 network blue
		nexthop del id 9
		vif del gw0
	END
	reach_not a1 10.0.9.1
	reach_not h1 10.0.0.1
	isnt "$(wire json "$(ip -n h1 -j -s link show gw0)" "d[0]['stats64']['tx']['dropped']")" 0 \
		"packets that the device dropped"
}

# The device goes: so do its vif, and what the next hop led to.
test_deleted()
{
	vr_batch h1 <<-END
		vif add gw0 dev gw0 network blue
		nexthop add id 9 type host dev gw0
		route add 10.0.9.0/24 network blue nexthop 9
	END
	reach a1 10.0.9.1
	ip -n h1 link del gw0
	eventually no_vif gw0
	drops_rise 2 h1 nexthop_dead reach_not a1 10.0.9.1
}

no_vif()
{
	! names_of h1 vif | grep -x "$1" >/dev/null
}

begin host
must set_up
it "ping of the host" test_ping
it "ping by the host" test_ping_back
it "TCP to the host" test_tcp
it "TCP from the host" test_tcp_back
it "UDP to the host" test_udp
it "a VM of another hypervisor" test_remote
it "by MAC address, and broadcast" test_link_layer
it "the host is a VM to the network" test_as_a_vif
it "offloads on and off" test_offloads
it "refusals" test_refusals
it "a device without a vif" test_detached
it "a device that is deleted" test_deleted
finish
