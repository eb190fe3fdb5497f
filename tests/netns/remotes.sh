#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A network with strict-remotes takes packets only of remote ends that a next hop of their tunnel
# leads to, by each encapsulation, over IPv4 and IPv6: see outer.sh for the topology. Next hop 7
# leads to remote end 2; 3 is another address at the same wire.

# shellcheck source=tests/netns/outer.sh
. "$(dirname "$0")/outer.sh"

define_senders()
{
	wire define "
def sender(number, p):
	'''As from another remote end.'''
	if p.payload.version == 4:
		p.payload.src = '192.0.2.%d' % number
	else:
		p.payload.src = '2001:db8::%d' % number
	return p

def frame(mark, number, type='vxlan', f=4, payload='l2', **fields):
	return sender(number, outer(type, f, back(payload, 4, mark=b'<' + mark + b'>'), **fields))
"
}

strict()	# on|off
{
	vr h1 network set blue strict-remotes "$1"
}

# Frames of a remote end come to a1, by default through vxlan4.
arrive()	# NUMBER MARK REMOTE [FIELDS]
{
	wire send s "frame(b'$2', $3${4:+, $4})" "$1"
	is "$(wire count a1 "b'<$2>' in raw" "$1")" "$1" "$2 at a1"
}

# Each of them is counted as dropped, and none comes.
are_dropped()	# NUMBER MARK REMOTE [FIELDS]
{
	drops_rise "$1" h1 unknown_remote wire send s "frame(b'$2', $3${4:+, $4})" "$1"
	is "$(wire count a1 "b'<$2>' in raw")" 0 "$2 at a1"
}

test_cell()	# TYPE FAMILY PAYLOAD
{
	local fields="'$1', $2, '$3'"

	over "$@"
	arrive 2 "anyone" 3 "$fields"
	strict on
	arrive 2 "known" 2 "$fields"
	are_dropped 2 "unknown" 3 "$fields"
	arrive 2 "still known" 2 "$fields"
	strict off
	arrive 2 "anyone again" 3 "$fields"
}

# A remote end that is known through one tunnel is unknown through another.
test_other_tunnel()
{
	over vxlan 4 l2
	strict on
	are_dropped 2 "by geneve" 2 "'geneve'"
	are_dropped 2 "by IPv6" 2 "f=6"
	arrive 2 "by its own" 2
	strict off
}

test_label_of_vif()
{
	vr_batch h1 <<-END
		nexthop add id 9 type vif vif a1
		label add 501 nexthop 9
	END
	over mplsoudp 4 l3
	arrive 1 "anyone" 3 "'mplsoudp', payload='l3', label=501"
	strict on
	are_dropped 2 "unknown" 3 "'mplsoudp', payload='l3', label=501"
	arrive 1 "known" 2 "'mplsoudp', payload='l3', label=501"
	strict off
	vr h1 label del 501
	vr h1 nexthop del id 9
}

# A network that does not ask for it hears everyone.
test_other_network()
{
	over vxlan 4 l2
	vr h1 network add red vni 7 strict-remotes on
	arrive 2 "into blue" 3
	vr h1 network del red
}

flows()
{
	wire json "$(vr h1 -j flow count)" "d['count']"
}

# So many that the flow is kept.
known_flow()	# MARK REMOTE
{
	vr h1 flow flush
	arrive 5 "$1" "$2"
	is "$(flows)" 1 "flows"
}

# A flow that is kept ends when its sender is not known any more: the last next hop counts.
test_delete()
{
	over vxlan 4 l2
	strict on
	vr_batch h1 <<-END
		nexthop add id 8 type tunnel tunnel vxlan4 remote 192.0.2.3
		nexthop add id 9 type tunnel tunnel vxlan4 remote 192.0.2.3 vni 77
	END
	known_flow "known by two" 3
	vr h1 nexthop del id 9
	arrive 3 "known by one" 3
	vr h1 nexthop del id 8
	are_dropped 3 "known by none" 3
	is "$(flows)" 0 "flows"
	arrive 2 "the other" 2
	strict off
}

# The same when the next hop leads somewhere else from now on, or through another tunnel.
test_change()
{
	local change words

	over vxlan 4 l2
	strict on
	for change in "remote 192.0.2.4" "tunnel geneve4" "type blackhole"; do
		vr h1 nexthop replace id 8 type tunnel tunnel vxlan4 remote 192.0.2.3
		known_flow "before $change" 3
		read -ra words <<<"$change"
		vr h1 nexthop set id 8 "${words[@]}"
		are_dropped 3 "after $change" 3
	done
	vr h1 nexthop replace id 8 type tunnel tunnel vxlan4 remote 192.0.2.4
	are_dropped 2 "before it leads there" 3
	vr h1 nexthop set id 8 remote 192.0.2.3
	arrive 2 "when it leads there" 3
	vr h1 nexthop set id 8 mac 02:00:00:00:00:77
	arrive 2 "when something else changes" 3
	vr h1 nexthop del id 8
	strict off
}

