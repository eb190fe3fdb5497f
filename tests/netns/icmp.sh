#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP that the router sends, and that it sends nothing else and nowhere else:
#
#	             h1                                  h2
#	┌──────────────────────────┐           ┌──────────────────┐
#	│ blue (vni 100), policy   │           │ captured, and    │
#	│ allow, gateways          │           │ sends as another │
#	│ 10.0.0.254 10.0.1.254    │           │ hypervisor would │
#	│ fd00::fe fd00:1::fe      │           │                  │
#	│  p1 10.0.0.1 fd00::1     u0─────────u0  10.0.1.4        │
#	│  v2 10.0.1.2 fd00:1::2   │           │  fd00:1::4       │
#	└──────────────────────────┘           └──────────────────┘
#
# p1 says nothing by itself, v2 is a VM with an IP stack.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

mac1=02:00:00:00:00:01
mac2=02:00:00:00:00:02
mac4=02:00:00:00:00:04

set_up()
{
	add_underlay || return 1
	vr_batch h1 <<-END || return 1
		network add blue vni 100 policy allow gateway 10.0.0.254/24 \
	gateway 10.0.1.254/24 gateway fd00::fe/64 gateway fd00:1::fe/64
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.2
		nexthop add id 10 type reject
		nexthop add id 11 type reject code net
		nexthop add id 12 type reject code host
		nexthop add id 13 type reject code prohibited
		nexthop add id 14 type blackhole
		$(remote_vm blue 7 $mac4 10.0.1.4 fd00:1::4)
	END
	add_port p1 h1 $mac1 network blue mac $mac1 address 10.0.0.1 address fd00::1 &&
	add_vm v2 h1 blue $mac2 10.0.1.2 fd00:1::2 &&
	wire open wire2 h2 u0 &&
	wire define "
GATEWAY = '$gateway_mac'

def from_p1(ip, to=GATEWAY):
	return Ether(src='$mac1', dst=to)/ip

def four(dst, **fields):
	return from_p1(IP(src='10.0.0.1', dst=dst, **fields))

def six(dst, **fields):
	return from_p1(IPv6(src='fd00::1', dst=dst, **fields))

def overlay(frame):
	return (Ether(dst='$(mac_of h1 u0)')/IP(src='192.0.2.2', dst='192.0.2.1')/
		UDP(sport=5555, dport=4789)/VXLAN(flags=8, vni=100)/frame)

def is_error(p):
	if IP in p:
		return p[IP].proto == 1 and to_bytes(p[IP])[20] in (3, 4, 5, 11, 12)
	return IPv6 in p and p[IPv6].nh == 58 and to_bytes(p[IPv6])[40] < 128

def without_ttl(b):
	return b[:8] + b[9:10] + b[12:] if b[0] >> 4 == 4 else b[:7] + b[8:]

def error(p, q):
	ip = p[IP] if IP in p else p[IPv6]
	data = to_bytes(ip)
	if IP in p:
		at, most, size = 20, 576, ip.len
		question = to_bytes(q[IP])
	else:
		at, most, size = 40, 1280, ip.plen + 40
		question = to_bytes(q[IPv6])
	# a router may have changed what routers change before it found the error
	quoted, question = without_ttl(data[at + 8:size]), without_ttl(question)
	good = (quoted == question[:len(quoted)] and valid_l4_sum(p) and
		size == min(most, at + 8 + len(to_bytes(q.payload))))
	return '%s %s %u/%u %u %s' % (ip.src, ip.dst, data[at], data[at + 1],
		int.from_bytes(data[at + 4:at + 8], 'big'), 'whole' if good else 'wrong')
" &&
	ip netns exec h1 nft -f - <<-END
		table inet t {
			chain out {
				type filter hook output priority 0
				icmpv6 type < 128 counter comment "icmp"
				meta l4proto icmp counter comment "icmp"
				ip daddr 10.0.0.0/8 counter comment "tenant"
				ip6 daddr fd00::/8 counter comment "tenant"
			}
			chain pre {
				type filter hook prerouting priority 0
				iifname != "u0" iifname != "lo" counter comment "tenant"
			}
		}
	END
}

