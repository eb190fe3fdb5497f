#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The flow cache: what is kept, how long it holds, and that it never outlives what it was
# made by.
#
#	         h1                               h2
#	┌─────────────────────┐         ┌──────────────────────┐
#	│ blue  a1 .1         u0───────u0 blue  b1 .3          │
#	│ blue  p1 .11 p2 .12 │         │ blue  q1 .13         │
#	│ open  r1 .11 r2 .12 │         │                      │
#	└─────────────────────┘         └──────────────────────┘
#
# a1 and b1 are VMs with an IP stack; the others say nothing by themselves. blue denies
# what no group allows, open allows all, and no one there has a group.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
hypervisors_of_users=1

# What is at home and what is far, by the last byte of the address.
hypervisor()	# NUMBER REMOTE FAR...
{
	local i

	cat <<-END
		network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$2
		sg add any
		sg rule add any ingress allow
		sg rule add any egress allow
		sg add web
		set add clients counters on
	END
	for i in "${@:3}"; do
		remote_vm blue 7 "$(mac "$i")" 10.0.0."$i" fd00::"$i"
	done
}

add_silent()	# NAME HYPERVISOR NUMBER NETWORK WORD...
{
	add_port "$1" "$2" "$(mac "$3")" network "$4" mac "$(mac "$3")" \
		address 10.0.0."$3" address fd00::"$3" "${@:5}"
}

set_up()
{
	add_underlay || return 1
	hypervisor 1 2 3 13 | vr_batch h1 &&
	hypervisor 2 1 1 11 12 | vr_batch h2 &&
	vr h1 network add open vni 200 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 ra off &&
	add_vm a1 h1 blue "$(mac 1)" 10.0.0.1 fd00::1 &&
	add_vm b1 h2 blue "$(mac 3)" 10.0.0.3 fd00::3 &&
	add_silent p1 h1 11 blue sg any && add_silent p2 h1 12 blue sg any &&
	add_silent q1 h2 13 blue sg any &&
	add_silent r1 h1 11 open && add_silent r2 h1 12 open &&
	vr h1 vif set a1 sg any && vr h2 vif set b1 sg any &&
	wire define "
def ip(a, b, v=4, to=None, **more):
	eth = Ether(src='02:00:00:00:00:%02x' % a, dst=to or '02:00:00:00:00:%02x' % b)
	if v == 4:
		return eth/IP(src='10.0.0.%d' % a, dst='10.0.0.%d' % b, **more)
	return eth/IPv6(src='fd00::%d' % a, dst='fd00::%d' % b, **more)

def udp(mark, a=11, b=12, sport=1000, dport=2000, v=4, **more):
	return ip(a, b, v, **more)/UDP(sport=sport, dport=dport)/mark
"
}

# What "flow count" says of h1, or something about one flow there.
flows()	# WORD...
{
	wire json "$(vr h1 -j flow count "$@")" "d['count']"
}

counter()	# NAME
{
	wire json "$(vr h1 -j flow count)" "d['$1']"
}

flow()	# EXPRESSION WORD...
{
	wire json "$(vr h1 -j flow show "${@:2}")" "(lambda f: $1)(d[0])"
}

forget()
{
	vr h1 flow flush
}

flows_are()	# NUMBER WORD...
{
	is "$(flows "${@:2}")" "$1" "flows ${*:2}"
}

# So many arrive at a port, and no more.
arrive()	# NUMBER FROM TO FRAME MARK
{
	wire clear "$3"
	wire send "$2" "$4" "$1"
	is "$(wire count "$3" "b'$5' in raw" "$1")" "$1" "$5 at $3"
}

is_dropped()	# REASON FROM FRAME
{
	drops_rise 1 h1 "$1" wire send "$2" "$3"
}

