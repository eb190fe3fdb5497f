#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Limits of what vifs send and receive:
#
#	       h1
#	┌───────────────┐   p1 p2 p3 say nothing by themselves, t1 is a tap device with
#	│ blue p1 p2 p3 │   virtio-net headers; a1 a2 a3 are VMs with an IP stack. Others
#	│      t1       │   know their addresses by what their vifs are allowed.
#	│      a1 a2 a3 │
#	└───────────────┘
#
# A bucket that gives 125 bytes a second gives no frame of 1,000 bytes while a test lasts:
# so what passes is exactly what was in it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

set_up()
{
	local i

	add_hypervisor h1 &&
	vr h1 network add blue policy allow ra off gateway 10.0.0.254/24 gateway fd00::fe/64 ||
		return 1
	for i in 1 2 3; do
		add_port p$i h1 "$(mac $i)" network blue mac "$(mac $i)" address 10.0.0.$i \
			address fd00::$i || return 1
	done
	for i in 1 2 3; do
		add_vm a$i h1 blue "$(mac $((i + 4)))" 10.0.0.$((i + 4)) fd00::$((i + 4)) &&
		ip netns exec a$i ethtool -K eth0 tx-udp-segmentation off || return 1
	done
	wire tap t1 h1 t1 vnet &&
	vr h1 vif add t1 dev t1 network blue mac "$(mac 4)" address 10.0.0.4 address fd00::4 &&
	wire define "
def pad(p, size):
	return to_bytes(p) + bytes(size - len(p))

def frame(family, me=1, size=1000, to=2, **fields):
	'''A frame of so many bytes to a VM.'''
	p = Ether(src='02:00:00:00:00:0%d' % me, dst='02:00:00:00:00:0%d' % to)
	if family == 4:
		p /= IP(src=fields.get('src', '10.0.0.%d' % me), dst='10.0.0.%d' % to, len=size - 14,
			flags='DF')
		return pad(p/UDP(sport=5, dport=9, len=size - 34, chksum=0), size)
	p /= IPv6(src=fields.get('src', 'fd00::%d' % me), dst='fd00::%d' % to, plen=size - 54)
	return pad(p/UDP(sport=5, dport=9, len=size - 54, chksum=1), size)

def large(family, segments):
	'''A TCP packet to p2 that stands for segments of 1,000 bytes.'''
	p = Ether(src='$(mac 4)', dst='$(mac 2)')
	if family == 4:
		p /= IP(src='10.0.0.4', dst='10.0.0.2')
	else:
		p /= IPv6(src='fd00::4', dst='fd00::2')
	size = len(p)
	return virtio(p/TCP(sport=5, dport=6, flags='A')/bytes(1000 * segments), flags=1,
		      gso=1 if family == 4 else 4, hdr_len=size + 20, gso_size=1000, start=size,
		      offset=16)
"
}

# Makes the policer p, new each time, of what vifs send ("p1") or receive ("-p2").
police()	# VIFS WORD...
{
	local v

	unpolice
	vr h1 policer add p "${@:2}"
	for v in $1; do
		if [[ $v = -* ]]; then
			vr h1 vif set "${v#-}" egress-policer p
		else
			vr h1 vif set "$v" policer p
		fi
	done
}

unpolice()
{
	local v

	for v in $(names_of h1 vif); do
		echo "vif set $v policer none egress-policer none"
	done | vr_batch h1
	names_of h1 policer | grep -x p >/dev/null || return 0
	vr h1 policer del p
}

# "CONFORM-PACKETS CONFORM-BYTES EXCEED-PACKETS EXCEED-BYTES"
counts()
{
	field h1 policer p "'%(conform_packets)d %(conform_bytes)d %(exceed_packets)d %(exceed_bytes)d' % o"
}

counts_are()	# COUNTS
{
	is "$(counts)" "$1" "counts of the policer"
}

# The policer has judged so many packets.
judged()	# NUMBER
{
	is "$(field h1 policer p "o['conform_packets'] + o['exceed_packets']")" "$1" "packets judged"
}

