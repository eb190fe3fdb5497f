#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ARP is answered by the hypervisor from what was programmed, and no one else hears it:
#
#	        h1                              h2
#	┌─────────────────┐            ┌─────────────────┐
#	│ blue (vni 100)  │            │ captured, never │
#	│  p1 10.0.0.1 *  u0──────────u0 to be asked     │
#	│  p2 10.0.0.2 *  │            └─────────────────┘
#	│  p3 10.0.0.3    │
#	└─────────────────┘     10.0.0.4 is said to be behind the tunnel
#
#	* both may also have 10.0.0.100, as the members of a cluster
#
# p1 to p3 say nothing by themselves; v5 is a VM with an IP stack.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac4=02:00:00:00:00:04

set_up()
{
	local i

	add_underlay || return 1
	vr_batch h1 <<-END || return 1
		network add blue vni 100 policy deny gateway 10.0.0.254/24
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		network set blue flood 90
		$(remote_vm blue 7 $mac4 10.0.0.4)
	END
	for i in 1 2 3; do
		add_port p$i h1 "$(mac $i)" network blue mac "$(mac $i)" \
			address 10.0.0.$i address 10.0.0.100 || return 1
	done
	vr h1 vif set p3 address 10.0.0.3 &&
	add_vm v5 h1 blue "$(mac 5)" 10.0.0.5 &&
	wire open wire2 h2 u0
}

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

# An ARP packet that VM number N sends truthfully, unless told otherwise.
arp()	# NUMBER OPERATION SENDER-IP TARGET-IP [DESTINATION]
{
	echo "Ether(src='$(mac "$1")', dst='${5-ff:ff:ff:ff:ff:ff}')/ARP(op=$2,
		hwsrc='$(mac "$1")', psrc='$3', pdst='$4')"
}

# The answer to a question of p1: who it is from and what it says.
answer_to()	# EXPRESSION
{
	wire ask p1 "$1" "has(ARP) and p[ARP].op == 2" \
		"' '.join((p.src, p.dst, p[ARP].hwsrc, p[ARP].psrc, p[ARP].hwdst, p[ARP].pdst))"
}

# No other VM, and no one in the underlay, was asked. A broadcast that is flooded
# last shows that all before it have arrived.
unheard()
{
	wire send p1 "Ether(src='$(mac 1)', dst='ff:ff:ff:ff:ff:ff')/ARP(
		hwsrc='$(mac 1)', psrc='10.0.0.1', pdst='10.0.0.1')"
	is "$(wire count p2 "has(ARP)" 1)" 1 "ARP at p2"
	is "$(wire count p3 "has(ARP)" 1)" 1 "ARP at p3"
	is "$(wire count wire2 "has(VXLAN, ARP)" 1)" 1 "ARP in the underlay"
}

test_gateway()
{
	wire clear
	is "$(answer_to "$(arp 1 1 10.0.0.1 10.0.0.254)")" \
		"$gateway_mac $(mac 1) $gateway_mac 10.0.0.254 $(mac 1) 10.0.0.1"
	unheard
}

test_other_vm()
{
	wire clear
	is "$(answer_to "$(arp 1 1 10.0.0.1 10.0.0.2)")" \
		"$gateway_mac $(mac 1) $(mac 2) 10.0.0.2 $(mac 1) 10.0.0.1"
	unheard
}

answered()
{
	wire json "$(vr h1 -j neighbour show network blue)" \
		"[o['answered'] for o in d if o['address'] == '10.0.0.4'][0]"
}

test_remote_vm()
{
	local before

	wire clear
	before=$(answered)
	is "$(answer_to "$(arp 1 1 10.0.0.1 10.0.0.4)")" \
		"$gateway_mac $(mac 1) $mac4 10.0.0.4 $(mac 1) 10.0.0.1"
	is "$(answered)" $((before + 1)) "answers counted"
	unheard
}

# Requests to a unicast address verify that a neighbour is there still.
test_unicast_request()
{
	wire clear
	is "$(answer_to "$(arp 1 1 10.0.0.1 10.0.0.254 $gateway_mac)")" \
		"$gateway_mac $(mac 1) $gateway_mac 10.0.0.254 $(mac 1) 10.0.0.1"
	is "$(answer_to "$(arp 1 1 10.0.0.1 10.0.0.2 "$(mac 2)")")" \
		"$gateway_mac $(mac 1) $(mac 2) 10.0.0.2 $(mac 1) 10.0.0.1"
	unheard
}

