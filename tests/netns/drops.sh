#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every reason to drop a packet that can be brought about: 20 packets are injected and
# exactly 20 are counted under its name, in the namespace, the network and the vif, and
# nothing else is.
#
#	       h1                                     h2
#	┌──────────────────────┐             ┌─────────────────────────┐
#	│ blue  p1 p2          u0───────────u0 sends what hypervisors  │
#	│ free  f1 f2          │             │ send and what they don't│
#	│ alone a1             │             └─────────────────────────┘
#	│ closed c1            │
#	│ loop1, loop2         │
#	│ host  t1, gw0        │   t1 is a tap device with virtio-net headers
#	└──────────────────────┘
#
# blue has vifs with MAC and addresses, free without; closed has a policy of deny.
# No VM says anything by itself.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

count=20

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

networks()
{
	cat <<-END
		network add blue vni 100 policy allow ra off gateway 10.0.0.254/24 gateway fd00::fe/64
		network add free policy allow ra off gateway 10.0.0.254/24 gateway fd00::fe/64
		network add alone policy allow
		network add closed gateway 10.0.0.254/24
		network add loop1 policy allow gateway 10.1.0.254/24
		network add loop2 policy allow gateway 10.2.0.254/24
		network add host policy allow
		nexthop add id 1 type network network loop1
		nexthop add id 2 type network network loop2
		route add 203.0.113.0/24 network loop1 nexthop 2
		route add 203.0.113.0/24 network loop2 nexthop 1
		route add 203.0.113.0/24 network blue nexthop 1
	END
}

# What blue's packets may meet, by the third byte of 10.20.x.1.
fates()
{
	cat <<-END
		nexthop add id 10 type blackhole
		nexthop add id 11 type reject
		nexthop add id 12 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 13 type tunnel tunnel vx4 remote 198.51.100.1 mac 02:00:00:00:00:22
		nexthop add id 15 type vif vif gone
		nexthop add id 16 type vif vif p2
		nexthop add id 17 type tunnel tunnel vx4 remote 192.0.2.2 mac 02:00:00:00:00:22
		route add 10.20.10.0/24 network blue nexthop 10
		route add 10.20.11.0/24 network blue nexthop 11
		route add 10.20.12.0/24 network blue nexthop 12
		route add 10.20.13.0/24 network blue nexthop 13
		route add 10.20.15.0/24 network blue nexthop 15
		route add 10.20.16.0/24 network blue nexthop 16
		route add 0.0.0.0/0 network free nexthop 17
		fdb add 02:00:00:00:00:22 network blue nexthop 12
	END
}

set_up()
{
	add_underlay &&
	vr h1 tunnel add gn4 type geneve local 192.0.2.1 &&
	vr h1 tunnel add gre4 type gre local 192.0.2.1 &&
	vr h1 tunnel add mg4 type mplsogre local 192.0.2.1 &&
	vr h1 tunnel add mu4 type mplsoudp local 192.0.2.1 &&
	networks | vr_batch h1 &&
	vr h1 label add 500 network blue &&
	add_port p1 h1 "$(mac 1)" network blue mac "$(mac 1)" address 10.0.0.1 address fd00::1 &&
	add_port p2 h1 "$(mac 2)" network blue mac "$(mac 2)" address 10.0.0.2 address fd00::2 &&
	add_port gone h1 "$(mac 9)" network blue mac "$(mac 9)" &&
	add_port f1 h1 "$(mac 1)" network free &&
	add_port f2 h1 "$(mac 2)" network free &&
	add_port a1 h1 "$(mac 1)" network alone &&
	add_port c1 h1 "$(mac 1)" network closed mac "$(mac 1)" address 10.0.0.1 &&
	fates | vr_batch h1 &&
	ip -n h1 link del gone &&
	wire tap t1 h1 t1 vnet &&
	vr h1 vif add t1 dev t1 network host &&
	wire open wire2 h2 u0 &&
	wire define "
ME, OTHER, ROUTER, ALL = '$(mac 1)', '$(mac 2)', '$gateway_mac', 'ff:ff:ff:ff:ff:ff'

def eth(dst=OTHER, **fields):
	return Ether(src=fields.get('src', ME), dst=dst)

def four(dst='10.0.0.2', to=OTHER, **fields):
	return eth(to)/IP(src=fields.pop('src', '10.0.0.1'), dst=dst, **fields)

def six(dst='fd00::2', to=OTHER, **fields):
	return eth(to)/IPv6(src=fields.pop('src', 'fd00::1'), dst=dst, **fields)

# A fragment, at so many times 8, of a packet of 32 bytes.
def part(id, at=0, more=1):
	return four(id=id, frag=at, flags=more, proto=17)/Raw(bytes([0, 1, 0, 2, 0, 32, 0, 0] + 8 * [0]))

def outer(**fields):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1', **fields)/
		UDP(sport=5555, dport=4789))

