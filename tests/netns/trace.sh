#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a trace says of packets, and that it leaves nothing behind.
#
#	           h1                               h2
#	┌───────────────────────┐         ┌──────────────────────┐
#	│ blue  a1 .1  a2 .2    u0───────u0 blue  b1 .3          │
#	└───────────────────────┘         └──────────────────────┘
#
# None of the VMs says anything by itself. The default policy is deny.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

hypervisor()	# REMOTE FAR...
{
	local i

	cat <<-END
		network add blue vni 100 gateway 10.0.0.254/24 gateway 10.0.1.254/24 gateway fd00::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$1
		set add clients type net
		set insert clients 10.0.0.0/30
		sg add web
		sg rule add web egress allow
		sg rule add web ingress tcp dport 3306 from set:clients allow
		sg rule add web ingress tcp dport 22 reject
		policer add gold rate 10mbit
	END
	for i in "${@:2}"; do
		remote_vm blue 7 "$(mac "$i")" 10.0.0."$i" fd00::"$i"
	done
}

add_silent()	# NAME HYPERVISOR NUMBER
{
	add_port "$1" "$2" "$(mac "$3")" network blue mac "$(mac "$3")" \
		address 10.0.0."$3" address fd00::"$3" sg web policer gold
}

set_up()
{
	add_underlay || return 1
	hypervisor 2 3 | vr_batch h1 &&
	hypervisor 1 1 2 | vr_batch h2 &&
	add_silent a1 h1 1 && add_silent a2 h1 2 && add_silent b1 h2 3
}

test_verdict()
{
	is "$(traced "t['verdict']" vif a1 tcp 10.0.0.1:40000 10.0.0.2:3306)" forward "verdict" &&
	is "$(traced "'%s %s' % (s('output')[0]['vif'], s('policy')[1]['rule']['index'])" \
		vif a1 tcp 10.0.0.1:40000 10.0.0.2:3306)" "a2 2" "where, and by which rule" &&
	is "$(traced "'%s %s' % (s('policy')[1]['matches'][0]['set'],
		s('policy')[1]['matches'][0]['element'])" \
		vif a1 tcp 10.0.0.1:40000 10.0.0.2:3306)" "clients 10.0.0.0/30" "the element"
}

test_drop()
{
	is "$(traced "'%s %s' % (t['verdict'], t['reason'])" \
		vif a1 udp 10.0.0.1:1 10.0.0.2:2)" "drop policy_deny" "the default policy" &&
	is "$(traced "'%s %s' % (t['verdict'], t['reason'])" \
		vif a1 tcp 10.0.0.1:1 10.0.0.2:22)" "reject rule_reject" "a rule that rejects" &&
	is "$(traced "t['reason']" vif a1 tcp 10.0.0.9:1 10.0.0.2:22)" spoofed_ip "a false source"
}

test_encap()
{
	is "$(traced "'%s %s %s %s' % tuple(s('encap')[0][k] for k in ('src', 'dst', 'dport', 'vni'))" \
		vif a1 tcp 10.0.0.1:40000 10.0.0.3:3306)" \
		"192.0.2.1 192.0.2.2 4789 100" "outer header"
}

test_tunnel()
{
	is "$(traced "s('output')[0]['vif']" tunnel vx4 remote 192.0.2.2 vni 100 \
		tcp 10.0.0.3:40000 10.0.0.2:3306)" a2 "from the overlay" &&
	is "$(traced "t['reason']" tunnel vx4 remote 192.0.2.2 vni 9 smac "$(mac 3)" \
		dmac "$(mac 2)" tcp 10.0.0.3:40000 10.0.0.2:3306)" unknown_vni "another network"
}

test_reply()
{
	is "$(traced "'%s %s' % (t['reply']['verdict'],
		[s['state'] for s in t['reply']['stages'] if s['stage'] == 'connection'][0])" \
		vif a1 tcp 10.0.0.1:40000 10.0.0.2:3306 --reply)" "forward reply" "the way back" &&
	is "$(traced "t['reply']['stages'][0]['tunnel'] + ' ' + t['reply']['verdict']" \
		vif a1 tcp 10.0.0.1:40000 10.0.0.3:3306 --reply)" "vx4 forward" "by the tunnel" &&
	is "$(traced "'%(proto)s %(port)s %(local)s %(remote)s' % t['underlay']" \
		vif a1 tcp 10.0.0.1:40000 10.0.0.3:3306 --reply)" "udp 4789 192.0.2.1 192.0.2.2" \
		"what firewalls have to let in"
}

