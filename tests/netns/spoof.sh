#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A VM sends as itself or not at all:
#
#	       h1
#	┌──────────────────────────────────────────────┐
#	│ blue, policy allow, gateway 10.0.0.254       │
#	│                             fd00::fe         │
#	│  p1  02:..:01, 10.0.0.1, fd00::1, and may    │
#	│      send from 10.0.9.0/24 and fd00:9::/64   │
#	│  p2  02:..:02, 10.0.0.2, fd00::2             │
#	│  p3  no MAC and no addresses: all is allowed │
#	│  n1  02:..:04, 10.0.0.4, fd00::4: another    │
#	│      device of p1's VM                       │
#	│ red, policy allow                            │
#	│  r1  02:..:01, 10.0.0.1: one more of it      │
#	│  r2  02:..:02, 10.0.0.2                      │
#	└──────────────────────────────────────────────┘
#
# None says anything by itself. p1 sends 20 of each kind, to p2.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:00:01
mac2=02:00:00:00:00:02
mac3=02:00:00:00:00:03
mac4=02:00:00:00:00:04

set_up()
{
	add_hypervisor h1 &&
	vr h1 network add blue policy allow gateway 10.0.0.254/24 gateway fd00::fe/64 ra off &&
	add_port p1 h1 $mac1 network blue mac $mac1 address 10.0.0.1 address fd00::1 \
		address 10.0.9.0/24 address fd00:9::/64 &&
	add_port p2 h1 $mac2 network blue mac $mac2 address 10.0.0.2 address fd00::2 &&
	add_port p3 h1 $mac3 network blue &&
	add_port n1 h1 $mac4 network blue mac $mac4 address 10.0.0.4 address fd00::4 &&
	vr h1 network add red policy allow ra off &&
	add_port r1 h1 $mac1 network red mac $mac1 address 10.0.0.1 &&
	add_port r2 h1 $mac2 network red mac $mac2 address 10.0.0.2 &&
	wire define "
ME = '$mac1'
OTHER = '$mac2'
ROUTER = '$gateway_mac'
ALL = 'ff:ff:ff:ff:ff:ff'

def eth(src=ME, dst=OTHER, **fields):
	return Ether(src=src, dst=dst, **fields)

def four(ip='10.0.0.1', **fields):
	return eth(**fields)/IP(src=ip, dst='10.0.0.2')/UDP(sport=1, dport=1)/b'payload'

def six(ip='fd00::1', **fields):
	return eth(**fields)/IPv6(src=ip, dst='fd00::2')/UDP(sport=1, dport=1)/b'payload'

def dhcp(sport, dport, ip='10.0.0.1', to='10.0.0.2', dst=OTHER, options=None, **fields):
	return (eth(dst=dst)/IP(src=ip, dst=to, options=options or [], **fields)/
		UDP(sport=sport, dport=dport)/b'payload!')

def dhcp6(sport, dport, ip='fe80::ff:fe00:1', to='fe80::ff:fe00:2', between=None):
	p = eth()/IPv6(src=ip, dst=to)
	return (p/between if between else p)/UDP(sport=sport, dport=dport)/b'payload!'

def arp(hwsrc=ME, psrc='10.0.0.1', op=1, pdst='10.0.0.77', **fields):
	return Ether(src=fields.get('src', ME), dst=ALL)/ARP(op=op, hwsrc=hwsrc, psrc=psrc,
		pdst=pdst)

def rarp(op=3, hwsrc=ME, hwdst=ME, psrc='0.0.0.0', pdst='0.0.0.0', dst=ALL):
	return Ether(src=ME, dst=dst, type=0x8035)/ARP(op=op, hwsrc=hwsrc, hwdst=hwdst,
		psrc=psrc, pdst=pdst)/bytes(18)

def ns(lla=ME, src='fd00::1', target='fd00::77'):
	return (Ether(src=ME, dst='33:33:ff:00:00:77')/IPv6(src=src, dst='ff02::1:ff00:77',
		hlim=255)/ICMPv6ND_NS(tgt=target)/ICMPv6NDOptSrcLLAddr(lladdr=lla))

def na(lla=ME, src='fd00::1', target='fd00::1', lla_option=True):
	p = (Ether(src=ME, dst='33:33:00:00:00:01')/IPv6(src=src, dst='ff02::1', hlim=255)/
		ICMPv6ND_NA(tgt=target, R=0, S=0))
	return p/ICMPv6NDOptDstLLAddr(lladdr=lla) if lla_option else p

def source_lla(mac):
	return ICMPv6NDOptSrcLLAddr(lladdr=mac)

def target_lla(mac):
	return ICMPv6NDOptDstLLAddr(lladdr=mac)

def router_message(message):
	return Ether(src=ME, dst='33:33:00:00:00:01')/IPv6(src='fe80::ff:fe00:1', dst='ff02::1',
		hlim=255)/message

NONCE = b'\\x0e\\x01nonce!'
MTU = b'\\x05\\x01' + bytes(6)
PREFIX = b'\\x03\\x04' + bytes(30)

def behind(*protos):
	'''UDP behind extension headers, of 8 bytes each.'''
	chain = protos + (17,)
	headers = b''.join(bytes([after, 0]) + bytes(6) for after in chain[1:])
	return eth()/IPv6(src='fd00::1', dst='fd00::2', nh=chain[0])/(headers +
		to_bytes(UDP(sport=1, dport=1, chksum=1)))

HOP, ROUTING, FRAGMENT, AUTH, OPTIONS = 0, 43, 44, 51, 60
"
}

