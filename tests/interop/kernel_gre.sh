#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own gretap and ip6gretap devices, see peer.sh; and on h1 itself ip_gre at
# another address, which has its packets as if vrouter were not there.

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

kind()	# FAMILY
{
	if [[ $1 = 4 ]]; then
		echo gretap
	else
		echo ip6gretap
	fi
}

device_type()	# FAMILY
{
	echo "type $(kind "$1") local $(underlay_ip "$1" 2) remote $(underlay_ip "$1" 1) key 100"
}

# Another key is another network's, none is no one's.
test_keys()
{
	plain_device 4
	ip -n k neigh replace 10.0.0.1 lladdr $a1_mac dev vx
	vr h1 network set blue vni 101
	drops_grow h1 unknown_vni fails ip netns exec k ping -n -c 1 -W 1 10.0.0.1
	vr h1 network set blue vni 100
	reach k 10.0.0.1
	ip -n k link del vx
	ip -n k link add vx address $k_mac type gretap local 192.0.2.2 remote 192.0.2.1
	own_addresses vx
	ip -n k neigh replace 10.0.0.1 lladdr $a1_mac dev vx
	drops_grow h1 gre_no_key fails ip netns exec k ping -n -c 1 -W 1 10.0.0.1
}

# IP packets without an Ethernet header, with the kernel's devices of layer 3.
test_layer3()	# FAMILY
{
	local kind=gre

	[[ $1 = 4 ]] || kind=ip6gre
	start "$1"
	ip_batch k <<-END
		link add vx type $kind local $(underlay_ip "$1" 2) remote $(underlay_ip "$1" 1) key 100
		link set vx up mtu 9000
		addr add 10.2.0.2/32 dev vx
		addr add fd02::2/128 dev vx nodad
		route add 10.0.0.1/32 dev vx src 10.2.0.2
		route add fd00::1/128 dev vx src fd02::2
	END
	vr_batch h1 <<-END
		nexthop add id 8 type tunnel tunnel gre$1 remote $(underlay_ip "$1" 2) payload l3
		route add 10.2.0.2/32 network blue nexthop 8
		route add fd02::2/128 network blue nexthop 8
	END
	pings a1 10.2.0.2 fd02::2
	pings k 10.0.0.1 fd00::1
	wire tcp a1 k 10.2.0.2 5001 1000000
	wire tcp k a1 fd00::1 5002 1000000
	vr_batch h1 <<-END
		route del 10.2.0.2/32 network blue
		route del fd02::2/128 network blue
		nexthop del 8
	END
}

# Tunnels that vrouter has no part in.
own_tunnels()	# NAMESPACE NUMBER REMOTE INNER (the last number of each address)
{
	ip_batch "$1" <<-END
		link add own4 type gre local $(underlay_ip 4 "$2") remote $(underlay_ip 4 "$3") key 7
		link add own6 type ip6gre local $(underlay_ip 6 "$2") remote $(underlay_ip 6 "$3") key 7
		link set own4 up
		link set own6 up
		addr add 10.77.4.$4/30 dev own4
		addr add 10.77.6.$4/30 dev own6
	END
}

# h1's own tunnels, on addresses that vrouter has not.
test_coexistence()
{
	plain_device 4
	ip_batch h1 <<-END
		addr add 192.0.2.11/24 dev u0
		addr add 2001:db8::11/64 dev u0 nodad
	END
	own_tunnels h1 11 2 1
	own_tunnels k 2 11 2
	reach h1 10.77.4.2
	reach k 10.77.4.1
	reach h1 10.77.6.2
	reach k 10.77.6.1
	both_ways k
	# vrouter lets go of its address: it is the host's as any other
	vr h1 nexthop replace id 7 type tunnel tunnel gre6 remote 2001:db8::2
	vr h1 tunnel del gre4
	ip -n k link del vx
	ip -n h1 link add host type gretap local 192.0.2.1 remote 192.0.2.2 key 100
	ip -n h1 link set host up
	ip -n h1 addr add 10.78.0.1/30 dev host
	ip -n k link add vx type gretap local 192.0.2.2 remote 192.0.2.1 key 100
	ip -n k link set vx up
	ip -n k addr add 10.78.0.2/30 dev vx
	reach h1 10.78.0.2
	ip_batch h1 <<-END
		link del host
		link del own4
		link del own6
	END
	vr h1 tunnel add gre4 type gre local 192.0.2.1
}

begin kernel_gre
modprobe -a ip_gre ip6_gre bridge
must set_up gre
must add_bridged_vm
it "IPv4 underlay" test_plain 4
it "IPv4 underlay, checksums and sequence numbers from the other side" test_plain 4 ocsum oseq
it "IPv6 underlay" test_plain 6 encaplimit none
it "IPv6 underlay, with a destination option" test_plain 6
it "IPv6 underlay, checksums from the other side" test_plain 6 ocsum encaplimit none
it "bridge, IPv4 underlay" test_bridge 4
it "bridge, IPv6 underlay" test_bridge 6
it "offloads off, IPv4 underlay" test_offloads_off 4
it "offloads off, IPv6 underlay" test_offloads_off 6
it "keys" test_keys
it "layer 3 inside, IPv4 underlay" test_layer3 4
it "layer 3 inside, IPv6 underlay" test_layer3 6
it "the host's own GRE" test_coexistence
finish