# The error that a packet of p1 is answered with.
error_for()	# EXPRESSION
{
	wire define "Q = $1"
	wire ask p1 Q "is_error(p)" "p.src + ' ' + p.dst + ' ' + error(p, Q)"
}

wanted()	# GATEWAY TYPE/CODE INFO
{
	local to=10.0.0.1

	[[ $1 != *:* ]] || to=fd00::1
	echo "$gateway_mac $mac1 $1 $to $2 $3 whole"
}

# Nothing comes to p1 for a packet, as the answer to a ping that follows shows.
silence_for()	# EXPRESSION
{
	wire clear p1
	wire send p1 "$1"
	wire send p1 "four('10.0.0.254')/ICMP(id=77)"
	is "$(wire count p1 "has(ICMP) and p[ICMP].type == 0 and p[ICMP].id == 77" 1)" 1 "pings"
	is "$(wire count p1 "is_error(p)")" 0 "errors for $1"
}

test_ttl()
{
	is "$(error_for "four('10.0.1.2', ttl=1)/UDP()/b'x'")" "$(wanted 10.0.0.254 11/0 0)"
	is "$(error_for "four('10.0.1.2', ttl=0)/UDP()/b'x'")" "$(wanted 10.0.0.254 11/0 0)"
	is "$(error_for "six('fd00:1::2', hlim=1)/UDP()/b'x'")" "$(wanted fd00::fe 3/0 0)"
	is "$(error_for "six('fd00:1::2', hlim=0)/UDP()/b'x'")" "$(wanted fd00::fe 3/0 0)"
}

# The way to v2: the gateway, then v2 itself.
test_traceroute()
{
	is "$(wire ask p1 "four('10.0.1.2', ttl=1)/UDP(dport=33434)" "is_error(p)" \
		"p[IP].src")" 10.0.0.254
	is "$(wire ask p1 "four('10.0.1.2', ttl=2)/UDP(dport=33435)" "is_error(p)" \
		"p[IP].src")" 10.0.1.2
	is "$(wire ask p1 "six('fd00:1::2', hlim=1)/UDP(dport=33434)" "is_error(p)" \
		"p[IPv6].src")" fd00::fe
	is "$(wire ask p1 "six('fd00:1::2', hlim=2)/UDP(dport=33435)" "is_error(p)" \
		"p[IPv6].src")" fd00:1::2
}

# As much of the packet as the RFCs allow goes back.
test_quote()
{
	is "$(error_for "four('10.0.1.2', ttl=1)/UDP()/(b'0123456789' * 140)")" \
		"$(wanted 10.0.0.254 11/0 0)"
	is "$(error_for "six('fd00:1::2', hlim=1)/UDP()/(b'0123456789' * 140)")" \
		"$(wanted fd00::fe 3/0 0)"
	is "$(error_for "four('10.0.1.2', ttl=1, options=[IPOption_NOP()] * 4)/UDP()")" \
		"$(wanted 10.0.0.254 11/0 0)"
}

test_no_route()
{
	is "$(error_for "four('203.0.113.1')/UDP()")" "$(wanted 10.0.0.254 3/0 0)"
	is "$(error_for "six('2001:db8:9::1')/UDP()")" "$(wanted fd00::fe 1/0 0)"
}

test_no_neighbour()
{
	is "$(error_for "four('10.0.1.77')/UDP()")" "$(wanted 10.0.0.254 3/1 0)"
	is "$(error_for "six('fd00:1::77')/UDP()")" "$(wanted fd00::fe 1/3 0)"
}

