#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An address that VMs of two hypervisors may have is where it was last announced, for
# everyone:
#
#	         h1                                h2
#	┌────────────────────┐            ┌────────────────────┐
#	│ blue (vni 100)     u0──────────u0 blue               │
#	│  a1 .1 *           │            │  b1 .2 *           │
#	│  c1 .3, a client   │            └────────────────────┘
#	│  r1 10.0.1.4, is   │
#	│     routed         │
#	└────────────────────┘
#
#	* may also have 10.0.0.100 and fd00::100
#
# A controller told both hypervisors of the other's addresses, but the shared one. None
# says anything by itself.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

set_up()
{
	add_underlay &&
	hypervisor 1 2 2 10.0.0.2 fd00::2 &&
	hypervisor 2 1 1 10.0.0.1 fd00::1 &&
	vr_batch h2 <<-END &&
		$(remote_vm blue 7 "$(mac 3)" 10.0.0.3 fd00::3)
		$(remote_vm blue 7 "$(mac 4)" 10.0.1.4 fd00:1::4)
	END
	add_port a1 h1 "$(mac 1)" network blue mac "$(mac 1)" address 10.0.0.1 address fd00::1 \
		address 10.0.0.100 address fd00::100 &&
	add_port c1 h1 "$(mac 3)" network blue mac "$(mac 3)" address 10.0.0.3 address fd00::3 &&
	add_port r1 h1 "$(mac 4)" network blue mac "$(mac 4)" address 10.0.1.4 address fd00:1::4 &&
	add_port b1 h2 "$(mac 2)" network blue mac "$(mac 2)" address 10.0.0.2 address fd00::2 \
		address 10.0.0.100 address fd00::100 &&
	wire open wire2 h2 u0 &&
	wire define "
ALL = 'ff:ff:ff:ff:ff:ff'
NODES = '33:33:00:00:00:01'
GATEWAY = '$gateway_mac'

def mac(n):
	return '02:00:00:00:00:%02x' % n

def arp(n, addr='10.0.0.100', to=ALL, op=1, target=None):
	return Ether(src=mac(n), dst=to)/ARP(op=op, hwsrc=mac(n), psrc=addr,
		pdst=target or addr)

def na(n, addr='fd00::100', to=NODES, dst='ff02::1', S=0):
	return (Ether(src=mac(n), dst=to)/IPv6(src='fe80::ff:fe00:%x' % n, dst=dst,
		hlim=255)/ICMPv6ND_NA(tgt=addr, O=1, S=S)/ICMPv6NDOptDstLLAddr(lladdr=mac(n)))

def ns(n, addr='fd00::100', target='fd00::fe'):
	return (Ether(src=mac(n), dst='33:33:ff:00:00:fe')/IPv6(src=addr, dst='ff02::1:ff00:fe',
		hlim=255)/ICMPv6ND_NS(tgt=target)/ICMPv6NDOptSrcLLAddr(lladdr=mac(n)))

# Packets of clients, switched to a MAC and routed.
def switched(to, mark, v6=False):
	ip = IPv6(src='fd00::3', dst='fd00::100') if v6 else IP(src='10.0.0.3', dst='10.0.0.100')
	return Ether(src=mac(3), dst=to)/ip/UDP(sport=5, dport=6)/mark

def routed(mark, v6=False):
	ip = IPv6(src='fd00:1::4', dst='fd00::100') if v6 else IP(src='10.0.1.4', dst='10.0.0.100')
	return Ether(src=mac(4), dst=GATEWAY)/ip/UDP(sport=5, dport=6)/mark

# What another end of the underlay may send to h1.
def forged(frame, src='192.0.2.2'):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src=src, dst='192.0.2.1')/
		UDP(sport=50000, dport=4789)/VXLAN(flags=8, vni=100)/frame)
"
}

