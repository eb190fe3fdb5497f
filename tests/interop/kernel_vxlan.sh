#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own vxlan devices, see peer.sh: made anew for each kind, with a remote of
# its own, with external metadata set by routes, and as the port of a bridge.

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

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
	plain_device "$1"
	offloads off
	ip netns exec k ethtool -K vx tso off gso off gro off tx off rx off
	both_ways k
	offloads on
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
must set_up vxlan
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
