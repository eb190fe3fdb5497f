#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where MAC addresses are, learned from frames:
#
#	       h1                           h2
#	┌────────────────┐          ┌─────────────────┐
#	│ blue (vni 100) │          │ blue (vni 100)  │
#	│  p1 p2 p3 own  u0────────u0  q1, and a third │
#	└────────────────┘          │ hypervisor, .3  │
#	                            └─────────────────┘
#
# p1, p2, p3 and q1 may send from any MAC, "own" from its own only. h1 floods to .2 and .3;
# what comes to h2's wire is captured. No VM says anything by itself.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

own=02:00:00:00:00:0f
fixed=02:00:00:00:00:0e

set_up()
{
	local i

	add_underlay &&
	ip -n h2 addr add 192.0.2.3/24 dev u0 &&
	vr_batch h1 <<-END &&
		network add blue vni 100 policy allow gateway 10.0.0.254/24 ra off learning vif
		nexthop add id 2 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 3 type tunnel tunnel vx4 remote 192.0.2.3
		nexthop add id 4 type blackhole
		nexthop add id 90 type flood member 2 member 3
		network set blue flood 90
		fdb add $fixed network blue nexthop 4
	END
	vr_batch h2 <<-END || return 1
		network add blue vni 100 policy allow ra off learning all
		nexthop add id 1 type tunnel tunnel vx4 remote 192.0.2.1
		nexthop add id 90 type flood member 1
		network set blue flood 90
	END
	for i in 1 2 3; do
		add_port p$i h1 "$(mac $i)" network blue || return 1
	done
	add_port own h1 $own network blue mac $own &&
	add_port q1 h2 "$(mac 9)" network blue &&
	wire open wire2 h2 u0 &&
	wire define "
ALL = 'ff:ff:ff:ff:ff:ff'

def frame(mark, src, dst=ALL):
	return Ether(src=src, dst=dst)/IP(src='10.0.0.1', dst='10.0.0.255')/UDP()/mark

SPRAY = to_bytes(frame(b'spray', '02:00:00:01:00:00'))

def overlay(inner, src='192.0.2.2'):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src=src, dst='192.0.2.1')/
		UDP(sport=5555, dport=4789)/VXLAN(flags=8, vni=100)/inner)

def overlay6(inner):
	return (Ether(dst='$(mac_of h1 u0)')/IPv6(src='2001:db8::2', dst='2001:db8::1')/
		UDP(sport=5555, dport=4789)/VXLAN(flags=8, vni=100)/inner)
"
}

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

# Who said where a MAC is, and where: "learned p2 -", "learned - 192.0.2.2".
entry()	# HYPERVISOR MAC
{
	wire json "$(vr "$1" -j fdb show network blue)" "' '.join('%s %s %s' % (e['origin'],
		e.get('vif', '-'), e.get('remote', '-')) for e in d if e['mac'] == '$2')"
}

entry_is()	# HYPERVISOR MAC WANTED
{
	is "$(entry "$1" "$2")" "$3" "entry of $2"
}

learned()	# HYPERVISOR MAC WHERE
{
	eventually entry_is "$1" "$2" "learned $3"
}

gone()	# HYPERVISOR MAC
{
	eventually entry_is "$1" "$2" ""
}

# Someone says something, to everyone unless told.
say()	# PORT MAC [MARK [DESTINATION]]
{
	wire send "$1" "frame(b'${3-something}', '$2', '${4-ff:ff:ff:ff:ff:ff}')"
}

# How many frames with a mark came where; all have, when a later one to everyone has.
copies()	# MARK
{
	say own $own "end of $1"
	wire count p3 "b'end of $1' in raw" 1 >/dev/null
	wire count wire2 "b'end of $1' in raw" 2 >/dev/null
	echo "p1 $(at p1 "$1") p2 $(at p2 "$1") p3 $(at p3 "$1")" \
		".2 $(at wire2 "$1" "and p[IP].dst == '192.0.2.2'")" \
		".3 $(at wire2 "$1" "and p[IP].dst == '192.0.2.3'")"
}

at()	# PORT MARK [CONDITION]
{
	wire count "$1" "b'$2.' in raw ${3-}"
}

goes_to()	# MARK MAC EXPECTED
{
	wire clear
	say own $own "$1." "$2"
	is "$(copies "$1")" "$3" "copies of a frame to $2"
}

limited()
{
	field h1 network blue "o['learn_limited']"
}

