#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel as the provider edge of an L3VPN (RFC 4364), over GRE and over UDP: a VRF
# whose label is 600, with a customer's machine behind it; vrouter's own label is 500.
#
#	      h1                              k
#	┌──────────────────┐       ┌──────────────────────────┐
#	│ blue (label 500) │ 192.0.2.0/24   red (label 600)    │
#	│  a1 10.0.0.1     u0─────u0         c1 10.0.1.2      │
#	│     fd00::1      │ 2001:db8::/64      fd00:1::2     │
#	└──────────────────┘       └──────────────────────────┘

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

# h1 sends to k with the label that k gave out, over a type of tunnel and a family.
towards_k()	# TYPE FAMILY
{
	ip -n k link del t1 2>/dev/null
	vr h1 nexthop replace id 8 type blackhole
	vr h1 tunnel del t1 2>/dev/null
	vr h1 tunnel add t1 type "$1" local "$(underlay_ip "$2" 1)" &&
	vr h1 nexthop replace id 8 type tunnel tunnel t1 remote "$(underlay_ip "$2" 2)" label 600
}

# And k to h1, through its device t1, which has room for a label besides.
towards_h1()
{
	ip -n k link set t1 up mtu 9030 &&
	wire sysctl k mpls/conf/t1/input=1 &&
	ip_batch k <<-END
		route replace 10.0.0.0/24 vrf red encap mpls 500 dev t1
		route replace fd00::/64 vrf red encap mpls 500 dev t1
	END
}

gre()	# FAMILY
{
	local type=gre

	[[ $1 = 4 ]] || type=ip6gre
	towards_k mplsogre "$1" &&
	ip -n k link add t1 type $type local "$(underlay_ip "$1" 2)" remote "$(underlay_ip "$1" 1)" ttl 64 &&
	towards_h1
}

# Foo over UDP with MPLS for foo is what RFC 7510 describes.
udp()	# FAMILY
{
	local type=(ipip mode mplsip)

	[[ $1 = 4 ]] || type=(ip6tnl mode any)
	towards_k mplsoudp "$1" &&
	ip -n k link add t1 type "${type[@]}" local "$(underlay_ip "$1" 2)" remote "$(underlay_ip "$1" 1)" \
		ttl 64 encap fou encap-sport auto encap-dport 6635 "${@:2}" &&
	towards_h1
}

test_gre()	# FAMILY
{
	gre "$1"
	both_ways c1 10.0.1.2 fd00:1::2
}

test_udp()	# FAMILY OPTION...
{
	udp "$@"
	both_ways c1 10.0.1.2 fd00:1::2
}

test_offloads_off()
{
	udp 4
	offloads off
	ip netns exec k ethtool -K t1 tso off gso off gro off tx off rx off
	both_ways c1 10.0.1.2 fd00:1::2
	offloads on
}

# A label has the packet's TTL, which k puts back; it drops those of 1 without a word.
test_ttl()
{
	gre 4
	ip netns exec a1 ping -n -c 1 -W 5 -t 3 10.0.1.2
	fails ip netns exec a1 ping -n -c 1 -W 1 -t 2 10.0.1.2
	refused 1 "From 10\.0\.0\.254 .*Time to live exceeded" \
		ip netns exec c1 ping -n -c 1 -W 5 -t 2 10.0.0.1
}

test_labels()
{
	udp 4
	ip -n k route replace 10.0.0.0/24 vrf red encap mpls 501 dev t1
	drops_grow h1 unknown_label fails ip netns exec c1 ping -n -c 1 -W 1 10.0.0.1
	ip -n k route replace 10.0.0.0/24 vrf red encap mpls 500/500 dev t1
	drops_grow h1 mpls_stack fails ip netns exec c1 ping -n -c 1 -W 1 10.0.0.1
}

set_up_mpls()
{
	set_up vxlan &&
	vr_batch h1 <<-END &&
		label add 500 network blue
		nexthop add id 8 type blackhole
		route add 10.0.1.0/24 network blue nexthop 8
		route add fd00:1::/64 network blue nexthop 8
	END
	add_customer &&
	wire sysctl k mpls/platform_labels=1000 &&
	ip -n k -f mpls route add 600 dev red
}

begin kernel_mpls
modprobe -a mpls_router mpls_iptunnel mpls_gso ip_gre ip6_gre ipip ip6_tunnel fou fou6 vrf
must set_up_mpls
must ip -n k fou add port 6635 ipproto 137
must ip -n k fou add port 6635 ipproto 137 -6
it "GRE, IPv4 underlay" test_gre 4
it "GRE, IPv6 underlay" test_gre 6
it "UDP, IPv4 underlay" test_udp 4
it "UDP, IPv4 underlay, checksums" test_udp 4 encap-csum
it "UDP, IPv6 underlay" test_udp 6
it "offloads off" test_offloads_off
it "TTL" test_ttl
it "wrong labels are counted" test_labels
finish