hypervisor()	# NUMBER REMOTE VM ADDRESS...
{
	vr_batch "h$1" <<-END
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway 10.0.1.254/24 \
			gateway fd00::fe/64 gateway fd00:1::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$2
		nexthop add id 90 type flood member 7
		network set blue flood 90
		$(remote_vm blue 7 "$(mac "$3")" "${@:4}")
	END
}

active()	# HYPERVISOR VM ADDRESS
{
	field "$1" vif "$2" "[a['active'] for a in o['address']
		if a['address'].split('/')[0] == '$3'][0]"
}

is_at()	# VM ADDRESS
{
	if [[ $1 = a1 ]]; then
		is "$(active h1 a1 "$2")" true "active at a1" &&
		is "$(active h2 b1 "$2")" false "active at b1"
	else
		is "$(active h2 b1 "$2")" true "active at b1" &&
		is "$(active h1 a1 "$2")" false "active at a1"
	fi
}

# Who asks is told so, and packets of clients on h1 go there.
reached()	# VM NUMBER
{
	local answer

	wire clear
	answer=$(wire ask c1 "arp(3, '10.0.0.3', target='10.0.0.100')" "has(ARP) and p[ARP].op == 2" \
		"p[ARP].hwsrc")
	is "$answer" "$(mac "$2")" "the answer to ARP"
	wire send c1 "switched('$answer', b'switched4')"
	is "$(wire count "$1" "b'switched4' in raw" 1)" 1 "switched packets"
	wire send r1 "routed(b'routed4')"
	is "$(wire count "$1" "b'routed4' in raw and p.dst == '$answer'" 1)" 1 "routed packets"
}

reached6()	# VM NUMBER
{
	local answer

	wire clear
	answer=$(wire ask c1 "ns(3, 'fd00::3', 'fd00::100')" "has(ICMPv6ND_NA) and p[ICMPv6ND_NA].S" \
		"p[ICMPv6NDOptDstLLAddr].lladdr")
	is "$answer" "$(mac "$2")" "the answer to a solicitation"
	wire send c1 "switched('$answer', b'switched6', True)"
	is "$(wire count "$1" "b'switched6' in raw" 1)" 1 "switched packets"
	wire send r1 "routed(b'routed6', True)"
	is "$(wire count "$1" "b'routed6' in raw and p.dst == '$answer'" 1)" 1 "routed packets"
}

# b1 takes the address over and a1 takes it back, each by what it says.
test_fails_over()	# FRAME (of VM n)
{
	wire send b1 "(lambda n: $1)(2)"
	eventually is_at b1 10.0.0.100
	reached b1 2
	wire send a1 "(lambda n: $1)(1)"
	eventually is_at a1 10.0.0.100
	reached a1 1
}

test_fails_over6()	# FRAME (of VM n)
{
	wire send b1 "(lambda n: $1)(2)"
	eventually is_at b1 fd00::100
	reached6 b1 2
	wire send a1 "(lambda n: $1)(1)"
	eventually is_at a1 fd00::100
	reached6 a1 1
}

neighbours()	# HYPERVISOR ADDRESS
{
	wire json "$(vr "$1" -j neighbour show network blue)" "['%s %s %s' % (o['mac'], o['origin'],
		o['active']) for o in d if o['address'] == '$2']"
}

# Those who look are told, too.
test_told()
{
	local log monitor

	log=$(mktemp)
	vrouter-ctl -n h1 -j monitor neighbour route >"$log" &
	monitor=$!
	WITHIN=20 eventually heard_monitor "$log"
	: >"$log"
	wire send b1 "arp(2)"
	eventually is_at b1 10.0.0.100
	is "$(neighbours h1 10.0.0.100)" "$(mac 1) vif False
$(mac 2) learned True" "neighbours"
	is "$(wire json "$(vr h1 -j route show network blue)" "[str(o['active']) for o in d
		if o['prefix'] == '10.0.0.100/32']")" False "its route"
	is "$(traced "s('neighbour')[0]['mac'] + ' ' + s('neighbour')[0]['origin'] + ' ' +
		t['verdict']" vif r1 udp 10.0.1.4:5 10.0.0.100:6)" "$(mac 2) learned forward" "a trace"
	eventually grep -q learned "$log"
	wire send a1 "arp(1)"
	eventually is_at a1 10.0.0.100
	is "$(neighbours h1 10.0.0.100)" "$(mac 1) vif True" "neighbours afterwards"
	eventually grep -q '"event":"deleted".*learned' "$log"
	kill "$monitor"
	rm "$log"
}