test_answers()
{
	is "$(traced "'%s %s' % (t['verdict'], t['answered'])" vif a1 icmp 10.0.0.1 10.0.0.254)" \
		"forward True" "the gateway answers ping" &&
	is "$(traced "'%s %s' % (s('resolve')[0]['mac'], t['answered'])" \
		vif a1 arp 10.0.0.1 10.0.0.3)" "$(mac 3) True" "ARP" &&
	is "$(traced "s('error')[0]['type']" vif a1 udp 10.0.0.1:1 192.0.2.9:2)" 3 "no route"
}

test_captured()
{
	local frame=020000000002020000000001080045000028000040004006%s0a0000010a000002
	local tcp=9c400cea000000010000000050020200%s0000

	# shellcheck disable=SC2059
	frame=$(printf "$frame" 26ce)$(printf "$tcp" f0b4)
	# shellcheck disable=SC2001,SC2059
	is "$(traced "s('output')[0]['vif']" vif a1 hex "$frame")" a2 "in hexadecimal" &&
	printf "$(sed 's/../\\x&/g' <<<"d4c3b2a1020004000000000000000000ffff0000010000000000000000000000$(
		)3600000036000000$frame")" >/tmp/trace.pcap &&
	is "$(traced "s('output')[0]['vif']" vif a1 pcap /tmp/trace.pcap)" a2 "from a capture" &&
	fails vr h1 trace vif a1 pcap /tmp/trace.pcap index 2
}

# Of what is routed from one subnet to another; the first is the one of the gateway.
test_acl()
{
	local to="vif a1 udp 10.0.0.1:1 10.0.1.9:"

	vr_batch h1 <<-END
		sg add between
		sg rule add between egress stateless udp dport 777 deny
		sg rule add between egress stateless udp dport 778 to set:clients deny
		sg rule add between egress stateless udp dport 779 allow
		network set blue acl between
	END
	# shellcheck disable=SC2086 # words
	is "$(traced "'%s %s %s %s' % (t['reason'], s('acl')[0]['direction'], s('acl')[0]['sg'],
		s('acl')[0]['rule']['index'])" ${to}777)" "acl_deny egress between 1" "by a rule" &&
	is "$(traced "'%s %s %s' % (t['reason'], s('acl')[0]['network'], 'rule' in s('acl')[0])" \
		${to}778)" "acl_deny blue False" "by none" &&
	like "$(vr h1 trace ${to}778)" 'acl  *network blue egress no rule' &&
	# Allowed out of its subnet, but not into the other one.
	is "$(traced "['%s %s' % (k['direction'], 'rule' in k) for k in s('acl')]" ${to}779)" \
		'["egress True", "ingress False"]' "twice"
	vr h1 network set blue acl none
}

test_down()
{
	ip -n h1 link set a2 down &&
	is "$(traced "t['reason']" vif a1 tcp 10.0.0.1:40000 10.0.0.2:3306)" vif_down "down" &&
	ip -n h1 link set a2 up
}

# All counters that there are, and what the host tracks.
counters()
{
	vr h1 -s -j network show && vr h1 -s -j vif show && vr h1 -s -j tunnel show &&
	vr h1 -s -j nexthop show && vr h1 -s -j policer show && vr h1 -s -j sg rule show &&
	vr h1 -j flow count && vr h1 -j drops && ip netns exec h1 cat /proc/net/nf_conntrack
}

test_nothing_left()
{
	is "$(counters)" "$before" "counters after all traces"
}

begin trace
must set_up
before=$(counters)
it "a packet that passes, its rule and the element of a set" test_verdict
it "packets that are dropped and rejected" test_drop
it "the outer header of what leaves by a tunnel" test_encap
it "packets from a tunnel" test_tunnel
it "the way of the answer back" test_reply
it "what the router answers itself" test_answers
it "packets in hexadecimal and from a capture" test_captured
it "nothing was counted, sent or tracked" test_nothing_left
it "a network's ACL" test_acl
it "a device that is down" test_down
finish
