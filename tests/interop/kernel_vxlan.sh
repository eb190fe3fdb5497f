#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vrouter on h1 and the kernel's own vxlan devices on k:
#
#	      h1                              k
#	┌──────────────────┐       ┌────────────────────────┐
#	│ blue (vni 100)   │ 192.0.2.0/24   vx (vni 100)    │
#	│  a1 10.0.0.1     u0─────u0        10.0.0.2        │
#	│     fd00::1      │ 2001:db8::/64  fd00::2         │
#	└──────────────────┘       └────────────────────────┘
#
# The device is made anew for each kind: with a remote of its own, with external
# metadata set by routes, and as the port of a bridge with a VM behind it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/../netns/lib.sh"

a1_mac=02:00:00:00:61:01
k_mac=02:00:00:00:6b:02

set_up()
{
	add_hypervisor h1 && add_namespace k ipv6/conf/all/accept_dad=0 \
		ipv6/conf/default/accept_dad=0 &&
	ip link add u0 netns h1 mtu 9100 type veth peer name u0 netns k mtu 9100 &&
	underlay_address h1 1 && underlay_address k 2 &&
	vr_batch h1 <<-END &&
		tunnel add vx4 type vxlan local 192.0.2.1
		tunnel add vx6 type vxlan local 2001:db8::1
		network add blue vni 100 policy allow mtu 9000 gateway 10.0.0.254/24 gateway fd00::fe/64
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		network set blue flood 90
	END
	add_vm a1 h1 blue $a1_mac 10.0.0.1 fd00::1 &&
	ip -n h1 link set a1 mtu 9000 && ip -n a1 link set eth0 mtu 9000 &&
	remote_vm blue 7 $k_mac 10.0.0.2 fd00::2 | vr_batch h1
}

address()	# FAMILY NUMBER
{
	if [[ $1 = 4 ]]; then
		echo "192.0.2.$2"
	else
		echo "2001:db8::$2"
	fi
}

# Removes what the last kind left, and makes h1 send over the family.
start()	# FAMILY
{
	ip -n k link del vx 2>/dev/null || true
	ip -n k link del switch 2>/dev/null || true
	vr h1 nexthop replace id 7 type tunnel tunnel vx"$1" remote "$(address "$1" 2)"
}

own_addresses()	# DEVICE
{
	ip_batch k <<-END
		link set $1 up mtu 9000
		addr add 10.0.0.2/24 dev $1
		addr add fd00::2/64 dev $1 nodad
	END
}

# Options are those of ip-link(8), such as noudpcsum.
plain_device()	# FAMILY OPTION...
{
	start "$1"
	ip -n k link add vx address $k_mac type vxlan id 100 local "$(address "$1" 2)" \
		remote "$(address "$1" 1)" dstport 4789 "${@:2}"
	own_addresses vx
}

# The device knows no remote and no VNI; the route tells it both, and that it shall fill
# the UDP checksum, without which a tunnel over IPv6 takes nothing.
external_device()	# FAMILY
{
	local encap=ip

	[[ $1 = 4 ]] || encap=ip6
	start "$1"
	ip -n k link add vx address $k_mac type vxlan external dstport 4789
	own_addresses vx
	ip_batch k <<-END
		route replace 10.0.0.1/32 dev vx encap $encap id 100 dst $(address "$1" 1) csum
		route replace fd00::1/128 dev vx encap $encap id 100 dst $(address "$1" 1) csum
		neigh replace 10.0.0.1 lladdr $a1_mac dev vx
		neigh replace fd00::1 lladdr $a1_mac dev vx
	END
}

# A VM behind the kernel's bridge and vxlan, the way of those who have no vrouter.
bridge_device()	# FAMILY
{
	start "$1"
	ip_batch k <<-END
		link add switch type bridge
		link set switch up
		link add vx type vxlan id 100 local $(address "$1" 2) remote $(address "$1" 1) dstport 4789
		link set vx master switch up mtu 9000
		link set b1 master switch up mtu 9000
	END
}

add_bridged_vm()
{
	add_namespace b1 ipv6/conf/default/accept_dad=0 ipv6/conf/all/accept_dad=0 &&
	ip link add b1 netns k type veth peer name eth0 address $k_mac netns b1 &&
	ip -n b1 link set eth0 mtu 9000 &&
	vm_addresses 10.0.0.2 fd00::2 | ip_batch b1
}

pings()	# FROM TO4 TO6
{
	reach "$1" "$2"
	reach "$1" "$3"
	ip netns exec "$1" ping -n -c 1 -W 5 -s 8900 -M "do" "$2"
	ip netns exec "$1" ping -n -c 1 -W 5 -s 8900 -M "do" "$3"
}

fragments()	# FROM TO
{
	ip netns exec "$1" ping -n -c 1 -W 5 -s 20000 "$2"
}

both_ways()	# OTHER
{
	pings a1 10.0.0.2 fd00::2
	pings "$1" 10.0.0.1 fd00::1
	fragments a1 10.0.0.2
	fragments "$1" fd00::1
	wire tcp a1 "$1" 10.0.0.2 5001 1000000
	wire tcp "$1" a1 fd00::1 5002 1000000
}

test_plain()	# FAMILY OPTION...
{
	plain_device "$@"
	both_ways k
}

test_external()	# FAMILY
{
	external_device "$1"
	both_ways k
}

test_bridge()	# FAMILY
{
	bridge_device "$1"
	both_ways b1
	# Who has what b1 knows nothing of is asked across the overlay, and answered.
	ip -n b1 neigh flush all
	reach b1 10.0.0.1
}

# Without segmentation, checksum and receive offloads on every device of the way.
test_offloads_off()	# FAMILY
{
	local where

	plain_device "$1"
	for where in "a1 eth0" "h1 a1" "h1 u0" "k u0" "k vx"; do
		# shellcheck disable=SC2086
		ip netns exec ${where% *} ethtool -K ${where#* } tso off gso off gro off tx off rx off
	done
	both_ways k
	for where in "a1 eth0" "h1 a1" "h1 u0" "k u0"; do
		# shellcheck disable=SC2086
		ip netns exec ${where% *} ethtool -K ${where#* } tso on gso on gro on tx on rx on
	done
}

test_checksum_on()
{
	vr h1 tunnel set vx4 udp-csum on
	plain_device 4 udpcsum
	both_ways k
	vr h1 tunnel set vx4 udp-csum off
}

begin kernel_vxlan
modprobe -a vxlan bridge
must set_up
must add_bridged_vm
it "IPv4 underlay" test_plain 4
it "IPv4 underlay, no UDP checksum from the other side" test_plain 4 noudpcsum
it "IPv4 underlay, UDP checksums" test_checksum_on
it "IPv6 underlay" test_plain 6
it "external device, IPv4 underlay" test_external 4
it "external device, IPv6 underlay" test_external 6
it "bridge, IPv4 underlay" test_bridge 4
it "bridge, IPv6 underlay" test_bridge 6
it "offloads off, IPv4 underlay" test_offloads_off 4
it "offloads off, IPv6 underlay" test_offloads_off 6
finish
