#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Helpers of connection tracking: what is expected because of FTP and TFTP passes.
#
#	         h1                             h2
#	┌─────────────────────┐       ┌────────────────────┐
#	│ blue  a1 .1  p1 .11 u0─────u0 blue  b1 .3        │
#	│    ↕         p2 .12 │       │                    │
#	│ red   r1 10.1.0.1   │       │                    │
#	└─────────────────────┘       └────────────────────┘
#
# a1, b1 and r1 have an IP stack: a1 is the client, the others are servers. p1 and p2 say
# nothing by themselves. The policy is deny.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

hypervisor()	# NUMBER REMOTE FAR...
{
	local i

	cat <<-END
		network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$2
		sg add client
		sg add server
	END
	for i in "${@:3}"; do
		remote_vm blue 7 "$(mac "$i")" 10.0.0."$i" fd00::"$i"
	done
}

add_stack()	# NAME HYPERVISOR NUMBER GROUP
{
	add_vm "$1" "$2" blue "$(mac "$3")" 10.0.0."$3" fd00::"$3" &&
	vr "$2" vif set "$1" sg "$4"
}

add_silent()	# NAME NUMBER GROUP
{
	add_port "$1" h1 "$(mac "$2")" network blue mac "$(mac "$2")" \
		address 10.0.0."$2" address fd00::"$2" sg "$3"
}

set_up()
{
	add_underlay || return 1
	hypervisor 1 2 3 | vr_batch h1 &&
	hypervisor 2 1 1 11 12 | vr_batch h2 &&
	vr_batch h1 <<-END &&
		network add red gateway 10.1.0.254/24 gateway fd01::fe/64 ra off
		nexthop add id 1 type network network blue
		nexthop add id 2 type network network red
		route add 10.1.0.0/24 network blue nexthop 2
		route add fd01::/64 network blue nexthop 2
		route add 10.0.0.0/24 network red nexthop 1
		route add fd00::/64 network red nexthop 1
	END
	add_vm r1 h1 red 02:00:00:00:01:01 10.1.0.1 fd01::1 && vr h1 vif set r1 sg server &&
	add_stack a1 h1 1 client && add_stack b1 h2 3 server &&
	add_silent p1 11 client && add_silent p2 12 server &&
	wire define "
def net(a, b, v=4):
	e = Ether(src='02:00:00:00:00:%02x' % a, dst='02:00:00:00:00:%02x' % b)
	if v == 4:
		return e/IP(src='10.0.0.%d' % a, dst='10.0.0.%d' % b)
	return e/IPv6(src='fd00::%d' % a, dst='fd00::%d' % b)

def tcp(flags, a=11, b=12, sport=1000, dport=21, mark=b'', v=4, **more):
	return net(a, b, v)/TCP(sport=sport, dport=dport, flags=flags, **more)/mark

def udp(a, b, sport, dport, mark=b'', v=4):
	return net(a, b, v)/UDP(sport=sport, dport=dport)/mark
"
}

# What both hypervisors let begin: the client one thing, and the server the same.
rules()	# REST
{
	local h

	for h in h1 h2; do
		vr "$h" sg replace client - <<<"egress $1 allow"
		vr "$h" sg replace server - <<<"ingress $1 allow"
	done
}

is_done()	# COMMAND ARG...
{
	is "$("$@")" "done" "$*"
}

is_stopped()	# COMMAND ARG...
{
	like "$("$@")" "failed"
}

test_ftp()
{
	local mode address

	rules "tcp dport 21 helper ftp"
	for mode in active passive; do
		for address in 10.0.0.3 fd00::3; do
			is_done wire ftp a1 b1 $address 21 $mode
		done
	done
}

# Each network follows by itself.
test_across()
{
	rules "tcp dport 21 helper ftp"
	is_done wire ftp a1 r1 10.1.0.1 21 active
	is_done wire ftp a1 r1 fd01::1 21 active
	is_done wire ftp a1 r1 10.1.0.1 21 passive
}

