#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own geneve devices, see peer.sh: with a remote of its own, with external
# metadata, options among it, and as the port of a bridge.

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

plain_device()	# FAMILY OPTION...
{
	start "$1"
	ip -n k link add vx address $k_mac type geneve id 100 remote "$(address "$1" 1)" "${@:2}"
	own_addresses vx
}

# The route tells it remote, VNI and options.
external_device()	# FAMILY OPTIONS
{
	local encap=ip

	[[ $1 = 4 ]] || encap=ip6
	start "$1"
	ip -n k link add vx address $k_mac type geneve external
	own_addresses vx
	ip_batch k <<-END
		route replace 10.0.0.1/32 dev vx encap $encap id 100 dst $(address "$1" 1) csum $2
		route replace fd00::1/128 dev vx encap $encap id 100 dst $(address "$1" 1) csum $2
		neigh replace 10.0.0.1 lladdr $a1_mac dev vx
		neigh replace fd00::1 lladdr $a1_mac dev vx
	END
}

test_plain()	# FAMILY OPTION...
{
	plain_device "$@"
	both_ways k
}

test_external()	# FAMILY
{
	external_device "$1" ""
	both_ways k
}

# Options that may be skipped are; 12 bytes of them here. One that may not cannot be tried:
# the kernel never sets the header's C bit for what a route says.
test_options()	# FAMILY
{
	external_device "$1" "geneve_opts 258:127:0011223344556677"
	both_ways k
}

test_bridge()	# FAMILY
{
	start "$1"
	ip_batch k <<-END
		link add switch type bridge
		link set switch up
		link add vx type geneve id 100 remote $(address "$1" 1)
		link set vx master switch up mtu 9000
		link set b1 master switch up mtu 9000
	END
	both_ways b1
}

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

begin kernel_geneve
modprobe -a geneve bridge
must set_up geneve
must add_bridged_vm
it "IPv4 underlay" test_plain 4
it "IPv4 underlay, UDP checksums" test_checksum_on
it "IPv6 underlay" test_plain 6
it "external device, IPv4 underlay" test_external 4
it "external device, IPv6 underlay" test_external 6
it "options, IPv4 underlay" test_options 4
it "options, IPv6 underlay" test_options 6
it "bridge, IPv4 underlay" test_bridge 4
it "bridge, IPv6 underlay" test_bridge 6
it "offloads off, IPv4 underlay" test_offloads_off 4
it "offloads off, IPv6 underlay" test_offloads_off 6
finish