# RFC 5227: who probes for its own address must not hear that it is taken.
test_probe_own()
{
	wire clear
	wire send p1 "$(arp 1 1 0.0.0.0 10.0.0.1)" 3
	unheard
	is "$(wire count p1 "has(ARP)")" 0 "answers"
}

test_probe_other()
{
	wire clear
	is "$(answer_to "$(arp 1 1 0.0.0.0 10.0.0.2)")" \
		"$gateway_mac $(mac 1) $(mac 2) 10.0.0.2 $(mac 1) 0.0.0.0"
	is "$(answer_to "$(arp 1 1 0.0.0.0 10.0.0.254)")" \
		"$gateway_mac $(mac 1) $gateway_mac 10.0.0.254 $(mac 1) 0.0.0.0"
	unheard
}

# Both members of a cluster may probe for their shared address.
test_probe_shared()
{
	wire clear
	wire send p1 "$(arp 1 1 0.0.0.0 10.0.0.100)" 3
	wire send p2 "$(arp 2 1 0.0.0.0 10.0.0.100)" 3
	unheard
	is "$(wire count p1 "has(ARP)")" 0 "answers to p1"
	is "$(wire count p2 "has(ARP) and p[ARP].op == 2")" 0 "answers to p2"
}

# A controller told all hypervisors where the address is, and the vif has no addresses.
test_probe_own_mac()
{
	add_port p6 h1 "$(mac 6)" network blue mac "$(mac 6)"
	vr h1 neighbour add 10.0.0.6 mac "$(mac 6)" network blue
	wire clear
	wire send p6 "$(arp 6 1 0.0.0.0 10.0.0.6)" 3
	wire send p6 "$(arp 6 1 10.0.0.66 10.0.0.6)" 3
	unheard
	vr h1 vif del p6
	vr h1 vif add p6 dev p6 network blue
	wire clear
	wire send p6 "$(arp 6 1 0.0.0.0 10.0.0.6)" 3
	wire send p6 "$(arp 6 1 10.0.0.66 10.0.0.6)" 3
	unheard
	wire send p6 "$(arp 6 1 10.0.0.6 10.0.0.6)" 3
	is "$(wire count p6 "has(ARP) and p[ARP].op == 2")" 0 "answers"
	wire close p6
	vr h1 vif del p6
	vr h1 neighbour del 10.0.0.6 network blue
}

# What no one was told of is asked for in the whole network.
test_unknown()
{
	wire clear
	wire send p1 "$(arp 1 1 10.0.0.1 10.0.0.77)"
	is "$(wire count p2 "has(ARP) and p[ARP].pdst == '10.0.0.77'" 1)" 1 "at p2"
	is "$(wire count p3 "has(ARP) and p[ARP].pdst == '10.0.0.77'" 1)" 1 "at p3"
	is "$(wire count wire2 "has(VXLAN, ARP) and p[ARP].pdst == '10.0.0.77'" 1)" 1 "at h2"
	is "$(wire count p1 "has(ARP)")" 0 "at p1"
}

# ... unless the network doesn't flood what it doesn't know.
test_unknown_dropped()
{
	wire clear
	vr h1 network set blue unknown-unicast drop
	drops_rise 3 h1 unknown_unicast wire send p1 "$(arp 1 1 10.0.0.1 10.0.0.77)" 3
	unheard
	vr h1 network set blue unknown-unicast flood
}

# From the overlay: each hypervisor answers its own VMs, so here the VM is asked.
test_from_overlay()
{
	wire clear
	wire send wire2 "Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1')/
		UDP(sport=5555, dport=4789)/VXLAN(flags=8, vni=100)/
		Ether(src='$mac4', dst='ff:ff:ff:ff:ff:ff')/
		ARP(hwsrc='$mac4', psrc='10.0.0.4', pdst='10.0.0.2')"
	is "$(wire count p2 "has(ARP) and p[ARP].psrc == '10.0.0.4'" 1)" 1 "requests at p2"
	is "$(wire count wire2 "has(VXLAN)" 0)" 0 "packets into the overlay"
}

