#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections in the host's tracking: who may have how many, when they begin and end.
#
#	            h1
#	┌───────────────────────┐
#	│ blue  p1 .1  10.0.0/24│
#	│       p2 .2  fd00::/64│
#	│       p3 .3           │
#	│  ↕ next hop network   │
#	│ red   r1 .1  10.1.0/24│
#	│              fd01::/64│
#	└───────────────────────┘
#
# VMs say nothing by themselves, and all of them may send and receive all.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

add_silent()	# NAME NUMBER NETWORK NET
{
	local mac=02:00:00:00:0$4:0$2

	add_port "$1" h1 "$mac" network "$3" mac "$mac" address "10.$4.0.$2" \
		address "fd0$4::$2" sg any
}

set_up()
{
	add_hypervisor h1 &&
	vr_batch h1 <<-END &&
		network add blue gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		network add red gateway 10.1.0.254/24 gateway fd01::fe/64 ra off
		nexthop add id 1 type network network blue
		nexthop add id 2 type network network red
		route add 10.1.0.0/24 network blue nexthop 2
		route add fd01::/64 network blue nexthop 2
		route add 10.0.0.0/24 network red nexthop 1
		route add fd00::/64 network red nexthop 1
		sg add any
		sg rule add any ingress allow
		sg rule add any egress allow
		sg add out
		sg rule add out egress allow
		sg add in
		sg add closed
		sg rule add closed ingress deny
	END
	add_silent p1 1 blue 0 && add_silent p2 2 blue 0 && add_silent p3 3 blue 0 &&
	add_silent r1 1 red 1 &&
	wire define "
def net(n, a, b, v=4, flags=''):
	e = Ether(src='02:00:00:00:%02x:%02x' % (n, a), dst='02:00:00:00:%02x:%02x' % (n, b))
	if v == 4:
		return e/IP(src='10.%d.0.%d' % (n, a), dst='10.%d.0.%d' % (n, b), flags=flags)
	return e/IPv6(src='fd0%d::%d' % (n, a), dst='fd0%d::%d' % (n, b))

def udp(a, b, sport, dport=2000, v=4, mark=b''):
	return net(0, a, b, v)/UDP(sport=sport, dport=dport)/mark

def across(sport, v=4, mark=b''):
	e = Ether(src='02:00:00:00:00:01', dst='$gateway_mac')
	l3 = IP(src='10.0.0.1', dst='10.1.0.1') if v == 4 else IPv6(src='fd00::1', dst='fd01::1')
	return e/l3/UDP(sport=sport, dport=2000)/mark
"
}

# Lines of the host's table, in the zone of a network.
entries()	# NETWORK [PATTERN]
{
	local zone

	# Not in the pipeline: "wire" is not for two at once.
	zone=$(field h1 network "$1" "o['zone']")
	wire read h1 /proc/net/nf_conntrack | grep "zone=$zone " | grep -c "${2-}" || true
}

begun()	# vif|network NAME
{
	field h1 "$1" "$2" "o['connections']"
}

none_begun()	# vif|network NAME
{
	# The host frees what is over when it comes by.
	wire read h1 /proc/net/nf_conntrack >/dev/null
	is "$(begun "$@")" 0 "connections of $*"
}

passes()	# FROM TO FRAME MARK
{
	wire clear "$2"
	wire send "$1" "$3"
	is "$(wire count "$2" "b'$4' in raw" 1)" 1 "$4 at $2"
}