def vxlan(inner, vni=100, **fields):
	return outer(**fields)/VXLAN(flags=8, vni=vni)/inner

# Bytes behind the outer headers; hello is a frame that h1 would forward.
hello = to_bytes(Ether(src='02:00:00:00:00:22', dst=OTHER)/IP(dst='10.0.0.2')/UDP())

def geneve(content, port=6081):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1')/
		UDP(sport=5555, dport=port)/Raw(content))

def mpls(content):
	return geneve(content, 6635)

def gre(content):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1', proto=47)/
		Raw(content))
"
}

# All that was injected so far, as lines "REASON NETWORK VIF", a line for a packet.
injected=()

# Every reason that the module has is in here or in the file as skipped.
known=()

# 20 packets from a port are dropped for a reason, at a vif of a network ("-": none).
drop()	# REASON NETWORK VIF PORT EXPRESSION
{
	known+=("$1")
	injected+=("$1 $2 $3")
	it "$1" test_drop "$1" "$4" "$5"
}

# Counted by other means than a port.
drop_by()	# REASON NETWORK VIF COMMAND ARG...
{
	known+=("$1")
	injected+=("$1 $2 $3")
	it "$1" drops_rise $count h1 "$1" "${@:4}"
}

unreachable()	# REASON WHY
{
	known+=("$1")
	it "$1" skip "$2"
}

test_drop()	# REASON PORT EXPRESSION
{
	drops_rise $count h1 "$1" wire send "$2" "$3" $count
}

# What was injected, as drop_table prints it.
expected()	# [network NAME | vif NAME]
{
	printf '%s\n' "${injected[@]}" | awk -v kind="${1-}" -v name="${2-}" -v count=$count '
		kind == "" || kind == "network" && $2 == name || kind == "vif" && $3 == name {
			n[$1] += count
		}
		END { for (r in n) print r, n[r] }' | LC_ALL=C sort
}

test_tables()
{
	local n

	is "$(drop_table h1)" "$(expected)" "all drops"
	for n in blue free alone closed loop1 host; do
		is "$(drop_table h1 network $n)" "$(expected network $n)" "drops of network $n"
	done
	for n in p1 p2 f1 f2 a1 c1 t1; do
		is "$(drop_table h1 vif $n)" "$(expected vif $n)" "drops of vif $n"
	done
}

test_sums()
{
	local n

	for n in p1 p2 f1 c1 t1; do
		is "$(field h1 vif $n "o['stats']['drops']")" \
			"$(expected vif $n | awk '{ n += $2 } END { print n + 0 }')" "drops of vif $n"
	done
	is "$(field h1 network blue "o['stats']['drops']")" \
		"$(expected network blue | awk '{ n += $2 } END { print n + 0 }')" "drops of blue"
}

test_all_reasons()
{
	is "$(wire json "$(vr h1 -j drops -a)" "[o['reason'] for o in d]" | LC_ALL=C sort)" \
		"$(printf '%s\n' "${known[@]}" | LC_ALL=C sort -u)" "reasons"
	is "$(wire json "$(vr h1 -j drops -a)" "[o['reason'] for o in d if len(o['help']) < 20]")" \
		"" "reasons without help"
}

# Injected is delivered plus dropped, with unicast in one network.
test_balance()
{
	local before after

	before=$(traffic_of_closed)
	vr h1 network set closed policy allow
	add_port c2 h1 "$(mac 2)" network closed mac "$(mac 2)" address 10.0.0.2
	wire send c1 "four()/UDP()" 30
	wire send c1 "four(src='10.0.0.9')/UDP()" 7
	wire send c1 "four(ttl=1, to=ROUTER)/UDP()" 5
	wire send c1 "four(to=ROUTER)/UDP()" 11
	wire send c1 "eth()/IP(src='10.0.0.1', dst='10.0.0.2', ihl=3)" 3
	wire count c2 "has(UDP) and p[IP].dst == '10.0.0.2'" 41 >/dev/null
	after=$(traffic_of_closed)
	# the router itself says 5 ICMP errors
	is "$(wire eval "' '.join(str(b - a) for a, b in zip($before, $after))")" "56 46 15" \
		"received, sent, dropped"
	is "$(field h1 vif c2 "o['stats']['tx_packets']")" 41 "delivered"
	is "$(wire count c2 "has(UDP)")" 41 "seen by c2"
}

