#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What goes over the wire, byte by byte, as Scapy reads and makes it:
#
#	a1 ── h1 (vrouter) u0 ──── u0 s      Scapy at a1's end, and at s's end
#
# a1 and s have no IP stack of their own in this.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/../netns/lib.sh"

a1_mac=02:00:00:00:61:01
far_mac=02:00:00:00:73:02

set_up()
{
	add_hypervisor h1 && add_namespace s &&
	ip link add u0 netns h1 type veth peer name u0 netns s &&
	underlay_address h1 1 &&
	wire sysctl s ipv6/conf/u0/disable_ipv6=1 && ip -n s link set u0 up mtu 1600 &&
	ip -n h1 link set u0 mtu 1600 && ip netns exec h1 ethtool -K u0 tx off &&
	ip_batch h1 <<-END &&
		neigh replace 192.0.2.2 lladdr 02:00:00:00:ff:02 dev u0
		neigh replace 2001:db8::2 lladdr 02:00:00:00:ff:02 dev u0
	END
	vr_batch h1 <<-END &&
		tunnel add vx4 type vxlan local 192.0.2.1
		tunnel add vx6 type vxlan local 2001:db8::1
		network add blue vni 1193046 policy allow
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		fdb add $far_mac network blue nexthop 7
	END
	add_port a1 h1 $a1_mac network blue && wire open s s u0 &&
	wire define "
def inner4(tos=0, sport=1000):
    return Ether(src='$a1_mac', dst='$far_mac')/IP(src='10.0.0.1', dst='10.0.0.2', tos=tos)/UDP(
        sport=sport, dport=9)/Raw(b'abcdefgh' * 4)
def inner6(tos=0, sport=1000):
    return Ether(src='$a1_mac', dst='$far_mac')/IPv6(src='fd00::1', dst='fd00::2', tc=tos)/UDP(
        sport=sport, dport=9)/Raw(b'abcdefgh' * 4)
def back4(tos=0):
    return Ether(src='$far_mac', dst='$a1_mac')/IP(src='10.0.0.2', dst='10.0.0.1', tos=tos)/UDP(
        sport=9, dport=1000)/Raw(b'back')
def outer4(tos=0):
    return Ether(src='02:00:00:00:ff:02', dst='$(mac_of h1 u0)')/IP(src='192.0.2.2',
        dst='192.0.2.1', tos=tos)/UDP(sport=50000, dport=4789, chksum=0)
def outer6(tos=0):
    return Ether(src='02:00:00:00:ff:02', dst='$(mac_of h1 u0)')/IPv6(src='2001:db8::2',
        dst='2001:db8::1', tc=tos)/UDP(sport=50000, dport=4789)
def shim(flags=8, vni=1193046):
    return VXLAN(flags=flags, vni=vni)
"
}

over()	# FAMILY
{
	local remote=192.0.2.2

	[[ $1 = 4 ]] || remote=2001:db8::2
	vr h1 nexthop replace id 7 type tunnel tunnel vx"$1" remote $remote
	wire clear
}

sent()	# INNER VALUE: the value of the first VXLAN packet at s after a1 sent INNER
{
	wire clear s
	wire send a1 "$1"
	wire get s "has(VXLAN)" "$2"
}

test_header4()
{
	over 4
	is "$(sent "inner4()" "p[IP].src + ' ' + p[IP].dst")" "192.0.2.1 192.0.2.2"
	is "$(sent "inner4()" "(p[IP].version, p[IP].ihl, p[IP].ttl, str(p[IP].flags), p[IP].frag)")" \
		"(4, 5, 64, 'DF', 0)" "outer IPv4 header"
	is "$(sent "inner4()" "valid_ip_sum(p[IP])")" True "IP checksum"
	is "$(sent "inner4()" "(p[UDP].dport, p[UDP].chksum)")" "(4789, 0)" "UDP header"
	is "$(sent "inner4()" "p[UDP].len == len(raw) - 34")" True "UDP length"
	# RFC 7348, section 5: flags, 24 bits reserved, VNI, 8 bits reserved
	is "$(sent "inner4()" "raw[42:50].hex()")" 0800000012345600 "VXLAN header"
	is "$(sent "inner4()" "raw[50:] == to_bytes(inner4())")" True "inner frame unchanged"
}

test_header6()
{
	over 6
	is "$(sent "inner6()" "p[IPv6].src + ' ' + p[IPv6].dst")" "2001:db8::1 2001:db8::2"
	is "$(sent "inner6()" "(p[IPv6].version, p[IPv6].nh, p[IPv6].hlim)")" "(6, 17, 64)"
	is "$(sent "inner6()" "p[UDP].dport")" 4789
	isnt "$(sent "inner6()" "p[UDP].chksum")" 0 "UDP checksum, RFC 6935"
	is "$(sent "inner6()" "internet_sum(raw[22:54] + (len(raw) - 54).to_bytes(4, 'big')
		+ bytes([0, 0, 0, 17]) + raw[54:])")" 0 "UDP checksum is right"
	is "$(sent "inner6()" "raw[62:70].hex()")" 0800000012345600 "VXLAN header"
	is "$(sent "inner6()" "raw[70:] == to_bytes(inner6())")" True "inner frame unchanged"
}

