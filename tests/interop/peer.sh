# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# vrouter on h1 and another implementation of tunnels on k, which has an address of its
# own in the network, or a bridge with a VM behind it:
#
#	      h1                              k
#	┌──────────────────┐       ┌────────────────────────┐
#	│ blue (vni 100)   │ 192.0.2.0/24   vx (vni 100)    │
#	│  a1 10.0.0.1     u0─────u0        10.0.0.2        │
#	│     fd00::1      │ 2001:db8::/64  fd00::2         │
#	└──────────────────┘       └────────────────────────┘
#
# The kernel's own devices are tested alike: a file for them says by device_type and, for
# test_external, by external_type what ip-link(8) is to be told of vx.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../netns/lib.sh"

a1_mac=02:00:00:00:61:01
k_mac=02:00:00:00:6b:02
type=	# of the tunnels in use, whose names are made of type and family: vxlan4, vxlan6

set_up()	# TYPE (of tunnel)
{
	type=$1
	add_hypervisor h1 && add_namespace k ipv6/conf/all/accept_dad=0 \
		ipv6/conf/default/accept_dad=0 &&
	ip link add u0 netns h1 mtu 9100 type veth peer name u0 netns k mtu 9100 &&
	underlay_address h1 1 && underlay_address k 2 && add_tunnels "$type" &&
	vr_batch h1 <<-END &&
		network add blue vni 100 policy allow mtu 9000 gateway 10.0.0.254/24 gateway fd00::fe/64
		nexthop add id 7 type tunnel tunnel ${type}4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		network set blue flood 90
	END
	add_vm a1 h1 blue $a1_mac 10.0.0.1 fd00::1 &&
	ip -n h1 link set a1 mtu 9000 && ip -n a1 link set eth0 mtu 9000 &&
	remote_vm blue 7 $k_mac 10.0.0.2 fd00::2 | vr_batch h1
}

add_tunnels()	# TYPE
{
	vr_batch h1 <<-END
		tunnel add ${1}4 type $1 local 192.0.2.1
		tunnel add ${1}6 type $1 local 2001:db8::1
	END
}

# Removes what the last kind left, and makes h1 send over the family.
start()	# FAMILY
{
	ip -n k link del vx 2>/dev/null || true
	ip -n k link del switch 2>/dev/null || true
	vr h1 nexthop replace id 7 type tunnel tunnel "$type$1" remote "$(underlay_ip "$1" 2)"
}

own_addresses()	# DEVICE
{
	ip_batch k <<-END
		link set $1 up mtu 9000
		addr add 10.0.0.2/24 dev $1
		addr add fd00::2/64 dev $1 nodad
	END
}

# A device that has a remote of its own.
plain_device()	# FAMILY OPTION...
{
	start "$1"
	ip_batch k <<<"link add vx address $k_mac $(device_type "$1") ${*:2}"
	own_addresses vx
}

# The device knows no remote and no VNI; the route tells it both, and that it shall fill
# the UDP checksum, without which a tunnel over IPv6 takes nothing.
external_device()	# FAMILY OPTION...
{
	local encap=ip words

	[[ $1 = 4 ]] || encap=ip6
	words="dev vx encap $encap id 100 dst $(underlay_ip "$1" 1) csum ${*:2}"
	start "$1"
	ip_batch k <<<"link add vx address $k_mac $(external_type)"
	own_addresses vx
	ip_batch k <<-END
		route replace 10.0.0.1/32 $words
		route replace fd00::1/128 $words
		neigh replace 10.0.0.1 lladdr $a1_mac dev vx
		neigh replace fd00::1 lladdr $a1_mac dev vx
	END
}

# A VM behind the kernel's bridge and tunnel, the way of those who have no vrouter.
bridge_device()	# FAMILY
{
	start "$1"
	ip_batch k <<-END
		link add switch type bridge
		link set switch up
		link add vx $(device_type "$1")
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

# A machine behind k, in another subnet: k routes to it in a VRF, red.
add_customer()
{
	add_namespace c1 ipv6/conf/default/accept_dad=0 ipv6/conf/all/accept_dad=0 &&
	ip link add c1 netns k mtu 9000 type veth peer name eth0 mtu 9000 netns c1 &&
	vm_addresses 10.0.1.2 fd00:1::2 | ip_batch c1 &&
	wire sysctl k ipv4/ip_forward=1 ipv6/conf/all/forwarding=1 &&
	ip_batch k <<-END
		link add red type vrf table 10
		link set red up
		link set c1 master red up
		addr add 10.0.1.254/24 dev c1
		addr add fd00:1::fe/64 dev c1 nodad
	END
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

both_ways()	# OTHER [ADDRESS4 ADDRESS6]
{
	local far4=${2-10.0.0.2} far6=${3-fd00::2}

	pings a1 "$far4" "$far6"
	pings "$1" 10.0.0.1 fd00::1
	fragments a1 "$far4"
	fragments "$1" fd00::1
	wire tcp a1 "$1" "$far4" 5001 1000000
	wire tcp "$1" a1 fd00::1 5002 1000000
}

offloads()	# on|off: of all devices of the way but k's tunnel
{
	local where

	for where in "a1 eth0" "h1 a1" "h1 u0" "k u0"; do
		ip netns exec "${where% *}" ethtool -K "${where#* }" tso "$1" gso "$1" gro "$1" \
			tx "$1" rx "$1"
	done
}

test_plain()	# FAMILY OPTION...
{
	plain_device "$@"
	both_ways k
}

test_external()	# FAMILY OPTION...
{
	external_device "$@"
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
	plain_device "$1"
	offloads off
	ip netns exec k ethtool -K vx tso off gso off gro off tx off rx off
	both_ways k
	offloads on
}

test_checksum_on()
{
	vr h1 tunnel set "$type"4 udp-csum on
	plain_device 4 udpcsum
	both_ways k
	vr h1 tunnel set "$type"4 udp-csum off
}

# Runs a command and wants a counter of drops to rise: k may say more than it is told to.
drops_grow()	# HYPERVISOR REASON COMMAND ARG...
{
	local hypervisor=$1 reason=$2 before

	shift 2
	before=$(drop_count "$hypervisor" "$reason")
	"$@"
	eventually dropped_more "$hypervisor" "$reason" "$before"
}

dropped_more()	# HYPERVISOR REASON THAN
{
	(($(drop_count "$1" "$2") > $3))
}