# From the second packet on, with all that a person wants to know of it.
test_kept()
{
	local before after

	arrive 1 r1 r2 "udp(b'first')" first
	flows_are 0
	before=$(counter hits)
	arrive 9 r1 r2 "udp(b'more')" more
	after=$(counter hits)
	flows_are 1 network open
	flows_are 1 vif r1
	flows_are 1 vif r2
	# It may be decided about anew after a second.
	between $((after - before)) 6 8 hits
	is "$(flow "'%s %s:%d %s:%d %s %s %s %d' % (f['proto'], f['src'], f['sport'], f['dst'],
		f['dport'], f['state'], f['vif'], f['out_vif'], f['packets'])")" \
		"udp 10.0.0.11:1000 10.0.0.12:2000 untracked r1 r2 10"
	is "$(flow "f['bytes']")" $((47 + 9 * 46)) bytes
	like "$(vr h1 -s flow show)" "udp 10.0.0.11:1000 > 10.0.0.12:2000 network open vif r1 state untracked out-vif r2"
	arrive 3 r1 r2 "udp(b'six', v=6)" six
	flows_are 1 address fd00::/64
	like "$(vr h1 flow show address fd00::11)" '\[fd00::11\]:1000 > \[fd00::12\]:2000'
	forget
	flows_are 0
}

# Flows whose first packets are remembered in the same place, which of a thousand are many, do not
# always push each other out of it.
test_turns()
{
	local kept

	wire define "
def in_turn(i, frame=bytes(udp(b'turn'))):
	return frame[:34] + struct.pack('!H', 3000 + i % 1000) + frame[36:]
"
	wire clear r2
	wire send r1 "in_turn(i)" 8000
	is "$(wire count r2 "b'turn' in raw" 8000)" 8000 "frames at r2"
	kept=$(flows vif r1)
	forget
	between "$kept" 990 1000 flows
}

# With connection state: unreplied, then established, and by which rule.
test_tracked()
{
	vr h1 vif set p2 sg web
	vr h1 sg replace web - <<-END
		ingress tcp allow
		ingress udp dport 2000 from set:clients allow
	END
	vr h1 set insert clients 10.0.0.0/24
	arrive 5 p1 p2 "udp(b'question')" question
	is "$(flow "'%s %s %d %d' % (f['state'], f['sg'], f['rule'], f['packets'])")" \
		"unreplied web 2 5"
	flows_are 1 state unreplied
	arrive 2 p2 p1 "udp(b'answer', 12, 11, 2000, 1000)" answer
	arrive 2 p1 p2 "udp(b'question')" question
	eventually flows_are 2 state established
	arrive 4 p1 p2 "udp(b'question')" question
	is "$(wire json "$(vr h1 -j flow show state established)" \
		"['%s %d' % (f['vif'], f['packets']) for f in d if f['vif'] == 'p1']")" "p1 11" packets
	# Rules and elements count all of them, soon.
	eventually rule_counts 2 13
	is "$(wire json "$(vr h1 -s -j set list clients)" "d[0]['packets']")" 13 "element's packets"
	forget
}

rule_counts()	# INDEX PACKETS
{
	is "$(wire json "$(vr h1 -j sg rule show web)" "d[$1 - 1]['packets']")" "$2" "rule $1"
}

# What is not alike, or is to be seen by the tracker, has no flow.
test_not_kept()
{
	local before

	forget
	arrive 3 r1 r2 "ip(11, 12)/ICMP(id=5)/b'ping'" ping
	arrive 3 r1 r2 "udp(b'bcast', to='ff:ff:ff:ff:ff:ff')" bcast
	arrive 3 r1 r2 "udp(b'ttl', ttl=1)" ttl
	arrive 3 r1 r2 "udp(b'options', options=[IPOption_NOP()] * 4)" options
	arrive 3 r1 r2 "ip(11, 12, flags='MF')/UDP(sport=1, dport=2, len=100)/b'fragment'" fragment
	arrive 3 r1 r2 "ip(11, 12)/TCP(sport=1, dport=2, flags='S')/b'syn'" syn
	flows_are 0
	# A scan is no flows.
	before=$(counter created)
	arrive 100 r1 r2 "udp(b'scan', dport=3000 + i)" scan
	is "$(counter created)" "$before" "flows of a scan"
}

