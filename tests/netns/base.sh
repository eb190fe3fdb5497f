#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Base rules: under a policy of deny, what VMs need to begin with passes, and nothing else:
#
#	          h1                                     h2
#	┌───────────────────────────┐            ┌─────────────────┐
#	│ blue (vni 100)            u0──────────u0 sends and sees  │
#	│  p1 .1  a client          │            │ what tunnels    │
#	│  p2 .2  a DHCP server     │            │ carry           │
#	│  p3 .3  anyone            │            └─────────────────┘
#	│  c4 .4  with an IP stack  │
#	│  s5 .5  and a DHCP server │
#	│ red                       │
#	│  r1 10.1.0.1  a DHCP server, to which blue is routed
#	└───────────────────────────┘
#
# No VM has a group, unless said. p1 to p3 and r1 say nothing by themselves.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac()	# NUMBER
{
	echo "02:00:00:00:00:0$1"
}

set_up()
{
	local i

	add_underlay &&
	vr_batch h1 <<-END || return 1
		network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64 ra off
		network add red gateway 10.1.0.254/24 ra off
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 90 type flood member 7
		network set blue flood 90
		nexthop add id 8 type network network blue
		route add 10.0.0.0/24 network red nexthop 8
		sg add closed
		sg rule add closed egress deny
		sg rule add closed ingress reject
	END
	for i in 1 2 3; do
		add_port p$i h1 "$(mac $i)" network blue mac "$(mac $i)" address 10.0.0.$i \
			address fd00::$i || return 1
	done
	vr h1 vif set p2 dhcp-server on &&
	add_port r1 h1 "$(mac 6)" network red mac "$(mac 6)" address 10.1.0.1 dhcp-server on &&
	add_vm c4 h1 blue "$(mac 4)" 10.0.0.4 && add_vm s5 h1 blue "$(mac 5)" 10.0.0.5 &&
	wire open wire2 h2 u0 &&
	wire define "
ALL = 'ff:ff:ff:ff:ff:ff'
SERVERS6 = '33:33:00:01:00:02'
ROUTER = '$gateway_mac'

def mac(n):
	return '02:00:00:00:00:%02x' % n

def link(n):
	return 'fe80::ff:fe00:%x' % n

# What client n asks servers with.
def ask(mark, n=1, src='0.0.0.0', dst='255.255.255.255', to=ALL, sport=68, dport=67, **more):
	return (Ether(src=mac(n), dst=to)/IP(src=src, dst=dst, **more)/
		UDP(sport=sport, dport=dport)/mark)

def ask6(mark, n=1, src=None, dst='ff02::1:2', to=SERVERS6, sport=546, dport=547):
	return (Ether(src=mac(n), dst=to)/IPv6(src=src or link(n), dst=dst, hlim=64)/
		UDP(sport=sport, dport=dport)/mark)

# What server n tells a client.
def tell(mark, n=2, src=None, dst='10.0.0.1', to=mac(1)):
	return ask(mark, n, src or '10.0.0.%d' % n, dst, to, 67, 68)

def tell6(mark, n=2, src=None, dst=link(1), to=mac(1)):
	return ask6(mark, n, src or link(n), dst, to, 547, 546)

def tunneled(p):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1')/
		UDP(sport=50000, dport=4789)/VXLAN(flags=8, vni=100)/p)

def mld(message, n=1, src=None, dst='ff02::16', hlim=1):
	return (Ether(src=mac(n), dst='33:33:00:00:00:16')/
		IPv6(src=src or link(n), dst=dst, hlim=hlim)/
		IPv6ExtHdrHopByHop(options=[RouterAlert()])/message)

def rarp(n=1, op=3, psrc='0.0.0.0', dst=ALL, more=bytes(18)):
	return (Ether(src=mac(n), dst=dst, type=0x8035)/ARP(op=op, hwsrc=mac(n), hwdst=mac(n),
		psrc=psrc, pdst='0.0.0.0')/more)

def igmp(mark, n=1, dst='224.0.0.22', ttl=1):
	return (Ether(src=mac(n), dst='01:00:5e:00:00:16')/IP(src='10.0.0.%d' % n, dst=dst,
		ttl=ttl, proto=2, options=IPOption_Router_Alert())/mark)
"
}

# What p1, or another one, sends comes to p2, or another one, and leaves for the overlay
# when it is for all.
passes()	# EXPRESSION MARK [FROM [TO]]
{
	local to=${4-p2}

	wire clear
	wire send "${3-p1}" "$1"
	is "$(wire count "$to" "b'$2' in raw" 1)" 1 "$2 at $to"
}

everywhere()	# EXPRESSION MARK
{
	passes "$1" "$2"
	is "$(wire count p3 "b'$2' in raw" 1)" 1 "$2 at p3"
	is "$(wire count wire2 "b'$2' in raw" 1)" 1 "$2 in the underlay"
}

