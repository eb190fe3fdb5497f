#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which way flows go when there are several:
#
#	       h1                                  h2
#	┌────────────────┐             ┌───────────────────────────┐
#	│ blue (vni 100) │             │ captured; is four          │
#	│  p1 p2         u0───────────u0 hypervisors: .2 .3 .4 .5   │
#	└────────────────┘             └───────────────────────────┘
#
# Next hops 2 to 5 are tunnels to .2 to .5, 6 is the vif p2. p1 sends flows that differ
# in their source port to what is behind next hop 80. No VM says anything by itself.
#
# Seeds are random: bounds of what is left to chance are six standard deviations wide.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

flows=400
fdb_mac=02:00:00:00:00:99

set_up()
{
	local i mac

	add_underlay || return 1
	mac=$(mac_of h2 u0)
	for i in 3 4 5; do
		ip -n h2 addr add 192.0.2.$i/24 dev u0 || return 1
	done
	for i in 2 3 4 5; do
		ip -n h1 neigh add 192.0.2.$i lladdr "$mac" dev u0 || return 1
		echo "nexthop add id $i type tunnel tunnel vx4 remote 192.0.2.$i mac $gateway_mac"
	done | vr_batch h1 || return 1
	vr_batch h1 <<-END || return 1
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		nexthop add id 80 type ecmp member 2 weight 2 member 3 member 4
		route add 10.99.0.0/16 network blue nexthop 80
		route add fd99::/16 network blue nexthop 80
		fdb add $fdb_mac network blue nexthop 80
	END
	add_port p1 h1 "$(mac 1)" network blue mac "$(mac 1)" &&
	add_port p2 h1 "$(mac 2)" network blue mac "$(mac 2)" &&
	vr h1 nexthop add id 6 type vif vif p2 mac "$(mac 2)" &&
	wire open wire2 h2 u0 &&
	definitions
}

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

# Frames are read by their bytes: Scapy would take a minute for them.
definitions()
{
	wire define "
seen, ports_seen, maps = {}, {}, {}

def frame(dst='$gateway_mac'):
	return Ether(src='$(mac 1)', dst=dst)

template4 = to_bytes(frame()/IP(src='10.0.0.1', dst='10.99.0.1')/UDP(dport=9, chksum=0)/bytes(20))
template6 = to_bytes(frame()/IPv6(src='fd00::1', dst='fd99::1')/UDP(dport=9)/bytes(20))
template2 = to_bytes(frame('$fdb_mac')/IP(src='10.0.0.1', dst='10.0.0.9')/
	UDP(dport=9, chksum=0)/bytes(20))

def port(i):
	return struct.pack('!H', 10000 + i)

def flow4(i):
	return edit(template4, 34, port(i))

def flow6(i):
	return edit(template6, 54, port(i))

def flow2(i):
	return edit(template2, 34, port(i))

def to4(i):
	return frame()/IP(src='10.0.0.1', dst='10.99.1.%d' % i)/UDP(sport=7, dport=9)/bytes(20)

def fragments4(i):
	ip = lambda **more: frame()/IP(src='10.0.0.1', dst='10.99.1.%d' % i, id=i + 1, **more)
	return [ip(proto=17, flags='MF', frag=4)/bytes(32), ip(flags='MF')/UDP(sport=i, dport=9, len=72)/bytes(24),
		ip(proto=17, frag=8)/bytes(8)]

# The first says what the header behind the fragment header does: it is UDP.
def fragments6(i):
	ip = lambda **more: (frame()/IPv6(src='fd00::1', dst='fd99::1:%x' % i)/
		IPv6ExtHdrFragment(nh=60, id=i + 1, **more))
	return [ip(m=1)/IPv6ExtHdrDestOpt()/UDP(sport=i, dport=9, len=72)/bytes(24),
		ip(offset=5)/bytes(40)]

def flow_of(ip):
	four = ip[0] >> 4 == 4
	fragment = ip[6] & 0x3f or ip[7] if four else ip[6] == 44
	if fragment or flow_of.by_address:
		return ip[16:20] if four else ip[24:40]
	return int.from_bytes(ip[20:22] if four else ip[40:42], 'big') - 10000
flow_of.by_address = False

# Hypervisors say a thing or two by themselves, such as what multicast they listen to.
senders = (bytes.fromhex('08000a000001'), bytes.fromhex('86ddfd00') + bytes(13) + b'\\x01')

def sender(ip):
	return ip[12:16] if ip[0] >> 4 == 4 else ip[8:24]

# Remembers which way a flow went, when what was received is counted.
def note(raw):
	if raw[12:14] == b'\\x08\\x00' and raw[23] == 17 and raw[36:38] == b'\\x12\\xb5':
		way, inner = raw[33], raw[50:]
		ports_seen.setdefault(way, []).append(int.from_bytes(raw[34:36], 'big'))
	else:
		way, inner = 6, raw
	if inner[12:14] + sender(inner[14:]) not in senders:
		return False
	seen.setdefault(flow_of(inner[14:]), set()).add(way)
	return True

def start(by_address):
	seen.clear()
	ports_seen.clear()
	flow_of.by_address = by_address
	return ''

def keep(name):
	maps[name] = {flow: sorted(ways) for flow, ways in seen.items()}
	return '%u flows, %u of them more than one way' % (len(seen),
		sum(len(ways) > 1 for ways in seen.values()))

def moves(a, b):
	return {(maps[a][f][0], maps[b][f][0]) for f in maps[a] if maps[a][f] != maps[b][f]}

def went(name, way):
	return sum(ways == [way] for ways in maps[name].values())

def near(got, share, total):
	return abs(got - share * total) <= 6 * (share * (1 - share) * total) ** 0.5

def shares(name, **weights):
	total, flows = sum(weights.values()), len(maps[name])
	wrong = ['to %s went %u of %u' % (w[1:], went(name, int(w[1:])), flows)
		for w, weight in weights.items()
		if not near(went(name, int(w[1:])), weight / total, flows)]
	others = sum(ways[0] not in [int(w[1:]) for w in weights] for ways in maps[name].values())
	return wrong + ['%u went elsewhere' % others] * bool(others)
"
}

