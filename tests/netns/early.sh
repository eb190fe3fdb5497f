#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Outer packets are taken from the device before the host routes them, where no one on the
# host has a say about them; who has is heard.
#
#	      h1                        h2
#	┌──────────────┐         ┌──────────────┐
#	│              u0───────u0  blue p2     │
#	└──────────────┘         └──────────────┘
#
# h1 is the test itself, which sends from its end of the wire. Whether the host's own input
# was asked is seen by probes in the kernel.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/probes.sh
. "$(dirname "$0")/probes.sh"

# What h1 sends to p2, with other fields of UDP, or by another encapsulation.
define()
{
	wire define "
ends = {4: ('192.0.2.1', '192.0.2.2'), 6: ('2001:db8::1', '2001:db8::2')}

def outer(family, kind='vxlan', label=0, **fields):
	src, dst = ends[family]
	inner = Ether(src='$(mac 9)', dst='$(mac 2)')/IP(src='10.0.0.9', dst='10.0.0.2')/UDP()/b'eight'
	p = Ether(src='$(mac_of h1 u0)', dst='$(mac_of h2 u0)')
	p /= IP(src=src, dst=dst) if family == 4 else IPv6(src=src, dst=dst, fl=label)
	if kind == 'gre':
		return p/GRE(**{'proto': 0x6558, 'key_present': 1, 'key': 100, **fields})/inner
	if kind == 'mplsogre':
		return p/GRE(proto=0x8847, **fields)/(b'\\0\\x1f\\x41\\x40\\0\\0\\0\\0' + bytes(inner))
	fields = {'sport': 5555, 'dport': 4789, **fields}
	return p/UDP(**fields)/(b'\\x08\\0\\0\\0\\0\\0\\x64\\0' + bytes(inner))
"
}

set_up()
{
	local family

	add_underlay &&
	vr h2 network add blue vni 100 policy allow ra off &&
	for family in 4 6; do
		vr h2 tunnel add "gre$family" type gre local "$(underlay_ip $family 2)" &&
		vr h2 tunnel add "mplsogre$family" type mplsogre \
			local "$(underlay_ip $family 2)" || return 1
	done
	vr h2 label add 500 network blue &&
	add_port p2 h2 "$(mac 2)" network blue mac "$(mac 2)" &&
	wire open wire1 h1 u0 &&
	define
}

send_eight()	# FAMILY [FIELDS]
{
	wire clear
	wire send wire1 "outer($1, ${2-})" 8
}

# So many of eight come to p2.
come()	# NUMBER FAMILY [FIELDS]
{
	send_eight "${@:2}"
	is "$(wire count p2 "b'eight' in raw" "$1")" "$1" "packets to p2"
	(($1)) || pause 0.3
	is "$(wire count p2 "b'eight' in raw" 0 0)" "$1" "packets to p2 in the end"
}

# All come, and so many by the host: neighbour discovery may add some.
come_by_host()	# LEAST MOST FAMILY [FIELDS]
{
	local before

	before=$(probed "$3")
	come 8 "${@:3}"
	[[ -z $probing ]] ||
		between $(($(probed "$3") - before)) "$1" "$2" "packets by the host's input"
}

# A device gets its hook soon after the first packet.
come_early()	# FAMILY [FIELDS]
{
	eventually come_by_host 0 3 "$@"
}

test_early()	# FAMILY TUNNEL [FIELDS]
{
	local before

	[[ -n $probing ]] || skip "this kernel has no probes"
	come_early "$1" "${@:3}"
	before=$(field h2 tunnel "$2" "o['stats']['rx_packets']")
	come_by_host 0 3 "$1" "${@:3}"
	is $(($(field h2 tunnel "$2" "o['stats']['rx_packets']") - before)) 8 "packets of the tunnel"
}

# Whom the host would give GRE packets to, or tell that they are no good, is as ever.
test_gre_not_taken()	# FAMILY
{
	[[ -n $probing ]] || skip "this kernel has no probes"
	come_early "$1" "kind='gre'"
	come 0 "$1" "kind='gre', version=1"
	come 0 "$1" "kind='gre', key=101"
	come 0 "$1" "kind='gre', chksum_present=1, chksum=0xdead"
	come 8 "$1" "kind='gre', chksum_present=1"
	come_early "$1" "kind='mplsogre'"
	come_early "$1" "kind='gre'"
}