heard_monitor()	# FILE
{
	vr h1 neighbour add 10.0.0.77 mac "$(mac 77)" network blue
	vr h1 neighbour del 10.0.0.77 network blue
	[[ -s $1 ]]
}

# A connection that the flow cache knows follows, too.
test_flows()
{
	wire send a1 "arp(1)"
	eventually is_at a1 10.0.0.100
	wire clear
	wire send r1 "routed(b'first')" 3
	is "$(wire count a1 "b'first' in raw" 3)" 3 "packets at a1"
	wire send b1 "arp(2)"
	eventually is_at b1 10.0.0.100
	wire send r1 "routed(b'second')" 3
	is "$(wire count b1 "b'second' in raw" 3)" 3 "packets at b1"
	wire send a1 "arp(1)"
	eventually is_at a1 10.0.0.100
}

# What must not move the address away from a1, though it came to h1.
stays()	# FRAME
{
	wire clear
	wire send wire2 "$1" 3
	wire count c1 "has(ARP) or has(ICMPv6ND_NA)" 3 >/dev/null
	pause 0.3
	is "$(active h1 a1 10.0.0.100) $(active h1 a1 fd00::100)" "true true" \
		"active at a1 after \"$1\""
}

# Only the end where the MAC is, and that may be of the gateway no more than of another VM.
test_forged()
{
	wire send a1 "[arp(1), na(1)]"
	eventually is_at a1 10.0.0.100
	stays "forged(arp(2), src='192.0.2.9')"
	stays "forged(na(2), src='192.0.2.9')"
	stays "forged(arp(9), src='192.0.2.9')"
	stays "forged(arp(3))"
	stays "forged(arp(1))"
	stays "forged(Ether(src=mac(2), dst=ALL)/ARP(hwsrc=GATEWAY, psrc='10.0.0.100',
		pdst='10.0.0.100'))"
	stays "forged(arp(2, '0.0.0.0', target='10.0.0.100'))"
	vr h1 network set blue unknown-unicast drop
	stays "forged(arp(9))"
	vr h1 network set blue unknown-unicast flood
	is "$(neighbours h1 10.0.0.2)" "$(mac 2) static True" "an address of nobody here"
	wire send wire2 "forged(arp(3, '10.0.0.2'))"
	pause 0.3
	is "$(neighbours h1 10.0.0.2)" "$(mac 2) static True" "an address of nobody here"
}

# A MAC that nobody knows is looked for at the flood's members, and may be there.
test_unknown_mac()
{
	wire send wire2 "forged(arp(9))"
	eventually is_active h1 a1 false
	is "$(neighbours h1 10.0.0.100)" "$(mac 1) vif False
$(mac 9) learned True" "neighbours"
	wire send a1 "arp(1)"
	eventually is_active h1 a1 true
}

is_active()	# HYPERVISOR VM true|false
{
	is "$(active "$1" "$2" 10.0.0.100)" "$3" "active at $2"
}