# All that is sent is told apart by what it is counted as, for each test: "expected" has
# the names of reasons, 20 packets each.
expected=()
before=''

counting()
{
	before=$(drop_table h1 vif p1)
}

# 20 are sent and none arrives, as those show that are sent last.
dropped()	# REASON EXPRESSION
{
	wire clear p2
	wire send p1 "$2" 20
	expected+=("$1")
	arrives "eth()/IP(src='10.0.0.1', dst='10.0.0.2')/UDP(sport=1, dport=1)/b'last'" \
		"b'last' in raw"
	is "$(wire count p2 "True")" 20 "frames at p2 after \"$2\""
}

# The counters of the vif rose by what was expected, and no others.
counted()
{
	wanted=$({ echo "$before"; printf '%s 20\n' "${expected[@]}"; } |
		awk 'NF { n[$1] += $2 } END { for (r in n) print r, n[r] }' | LC_ALL=C sort)
	eventually table_is vif p1
}

table_is()	# vif NAME | network NAME
{
	is "$(drop_table h1 "$@")" "$wanted" "drops of $*"
}

# All drops were at p1, so those of its network and of all are the same.
test_totals()
{
	wanted=$(drop_table h1 vif p1)
	table_is
	table_is network blue
}

# 20 are sent and 20 arrive.
arrives()	# EXPRESSION MATCH [COUNT]
{
	wire send p1 "$1" 20
	is "$(wire count p2 "$2" 20)" 20 "frames like \"$1\" at p2"
}

passes()	# EXPRESSION [MATCH]
{
	wire clear
	arrives "$1" "${2-True}"
}

test_mac()
{
	counting
	dropped spoofed_mac "four(src='02:00:00:00:00:99')"
	dropped spoofed_mac "six(src='02:00:00:00:00:99')"
	dropped spoofed_mac "four(src=OTHER)"
	dropped spoofed_mac "eth(src='02:00:00:00:00:99')/ARP(hwsrc=ME, psrc='10.0.0.1')"
	dropped gateway_source_mac "four(src=ROUTER)"
	dropped bad_source_mac "four(src='01:00:00:00:00:01')"
	dropped bad_source_mac "four(src=ALL)"
	dropped bad_source_mac "four(src='00:00:00:00:00:00')"
	counted
}

test_ipv4()
{
	counting
	dropped spoofed_ip "four('10.0.0.2')"
	dropped spoofed_ip "four('10.0.0.254')"
	dropped spoofed_ip "four('198.51.100.1')"
	dropped spoofed_ip "four('10.0.10.1')"
	dropped spoofed_ip "four('0.0.0.0')"
	dropped spoofed_ip "four('255.255.255.255')"
	dropped spoofed_ip "four('10.0.0.2', dst=ROUTER)"
	dropped spoofed_ip "four('10.0.0.2', dst=ALL)"
	counted
}