test_vif_limit()
{
	vr h1 vif set p1 max-connections 5
	drops_rise 3 h1 ct_limit wire send p1 "udp(1, 2, 1000 + i, v=4 + i % 2 * 2)" 8
	is "$(begun vif p1)" 5 "connections of p1"
	is "$(begun vif p2)" 0 "connections of p2, which began none"
	is "$(entries blue)" 5 "entries of the host"
	is "$(drop_count h1 ct_limit vif p1)" 3 "dropped at p1"
	# Those that there are go on.
	passes p1 p2 "udp(1, 2, 1000, mark=b'on')" on
	passes p2 p1 "udp(2, 1, 2000, 1001, v=6, mark=b'back')" back
	# An error is about a connection, and begins none.
	passes p2 p1 "net(0, 2, 1)/ICMP(type=3, code=3)/udp(1, 2, 1002)[IP]/b'error'" error
	# Others begin, also with p1.
	passes p3 p2 "udp(3, 2, 1000, mark=b'other')" other
	passes p3 p1 "udp(3, 1, 1000, mark=b'to p1')" "to p1"
	drops_rise 1 h1 ct_limit wire send p1 "net(0, 1, 2)/ICMP(type=8, id=7)"
	drops_rise 1 h1 ct_limit wire send p1 "net(0, 1, 2)/TCP(sport=5, dport=5, flags='S')"
	vr h1 vif set p1 max-connections 6
	passes p1 p2 "udp(1, 2, 3000, mark=b'one more')" "one more"
	drops_rise 1 h1 ct_limit wire send p1 "udp(1, 2, 3001)"
	vr h1 vif set p1 max-connections 0
	passes p1 p2 "udp(1, 2, 3001, mark=b'any')" any
	is "$(begun vif p1)" 7 "connections of p1"
}

test_ends()
{
	vr h1 vif set p1 max-connections 65536
	wire sysctl h1 netfilter/nf_conntrack_udp_timeout=1 \
		netfilter/nf_conntrack_udp_timeout_stream=1 netfilter/nf_conntrack_icmp_timeout=1
	# What there is gets the new timeouts with its next packet.
	wire send p1 "udp(1, 2, 1000 + i, v=4 + i % 2 * 2)" 5
	wire send p1 "udp(1, 2, 3000 + i)" 2
	wire send p3 "[udp(3, 2, 1000), udp(3, 1, 1000)]"
	eventually none_begun vif p1
	eventually none_begun network blue
	vr h1 vif set p1 max-connections 2
	wire send p1 "udp(1, 2, 1000 + i)" 2
	is "$(begun vif p1)" 2 "connections of p1"
	eventually none_begun vif p1
	passes p1 p2 "udp(1, 2, 1500, mark=b'again')" again
	eventually none_begun vif p1
	vr h1 vif set p1 max-connections 65536
	# From now on none ends by itself, however slow this is: while some do, who reads the
	# host's list misses others.
	wire sysctl h1 netfilter/nf_conntrack_udp_timeout=3600 \
		netfilter/nf_conntrack_udp_timeout_stream=3600
}

test_network_limit()
{
	vr h1 network set blue max-connections 6
	wire send p1 "udp(1, 2, 1000 + i)" 4
	drops_rise 2 h1 ct_limit wire send p3 "udp(3, 2, 1000 + i)" 4
	is "$(begun network blue)" 6 "connections of blue"
	is "$(begun network red)" 0 "connections of red"
	passes p1 p2 "udp(1, 2, 1000, mark=b'on')" on
	# They go on when their vif goes, and count.
	vr h1 vif del p3
	is "$(begun network blue)" 6 "connections of blue, without p3"
	drops_rise 1 h1 ct_limit wire send p1 "udp(1, 2, 3000)"
	vr h1 vif add p3 dev p3 network blue mac 02:00:00:00:00:03 address 10.0.0.3 \
		address fd00::3 sg any
	is "$(begun vif p3)" 0 "connections of the new p3"
	drops_rise 1 h1 ct_limit wire send p3 "udp(3, 2, 3000)"
	vr h1 network set blue max-connections 7
	passes p3 p2 "udp(3, 2, 3000, mark=b'one more')" "one more"
	drops_rise 1 h1 ct_limit wire send p1 "udp(1, 2, 3000)"
	vr h1 network set blue max-connections 0
	passes p1 p2 "udp(1, 2, 3000, mark=b'any')" any
	vr h1 network set blue max-connections 131072
}