# What changes is effective for the next packet, whatever it is.
test_changes()
{
	local v

	for v in 4 6; do
		vr h1 vif set p2 sg web
		vr h1 sg replace web - <<<"ingress udp from set:clients allow"
		vr h1 set insert clients 10.0.0.11 fd00::11
		arrive 3 p1 p2 "udp(b'go', v=$v)" go
		vr h1 set remove clients 10.0.0.11 fd00::11
		vr h1 set flush clients
		is_dropped policy_deny p1 "udp(b'no', v=$v)"
		vr h1 set insert clients 10.0.0.0/8 fd00::/16
		arrive 3 p1 p2 "udp(b'again', v=$v)" again
		vr h1 set insert clients 10.0.0.11 nomatch fd00::11 nomatch
		is_dropped policy_deny p1 "udp(b'no', v=$v)"
		vr h1 set flush clients
		vr h1 sg replace web - <<<"ingress udp from sg:any allow"
		arrive 3 p1 p2 "udp(b'member', v=$v)" member
		vr h1 vif set p1 sg web
		is_dropped policy_deny p1 "udp(b'no', v=$v)"
		vr h1 vif set p1 sg any
		arrive 3 p1 p2 "udp(b'member2', v=$v)" member2
		vr h1 sg replace web - <<<"ingress udp deny"
		is_dropped rule_deny p1 "udp(b'no', v=$v)"
		vr h1 vif set p2 sg any
		arrive 3 p1 p2 "udp(b'any', v=$v)" any
	done
	# The whole network, and who may send.
	arrive 3 r1 r2 "udp(b'open')" open
	vr h1 network set open policy deny
	is_dropped policy_deny r1 "udp(b'no')"
	vr h1 network set open policy allow
	arrive 3 r1 r2 "udp(b'open2')" open2
	vr h1 vif set r1 address 10.0.0.99
	is_dropped spoofed_ip r1 "udp(b'no')"
	vr h1 vif set r1 address 10.0.0.11 address fd00::11
}

# Where packets go.
test_targets()
{
	local route="udp(b'%s', 11, 50, to='$gateway_mac')"

	vr_batch h1 <<-END
		nexthop add id 20 type vif vif r2 mac 02:00:00:00:00:77
		nexthop add id 21 type blackhole
		route add 10.0.0.50 network open nexthop 20
	END
	# shellcheck disable=SC2059
	arrive 3 r1 r2 "$(printf "$route" routed)" routed
	is "$(wire get r2 "b'routed' in raw" "'%s %d' % (p[Ether].dst, p[IP].ttl)")" \
		"02:00:00:00:00:77 63"
	is "$(wire count r2 "p[Ether].dst == '02:00:00:00:00:77' and p[IP].ttl == 63")" 3 rewritten
	is "$(flow "f['nexthop']" address 10.0.0.50)" 20
	vr h1 nexthop set 20 mac 02:00:00:00:00:78
	# shellcheck disable=SC2059
	arrive 1 r1 r2 "$(printf "$route" other)" other
	wire get r2 "b'other' in raw and p[Ether].dst == '02:00:00:00:00:78'"
	vr h1 route replace 10.0.0.50 network open nexthop 21
	# shellcheck disable=SC2059
	is_dropped blackhole r1 "$(printf "$route" no)"
	vr h1 route del 10.0.0.50 network open
	vr h1 nexthop del id 20
	vr h1 nexthop del id 21
	# An fdb entry that moves.
	vr h1 fdb add 02:00:00:00:00:0d network open nexthop 7
	arrive 0 r1 r2 "udp(b'far', 11, 13)" far
	wire send r1 "udp(b'far', 11, 13)" 3
	is "$(flow "'%s %s' % (f['out_tunnel'], f['out_remote'])" port 2000 vif r1 address 10.0.0.13)" \
		"vx4 192.0.2.2"
	vr h1 fdb del 02:00:00:00:00:0d network open
	vr h1 network set open unknown-unicast drop
	is_dropped unknown_unicast r1 "udp(b'no', 11, 13)"
	vr h1 network set open unknown-unicast flood
}