test_ipv6()
{
	counting
	dropped spoofed_ip "six('fd00::2')"
	dropped spoofed_ip "six('fd00::fe')"
	dropped spoofed_ip "six('2001:db8::1')"
	dropped spoofed_ip "six('fd00:a::1')"
	dropped spoofed_ip "six('::')"
	dropped spoofed_ip "six('fe80::ff:fe00:2')"
	dropped spoofed_ip "six('fd00::2', dst=ROUTER)"
	counted
}

# Sources that are the VM's, or that it can't do without.
test_allowed()
{
	passes "four()"
	passes "six()"
	passes "four('10.0.9.77')"
	passes "six('fd00:9::77')"
	passes "six('fe80::ff:fe00:1')"
	passes "Ether(src=ME, dst='33:33:00:00:00:16')/IPv6(src='::', dst='ff02::16', hlim=1)/
		IPv6ExtHdrHopByHop(options=[RouterAlert()])/ICMPv6MLReport2()"
	passes "rarp()" "p.type == 0x8035"
}

test_fragments()
{
	counting
	dropped spoofed_ip "eth()/IP(src='10.0.0.2', dst='10.0.0.2', frag=10)/b'later'"
	dropped spoofed_ip "eth()/IPv6(src='fd00::2', dst='fd00::2')/
		IPv6ExtHdrFragment(offset=10)/b'later'"
	passes "eth()/IP(src='10.0.0.1', dst='10.0.0.2', frag=10)/b'later'"
	counted
}

test_arp()
{
	counting
	dropped spoofed_arp "arp(psrc='10.0.0.2')"
	dropped spoofed_arp "arp(psrc='10.0.0.254')"
	dropped spoofed_arp "arp(psrc='198.51.100.1')"
	dropped spoofed_arp "arp(hwsrc=OTHER)"
	dropped spoofed_arp "arp(hwsrc=ROUTER)"
	dropped spoofed_arp "arp(hwsrc=OTHER, psrc='0.0.0.0')"
	dropped spoofed_arp "arp(psrc='10.0.0.2', op=2)"
	dropped spoofed_arp "arp(psrc='10.0.0.254', op=2, hwsrc=ROUTER)"
	dropped spoofed_arp "arp(psrc='10.0.0.254', pdst='10.0.0.254')"
	passes "arp()"
	passes "arp(op=2)"
	passes "arp(psrc='10.0.9.9', pdst='10.0.9.9')"
	counted
}

test_nd()
{
	counting
	dropped spoofed_nd "ns(src='fd00::2')"
	dropped spoofed_nd "ns(src='fd00::fe')"
	dropped spoofed_nd "ns(src='fe80::ff:fe00:2')"
	dropped spoofed_nd "ns(lla=OTHER)"
	dropped spoofed_nd "ns(lla=ROUTER)"
	dropped spoofed_nd "na(target='fd00::2')"
	dropped spoofed_nd "na(target='fd00::fe')"
	dropped spoofed_nd "na(target='fe80::200:5eff:fe00:100')"
	dropped spoofed_nd "na(target='fd00::2', lla_option=False)"
	dropped spoofed_nd "na(src='fd00::2')"
	dropped spoofed_nd "na(lla=OTHER)"
	passes "ns()"
	passes "na()"
	passes "na(target='fd00:9::9')"
	counted
}