# The host's table is full, and gives room to a new connection by ending one that has no
# answer yet. It is not to be asked for one who may have no more.
test_others_keep_theirs()
{
	local max

	max=$(sysctl -n net.netfilter.nf_conntrack_max)
	vr h1 vif set p1 max-connections "$(begun vif p1)"
	wire send p3 "udp(3, 2, 5000 + i)" 20
	sysctl -q net.netfilter.nf_conntrack_max="$(wire read h1 /proc/sys/net/netfilter/nf_conntrack_count)"
	drops_rise 200 h1 ct_limit wire send p1 "udp(1, 2, 7000 + i)" 200
	is "$(entries blue "src=10.0.0.3 dst=10.0.0.2 sport=50")" 20 "entries of p3"
	sysctl -q net.netfilter.nf_conntrack_max="$max"
	vr h1 vif set p1 max-connections 65536
}

# VM floods, another one begins connections.
test_flood()
{
	vr h1 vif set p1 max-connections 50
	wire noise p1 p1 eth0 "[udp(1, 2, 10000 + i) for i in range(500)]"
	eventually eval 'is "$(begun vif p1)" 50 "connections of p1"'
	wire clear p2
	wire send p3 "udp(3, 2, 8000 + i, mark=b'quiet')" 50
	is "$(wire count p2 "b'quiet' in raw" 50)" 50 "packets of p3"
	is "$(begun vif p1)" 50 "connections of p1"
	wire quiet p1
	vr h1 vif set p1 max-connections 65536
}

# One in each zone, or none.
test_across()
{
	local blue red

	blue=$(entries blue) red=$(entries red)
	vr h1 vif set r1 sg closed
	drops_rise 1 h1 rule_deny wire send p1 "across(1)"
	drops_rise 1 h1 rule_deny wire send p1 "across(1, v=6)"
	is "$(entries blue) $(entries red)" "$blue $red" "entries, when red denies"
	vr h1 vif set r1 sg any
	passes p1 r1 "across(1, mark=b'across4')" across4
	passes p1 r1 "across(1, v=6, mark=b'across6')" across6
	is "$(entries blue) $(entries red)" "$((blue + 2)) $((red + 2))" "entries"
	# Both are p1's, who began them.
	is "$(begun vif r1)" 0 "connections of r1"
	passes r1 p1 "Ether(src='02:00:00:00:01:01', dst='$gateway_mac')/
		IP(src='10.1.0.1', dst='10.0.0.1')/UDP(sport=2000, dport=1)/b'back'" back
	vr h1 vif set r1 sg closed
	drops_rise 1 h1 rule_deny wire send p1 "across(1)"
	vr h1 vif set r1 sg any
}

# A connection begins when its first packet leaves.
test_too_big()
{
	local blue

	blue=$(entries blue)
	vr h1 vif set p2 mtu 1280
	wire define "big = lambda v, df: net(0, 1, 2, v, df)/UDP(sport=20)/bytes(1300)"
	drops_rise 2 h1 too_big wire send p1 "[big(4, 'DF'), big(6, '')]"
	is "$(entries blue)" "$blue" "entries"
	# In parts, the first of them begins it.
	wire clear p2
	wire send p1 "big(4, '')"
	is "$(wire count p2 "IP in p and p[IP].frag" 1)" 1 "fragments behind the first"
	is "$(entries blue)" "$((blue + 1))" "entries"
	vr h1 vif set p2 mtu 0
}

is_dropped()	# REASON FROM FRAME
{
	drops_rise 1 h1 "$1" wire send "$2" "$3"
}

# p1 may send all, and p2 answer what these rules let in.
asks()	# RULE...
{
	vr h1 sg rule flush in
	printf 'sg rule add in ingress %s allow\n' "$@" | vr_batch h1
	vr h1 vif set p1 sg out
	vr h1 vif set p2 sg in
}

