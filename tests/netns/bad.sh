#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Malformed packets for each decapsulator: 100 of each kind are injected over IPv4 and 100
# over IPv6, and exactly so many are counted under its name and nothing else is.
#
#	     h1                               h2
#	┌──────────────┐           ┌──────────────────────────┐
#	│ blue  p1    u0───────────u0 sends what no hypervisor │
#	└──────────────┘           │ should                   │
#	                           └──────────────────────────┘

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:00:01

set_up()
{
	add_underlay &&
	tunnels | vr_batch h1 &&
	add_port p1 h1 $mac1 network blue mac $mac1 &&
	wire open wire2 h2 u0 &&
	wire define "
HERE, THERE = {4: '192.0.2.1', 6: '2001:db8::1'}, {4: '192.0.2.2', 6: '2001:db8::2'}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
ETHER = bytes.fromhex('$(mac_of h1 u0)'.replace(':', '') + '020000000022')

def address(f, text):
	return socket.inet_pton(FAMILY[f], text)

def pair(f):
	return address(f, THERE[f]) + address(f, HERE[f])

def checksum(data):
	return struct.pack('=H', internet_sum(data))

def ip(f, proto, content, length=None):
	'''An Ethernet frame with the outer IP header; length is what that says of content.'''
	size = len(content) if length is None else length
	if f == 6:
		return (ETHER + b'\\x86\\xdd' + struct.pack('!IHBB', 0x60000000, size, proto, 64) +
			pair(6) + content)
	fixed = struct.pack('!BBHHHBB', 0x45, 0, 20 + size, 0, 0, 64, proto)
	return (ETHER + b'\\x08\\0' + fixed + checksum(fixed + bytes(2) + pair(4)) + pair(4) +
		content)

def udp(f, port, content, length=None, damage=0):
	'''In UDP with a checksum; length is what its header says of content.'''
	size = 8 + (len(content) if length is None else length)
	fixed = struct.pack('!HHH', 5555, port, size)
	pseudo = pair(f) + struct.pack('!II', size, 17)
	covered = (fixed + bytes(2) + content)[:size].ljust(size, b'\\0')
	total = struct.unpack('=H', checksum(pseudo + covered))[0]
	return ip(f, 17, fixed + struct.pack('=H', (total or 0xffff) ^ damage) + content)

def vxlan(f, content, **fields):
	return udp(f, 4789, content, **fields)

def geneve(f, content, **fields):
	return udp(f, 6081, content, **fields)

def mplsoudp(f, content, **fields):
	return udp(f, 6635, content, **fields)

def gre(f, content, **fields):
	return ip(f, 47, content, **fields)

def mplsogre(f, content, **fields):
	return ip(f, 47, b'\\0\\0\\x88\\x47' + content, **fields)

# What h1 would forward: a frame, and the packet in it.
packet = to_bytes(IP(src='10.0.0.22', dst='10.0.0.1')/UDP(sport=7, dport=8)/b'hello')
packet6 = to_bytes(IPv6(src='fd00::22', dst='fd00::1')/UDP(sport=7, dport=8)/b'hello')

def frame(content, proto=b'\\x08\\0', src='020000000022'):
	return bytes.fromhex('$mac1'.replace(':', '') + src) + proto + content

def options(words, i, kind=0):
	'''Geneve options of so many words together, a few or one at a time.'''
	out = b''
	while words:
		n = min(words, 1 + i % 32)
		out += struct.pack('!HBB', i, kind | i % 128, i % 8 << 5 | n - 1) + bytes([i]) * 4 * (n - 1)
		words -= n
	return out

# The headers of packets that are right, for network blue.
V = b'\\x08\\0\\0\\0\\0\\0\\x64\\0'
G = b'\\0\\0\\x65\\x58\\0\\0\\x64\\0'
K = b'\\x20\\0\\x65\\x58\\0\\0\\0\\x64'
L = b'\\0\\x1f\\x41\\x40'
LC = L + bytes(4)

def nested(depth):
	'''A frame with VXLAN to a VM in it, and a frame with VXLAN in that, and so on.'''
	inner = frame(packet)
	for _ in range(depth):
		inner = frame(to_bytes(IP(src='10.0.0.22', dst='10.0.0.1')/
			UDP(sport=7, dport=4789)/(V + inner)))
	return inner
"
}