# Changes elsewhere cost no flow its decision.
test_unrelated()
{
	local i before misses start=$SECONDS

	vr h1 sg add other
	vr h1 set add others
	arrive 3 p1 p2 "udp(b'warm')" warm
	before=$(counter misses)
	for i in {1..8}; do
		vr_batch h1 <<-END
			set insert others 10.$i.0.0/16
			sg rule add other ingress udp dport $i allow
			route add 10.$i.0.0/16 network open nexthop 7
			neighbour add 10.0.0.$((100 + i)) mac $(mac $((100 + i))) network open
			fdb add $(mac $((100 + i))) network open nexthop 7
			nexthop add id $((100 + i)) type blackhole
		END
		wire send p1 "udp(b'warm')"
	done
	misses=$(($(counter misses) - before))
	between "$misses" 0 $((SECONDS - start + 1)) "decisions after unrelated changes"
	# The same with changes that concern it.
	before=$(counter misses)
	for i in {1..8}; do
		vr h1 sg rule add any ingress priority $((100 + i)) udp dport "$i" allow
		wire send p1 "udp(b'warm')"
	done
	misses=$(($(counter misses) - before))
	between "$misses" 8 8 "decisions after changes of its group"
	for i in {1..8}; do
		echo "sg rule del any ingress priority $((100 + i)) udp dport $i allow"
		echo "nexthop del id $((100 + i))"
	done | vr_batch h1
	vr_batch h1 <<-END
		route flush network open
		neighbour flush network open
		fdb flush network open
	END
	vr h1 sg rule flush other
	vr h1 sg del other
	vr h1 set del others
}

# An element's end is its flows', without a request.
test_timeout()
{
	vr h1 vif set p2 sg web
	vr h1 sg replace web - <<<"ingress udp from set:clients allow"
	vr h1 set flush clients
	vr h1 set insert clients 10.0.0.11 timeout 2
	arrive 3 p1 p2 "udp(b'soon over')" "soon over"
	eventually no_clients
	is_dropped policy_deny p1 "udp(b'no')"
	vr h1 vif set p2 sg any
}

no_clients()
{
	is "$(field h1 set clients "o['elements']")" 0 elements
}

# A vif's flows take no room of others, and when it has no more, packets pass still.
test_limits()
{
	local before

	forget
	vr h1 vif set p1 max-flows 4
	before=$(counter evicted)
	arrive 40 p1 p2 "udp(b'many', sport=4000 + i // 2)" many
	between "$(flows vif p1)" 1 4 "flows of p1"
	isnt "$(counter evicted)" "$before" evicted
	# Flows that are in use and have answers stay.
	forget
	for i in 1 2; do
		arrive 8 p1 p2 "udp(b'ask', sport=5000 + i // 2)" ask
		arrive 8 p2 p1 "udp(b'tell', 12, 11, 2000, 5000 + i // 2)" tell
	done
	arrive 8 p1 p2 "udp(b'ask', sport=5000 + i // 2)" ask
	is "$(field h1 vif p1 "o['flows']")" 4 "flows from p1"
	vr h1 vif set p1 max-flows 0
	forget
	arrive 4 p1 p2 "udp(b'none')" none
	flows_are 0
	is "$(field h1 vif p1 "'%d %d' % (o['max_flows'], o['flows'])")" "0 0"
	vr h1 vif set p1 max-flows 16384
	vr h1 network set open max-flows 2
	arrive 12 r1 r2 "udp(b'net', sport=6000 + i // 2)" net
	between "$(flows network open)" 0 2 "flows of open"
	vr h1 network set open max-flows 131072
}

test_filters()
{
	forget
	arrive 2 r1 r2 "udp(b'a', sport=10)" a
	arrive 2 r1 r2 "udp(b'b', sport=11, v=6)" b
	arrive 2 r1 r2 "ip(11, 12)/TCP(sport=10, dport=12, flags='A')/b'c'" c
	arrive 2 p1 p2 "udp(b'd', sport=13)" d
	# First, as it is kept for ten seconds only.
	flows_are 1 state unreplied
	flows_are 4
	flows_are 3 network open
	flows_are 1 network blue
	flows_are 2 port 10
	flows_are 1 port 10 proto tcp
	flows_are 1 address fd00::12
	flows_are 2 address 10.0.0.0/24 network open
	flows_are 0 address 10.1.0.0/16
	is "$(vr h1 flow show port 13 | wc -l)" 1 lines
	# Again, as what was asked may have taken that long.
	arrive 1 p1 p2 "udp(b'd', sport=13)" d
	vr h1 flow flush network open port 10
	flows_are 2
	vr h1 flow flush vif p2
	flows_are 1
	refused 1 'there is no network "green"' vr h1 flow show network green
	refused 1 'there is no vif "nope"' vr h1 flow flush vif nope
	forget
}