# No policy denies ARP, in both directions: the network of all these tests is "deny".
test_replies_pass()
{
	wire clear
	wire send p2 "$(arp 2 2 10.0.0.2 10.0.0.1 "$(mac 1)")" 2
	is "$(wire count p1 "has(ARP) and p.src == '$(mac 2)'" 2)" 2
}

active()	# VM
{
	field h1 vif "$1" \
		"[a['active'] for a in o['address'] if a['address'].startswith('10.0.0.100')][0]"
}

start_monitor()	# FILE
{
	vrouter-ctl -n h1 -j monitor >"$1" &
	monitor=$!
	WITHIN=20 eventually heard_monitor "$1"
}

# It is listening when it tells of a change.
heard_monitor()	# FILE
{
	vr h1 network set blue mtu 1400
	vr h1 network set blue mtu 1500
	[[ -s $1 ]]
}

owner_is()	# VM
{
	is "$(active "$1")" true "active at $1"
}

test_shared_address_moves()
{
	local log

	log=$(mktemp)
	owner_is p1
	start_monitor "$log"
	: >"$log"
	wire clear
	wire send p2 "$(arp 2 1 10.0.0.100 10.0.0.100)"
	eventually owner_is p2
	is "$(active p1)" false "active at p1"
	is "$(wire count p3 "has(ARP) and p[ARP].psrc == '10.0.0.100'" 1)" 1 "at p3"
	is "$(wire count wire2 "has(VXLAN, ARP) and p[ARP].psrc == '10.0.0.100'" 1)" 1 "at h2"
	eventually grep -q 10.0.0.100 "$log"
	kill "$monitor"
	is "$(wire ask p3 "$(arp 3 1 10.0.0.3 10.0.0.100)" "has(ARP) and p[ARP].op == 2" \
		"p[ARP].hwsrc")" "$(mac 2)" "who has it now"
	wire send p1 "$(arp 1 2 10.0.0.100 10.0.0.100)"
	eventually owner_is p1
}

# Only who may have an address can take it.
test_shared_address_stays()
{
	owner_is p1
	drops_rise 5 h1 spoofed_arp wire send p3 "$(arp 3 1 10.0.0.100 10.0.0.100)" 5
	owner_is p1
}

# When the vif that has it goes, the next in line has it.
test_shared_address_inherited()
{
	owner_is p1
	vr h1 vif set p1 address 10.0.0.1
	owner_is p2
	vr h1 vif set p1 address 10.0.0.1 address 10.0.0.100
	owner_is p2
}

test_arping()
{
	like "$(ip netns exec v5 arping -c 1 -I eth0 10.0.0.254)" "$gateway_mac"
	like "$(ip netns exec v5 arping -c 1 -I eth0 10.0.0.4)" "1 packets received"
	like "$(ip netns exec v5 arping -c 1 -I eth0 10.0.0.1)" "1 packets received"
	# as for duplicate address detection
	like "$(ip netns exec v5 arping -0 -c 1 -W 1 -I eth0 10.0.0.5 || true)" " 0 packets received"
	like "$(ip netns exec v5 arping -0 -c 1 -W 1 -I eth0 10.0.0.4)" "1 packets received"
}

begin arp
must set_up
it "the gateway" test_gateway
it "a VM of this hypervisor" test_other_vm
it "a VM of another hypervisor" test_remote_vm
it "unicast requests" test_unicast_request
it "a probe for the own address has no answer" test_probe_own
it "a probe for another's address has one" test_probe_other
it "a probe for a shared address has no answer" test_probe_shared
it "a probe for the address of the own MAC has no answer" test_probe_own_mac
it "a question without an answer is flooded" test_unknown
it "or dropped where unknown unicast is" test_unknown_dropped
it "requests from the overlay go to the VMs" test_from_overlay
it "replies pass a policy of deny" test_replies_pass
it "gratuitous ARP moves a shared address" test_shared_address_moves
it "gratuitous ARP of others doesn't" test_shared_address_stays
it "a shared address goes to the next in line" test_shared_address_inherited
it "arping" test_arping
finish