traffic_of_closed()
{
	field h1 network closed "[[o['stats'][k] for k in ('rx_packets', 'tx_packets', 'drops')]]"
}

kernel_multicast()
{
	ip -n h1 addr add 203.0.113.99/32 dev f1
	ip -n h1 route add 239.9.9.9/32 dev f1
	wire multicast h1 f1 239.9.9.9 $count
	ip -n h1 addr del 203.0.113.99/32 dev f1
}

send_without_carrier()
{
	ip -n p2 link set eth0 down
	eventually is_down p2
	wire send p1 "four()/UDP()" $count
}

is_down()	# VIF
{
	[[ $(field h1 vif "$1" "o['up']") = false ]]
}

carrier_again()
{
	ip -n p2 link set eth0 up
	eventually is_up p2
}

is_up()	# VIF
{
	[[ $(field h1 vif "$1" "o['up']") = true ]]
}

# A queue that takes nothing.
send_to_full_queue()
{
	ip netns exec h1 tc qdisc replace dev p2 root pfifo limit 0
	wire send p1 "four()/UDP()" $count
	eventually drop_count_is $count h1 queue_full
	ip netns exec h1 tc qdisc del dev p2 root
}

send_to_tunnel()
{
	local before

	before=$(drop_count h1 tunnel_output)
	wire send p1 "Ether(src=ME, dst='02:00:00:00:00:22')/IP(src='10.0.0.1', dst='10.0.0.22')/UDP()" \
		$count
	eventually drop_count_is $((before + count)) h1 tunnel_output
}

# What the host's output refuses, and what the device does that packets go straight to.
send_past_firewall()
{
	ip netns exec h1 nft -f - <<-END
		table inet t {
			chain c {
				type filter hook output priority 0
				udp dport 4789 drop
			}
		}
	END
	send_to_tunnel
	ip netns exec h1 nft flush ruleset
}

send_past_queue()
{
	# Or they would wait for the neighbour.
	reach h1 192.0.2.2
	ip netns exec h1 tc qdisc replace dev u0 root pfifo limit 0
	send_to_tunnel
	ip netns exec h1 tc qdisc del dev u0 root
}

# The way to a tunnel's remote end leads into that tunnel.
send_in_circles()
{
	ip -n h1 link add gw0 type vrouter
	vr_batch h1 <<-END
		vif add gw0 dev gw0 network host
		nexthop add id 30 type tunnel tunnel vx4 remote 10.66.0.1 vni 500
		fdb add 02:00:00:00:00:66 network host nexthop 30
	END
	ip_batch h1 <<-END
		addr add 10.66.0.254/24 dev gw0
		neigh add 10.66.0.1 lladdr 02:00:00:00:00:66 dev gw0
	END
	wire send t1 "Ether(src='$(mac 7)', dst='02:00:00:00:00:66')/IP()/UDP()" $count
}

circles_away()
{
	ip -n h1 addr flush dev gw0
	vr_batch h1 <<-END
		fdb del 02:00:00:00:00:66 network host
		nexthop del id 30
		vif del gw0
	END
	ip -n h1 link del gw0
}

send_too_big()
{
	vr h1 vif set p2 mtu 1400
	wire send p1 "four(flags='DF')/UDP()/bytes(1401 - 28)" $count
	eventually drop_count_is $count h1 too_big
	vr h1 vif set p2 mtu 0
}

without_vni()
{
	vr h1 fdb add 02:00:00:00:00:67 network host nexthop 12
	wire send t1 "Ether(src='$(mac 7)', dst='02:00:00:00:00:67')/IP()/UDP()" $count
}

unknown_unicast()
{
	vr h1 network set blue unknown-unicast drop
	wire send p1 "eth('02:00:00:00:00:77')/IP(src='10.0.0.1', dst='10.0.0.2')/UDP()" $count
	eventually drop_count_is $count h1 unknown_unicast
	vr h1 network set blue unknown-unicast flood
}

# No next hop leads through the GRE tunnel, whoever sends by it.
send_unknown()
{
	vr h1 network set blue strict-remotes on
	wire send wire2 "gre(b'\\x20\\0\\x65\\x58\\0\\0\\0\\x64' + hello)" $count
	eventually drop_count_is $count h1 unknown_remote
	vr h1 network set blue strict-remotes off
}