test_ftp_without()
{
	rules "tcp dport 21"
	is_stopped wire ftp a1 b1 10.0.0.3 21 active
	is_stopped wire ftp a1 b1 fd00::3 21 passive
	# Each hypervisor has to follow.
	vr h1 sg replace client - <<<"egress tcp dport 21 helper ftp allow"
	is_stopped wire ftp a1 b1 10.0.0.3 21 passive
}

test_other_port()
{
	rules "tcp dport 2121 helper ftp"
	is_done wire ftp a1 b1 10.0.0.3 2121 passive
	is_stopped wire ftp a1 b1 10.0.0.3 21 passive
}

test_tftp()
{
	rules "udp dport 69"
	is_stopped wire tftp a1 b1 10.0.0.3 69
	# A connection that there is gets no helper: the next one has another port.
	rules "udp dport 69 helper tftp"
	is_done wire tftp a1 b1 10.0.0.3 69
	is_done wire tftp a1 b1 fd00::3 69
}

passes()	# FROM TO FRAME MARK
{
	wire clear "$2"
	wire send "$1" "$3"
	is "$(wire count "$2" "b'$4' in raw" 1)" 1 "$4 at $2"
}

is_dropped()	# REASON FROM FRAME
{
	drops_rise 1 h1 "$1" wire send "$2" "$3"
}

# p1 has said to p2 from which port: another connection each time.
says_port()	# SPORT COMMAND [IP VERSION]
{
	wire send p1 "tcp('S', sport=$1, seq=100, v=${3-4})"
	wire send p2 "tcp('SA', 12, 11, 21, $1, seq=500, ack=101, v=${3-4})"
	wire send p1 "tcp('A', sport=$1, seq=101, ack=501, v=${3-4})"
	# The helper begins to look behind an end of line.
	wire send p2 "tcp('PA', 12, 11, 21, $1, b'220 hi\r\n', seq=501, ack=101, v=${3-4})"
	wire send p1 "tcp('PA', sport=$1, mark=b'NOOP\r\n', seq=101, ack=509, v=${3-4})"
	wire send p1 "tcp('PA', sport=$1, mark=b'$2', seq=107, ack=509, v=${3-4})"
}

# What follows from a connection is judged by it.
test_withdrawn()
{
	rules "tcp dport 21 helper ftp"
	says_port 1001 'PORT 10,0,0,11,4,1\r\n'
	# No one else, no other port, and no way back of it.
	is_dropped policy_deny p2 "tcp('S', 12, 11, 20, 1026)"
	passes p2 p1 "tcp('S', 12, 11, 20, 1025, b'data', seq=1)" data
	passes p1 p2 "tcp('SA', 11, 12, 1025, 20, b'answer', seq=1, ack=2 + 4)" answer
	vr h1 sg replace server - </dev/null
	is_dropped policy_deny p2 "tcp('A', 12, 11, 20, 1025, b'no', seq=6, ack=2)"
	rules "tcp dport 21 helper ftp"
	passes p2 p1 "tcp('A', 12, 11, 20, 1025, b'again', seq=6, ack=2)" again
	vr h1 sg replace client - </dev/null
	is_dropped policy_deny p2 "tcp('A', 12, 11, 20, 1025, b'no', seq=11, ack=2)"
	# Expected, but withdrawn before it came.
	rules "tcp dport 21 helper ftp"
	says_port 1002 'EPRT |2|fd00::11|1030|\r\n' 6
	vr h1 sg replace client - </dev/null
	is_dropped policy_deny p2 "tcp('S', 12, 11, 20, 1030, v=6)"
	rules "tcp dport 21 helper ftp"
}

# A port of someone else is nothing that a client may open.
test_third_party()
{
	rules "tcp dport 21 helper ftp"
	says_port 1003 'PORT 10,0,0,1,4,1\r\n'
	is_dropped policy_deny p2 "tcp('S', 12, 1, 20, 1025)"
}

test_split_command()
{
	rules "tcp dport 21 helper ftp"
	drops_rise 1 h1 ct_helper says_port 1004 'PORT 10,0,0,11,4'
}