# The packets of a tunnel that is gone are not another's, and those of one that came are.
test_gre_tunnel()	# FAMILY
{
	local i

	for i in 1 2; do
		come_early "$1" "kind='gre'"
		come_early "$1" "kind='mplsogre'"
		vr h2 tunnel del "gre$1"
		come 0 "$1" "kind='gre'"
		come_early "$1" "kind='mplsogre'"
		vr h2 tunnel add "gre$1" type gre local "$(underlay_ip "$1" 2)"
		come 8 "$1" "kind='gre'"
	done
	wire noise x h1 u0 "[outer($1, 'gre'), outer($1, 'mplsogre')]"
	for ((i = 0; i < 10; i++)); do
		echo "tunnel del gre$1"
		echo "tunnel add gre$1 type gre local $(underlay_ip "$1" 2)"
	done | vr_batch h2
	wire quiet x
	come_early "$1" "kind='gre'"
}

# With tunnels of GRE alone devices have their hooks too.
test_gre_alone()
{
	[[ -n $probing ]] || skip "this kernel has no probes"
	vr h2 tunnel del vx4
	vr h2 tunnel del vx6
	come_early 4 "kind='gre'"
	come_early 6 "kind='mplsogre'"
	vr h2 tunnel add vx4 type vxlan local 192.0.2.2
	vr h2 tunnel add vx6 type vxlan local 2001:db8::2
	come_early 4
}

# Without a UDP checksum they are others, which of IPv6 are welcome only when none is asked for.
test_unchecked()	# FAMILY
{
	[[ -n $probing ]] || skip "this kernel has no probes"
	vr h2 tunnel del "vx$1"
	vr h2 tunnel add "vx$1" type vxlan local "$(underlay_ip "$1" 2)" udp-csum off
	come_early "$1" "chksum=0"
	come_early "$1"
	vr h2 tunnel del "vx$1"
	vr h2 tunnel add "vx$1" type vxlan local "$(underlay_ip "$1" 2)" udp-csum on
	come_early "$1"
	if [[ $1 = 6 ]]; then
		come 0 6 "chksum=0"
	else
		come_early 4 "chksum=0"
	fi
}

# Who has been believed for a second is asked again.
test_once_a_second()
{
	[[ -n $probing ]] || skip "this kernel has no probes"
	come_early 4
	pause 1.2
	come_by_host 1 3 4
}

test_firewall()	# FAMILY RULE [FIELDS]
{
	local hook

	for hook in prerouting input; do
		come_early "$1" "${@:3}"
		chain h2 "$1" $hook accept "$2"
		come_by_host 8 11 "$1" "${@:3}"
		is "$(counted h2)" 8 "outer packets at $hook"
		ip netns exec h2 nft flush ruleset
		come_early "$1" "${@:3}"
		chain h2 "$1" $hook drop "$2"
		come 0 "$1" "${@:3}"
		is "$(counted h2)" 8 "dropped at $hook"
		ip netns exec h2 nft flush ruleset
	done
	come_early "$1" "${@:3}"
}

# Filters at the device come before it in any case.
test_device_filter()
{
	come_early 4
	ip netns exec h2 nft -f - <<-END
		table netdev t {
			chain c {
				type filter hook ingress device u0 priority 500
				udp dport 4789 counter drop
			}
		}
	END
	come 0 4
	is "$(counted h2)" 8 "dropped at the device"
	ip netns exec h2 nft flush ruleset
	tc -n h2 qdisc add dev u0 clsact
	tc -n h2 filter add dev u0 ingress matchall action drop
	come 0 4
	tc -n h2 qdisc del dev u0 clsact
	come 8 4
}

# What must come in ESP does not come in the clear.
test_ipsec()	# FAMILY PREFIX
{
	come_early "$1"
	ip -n h2 xfrm policy add src "${2}1" dst "${2}2" proto udp dport 4789 dir in \
		tmpl src "${2}1" dst "${2}2" proto esp mode transport ||
		skip "this kernel has no IPsec"
	come 0 "$1"
	ip -n h2 xfrm policy flush
	come_early "$1"
}