limited_is()	# NUMBER
{
	is "$(limited)" "$1" "frames that taught nothing"
}

count_is()	# OBJECT NAME NUMBER
{
	is "$(field h1 "$1" "$2" "o['learned']")" "$3" "learned of $1 $2"
}

flush()
{
	vr h1 fdb flush network blue learned
	vr h2 fdb flush network blue learned
}

test_off()
{
	vr h1 network set blue learning off
	say p1 "$(mac 1)"
	goes_to off "$(mac 1)" "p1 1 p2 1 p3 1 .2 1 .3 1"
	entry_is h1 "$(mac 1)" ""
	vr h1 network set blue learning vif
}

test_vif()
{
	goes_to before "$(mac 2)" "p1 1 p2 1 p3 1 .2 1 .3 1"
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	goes_to after "$(mac 2)" "p1 0 p2 1 p3 0 .2 0 .3 0"
	goes_to unknown "$(mac 7)" "p1 1 p2 1 p3 1 .2 1 .3 1"
	# nobody hears himself
	drops_rise 1 h1 own_port say p2 "$(mac 5)" own "$(mac 2)"
}

# Frames that the router answers itself, and those that it refuses.
test_which_frames()
{
	flush
	wire send p1 "Ether(src='$(mac 1)', dst=ALL)/ARP(hwsrc='$(mac 1)', psrc='10.0.0.1',
		pdst='10.0.0.254')"
	learned h1 "$(mac 1)" "p1 -"
	drops_rise 1 h1 bad_arp wire send p1 "Ether(src='$(mac 4)', dst=ALL)/
		ARP(hwlen=8, hwsrc='$(mac 4)', psrc='10.0.0.1', pdst='10.0.0.254')"
	drops_rise 1 h1 gateway_source_mac say p1 $gateway_mac
	drops_rise 1 h1 bad_source_mac say p1 01:00:00:00:00:04
	vr h1 network set blue policy deny
	drops_rise 1 h1 policy_deny say p1 "$(mac 4)"
	vr h1 network set blue policy allow
	say p1 "$(mac 6)"
	learned h1 "$(mac 6)" "p1 -"
	entry_is h1 "$(mac 4)" ""
	entry_is h1 $gateway_mac ""
	count_is network blue 2
}

test_move()
{
	local log monitor

	flush
	log=$(mktemp)
	vr h1 -j monitor fdb >>"$log" &
	monitor=$!
	WITHIN=20 eventually monitor_heard "$log"
	: >"$log"
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	say p3 "$(mac 2)"
	learned h1 "$(mac 2)" "p3 -"
	goes_to moved "$(mac 2)" "p1 0 p2 0 p3 1 .2 0 .3 0"
	vr h1 fdb flush network blue learned
	eventually eval "[[ \$(wc -l <$log) -ge 3 ]]"
	jq -se '[.[] | .event + " " + .fdb.origin + " " + .fdb.vif] ==
		["set learned p2", "set learned p3", "deleted learned p3"]' <"$log" ||
		{ cat "$log"; return 1; }
	kill $monitor
	wait $monitor || true
	rm "$log"
}

monitor_heard()	# LOG
{
	vr h1 fdb add 02:00:00:00:00:0d network blue nexthop 4
	vr h1 fdb del 02:00:00:00:00:0d network blue
	[[ $(wc -l <"$1") -ge 2 ]]
}

# Two that claim the same MAC move it once a second at most.
test_flapping()
{
	local before generation i started=$SECONDS moves

	flush
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	before=$(limited)
	generation=$(generation)
	for i in {1..15}; do
		wire send p3 "frame(b'mine', '$(mac 2)')" 10
		wire send p2 "frame(b'mine', '$(mac 2)')" 10
	done
	moves=$(($(generation) - generation))
	((moves > 0 && moves <= SECONDS - started + 2)) ||
		{ echo "$moves moves in $((SECONDS - started)) s"; return 1; }
	isnt "$(limited)" "$before" "frames that taught nothing"
}

generation()
{
	wire json "$(vr h1 -j info)" "d[0]['generation']"
}

