#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# VMs that attack the hypervisor and each other by what they ask of the host: offloads, fragments
# and frames for everyone. Each test says what must not happen.
#
#	              h1                                h2
#	┌───────────────────────────────┐       ┌───────────────┐
#	│ blue  t1 .4  p1 .1  p2 .2     u0─────u0 is captured   │
#	│ red          r1 .3            │       │               │
#	└───────────────────────────────┘       └───────────────┘
#
# t1 is a tap with virtio-net headers, and the attacker; no VM says anything by itself. blue and
# red are routed to each other, and p2 has an address in another subnet of blue, too.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

set_up()
{
	add_underlay || return 1
	vr_batch h1 <<-END || return 1
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 gateway fd01::fe/64 ra off
		network add red vni 200 policy allow gateway fd02::fe/64 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		nexthop add id 91 type network network red
		nexthop add id 92 type network network blue
		network set blue flood 90
		route add fd02::/64 network blue nexthop 91
		route add fd00::/64 network red nexthop 92
		sg add closed
		sg rule add closed ingress deny
		sg rule add closed egress deny
		sg add open
		sg rule add open ingress allow
		sg rule add open egress allow
		sg add narrow
		sg rule add narrow egress dccp dport 5001 stateless allow
		sg rule add narrow egress sctp dport 5001 stateless allow
		sg rule add narrow egress udp dport 5001 stateless allow
		sg rule add narrow egress stateless deny
		policer add shared pps 100 packet-burst 10
	END
	add_port p1 h1 "$(mac 1)" network blue mac "$(mac 1)" address 10.0.0.1 address fd00::1 &&
	add_port p2 h1 "$(mac 2)" network blue mac "$(mac 2)" address 10.0.0.2 address fd00::2 \
		address fd01::2 &&
	add_port r1 h1 "$(mac 3)" network red mac "$(mac 3)" address fd02::3 &&
	wire tap t1 h1 t1 vnet &&
	vr h1 vif add t1 dev t1 network blue mac "$(mac 4)" address 10.0.0.4 address fd00::4 &&
	wire open wire2 h2 u0 &&
	features_off &&
	wire define "
GW = '$gateway_mac'
ALL = 'ff:ff:ff:ff:ff:ff'
A, B = '$(mac 4)', '$(mac 2)'

def frame4(dst='10.0.0.2', dmac=B, **more):
	return Ether(src=A, dst=dmac)/IP(src='10.0.0.4', dst=dst, **more)

def advertisement(src, target, dst, dmac, options, smac=A, hlim=255):
	return (Ether(src=smac, dst=dmac)/IPv6(src=src, dst=dst, hlim=hlim)/
		ICMPv6ND_NA(tgt=target, R=0, S=0, O=1)/options)

def folded(data):
	return 0xffff - struct.unpack('!H', struct.pack('=H', internet_sum(data)))[0]

def word_that_makes(want, data):
	'''Two bytes behind data with which the checksum of all is want.'''
	return struct.pack('!H', (0xffff - want - folded(data)) % 0xffff)

def rewritten(p, begin, at, want):
	'''A frame whose checksum, asked for from begin on, puts want at that place of it.'''
	data = to_bytes(p)[:-2]
	return virtio(data + word_that_makes(want, data[begin:]), flags=1, start=begin,
		offset=at - begin)

def pseudo6(data):
	'''What the checksum of an ICMPv6 message begins with.'''
	return struct.pack('!H', folded(data[22:54] + struct.pack('!II', len(data) - 54, 58)))

def ufo(size, count=65000, dmac=ALL, dst='10.0.0.255', gso=3):
	p = frame4(dst, dmac)/UDP(sport=1, dport=9)/bytes(count)
	return virtio(p, flags=1, gso=gso, hdr_len=42, gso_size=size, start=34, offset=6)

def tcp(size, count=60000, dmac=B, dst='10.0.0.2'):
	p = frame4(dst, dmac)/TCP(sport=1, dport=9, flags='A')/bytes(count)
	return virtio(p, flags=1, gso=1, hdr_len=54, gso_size=size, start=34, offset=16)

def part6(begin, data, more, before=b'', id=7):
	'''A fragment of IPv6, with extension headers before the fragment header.'''
	first = 60 if before else 44
	ip = struct.pack('!IHBB', 0x60000000, len(before) + 8 + len(data), first, 64)
	return (bytes.fromhex((B + A).replace(':', '')) + b'\\x86\\xdd' + ip +
		socket.inet_pton(socket.AF_INET6, 'fd00::4') +
		socket.inet_pton(socket.AF_INET6, 'fd00::2') + before +
		struct.pack('!BBHI', 17, 0, begin | more, id) + data)

def udp_of(size):
	return struct.pack('!HHHH', 1000, 2000, size, 0)
"
}

