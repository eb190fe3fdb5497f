#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What TCP connections are told of the segments that fit:
#
#	         h1                                h2
#	┌──────────────────┐             ┌────────────────────┐
#	│ blue  p1 p3 a1   u0───────────u0  blue  p2  a2      │
#	└──────────────────┘  MTU 1500   └────────────────────┘
#
# p1, p2 and p3 say nothing by themselves; a1 and a2 are VMs that hear no ICMP errors.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

set_up()
{
	add_underlay || return 1
	hypervisor 1 2 1 2 && hypervisor 2 1 2 1 &&
	add_port p1 h1 "$(mac 1)" network blue mac "$(mac 1)" &&
	add_port p2 h2 "$(mac 2)" network blue mac "$(mac 2)" &&
	add_port p3 h1 "$(mac 3)" network blue mac "$(mac 3)" &&
	add_vm a1 h1 blue "$(mac 5)" 10.0.0.5 fd00::5 &&
	add_vm a2 h2 blue "$(mac 6)" 10.0.0.6 fd00::6 &&
	wire define "
class Syn:
	'''A SYN for p2, or for the MAC address to, with the maximum segment size mss.'''

	def __init__(self, family=4, to='$(mac 2)', flags='S', before=(), after=(), extension=None,
		     **fields):
		self.family, self.to, self.flags = family, to, flags
		self.before, self.after = list(before), list(after)
		self.extension, self.fields = extension, fields

	def __call__(self, mss):
		p = Ether(src='$(mac 1)', dst=self.to)
		if self.family == 4:
			p /= IP(src='10.0.0.1', dst='10.0.0.2')
		else:
			p /= IPv6(src='fd00::1', dst='fd00::2')
		if self.extension:
			p /= self.extension
		options = self.before + ([('MSS', mss)] if mss else []) + self.after
		return to_bytes(p/TCP(sport=5, dport=6, flags=self.flags, options=options,
				      **self.fields))
"
}

hypervisor()	# NUMBER REMOTE OWN-PORT REMOTE-PORT
{
	vr_batch h$1 <<-END
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$2
		$(remote_vm blue 7 "$(mac "$4")" 10.0.0."$4" fd00::"$4")
		$(remote_vm blue 7 "$(mac $(($4 + 4)))" 10.0.0.$(($4 + 4)) fd00::$(($4 + 4)))
	END
}

# What p1 sends comes to a port as said, to the last byte.
becomes()	# FRAME EXPECTED [PORT]
{
	wire clear
	wire send p1 "$1"
	wire get "${3-p2}" "raw == $2"
}

clamp()	# on|off
{
	vr h1 network set blue mss-clamp "$1"
	vr h2 network set blue mss-clamp "$1"
}

test_off()
{
	becomes "Syn()(1460)" "Syn()(1460)"
	becomes "Syn(6)(1440)" "Syn(6)(1440)"
}

# Over VXLAN over IPv4 there is room for 1,450 bytes.
test_tunnel()
{
	becomes "Syn()(1460)" "Syn()(1410)"
	becomes "Syn()(65535)" "Syn()(1410)"
	becomes "Syn(flags='SA')(1460)" "Syn(flags='SA')(1410)"
	becomes "Syn(6)(1440)" "Syn(6)(1390)"
	becomes "Syn(6, flags='SA')(1440)" "Syn(6, flags='SA')(1390)"
	becomes "Syn(6, extension=IPv6ExtHdrDestOpt())(1440)" \
		"Syn(6, extension=IPv6ExtHdrDestOpt())(1390)"
}

# Its place among the options, even or odd, and the others stay.
test_places()
{
	local before after="[('SAckOK', b''), ('Timestamp', (1, 2)), ('WScale', 7)]"

	for before in "" "('NOP', None)," "('NOP', None), ('NOP', None)," "('WScale', 7)," \
		"('SAckOK', b''),"; do
		becomes "Syn(before=[$before], after=$after)(1460)" \
			"Syn(before=[$before], after=$after)(1410)"
		becomes "Syn(6, before=[$before], after=$after)(1440)" \
			"Syn(6, before=[$before], after=$after)(1390)"
	done
}