# Sends, and wants so many frames of 1,000 bytes to come to a port, not one more.
arrive()	# NUMBER PORT JUDGED COMMAND ARG...
{
	local before

	before=$(field h1 policer p "o['conform_packets'] + o['exceed_packets']")
	wire clear
	"${@:4}"
	eventually judged $((before + $3))
	is "$(wire count "$2" "len(raw) == 1000" "$1")" "$1" "frames at $2"
	is "$(wire count "$2" "len(raw) == 1000" 0 0)" "$1" "frames at $2 in the end"
}

policed()	# [network NAME | vif NAME]
{
	drop_count h1 policed "$@"
}

# Of 50 frames 20 pass, and all counters say so.
test_counts()	# FAMILY VIF-WITH-DIRECTION
{
	local all network vif

	police "$2" rate 1kbit burst 20000
	all=$(policed) network=$(policed network blue) vif=$(policed vif "${2#-}")
	arrive 20 p2 50 wire send p1 "frame($1)" 50
	counts_are "20 20000 30 30000"
	is $(($(policed) - all)) 30 "policed"
	is $(($(policed network blue) - network)) 30 "policed in the network"
	is $(($(policed vif "${2#-}") - vif)) 30 "policed at the vif"
}

# A bucket of packets, whatever their size; what it refuses is not taken from the bytes.
test_packets()	# FAMILY
{
	local passed

	police p1 rate 1kbit burst 50000 pps 1 packet-burst 5
	wire send p1 "frame($1)" 50
	eventually judged 50
	passed=$(field h1 policer p "o['conform_packets']")
	between "$passed" 5 9 "packets that passed"
	vr h1 policer set p pps 0
	arrive $((50 - passed)) p2 60 wire send p1 "frame($1)" 60
}

# Without limits a policer only counts, each packet as its settings say.
test_cost()
{
	local row level overhead cost

	for row in "l2 0 1000" "l2 24 1024" "l2 -4 996" "l3 0 986" "l3 -64 922" "l3 256 1242"; do
		read -r level overhead cost <<<"$row"
		police "p1 -p2" level "$level" overhead "$overhead"
		arrive 20 p2 40 eval 'wire send p1 "frame(4)" 10; wire send p1 "frame(6)" 10'
		counts_are "40 $((40 * cost)) 0 0"
	done
	police p1 level l3 overhead -64
	wire send p1 "frame(4, size=60)" 10
	eventually judged 10
	counts_are "10 0 0 0"
}

# Two that share a policer share its bucket.
test_shared()	# FAMILY
{
	local one three

	police "p1 p3" rate 1kbit burst 20000
	one=$(policed vif p1) three=$(policed vif p3)
	arrive 20 p2 30 eval "wire send p1 'frame($1)' 15; wire send p3 'frame($1, 3)' 15"
	is "$(($(policed vif p1) - one)) $(($(policed vif p3) - three))" "0 10" "policed of each"
	is "$(field h1 policer p "o['refs']")" 2 "references"
}

# In both directions of one way a packet costs twice.
test_both_ways()
{
	police "p1 -p2" rate 1kbit burst 20000
	arrive 10 p2 60 wire send p1 "frame(4)" 50
	counts_are "20 20000 40 40000"
}

# A packet that stands for segments is charged as these, with their headers, and passes or
# not as a whole; one that is larger than the bucket passes a full one.
test_gso()	# FAMILY HEADERS
{
	local dropped cost=$((5 * (1000 + $2)))

	police t1 rate 1kbit burst 20000
	dropped=$(policed vif t1)
	wire send t1 "large($1, 5)" 4
	eventually judged 20
	counts_are "15 $((3 * cost)) 5 $cost"
	is $(($(policed vif t1) - dropped)) 5 "policed, as segments"

	police t1 rate 1kbit burst 5000 overhead 10 packet-burst 3 pps 1000
	wire send t1 "large($1, 7)" 3
	eventually judged 21
	counts_are "7 $((7 * (1010 + $2))) 14 $((14 * (1010 + $2)))"

	police -p2 rate 1kbit burst 20000
	dropped=$(policed vif p2)
	wire send t1 "large($1, 5)" 4
	eventually judged 20
	counts_are "15 $((3 * cost)) 5 $cost"
	is $(($(policed vif p2) - dropped)) 5 "policed on the way to p2, as segments"
}

