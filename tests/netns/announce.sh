#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who has an address that several VMs may have, by what they say of it:
#
#	            h1                                 h2
#	┌────────────────────────┐            ┌────────────────────┐
#	│ blue (vni 100)         u0──────────u0 blue               │
#	│  a1 .1 *  b1 .2 *      │            │ sees what h1 sends │
#	│  c1 .3 +  d1 .4 +      │            └────────────────────┘
#	│  n1 .5 *  without MAC  │
#	└────────────────────────┘
#
#	* a1 and b1 share 10.0.0.100, fd00::100 and 60 more, n1 may have 10.0.0.105 alone
#	+ these share 10.0.0.101
#
# None says anything by itself.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

set_up()
{
	local i many=()

	for i in {1..60}; do
		many+=(address "10.0.1.$i")
	done
	add_underlay &&
	vr_batch h1 <<-END &&
		network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		network set blue flood 90
	END
	add_port a1 h1 "$(mac 1)" network blue mac "$(mac 1)" address 10.0.0.1 address 10.0.0.100 \
		address fd00::1 address fd00::100 "${many[@]}" &&
	add_port b1 h1 "$(mac 2)" network blue mac "$(mac 2)" address 10.0.0.2 address 10.0.0.100 \
		address fd00::2 address fd00::100 "${many[@]}" &&
	add_port c1 h1 "$(mac 3)" network blue mac "$(mac 3)" address 10.0.0.3 address 10.0.0.101 &&
	add_port d1 h1 "$(mac 4)" network blue mac "$(mac 4)" address 10.0.0.4 address 10.0.0.101 &&
	add_port n1 h1 "$(mac 5)" network blue address 10.0.0.105 &&
	wire open wire2 h2 u0 &&
	wire define "
ALL = 'ff:ff:ff:ff:ff:ff'
NODES = '33:33:00:00:00:01'
GATEWAY = '$gateway_mac'

def mac(n):
	return '02:00:00:00:00:%02x' % n

def arp(n, addr='10.0.0.100', to=ALL, op=1, target=None, tha='00:00:00:00:00:00'):
	return Ether(src=mac(n), dst=to)/ARP(op=op, hwsrc=mac(n), psrc=addr, hwdst=tha,
		pdst=target or addr)

def na(n, addr='fd00::100', to=NODES, src=None, dst='ff02::1', **flags):
	return (Ether(src=mac(n), dst=to)/IPv6(src=src or 'fe80::ff:fe00:%x' % n, dst=dst,
		hlim=255)/ICMPv6ND_NA(tgt=addr, **flags)/ICMPv6NDOptDstLLAddr(lladdr=mac(n)))

def ns(n, addr='fd00::100', target='fd00::fe'):
	return (Ether(src=mac(n), dst='33:33:ff:00:00:fe')/IPv6(src=addr, dst='ff02::1:ff00:fe',
		hlim=255)/ICMPv6ND_NS(tgt=target)/ICMPv6NDOptSrcLLAddr(lladdr=mac(n)))
"
}

has()	# VM ADDRESS
{
	is "$(field h1 vif "$1" "[a['active'] for a in o['address']
		if a['address'].split('/')[0] == '$2'][0]")" true "active at $1"
}

# b1 says that it has an address, then a1 does, and each has it then.
test_moves()	# ADDRESS FRAME (of VM n)
{
	local vm n=2

	for vm in b1 a1; do
		wire send $vm "(lambda n: $2)($n)"
		eventually has $vm "$1"
		n=1
	done
}

test_stays()	# ADDRESS FRAME (of VM n)
{
	has a1 "$1"
	wire send b1 "(lambda n: $2)(2)" 5
	# What comes later shows that this was heard.
	wire send d1 "arp(4, '10.0.0.101')"
	eventually has d1 10.0.0.101
	has a1 "$1"
	wire send c1 "arp(3, '10.0.0.101')"
	eventually has c1 10.0.0.101
}

changes()	# FILE
{
	wc -l <"$1"
}

# Changes of vifs are told of; who listens hears of this one.
start_monitor()	# FILE
{
	vrouter-ctl -n h1 -j monitor vif >"$1" &
	monitor=$!
	WITHIN=20 eventually heard_monitor "$1"
	: >"$1"
}

heard_monitor()	# FILE
{
	vr h1 vif set d1 mtu 1400
	vr h1 vif set d1 mtu 0
	[[ -s $1 ]]
}

