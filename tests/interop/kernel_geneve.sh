#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own geneve devices, see peer.sh: with a remote of its own, with external
# metadata, options among it, and as the port of a bridge.

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

device_type()	# FAMILY
{
	echo "type geneve id 100 remote $(underlay_ip "$1" 1)"
}

external_type()
{
	echo "type geneve external"
}

# Options that may be skipped are; 12 bytes of them here. One that may not cannot be tried:
# the kernel never sets the header's C bit for what a route says.
test_options()	# FAMILY
{
	test_external "$1" geneve_opts 258:127:0011223344556677
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