tunnels()
{
	local type f

	echo "network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 ra off"
	echo "label add 500 network blue"
	for type in geneve gre mplsogre mplsoudp; do
		for f in 4 6; do
			echo "tunnel add $type$f type $type local $(underlay_ip $f 1)"
		done
	done
}

# How often each reason was counted, less what was before: "REASON PACKETS" lines.
new_drops()	# BEFORE
{
	awk 'NR == FNR { before[$1] = $2; next }
		$2 > before[$1] { print $1, $2 - before[$1] }' \
		<(echo "$1") <(drop_table h1)
}

only_drops_are()	# EXPECTED BEFORE
{
	is "$(new_drops "$2")" "$1" "dropped"
}

test_bad()	# EXPRESSION EXPECTED
{
	local before

	before=$(drop_table h1)
	wire send wire2 "$1" 100
	eventually only_drops_are "$2" "$before"
}

# A kind of bad packet: f in the expression is 4 or 6, the family of the underlay.
bad()	# REASON TEXT EXPRESSION
{
	it "$encap: $2" test_bad "$(over "4, 6" "$3")" "$1 200"
}

# An expression for families.
over()	# FAMILIES EXPRESSION
{
	echo "[(lambda f: $2)(f) for f in ($1,)]"
}

# Packets that arrive, whatever they look like, and are not counted as dropped.
good()	# TEXT EXPRESSION
{
	it "$encap: $1" test_good "$(over "4, 6" "$2")"
}

test_good()	# EXPRESSION
{
	local before

	before=$(drop_table h1)
	wire clear
	wire send wire2 "$1" 100
	wire count p1 "True" 200
	is "$(wire count p1 "True")" 200 "packets that arrived"
	only_drops_are "" "$before"
}

# Packets that the host's UDP refuses, and counts.
host_drops()	# TEXT COUNTER EXPRESSION
{
	local f

	for f in 4 6; do
		it "$encap over IPv$f: $1" test_host_drops $f "$2" "$(over $f "$3")"
	done
}

test_host_drops()	# FAMILY COUNTER EXPRESSION
{
	local before drops

	before=$(host_counter "$1" "$2")
	drops=$(drop_table h1)
	wire send wire2 "$3" 100
	eventually host_counter_is $((before + 100)) "$1" "$2"
	only_drops_are "" "$drops"
}

host_counter()	# FAMILY NAME
{
	ip netns exec h1 nstat -asz "Udp${1#4}$2" | awk -v n="Udp${1#4}$2" '$1 == n { print $2 }'
}

host_counter_is()	# NUMBER FAMILY NAME
{
	is "$(host_counter "$2" "$3")" "$1" "UDP's $3"
}