test_stays()	# FRAME
{
	becomes "$1" "$1"
}

# Of two, some receivers take the first one and others the last one.
test_two()
{
	becomes "Syn(before=[('MSS', 1460), ('NOP', None)])(1440)" \
		"Syn(before=[('MSS', 1410), ('NOP', None)])(1410)"
	becomes "Syn(before=[('MSS', 1400)])(1460)" "Syn(before=[('MSS', 1400)])(1410)"
}

# A vif with less room than the packet's way to it.
test_vif()
{
	local to_p3

	to_p3="to='$(mac 3)'"
	becomes "Syn($to_p3)(1460)" "Syn($to_p3)(1460)" p3
	vr h1 vif set p3 mtu 1300
	becomes "Syn($to_p3)(1460)" "Syn($to_p3)(1260)" p3
	becomes "Syn(6, $to_p3)(1440)" "Syn(6, $to_p3)(1240)" p3
	vr h1 vif set p3 mtu 0
	vr h1 network set blue mtu 1400
	becomes "Syn($to_p3)(1460)" "Syn($to_p3)(1360)" p3
	becomes "Syn()(1460)" "Syn()(1360)"
	vr h1 network set blue mtu 1500
}

# From the overlay for a vif: by the same rules.
test_from_overlay()
{
	vr h1 network set blue mss-clamp off
	vr h2 vif set p2 mtu 1400
	becomes "Syn()(1460)" "Syn()(1360)"
	vr h2 vif set p2 mtu 0
	vr h1 network set blue mss-clamp on
}

deaf()	# VM
{
	ip netns exec "$1" nft -f - <<-END
		table inet deaf {
			chain input {
				type filter hook input priority 0;
				icmp type destination-unreachable drop
				icmpv6 type packet-too-big drop
			}
		}
	END
}

# VMs that never learn of the path's MTU, both with 1,500 bytes.
test_connections()
{
	deaf a1
	deaf a2
	wire tcp a1 a2 10.0.0.6 5001 300000
	wire tcp a1 a2 fd00::6 5001 300000
	drop_count_is 0 h1 too_big
	drop_count_is 0 h2 too_big
}

begin mss
must set_up
it "off by default" test_off
must clamp on
it "through a tunnel" test_tunnel
it "in any place" test_places
it "two of them" test_two
it "a smaller one stays" test_stays "Syn()(1409)"
it "one that fits exactly stays" test_stays "Syn(6)(1390)"
it "none is added" test_stays "Syn()(0)"
it "no SYN" test_stays "Syn(flags='A')(1460)"
it "behind the end of the options" test_stays "Syn(before=[('EOL', None)])(1460)"
it "an option of length 0" test_stays "Syn(before=[(99, b'')])(1460).replace(b'c\\x02', b'c\\0')"
it "an option of length 1" test_stays "Syn(before=[(99, b'')])(1460).replace(b'c\\x02', b'c\\x01')"
it "an option beyond the header" test_stays \
	"Syn(before=[(99, b'')])(1460).replace(b'c\\x02', b'c\\x29')"
it "an MSS of another length" test_stays "Syn(after=[(2, b'abc')])(0)"
it "a header that is too short" test_stays "Syn(dataofs=4)(1460)"
it "a header beyond the packet" test_stays "Syn(dataofs=15)(1460)"
it "a fragment" test_stays "to_bytes(Ether(src='$(mac 1)', dst='$(mac 2)')/IP(src='10.0.0.1',
	dst='10.0.0.2', flags='MF')/Syn()(1460)[34:])"
it "another protocol" test_stays "to_bytes(Ether(src='$(mac 1)', dst='$(mac 2)')/IP(src='10.0.0.1',
	dst='10.0.0.2', proto=253)/Syn()(1460)[34:])"
it "to a vif, and by the network's MTU" test_vif
it "from the overlay" test_from_overlay
it "connections of VMs that hear no ICMP" test_connections
finish