test_limit_of_a_vif()
{
	local before i

	flush
	vr h1 vif set p3 max-macs 3
	before=$(limited)
	for i in {1..9}; do
		say p3 "02:00:00:00:01:0$i"
		((i > 3)) || learned h1 "02:00:00:00:01:0$i" "p3 -"
	done
	eventually limited_is $((before + 6))
	count_is vif p3 3
	goes_to unlearned 02:00:00:00:01:04 "p1 1 p2 1 p3 1 .2 1 .3 1"
	# others may still
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	vr h1 vif set p3 max-macs 64
	say p3 02:00:00:00:01:04
	learned h1 02:00:00:00:01:04 "p3 -"
}

test_limit_of_a_network()
{
	local before

	flush
	vr h1 network set blue max-learned 2 max-fdb 0
	before=$(limited)
	say p1 "$(mac 1)"
	learned h1 "$(mac 1)" "p1 -"
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	say p3 "$(mac 3)"
	eventually limited_is $((before + 1))
	entry_is h1 "$(mac 3)" ""
	say p3 "$(mac 1)"
	learned h1 "$(mac 1)" "p3 -"
	vr h1 network set blue max-learned 4096 max-fdb 1048576
}

# A VM that sprays fills what it may and no more, and all of it can be forgotten at once.
test_spray()
{
	flush
	wire send p1 "[SPRAY[:6] + bytes([2, 0, 0, 1, n >> 8, n & 255]) + SPRAY[12:]
		for n in range(2000)]"
	eventually count_is vif p1 64
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	count_is vif p1 64
	vr h1 fdb flush network blue learned
	count_is network blue 0
}

# By frames from a MAC, not by those to it.
test_ageing()
{
	local age=2 end

	# so long that a slow kernel gets to look in between
	[[ -z ${VR_DEBUG-} ]] || age=15
	trap 'vr h1 network set blue ageing 300' EXIT
	flush
	vr h1 network set blue ageing $age
	say p2 "$(mac 2)"
	say p3 "$(mac 3)"
	learned h1 "$(mac 2)" "p2 -"
	learned h1 "$(mac 3)" "p3 -"
	end=$((SECONDS + 6 * age))
	while ((SECONDS < end)); do
		say p2 "$(mac 2)"
		say own $own to "$(mac 3)"
		entry_is h1 "$(mac 2)" "learned p2 -"
		[[ -n $(entry h1 "$(mac 3)") ]] || break
		pause 0.2
	done
	entry_is h1 "$(mac 3)" ""
	WITHIN=$((5 * age)) gone h1 "$(mac 2)"
	vr h1 network set blue ageing 0
	say p2 "$(mac 2)"
	learned h1 "$(mac 2)" "p2 -"
	pause $((age + 1))
	entry_is h1 "$(mac 2)" "learned p2 -"
}

# A vif's own MAC and a static entry stay where they are.
test_never_move()
{
	flush
	say p1 $own
	say p1 $fixed
	say p1 "$(mac 6)"
	learned h1 "$(mac 6)" "p1 -"
	entry_is h1 $own "vif own -"
	entry_is h1 $fixed "static - -"
	# and end what was learned
	vr h1 fdb add "$(mac 6)" network blue nexthop 4
	entry_is h1 "$(mac 6)" "static - -"
	say p1 "$(mac 6)"
	vr h1 fdb del "$(mac 6)" network blue
	entry_is h1 "$(mac 6)" ""
	say p1 "$(mac 6)"
	learned h1 "$(mac 6)" "p1 -"
}

# Between two hypervisors: each learns of the other, and a third hears nothing more.
test_overlay()
{
	flush
	say q1 "$(mac 9)"
	wire count p1 "b'something' in raw" 1 >/dev/null
	entry_is h1 "$(mac 9)" ""
	vr h1 network set blue learning all
	say q1 "$(mac 9)"
	learned h1 "$(mac 9)" "- 192.0.2.2"
	wire clear
	goes_to overlay "$(mac 9)" "p1 0 p2 0 p3 0 .2 1 .3 0"
	is "$(wire count q1 "b'overlay.' in raw" 1)" 1 "frames at q1"
	learned h2 $own "- 192.0.2.1"
	# from overlay to overlay there is no way
	drops_rise 1 h1 split_horizon wire send wire2 \
		"overlay(frame(b'back', '$(mac 8)', '$(mac 9)'), '192.0.2.3')"
	learned h1 "$(mac 8)" "- 192.0.2.3"
	goes_to third "$(mac 8)" "p1 0 p2 0 p3 0 .2 0 .3 1"
	is "$(wire json "$(vr h1 -j fdb get "$(mac 8)" network blue)" "d[0]['tunnel']")" vx4
}

