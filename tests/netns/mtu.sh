#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets of every size, through tunnels with less room than the VMs have, and a path
# in the underlay that gets narrower:
#
#	      h1                         r                         h2
#	┌───────────────┐       ┌──────────────────┐       ┌───────────────┐
#	│ blue          │       │ routes the       │       │ blue          │
#	│  a1 10.0.0.1  u0─────r1 underlay         r2─────u0  a2 10.0.0.2  │
#	│  fd00::1      │ .1/.2 └──────────────────┘ .1/.2 │  fd00::2      │
#	└───────────────┘ 192.0.2.0/30      198.51.100.0/30└───────────────┘
#	                  2001:db8:1::/64    2001:db8:2::/64

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:00:01
mac2=02:00:00:00:00:02

underlay_end()	# HYPERVISOR IPV4-NET IPV6-NET
{
	add_hypervisor "$1" &&
	ip link add u0 netns "$1" type veth peer name "r${1#h}" netns r &&
	wire sysctl "$1" ipv6/conf/u0/disable_ipv6=0 &&
	ip_batch "$1" <<-END &&
		addr add $2.1/30 dev u0
		addr add $3::1/64 dev u0 nodad
		link set u0 up
		route add default via $2.2
		route add default via $3::2
	END
	ip_batch r <<-END
		addr add $2.2/30 dev r${1#h}
		addr add $3::2/64 dev r${1#h} nodad
		link set r${1#h} up
	END
}

hypervisor()	# NAME IPV4 REMOTE-IPV4 REMOTE-MAC REMOTE-VM
{
	vr_batch "$1" <<-END
		tunnel add t0 type vxlan local $2
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64
		label add 500 network blue
		nexthop add id 7 type tunnel tunnel t0 remote $3
		$(remote_vm blue 7 "$4" "10.0.0.$5" "fd00::$5")
	END
}

set_up()
{
	add_namespace r ipv4/ip_forward=1 ipv6/conf/all/forwarding=1 \
		ipv6/conf/default/accept_dad=0 &&
	underlay_end h1 192.0.2 2001:db8:1 &&
	underlay_end h2 198.51.100 2001:db8:2 &&
	hypervisor h1 192.0.2.1 198.51.100.1 $mac2 2 &&
	hypervisor h2 198.51.100.1 192.0.2.1 $mac1 1 &&
	add_vm a1 h1 blue $mac1 10.0.0.1 fd00::1 &&
	add_vm a2 h2 blue $mac2 10.0.0.2 fd00::2 &&
	wire open a2 a2 eth0 0x0800
}

# The next hop lets go of the tunnel, whose family could not change otherwise.
tunnel()	# HYPERVISOR TYPE LOCAL REMOTE
{
	local label=()

	[[ $2 != mpls* ]] || label=(label 500)
	vr "$1" nexthop replace id 7 type blackhole &&
	vr "$1" tunnel del t0 &&
	vr "$1" tunnel add t0 type "$2" local "$3" &&
	vr "$1" nexthop replace id 7 type tunnel tunnel t0 remote "$4" "${label[@]}" payload l2
}

over()	# TYPE FAMILY
{
	if [[ $2 = 4 ]]; then
		tunnel h1 "$1" 192.0.2.1 198.51.100.1 && tunnel h2 "$1" 198.51.100.1 192.0.2.1
	else
		tunnel h1 "$1" 2001:db8:1::1 2001:db8:2::1 &&
			tunnel h2 "$1" 2001:db8:2::1 2001:db8:1::1
	fi || return 1
	forget a1 a2 h1 h2
}

# What VMs and hypervisors have learnt of MTUs.
forget()	# NAMESPACE...
{
	local n

	for n; do
		ip -n $n route flush cache
		ip -n $n -6 route flush cache
	done
}

# A ping with so large an IP packet and DF.
ping_sized()	# FAMILY BYTES [SECONDS]
{
	if [[ $1 = 4 ]]; then
		ip netns exec a1 ping -n -c 1 -W "${3-5}" -M "do" -s $(($2 - 28)) 10.0.0.2
	else
		ip netns exec a1 ping -n -c 1 -W "${3-5}" -M "do" -s $(($2 - 48)) fd00::2
	fi
}

# The largest packet passes; one byte more is answered with the limit, by the gateway.
limit_is()	# MTU
{
	forget a1 a2 h1 h2
	ping_sized 4 "$1"
	ping_sized 6 "$1"
	refused 1 "From 10\.0\.0\.254 .*\(mtu = $1\)" ping_sized 4 $(($1 + 1))
	refused 1 "From fd00::fe .*Packet too big: mtu=$1" ping_sized 6 $(($1 + 1))
}

test_limit()	# MTU
{
	limit_is "$1"
}

# Without DF: in fragments, made before the tunnel, which are all small enough and are
# put together by the VM.
test_fragments()	# MTU
{
	wire clear a2
	ip netns exec a1 ping -n -c 1 -W 5 -M dont -s 1472 10.0.0.2
	is "$(wire count a2 "p[IP].src == '10.0.0.1'" 2)" 2 "fragments"
	is "$(wire count a2 "p[IP].src == '10.0.0.1' and p[IP].len > $1")" 0 "too large ones"
	is "$(wire get a2 "p[IP].src == '10.0.0.1' and p[IP].frag == 0" "p[IP].len")" \
		$((($1 - 20) / 8 * 8 + 20)) "the first fragment"
}

discovery()	# 0|1 (on or off, in the sysctl's odd way)
{
	wire sysctl a1 "ipv4/ip_no_pmtu_disc=$1"
	wire sysctl a2 "ipv4/ip_no_pmtu_disc=$1"
}

# UDP with DF off, in several fragments, with content. The hypervisors know the path's
# MTU already: a datagram that is lost in the underlay to learn it is not sent again. In
# IPv6 the VMs must know it too: TCP learns it for both.
test_udp()
{
	trap "discovery 0" EXIT
	forget a1 a2
	discovery 1
	wire udp a1 a2 10.0.0.2 5001 5 1472
	wire udp a1 a2 10.0.0.2 5001 2 8000
	discovery 0
	wire tcp a1 a2 fd00::2 5001 100000
	wire udp a1 a2 fd00::2 5001 2 8000
}

# TCP finds the path's MTU by itself, from nothing.
test_tcp()
{
	forget a1 a2 h1 h2
	wire tcp a1 a2 10.0.0.2 5001 300000
	forget a1 a2 h1 h2
	wire tcp a1 a2 fd00::2 5001 300000
}

# The router's routes get narrower, not its devices: those would not receive either. The
# metric is that of the kernel's own routes, which these replace.
path_mtu()	# MTU
{
	ip_batch r <<-END
		route replace 192.0.2.0/30 dev r1 mtu $1
		route replace 198.51.100.0/30 dev r2 mtu $1
		route replace 2001:db8:1::/64 dev r1 metric 256 mtu $1
		route replace 2001:db8:2::/64 dev r2 metric 256 mtu $1
	END
}

# The hypervisor learns of a narrow path by the first packet that is lost there.
learnt()	# LIMIT
{
	refused 1 "\(mtu = $1\)" ping_sized 4 1400 1
}

test_narrow_path()	# LIMIT
{
	forget a1 a2 h1 h2
	WITHIN=20 eventually learnt "$1"
	limit_after_learning "$1"
}

limit_after_learning()	# MTU
{
	ping_sized 4 "$1"
	refused 1 "mtu ?= ?$1" ping_sized 4 $(($1 + 1))
	[[ $1 -lt 1280 ]] || ping_sized 6 "$1"
}

# Devices of the underlay with a smaller or larger MTU.
test_device()
{
	ip -n h1 link set u0 mtu 1400
	limit_is $((1400 - $1))
	ip -n h1 link set u0 mtu 1500
	limit_is $((1500 - $1))
}

test_jumbo()
{
	ip -n h1 link set u0 mtu 9000
	ip -n h2 link set u0 mtu 9000
	ip -n r link set r1 mtu 9000
	ip -n r link set r2 mtu 9000
	path_mtu 9000
	forget a1 a2 h1 h2
	ping_sized 4 1500
	ping_sized 6 1500
}

test_jumbo_vms()
{
	local n

	for n in 1 2; do
		ip -n h$n link set a$n mtu 9000
		ip -n a$n link set eth0 mtu 9000
		vr h$n network set blue mtu 9000
	done
	limit_is 8950
	test_tcp
	vr h1 network set blue mtu 4000
	limit_is 4000
}

begin mtu
must set_up
it "IPv4 underlay" test_limit 1450
it "fragments" test_fragments 1450
it "UDP in fragments" test_udp
it "TCP" test_tcp
it "the underlay's device" test_device 50
must path_mtu 1400
it "a path that gets narrower" test_narrow_path 1350
it "TCP over it" test_tcp
it "UDP over it" test_udp
must path_mtu 1500
must over vxlan 6
it "IPv6 underlay" test_limit 1430
it "fragments over IPv6" test_fragments 1430
it "TCP over IPv6" test_tcp
it "the underlay's device over IPv6" test_device 70
must path_mtu 1400
it "an IPv6 path that gets narrower" test_narrow_path 1330
it "TCP over it" test_tcp
# bytes in front of an inner IP packet, without the outer IP header
while read -r type overhead; do
	for f in 4 6; do
		must over "$type" $f
		it "a path that gets narrower under $type over IPv$f" \
			test_narrow_path $((1400 - overhead - (f == 4 ? 20 : 40)))
	done
done <<-END
	geneve 30
	gre 22
	mplsogre 26
	mplsoudp 30
END
must path_mtu 1500
must over vxlan 4
it "an underlay with room to spare" test_jumbo
it "large VMs" test_jumbo_vms
finish