# The bucket holds 10 frames, and the next comes into it after a second.
flood_too_much()
{
	vr h1 network set blue flood-rate 1
	wire send p1 "eth(ALL)/IP(src='10.0.0.1', dst='10.0.0.255')/UDP()" $((count + 10))
	eventually drop_count_is $count h1 flood_rate
	vr h1 network set blue flood-rate 0
}

# With a rule for what p1 sends to some ports, while it is tried.
judge()	# REASON EXPRESSION [TIMES]
{
	vr_batch h1 <<-END
		sg add judge
		sg rule add judge egress udp dport 7 deny
		sg rule add judge egress udp dport 8 reject
		vif set p1 sg judge
	END
	wire send p1 "$2" "${3-$count}"
	eventually drop_count_is $count h1 "$1"
	vr h1 vif set p1 sg none
	vr h1 sg del judge
}

# With rules for what is routed out of blue, while it is tried.
judge_routed()	# REASON EXPRESSION
{
	vr_batch h1 <<-END
		sg add judge
		sg rule add judge egress udp dport 7 stateless reject
		network set blue acl judge
	END
	wire send p1 "$2" $count
	eventually drop_count_is $count h1 "$1"
	vr h1 network set blue acl none
	vr h1 sg del judge
}

# The bucket holds 10 packets, and the next one comes into it after a second.
police_all()
{
	vr h1 policer add slow pps 1 packet-burst 10
	vr h1 vif set p1 policer slow
	wire send p1 "four()/UDP()" $((count + 10))
	eventually drop_count_is $count h1 policed
	vr h1 vif set p1 policer none
	vr h1 policer del slow
}

# Of what a VM begins, no more than that there are.
begin_too_many()
{
	vr_batch h1 <<-END
		sg add begin
		sg rule add begin egress udp allow
		vif set p2 sg begin max-connections 1
	END
	wire send p2 "Ether(src=OTHER, dst=ME)/IP(src='10.0.0.2', dst='10.0.0.1')/
		UDP(sport=100 + i)" $((count + 1))
	eventually drop_count_is $count h1 ct_limit
	vr h1 vif set p2 sg none max-connections 65536
	vr h1 sg del begin
}

ftp()	# FLAGS SEQ ACK [TEXT]
{
	echo "Ether(src=ME, dst=OTHER)/IP(src='10.0.0.1', dst='10.0.0.2')/
		TCP(sport=9, dport=21, flags='$1', seq=$2, ack=$3)/b'${4-}'"
}

# Half a PORT, after enough of a connection for the helper to know where commands begin.
split_command()
{
	vr_batch h1 <<-END
		sg add ftp
		sg rule add ftp egress tcp helper ftp allow
		vif set p1 sg ftp
	END
	wire send p1 "$(ftp S 100 0)"
	wire send p2 "Ether(src=OTHER, dst=ME)/IP(src='10.0.0.2', dst='10.0.0.1')/
		TCP(sport=21, dport=9, flags='SA', seq=500, ack=101)"
	wire send p1 "$(ftp A 101 501)"
	wire send p1 "$(ftp PA 101 501 'NOOP\r\n')"
	wire send p1 "$(ftp PA 107 501 'PORT 10,0')" $count
	eventually drop_count_is $count h1 ct_helper
	vr h1 vif set p1 sg none
	vr h1 sg del ftp
}

# No fragment finds room.
without_frag_memory()
{
	vr h1 vif set p1 frag-memory 0
	judge frag_full "part(i)"
	vr h1 vif set p1 frag-memory 524288
}

# Two listeners, from the first packet on: one that prints and one that writes a file. Not by
# vr, which would make them children of another shell.
listen()
{
	events=$(mktemp)
	vrouter-ctl -n h1 -j drops -f >"$events" 2>"$events.errors" &
	follower=$!
	vrouter-ctl -n h1 drops -w "$events.pcapng" 2>>"$events.errors" &
	writer=$!
	eventually catches_interrupts $follower && eventually catches_interrupts $writer
}

# "REASON NETWORK VIF" of each event, as in "injected".
places()
{
	jq -r '[.reason, .network // "-", .vif // "-"] | join(" ")' "$events"
}

# As from the keyboard, which is not an error. For the main shell, whose children they are.
interrupt()
{
	kill -INT $follower $writer && wait $follower && wait $writer
}

test_events()
{
	is "$(<"$events.errors")" "" "complaints"
	is "$(places | sort -u)" "$(printf '%s\n' "${injected[@]}" | sort -u)" "places"
}