test_reject()
{
	local nexthop codes

	while read -r nexthop codes; do
		vr_batch h1 <<-END
			route replace 203.0.113.0/24 network blue nexthop $nexthop
			route replace 2001:db8:9::/48 network blue nexthop $nexthop
		END
		is "$(error_for "four('203.0.113.1')/TCP()")" \
			"$(wanted 10.0.0.254 "3/${codes% *}" 0)" "next hop $nexthop"
		is "$(error_for "six('2001:db8:9::1')/TCP()")" \
			"$(wanted fd00::fe "1/${codes#* }" 0)" "next hop $nexthop"
	done <<-END
		10 13 1
		11 0 0
		12 1 3
		13 13 1
	END
}

test_blackhole()
{
	vr_batch h1 <<-END
		route replace 203.0.113.0/24 network blue nexthop 14
		route replace 2001:db8:9::/48 network blue nexthop 14
	END
	drops_rise 1 h1 blackhole silence_for "four('203.0.113.1')/TCP()"
	drops_rise 1 h1 blackhole silence_for "six('2001:db8:9::1')/TCP()"
}

# An IP packet of so many bytes.
sized()	# FAMILY DESTINATION BYTES
{
	if [[ $1 = 4 ]]; then
		echo "four('$2', flags='DF')/UDP(sport=9, dport=9)/bytes($3 - 28)"
	else
		echo "six('$2')/UDP(sport=9, dport=9)/bytes($3 - 48)"
	fi
}

# The largest packet passes, one byte more is told the limit.
limit_is()	# MTU IPV4-DESTINATION IPV6-DESTINATION PORT
{
	is "$(error_for "$(sized 4 "$2" $(($1 + 1)))")" "$(wanted 10.0.0.254 3/4 "$1")"
	is "$(error_for "$(sized 6 "$3" $(($1 + 1)))")" "$(wanted fd00::fe 2/0 "$1")"
	wire clear
	wire send p1 "$(sized 4 "$2" "$1")"
	wire send p1 "$(sized 6 "$3" "$1")"
	wire count "$4" "b'\\x45\\x00' + struct.pack('!H', $1) in raw" 1 >/dev/null
	is "$(wire count "$4" "b'\\x45\\x00' + struct.pack('!H', $1) in raw" 1)" 1 "IPv4"
	is "$(wire count "$4" "b'\\x60\\0\\0\\0' + struct.pack('!H', $1 - 40) in raw" 1)" 1 "IPv6"
	is "$(wire count p1 "is_error(p) and to_bytes(p.payload)[20:22] == b'\\x03\\x04'")" 0
}

test_too_big_for_vif()
{
	wire open v2 v2 eth0
	ip -n h1 link set p1 mtu 1600
	ip -n p1 link set eth0 mtu 1600
	vr h1 vif set v2 mtu 1300
	limit_is 1300 10.0.1.2 fd00:1::2 v2
	vr h1 vif set v2 mtu 0
	limit_is 1500 10.0.1.2 fd00:1::2 v2
	wire close v2
}

# 1500 less IPv4 20 or IPv6 40, UDP 8, VXLAN 8, Ethernet 14.
test_too_big_for_tunnel()
{
	limit_is 1450 10.0.1.4 fd00:1::4 wire2
	vr h1 nexthop replace id 7 type tunnel tunnel vx6 remote 2001:db8::2
	limit_is 1430 10.0.1.4 fd00:1::4 wire2
	vr h1 nexthop replace id 7 type tunnel tunnel vx4 remote 192.0.2.2
	vr h1 network set blue mtu 1400
	limit_is 1400 10.0.1.4 fd00:1::4 wire2
	vr h1 network set blue mtu 1500
}

test_ping_gateway()
{
	local a

	for a in 10.0.1.254 10.0.0.254 fd00:1::fe fd00::fe fe80::200:5eff:fe00:100%eth0; do
		ip netns exec v2 ping -n -q -c 2 -i 0.01 -W 5 -s 1000 $a
	done
	is "$(wire ask p1 "four('10.0.0.254', tos=0x48, id=9)/ICMP(id=3, seq=4)/b'echo'" \
		"has(ICMP)" "' '.join(str(x) for x in (p[IP].src, p[IP].dst, p[IP].tos,
		p[ICMP].type, p[ICMP].id, p[ICMP].seq, bytes(p[ICMP].payload), p[IP].ttl,
		valid_ip_sum(p), valid_l4_sum(p)))")" \
		"10.0.0.254 10.0.0.1 72 0 3 4 b'echo' 64 True True"
}

# A wrong checksum isn't made right.
test_ping_wrong_checksum()
{
	drops_rise 1 h1 to_gateway wire send p1 "four('10.0.0.254')/ICMP(chksum=0x1234)"
	drops_rise 1 h1 to_gateway wire send p1 \
		"six('fd00::fe')/ICMPv6EchoRequest(cksum=0x1234)"
}

test_unreachable_port()
{
	is "$(error_for "four('10.0.0.254')/UDP(dport=53)/b'q'")" "$(wanted 10.0.0.254 3/3 0)"
	is "$(error_for "four('10.0.0.254')/TCP(dport=22)")" "$(wanted 10.0.0.254 3/3 0)"
	is "$(error_for "four('10.0.0.254', proto=47)/b'gregre'")" "$(wanted 10.0.0.254 3/2 0)"
	is "$(error_for "six('fd00::fe')/UDP(dport=53)/b'q'")" "$(wanted fd00::fe 1/4 0)"
	is "$(error_for "six('fd00::fe', nh=47)/b'gregre'")" "$(wanted fd00::fe 4/1 6)"
}

# RFC 1122, 3.2.2; RFC 1812, 4.3.2.7; RFC 4443, 2.4 (e).
test_no_error()
{
	silence_for "four('10.0.1.2', ttl=1)/ICMP(type=3, code=3)/b'quoted quoted quoted'"
	silence_for "four('10.0.1.2', ttl=1)/ICMP(type=11)/b'quoted quoted quoted'"
	silence_for "four('10.0.1.2', ttl=1, frag=100)/b'later fragment'"
	silence_for "from_p1(IP(src='10.0.0.1', dst='10.0.1.2', ttl=1), 'ff:ff:ff:ff:ff:ff')/UDP()"
	silence_for "four('10.0.1.255', ttl=1)/UDP()"
	silence_for "four('224.0.0.5', ttl=1)/UDP()"
	silence_for "six('fd00:1::2', hlim=1)/ICMPv6DestUnreach()/b'quoted quoted quoted'"
	silence_for "six('fd00:1::2', hlim=1)/ICMPv6PacketTooBig()/b'quoted quoted quoted'"
	silence_for "from_p1(IPv6(src='fe80::ff:fe00:1', dst='ff02::5', hlim=1),
		'33:33:00:00:00:05')/UDP()"
}

