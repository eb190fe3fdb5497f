# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A hypervisor with a tunnel of every type over IPv4 and IPv6, and Scapy at both ends:
#
#	    h1                        s
#	┌────────────┐         ┌────────────┐
#	│ blue  a1  u0─────────u0  "wire"   │
#	└────────────┘         └────────────┘
#
# a1 and s have no IP stack of their own in this. What h1 sends to s goes by next hop 7.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

a1_mac=02:00:00:00:61:01
far_mac=02:00:00:00:73:02
s_mac=02:00:00:00:ff:02

# Every cell of the matrix: "TYPE FAMILY PAYLOAD" lines.
cells()
{
	local type f

	for type in vxlan geneve gre mplsogre mplsoudp; do
		for f in 4 6; do
			echo "$type $f l2"
			[[ $type = vxlan ]] || echo "$type $f l3"
		done
	done
}

cell_name()	# TYPE FAMILY PAYLOAD
{
	echo "$1 over IPv$2, $3"
}

configuration()
{
	local type f

	cat <<-END
		network add blue vni 1193046 key 305419896 policy allow ra off gateway 10.0.0.254/24 gateway fd00::fe/64
		label add 500 network blue
		nexthop add id 7 type blackhole
		fdb add $far_mac network blue nexthop 7
		route add 10.2.0.0/16 network blue nexthop 7
		route add fd00:2::/32 network blue nexthop 7
	END
	for type in vxlan geneve gre mplsogre mplsoudp; do
		for f in 4 6; do
			echo "tunnel add $type$f type $type local $(underlay_ip $f 1)"
		done
	done
}

set_up()
{
	add_hypervisor h1 && add_namespace s &&
	ip link add u0 netns h1 type veth peer name u0 netns s &&
	underlay_address h1 1 &&
	wire sysctl s ipv6/conf/u0/disable_ipv6=1 && ip -n s link set u0 up mtu 1600 &&
	ip -n h1 link set u0 mtu 1600 && ip netns exec h1 ethtool -K u0 tx off &&
	ip_batch h1 <<-END &&
		neigh replace 192.0.2.2 lladdr $s_mac dev u0
		neigh replace 2001:db8::2 lladdr $s_mac dev u0
	END
	configuration | vr_batch h1 &&
	add_port a1 h1 $a1_mac network blue mac $a1_mac address 10.0.0.1 address fd00::1 &&
	wire open s s u0 && define
}

define()
{
	wire define "
from scapy.contrib.geneve import GENEVE
from scapy.contrib.mpls import MPLS, EoMCW

A1, FAR, ROUTER, S, H1 = '$a1_mac', '$far_mac', '$gateway_mac', '$s_mac', '$(mac_of h1 u0)'
VNI, KEY = 1193046, 305419896

def ip(family, tos=0, mark=b'', ttl=64, src='1', dst='2', net=''):
	'''An IP packet; mark is its content.'''
	if family == 4:
		p = IP(src='10.0.0.' + src, dst='10.%s.0.%s' % (net or '0', dst), tos=tos, ttl=ttl)
	else:
		p = IPv6(src='fd00::' + src, dst='fd00:%s:%s' % (net and net + ':', dst), tc=tos, hlim=ttl)
	return p/UDP(sport=1000, dport=9)/Raw(mark or b'abcdefgh' * 4)

def sent(payload, family, **fields):
	'''What a1 sends: a frame to someone far away, or a packet for a far subnet.'''
	if payload == 'l2':
		return Ether(src=A1, dst=FAR)/ip(family, **fields)
	return Ether(src=A1, dst=ROUTER)/ip(family, net='2', **fields)

def inside(payload, family, **fields):
	'''What the tunnel has of it.'''
	if payload == 'l2':
		return sent(payload, family, **fields)
	return ip(family, net='2', ttl=63, **fields)

def back(payload, family, **fields):
	'''What comes out of the tunnel, for a1.'''
	p = ip(family, src='2', dst='1', **fields)
	return Ether(src=FAR, dst=A1)/p if payload == 'l2' else p

def arrived(payload, family, **fields):
	'''What a1 has of it.'''
	if payload == 'l2':
		return back(payload, family, **fields)
	return Ether(src=ROUTER, dst=A1)/ip(family, src='2', dst='1', ttl=63, **fields)

def shim(type, inner, label=500, cos=0, ttl=64):
	'''What is between the outer IP header and a frame or packet.'''
	proto = {Ether: 0x6558, IP: 0x800, IPv6: 0x86dd}[inner.__class__]
	if type == 'vxlan':
		return UDP(sport=50000, dport=4789)/VXLAN(flags=8, vni=VNI)/inner
	if type == 'geneve':
		return UDP(sport=50000, dport=6081)/GENEVE(vni=VNI, proto=proto)/inner
	if type == 'gre':
		return GRE(key_present=1, key=KEY, proto=proto)/inner
	mpls = MPLS(label=label, cos=cos, s=1, ttl=ttl)
	mpls = mpls/EoMCW()/inner if proto == 0x6558 else mpls/inner
	return UDP(sport=50000, dport=6635)/mpls if type == 'mplsoudp' else GRE(proto=0x8847)/mpls

def outer(type, f, inner, tos=0, src=2, dst=1, ttl=64, **fields):
	'''A whole packet in the underlay.'''
	ends = {'src': ('192.0.2.%d' if f == 4 else '2001:db8::%d') % src,
		'dst': ('192.0.2.%d' if f == 4 else '2001:db8::%d') % dst}
	header = IP(tos=tos, ttl=ttl, **ends) if f == 4 else IPv6(tc=tos, hlim=ttl, **ends)
	return Ether(src=S if src == 2 else H1, dst=H1 if src == 2 else S)/header/shim(
		type, inner, **fields)

def tos(raw):
	'''Of the IP header behind the first Ethernet header.'''
	return raw[15] if raw[14] >> 4 == 4 else (raw[14] & 15) << 4 | raw[15] >> 4

def ttl(raw):
	return raw[22] if raw[14] >> 4 == 4 else raw[21]

def mark(raw):
	return raw[raw.rindex(b'<') + 1:raw.rindex(b'>')].decode()
"
}

# From here on h1 sends to s through this.
over()	# TYPE FAMILY PAYLOAD
{
	local label=()

	[[ $1 != mpls* ]] || label=(label 600)
	vr h1 nexthop replace id 7 type tunnel tunnel "$1$2" remote "$(underlay_ip "$2" 2)" \
		"${label[@]}" payload "$3"
	wire clear
}