# RFC 7348, section 5: a port of the ephemeral range, from a hash of the inner headers.
test_stable_port()
{
	local first second

	over 4
	first=$(sent "inner4(sport=77)" "p[UDP].sport")
	second=$(sent "inner4(sport=77)" "p[UDP].sport")
	is "$first" "$second" "source port of the same flow"
	((first >= 32768 && first <= 61000)) || { echo "port $first is not ephemeral"; return 1; }
	isnt "$(sent "inner4(sport=78)" "p[UDP].sport") $(sent "inner4(sport=79)" "p[UDP].sport") \
$(sent "inner4(sport=80)" "p[UDP].sport")" "$first $first $first" "ports of other flows"
}

# RFC 6040, section 4.1: ECN is copied on the way in; DSCP is the tunnel's.
test_ecn_in()	# FAMILY
{
	local tos tc=tos

	over "$1"
	[[ $1 = 4 ]] || tc=tc
	for tos in 0 1 2 3; do
		is "$(sent "inner$1(tos=$tos)" "p.payload.$tc")" "$tos" "outer ECN of inner $tos"
	done
	is "$(sent "inner$1(tos=0xb8)" "p.payload.$tc")" 0 "DSCP is not copied"
}

test_dscp_inherit()
{
	over 4
	vr h1 tunnel set vx4 dscp inherit
	is "$(sent "inner4(tos=0xba)" "p[IP].tos")" 186 "DSCP and ECN copied"
	vr h1 tunnel set vx4 dscp 10
	is "$(sent "inner4(tos=0xba)" "p[IP].tos")" 42 "the tunnel's DSCP, the packet's ECN"
	vr h1 tunnel set vx4 dscp 0
}

# RFC 6040, section 4.2, figure 4: rows inner, columns outer (Not-ECT, ECT(0), ECT(1), CE).
test_ecn_out()	# FAMILY
{
	local inner outer row expected

	for row in "0 0 0 0 drop" "2 2 2 1 3" "1 1 1 1 3" "3 3 3 3 3"; do
		read -r inner _ <<<"$row"
		for outer in 0 2 1 3; do
			case $outer in
			0) expected=$(cut -d' ' -f2 <<<"$row") ;;
			2) expected=$(cut -d' ' -f3 <<<"$row") ;;
			1) expected=$(cut -d' ' -f4 <<<"$row") ;;
			3) expected=$(cut -d' ' -f5 <<<"$row") ;;
			esac
			ecn_case "$1" "$inner" "$outer" "$expected"
		done
	done
}

ecn_case()	# FAMILY INNER OUTER EXPECTED
{
	wire clear
	if [[ $4 = drop ]]; then
		drops_rise 1 h1 ecn wire send s "outer$1(tos=$3)/shim()/back4(tos=$2)"
		return
	fi
	is "$(wire send s "outer$1(tos=$3)/shim()/back4(tos=$2)" &&
		wire get a1 "has(IP)" "p[IP].tos")" "$4" "inner $2, outer $3"
}

test_decap()	# FAMILY
{
	wire clear
	wire send s "outer$1()/shim()/back4()"
	is "$(wire get a1 "has(IP)" "raw == to_bytes(back4())")" True "inner frame unchanged"
}

# Reserved bits are ignored on receipt, RFC 7348, section 5.
test_reserved()
{
	wire clear
	wire send s "outer4()/Raw(bytes.fromhex('f8ffffff123456ff'))/back4()"
	is "$(wire count a1 "has(IP)" 1)" 1 "with reserved bits set"
}

test_bad_flags()
{
	drops_rise 100 h1 vxlan_flags wire send s "outer4()/shim(flags=i % 256 & ~8)/back4()" 100
}

test_unknown_vni()
{
	drops_rise 100 h1 unknown_vni wire send s "outer4()/shim(vni=1 + i)/back4()" 100
}

# Cut off after each byte of the VXLAN header and the inner Ethernet header.
test_short()	# FAMILY
{
	drops_rise 22 h1 short_vxlan wire send s \
		"outer$1()/Raw(to_bytes(shim()/back4())[:i])" 22
}

# Cut off in the inner IP header, with its length telling of more.
test_short_inner()
{
	local before after

	before=$(total_drops)
	wire clear
	wire send s "outer4()/Raw(to_bytes(shim()/back4())[:22 + i])" 20
	eventually total_drops_are $((before + 20))
	after=$(wire count a1 "has(IP)")
	is "$after" 0 "delivered"
}

total_drops()
{
	drop_table h1 | awk '{ sum += $2 } END { print sum + 0 }'
}

total_drops_are()	# NUMBER
{
	is "$(total_drops)" "$1" "drops altogether"
}

begin wire_bytes
must set_up
it "every field over IPv4" test_header4
it "every field over IPv6" test_header6
it "a flow keeps its source port, others have others" test_stable_port
it "ECN on the way in, IPv4" test_ecn_in 4
it "ECN on the way in, IPv6" test_ecn_in 6
it "DSCP inherited or the tunnel's" test_dscp_inherit
it "ECN on the way out, IPv4" test_ecn_out 4
it "ECN on the way out, IPv6" test_ecn_out 6
it "decapsulation over IPv4" test_decap 4
it "decapsulation over IPv6" test_decap 6
it "reserved bits are ignored" test_reserved
it "wrong flags are counted" test_bad_flags
it "unknown VNIs are counted" test_unknown_vni
it "short packets over IPv4 are counted" test_short 4
it "short packets over IPv6 are counted" test_short 6
it "short inner packets are counted" test_short_inner
finish