# Connections that were expected are on the account of who began them.
test_limit()
{
	local before

	rules "tcp dport 21 helper ftp"
	before=$(field h1 vif p2 "o['connections']")
	says_port 1005 'PORT 10,0,0,11,5,1\r\n'
	passes p2 p1 "tcp('S', 12, 11, 20, 1281, b'counted')" counted
	is "$(field h1 vif p2 "o['connections']")" "$((before + 1))" "connections of p2"
	says_port 1006 'PORT 10,0,0,11,5,2\r\n'
	vr h1 vif set p2 max-connections "$((before + 1))"
	is_dropped ct_limit p2 "tcp('S', 12, 11, 20, 1282)"
	vr h1 vif set p2 max-connections 65536
}

# When a helper's module goes, its connections go on without it. In kernels of which it is a
# part, it does not go.
test_module_goes()
{
	rules "tcp dport 21 helper ftp"
	says_port 1020 'NOOP\r\n'
	rules "tcp dport 21"
	[[ ! -e /sys/module/nf_conntrack_ftp/refcnt ]] || eventually rmmod nf_conntrack_ftp
	passes p1 p2 "tcp('PA', sport=1020, mark=b'on one', seq=113, ack=509)" "on one"
	passes p2 p1 "tcp('PA', 12, 11, 21, 1020, b'on two', seq=509, ack=119)" "on two"
	rules "tcp dport 21 helper ftp"
	says_port 1021 'PORT 10,0,0,11,8,1\r\n'
	passes p2 p1 "tcp('S', 12, 11, 20, 2049, b'anew', seq=1)" anew
}

# The helpers that would read a packet, and the verdict.
traced_helpers()	# WORD...
{
	traced "' '.join([h['helper'] for h in s('helper')] + [t['verdict']])" "$@"
}

expectations()
{
	wire read h1 /proc/net/nf_conntrack_expect | wc -l
}

# A trace names the helper of a new connection and of one that there is, and has it expect
# nothing.
test_trace()
{
	local before frame

	rules "tcp dport 21 helper ftp"
	is "$(traced_helpers vif p1 tcp 10.0.0.11:1010 10.0.0.12:21)" "ftp forward" "new, IPv4"
	is "$(traced_helpers vif p1 tcp "[fd00::11]:1010" "[fd00::12]:21")" "ftp forward" "new, IPv6"
	is "$(traced "[x['helper'] for x in t['reply']['stages'] if x['stage'] == 'helper']" \
		vif p1 tcp 10.0.0.11:1010 10.0.0.12:21 --reply)" ftp "the answer"
	says_port 1011 'PORT 10,0,0,11,6,1\r\n'
	before=$(expectations)
	frame=$(wire eval "to_bytes(tcp('A', sport=1011, seq=127, ack=509)).hex()")
	is "$(traced_helpers vif p1 hex "$frame")" "ftp forward" "known"
	is "$(traced "s('connection')[0]['state'] + ' ' + t['verdict']" \
		vif p2 tcp 10.0.0.12:20 10.0.0.11:1537)" "related forward" "expected"
	is "$(expectations)" "$before" "expectations"
	like "$(vr h1 trace vif p1 tcp 10.0.0.11:1012 10.0.0.12:21)" "helper +network blue helper ftp"
	rules "tcp dport 21"
	is "$(traced_helpers vif p1 tcp 10.0.0.11:1013 10.0.0.12:21)" "forward" "none"
}

begin helper
must set_up
it "FTP, active and passive, IPv4 and IPv6" test_ftp
it "FTP from network to network" test_across
it "FTP stops without a helper, at either end" test_ftp_without
it "FTP at another port" test_other_port
it "TFTP" test_tftp
it "what is expected ends with the rule" test_withdrawn
it "no one opens another's port" test_third_party
it "a command that is split is dropped" test_split_command
it "expected connections count" test_limit
it "connections go on without a helper whose module goes" test_module_goes
it "a trace tells of them" test_trace
finish