# The newer word of a controller counts until a VM says something.
test_controller()
{
	renew
	is_active h1 a1 true
	vr h1 neighbour add 10.0.0.100 mac "$(mac 2)" network blue
	vr h1 route add 10.0.0.100 network blue nexthop 7
	is_active h1 a1 false
	is "$(neighbours h1 10.0.0.100)" "$(mac 1) vif False
$(mac 2) static True" "neighbours"
	reached b1 2
	vr h1 neighbour set 10.0.0.100 mac "$(mac 1)" network blue
	is_active h1 a1 true
	vr h1 neighbour set 10.0.0.100 mac "$(mac 2)" network blue
	is_active h1 a1 false
	vr h1 neighbour del 10.0.0.100 network blue
	is_active h1 a1 true
	vr h1 neighbour add 10.0.0.100 mac "$(mac 2)" network blue
	is_active h1 a1 false
	wire send a1 "arp(1)"
	eventually is_active h1 a1 true
	vr h1 neighbour del 10.0.0.100 network blue
	vr h1 neighbour add 10.0.0.100 mac "$(mac 2)" network blue
	is_active h1 a1 true
	vr h1 neighbour del 10.0.0.100 network blue
	vr h1 route del 10.0.0.100 network blue
}

# As if a1 had come just now, of which no packet said anything.
renew()
{
	vr h1 vif set a1 address 10.0.0.1 address fd00::1
	vr h1 vif set a1 address 10.0.0.1 address fd00::1 address 10.0.0.100 address fd00::100
}

# A controller may tell all hypervisors of all VMs, in any order.
test_full_mesh()
{
	renew
	vr h1 neighbour add 10.0.0.100 mac "$(mac 1)" network blue
	vr h1 route add 10.0.0.100 network blue nexthop 7
	is_active h1 a1 true
	reached a1 1
	vr h1 neighbour del 10.0.0.100 network blue
	vr h1 neighbour add 10.0.0.100 mac "$(mac 2)" network blue
	vr h1 vif set a1 address 10.0.0.1
	vr h1 vif set a1 address 10.0.0.1 address 10.0.0.100
	is_active h1 a1 true
	vr h1 neighbour del 10.0.0.100 network blue
	vr h1 route del 10.0.0.100 network blue
	renew
}

# With the last claim goes what others said.
test_claim_goes()
{
	wire send b1 "arp(2)"
	eventually is_at b1 10.0.0.100
	vr h1 vif set a1 address 10.0.0.1 address fd00::1
	is "$(neighbours h1 10.0.0.100)" "" "neighbours"
	renew
	is_active h1 a1 true
	wire send a1 "arp(1)"
	eventually is_at a1 10.0.0.100
}

# Both ends say so as fast as they can.
test_quarrel()
{
	local log monitor count

	log=$(mktemp)
	vrouter-ctl -n h1 -j monitor vif >"$log" &
	monitor=$!
	wire noise a1 a1 eth0 "arp(1)"
	wire noise b1 b1 eth0 "arp(2)"
	sleep 5
	wire quiet a1
	wire quiet b1
	sleep 1.5
	kill "$monitor"
	count=$(wc -l <"$log")
	rm "$log"
	echo "$count changes"
	((count >= 2 && count <= 20))
	wire send a1 "arp(1)"
	eventually is_at a1 10.0.0.100
}

begin failover
must set_up
it "gratuitous ARP" test_fails_over "arp(n)"
it "a gratuitous reply" test_fails_over "arp(n, op=2)"
it "a reply to all for the gateway" test_fails_over "arp(n, op=2, target='10.0.0.254')"
it "a request for the gateway, which nobody else hears" test_fails_over \
	"arp(n, target='10.0.0.254')"
it "a reply to the gateway" test_fails_over "arp(n, op=2, to=GATEWAY, target='10.0.0.254')"
it "an unsolicited advertisement" test_fails_over6 "na(n)"
it "a solicitation of the gateway, which nobody else hears" test_fails_over6 "ns(n)"
it "an advertisement to the gateway" test_fails_over6 "na(n, to=GATEWAY, dst='fd00::fe', S=1)"
it "tables, events and traces say so" test_told
it "flows follow" test_flows
it "who may not say so is not believed" test_forged
it "a MAC that nobody knows" test_unknown_mac
it "a controller's newer word counts unless the VM said something" test_controller
it "a controller's full mesh" test_full_mesh
it "nothing stays of what was announced when no vif claims it" test_claim_goes
it "hypervisors whose VMs both want an address" test_quarrel
finish