# Checksums are filled in by the module or not at all.
features_off()
{
	local d

	for d in u0 p1 p2 r1; do
		ip netns exec h1 ethtool -K $d tx off gso off tso off || return 1
	done
}

with_groups()	# SG VIF...
{
	local v

	for v in "${@:2}"; do
		vr h1 vif set "$v" sg "$1" || return 1
	done
}

jumbo()
{
	ip -n h1 link set p2 mtu 65535 && ip -n p2 link set eth0 mtu 65535
}

test_fragments_end()
{
	trap "vr h1 vif set t1 sg none; vr h1 vif set p2 sg none" EXIT
	with_groups open t1 p2
	jumbo
	wire clear
	drops_rise 2 h1 too_big wire send t1 "[part6(0, udp_of(65521) + bytes(65512), 1),
		part6(65520, bytes(1), 0)]"
	is "$(wire count p2 "raw[12:14] == b'\\x86\\xdd'")" 0 "fragments at p2"
	# the largest that fit arrive as they were sent
	wire send t1 "[part6(0, udp_of(65520) + bytes(65472), 1, id=8), part6(65480, bytes(40), 0, id=8)]"
	is "$(wire count p2 "raw[12:14] == b'\\x86\\xdd'" 2)" 2 "fragments at p2"
}

test_fragments_multiply()
{
	local before

	trap "vr h1 vif set t1 sg none; vr h1 vif set p2 sg none" EXIT
	with_groups open t1 p2
	jumbo
	wire clear
	wire define "
options = b'\\x2c' + bytes([255]) + bytes(2046)
many = [part6(0, udp_of(8 + 20 * 2056), 1, options)] + [part6(8 + i * 2056, bytes(2056), int(i < 19))
	for i in range(20)]"
	before=$(drop_count h1 frag_bad)
	wire send t1 many
	eventually drop_count_is $((before + 21)) h1 frag_bad
	is "$(wire count p2 "raw[12:14] == b'\\x86\\xdd'")" 0 "fragments at p2"
}

# An advertisement for an address of the VM, which its checksum makes one for another's.
test_forged_advertisement()
{
	wire clear
	wire define "
def claim(target, filler):
	return to_bytes(advertisement('fd00::4', target, 'ff02::1', '33:33:00:00:00:01',
		ICMPv6NDOptDstLLAddr(lladdr=A)/Raw(bytes([253, 1, 0, 0, 0, 0]) + filler)))

seen = edit(claim('fd00::1', bytes(2)), 76, b'\\0\\4')
filler = word_that_makes(1, seen[76:-2])
forged = edit(claim('fd00::1', filler), 76, b'\\0\\4')
true = claim('fd00::4', bytes(2))
"
	drops_rise 1 h1 spoofed_nd wire send t1 "virtio(forged, flags=1, start=76, offset=0)"
	is "$(wire count p2 "has(ICMPv6ND_NA)")" 0 "advertisements at p2"
	is "$(wire count wire2 "has(VXLAN, ICMPv6ND_NA)")" 0 "advertisements in the underlay"
	# its own checksum may be filled in later
	wire send t1 "virtio(edit(true, 56, pseudo6(true)), flags=1, start=54, offset=2)"
	is "$(wire get p2 "has(ICMPv6ND_NA)" "valid_l4_sum(p)")" True "its checksum is right"
}

# Ports that a rule forbids, written over ones that it allows.
test_forged_ports()	# PROTOCOL HEADER
{
	trap "vr h1 vif set t1 sg none" EXIT
	wire clear
	with_groups narrow t1
	wire define "
def transport(dport):
	return frame4(proto=$1)/Raw(struct.pack('!HH', 1000, dport) + bytes.fromhex('$2') + b'mark' + bytes(2))
"
	drops_rise 1 h1 bad_offload wire send t1 "rewritten(transport(5001), 34, 36, 22)"
	drops_rise 1 h1 rule_deny wire send t1 "transport(22)"
	wire send t1 "transport(5001)"
	is "$(wire all p2 "b'mark' in raw" "struct.unpack('!H', raw[36:38])[0]")" 5001 "ports at p2"
}

# Of a packet that the VM encapsulated itself.
test_inner_checksum()
{
	wire clear
	wire define "
inner = IP(src='1.2.3.4', dst='1.2.3.5')/UDP(sport=1, dport=2)/b'mark'
sum = struct.pack('!H', folded(to_bytes(inner)[12:20] + struct.pack('!HH', 17, 12)))
outer = edit(frame4(proto=4)/inner, 14 + 20 + 20 + 6, sum)
"
	wire send t1 "virtio(outer, flags=1, start=14 + 20 + 20, offset=6)"
	is "$(wire get p2 "b'mark' in raw" "valid_l4_sum(Ether(raw[:14] + raw[34:]))")" True "it is right"
}

