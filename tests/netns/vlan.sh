#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Isolation by VLANs on a physical port instead of an overlay. The VLANs' own devices are
# vifs; the rest of the port is the host's, an underlay among it:
#
#	             h1                                h2
#	┌──────────────────────────┐       ┌──────────────────────────┐
#	│ blue  a1 10.0.0.1, u0.100 ╲     ╱ u0.100  a2 10.0.0.2  blue │
#	│ red   r1 10.0.0.1, u0.200  u0──u0 u0.200  r2 10.0.0.2  red  │
#	│ grey  g1 10.0.0.1, u0.5.7 ╱     ╲ u0.5.7  g2 10.0.0.2  grey │
#	│ host  192.0.2.1          │       │         192.0.2.2  host  │
#	└──────────────────────────┘       └──────────────────────────┘
#
# u0.5.7 is VLAN 7 in VLAN 5 of 802.1ad. All VMs of a hypervisor have the same MAC.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

devices()
{
	cat <<-END
		link add link u0 name u0.100 type vlan id 100
		link add link u0 name u0.200 type vlan id 200
		link add link u0 name u0.5 type vlan proto 802.1ad id 5
		link add link u0.5 name u0.5.7 type vlan id 7
		link set u0.5 up
	END
}

# Both routers are in the same VLAN, so each needs a MAC of its own.
networks()	# NUMBER
{
	local n

	for n in blue red grey; do
		echo "network add $n policy allow learning vif ra off" \
			"gateway-mac 02:00:00:00:fe:0$1 gateway 10.0.0.254/24 gateway fd00::fe/64"
	done
	echo "vif add blue dev u0.100 network blue"
	echo "vif add red dev u0.200 network red"
	echo "vif add grey dev u0.5.7 network grey"
}

