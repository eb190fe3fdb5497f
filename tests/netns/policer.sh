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
	vr h1 policer show p >/dev/null 2>&1 && vr h1 policer del p || true
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

# Sends, and wants so many frames to come to a port, not one more. What tells the end is
# not policed: it comes from p3.
arrive()	# NUMBER PORT FRAME TIMES FROM...
{
	local from

	wire clear
	for from in "${@:5}"; do
		wire send "$from" "$3" "$4"
	done
	wire send p3 "frame(4, 3, 100, ${2#p})"
	is "$(wire count "$2" "len(raw) == 100" 1)" 1 "frames at the end"
	is "$(wire count "$2" "len(raw) == 1000" 0 0)" "$1" "frames at $2"
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
	arrive 20 p2 "frame($1)" 50 p1
	if [[ $2 = -p2 ]]; then
		# with the frame that tells the end, for which there is no room either
		counts_are "20 20000 30 30000"
	else
		counts_are "20 20000 30 30000"
	fi
	is $(($(policed) - all)) 30 "policed"
	is $(($(policed network blue) - network)) 30 "policed in the network"
	is $(($(policed vif "${2#-}") - vif)) 30 "policed at the vif"
}