# A transfer past the tracker, its end and its abortion are no riddle to it.
test_tcp()
{
	local invalid

	invalid=$(drop_count h1 ct_invalid)
	wire tcp a1 b1 10.0.0.3 80 4000000
	wire tcp a1 b1 fd00::3 80 400000
	isnt "$(counter hits)" 0 hits
	# FIN.
	eventually flows_are 0 vif a1
	is "$(drop_count h1 ct_invalid)" "$invalid" invalid
	is "$(drop_count h2 ct_invalid)" 0 "invalid on h2"
	wire abort a1 b1 10.0.0.3 81 1000000
	eventually flows_are 0 vif a1
	is "$(drop_count h1 ct_invalid)" "$invalid" invalid
	is "$(drop_count h2 ct_invalid)" 0 "invalid on h2"
}

# Sends so many bytes from a1 to b1, by a connection of IPv4.
transfer()	# BYTES
{
	local server rc=0

	ip netns exec b1 iperf3 -s -1 >/dev/null &
	server=$!
	eventually serves b1 &&
	ip netns exec a1 iperf3 -c 10.0.0.3 -n "$1" >&2 || rc=$?
	kill "$server" 2>/dev/null || true
	wait "$server" || true
	return "$rc"
}

serves()	# NAMESPACE
{
	ip netns exec "$1" ss -Hltn sport = 5201 | grep . >/dev/null
}

# Whatever happens to a connection, the tracker on neither side takes it for another one.
none_is_invalid()
{
	is "$(drop_count h1 ct_invalid)" "$1" invalid
	is "$(drop_count h2 ct_invalid)" 0 "invalid on h2"
}

# More than the sequence numbers of TCP that a window knows, and a quarter of all.
test_gigabyte()
{
	local before invalid size=1024

	# A debug kernel takes ten times as long.
	[[ -z ${VR_DEBUG-} ]] || size=64
	before=$(counter hits)
	invalid=$(drop_count h1 ct_invalid)
	transfer ${size}M
	# Large packets: as many as there were at the least.
	between $(($(counter hits) - before)) $((size * 16)) $((size * 800)) hits
	eventually flows_are 0 vif a1
	none_is_invalid "$invalid"
}

# From the overlay, by tunnel and remote end.
test_overlay()
{
	arrive 4 q1 p2 "udp(b'in', 13)" in
	is "$(flow "'%s %s %s %d' % (f['tunnel'], f['remote'], f['out_vif'], f['packets'])" address 10.0.0.13)" \
		"vx4 192.0.2.2 p2 4"
	is "$(flow "'vif' in f" address 10.0.0.13)" false
}

test_events()
{
	local log

	log=$(mktemp)
	forget
	vr h1 -j monitor flow count 2 >"$log" &
	eventually listens
	arrive 5 r1 r2 "udp(b'event', sport=7000)" event
	forget
	wait $!
	is "$(wire json "[$(paste -sd, "$log")]" \
		"['%s %d %s' % (e['event'], e['flow']['sport'], e['flow'].get('end', '')) for e in d]")" \
		$'set 7000 \ndeleted 7000 flushed'
	is "$(wire json "[$(paste -sd, "$log")]" "d[1]['flow']['packets']")" 5 packets
	rm "$log"
}

# Is there a second listener's socket in h1?
listens()
{
	ip netns exec h1 grep -c '^[0-9a-f]* *16 ' /proc/net/netlink | grep -v '^[01]$' >/dev/null
}