# No more than there were, told or counted, and as many as are always told at once.
test_event_counts()
{
	is "$(jq -rs 'group_by(.reason)[] |
		[.[0].reason, (map(.packets + .suppressed) | add)] | join(" ")' "$events" |
		awk -v count=$count 'NR == FNR { n[$1] += count; next }
			$2 < count || $2 > n[$1] { print $0, "of", n[$1] }' \
			<(printf '%s\n' "${injected[@]}") -)" "" "wrong sums"
}

# What is in an event fits together.
test_event_contents()
{
	is "$(jq -c 'select((.reason | IN("queue_full", "tunnel_output") | not) and
		((.bytes | length) != ([.length, 128] | min) * 2 or
		 (.network_offset | IN(0, 14, 18) | not)))' "$events")" "" "bytes"
	is "$(jq -c 'select((.tunnel != null) != (.from_vif == null) and
		(.own | not))' "$events")" "" "neither from a vif nor from a tunnel"
	is "$(jq -r 'select(.tunnel) | [.remote, .outer] | join(" ")' "$events" | sort -u)" \
		"192.0.2.2 false"$'\n'"192.0.2.2 true" "remote ends"
	is "$(jq -r 'select(.sg) | [.reason, .sg, .rule, .proto, .dport] |
		join(" ")' "$events" | sort -u)" \
		"acl_reject judge 1 udp 7"$'\n'"rule_deny judge 1 udp 7"$'\n'"rule_reject judge 2 udp 8" \
		"rules"
	is "$(jq -r 'select(.reason == "spoofed_arp") | [.direction, .arp, .src_mac, .src] |
		join(" ")' "$events" | sort -u)" "egress request $(mac 1) 10.0.0.2" "ARP"
	is "$(jq -r 'select(.reason == "vif_down") | [.direction, .from_vif] | join(" ")' \
		"$events" | sort -u)" "ingress p1" "direction"
	is "$(jq -r 'select(.reason == "vlan_tagged") | .vlan' "$events" | sort -u)" 5 "VLAN"
}

# The file is one that others can read. What they say of a packet may go on in lines that are
# indented.
test_event_file()
{
	is "$(tcpdump -nr "$events.pcapng" 2>/dev/null | grep -c '^[0-9]')" \
		"$(jq -c 'select(.bytes)' "$events" | wc -l)" "packets"
	like "$(tcpdump -nr "$events.pcapng" udp dst port 7 2>/dev/null)" \
		"10.0.0.1.53 > 10.0.0.2.7:"
	rm "$events"*
}

begin drops
must set_up
must listen
unreachable no_memory "needs failing allocations"
drop short_header blue p1 p1 "four(proto=17)/b'ab'"
drop bad_ipv4_header blue p1 p1 "four(chksum=0x1111)/UDP()"
drop bad_ipv4_header blue p1 p1 "edit(four()/UDP(), 14, b'\\x44')"
drop bad_ipv4_header blue p1 p1 "edit(four()/UDP(), 14, b'\\x65')"
drop bad_ipv4_header blue p1 p1 "four(len=200)/UDP()"
drop bad_ipv4_header blue p1 p1 "to_bytes(four()/UDP())[:30]"
drop bad_ipv6_header blue p1 p1 "edit(six()/UDP(), 14, b'\\x40')"
drop bad_ipv6_header blue p1 p1 "six(plen=200)/UDP()"
drop bad_ipv6_header blue p1 p1 "to_bytes(six()/UDP())[:50]"
drop bad_ipv6_header blue p1 p1 "six()/IPv6ExtHdrDestOpt(len=9)/UDP()"
drop bad_ipv6_header blue p1 p1 "six()/IPv6ExtHdrDestOpt()/IPv6ExtHdrHopByHop()/UDP()"
drop bad_ipv6_header blue p1 p1 "six()/IPv6ExtHdrFragment(nh=17, m=1)/b'UDP'"
drop bad_offload host t1 t1 "virtio(Ether(src='$(mac 7)', dst=ALL)/IP()/UDP()/bytes(20),
	flags=1, start=14, offset=12)"