# It does not leave p1's vif, or another one.
denied()	# EXPRESSION [FROM [REASON]]
{
	local before vif=${2-p1} reason=${3-policy_deny}

	before=$(drop_count h1 "$reason" vif "$vif")
	wire send "$vif" "$1"
	eventually drop_count_is $((before + 1)) h1 "$reason" vif "$vif"
}

# Others than servers do not hear them.
test_clients_ask()
{
	passes "ask(b'discover')" discover
	is "$(wire count wire2 "b'discover' in raw" 1)" 1 "in the underlay"
	passes "ask(b'rebind', src='10.0.0.1')" rebind
	passes "ask6(b'solicit')" solicit
	is "$(wire count wire2 "b'solicit' in raw" 1)" 1 "in the underlay"
	is "$(wire count p3 "b'solicit' in raw or b'rebind' in raw")" 0 "at p3"
}

# Only to all servers, from an address that the client has, and whole.
test_only_that()
{
	denied "ask(b'no', src='10.0.0.1', dst='10.0.0.2', to=mac(2))"
	denied "ask(b'no', src='10.0.0.1', dst='10.0.0.255')"
	denied "ask(b'no', src='10.0.0.1', dst='224.0.0.1')"
	denied "ask(b'no', src='10.0.0.1', to=ROUTER)"
	denied "ask(b'no', src='10.0.0.1', sport=69)"
	denied "ask(b'no', src='10.0.0.1', dport=69)"
	denied "ask(bytes(16), src='10.0.0.1', flags='MF')"
	denied "ask(b'no', dst='10.0.0.2', to=mac(2))" p1 spoofed_ip
	denied "ask(b'no', dst='10.0.0.255')" p1 spoofed_ip
	denied "ask(b'no', dport=69)" p1 spoofed_ip
	denied "ask(b'no', src='10.0.0.3')" p1 spoofed_ip
	denied "ask6(b'no', src='fd00::1')"
	denied "ask6(b'no', dst='ff02::1')"
	denied "ask6(b'no', dst='ff05::1:3')"
	denied "ask6(b'no', dst=link(2), to=mac(2))"
	denied "ask6(b'no', sport=545)"
	denied "ask6(b'no', src=link(3))" p1 spoofed_ip
	denied "ask6(b'no', src='::')" p1 spoofed_ip
}

test_servers_answer()
{
	passes "tell(b'offer', dst='10.0.0.77')" offer p2 p1
	passes "tell(b'to all', dst='255.255.255.255', to=ALL)" "to all" p2 p1
	is "$(wire count p3 "b'to all' in raw" 1)" 1 "at p3"
	passes "tell6(b'advertise')" advertise p2 p1
	denied "tell(b'no', n=3)" p3 dhcp_guard
	denied "tell6(b'no', n=3)" p3 dhcp_guard
	# A server says nothing else.
	denied "ask(b'no', 2, '10.0.0.2', '10.0.0.1', mac(1), 67, 69)" p2
	denied "tell6(b'no', src='fd00::2')" p2
	denied "tell6(b'no', dst='fd00::1')" p2
}

# A server elsewhere; what was routed on the way is from anyone.
test_overlay()
{
	passes "tunneled(tell(b'offer', n=9, dst='10.0.0.1'))" offer wire2 p1
	passes "tunneled(tell6(b'advertise', n=9))" advertise wire2 p1
	passes "tunneled(ask(b'discover', n=9))" discover wire2 p2
	is "$(wire count p1 "b'discover' in raw")" 0 "at a client"
	wire define "routed = tunneled(tell(b'no', src='198.51.100.1'))
routed[VXLAN].payload.src = ROUTER"
	drops_rise 1 h1 policy_deny wire send wire2 "routed"
}

# From another network, though from a server.
test_routed()
{
	drops_rise 1 h1 policy_deny wire send r1 "ask(b'no', 6, '10.1.0.1', '10.0.0.1', ROUTER, 67, 68)"
	# It would have arrived.
	vr h1 network set red policy allow
	vr h1 network set blue policy allow
	passes "ask(b'routed', 6, '10.1.0.1', '10.0.0.1', ROUTER, 67, 68)" routed r1 p1
	vr h1 network set blue policy deny
	drops_rise 1 h1 policy_deny wire send r1 "ask(b'no', 6, '10.1.0.1', '10.0.0.1', ROUTER, 67, 68)"
	vr h1 network set red policy deny
}

# After a live migration the hypervisor says so, for switches that learn, by RARP; QEMU too.
test_self_announcement()
{
	everywhere "rarp()" "\x80\x35"
	passes "tunneled(rarp(9))" "\x80\x35" wire2
	wire clear
	wire send p1 "rarp(more=b'secret')"
	is "$(wire count p2 "p.type == 0x8035" 1)" 1 "at p2"
	is "$(wire count p2 "b'secret' in raw")" 0 "with what was behind it"
	denied "rarp(psrc='10.0.0.1')" p1 not_ip
	denied "rarp(op=4)" p1 not_ip
	denied "rarp(dst=mac(2))" p1 not_ip
	drops_rise 5 h1 policy_deny wire send wire2 "tunneled(rarp(9, psrc='10.0.0.9'))"
}