# The host accepts a sender no more who is somewhere else.
test_sender()
{
	come_early 4
	ip netns exec h2 sysctl -qw net.ipv4.conf.all.rp_filter=1
	ip -n h2 link add elsewhere type dummy
	ip -n h2 link set elsewhere up
	ip -n h2 route add 192.0.2.1 dev elsewhere
	come 0 4
	ip -n h2 link del elsewhere
	come 8 4
	ip netns exec h2 sysctl -qw net.ipv4.conf.all.rp_filter=0
	come_early 4
}

# Nor packets to an address that it has no more.
test_address()
{
	come_early 4
	ip -n h2 addr del 192.0.2.2/24 dev u0
	come 0 4
	ip -n h2 addr add 192.0.2.2/24 dev u0
	come_early 4
	come_early 6
	ip -n h2 addr del 2001:db8::2/64 dev u0
	come 0 6
	ip -n h2 addr add 2001:db8::2/64 dev u0 nodad
	come_early 6
}

# Rules of routing by what is the same for all packets of a sender stay good, others not.
test_rules()
{
	come_early 4
	ip -n h2 rule add pref 10 from 192.0.2.1 lookup main
	come_early 4
	ip -n h2 rule add pref 9 ipproto udp sport 9 lookup main
	come_by_host 8 11 4
	ip -n h2 rule del pref 9
	ip -n h2 rule del pref 10
	come_early 4
}

# A rule of routing by flow label, which leads nowhere; iproute2 may be older than such rules.
label_rule()	# LABEL MASK
{
	ip netns exec h2 python3 - "$@" <<-'END'
		import socket, struct, sys
		NEW_RULE, FLAGS, BLACKHOLE = 32, 0x605, 6
		PRIORITY, FLOWLABEL, FLOWLABEL_MASK = 6, 26, 27
		body = struct.pack("8BI", socket.AF_INET6, 0, 0, 0, 0, 0, 0, BLACKHOLE, 0)
		body += struct.pack("HHI", 8, PRIORITY, 5)
		body += struct.pack("!4sI", struct.pack("HH", 8, FLOWLABEL), int(sys.argv[1], 0))
		body += struct.pack("!4sI", struct.pack("HH", 8, FLOWLABEL_MASK), int(sys.argv[2], 0))
		s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
		s.send(struct.pack("IHHII", 16 + len(body), NEW_RULE, FLAGS, 1, 0) + body)
		sys.exit(struct.unpack_from("i", s.recv(4096), 16)[0] != 0)
	END
}

# Older kernels take no notice of what they don't know, newer ones of a label outside its mask do.
has_label_rules()
{
	! label_rule 77 0 || { ip -6 -n h2 rule del pref 5; return 1; }
}

# What is known of one flow of IPv6 does not count for one that is routed by its label.
test_label_rule()
{
	has_label_rules || skip "this kernel has no rules by flow label"
	ip -6 -n h2 rule add pref 10 lookup local
	ip -6 -n h2 rule del pref 0
	label_rule 77 0xfffff
	come_early 6
	come 0 6 "label=77"
	ip -6 -n h2 rule del pref 5
	come_early 6 "label=77"
	ip -6 -n h2 rule add pref 0 lookup local
	ip -6 -n h2 rule del pref 10
}

# Eight packets by a tap, of which the host's input sees so many.
by_tap()	# LEAST MOST EXPRESSION
{
	local before

	before=$(probed 4)
	wire send t0 "$3" 8
	pause 0.3
	between $(($(probed 4) - before)) "$1" "$2" "packets by the host's input"
}