drop vlan_tagged blue p1 p1 "eth()/Dot1Q(vlan=5)/IP(src='10.0.0.1', dst='10.0.0.2')/UDP()"
drop vlan_tagged blue p1 p1 "eth()/Dot1AD(vlan=5)/IP(src='10.0.0.1', dst='10.0.0.2')/UDP()"
drop_by loopback free f1 kernel_multicast
drop link_control blue p1 p1 "Ether(src=ME, dst='01:80:c2:00:00:00')/bytes(46)"
drop bad_source_mac blue p1 p1 "Ether(src=ALL, dst=OTHER)/IP(src='10.0.0.1')"
drop gateway_source_mac blue p1 p1 "Ether(src=ROUTER, dst=OTHER)/IP(src='10.0.0.1')"
drop spoofed_mac blue p1 p1 "Ether(src=OTHER, dst=OTHER)/IP(src='10.0.0.1')"
drop bad_arp blue p1 p1 "eth(ALL)/ARP(op=3, hwsrc=ME, psrc='10.0.0.1')"
drop bad_arp blue p1 p1 "eth(ALL)/ARP(op=1, plen=16, hwsrc=ME, psrc='10.0.0.1')"
drop bad_arp blue p1 p1 "to_bytes(eth(ALL)/ARP(op=1, hwsrc=ME, psrc='10.0.0.1'))[:40]"
drop bad_arp blue p1 p1 "eth(ALL)/ARP(op=1, hwsrc=ME, psrc='224.0.0.1')"
drop spoofed_arp blue p1 p1 "eth(ALL)/ARP(op=1, hwsrc=ME, psrc='10.0.0.2')"
drop bad_nd blue p1 p1 "six('ff02::1:ff00:2', hlim=254)/ICMPv6ND_NS(tgt='fd00::2')"
drop bad_nd blue p1 p1 "six('ff02::1:ff00:2', hlim=255)/ICMPv6ND_NS(tgt='ff02::2')"
drop bad_nd blue p1 p1 "six('ff02::1:ff00:2', hlim=255)/ICMPv6ND_NS(tgt='fd00::2', cksum=1)"
drop bad_nd blue p1 p1 "six('ff02::1:ff00:2', hlim=255)/ICMPv6ND_NS(tgt='fd00::2')/
	(b'\\x01\\0' + bytes(6))"
drop bad_nd blue p1 p1 "six('ff02::1:ff00:2', hlim=255)/IPv6ExtHdrFragment(m=1)/
	ICMPv6ND_NS(tgt='fd00::2')"
drop spoofed_nd blue p1 p1 "six('ff02::1', hlim=255)/ICMPv6ND_NA(tgt='fd00::2', S=0)"
drop ra_guard blue p1 p1 "six('ff02::1', src='fe80::ff:fe00:1', hlim=255)/ICMPv6ND_RA()"
drop dhcp_guard blue p1 p1 "four()/UDP(sport=67, dport=68)"
drop dhcp_guard blue p1 p1 "six('fe80::2', src='fe80::ff:fe00:1')/UDP(sport=547, dport=546)"
drop not_ip blue p1 p1 "Ether(src=ME, dst=OTHER, type=0x88b5)/bytes(46)"
drop spoofed_ip blue p1 p1 "four(src='10.0.0.2')/UDP()"
drop spoofed_ip blue p1 p1 "six(src='fd00::2')/UDP()"
drop policy_deny closed c1 c1 "four()/UDP()"
drop_by rule_deny blue p1 judge rule_deny "four()/UDP(dport=7)"
drop_by rule_reject blue p1 judge rule_reject "six()/UDP(dport=8)"
drop_by ct_invalid blue p1 judge ct_invalid "four()/ICMP(type=0)"
unreachable ct_full "needs a host with a full connection table"
drop_by acl_deny blue p1 judge_routed acl_deny "four(to=ROUTER)/UDP(dport=8)"
drop_by acl_reject blue p1 judge_routed acl_reject "six(to=ROUTER)/UDP(dport=7)"
drop_by frag_timeout blue p1 judge frag_timeout "part(i)"
drop_by frag_full blue p1 without_frag_memory
drop_by frag_overlap blue p1 judge frag_overlap "[part(30 + i), part(30 + i, 1)]" $((count / 2))
drop_by frag_bad blue p1 judge frag_bad "part(60 + i)/b'odd'"
unreachable frag_many "is counted 129 times at once, in fragments.sh"
drop_by frag_duplicate blue p1 judge frag_duplicate \
	"[part(90)] * (1 + $count) + [part(90, 2, more=0)]" 1