test_sctp()
{
	asks "sctp dport 9"
	wire define "
S = __import__('scapy.layers.sctp', fromlist=['*'])

def sctp(a, b, sport, dport, tag, chunk, v=4):
	return net(0, a, b, v)/S.SCTP(sport=sport, dport=dport, tag=tag)/chunk

def data(mark):
	return S.SCTPChunkData(data=mark)
"
	is_dropped policy_deny p2 "sctp(2, 1, 9, 100, 0, S.SCTPChunkInit(init_tag=7))"
	is_dropped policy_deny p1 "sctp(1, 2, 100, 8, 0, S.SCTPChunkInit(init_tag=7))"
	# Nothing begins with data.
	is_dropped ct_invalid p1 "sctp(1, 2, 101, 9, 5, data(b'no'))"
	sctp_association 4
	sctp_association 6
	asks tcp
	is_dropped policy_deny p2 "sctp(2, 1, 9, 100, 1, data(b'no'))"
}

sctp_association()	# IP VERSION
{
	wire clear p1 p2
	wire send p1 "sctp(1, 2, 100, 9, 0, S.SCTPChunkInit(init_tag=1), $1)"
	wire get p2 "S.SCTPChunkInit in p"
	wire send p2 "sctp(2, 1, 9, 100, 1, S.SCTPChunkInitAck(init_tag=2), $1)"
	wire get p1 "S.SCTPChunkInitAck in p"
	wire send p1 "sctp(1, 2, 100, 9, 2, S.SCTPChunkCookieEcho(cookie=b'cake'), $1)"
	wire get p2 "S.SCTPChunkCookieEcho in p"
	wire send p2 "sctp(2, 1, 9, 100, 1, S.SCTPChunkCookieAck(), $1)"
	wire get p1 "S.SCTPChunkCookieAck in p"
	passes p1 p2 "sctp(1, 2, 100, 9, 2, data(b'there'), $1)" there
	passes p2 p1 "sctp(2, 1, 9, 100, 1, data(b'back'), $1)" back
	is_dropped ct_invalid p2 "sctp(2, 1, 9, 100, 99, data(b'wrong tag'), $1)"
}

# Newer kernels' tracking knows no ports of these; rules do.
test_dccp_udplite()
{
	local v

	asks "dccp dport 5001" "udplite dport 7"
	wire define "
def summed(a, b, proto, body, v):
	p = net(0, a, b, v)
	family = socket.AF_INET if v == 4 else socket.AF_INET6
	ends = b''.join(socket.inet_pton(family, x) for x in (p.payload.src, p.payload.dst))
	data = ends + struct.pack('!II', len(body), proto) + body + bytes(len(body) % 2)
	total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
	total = (total & 0xffff) + (total >> 16)
	total += total >> 16
	if v == 4:
		p.proto = proto
	else:
		p.nh = proto
	return p/Raw(body[:6] + struct.pack('!H', ~total & 0xffff) + body[8:])

def dccp(a, b, sport, dport, kind, mark=b'', v=4):
	more = bytes(12 if kind else 4)
	return summed(a, b, 33, struct.pack('!HHBBHBBHI', sport, dport, 4 + len(more) // 4, 0, 0,
		kind << 1 | 1, 0, 0, 1000) + more + mark, v)

def lite(a, b, sport, dport, mark=b'', v=4):
	return summed(a, b, 136, struct.pack('!HHHH', sport, dport, 0, 0) + mark, v)
"
	# The tracking of older kernels takes UDP-Lite's checksums for UDP's.
	wire sysctl h1 netfilter/nf_conntrack_checksum=0
	for v in 4 6; do
		is_dropped policy_deny p1 "dccp(1, 2, 100, 5000, 0, v=$v)"
		passes p1 p2 "dccp(1, 2, 100, 5001, 0, b'request$v', $v)" "request$v"
		passes p2 p1 "dccp(2, 1, 5001, 100, 1, b'response$v', $v)" "response$v"
		is_dropped policy_deny p1 "dccp(1, 2, 100, 5002, 0, v=$v)"
		is_dropped policy_deny p2 "dccp(2, 1, 6000, 100, 0, v=$v)"
		is_dropped policy_deny p1 "lite(1, 2, 100, 8, v=$v)"
		passes p1 p2 "lite(1, 2, 100, 7, b'there$v', $v)" "there$v"
		passes p2 p1 "lite(2, 1, 7, 100, b'back$v', $v)" "back$v"
		is_dropped policy_deny p1 "lite(1, 2, 100, 9, v=$v)"
		is_dropped policy_deny p2 "lite(2, 1, 8, 100, v=$v)"
	done
	wire sysctl h1 netfilter/nf_conntrack_checksum=1
}