# The host splits a large packet that GRO did not make of a tunnel's, before a tunnel has it.
test_large()
{
	[[ -n $probing ]] || skip "this kernel has no probes"
	wire tap t0 h2 t0 vnet
	ip -n h2 addr add 192.0.3.2/24 dev t0
	ip -n h2 link set t0 up
	vr h2 tunnel add vxt type vxlan local 192.0.3.2
	wire define "
def by_tap(gso):
	inner = Ether(src='$(mac 9)', dst='$(mac 2)')/IP(src='10.0.0.9', dst='10.0.0.2')/UDP()/bytes(500)
	return virtio(Ether(src='$(mac 8)', dst='$(mac_of h2 t0)')/IP(src='192.0.3.1', dst='192.0.3.2')/
		UDP(sport=5555, dport=4789, chksum=0)/(b'\x08\0\0\0\0\0\x64\0' + bytes(inner)),
		gso=gso, gso_size=100)
"
	eventually by_tap 0 3 "by_tap(0)"
	by_tap 8 11 "by_tap(3)"
	vr h2 tunnel del vxt
	wire close t0
}

# A counter of UDP.
counter()	# NAME
{
	ip netns exec h2 nstat -asz "$1" | awk -v name="$1" '$1 == name { print $2 }'
}

# What is no whole packet of the tunnel is the host's, who counts it.
test_not_taken()	# FAMILY
{
	local name=UdpInCsumErrors before

	[[ $1 = 4 ]] || name=Udp6InCsumErrors
	come_early "$1"
	before=$(counter $name)
	come 0 "$1" "chksum=0xdead"
	is $(($(counter $name) - before)) 8 "$name"
	come_early "$1"
	come 0 "$1" "len=20"
	come 0 "$1" "len=2000"
	come 0 "$1" "dport=4790"
	come_early "$1"
}

# A tunnel that is gone gets nothing; one that takes its place gets all.
test_tunnel()
{
	local i

	for i in 1 2 3; do
		come_early 4
		vr h2 tunnel del vx4
		come 0 4
		vr h2 tunnel add vx4 type vxlan local 192.0.2.2
		come 8 4
	done
	come_early 4
	vr h2 tunnel set vx4 port 4790
	come 0 4
	come 8 4 "dport=4790"
	vr h2 tunnel set vx4 port 4789
	come_early 4
}

# Tunnels come and go while packets come.
test_coming_and_going()
{
	local i

	come_early 4
	wire noise x h1 u0 "[outer(4)]"
	for ((i = 0; i < 10; i++)); do
		echo "tunnel del vx4"
		echo "tunnel add vx4 type vxlan local 192.0.2.2"
	done | vr_batch h2
	wire quiet x
	come_early 4
}

# A device goes, with its hook, and another one comes.
test_device()
{
	come_early 4
	wire close wire1
	ip -n h2 link del u0
	ip link add u0 netns h1 type veth peer name u0 netns h2
	underlay_address h1 1
	underlay_address h2 2
	wire open wire1 h1 u0
	define
	come_early 4
	come_early 6
}

begin early
must set_up
probe ip_local_deliver ip6_input
for family in 4 6; do
	it "IPv$family: past the host's input" test_early $family vx$family
	it "IPv$family: past the host's input, GRE" test_early $family gre$family "kind='gre'"
	it "IPv$family: past the host's input, MPLS in GRE" \
		test_early $family mplsogre$family "kind='mplsogre'"
	it "IPv$family: without a UDP checksum" test_unchecked $family
	it "IPv$family: the host's firewall is asked" test_firewall $family "udp dport 4789"
	it "IPv$family: the host's firewall is asked, GRE" \
		test_firewall $family "meta l4proto gre" "kind='gre'"
	it "IPv$family: what is damaged or another's" test_not_taken $family
	it "IPv$family: GRE that is damaged or another's" test_gre_not_taken $family
	it "IPv$family: tunnels of GRE that come and go" test_gre_tunnel $family
done
it "IPv4: IPsec" test_ipsec 4 192.0.2.
it "IPv6: IPsec" test_ipsec 6 2001:db8::
it "the host is asked once a second" test_once_a_second
it "filters at the device" test_device_filter
it "a sender who is elsewhere" test_sender
it "addresses of the host" test_address
it "rules of routing" test_rules
it "rules of routing by flow label" test_label_rule
it "large packets that are not GRO's" test_large
it "tunnels that go" test_tunnel
it "tunnels that come and go under packets" test_coming_and_going
it "tunnels of GRE alone" test_gre_alone
it "a device that goes" test_device
stop_probe
finish