# Sends flows and keeps by which way each went. The ports see at least as many frames.
observe()	# NAME FRAMES-OF-A-FLOW COUNT FRAMES-EACH [BY-ADDRESS]
{
	wire clear
	wire eval "start(bool('${5-}'))"
	wire send p1 "$2(i)" "$3"
	eventually all_came $(($3 * $4))
	is "$(wire eval "keep('$1')")" "$3 flows, 0 of them more than one way"
}

all_came()	# NUMBER
{
	is $(($(wire count wire2 "note(raw)") + $(wire count p2 "note(raw)"))) "$1" "frames"
}

set_members()	# WORD...
{
	vr h1 nexthop set 80 "$@"
}

# From where to where flows moved: "{(2, 3)}".
moved()	# BEFORE AFTER
{
	wire eval "sorted(moves('$1', '$2'))"
}

test_shares()	# FLOW
{
	set_members member 2 weight 2 member 3 member 4
	observe now "$1" $flows 1
	is "$(wire eval "shares('now', _2=2, _3=1, _4=1)")" "[]"
	set_members member 2 weight 256 member 3 weight 256 member 4 weight 64 member 5 weight 64
	observe now "$1" $flows 1
	is "$(wire eval "shares('now', _2=4, _3=4, _4=1, _5=1)")" "[]"
	set_members member 5
	observe now "$1" 20 1
	is "$(wire eval "went('now', 5)")" 20
}

# The same flows again, and after the same is said again in other words.
test_sticky()	# FLOW
{
	set_members member 2 weight 2 member 3 member 4
	observe before "$1" $flows 1
	observe now "$1" $flows 1
	is "$(moved before now)" "[]" "again"
	set_members member 4 member 2 weight 2 member 3
	observe now "$1" $flows 1
	is "$(moved before now)" "[]" "in another order"
	set_members member 4 weight 10 member 2 weight 20 member 3 weight 10
	observe now "$1" $flows 1
	is "$(moved before now)" "[]" "with the same shares"
	vr h1 nexthop replace 80 type ecmp member 2 weight 2 member 3 member 4
	observe now "$1" $flows 1
	is "$(moved before now)" "[]" "replaced"
	# what a member does is its own affair
	vr h1 nexthop set 4 vni 101
	observe now "$1" $flows 1
	is "$(moved before now)" "[]" "with a member changed"
	vr h1 nexthop replace 4 type tunnel tunnel vx4 remote 192.0.2.4 mac "$gateway_mac"
}