# A protocol without ports: who sent first may be answered.
test_other_protocols()
{
	asks esp
	wire define "
def esp(a, b, mark, v=4):
	p = net(0, a, b, v)
	if v == 4:
		p.proto = 50
	else:
		p.nh = 50
	return p/Raw(mark)
"
	is_dropped policy_deny p2 "esp(2, 1, b'no')"
	passes p1 p2 "esp(1, 2, b'esp four')" "esp four"
	passes p2 p1 "esp(2, 1, b'esp back')" "esp back"
	passes p1 p2 "esp(1, 2, b'esp six', 6)" "esp six"
	passes p2 p1 "esp(2, 1, b'esp six back', 6)" "esp six back"
}

test_ping()
{
	asks "icmp type echo-request" "icmpv6 type echo-request"
	wire define "
def echo(a, b, id, reply=False, v=4):
	if v == 4:
		return net(0, a, b)/ICMP(type=0 if reply else 8, id=id)/(b'echo %d' % id)
	return net(0, a, b, 6)/(ICMPv6EchoReply if reply else ICMPv6EchoRequest)(id=id, data=b'echo %d' % id)
"
	passes p1 p2 "echo(1, 2, 1)" "echo 1"
	passes p2 p1 "echo(2, 1, 1, True)" "echo 1"
	passes p1 p2 "echo(1, 2, 2, v=6)" "echo 2"
	passes p2 p1 "echo(2, 1, 2, True, 6)" "echo 2"
	is_dropped ct_invalid p2 "echo(2, 1, 3, True)"
	is_dropped ct_invalid p2 "echo(2, 1, 3, True, 6)"
	is_dropped policy_deny p2 "echo(2, 1, 1)"
}

# Whose connection was flushed may go on if it may begin; who answers may not.
test_flush()
{
	asks udp
	passes p1 p2 "udp(1, 2, 9000, mark=b'question')" question
	passes p2 p1 "udp(2, 1, 2000, 9000, mark=b'answer')" answer
	wire flush h1
	eventually none_begun network blue
	is_dropped policy_deny p2 "udp(2, 1, 2000, 9000)"
	passes p1 p2 "udp(1, 2, 9000, mark=b'again')" again
	passes p2 p1 "udp(2, 1, 2000, 9000, mark=b'once more')" "once more"
	is "$(begun vif p1)" 1 "connections of p1"
}

# The host frees an entry by its protocol's own rules, and some look at what it hangs on.
test_any_protocol()
{
	wire define "
def any_protocol(v):
	for proto in range(1, 256):
		p = net(0, 1, 2, v)
		if v == 4:
			p.proto = proto
		else:
			p.nh = proto
		yield p/bytes(16)
"
	vr h1 vif set p1 sg any
	vr h1 vif set p2 sg any
	wire flush h1
	eventually none_begun vif p1
	wire send p1 "list(any_protocol(4))"
	wire send p1 "list(any_protocol(6))"
	is "$(entries blue '^ipv4 .* 47 ') $(entries blue '^ipv6 .* 47 ')" "1 1" "entries of GRE"
	between "$(begun vif p1)" 100 510 "connections of p1"
	wire flush h1
	eventually none_begun vif p1
	# Those that no one else finds are freed, too.
	vr h1 vif set p2 sg closed
	is_dropped rule_deny p1 "next(p for p in any_protocol(4) if p.proto == 47)"
	vr h1 vif set p2 sg any
	is "$(entries blue)" 0 "entries of blue"
}