# What all have in common: behind the headers is a frame, or where possible a packet.
bad_frames()	# HEADERS (a Python expression)
{
	local send="$encap(f, $1"

	bad bad_ipv4_header "an IPv4 header that is short at each byte" \
		"$send + frame(packet[:i % 20]))"
	bad bad_ipv4_header "IPv4 of another version" \
		"$send + frame(bytes([0x10 * (5 + i % 11) + 5]) + packet[1:]))"
	bad bad_ipv4_header "an IPv4 header of less than 20 bytes" \
		"$send + frame(bytes([0x40 + i % 5]) + packet[1:]))"
	bad bad_ipv4_header "an IPv4 checksum that is wrong" \
		"$send + frame(edit(packet, 10, bytes([packet[10] ^ (1 + i)]))))"
	bad bad_ipv4_header "an IPv4 length that lies" \
		"$send + frame(to_bytes(IP(src='10.0.0.22', dst='10.0.0.1', len=34 + i)/UDP()/b'hello')))"
	bad bad_ipv6_header "an IPv6 header that is short at each byte" \
		"$send + frame(packet6[:i % 40], b'\\x86\\xdd'))"
	bad bad_ipv6_header "an IPv6 length that lies" \
		"$send + frame(edit(packet6, 4, struct.pack('!H', 14 + i)), b'\\x86\\xdd'))"
	bad bad_ipv6_header "20 extension headers" "$send + frame(edit(packet6, 4,
		struct.pack('!HB', 173, 60))[:40] + (b'\\x3c\\0' + bytes(6)) * 19 +
		b'\\x11\\0' + bytes(6) + packet6[40:], b'\\x86\\xdd'))"
	bad short_header "a header of UDP, TCP, SCTP or ICMP that is short at each byte" \
		"$send + frame(to_bytes(IP(src='10.0.0.22', dst='10.0.0.1', proto=(17, 6, 132, 1)[i % 4])/
		bytes(i // 4 % (8, 20, 12, 8)[i % 4]))))"
	bad vlan_tagged "20 VLAN tags" "$send + frame(b'\\0\\x05\\x81\\0' * 20 + packet, b'\\x81\\0'))"
	bad bad_source_mac "from a multicast address" \
		"$send + frame(packet, src='0300000000%02x' % i))"
	good "20 times VXLAN in VXLAN, for a VM" "$send + nested(20))"
}

bad_packets()	# HEADERS
{
	bad bad_ipv4_header "a packet that is short at each byte" \
		"$encap(f, $1 + packet[:1 + i % 19])"
	bad bad_ipv6_header "an IPv6 packet that is short at each byte" \
		"$encap(f, ${2-$1} + packet6[:1 + i % 39])"
}

bad_udp()	# HEADERS
{
	host_drops "a UDP checksum that is wrong" InCsumErrors \
		"$encap(f, $1 + frame(packet), damage=1 + i)"
	host_drops "a UDP length beyond the packet" InErrors \
		"$encap(f, $1 + frame(packet), length=1000 + i)"
}

begin bad
must set_up

encap=vxlan
bad short_vxlan "short at each byte" "vxlan(f, (V + frame(packet))[:i % 22])"
bad short_vxlan "a UDP length that lies" "vxlan(f, V + frame(packet), length=i % 22)"
bad vxlan_flags "without the I flag" "vxlan(f, bytes([i & 0xf7]) + V[1:] + frame(packet))"
bad unknown_vni "an unknown VNI" "vxlan(f, V[:4] + struct.pack('!I', (101 + i) << 8) + frame(packet))"
bad unknown_vni "VNI 0" "vxlan(f, V[:4] + bytes(4) + frame(packet))"
good "reserved bits" "vxlan(f, bytes([8 | i]) + bytes([i] * 3) + V[4:7] + bytes([i]) + frame(packet))"
bad_udp V
bad_frames V

encap=geneve
bad short_geneve "short at each byte" "geneve(f, (G + frame(packet))[:i % 22])"
bad short_geneve "a UDP length that lies" "geneve(f, G + frame(packet), length=i % 22)"
bad short_geneve "options that are not all there" \
	"geneve(f, bytes([1 + i % 63]) + G[1:] + bytes((i * 7) % (4 * (1 + i % 63))))"
bad short_geneve "options and no frame" "geneve(f, bytes([i % 64]) + G[1:] + bytes(4 * (i % 64) + i % 14))"
bad geneve_version "another version" "geneve(f, bytes([(1 + i % 3) << 6]) + G[1:] + frame(packet))"
bad geneve_control "a control packet" "geneve(f, G[:1] + bytes([0x80 | i % 64]) + G[2:] + frame(packet))"
bad geneve_critical "critical options" "geneve(f, G[:1] + bytes([0x40 | i % 64]) + G[2:] + frame(packet))"
bad geneve_critical "a critical option that the header does not announce" \
	"geneve(f, bytes([1 + i % 63]) + G[1:] + options(i % 63, i) +
	struct.pack('!HBB', i, 0x80 | i % 128, 0) + frame(packet))"