test_off()
{
	arrive 3 r1 r2 "udp(b'on')" on
	vr h1 network set open flow-cache off
	forget
	arrive 3 r1 r2 "udp(b'off')" off
	flows_are 0 network open
	is "$(field h1 network open "o['flow_cache']")" false
	vr h1 network set open flow-cache on
	arrive 3 r1 r2 "udp(b'on')" on
	flows_are 1 network open
}

# A vif takes its flows along.
test_gone()
{
	arrive 3 p1 p2 "udp(b'last')" last
	vr h1 vif del p1
	flows_are 0 address 10.0.0.11 network blue
	vr h1 vif add p1 dev p1 network blue mac "$(mac 11)" address 10.0.0.11 address fd00::11
	eventually is_dropped policy_deny p1 "udp(b'no')"
}

add_tunnels()	# HYPERVISOR NUMBER
{
	vr_batch "$1" <<-END
		tunnel add vx4 type vxlan local 192.0.2.$2
		tunnel add vx6 type vxlan local 2001:db8::$2
	END
}

# All that a1 and b1 need, with the networks in the zones that they had.
restore()	# ZONE-OF-H1 ZONE-OF-H2
{
	add_tunnels h1 1 && add_tunnels h2 2 &&
	hypervisor 1 2 3 13 | sed "s/^network add blue/& zone $1/" | vr_batch h1 &&
	hypervisor 2 1 1 11 12 | sed "s/^network add blue/& zone $2/" | vr_batch h2 &&
	vr h1 vif add a1 dev a1 network blue mac "$(mac 1)" address 10.0.0.1 sg any &&
	vr h2 vif add b1 dev b1 network blue mac "$(mac 3)" address 10.0.0.3 sg any
}

hits_are_over()	# NUMBER
{
	(($(counter hits) > $1))
}

# The module is exchanged while a connection is past the tracker: it goes on.
test_swap()
{
	local zone1 zone2 running size=150

	[[ -z ${VR_DEBUG-} ]] || size=20

	zone1=$(field h1 network blue "o['zone']")
	zone2=$(field h2 network blue "o['zone']")
	transfer "$size"M &
	running=$!
	eventually hits_are_over $(($(counter hits) + 500))
	rmmod vrouter
	load_module
	restore "$zone1" "$zone2"
	eventually hits_are_over 500
	wait "$running"
	none_is_invalid 0
}

# Of two hypervisors that are told the same, so that all ids are the same too.
test_namespaces()
{
	local i

	for i in 3 4; do
		add_hypervisor h$i
		vr h$i network add same policy allow ra off
		add_port s${i}1 h$i "$(mac 21)" network same mac "$(mac 21)"
		add_port s${i}2 h$i "$(mac 22)" network same mac "$(mac 22)"
	done
	is "$(field h3 vif s31 "o['id']")" "$(field h4 vif s41 "o['id']")" "id of the vifs"
	for i in 3 4; do
		arrive 1 s${i}1 s${i}2 "udp(b'once', 21, 22)" once
		is "$(wire json "$(vr h$i -j flow count)" "d['count']")" 0 "flows of h$i after a packet"
	done
	for i in 3 4; do
		arrive 1 s${i}1 s${i}2 "udp(b'twice', 21, 22)" twice
		is "$(wire json "$(vr h$i -j flow count)" "d['count']")" 1 "flows of h$i after two"
	done
}

begin flow
must set_up
it "a flow is kept from its second packet on" test_kept
it "flows that take turns are kept" test_turns
it "connections: state, rule, and what rules and elements count" test_tracked
it "what is not alike has no flow, nor has a scan" test_not_kept
it "a change of policy is effective for the next packet" test_changes
it "so is a change of where packets go" test_targets
it "unrelated changes cost nothing" test_unrelated
it "the end of an element with a timeout too" test_timeout
it "limits: early drop, and packets pass" test_limits
it "filters of show, count and flush" test_filters
it "TCP past the tracker ends well" test_tcp
it "a gigabyte past the tracker" test_gigabyte
it "from the overlay" test_overlay
it "listeners hear of the begin and the end" test_events
it "off and on" test_off
it "what waits in another namespace is another flow" test_namespaces
it "a vif that goes" test_gone
it "the module is exchanged under a connection" test_swap
finish