# Of packets that are dropped no connection is left, so they leave no room to no one.
test_denied_are_free()
{
	vr h1 vif set p2 sg closed
	vr h1 vif set p1 max-connections 1
	drops_rise 100 h1 rule_deny wire send p1 "udp(1, 2, 20000 + i)" 100
	is "$(begun vif p1)" 0 "connections of p1"
	vr h1 vif set p2 sg any
	passes p1 p2 "udp(1, 2, 20000, mark=b'begins')" begins
	vr h1 vif set p1 max-connections 65536
	wire flush h1
}

# What is over makes room at once for who waits for it.
test_room_at_the_limit()
{
	vr h1 vif set p1 max-connections 4
	wire send p1 "udp(1, 2, 21000 + i)" 4
	is_dropped ct_limit p1 "udp(1, 2, 21100)"
	wire flush h1
	passes p1 p2 "udp(1, 2, 21200, mark=b'room')" room
	vr h1 vif set p1 max-connections 65536
}

# A connection of a vif that is gone counts to its network until it ends.
test_vif_gone()
{
	wire flush h1
	eventually none_begun network blue
	wire send p3 "udp(3, 2, 22000 + i)" 3
	vr h1 vif del p3
	is "$(begun network blue)" 3 "connections of blue"
	pause 2.5
	is "$(begun network blue)" 3 "connections of blue, later"
	wire flush h1
	eventually none_begun network blue
	vr h1 vif add p3 dev p3 network blue mac 02:00:00:00:00:03 address 10.0.0.3 \
		address fd00::3 sg any
}

# Packets of all kinds of streams, of the same end in both networks, as one tick of half a
# second has them. Sets gap to the most seconds between those of one and of the other.
tick()	# END OTHER-END TICK
{
	local before=${EPOCHREALTIME/./} took

	wire send "p$1" "stream(0, $1, $2, $3)"
	wire send "s$1" "stream(2, $1, $2, $3)"
	took=$(((${EPOCHREALTIME/./} - before) / 1000000))
	gap=$((took > gap ? took : gap))
}

# "PORT PROTOCOL STATE... TIMEOUT" of streams in a network, of a table that was read.
streams()	# NETWORK TABLE
{
	local zone

	zone=$(field h1 network "$1" "o['zone']")
	grep "zone=$zone " <<<"$2" | awk '{
		port = state = ""
		for (i = 6; i <= NF; i++) {
			if ($i ~ /^sport=/ && !port)
				port = substr($i, 7)
			if ($i ~ /^[[A-Z_]+\]?$/)
				state = state " " $i
		}
		print port " " $1 " " $3 state, $5
	}' | LC_ALL=C sort
}

# The last words may differ by so much, nothing else.
are_alike()	# SECONDS STREAMS STREAMS
{
	local most=$1

	shift
	# shellcheck disable=SC2001 # of each line
	diff <(sed 's/ [0-9]*$//' <<<"$1") <(sed 's/ [0-9]*$//' <<<"$2") || return 1
	# shellcheck disable=SC2001 # of each line
	paste -d ' ' <(sed 's/.* //' <<<"$1") <(sed 's/.* //' <<<"$2") <(echo "$1") |
		awk -v most="$most" '$1 - $2 > most || $2 - $1 > most { print; bad = 1 }
			END { exit bad }'
}