unreachable rule_limit "needs 16 groups whose sets have grown, in test_rule_cost.c"
drop_by unknown_unicast blue p1 unknown_unicast
drop no_flood alone a1 a1 "eth(ALL)/IP()/UDP()"
unreachable flood_limit "is one drop for many receivers, in hostile.sh"
drop_by flood_rate blue p1 flood_too_much
drop_by policed blue p1 police_all
drop_by ct_limit blue p2 begin_too_many
drop_by ct_helper blue p2 split_command
drop own_port blue p1 p1 "four(to=ME)/UDP()"
drop split_horizon blue - wire2 "vxlan(Ether(src=OTHER, dst='02:00:00:00:00:22')/IP()/UDP())"
drop martian_source free f1 f1 "four(src='127.0.0.1', to=ROUTER)/UDP()"
drop martian_source free f1 f1 "four(src='240.0.0.1', to=ROUTER)/UDP()"
drop martian_source free f1 f1 "six(src='::1')/UDP()"
drop martian_destination free f1 f1 "four('127.0.0.1', to=ROUTER)/UDP()"
drop martian_destination free f1 f1 "four('224.0.0.5', to=ROUTER)/UDP()"
drop martian_destination free f1 f1 "six('::1')/UDP()"
drop link_local free f1 f1 "four('169.254.1.1', to=ROUTER)/UDP()"
drop link_local free f1 f1 "six('fe80::9', to=ROUTER)/UDP()"
drop ttl_exceeded blue p1 p1 "four(to=ROUTER, ttl=1)/UDP()"
drop ttl_exceeded blue p1 p1 "six(to=ROUTER, hlim=1)/UDP()"
drop no_route blue p1 p1 "four('198.51.100.1', to=ROUTER)/UDP()"
drop no_route blue p1 p1 "six('2001:db8::1', to=ROUTER)/UDP()"
drop no_neighbour blue p1 p1 "four('10.0.0.77', to=ROUTER)/UDP()"
drop no_neighbour blue p1 p1 "six('fd00::77', to=ROUTER)/UDP()"
drop no_neighbour blue p1 p1 "four('10.20.12.1', to=ROUTER)/UDP()"
drop network_loop loop1 p1 p1 "four('203.0.113.1', to=ROUTER)/UDP()"
drop nexthop_dead blue p1 p1 "four('10.20.15.1', to=ROUTER)/UDP()"
unreachable nexthop_type "next hops that don't fit are refused"
drop blackhole blue p1 p1 "four('10.20.10.1', to=ROUTER)/UDP()"
drop reject blue p1 p1 "four('10.20.11.1', to=ROUTER)/UDP()"
drop to_gateway blue p1 p1 "four('10.0.0.254', to=ROUTER)/UDP()"
drop to_gateway blue p1 p1 "Ether(src='$(mac 1)', dst=ROUTER)/IP(src='10.0.0.1',
	dst='10.0.0.254', flags='MF')/ICMP()/bytes(80)"
drop_by vif_down blue p2 send_without_carrier
must carrier_again
drop_by queue_full blue p2 send_to_full_queue
drop_by too_big blue p2 send_too_big
drop too_big blue p1 p1 "Ether(src=ME, dst='02:00:00:00:00:22')/IP(src='10.0.0.1',
	dst='10.0.0.22', flags='DF')/UDP()/bytes(1440)"