test_remove_and_add()	# FLOW
{
	set_members member 2 weight 2 member 3 member 4
	observe before "$1" $flows 1
	set_members member 2 weight 2 member 4
	observe without "$1" $flows 1
	is "$(moved before without)" "[(3, 2), (3, 4)]" "moved when 3 went"
	is "$(wire eval "shares('without', _2=2, _4=1)")" "[]"
	set_members member 2 weight 2 member 3 member 4
	observe now "$1" $flows 1
	is "$(moved without now)" "[(2, 3), (4, 3)]" "moved when 3 came"
	is "$(wire eval "shares('now', _2=2, _3=1, _4=1)")" "[]"
	is "$(wire eval "went('now', 3) == sum(maps['without'][f] != maps['now'][f] for f in seen)")" \
		True "only flows that 3 has moved"
}

test_weights()	# FLOW
{
	set_members member 2 weight 2 member 3 member 4
	observe before "$1" $flows 1
	set_members member 2 member 3 member 4
	observe now "$1" $flows 1
	is "$(moved before now)" "[(2, 3), (2, 4)]" "moved from what has less"
	is "$(wire eval "shares('now', _2=1, _3=1, _4=1)")" "[]"
	set_members member 2 weight 2 member 3 member 4
	observe before "$1" $flows 1
	is "$(moved now before)" "[(3, 2), (4, 2)]" "moved to what has more"
	is "$(wire eval "shares('before', _2=2, _3=1, _4=1)")" "[]"
}

test_hash_l3()
{
	set_members hash l3 member 2 member 3 member 4
	observe ports flow4 20 1
	is "$(wire eval "len({tuple(w) for w in maps['ports'].values()})")" 1 "ways of an address"
	observe addresses to4 200 1 by-address
	is "$(wire eval "shares('addresses', _2=1, _3=1, _4=1)")" "[]"
	set_members hash l4
	observe ports flow4 $flows 1
	is "$(wire eval "shares('ports', _2=1, _3=1, _4=1)")" "[]"
}

# Each packet's fragments take one way, and different packets different ones.
test_fragments()	# FRAGMENTS NUMBER
{
	set_members member 2 member 3 member 4
	observe now "$1" 60 "$2"
	is "$(wire eval "shares('now', _2=1, _3=1, _4=1)")" "[]"
}

# Flows that are alike to one group are not to another, nor by their outer ports.
test_independent()
{
	local way

	set_members member 2 member 3 member 4
	observe one flow4 $flows 1
	for way in 2 3 4; do
		is "$(wire eval "[all(near(sum(p >> bit & 1 for p in ports_seen[$way]), 0.5,
			len(ports_seen[$way])) for bit in (0, 10))]")" "[True]" "outer ports to $way"
	done
	vr h1 nexthop add id 81 type ecmp member 2 member 3 member 4
	vr h1 route replace 10.99.0.0/16 network blue nexthop 81
	observe other flow4 $flows 1
	for way in 2 3 4; do
		wire eval "maps.update(some={f: w for f, w in maps['other'].items()
			if maps['one'][f] == [$way]})"
		is "$(wire eval "shares('some', _2=1, _3=1, _4=1)")" "[]" "flows to $way by the other"
	done
	vr h1 route replace 10.99.0.0/16 network blue nexthop 80
	vr h1 nexthop del 81
}

carrier()	# up|down
{
	ip -n p2 link set eth0 "$1"
	eventually is "$(field h1 vif p2 "o['up']")" "$([[ $1 = up ]] && echo true || echo false)"
}

# A vif that is down is passed over, and has its flows again when it is up.
test_vif_down()	# FLOW
{
	set_members member 2 member 6 member 3
	observe before "$1" $flows 1
	is "$(wire eval "shares('before', _2=1, _3=1, _6=1)")" "[]"
	carrier down
	observe down "$1" $flows 1
	is "$(moved before down)" "[(6, 2), (6, 3)]" "moved when it went down"
	is "$(wire eval "shares('down', _2=1, _3=1)")" "[]"
	observe again "$1" $flows 1
	is "$(moved down again)" "[]" "while it is down"
	carrier up
	observe now "$1" $flows 1
	is "$(moved before now)" "[]" "when it is up again"
}

unreachable()	# FLOW EXPRESSION
{
	drops_rise 1 h1 nexthop_dead wire ask p1 "$1(1)" "$2" >/dev/null
}

