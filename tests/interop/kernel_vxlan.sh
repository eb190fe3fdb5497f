#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own vxlan devices, see peer.sh: made anew for each kind, with a remote of
# its own, with external metadata set by routes, and as the port of a bridge.

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

device_type()	# FAMILY
{
	echo "type vxlan id 100 local $(underlay_ip "$1" 2) remote $(underlay_ip "$1" 1) dstport 4789"
}

external_type()
{
	echo "type vxlan external dstport 4789"
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