drop_by no_vni host t1 without_vni
drop_by tunnel_output blue p1 send_past_firewall
drop_by tunnel_output blue p1 send_past_queue
drop tunnel_route blue p1 p1 "four('10.20.13.1', to=ROUTER)/UDP()"
drop_by tunnel_loop host gw0 send_in_circles
drop host_redirect host gw0 t1 "Ether(src='$(mac 7)', dst=ALL)/IP()/ICMP(type=5)"
must circles_away
# Short at each byte: of 8 for the header and 14 for Ethernet there are 0 to 19.
drop short_vxlan - - wire2 "outer()/Raw((b'\\x08\\0\\0\\0\\0\\0\\x64\\0' + hello)[:i])"
drop vxlan_flags - - wire2 "outer()/VXLAN(flags=0, vni=100)/Ether()/IP()"
drop short_geneve - - wire2 "geneve((b'\\0\\0\\x65\\x58\\0\\0\\x64\\0' + hello)[:i])"
drop short_geneve - - wire2 "geneve(b'\\x05\\0\\x65\\x58\\0\\0\\x64\\0' + bytes(i))"
drop geneve_version - - wire2 "geneve(b'\\x40\\0\\x65\\x58\\0\\0\\x64\\0' + hello)"
drop geneve_control - - wire2 "geneve(b'\\0\\x80\\x65\\x58\\0\\0\\x64\\0' + hello)"
drop geneve_critical - - wire2 "geneve(b'\\0\\x40\\x65\\x58\\0\\0\\x64\\0' + hello)"
drop tunnel_payload - - wire2 "geneve(b'\\0\\0\\x88\\xb5\\0\\0\\x64\\0' + hello)"
drop short_gre - - wire2 "gre((b'\\x20\\0\\x65\\x58\\0\\0\\0\\x64' + hello)[:i])"
drop short_gre - - wire2 "gre((b'\\xb0\\0\\x65\\x58' + bytes(i))[:15])"
drop gre_flags - - wire2 "gre(b'\\x20' + bytes([2 + i % 6]) + b'\\x65\\x58\\0\\0\\0\\x64' + hello)"
drop gre_flags - - wire2 "gre(b'\\x60\\0\\x65\\x58\\0\\0\\0\\x64' + hello)"
drop gre_checksum - - wire2 "gre(b'\\xa0\\0\\x65\\x58\\x12\\x34\\0\\0\\0\\0\\0\\x64' + hello)"
drop gre_no_key - - wire2 "gre(b'\\0\\0\\x65\\x58' + hello)"
drop tunnel_payload - - wire2 "gre(b'\\x20\\0\\x88\\xb5\\0\\0\\0\\x64' + hello)"
# Labels: 500 is 00 1f 4., then traffic class, bottom of stack and TTL.
drop short_mpls - - wire2 "mpls((b'\\0\\x1f\\x41\\x40' + bytes(4) + hello)[:i])"
drop short_mpls - - wire2 "gre(b'\\0\\0\\x88\\x47' + (b'\\0\\x1f\\x41\\x40' + bytes(4) + hello)[:i])"
drop mpls_stack - - wire2 "mpls(b'\\0\\x1f\\x40\\x40' + bytes(40))"
drop mpls_stack - - wire2 "gre(b'\\0\\0\\x88\\x47\\0\\x1f\\x40\\x40\\0\\x1f\\x41\\x40' + bytes(4) + hello)"
drop ttl_exceeded - - wire2 "mpls(b'\\0\\x1f\\x41\\0' + bytes(4) + hello)"
drop unknown_label - - wire2 "mpls(b'\\0\\x1f\\x51\\x40' + bytes(4) + hello)"
drop unknown_label - - wire2 "gre(b'\\0\\0\\x88\\x47\\0\\0\\x01\\x40' + bytes(4) + hello)"
drop tunnel_payload - - wire2 "mpls(b'\\0\\x1f\\x41\\x40' + bytes([(1, 2, 3, 5, 7, 9, 15)[i % 7] << 4]) + bytes(40))"
drop tunnel_payload - - wire2 "gre(b'\\0\\0\\x88\\x48\\0\\x1f\\x41\\x40' + bytes(4) + hello)"
drop bad_ipv4_header blue - wire2 "geneve(b'\\0\\0\\x08\\0\\0\\0\\x64\\0' + to_bytes(IP(dst='10.0.0.2')/UDP())[:i])"
drop bad_ipv6_header blue - wire2 "gre(b'\\x20\\0\\x86\\xdd\\0\\0\\0\\x64' + to_bytes(IPv6(dst='fd00::2')/UDP())[:i])"
drop bad_ipv4_header blue - wire2 "mpls(b'\\0\\x1f\\x41\\x40' + to_bytes(IP(dst='10.0.0.2')/UDP())[:i + 1])"
drop unknown_vni - - wire2 "geneve(b'\\0\\0\\x65\\x58\\0\\0\\x65\\0' + hello)"
drop unknown_vni - - wire2 "gre(b'\\x20\\0\\x65\\x58\\1\\0\\0\\x64' + hello)"
drop unknown_vni - - wire2 "vxlan(Ether()/IP(), vni=999)"
drop_by unknown_remote blue - send_unknown
unreachable tunnel_closed "a matter of microseconds"
unreachable backlog_full "a matter of microseconds"
drop ecn blue - wire2 "vxlan(Ether(src='02:00:00:00:00:22', dst=OTHER)/IP(dst='10.0.0.2')/UDP(),
	tos=3)"
must interrupt
it "all drops are told, where they were" test_events
it "no more of them than there were" test_event_counts
it "what is told of them" test_event_contents
it "a file of them is one that tcpdump reads" test_event_file
it "all counters, of the namespace, networks and vifs" test_tables
it "their sums" test_sums
it "all reasons are known here, with help" test_all_reasons
it "what comes in is delivered or dropped" test_balance
finish
