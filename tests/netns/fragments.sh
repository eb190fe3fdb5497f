#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments where rules with connection state have to see whole packets, and what of them
# can be dropped for which reason.
#
#	         h1                               h2
#	┌─────────────────────┐         ┌──────────────────────┐
#	│ blue  a1 .1         u0───────u0 blue  b1 .3          │
#	│ blue  p1 .11 p2 .12 │         │ blue  q1 .13         │
#	│ red   r1 .11 r2 .12 │         │                      │
#	└─────────────────────┘         └──────────────────────┘
#
# a1 and b1 are VMs with an IP stack; the others say nothing by themselves. red has the
# addresses of p1 and p2. p1, a1, b1, r1 may send, p2, q1, r2, a1, b1 are servers for UDP to
# port 2000 and ping; all rules have connection state.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# What is at home and what is far, by the last byte of the address.
hypervisor()	# REMOTE FAR...
{
	local i

	cat <<-END
		network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		network add red gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$1
		sg add out
		sg rule add out egress allow
		sg rule add out ingress icmp type 8 allow
		sg rule add out ingress icmpv6 type 128 allow
		sg add web
		sg rule add web ingress udp dport 2000 allow
		sg rule add web ingress icmp type 8 allow
		sg add loose
		sg rule add loose ingress stateless allow
		sg rule add loose egress stateless allow
	END
	for i in "${@:2}"; do
		remote_vm blue 7 "$(mac "$i")" 10.0.0."$i" fd00::"$i"
	done
}

add_silent()	# NAME HYPERVISOR NUMBER NETWORK SG
{
	add_port "$1" "$2" "$(mac "$3")" network "$4" mac "$(mac "$3")" \
		address 10.0.0."$3" address fd00::"$3" sg "$5"
}