# Of two options one receiver takes the first and another the last, whichever is checked.
test_nd_twice()
{
	counting
	dropped bad_nd "na(lla=OTHER)/target_lla(ME)"
	dropped bad_nd "na()/target_lla(OTHER)"
	dropped bad_nd "na()/target_lla(ME)"
	dropped bad_nd "ns(lla=OTHER)/source_lla(ME)"
	dropped bad_nd "ns()/source_lla(OTHER)"
	dropped bad_nd "router_message(ICMPv6ND_RS()/source_lla(OTHER)/source_lla(ME))"
	dropped bad_nd "ns()/(NONCE + NONCE)"
	dropped bad_nd "na(lla_option=False)/(b'\x02\x02' + bytes.fromhex(OTHER.replace(':', '')) +
		bytes(8))"
	dropped bad_nd "na()/source_lla(OTHER)"
	dropped bad_nd "ns()/target_lla(OTHER)"
	passes "ns()/NONCE"
	vr h1 vif set p1 router on
	dropped bad_nd "router_message(ICMPv6ND_RA()/source_lla(ROUTER)/source_lla(ME))"
	dropped bad_nd "router_message(ICMPv6ND_RA()/source_lla(ME)/(MTU + MTU))"
	dropped bad_nd "router_message(ICMPv6ND_Redirect(tgt='fd00::9', dst='fd00::9')/
		target_lla(OTHER)/target_lla(ME))"
	passes "router_message(ICMPv6ND_RA()/source_lla(ME)/(MTU + PREFIX + PREFIX))"
	passes "router_message(ICMPv6ND_Redirect(tgt='fd00::9', dst='fd00::9')/target_lla(OTHER))"
	vr h1 vif set p1 router off
	counted
}

test_extensions_twice()
{
	counting
	dropped bad_ipv6_header "behind(ROUTING, ROUTING)"
	dropped bad_ipv6_header "behind(FRAGMENT, FRAGMENT)"
	dropped bad_ipv6_header "behind(AUTH, AUTH)"
	dropped bad_ipv6_header "behind(HOP, HOP)"
	dropped bad_ipv6_header "behind(OPTIONS, OPTIONS, OPTIONS)"
	dropped bad_ipv6_header "behind(FRAGMENT, ROUTING)"
	dropped bad_ipv6_header "behind(AUTH, FRAGMENT)"
	dropped bad_ipv6_header "behind(AUTH, OPTIONS, ROUTING)"
	dropped bad_ipv6_header "behind(OPTIONS, HOP)"
	passes "behind(HOP, OPTIONS, ROUTING, FRAGMENT, AUTH, OPTIONS)"
	passes "behind(ROUTING, OPTIONS, FRAGMENT)"
	counted
}

test_not_ip()
{
	counting
	dropped not_ip "eth(type=0x88b5)/bytes(46)"
	dropped not_ip "eth(type=0x8847)/bytes(46)"
	dropped not_ip "Ether(to_bytes(Dot3(src=ME, dst=OTHER)/LLC()/bytes(40)))"
	dropped not_ip "Ether(src=ME, dst=ALL, type=0x8035)/bytes(46)"
	dropped not_ip "rarp(op=4)"
	dropped not_ip "rarp(hwsrc=OTHER)"
	dropped not_ip "rarp(hwdst=OTHER)"
	dropped not_ip "rarp(psrc='10.0.0.2')"
	dropped not_ip "rarp(pdst='10.0.0.2')"
	dropped not_ip "rarp(dst=OTHER)"
	dropped vlan_tagged "Ether(src=ME, dst=OTHER)/Dot1Q(vlan=5)/IP(src='10.0.0.1')"
	passes "Ether(src=ME, dst=OTHER)/Dot1Q(vlan=0)/IP(src='10.0.0.1', dst='10.0.0.2')/
		UDP(sport=1, dport=1)/b'payload'" "b'payload' in raw and p.type == 0x800"
	counted
}