# A connection of a VM, whose packets are large: the policer counts what the vif does, and
# that is what would be on the wire.
test_tcp()	# ADDRESS
{
	local before

	police a1
	before=$(field h1 vif a1 "'%(rx_packets)d %(rx_bytes)d' % o['stats']")
	wire push a1 a2 "$1" 5001 5000000
	eventually counts_as_vif "$before"
	is "$(field h1 policer p "o['conform_bytes'] > 5000000 and
		o['conform_bytes'] / o['conform_packets'] < 1515")" true "bytes of 5,000,000"
}

counts_as_vif()	# BEFORE
{
	local packets bytes

	read -r packets bytes <<<"$1"
	counts_are "$(field h1 vif a1 "'%d %d 0 0' % (o['stats']['rx_packets'] - $packets,
		o['stats']['rx_bytes'] - $bytes)")"
}

# What a VM sends is charged before it is asked whether it may.
test_before_antispoof()
{
	local spoofed all

	police p1 rate 1kbit burst 5000
	spoofed=$(drop_count h1 spoofed_ip) all=$(policed)
	wire send p1 "frame(4, src='10.0.0.9')" 12
	eventually judged 12
	is "$(($(drop_count h1 spoofed_ip) - spoofed)) $(($(policed) - all))" "5 7" "spoofed, policed"
}

# What is no packet is not charged, nor what the VM would not have got anyway.
test_not_charged()
{
	police "p1 -p2"
	drops_rise 10 h1 bad_ipv4_header wire send p1 "edit(frame(4), 14, b'\\x44')" 10
	counts_are "0 0 0 0"

	police -p2
	vr h1 vif set p2 mtu 500
	drops_rise 10 h1 too_big wire send p1 "frame(4)" 10
	vr h1 vif set p2 mtu 0
	ip -n p2 link set eth0 down
	drops_rise 10 h1 vif_down wire send p1 "frame(4)" 10
	ip -n p2 link set eth0 up
	counts_are "0 0 0 0"
	eventually up p2
}

up()	# VIF
{
	is "$(field h1 vif "$1" "o['up']")" true "$1 is up"
}

# ARP and neighbour discovery are the VM's packets too; answers of the router are not charged.
test_arp()
{
	police "p1 -p1"
	wire ask p1 "Ether(src='$(mac 1)', dst='ff:ff:ff:ff:ff:ff')/ARP(hwsrc='$(mac 1)',
		psrc='10.0.0.1', pdst='10.0.0.254')" "has(ARP) and p[ARP].op == 2"
	# shellcheck disable=SC2154 # it is lib.sh's
	wire ask p1 "Ether(src='$(mac 1)', dst='$gateway_mac')/IP(src='10.0.0.1', dst='10.0.0.254')/
		ICMP()" "has(ICMP) and p[ICMP].type == 0"
	counts_are "2 $((42 + 42)) 0 0"
}

# Each copy of a frame for everyone is charged to its receiver.
test_flooded()
{
	police "-p2 -p3" rate 1kbit burst 3000
	wire clear
	wire send p1 "b'\\xff' * 6 + frame(4)[6:]" 5
	eventually judged 10
	counts_are "3 3000 7 7000"
}

# Attached and detached while packets come.
test_detach()
{
	police p1 rate 1kbit burst 5000
	arrive 5 p2 20 wire send p1 "frame(6)" 20
	vr h1 vif set p1 policer none
	wire clear
	wire send p1 "frame(6)" 20
	is "$(wire count p2 "len(raw) == 1000" 20)" 20 "frames without a policer"
	counts_are "5 5000 15 15000"
	vr h1 vif set p1 policer p
	arrive 0 p2 20 wire send p1 "frame(6)" 20
}

# A change keeps what was taken.
test_change_gives_nothing()
{
	police p1 rate 1kbit burst 5000
	arrive 5 p2 20 wire send p1 "frame(4)" 20
	vr_batch h1 <<-END
		policer set p rate 2kbit
		policer set p burst 50000
		policer set p rate 1kbit overhead 1
		policer replace p rate 1kbit burst 5000
	END
	arrive 0 p2 20 wire send p1 "frame(4)" 20
	# one that was not limited begins with a full bucket
	vr h1 policer set p rate 0
	arrive 20 p2 20 wire send p1 "frame(4)" 20
	vr h1 policer set p rate 1kbit
	arrive 5 p2 20 wire send p1 "frame(4)" 20
}