test_all_dead()
{
	set_members member 6
	carrier down
	unreachable flow4 "has(ICMP) and p[ICMP].type == 3 and p[ICMP].code == 1"
	unreachable flow6 "has(ICMPv6DestUnreach) and p[ICMPv6DestUnreach].code == 3"
	drops_rise 5 h1 nexthop_dead wire send p1 "flow2(i)" 5
	carrier up
}

# Two alive among many that are not.
test_most_dead()
{
	local i mac members=()

	mac=$(mac 2)
	for i in {100..149}; do
		members+=(member "$i")
	done
	for i in {100..149}; do
		echo "nexthop add id $i type vif vif p2 mac $mac"
	done | vr_batch h1
	carrier down
	set_members "${members[@]}" member 3 member 4
	observe now flow4 100 1
	is "$(wire eval "went('now', 3) + went('now', 4)")" 100
	carrier up
	set_members member 3
	for i in {100..149}; do
		echo "nexthop del $i"
	done | vr_batch h1
}

test_fdb()
{
	local before

	set_members member 2 weight 2 member 3 member 4
	observe now flow2 $flows 1
	is "$(wire eval "shares('now', _2=2, _3=1, _4=1)")" "[]"
	wire clear
	wire send p1 "frame('$fdb_mac')/Raw(b'not IP')" 20
	wire count wire2 "b'not IP' in raw" 20 >/dev/null
	is "$(wire count wire2 "b'not IP' in raw and raw[33] == $(wire get wire2 \
		"b'not IP' in raw" "raw[33]")")" 20 "frames that are not IP, one way"
	drops_rise 5 h1 split_horizon wire send wire2 "Ether(dst='$(mac_of h1 u0)')/
		IP(src='192.0.2.2', dst='192.0.2.1')/UDP(sport=5555, dport=4789)/
		VXLAN(flags=8, vni=100)/flow2(i)" 5
}

tx_of()	# NEXTHOP
{
	field h1 nexthop "$1" "o['stats']['tx_packets']"
}

# The group counts and the members do, what left.
test_counters()
{
	local i before=()

	set_members member 2 weight 2 member 3 member 6
	for i in 80 2 3 6; do
		before[i]=$(tx_of $i)
	done
	observe now flow4 $flows 1
	is "$(($(tx_of 80) - before[80]))" $flows "packets of the group"
	for i in 2 3 6; do
		is "$(($(tx_of $i) - before[i]))" "$(wire eval "went('now', $i)")" "packets of $i"
	done
	vr h1 vif set p2 mtu 68
	before[80]=$(tx_of 80)
	drops_rise 1 h1 too_big wire send p1 "frame()/IP(src='10.0.0.1', dst='10.99.0.1', flags='DF')/
		UDP(sport=10000 + next(f for f, w in maps['now'].items() if w == [6]), dport=9)/bytes(100)"
	is "$(tx_of 80)" "${before[80]}" "packets of the group when one was dropped"
	vr h1 vif set p2 mtu 0
}

# What is gone is passed over as what is down is.
test_vif_gone()
{
	set_members member 2 member 6 member 3
	observe before flow4 $flows 1
	carrier down
	observe down flow4 $flows 1
	carrier up
	ip -n h1 link del p2
	wire open p2 h1 lo 0x88b5	# nothing comes there
	observe gone flow4 $flows 1
	is "$(moved down gone)" "[]" "gone instead of down"
	is "$(moved before gone)" "[(6, 2), (6, 3)]" "moved when it went"
	set_members member 6
	unreachable flow4 "has(ICMP) and p[ICMP].type == 3 and p[ICMP].code == 1"
	unreachable flow6 "has(ICMPv6DestUnreach) and p[ICMPv6DestUnreach].code == 3"
}

begin ecmp
must set_up
for f in flow4 flow6; do
	on="IPv${f#flow}"
	it "each member gets its share, $on" test_shares $f
	it "a flow keeps its member, $on" test_sticky $f
	it "a member goes and comes: no other flow moves, $on" test_remove_and_add $f
	it "weights change: no other flow moves, $on" test_weights $f
	it "a vif that is down is passed over, $on" test_vif_down $f
done
it "by addresses alone" test_hash_l3
it "fragments stay together, IPv4" test_fragments fragments4 3
it "fragments stay together, IPv6" test_fragments fragments6 2
it "groups are independent of each other and of outer ports" test_independent
it "all members dead" test_all_dead
it "most members dead" test_most_dead
it "fdb entries" test_fdb
it "counters" test_counters
it "a vif that is gone is passed over" test_vif_gone
finish