# Between remote ends, and between these and vifs.
test_overlay_moves()
{
	wire send wire2 "overlay(frame(b'moved', '$(mac 8)'))"
	learned h1 "$(mac 8)" "- 192.0.2.2"
	say q1 "$(mac 7)"
	learned h1 "$(mac 7)" "- 192.0.2.2"
	say p1 "$(mac 7)"
	learned h1 "$(mac 7)" "p1 -"
	say p2 "$(mac 6)"
	learned h1 "$(mac 6)" "p2 -"
	say q1 "$(mac 6)"
	learned h1 "$(mac 6)" "- 192.0.2.2"
	goes_to home "$(mac 6)" "p1 0 p2 0 p3 0 .2 1 .3 0"
}

test_overlay_ipv6()
{
	wire send wire2 "overlay6(frame(b'six', '02:00:00:00:00:66'))"
	learned h1 02:00:00:00:00:66 "- 2001:db8::2"
	# what a tunnel that changes or goes would send wrongly, is forgotten
	vr h1 tunnel set vx6 ttl 9
	entry_is h1 02:00:00:00:00:66 ""
	wire send wire2 "overlay6(frame(b'six', '02:00:00:00:00:66'))"
	learned h1 02:00:00:00:00:66 "- 2001:db8::2"
	vr h1 tunnel del vx6
	entry_is h1 02:00:00:00:00:66 ""
	learned h1 "$(mac 6)" "- 192.0.2.2"
}

# The gateway is here, whoever else it is elsewhere too.
test_overlay_gateway()
{
	wire send wire2 "overlay(frame(b'gateway', '$gateway_mac'))"
	wire send wire2 "overlay(frame(b'mine', '$own'))"
	wire send wire2 "overlay(frame(b'fixed', '$fixed'))"
	wire send wire2 "overlay(frame(b'last', '02:00:00:00:00:67'))"
	learned h1 02:00:00:00:00:67 "- 192.0.2.2"
	entry_is h1 $gateway_mac ""
	entry_is h1 $own "vif own -"
	entry_is h1 $fixed "static - -"
}

# Each kind goes when it is not learned any more.
test_turned_off()
{
	say p1 "$(mac 1)"
	learned h1 "$(mac 1)" "p1 -"
	vr h1 network set blue learning vif
	entry_is h1 "$(mac 6)" ""
	entry_is h1 "$(mac 1)" "learned p1 -"
	vr h1 network set blue learning off
	entry_is h1 "$(mac 1)" ""
	count_is network blue 0
	vr h1 network set blue learning all
}

# Another VNI is another network, elsewhere.
test_new_vni()
{
	say q1 "$(mac 9)"
	learned h1 "$(mac 9)" "- 192.0.2.2"
	say p1 "$(mac 1)"
	learned h1 "$(mac 1)" "p1 -"
	vr h1 network set blue vni 101
	entry_is h1 "$(mac 9)" ""
	entry_is h1 "$(mac 1)" "learned p1 -"
	vr h1 network set blue vni 100
}

test_vif_goes()
{
	say p1 "$(mac 1)"
	say p1 "$(mac 4)"
	say p2 "$(mac 2)"
	learned h1 "$(mac 1)" "p1 -"
	learned h1 "$(mac 4)" "p1 -"
	learned h1 "$(mac 2)" "p2 -"
	vr h1 vif del p1
	entry_is h1 "$(mac 1)" ""
	entry_is h1 "$(mac 4)" ""
	# a device, too
	ip -n p2 link del eth0
	gone h1 "$(mac 2)"
	count_is network blue "$(vr h1 fdb show network blue | grep -c learned)"
}

begin learn
must set_up
it "off: nothing" test_off
it "from a vif" test_vif
it "frames that are dropped teach nothing" test_which_frames
it "moves, and listeners are told" test_move
it "moves are bounded" test_flapping
it "limit of a vif" test_limit_of_a_vif
it "limit of a network" test_limit_of_a_network
it "a spray of sources" test_spray
it "ageing" test_ageing
it "MACs of vifs and static entries never move" test_never_move
it "from the overlay" test_overlay
it "moves in the overlay" test_overlay_moves
it "over IPv6; tunnels change and go" test_overlay_ipv6
it "never the gateway's MAC" test_overlay_gateway
it "turned off" test_turned_off
it "another VNI" test_new_vni
it "vifs go" test_vif_goes
finish