set_up()
{
	add_underlay || return 1
	hypervisor 2 3 13 | vr_batch h1 &&
	hypervisor 1 1 11 12 | vr_batch h2 &&
	add_vm a1 h1 blue "$(mac 1)" 10.0.0.1 fd00::1 &&
	add_vm b1 h2 blue "$(mac 3)" 10.0.0.3 fd00::3 &&
	vr h1 vif set a1 sg out sg web && vr h2 vif set b1 sg out sg web &&
	add_silent p1 h1 11 blue out && add_silent p2 h1 12 blue web &&
	add_silent q1 h2 13 blue web &&
	add_silent r1 h1 11 red out && add_silent r2 h1 12 red web &&
	wire define "
def whole(a, b, size, v=4, sport=1000, dport=2000, **more):
	ether = Ether(src='02:00:00:00:00:%02x' % a, dst='02:00:00:00:00:%02x' % b)
	ip = (IP(src='10.0.0.%d' % a, dst='10.0.0.%d' % b, **more) if v == 4 else
		IPv6(src='fd00::%d' % a, dst='fd00::%d' % b, **more))
	data = bytes(i * 7 % 251 for i in range(size))
	return Ether(to_bytes(ether/ip/UDP(sport=sport, dport=dport)/data))

def payload(p):
	return to_bytes(p[IPv6 if IPv6 in p else IP].payload)

def piece(p, id, begin, data, more):
	'''A fragment of a packet, with any content anywhere.'''
	ip = p[IPv6 if IPv6 in p else IP]
	ether = Ether(src=p.src, dst=p.dst)
	if IPv6 in p:
		return (ether/IPv6(src=ip.src, dst=ip.dst, nh=44, hlim=ip.hlim, tc=ip.tc)/
			IPv6ExtHdrFragment(nh=ip.nh, offset=begin // 8, m=int(more), id=id)/
			Raw(data))
	return (ether/IP(src=ip.src, dst=ip.dst, proto=ip.proto, id=id, ttl=ip.ttl, tos=ip.tos,
		frag=begin // 8, flags=int(ip.flags) & 2 | int(more))/Raw(data))

def part(p, id, begin, end):
	return piece(p, id, begin, payload(p)[begin:end], end < len(payload(p)))

def parts(p, id, *at):
	'''All of it, cut at these places.'''
	ends = list(at) + [len(payload(p))]
	return [part(p, id, b, e) for b, e in zip([0] + ends[:-1], ends)]

def zeros(p, id, size):
	'''So many bytes of payload, which may be more than a packet can have.'''
	return [piece(p, id, b, bytes(min(1440, size - b)), b + 1440 < size)
		for b in range(0, size, 1440)]

def in_a_row(*lists):
	return [f for l in lists for f in l]

def is_ip(data):
	return data[12:14] in (b'\\x08\\0', b'\\x86\\xdd')
"
}

# Frames arrive, and nothing else: as they were sent, but in this order.
arrive()	# FROM TO FRAMES [AS-FRAMES]
{
	local count

	wire clear "$2"
	wire define "
sent, wanted = $3, [to_bytes(f) for f in ${4-$3}]
where = {f: i for i, f in enumerate(wanted)}"
	count=$(wire eval "len(wanted)")
	wire send "$1" sent
	is "$(wire all "$2" "is_ip(raw)" "where.get(raw, 'another')" "$count")" \
		"$(seq 0 $((count - 1)))" "at $2"
}

new_drops()	# HYPERVISOR BEFORE
{
	awk 'NR == FNR { before[$1] = $2; next }
		$2 > before[$1] { print $1, $2 - before[$1] }' <(echo "$2") <(drop_table "$1")
}

# So many are dropped for that reason, nothing else is and nothing arrives.
fail_as()	# NUMBER REASON FROM TO FRAMES [HYPERVISOR]
{
	local h=${6-h1} before

	wire clear "$4"
	before=$(drop_table "$h")
	drops_rise "$1" "$h" "$2" wire send "$3" "$5"
	is "$(new_drops "$h" "$before")" "$2 $1" "dropped"
	is "$(wire count "$4" "is_ip(raw)")" 0 "arrived at $4"
}

# Orders that fragments may come in.
test_orders()
{
	local v

	for v in 4 6; do
		wire define "f = parts(whole(11, 12, 3000, $v), 70 + $v, 1400, 2800)"
		arrive p1 p2 f
		arrive p1 p2 "f[::-1]" f
		arrive p1 p2 "[f[1], f[2], f[0]]" f
		arrive p1 p2 "[f[2], f[0], f[1]]" f
	done
}

# Of several packets at once, in odd sizes, of two senders.
test_mixed()
{
	local v

	for v in 4 6; do
		wire define "
f = parts(whole(11, 12, 900, $v), 1, 8, 16, 424)
g = parts(whole(11, 12, 901, $v), 2, 512)
"
		arrive p1 p2 "[f[0], g[1], f[3], g[0], f[1], f[2]]" "in_a_row(g, f)"
	done
}

# To the other hypervisor: put together at p1, in fragments through the tunnel, put together
# at q1.
test_overlay()
{
	local v

	for v in 4 6; do
		wire define "f = parts(whole(11, 13, 3000, $v), 80 + $v, 1400, 2800)"
		arrive p1 q1 "[f[1], f[2], f[0]]" f
	done
	like "$(frags h2 q1 received)" " reassembled 2 failed 0"
}

# Only the first fragment has a port; the others are no one's hole.
test_policy()
{
	local v

	for v in 4 6; do
		fail_as 3 policy_deny p1 p2 \
			"parts(whole(11, 12, 3000, $v, dport=2001), 90 + $v, 1400, 2800)"
		fail_as 3 policy_deny p1 q1 \
			"parts(whole(11, 13, 3000, $v, dport=2001), 90 + $v, 1400, 2800)" h2
	done
	# An answer passes by its connection, and p2 may not send anything else.
	arrive p1 p2 "[whole(11, 12, 10)]"
	arrive p2 p1 "parts(whole(12, 11, 1000, sport=2000, dport=1000), 95, 512)"
	fail_as 2 policy_deny p2 p1 "parts(whole(12, 11, 1000, sport=2001, dport=1000), 96, 512)"
	# The connection is that of unfragmented packets too.
	arrive p2 p1 "[whole(12, 11, 10, sport=2000, dport=1000)]"
}

# A wrong checksum, which only shows when all is there.
test_checksum()
{
	fail_as 2 ct_invalid p1 p2 "parts(Ether(edit(whole(11, 12, 1000), 60, b'zap')), 97, 512)"
}

test_duplicates()
{
	local v

	for v in 4 6; do
		wire define "f = parts(whole(11, 12, 3000, $v), 100 + $v, 1400, 2800)"
		drops_rise 2 h1 frag_duplicate arrive p1 p2 "[f[0], f[0], f[2], f[2], f[1]]" f
	done
}

test_overlaps()
{
	local v

	for v in 4 6; do
		wire define "
w = whole(11, 12, 3000, $v)
f = parts(w, 110 + $v, 1400, 2800)
"
		fail_as 4 frag_overlap p1 p2 "[f[0], part(w, 110 + $v, 1392, 2800), f[1], f[2]]"
		wire define "f = parts(w, 112 + $v, 1400, 2800)"
		fail_as 3 frag_overlap p1 p2 "[f[2], f[0], part(w, 112 + $v, 8, 16)]"
	done
}

test_bad()
{
	local v

	for v in 4 6; do
		wire define "
w = whole(11, 12, 1000, $v)
def two(id): return parts(w, id * 10 + $v, 512)
def more(id, begin, data, more=True): return piece(w, id * 10 + $v, begin, data, more)
"
		# Not in units of 8 bytes, empty, past the end, with another end.
		fail_as 2 frag_bad p1 p2 "[two(20)[1], more(20, 0, bytes(511))]"
		fail_as 2 frag_bad p1 p2 "[two(21)[0], more(21, 512, b'')]"
		fail_as 2 frag_bad p1 p2 "[two(22)[1], more(22, 1008, bytes(8))]"
		fail_as 2 frag_bad p1 p2 "[two(23)[1], more(23, 512, bytes(8), False)]"
		# What would be beyond the largest packet.
		fail_as 1 frag_bad p1 p2 "more(24, 65528, bytes(16), False)"
	done
	fail_as 46 frag_bad p1 p2 "zeros(whole(11, 12, 0), 250, 65516)"
	fail_as 129 frag_many p1 p2 "parts(whole(11, 12, 1024), 251, *range(8, 1032, 8))"
}

test_largest()
{
	arrive p1 p2 "parts(whole(11, 12, 65507), 260, *range(1440, 65515, 1440))"
	arrive p1 p2 "parts(whole(11, 12, 65527, 6), 261, *range(1440, 65535, 1440))"
}

# RFC 3168, section 5.3.
test_ecn()
{
	wire define "
f = parts(whole(11, 12, 1000, tos=2), 270, 512)
ce = parts(whole(11, 12, 1000, tos=3), 270, 512)
"
	arrive p1 p2 "[f[0], ce[1]]" ce
	wire define "
f = parts(whole(11, 12, 1000, 6, tc=0), 271, 512)
ce = parts(whole(11, 12, 1000, 6, tc=3), 271, 512)
"
	fail_as 2 frag_bad p1 p2 "[f[0], ce[1]]"
}

# A header that does not fit into the first fragment is refused before.
test_tiny()
{
	wire define "
def tcp(ip): return Ether(to_bytes(Ether(src='$(mac 11)', dst='$(mac 12)')/ip/TCP()/bytes(100)))
"
	fail_as 1 short_header p1 p2 "part(tcp(IP(src='10.0.0.11', dst='10.0.0.12')), 280, 0, 8)"
	fail_as 1 bad_ipv6_header p1 p2 "part(tcp(IPv6(src='fd00::11', dst='fd00::12')), 281, 0, 8)"
	# A second fragment header must not hide the first.
	fail_as 1 bad_ipv6_header p1 p2 "Ether(src='$(mac 11)', dst='$(mac 12)')/
		IPv6(src='fd00::11', dst='fd00::12')/IPv6ExtHdrFragment(nh=44, m=1, id=282)/
		IPv6ExtHdrFragment(nh=17, id=283)/UDP(sport=1000, dport=2000)/bytes(8)"
}

# By the gateway: what is rewritten is the packet.
test_routed()
{
	local v

	for v in 4 6; do
		wire define "
f = parts(whole(11, 12, 3000, $v), 290 + $v, 1400, 2800)
g = [Ether(to_bytes(p)) for p in f]
for p in f:
	p.dst = '$gateway_mac'
for p in g:
	p.src = '$gateway_mac'
	if $v == 4:
		p[IP].ttl -= 1
		del p[IP].chksum
	else:
		p[IPv6].hlim -= 1
"
		arrive p1 p2 "[f[2], f[1], f[0]]" g
	done
}

reassembled()	# VIF sent|received
{
	field h1 vif "$1" "o['$2_frags']['reassembled']"
}

# Where no rule needs connections, at one of the two or at both.
test_stateless()
{
	local v sent received

	for v in 4 6; do
		sent=$(reassembled p1 sent)
		received=$(reassembled p2 received)
		wire define "f = parts(whole(11, 12, 3000, $v), 300 + $v, 1400, 2800)"
		vr h1 vif set p2 sg loose
		arrive p1 p2 "f[::-1]" f
		is "$(reassembled p1 sent) $(reassembled p2 received)" "$((sent + 1)) $received"
		vr h1 vif set p1 sg loose
		arrive p1 p2 "f[::-1]"
		is "$(reassembled p1 sent) $(reassembled p2 received)" "$((sent + 1)) $received"
		vr h1 vif set p2 sg web
		arrive p1 p2 "f[::-1]" f
		is "$(reassembled p1 sent) $(reassembled p2 received)" \
			"$((sent + 1)) $((received + 1))"
		vr h1 vif set p1 sg out
	done
}

# Fragments with DF stay so, and who sends too large ones is told.
test_too_big()
{
	wire define "
f = parts(whole(11, 12, 3000, flags='DF'), 310, 1400, 2800)
g = parts(whole(11, 12, 3000), 311, 1400, 2800)
h = parts(whole(11, 12, 3000, 6), 312, 1400, 2800)
"
	arrive p1 p2 "f[::-1]" f
	vr h1 vif set p2 mtu 1300
	wire clear p1 p2
	drops_rise 3 h1 too_big wire send p1 f
	is "$(wire get p1 "has(ICMP)" "(p[IP].src, p[ICMP].type, p[ICMP].code, p[ICMP].nexthopmtu,
		p[IPerror].id)")" "('10.0.0.254', 3, 4, 1300, 310)"
	drops_rise 3 h1 too_big wire send p1 h
	is "$(wire get p1 "has(ICMPv6PacketTooBig)" \
		"(p[IPv6].src, p[ICMPv6PacketTooBig].mtu)")" "('fd00::fe', 1300)"
	is "$(wire count p2 "is_ip(raw)")" 0 "fragments of too large packets"
	wire send p1 g
	is "$(wire all p2 "has(IP)" "(p[IP].frag * 8, p[IP].len - 20, int(p[IP].flags))" 5)" \
"(0, 1280, 1)
(1280, 120, 1)
(1400, 1280, 1)
(2680, 120, 1)
(2800, 208, 0)"
	vr h1 vif set p2 mtu 0
}

# The first ones may be lost in IPv6, for each end to learn what fits.
ping_large()	# VM ADDRESS
{
	ip netns exec "$1" ping -n -c 4 -i 0.3 -W 10 -s 20000 "$2"
}

# VMs with an IP stack, through the tunnel and both policies.
test_stacks()
{
	ping_large a1 10.0.0.3
	ping_large a1 fd00::3
	ping_large b1 10.0.0.1
	ping_large b1 fd00::1
	wire udp a1 b1 10.0.0.3 2000 3 9000
	wire udp a1 b1 fd00::3 2000 3 9000
	nothing_waits h1 a1
	nothing_waits h2 b1
}

frag_counts()	# VIF
{
	wire json "$(vr h1 -j drops vif "$1")" \
		"sum(x['packets'] for x in d if x['reason'] in ('frag_full', 'frag_timeout'))"
}

counts_are()	# NUMBER VIF
{
	is "$(frag_counts "$2")" "$1"
}

# p1 sends fragments of packets that never become whole. Others feel nothing of it, nor do
# whole packets of its own; its fragments are counted, each once, when they give way or when
# their time is over.
test_flood()
{
	local before memory

	before=$(frag_counts p1)
	vr h1 vif set p1 frag-memory 30000
	wire send p1 "part(whole(11, 12, 3000, 4 + i % 2 * 2), 1000 + i, 0, 1400)" 60
	memory=$(field h1 vif p1 "o['sent_frags']['memory']")
	[[ $memory -gt 20000 && $memory -le 30000 ]]
	[[ $(drop_count h1 frag_full vif p1) -gt 20 ]]
	wire define "f = parts(whole(11, 12, 3000), 320, 1400, 2800)"
	arrive r1 r2 "[f[1], f[2], f[0]]" f
	arrive p1 p2 "[f[1], f[2], f[0]]" f
	ping_large a1 10.0.0.3
	eventually counts_are $((before + 60)) p1
	nothing_waits h1 p1
	vr h1 vif set p1 frag-memory 0
	fail_as 3 frag_full p1 p2 f
	vr h1 vif set p1 frag-memory 524288
}

# Of packets of both families something is missing.
test_timeout()
{
	wire define "
f = in_a_row(*[parts(whole(11, 12, 3000, v), 330 + v, 1400, 2800) for v in (4, 6)])
"
	wire send p1 "[f[0], f[4]]"
	like "$(frags h1 p1 sent)" "^waiting 2 memory [1-9]"
	fail_as 4 frag_timeout p1 p2 "[f[2], f[5]]"
	nothing_waits h1 p1
}

# Who is told of a drop learns where the fragment came from, also when it waited at the vif
# that it was for.
test_origin()
{
	local events follower

	events=$(mktemp)
	vrouter-ctl -n h1 -j drops -f reason frag_timeout >"$events" &
	follower=$!
	eventually catches_interrupts $follower
	drops_rise 1 h1 frag_timeout wire send p1 "part(whole(11, 12, 3000), 360, 0, 1400)"
	vr h1 vif set p1 sg loose
	drops_rise 1 h1 frag_timeout wire send p1 "part(whole(11, 12, 3000), 361, 0, 1400)"
	vr h1 vif set p1 sg out
	vr h2 vif set q1 sg loose
	drops_rise 1 h1 frag_timeout wire send q1 "part(whole(13, 12, 3000), 362, 0, 1400)"
	vr h2 vif set q1 sg web
	kill -INT $follower
	wait $follower
	is "$(jq -r '[.vif, .direction, .from_vif // "-", .tunnel // "-", .remote // "-"] | join(" ")' \
		"$events")" "p1 egress p1 - -
p2 ingress p1 - -
p2 ingress - vx4 192.0.2.2" "origins"
	rm "$events"
}

frame_of()	# EXPRESSION
{
	wire eval "to_bytes($1).hex()"
}

# A trace of a fragment ends where the others of its packet would be waited for, and nothing waits.
test_trace()
{
	local first later

	for v in 4 6; do
		first=$(frame_of "part(whole(11, 12, 3000, $v), 370, 0, 1400)")
		later=$(frame_of "part(whole(11, 12, 3000, $v), 370, 1400, 2800)")
		is "$(traced "[t['verdict'], s('reassembly')[0]['vif'], s('reassembly')[0]['direction']]" \
			vif p1 hex "$first")" $'wait\np1\negress' "the first, IPv$v"
		is "$(traced "t['verdict']" vif p1 hex "$later")" wait "a later one, IPv$v"
	done
	like "$(vr h1 trace vif p1 hex "$first")" "reassembly .*waits.*"
	nothing_waits h1 p1
}

# The host's own reassembly is not asked, in the namespaces of the hypervisors nor in memory.
test_host()
{
	local h

	for h in h1 h2; do
		is "$(wire read $h /proc/net/snmp | awk '/^Ip:/ { n = $15 } END { print n }')" 0 \
			"IPv4 in $h"
		like "$(wire read $h /proc/net/snmp6)" "Ip6ReasmReqds[[:space:]]+0"
		like "$(wire read $h /proc/net/sockstat)" "FRAG: inuse 0 memory 0"
	done
}

# The counters of a vif and of a rule are about what was sent and received.
test_counters()
{
	local before after

	before=$(counters)
	arrive p1 p2 "parts(whole(11, 12, 3000), 340, 1400, 2800)"
	after=$(counters)
	# three fragments of 34 bytes of headers each and 3008 of payload
	is "$(wire eval "[b - a for a, b in zip($before, $after)]")" "[3, 3110, 3, 3110, 3, 3110]"
}

counters()
{
	wire eval "$(field h1 vif p1 "[[o['stats'][k] for k in ('rx_packets', 'rx_bytes')]]") +
		$(field h1 vif p2 "[[o['stats'][k] for k in ('tx_packets', 'tx_bytes')]]") +
		$(wire json "$(vr h1 -s -j sg rule show web)" "[[d[0][k] for k in ('packets', 'bytes')]]")"
}

# What waits goes with its vif, with its namespace and with the module.
test_deleted()
{
	drops_rise 2 h1 frag_timeout delete_waiting
	add_hypervisor h3
	vr h3 network add blue
	vr h3 sg add out
	vr h3 sg rule add out egress allow
	add_silent s1 h3 11 blue out
	wire send s1 "part(whole(11, 12, 3000), 350, 0, 1400)"
	like "$(frags h3 s1 sent)" "^waiting 1 memory [1-9]"
	ip netns del h3
	wire send p1 "part(whole(11, 12, 3000), 351, 0, 1400)"
}

delete_waiting()
{
	wire send r1 "[part(whole(11, 12, 3000, v), 352, 0, 1400) for v in (4, 6)]"
	vr h1 vif del r1
}

begin fragments
must set_up
it "leave as they came, in whatever order that was" test_orders
it "of several packets at once" test_mixed
it "through a tunnel" test_overlay
it "no rule is passed by a fragment" test_policy
it "a wrong checksum of what they make is found" test_checksum
it "duplicates" test_duplicates
it "overlapping ones" test_overlaps
it "such that no packet can have" test_bad
it "the largest packets" test_largest
it "ECN marks" test_ecn
it "first ones without all headers" test_tiny
it "routed" test_routed
it "rules without connection state" test_stateless
it "too big, with and without DF" test_too_big
it "VMs with an IP stack" test_stacks
it "who fills the memory takes it from himself" test_flood
it "a missing one" test_timeout
it "where they came from" test_origin
it "a trace of one" test_trace
it "counters" test_counters
it "the host's reassembly has nothing to do with it" test_host
it "go with their vif, namespace and module" test_deleted
finish