# What is behind ARP is Ethernet's padding, not a way around policy.
test_behind_arp()
{
	wire clear
	wire send p1 "Ether(src=mac(1), dst=ALL)/ARP(hwsrc=mac(1), psrc='10.0.0.1', pdst='10.0.0.1')/
		b'secret'"
	is "$(wire count p2 "has(ARP)" 1)" 1 "ARP at p2"
	is "$(wire count p2 "b'secret' in raw")" 0 "with what was behind it"
}

test_mld()
{
	everywhere "mld(ICMPv6MLReport2()/b'report2')" report2
	everywhere "mld(ICMPv6MLReport2()/b'unspecified', src='::')" unspecified
	everywhere "mld(ICMPv6MLReport(mladdr='ff05::9')/b'report1', dst='ff05::9')" report1
	everywhere "mld(ICMPv6MLDone(mladdr='ff05::9')/b'done', dst='ff02::2')" "done"
	everywhere "mld(ICMPv6MLQuery()/b'query', dst='ff02::1')" query
	denied "mld(ICMPv6MLReport2(), hlim=2)"
	denied "mld(ICMPv6MLReport2(), dst='fd00::2')"
	denied "mld(ICMPv6MLReport2(), src='fd00::1')"
	denied "mld(ICMPv6EchoRequest())"
	denied "Ether(src=mac(1), dst=mac(2))/IPv6(src=link(1), dst='ff02::16', hlim=1)/
		ICMPv6MLReport2()"
	denied "mld(IPv6ExtHdrFragment(m=1)/ICMPv6MLReport2())"
	denied "mld(ICMPv6MLQuery(), src='::', dst='ff02::1')" p1 spoofed_ip
	passes "tunneled(mld(ICMPv6MLQuery()/b'from afar', 9))" "from afar" wire2
}

test_igmp()
{
	everywhere "igmp(b'igmp report')" "igmp report"
	everywhere "igmp(b'igmp query', dst='224.0.0.1')" "igmp query"
	denied "igmp(b'no', ttl=2)"
	denied "igmp(b'no', dst='10.0.0.2')"
	denied "Ether(src=mac(1), dst='01:00:5e:00:00:16')/IP(src='10.0.0.1', dst='224.0.0.22',
		ttl=1)/UDP()"
	denied "Ether(src=mac(1), dst='01:00:5e:00:00:16')/IP(src='10.0.0.1', dst='224.0.0.22',
		ttl=1, proto=2, flags='MF')/bytes(16)"
}

has_groups()	# GROUP...
{
	local i

	for i in 1 2 3; do
		echo "vif set p$i sg $1"
	done | vr_batch h1
}

# They come before all rules.
test_groups()
{
	has_groups closed
	passes "ask(b'discover')" discover
	passes "tell(b'offer')" offer p2 p1
	passes "ask6(b'solicit')" solicit
	passes "tell6(b'advertise')" advertise p2 p1
	everywhere "mld(ICMPv6MLReport2()/b'report')" report
	everywhere "igmp(b'igmp')" igmp
	denied "ask(b'no', src='10.0.0.1', dport=69)" p1 rule_deny
	# What is asked of all comes to p3, too, which is no server.
	is "$(wire json "$(vr h1 -s -j sg rule show closed)" "[o['packets'] for o in d]")" "1
2" "packets that the rules decided about"
	has_groups none
}

# The answer for an address is the hypervisor's, so a server that asks first whether it is
# free must be told whose it is.
server_conf()
{
	cat <<-END
		start 10.0.0.4
		end 10.0.0.4
		interface eth0
		static_lease $(mac 4) 10.0.0.4
		lease_file $tap_log.leases
		pidfile $tap_log.pid
	END
}

client()
{
	ip netns exec c4 busybox udhcpc -i eth0 -f -n -q -t 3 -T 1 -s /bin/true 2>&1
}

# Of a VM, and another VM's server, without any rule.
test_real_client()
{
	local server

	command -v busybox >/dev/null || skip "busybox is not installed"
	ip -n c4 addr flush dev eth0
	server_conf >"$tap_log.conf"
	: >"$tap_log.leases"
	ip netns exec s5 busybox udhcpd -f "$tap_log.conf" &
	server=$!
	fails client
	drop_count_is 0 h1 dhcp_guard vif s5
	vr h1 vif set s5 dhcp-server on
	like "$(client)" "lease of 10.0.0.4 obtained"
	kill "$server"
	rm -f "$tap_log".{conf,leases,pid}
}

begin base
must set_up
it "DHCP clients ask" test_clients_ask
it "and nothing else that looks like it" test_only_that
it "DHCP servers answer" test_servers_answer
it "DHCP through the overlay" test_overlay
it "DHCP from other networks" test_routed
it "self-announcements after a migration" test_self_announcement
it "nothing passes behind ARP" test_behind_arp
it "MLD" test_mld
it "IGMP" test_igmp
it "rules of groups come after base rules" test_groups
it "a VM's DHCP client and server" test_real_client
finish