# No VM is a DHCP server or relay, whatever address it has, unless its vif says so. What
# has the ports is the first fragment, and who begins it shorter says nothing.
test_dhcp_server()
{
	counting
	dropped dhcp_guard "dhcp(67, 68)"
	dropped dhcp_guard "dhcp(67, 68, to='255.255.255.255', dst=ALL)"
	dropped dhcp_guard "dhcp(67, 67)"
	dropped dhcp_guard "dhcp(4000, 68)"
	dropped dhcp_guard "dhcp(67, 4000, dst=ROUTER)"
	dropped dhcp_guard "dhcp(67, 68, '10.0.0.2')"
	dropped dhcp_guard "dhcp(67, 68, '0.0.0.0')"
	dropped dhcp_guard "dhcp(67, 68, options=[IPOption_NOP()] * 8)"
	dropped dhcp_guard "dhcp(67, 68, flags='MF')"
	dropped short_header "eth()/IP(src='10.0.0.1', dst='10.0.0.2', proto=17, flags='MF')/
		b'\0\x43\0\x44'"
	dropped dhcp_guard "dhcp6(547, 546)"
	dropped dhcp_guard "dhcp6(547, 4000, 'fd00::1', 'fd00::2')"
	dropped dhcp_guard "dhcp6(4000, 546)"
	dropped dhcp_guard "dhcp6(547, 546, between=IPv6ExtHdrDestOpt()/IPv6ExtHdrRouting())"
	dropped dhcp_guard "dhcp6(547, 546, between=IPv6ExtHdrFragment(m=1))"
	dropped bad_ipv6_header "eth()/IPv6(src='fd00::1', dst='fd00::2')/
		IPv6ExtHdrFragment(m=1, nh=60)/IPv6ExtHdrDestOpt(nh=17)"
	counted
	vr h1 vif set p1 dhcp-server on
	passes "dhcp(67, 68)"
	passes "dhcp(67, 67)"
	passes "dhcp6(547, 546)"
	vr h1 vif set p1 dhcp-server off
	drops_rise 20 h1 dhcp_guard wire send p1 "dhcp(67, 68)" 20
}

# Clients without an address ask everyone, and say nothing else.
test_dhcp_client()
{
	counting
	passes "dhcp(68, 67, '0.0.0.0', '255.255.255.255', ALL)"
	passes "dhcp(68, 67)"
	passes "dhcp6(546, 547, to='ff02::1:2')"
	dropped spoofed_ip "dhcp(68, 67, '0.0.0.0')"
	dropped spoofed_ip "dhcp(68, 67, '0.0.0.0', '10.0.0.255', ALL)"
	dropped spoofed_ip "dhcp(69, 67, '0.0.0.0', '255.255.255.255', ALL)"
	dropped spoofed_ip "dhcp(68, 67, '0.0.0.0', '255.255.255.255', ALL, flags='MF')"
	dropped spoofed_ip "dhcp6(546, 547, '::', 'ff02::1:2')"
	dropped spoofed_ip "dhcp6(546, 547, 'fe80::ff:fe00:2', 'ff02::1:2')"
	counted
}

# No VM is a router, unless its vif says so.
test_router()
{
	local ra="Ether(src=ME, dst='33:33:00:00:00:01')/IPv6(src='fe80::ff:fe00:1', dst='ff02::1',
		hlim=255)/ICMPv6ND_RA()/ICMPv6NDOptSrcLLAddr(lladdr=ME)"
	local redirect="eth()/IPv6(src='fe80::ff:fe00:1', dst='fd00::2', hlim=255)/
		ICMPv6ND_Redirect(tgt='fd00::9', dst='fd00::9')"

	counting
	dropped ra_guard "$ra"
	dropped ra_guard "$redirect"
	vr h1 vif set p1 router on
	passes "$ra"
	passes "$redirect"
	# As itself, from a link-local address.
	dropped spoofed_nd "Ether(src=ME, dst='33:33:00:00:00:01')/IPv6(src='fe80::ff:fe00:2',
		dst='ff02::1', hlim=255)/ICMPv6ND_RA()"
	dropped spoofed_nd "Ether(src=ME, dst='33:33:00:00:00:01')/IPv6(src='fe80::ff:fe00:1',
		dst='ff02::1', hlim=255)/ICMPv6ND_RA()/ICMPv6NDOptSrcLLAddr(lladdr=ROUTER)"
	dropped spoofed_nd "Ether(src=ME, dst='33:33:00:00:00:01')/
		IPv6(src='fe80::200:5eff:fe00:100', dst='ff02::1', hlim=255)/ICMPv6ND_RA()"
	dropped bad_nd "Ether(src=ME, dst='33:33:00:00:00:01')/IPv6(src='fd00::1', dst='ff02::1',
		hlim=255)/ICMPv6ND_RA()"
	vr h1 vif set p1 router off
	dropped ra_guard "$ra"
	counted
}