set_up()
{
	local i vm

	add_underlay || return 1
	for i in 1 2; do
		devices | ip_batch h$i && networks $i | vr_batch h$i || return 1
		for vm in a:blue r:red g:grey; do
			add_vm ${vm%:*}$i h$i ${vm#*:} 02:00:00:00:61:0$i 10.0.0.$i fd00::$i || return 1
		done
	done
}

# How many pings a VM has been asked by.
pings_at()	# VM
{
	ip netns exec "$1" nstat -asz IcmpInEchos Icmp6InEchos |
		awk '/InEchos/ { n += $2 } END { print n + 0 }'
}

# From a VM to its peer, and no other VM hears of it.
test_reach()	# LETTER
{
	local vm before i=0

	mapfile -t before < <(for vm in a2 r2 g2; do pings_at $vm; done)
	reach "$1"1 10.0.0.2
	reach "$1"1 fd00::2
	ip netns exec "$1"1 ping -n -c 1 -W 5 -s 4000 10.0.0.2
	for vm in a2 r2 g2; do
		[[ $vm != "$1"2 ]] || ((before[i] += 3))
		is "$(pings_at $vm)" "${before[i++]}" "pings at $vm"
	done
	wire tcp "$1"1 "$1"2 10.0.0.2 5001 200000
	wire tcp "$1"1 "$1"2 fd00::2 5001 200000
}

# On the wire, as tcpdump sees it: kernels keep the outermost tag apart from the frame.
test_tags()
{
	tag_is a "ethertype 802\.1Q \(0x8100\),.* vlan 100, p 0, ethertype IPv4"
	tag_is r "ethertype 802\.1Q \(0x8100\),.* vlan 200, p 0, ethertype IPv4"
	tag_is g "ethertype 802\.1Q-QinQ \(0x88a8\),.* vlan 5, .*0x8100.* vlan 7, p 0, ethertype IPv4"
}

tag_is()	# LETTER REGEX
{
	local seen=$tap_log.tcpdump

	ip netns exec h2 timeout 20 tcpdump -l -e -n -c 200 -i u0 >"$seen" 2>/dev/null &
	WITHIN=15 eventually passes_as "$1" "$2" "$seen"
	kill $!
	rm "$seen"
}

passes_as()	# LETTER REGEX FILE
{
	reach "$1"1 10.0.0.2
	grep -E "$2.* 10\.0\.0\.1 > 10\.0\.0\.2: ICMP echo request" "$3"
}

# What is in no VLAN that is a vif is the host's, as before.
test_host()
{
	ip netns exec h1 ping -n -c 1 -W 5 192.0.2.2
	ip netns exec h1 ping -n -c 1 -W 5 2001:db8::2
	wire tcp h1 h2 192.0.2.2 5001 200000
}

test_underlay()
{
	local i

	for i in 1 2; do
		vr_batch h$i <<-END
			network add far vni 7 policy allow
			nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$((3 - i))
			nexthop add id 90 type flood member 7
			network set far flood 90
		END
		add_vm f$i h$i far 02:00:00:00:66:0$i 10.0.0.$i
		vr h$i fdb add 02:00:00:00:66:0$((3 - i)) network far nexthop 7
	done
	reach f1 10.0.0.2
}

promiscuity()
{
	wire json "$(ip -n h1 -d -j link show u0)" "d[0]['promiscuity']"
}

# The port takes frames to the VMs' MACs while there are vifs on it, and no longer.
test_promiscuous()
{
	local with

	with=$(promiscuity)
	((with >= 3)) || { echo "promiscuity $with with three VLANs" && return 1; }
	vr h1 vif del red
	is "$(promiscuity)" $((with - 1)) "promiscuity with two"
	ip -n h1 link set u0.200 up
	vr h1 vif add red dev u0.200 network red
	is "$(promiscuity)" "$with" "promiscuity with three again"
	reach r1 10.0.0.2
}

# The refusal says whose the device is already.
test_refusals()
{
	refused 1 "vif \"blue\"" vr h1 vif add again dev u0.100 network red
}

# A VM whose device is a trunk: VLAN 11 is in blue, 12 in red, what is untagged in grey.
trunk()
{
	add_namespace t1 ipv6/conf/default/accept_dad=0 ipv6/conf/all/accept_dad=0 &&
	add_veth t1 h1 02:00:00:00:74:01 &&
	ip_batch h1 <<-END &&
		link add link t1 name t1.11 type vlan id 11
		link add link t1 name t1.12 type vlan id 12
	END
	vr_batch h1 <<-END &&
		vif add t1 dev t1 network grey mac 02:00:00:00:74:01 address 10.0.0.30
		vif add t1.11 dev t1.11 network blue mac 02:00:00:00:74:01 address 10.0.0.11 address fd00::11
		vif add t1.12 dev t1.12 network red mac 02:00:00:00:74:01 address 10.0.0.12 address fd00::12
	END
	ip_batch t1 <<-END
		link set eth0 up
		link add link eth0 name eth0.11 type vlan id 11
		link add link eth0 name eth0.12 type vlan id 12
		link set eth0.11 up
		link set eth0.12 up
		addr add 10.0.0.30/24 dev eth0
		addr add 10.0.0.11/24 dev eth0.11
		addr add fd00::11/64 dev eth0.11 nodad
		addr add 10.0.0.12/24 dev eth0.12
		addr add fd00::12/64 dev eth0.12 nodad
	END
}

# From one of its devices each VM of that network is reached, and no other.
test_trunk()	# DEVICE LETTER
{
	local vm before i=0

	mapfile -t before < <(for vm in a1 r1 g1; do pings_at $vm; done)
	ip netns exec t1 ping -n -c 1 -W 5 -I "$1" 10.0.0.1
	[[ $1 = eth0 ]] || ip netns exec t1 ping -n -c 1 -W 5 -I "$1" fd00::1
	for vm in a1 r1 g1; do
		[[ $vm != "$2"1 ]] || ((before[i] += $([[ $1 = eth0 ]] && echo 1 || echo 2)))
		is "$(pings_at $vm)" "${before[i++]}" "pings at $vm"
	done
}

# What has another tag is no one's, not the host's either.
test_other_tag()
{
	wire open trunk t1 eth0
	drops_rise 5 h1 vlan_tagged wire send trunk "Ether(src='02:00:00:00:74:01',
		dst='ff:ff:ff:ff:ff:ff')/Dot1Q(vlan=13)/ARP(psrc='10.0.0.30', pdst='10.0.0.1')" 5
	drop_count_is 5 h1 vlan_tagged vif t1
	wire close trunk
}

begin vlan
must set_up
it "VLAN 100" test_reach a
it "VLAN 200, the same MACs and addresses" test_reach r
it "VLAN 7 in VLAN 5 of 802.1ad" test_reach g
it "tags on the wire" test_tags
it "the rest of the port is the host's" test_host
it "and its underlay" test_underlay
it "promiscuous mode is set and restored" test_promiscuous
it "a VLAN is a vif once" test_refusals
must trunk
it "a VM's trunk: VLAN 11" test_trunk eth0.11 a
it "a VM's trunk: VLAN 12" test_trunk eth0.12 r
it "a VM's trunk: untagged" test_trunk eth0 g
it "a VM's trunk: a VLAN that is no vif" test_other_tag
finish