# A ping isn't an error, nor is a first fragment a later one.
test_errors_for_queries()
{
	is "$(error_for "four('10.0.1.2', ttl=1)/ICMP()")" "$(wanted 10.0.0.254 11/0 0)"
	is "$(error_for "four('10.0.1.2', ttl=1, flags='MF')/UDP()/bytes(80)")" \
		"$(wanted 10.0.0.254 11/0 0)"
	is "$(error_for "six('fd00:1::2', hlim=1)/ICMPv6EchoRequest()")" \
		"$(wanted fd00::fe 3/0 0)"
}

# Packets that came from the overlay: the answer goes back there, by the tenant's routes.
test_overlay()
{
	wire define "Q = Ether(src='$mac4', dst=GATEWAY)/IP(src='10.0.1.4', dst='10.0.0.1',
		ttl=1)/UDP()/b'overlay'"
	is "$(wire ask wire2 "overlay(Q)" "has(VXLAN) and is_error(p[VXLAN].payload)" \
		"p[IP].dst + ' ' + p[VXLAN].payload.src + ' ' + p[VXLAN].payload.dst + ' ' +
		str(p[VXLAN].vni) + ' ' + error(p[VXLAN].payload, Q)")" \
		"192.0.2.2 $gateway_mac $mac4 100 10.0.1.254 10.0.1.4 11/0 0 whole"
	wire define "Q = Ether(src='$mac4', dst=GATEWAY)/IPv6(src='fd00:1::4', dst='fd00::1',
		hlim=1)/UDP()/b'overlay'"
	is "$(wire ask wire2 "overlay(Q)" "has(VXLAN) and is_error(p[VXLAN].payload)" \
		"error(p[VXLAN].payload, Q)")" "fd00:1::fe fd00:1::4 3/0 0 whole"
}