# After a pause there is as much as the bucket holds, and what came since.
test_burst()
{
	local i started most before

	police p1 pps 100 packet-burst 30
	for i in 1 2 3; do
		before=$(field h1 policer p "o['conform_packets']")
		started=${EPOCHREALTIME/[^0-9]/}
		wire send p1 "frame(4)" 200
		eventually judged $((200 * i))
		most=$((30 + 100 * (${EPOCHREALTIME/[^0-9]/} - started) / 1000000 + 1))
		between $(($(field h1 policer p "o['conform_packets']") - before)) 30 $most \
			"packets of a full bucket"
		pause 0.4
	done
}

# Rates. Times are measured around each look at the counters; what passes between two
# looks is then known within bounds, and these must be within the wanted ones. A machine that
# is too busy to tell, or to offer enough, is told apart.

bounds_are_close()	# LOW HIGH
{
	(($2 - $1 <= $2 / 100))
}

# A rate is as wanted, in bytes or packets a second, within 3 %.
rate_is()	# WANTED bytes|packets PACE
{
	local low high offered model why

	for _ in 1 2 3; do
		read -r low high offered model < <(wire measure h1 p "$2" 5 "$3")
		echo "wanted $1, $low to $high of $offered at least; by the sender's times $model"
		if ! bounds_are_close "$low" "$high"; then
			why="the machine is too busy to look at its counters in time"
		elif ((offered < $1 * 5 / 4)); then
			why="the machine offers no more than $offered $2 a second"
		elif ((model < $1 * 99 / 100 || model > $1 * 101 / 100)); then
			why="the machine sends so unevenly that $model $2 a second would pass"
		else
			between "$low" $(($1 * 97 / 100)) $(($1 * 103 / 100)) "at least"
			between "$high" $(($1 * 97 / 100)) $(($1 * 103 / 100)) "at most"
			return
		fi
	done
	skip "$why"
}

# UDP of frames of a size, at twice the rate and more.
test_rate()	# ADDRESS FRAME-SIZE HEADERS
{
	trap "wire unpace x" EXIT
	police a1 rate 10mbit burst 128k
	wire pace x a1 a2 "$1" 9 $(($2 - $3)) $((2500000 / $2)) $((16000 / $2 % 40 + 1))
	rate_is 1250000 bytes x
}

test_egress_rate()	# ADDRESS FRAME-SIZE HEADERS
{
	trap "wire unpace x" EXIT
	police -a2 rate 10mbit burst 128k
	wire pace x a1 a2 "$1" 9 $(($2 - $3)) $((2500000 / $2)) $((16000 / $2 % 40 + 1))
	rate_is 1250000 bytes x
}

test_packet_rate()	# ADDRESS FRAME-SIZE HEADERS
{
	trap "wire unpace x" EXIT
	police a1 pps 2000 packet-burst 200
	wire pace x a1 a2 "$1" 9 $(($2 - $3)) 4000 8
	rate_is 2000 packets x
}

# From a rate to another one and back, while packets come.
test_change_of_rate()
{
	trap "wire unpace x" EXIT
	police a1 rate 4mbit burst 128k
	wire pace x a1 a2 10.0.0.6 9 1000 2000 8
	rate_is 500000 bytes x
	vr h1 policer set p rate 8mbit
	rate_is 1000000 bytes x
	vr h1 policer set p rate 2mbit
	rate_is 250000 bytes x
}

# As often as it is changed, no more passes than the larger rate allows.
test_many_changes()
{
	local i low high

	trap "wire unpace x" EXIT
	police a1 rate 4mbit burst 20000
	wire pace x a1 a2 10.0.0.6 9 1000 2000 8
	for ((i = 0; i < 2000; i++)); do
		echo "policer set p rate $((4000 + i % 2))kbit burst $((20000 + i % 3))"
	done | vr_batch h1 &
	read -r low high _ < <(wire measure h1 p bytes 3 x)
	wait $!
	((low <= 4001000 * 103 / 800 + 20000 / 3)) || {
		echo "$low to $high bytes a second, more than 4 Mbit/s"
		return 1
	}
}