bad short_geneve "options that do not add up" \
	"geneve(f, bytes([1 + i % 31]) + G[1:] + options(i % 31, i) +
	struct.pack('!HBB', i, i % 128, 1 + i % 31) + frame(packet))"
bad tunnel_payload "neither a frame nor IP" \
	"geneve(f, G[:2] + struct.pack('!H', 0x8800 + i % 0x47) + G[4:] + frame(packet))"
bad unknown_vni "an unknown VNI" "geneve(f, G[:4] + struct.pack('!I', (101 + i) << 8) + frame(packet))"
bad unknown_vni "VNI 0" "geneve(f, G[:4] + bytes(4) + frame(packet))"
good "reserved bits, and options that are not critical" \
	"geneve(f, bytes([i % 64, i % 64]) + G[2:7] + bytes([i]) + options(i % 64, i) + frame(packet))"
bad_udp G
bad_frames G
bad_packets "G[:2] + b'\\x08\\0' + G[4:]" "G[:2] + b'\\x86\\xdd' + G[4:]"

encap=gre
bad short_gre "short at each byte" "gre(f, (K + frame(packet))[:i % 22])"
bad short_gre "fields that are not all there" "gre(f, (b'\\xb0\\0\\x65\\x58' + bytes(12))[:i % 16])"
bad gre_flags "another version" "gre(f, K[:1] + bytes([2 + i % 6]) + K[2:] + frame(packet))"
bad gre_flags "reserved bits that count" "gre(f, bytes([(0x60, 0x28, 0x21, 0x22, 0x24, 0x6f)[i % 6]]) +
	K[1:] + frame(packet))"
bad gre_checksum "a checksum that is wrong" "gre(f, b'\\xa0\\0\\x65\\x58' + struct.pack('!HH', 1 + i, 0) +
	K[4:] + frame(packet))"
bad gre_no_key "without a key" "gre(f, b'\\0' + K[1:4] + frame(packet))"
bad tunnel_payload "neither a frame nor IP" \
	"gre(f, K[:2] + struct.pack('!H', 0x8800 + i % 0x47) + K[4:] + frame(packet))"
bad unknown_vni "an unknown key" "gre(f, K[:4] + struct.pack('!I', 101 + (i << 20)) + frame(packet))"
bad unknown_vni "key 0" "gre(f, K[:4] + bytes(4) + frame(packet))"
good "reserved bits that do not count" "gre(f, K[:1] + bytes([(i % 32) << 3]) + K[2:] + frame(packet))"
bad_frames K
bad_packets "K[:2] + b'\\x08\\0' + K[4:]" "K[:2] + b'\\x86\\xdd' + K[4:]"

for encap in mplsoudp mplsogre; do
	bad short_mpls "short at each byte" "$encap(f, (LC + frame(packet))[:(i % 4 if i % 2 else i % 22)])"
	bad mpls_stack "20 labels" "$encap(f, b'\\0\\x1f\\x40\\x40' * 19 + LC + frame(packet))"
	bad mpls_stack "no bottom of the stack" "$encap(f, b'\\0\\x1f\\x40\\x40' + bytes(1 + i))"
	bad ttl_exceeded "TTL 0" "$encap(f, L[:3] + b'\\0' + bytes(4) + frame(packet))"
	bad unknown_label "an unknown label" \
		"$encap(f, struct.pack('!I', (501 + i) << 12 | 0x140) + bytes(4) + frame(packet))"
	bad unknown_label "a reserved label" \
		"$encap(f, struct.pack('!I', (i % 16) << 12 | 0x140) + bytes(4) + frame(packet))"
	bad tunnel_payload "neither a control word nor IP" "$encap(f, L +
		bytes([(1, 2, 3, 5, 7, 8, 9, 15)[i % 8] << 4 | i % 16]) + frame(packet))"
	good "any traffic class, TTL and control word" \
		"$encap(f, L[:2] + bytes([0x41 | (i % 8) << 1, 1 + i]) + bytes([i % 16, i, i, i]) + frame(packet))"
	[[ $encap = mplsogre ]] || bad_udp LC
	bad_frames LC
	bad_packets L
done
finish