# What comes to one network by tunnels leaves another its errors.
test_overlay_limit()
{
	local i

	vr_batch h1 <<-END
		network add red vni 200 gateway 10.0.1.254/24 ra off
		$(remote_vm red 7 $mac4 10.0.1.4)
	END
	wire define "Q = Ether(src='$mac4', dst=GATEWAY)/IP(src='10.0.1.4', dst='10.0.0.1',
		ttl=1)/UDP()/b'overlay'
many = overlay(Q)
many[VXLAN].vni = 200
def error_in(raw, vni):	# without Scapy, which is slower than they come
	return raw[46:49] == vni.to_bytes(3, 'big') and raw[73:74] == b'\\1'"
	# some 2000 a second, of which 1000 are answered
	wire noise many h2 u0 "[many] * 5"
	pause 1
	for i in {1..8}; do
		wire clear
		is "$(wire ask wire2 "overlay(Q)" "error_in(raw, 100)" "p[VXLAN].vni")" 100 "error $i"
	done
	# red's own are as many as its limit lets through, in each second
	(($(wire count wire2 "error_in(raw, 200)" 1) > 0))
	wire quiet many
	vr h1 neighbour flush network red
	vr h1 route flush network red
	vr h1 fdb flush network red
	vr h1 network del red
}

# 100 a second for each vif: a burst is cut, and another vif isn't affected.
test_limit()
{
	local errors

	pause 1.1	# so that none of the allowance is used
	wire clear
	# a burst may be spread over the end of a second
	drops_rise 300 h1 ttl_exceeded wire send p1 "four('10.0.1.2', ttl=1)/UDP()" 300
	errors=$(wire count p1 "is_error(p)" 100)
	((errors >= 100 && errors <= 299)) || { echo "$errors errors"; return 1; }
	fails ip netns exec v2 ping -n -c 1 -W 5 -t 1 10.0.0.1
	like "$(ip netns exec v2 ping -n -c 1 -W 5 -t 1 10.0.0.1)" "From 10.0.1.254"
}

# Neither the host's ICMP nor its routing had a part in this.
test_no_leak()
{
	unlike "$(ip netns exec h1 nft list ruleset)" "packets [1-9]"
	is "$(wire count wire2 "not has(VXLAN) and (has(ICMP) or is_error(p))")" 0
	is "$(wire read h1 /proc/net/snmp | awk '$1 == "Icmp:" { n = $15 } END { print n }')" \
		0 "ICMP messages sent by the host"
}

begin icmp
must set_up
it "TTL and hop limit" test_ttl
it "traceroute" test_traceroute
it "as much as allowed is quoted" test_quote
it "no route" test_no_route
it "no neighbour" test_no_neighbour
it "reject next hops, all codes" test_reject
it "blackhole next hops are silent" test_blackhole
it "too big for a vif" test_too_big_for_vif
it "too big for a tunnel" test_too_big_for_tunnel
it "ping of the gateway" test_ping_gateway
it "ping with a wrong checksum" test_ping_wrong_checksum
it "port and protocol unreachable" test_unreachable_port
it "no error where there must be none" test_no_error
it "errors for pings and first fragments" test_errors_for_queries
it "errors for packets from the overlay" test_overlay
it "the rate is limited for each network of the overlay" test_overlay_limit
it "the rate is limited" test_limit
it "the host's own stack stays out of it" test_no_leak
finish