# A refused request makes no remote end known, and takes none away.
test_refused()
{
	over vxlan 4 l2
	strict on
	refused 1 "exists with another" vr h1 nexthop add id 7 type tunnel tunnel vxlan4 remote 192.0.2.3
	are_dropped 2 "refused" 3
	refused 1 "is used by" vr h1 nexthop del id 7
	arrive 2 "known still" 2
	strict off
}

# Flows that are kept already are judged anew.
test_switch_on()
{
	over vxlan 4 l2
	known_flow "anyone" 3
	strict on
	are_dropped 3 "nobody" 3
	strict off
}

# Learning makes no remote end known, and an unknown one teaches nothing.
test_learning()
{
	over vxlan 4 l2
	vr h1 fdb del $far_mac network blue
	vr h1 network set blue learning all
	arrive 1 "teaches" 3
	eventually is_learned "192.0.2.3"
	strict on
	are_dropped 2 "learned" 3
	vr h1 fdb flush network blue learned
	are_dropped 2 "teaches nothing" 3
	arrive 1 "known" 2
	eventually is_learned "192.0.2.2"
	vr h1 network set blue learning off
	vr h1 fdb add $far_mac network blue nexthop 7
	strict off
}

is_learned()	# REMOTE
{
	is "$(wire json "$(vr h1 -j fdb show network blue)" \
		"' '.join(e['remote'] for e in d if e['origin'] == 'learned')")" "$1" "learned at"
}

# Unknown remote ends get no answers, not even from the gateway.
test_answers()
{
	local ping="Ether(src=FAR, dst=ROUTER)/IP(src='10.0.0.2', dst='10.0.0.254')/ICMP(id="

	over vxlan 4 l2
	vr h1 neighbour add 10.0.0.2 mac $far_mac network blue
	vr h1 route add 10.0.0.2 network blue nexthop 7
	strict on
	drops_rise 2 h1 unknown_remote wire send s "sender(3, outer('vxlan', 4, $ping 3)))" 2
	wire send s "outer('vxlan', 4, $ping 2))"
	is "$(wire count s "has(ICMP) and p[ICMP].type == 0 and p[ICMP].id == 2" 1)" 1 \
		"answers to who is known"
	is "$(wire count s "has(ICMP) and p[ICMP].type == 0 and p[ICMP].id == 3")" 0 \
		"answers to who is not"
	drops_rise 2 h1 unknown_remote wire send s "sender(3, outer('vxlan', 4,
		Ether(src=FAR, dst='ff:ff:ff:ff:ff:ff')/
		ARP(op=1, hwsrc=FAR, psrc='10.0.0.2', pdst='10.0.0.1')))" 2
	vr h1 route del 10.0.0.2 network blue
	vr h1 neighbour del 10.0.0.2 network blue
	strict off
}

test_trace()
{
	local packet=(vni 1193046 smac "$far_mac" dmac "$a1_mac" udp 10.0.0.2:1 10.0.0.1:2)

	over vxlan 4 l2
	is "$(traced "t['verdict']" tunnel vxlan4 remote 192.0.2.3 "${packet[@]}")" forward "anyone"
	strict on
	is "$(traced "t['reason']" tunnel vxlan4 remote 192.0.2.3 "${packet[@]}")" \
		unknown_remote "unknown"
	is "$(traced "t['verdict']" tunnel vxlan4 remote 192.0.2.2 "${packet[@]}")" forward "known"
	strict off
}

test_show()
{
	is "$(field h1 network blue "o['strict_remotes']")" false "JSON, off"
	unlike "$(vr h1 network show blue)" strict-remotes
	strict on
	is "$(field h1 network blue "o['strict_remotes']")" true "JSON, on"
	like "$(vr h1 network show blue)" "strict-remotes on"
	strict off
}

begin remotes
must set_up
must define_senders
while read -r type family payload; do
	it "$(cell_name "$type" "$family" "$payload"): only known remotes are heard" \
		test_cell "$type" "$family" "$payload"
done < <(cells)
it "a remote is known by its tunnel only" test_other_tunnel
it "a label is no way around it" test_label_of_vif
it "networks that don't ask for it hear everyone" test_other_network
it "a flow ends with the last next hop to its sender" test_delete
it "a flow ends when its sender's next hop leads elsewhere" test_change
it "a refused request makes no remote known" test_refused
it "flows that are kept already are judged anew" test_switch_on
it "learning makes no remote known" test_learning
it "unknown remotes get no answer" test_answers
it "a trace tells it" test_trace
it "it is shown" test_show
finish