# Two VMs with a policer in common, who offer the same, have a half each.
test_fair()
{
	local one two sum

	trap "wire unpace x" EXIT
	police "a1 a3" rate 10mbit
	wire pace x a1,a3 a2 10.0.0.6 9 1000 4000 4
	pause 0.5
	one=$(passed a1) two=$(passed a3)
	rate_is 1250000 bytes x
	one=$(($(passed a1) - one)) two=$(($(passed a3) - two)) sum=$((one + two))
	between $((one * 1000 / sum)) 450 550 "thousandths of the first, $one of $sum packets,"
}

# Packets of a VM that were not policed.
passed()	# VM
{
	local rx

	rx=$(field h1 vif "$1" "o['stats']['rx_packets']")
	echo $((rx - $(policed vif "$1")))
}

# One connection has nine tenths of a rate with the default burst, whatever time answers take:
# of a rate in bytes a second, or half of what the machine can. Where they take none, TCP comes
# to its timeout of 200 ms again and again, and needs a bucket that is not full sooner.
test_tcp_rate()	# ADDRESS VIF-WITH-DIRECTION MILLISECONDS RATE
{
	local low high offered best=0 most=0 rate=$4

	[[ -z ${VR_DEBUG-} ]] || skip "a debug kernel is too slow for TCP at a rate"
	trap "ip netns exec a2 tc qdisc del dev eth0 root" EXIT
	ip netns exec a2 tc qdisc add dev eth0 root netem delay "$3"ms limit 10000
	police "$2"
	read -r low high _ < <(wire push_while a1 a2 "$1" 5001 h1 p 2)
	echo "without a limit: $low bytes a second"
	((low >= 2 * rate)) || rate=$((low / 2))
	for _ in 1 2 3; do
		police "$2" rate $((rate * 8))bit
		read -r low high offered _ < <(wire push_while a1 a2 "$1" 5001 h1 p 6)
		echo "of $rate: $low to $high, of $offered"
		# and what the bucket held at first, in 6 s
		((low <= rate * 103 / 100 + rate / 4 / 6))
		((best >= low)) || best=$low
		((most >= offered)) || most=$offered
		((best < rate * 90 / 100)) || return 0
	done
	((most > rate)) || skip "TCP offers no more than $most bytes a second of $rate"
	return 1
}

begin policer
must set_up
for family in 4 6; do
	it "IPv$family: what a VM sends" test_counts $family p1
	it "IPv$family: what a VM receives" test_counts $family -p2
	it "IPv$family: packets" test_packets $family
	it "IPv$family: one policer for two vifs" test_shared $family
done
it "bytes by level and overhead" test_cost
it "both ways" test_both_ways
it "IPv4: large packets are charged as segments" test_gso 4 54
it "IPv6: large packets are charged as segments" test_gso 6 74
it "IPv4: a connection is charged as on the wire" test_tcp 10.0.0.6
it "IPv6: a connection is charged as on the wire" test_tcp fd00::6
it "before anti-spoofing" test_before_antispoof
it "what is not charged" test_not_charged
it "ARP, and the router's answers" test_arp
it "each copy of a flooded frame" test_flooded
it "detached and attached" test_detach
it "a change gives no burst" test_change_gives_nothing
it "a burst after a pause" test_burst
for size in 64 512 1400; do
	it "10 Mbit/s of frames of $size bytes, IPv4" test_rate 10.0.0.6 $size 42
done
it "10 Mbit/s of frames of 512 bytes, IPv6" test_rate fd00::6 512 62
it "10 Mbit/s for the receiver" test_egress_rate 10.0.0.6 1400 42
for size in 64 512 1400; do
	it "2,000 packets a second of $size bytes" test_packet_rate 10.0.0.6 $size 42
done
it "a change of rate under traffic" test_change_of_rate
it "many changes under traffic" test_many_changes
it "two VMs share a rate" test_fair
it "IPv4: a connection has nine tenths of 80 Mbit/s at 2 ms" test_tcp_rate 10.0.0.6 a1 2 10000000
it "IPv6: a connection has nine tenths of 80 Mbit/s at 2 ms" test_tcp_rate fd00::6 -a2 2 10000000
it "IPv4: a connection has nine tenths of 20 Mbit/s at once" test_tcp_rate 10.0.0.6 a1 0 2500000
it "IPv6: a connection has nine tenths of 10 Mbit/s at once" test_tcp_rate fd00::6 -a2 0 1250000
must unpolice
finish