# What the tracker did not see must not show.
test_as_if_seen()
{
	local table hits i gap=0

	vr h1 network add plain flow-cache off
	add_silent s1 1 plain 2
	add_silent s2 2 plain 2
	wire flush h1
	wire sysctl h1 netfilter/nf_conntrack_udp_timeout=100 \
		netfilter/nf_conntrack_udp_timeout_stream=200
	wire define "
def stream_udp(n, a, b, port, v=4):
	ports = (port, 2000) if a == 1 else (2000, port)
	return net(n, a, b, v)/UDP(sport=ports[0], dport=ports[1])/b'x'

def stream_tcp(n, a, b, port, t, end):
	part = lambda *more: stream_part(n, a, b, (port, 2000) if a == 1 else (2000, port), *more)
	first = a == 1
	# 1 sends ten bytes a tick, which 2 acknowledges.
	if t == 0:
		return [part(100, 0, 'S') if first else part(500, 101, 'SA')]
	if t < 22 or not end:
		hello = [part(101, 501, 'A')] if first and t == 1 else []
		return hello + [part(91 + 10 * t, 501, 'PA', b'0123456789') if first else
				part(501, 101 + 10 * t, 'A')]
	if t == 22 and end == 'blind':
		return [part(411 if first else 601, 0, 'R')]
	if end == 'R26':
		return [part(311, 501, 'R')] if first and t == 26 else []
	if t == 22 and first:
		return [part(311, 501, end)]
	if t == 22 and end == 'FA':
		return [part(501, 312, end)]
	return []

def stream_part(n, a, b, ports, seq, ack, flags, data=b''):
	return net(n, a, b)/TCP(sport=ports[0], dport=ports[1], seq=seq, ack=ack, flags=flags)/data

def stream(n, a, b, t):
	p = [stream_udp(n, a, b, 7000 + l) for l in (0, 7, 9, 13, 21, 26) if t <= l]
	p += [stream_udp(n, a, b, 7100 + l, 6) for l in (9, 21) if t <= l]
	p += [stream_udp(n, a, b, 7200 + l) for l in (0, 9, 26) if t <= l and a == 1]
	p += [stream_udp(n, a, b, 7300 + l) for l in (9, 26) if t <= l and (a == 1 or t == 8)]
	for port, end in (7400, ''), (7401, 'FA'), (7402, 'R'), (7403, 'blind'), (7404, 'R26'):
		p += stream_tcp(n, a, b, port, t, end)
	return p
"
	hits=$(wire json "$(vr h1 -j flow count)" "d['hits']")
	for i in {0..26}; do
		tick 1 2 "$i"
		tick 2 1 "$i"
		pause 0.4
	done
	# What is counted once a second is there.
	pause 1.5
	table=$(wire read h1 /proc/net/nf_conntrack)
	is "$(streams plain "$table" | wc -l)" 18 "streams"
	are_alike $((1 + gap)) "$(streams plain "$table")" "$(streams blue "$table")"
	between "$(wire json "$(vr h1 -j flow count)" "d['hits']")" $((hits + 100)) 1000000 "hits"
	vr h1 vif del s1
	vr h1 vif del s2
	vr h1 network del plain
	wire sysctl h1 netfilter/nf_conntrack_udp_timeout=3600 \
		netfilter/nf_conntrack_udp_timeout_stream=3600
}

begin connections
must set_up
it "a vif's limit of connections" test_vif_limit
it "connections that end make room" test_ends
it "a network's limit of connections" test_network_limit
it "who is at his limit takes nothing from others" test_others_keep_theirs
it "connections of others begin during a flood" test_flood
it "connections from network to network" test_across
it "what does not fit begins no connection" test_too_big
it "SCTP" test_sctp
it "DCCP and UDP-Lite, by ports" test_dccp_udplite
it "protocols without ports" test_other_protocols
it "pings and their replies" test_ping
it "connections that someone flushes" test_flush
it "no protocol's end harms the host" test_any_protocol
it "packets that are denied take no room" test_denied_are_free
it "at the limit, what is over makes room at once" test_room_at_the_limit
it "connections of a vif that is gone count while they live" test_vif_gone
it "the flow cache leaves no trace in the tracker's states and timeouts" test_as_if_seen
finish