# Of fragments that the VM leaves to be made, the second one would be at the place of the first.
test_forged_fragment()
{
	local size

	trap "vr h1 vif set t1 sg none" EXIT
	vr h1 vif set t1 sg narrow
	wire clear
	for size in 7 12; do
		drops_rise $((size == 7 ? 9 : 5)) h1 bad_offload wire send t1 "virtio(frame4()/
			UDP(sport=1, dport=5001)/Raw(b'\\0\\1\\0\\x16' * 8), flags=1, gso=3, hdr_len=42,
			gso_size=$size, start=34, offset=6)"
	done
	is "$(wire count p2 "has(IP)")" 0 "fragments at p2"
	wire send t1 "virtio(frame4()/UDP(sport=1, dport=5001)/bytes(56), flags=1, gso=3, hdr_len=42,
		gso_size=32, start=34, offset=6)"
	is "$(wire count p2 "has(IP)" 2)" 2 "of a size that fragments have"
}

# What a VM encapsulated, and left to be segmented, is three packets to all that counts or looks.
test_segments_inside()
{
	local before

	wire tap t2 h1 t2 tunnels || skip "taps of this kernel know no segmentation inside of tunnels"
	trap "vr h1 vif del t2; wire close t2" EXIT
	vr h1 vif add t2 dev t2 network blue mac "$(mac 5)" address 10.0.0.5 sg narrow
	wire clear
	wire define "
inside = Ether()/IP(src='1.2.3.4', dst='1.2.3.5')/TCP(sport=1, dport=2, flags='A')/bytes(2500)
seed = folded(socket.inet_aton('1.2.3.4') + socket.inet_aton('1.2.3.5') + struct.pack('!HH', 6, 2520))
outside = to_bytes(Ether(src='$(mac 5)', dst=B)/IP(src='10.0.0.5', dst='10.0.0.2')/UDP(sport=1, dport=5001, chksum=0)/(b'\\x08' + bytes(7))/inside)
whole = virtio(edit(outside, 50 + 14 + 20 + 16, struct.pack('!H', seed)), flags=1, gso=0x21,
	hdr_len=104, gso_size=1000, start=50 + 14 + 20, offset=16, tunnel=(34, 64))
"
	before=$(field h1 vif t2 "o['stats']['rx_packets']")
	wire send t2 whole
	is "$(wire all p2 "has(UDP)" "valid_l4_sum(Ether(raw[50:]))" 3)" \
		True$'\n'True$'\n'True "inner checksums"
	is "$(field h1 vif t2 "o['stats']['rx_packets']")" $((before + 3)) "packets that came"
}

# The advertisement that p1 sends to the gateway's MAC, for someone elsewhere.
routed_advertisement()	# DESTINATION
{
	echo "advertisement('fd00::1', 'fd00::1', '$1', GW, bytes([253, 4]) + b'secret' + bytes(24),
		smac='$(mac 1)')"
}

test_routed_nd()
{
	local d

	trap "vr h1 vif set p1 sg none; vr h1 vif set p2 sg none; vr h1 vif set r1 sg none" EXIT
	with_groups closed p1 p2 r1
	wire clear
	for d in fd01::2 fd02::3; do
		drops_rise 1 h1 bad_nd wire send p1 "$(routed_advertisement $d)"
	done
	is "$(wire count p2 "b'secret' in raw")" 0 "in another subnet"
	is "$(wire count r1 "b'secret' in raw")" 0 "in another network"
	# no policy denies it on its link
	wire send p1 "advertisement('fd00::1', 'fd00::1', 'ff02::1', '33:33:00:00:00:01',
		ICMPv6NDOptDstLLAddr(lladdr='$(mac 1)'), smac='$(mac 1)')"
	is "$(wire count p2 "has(ICMPv6ND_NA)" 1)" 1 "on its own link"
}

test_many_segments()
{
	wire clear
	wire send t1 "ufo(1)"
	eventually drop_count_is_more 60000 h1 bad_offload
	is "$(wire count wire2 "VXLAN in p")" 0 "packets in the underlay"
	wire send t1 "ufo(1400, 4200)"
	is "$(wire count wire2 "VXLAN in p" 4)" 4 "fragments in the underlay"
}

many_members()
{
	local i

	for ((i = 100; i < 400; i++)); do
		echo "nexthop add id $i type tunnel tunnel vx4 remote 192.0.2.2 vni $i"
	done
	echo "nexthop add id 95 type flood $(printf 'member %u ' {100..399})"
	echo "network set blue flood 95"
}