# For some seconds several VMs say that they have addresses as fast as they can.
quarrel()	# SECONDS [VM FRAMES]...
{
	local seconds=$1 vms=()

	shift
	while (($#)); do
		wire noise "$1" "$1" eth0 "$2"
		vms+=("$1")
		shift 2
	done
	sleep "$seconds"
	for vm in "${vms[@]}"; do
		wire quiet "$vm"
	done
}

# Of each move two vifs tell: the one that lost the address and the one that got it.
told()	# FROM TO [VM FRAMES]...
{
	local log before count

	log=$(mktemp)
	start_monitor "$log"
	before=$SECONDS
	quarrel 5 "${@:3}"
	sleep 1.5
	kill "$monitor"
	count=$(changes "$log")
	fails grep overrun "$log"
	rm "$log"
	echo "$count changes in $((SECONDS - before)) s"
	((count >= $1 && count <= 2 * $2 * (SECONDS - before + 1)))
}

test_quarrel()
{
	told 4 1 a1 "arp(1)" b1 "arp(2)"
	told 4 1 a1 "na(1, O=1)" b1 "na(2, O=1)"
}

# 60 addresses at once, of which two vifs tell, and then not more often than a vif may say. How
# many of those are moves, and not words about one that waits already, is a matter of chance.
test_quarrel_about_many()
{
	told 120 25 a1 "[arp(1, '10.0.1.%d' % j) for j in range(1, 61)]" \
		b1 "[arp(2, '10.0.1.%d' % j) for j in range(1, 61)]"
}

# Its claim has the address already, as far as anyone can.
test_nothing_to_say()
{
	told 0 0 n1 "arp(5, '10.0.0.105')"
}

# While others quarrel.
test_share()
{
	wire noise a1 a1 eth0 "[arp(1, '10.0.1.%d' % j) for j in range(1, 61)]"
	wire noise b1 b1 eth0 "[arp(2, '10.0.1.%d' % j) for j in range(1, 61)]"
	wire noise n1 n1 eth0 "[arp(5, '10.0.0.105')] * 300"
	sleep 1
	moves_between d1 c1 4 3
	moves_between d1 c1 4 3
	wire quiet a1
	wire quiet b1
	wire quiet n1
}

moves_between()	# VM VM NUMBER NUMBER
{
	wire send "$1" "arp($3, '10.0.0.101')"
	WITHIN=5 eventually has "$1" 10.0.0.101
	wire send "$2" "arp($4, '10.0.0.101')"
	WITHIN=5 eventually has "$2" 10.0.0.101
}

begin announce
must set_up
# As keepalived, arping, clusters of Windows, CloudStack's router and others do.
it "a request for the own address (arping -U)" test_moves 10.0.0.100 "arp(n)"
it "a reply for it (arping -A)" test_moves 10.0.0.100 "arp(n, op=2, tha=mac(n))"
it "a reply to all for the gateway" test_moves 10.0.0.100 \
	"arp(n, op=2, target='10.0.0.254', tha=ALL)"
it "a request for the gateway" test_moves 10.0.0.100 "arp(n, target='10.0.0.254')"
it "a reply to the gateway" test_moves 10.0.0.100 \
	"arp(n, op=2, to=GATEWAY, target='10.0.0.254', tha=GATEWAY)"
it "a reply for 255.255.255.255" test_moves 10.0.0.100 \
	"arp(n, op=2, target='255.255.255.255', tha=ALL)"
it "a request for another VM" test_moves 10.0.0.100 "arp(n, target='10.0.0.3')"
it "an advertisement to all" test_moves fd00::100 "na(n, O=1)"
it "an advertisement from the address itself" test_moves fd00::100 "na(n, src='fd00::100', O=1)"
it "an advertisement of a router" test_moves fd00::100 "na(n, R=1, O=1)"
it "an advertisement to the gateway" test_moves fd00::100 \
	"na(n, to=GATEWAY, dst='fd00::fe', S=1, O=1)"
it "a solicitation of the gateway" test_moves fd00::100 "ns(n)"
it "a solicitation of another VM" test_moves fd00::100 "ns(n, target='fd00::77')"
it "a probe says nothing" test_stays 10.0.0.100 "arp(n, '0.0.0.0', target='10.0.0.100')"
it "an advertisement that must not override says nothing" test_stays fd00::100 "na(n, O=0)"
it "two VMs that both want an address get it by turns of a second" test_quarrel
it "two VMs that both want many addresses" test_quarrel_about_many
it "who has an address already changes nothing" test_nothing_to_say
it "others' quarrels keep no one from moving an address" test_share
finish