# Each device of a VM has addresses of its own, and in another network it may have the
# same ones.
test_devices_of_one_vm()
{
	wire clear
	drops_rise 20 h1 spoofed_mac wire send n1 "four()" 20
	drops_rise 20 h1 spoofed_ip wire send n1 "four(src='$mac4')" 20
	drops_rise 20 h1 spoofed_ip wire send n1 "six(src='$mac4')" 20
	drops_rise 20 h1 spoofed_arp wire send n1 "arp(src='$mac4', hwsrc='$mac4')" 20
	drops_rise 20 h1 spoofed_mac wire send p1 "four('10.0.0.4', src='$mac4')" 20
	drops_rise 20 h1 spoofed_ip wire send p1 "four('10.0.0.4')" 20
	wire send n1 "four('10.0.0.4', src='$mac4')" 20
	wire send n1 "six('fd00::4', src='$mac4')" 20
	is "$(wire count p2 "True" 40)" 40 "frames of the second device at p2"
	wire clear
	wire send r1 "four()" 20
	is "$(wire count r2 "True" 20)" 20 "frames in red"
	is "$(wire count p2 "True")" 0 "of them in blue"
	drops_rise 20 h1 spoofed_ip wire send r1 "four('10.0.9.77')" 20
}

# What a vif may send changes at once.
test_changes()
{
	passes "four()"
	vr h1 vif set p1 address 10.0.0.11 address fd00::11
	drops_rise 20 h1 spoofed_ip wire send p1 "four()" 20
	passes "four('10.0.0.11')"
	vr h1 vif set p1 mac 02:00:00:00:00:11
	drops_rise 20 h1 spoofed_mac wire send p1 "four('10.0.0.11')" 20
	passes "four('10.0.0.11', src='02:00:00:00:00:11')"
	vr h1 vif set p1 mac $mac1 address 10.0.0.1 address fd00::1 \
		address 10.0.9.0/24 address fd00:9::/64
	passes "four()"
}

# Without a MAC and without addresses: whatever it says, virtual routers of VRRP and CARP with
# the ids 1 to 255 too, but not the gateway's MAC.
test_free()
{
	local what

	for what in "four('198.51.100.1', src='02:00:00:00:00:77')" \
			"six('2001:db8::1', src='02:00:00:00:00:77')" \
			"eth(src='02:00:00:00:00:77', type=0x88b5)/bytes(46)" \
			"Ether(src='$mac3', dst=ALL)/ARP(hwsrc='$mac3', psrc='10.0.0.3', pdst='10.0.0.3')" \
			"four('10.0.0.33', src='00:00:5e:00:01:01')" \
			"four('10.0.0.33', src='00:00:5e:00:01:ff')"
	do
		wire clear
		wire send p3 "$what" 20
		is "$(wire count p2 True 20)" 20 "frames like \"$what\""
	done
	drops_rise 20 h1 gateway_source_mac wire send p3 "four(src=ROUTER)" 20
	drops_rise 20 h1 spoofed_arp wire send p3 \
		"Ether(src='$mac3', dst=ALL)/ARP(hwsrc='$mac3', psrc='10.0.0.254')" 20
}

begin spoof
must set_up
it "MAC addresses" test_mac
it "IPv4 addresses" test_ipv4
it "IPv6 addresses" test_ipv6
it "what is allowed passes" test_allowed
it "fragments" test_fragments
it "ARP" test_arp
it "neighbour discovery" test_nd
it "neighbour discovery that two receivers would read differently" test_nd_twice
it "IPv6 extension headers that two receivers would read differently" test_extensions_twice
it "what isn't IP" test_not_ip
it "DHCP servers" test_dhcp_server
it "DHCP clients" test_dhcp_client
it "routers" test_router
it "changes of a vif" test_changes
it "the network and the namespace count the same" test_totals
it "several devices of one VM" test_devices_of_one_vm
it "a vif without MAC and addresses" test_free
finish