few_members()
{
	echo "network set blue flood 90"
	echo "nexthop del id 95"
	printf 'nexthop del id %u\n' {100..399}
}

# What the underlay took, and what was too much for it.
sent_by_tunnel()
{
	echo $(($(field h1 tunnel vx4 "o['stats']['tx_packets']") + $(drop_count h1 tunnel_output)))
}

# 300 members, for each of which the underlay would have to take 1,016 fragments.
test_flood_work()
{
	local before

	trap "few_members | vr_batch h1" EXIT
	many_members | vr_batch h1
	before=$(sent_by_tunnel)
	wire send t1 "ufo(64, 65000)"
	eventually drop_count_is_more 0 h1 flood_limit
	between $(($(sent_by_tunnel) - before)) 7000 8200 "packets into the tunnel"
}

drop_count_is_more()	# NUMBER HYPERVISOR REASON
{
	(($(drop_count "${@:2}") > $1))
}

arp_of_p1()
{
	echo "Ether(src='$(mac 1)', dst=ALL)/ARP(hwsrc='$(mac 1)', psrc='10.0.0.1', pdst='10.0.0.77')"
}

test_flood_debt()
{
	trap "vr h1 network set blue flood-rate 0" EXIT
	vr h1 network set blue flood-rate 100
	wire send t1 "ufo(64, 60000)"
	sleep 1
	wire clear
	wire send p1 "$(arp_of_p1)"
	is "$(wire count p2 "has(ARP)" 1)" 1 "requests at p2 a second later"
}

test_flood_share()
{
	local i

	trap "vr h1 network set blue flood-rate 0; wire quiet storm" EXIT
	vr h1 network set blue flood-rate 100
	add_noise
	sleep 0.5
	wire clear
	for i in 1 2 3 4 5; do
		wire send p1 "$(arp_of_p1)"
		sleep 0.3
	done
	is "$(wire count p2 "has(ARP)" 5)" 5 "requests at p2"
}

# p2 floods much more than the rate.
add_noise()
{
	wire noise storm p2 eth0 "Ether(src=B, dst=ALL)/IP(src='10.0.0.2', dst='10.0.0.255')/UDP()/b'storm'"
}

test_shared_policer()
{
	trap "vr h1 vif set t1 policer none; vr h1 vif set p1 policer none" EXIT
	vr h1 vif set t1 policer shared
	vr h1 vif set p1 policer shared
	wire send t1 "tcp(64)"
	sleep 1
	wire clear
	wire send p1 "Ether(src='$(mac 1)', dst=B)/IP(src='10.0.0.1', dst='10.0.0.2')/UDP()/b'mark'"
	is "$(wire count p2 "b'mark' in raw" 1)" 1 "packets of p1 a second later"
}

test_own_policer()
{
	trap "vr h1 vif set t1 policer none" EXIT
	vr h1 vif set t1 policer shared
	wire clear
	wire send t1 "tcp(1000, 20000)"
	is "$(wire count p2 "has(TCP)" 20)" 20 "all or none, of its own"
}

# A tap takes frames of any size from its VM; what goes to the VM has to fit.
test_large_answer()
{
	ip -n h1 link set t1 mtu 1500
	wire clear
	drops_rise 1 h1 too_big wire send t1 "frame4('10.0.0.254', GW)/ICMP()/bytes(3000)"
	wire send t1 "frame4('10.0.0.254', GW)/ICMP()/bytes(1000)"
	is "$(wire count t1 "has(ICMP)" 1)" 1 "answers that fit"
}

begin hostile
must set_up
it "fragments of more than 64 KiB with their headers do not hold a processor" test_fragments_end
it "fragments do not become many more than came" test_fragments_multiply
it "a checksum does not forge an advertisement" test_forged_advertisement
it "a checksum does not write ports of DCCP past a rule" test_forged_ports 33 040000000005000000000001
it "a checksum does not write ports of SCTP past a rule" test_forged_ports 132 0000000000000000
it "a checksum in what a VM encapsulated is filled in" test_inner_checksum
it "fragments that are still to be made do not overlap past a rule" test_forged_fragment
it "what a VM encapsulated is segmented before it is looked at" test_segments_inside
it "neighbour discovery is not routed past policy" test_routed_nd
it "a frame is not as many packets as it has bytes" test_many_segments
it "a flooded frame does not cost its segments times its receivers" test_flood_work
it "a flooded frame leaves no debt to others" test_flood_debt
it "a VM that floods leaves others their share" test_flood_share
it "a packet leaves no debt to those who share a policer" test_shared_policer
it "an answer of the gateway that does not fit is not lost without a word" test_large_answer
it "a VM's own policer takes a packet whole" test_own_policer
finish
