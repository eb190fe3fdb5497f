#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Outer packets go straight to the neighbour where no one on the host has a say about
# them; who has is heard.
#
#	      h1                        h2
#	┌──────────────┐         ┌──────────────┐
#	│ blue a1 .1   u0───────u0 blue b1 .2   │
#	│ blue p1      │         │              │
#	└──────────────┘         └──────────────┘
#
# Whether the host's own output was asked is seen by probes in the kernel.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/probes.sh
. "$(dirname "$0")/probes.sh"

hypervisor()	# REMOTE FAR
{
	cat <<-END
		network add blue vni 100 policy allow ra off
		nexthop add id 4 type tunnel tunnel vx4 remote 192.0.2.$1
		nexthop add id 6 type tunnel tunnel vx6 remote 2001:db8::$1
		$(remote_vm blue 4 "$(mac "$2")" "10.0.0.$2" "fd00::$2")
	END
}

set_up()
{
	add_underlay &&
	hypervisor 2 2 | vr_batch h1 &&
	hypervisor 1 1 | vr_batch h2 &&
	add_vm a1 h1 blue "$(mac 1)" 10.0.0.1 fd00::1 &&
	add_vm b1 h2 blue "$(mac 2)" 10.0.0.2 fd00::2 &&
	add_port p1 h1 "$(mac 3)" network blue &&
	wire open wire2 h2 u0
}

# From now on a1 reaches b1 over this family, and the neighbour is known.
over()	# FAMILY
{
	vr h1 fdb replace "$(mac 2)" network blue nexthop "$1" &&
	vr h1 fdb replace "$(mac 9)" network blue nexthop "$1" &&
	vr h2 fdb replace "$(mac 1)" network blue nexthop "$1" &&
	reach a1 10.0.0.2 && reach a1 fd00::2
}

# To a MAC address that no one has, so that no one answers.
send_eight()
{
	wire clear
	wire send p1 "Ether(src='$(mac 3)', dst='$(mac 9)')/IP(src='10.0.0.3', dst='10.0.0.9')/UDP()/b'eight'" 8
}

# Neighbour discovery of the underlay may add a packet.
test_direct()	# FAMILY
{
	local before

	[[ -n $probing ]] || skip "this kernel has no probes"
	over "$1"
	before=$(probed "$1")
	send_eight
	is "$(wire count wire2 "b'eight' in raw" 8)" 8 "on the wire"
	between $(($(probed "$1") - before)) 0 1 "packets by the host's output"
}

# A VM whose tap is limited (TUNSETSNDBUF) waits until the underlay's queue has sent what it
# gave, instead of filling the queue and pushing others' packets out of it: so its socket is
# known to the packet on the way.
test_back_pressure()
{
	local frame

	frame="Ether(src='$(mac 5)', dst='$(mac 9)')/IP(src='10.0.0.5', dst='10.0.0.9')/UDP()/bytes(1400)"
	over 4
	wire tap t1 h1 t1
	vr h1 vif add t1 dev t1 network blue
	trap "ip netns exec h1 tc qdisc del dev u0 root" EXIT
	ip netns exec h1 tc qdisc add dev u0 root tbf rate 100kbit burst 2000 limit 10000000
	is "$(wire fill t1 "$frame" 1000)" 1000 "frames that an unlimited tap took"
	ip netns exec h1 tc qdisc del dev u0 root
	ip netns exec h1 tc qdisc add dev u0 root tbf rate 100kbit burst 2000 limit 10000000
	wire sndbuf t1 200000
	between "$(wire fill t1 "$frame" 1000)" 20 200 "frames that a limited tap took"
	wire close t1
}

test_firewall()	# FAMILY
{
	local before hook

	over "$1"
	for hook in output postrouting; do
		chain h1 "$1" $hook accept
		before=$(probed "$1")
		send_eight
		is "$(counted h1)" 8 "outer packets at $hook"
		[[ -z $probing ]] ||
			between $(($(probed "$1") - before)) 8 9 "packets by the host's output"
		ip netns exec h1 nft flush ruleset
		chain h1 "$1" $hook drop
		send_eight
		is "$(counted h1)" 8 "dropped at $hook"
		is "$(wire count wire2 "b'eight' in raw")" 0 "on the wire in spite of $hook"
		ip netns exec h1 nft flush ruleset
		send_eight
		is "$(wire count wire2 "b'eight' in raw" 8)" 8 "after the rule is gone"
	done
	[[ -z $probing ]] || test_direct "$1"
}

# IPsec without ciphers: it is about which way packets take.
sa()	# HYPERVISOR SOURCE DESTINATION SPI
{
	ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" mode transport \
		enc 'ecb(cipher_null)' '' auth 'digest_null' ''
}

policies()	# HYPERVISOR OWN OTHER
{
	local selector="proto udp dport 4789"

	# shellcheck disable=SC2086 # words
	ip -n "$1" xfrm policy add src "$2" dst "$3" $selector dir out tmpl src "$2" dst "$3" \
		proto esp mode transport &&
	ip -n "$1" xfrm policy add src "$3" dst "$2" $selector dir in tmpl src "$3" dst "$2" \
		proto esp mode transport
}

test_ipsec()	# FAMILY PREFIX PROTOCOL
{
	local hypervisor

	over "$1"
	for hypervisor in h1 h2; do
		sa $hypervisor "${2}1" "${2}2" 1 && sa $hypervisor "${2}2" "${2}1" 2
	done
	policies h1 "${2}1" "${2}2"
	policies h2 "${2}2" "${2}1"
	send_eight
	is "$(wire count wire2 "$3 == 50" 8)" 8 "of ESP"
	is "$(wire count wire2 "b'eight' in raw and UDP in p and p[UDP].dport == 4789")" 0 "in the clear"
	reach a1 10.0.0.2
	for hypervisor in h1 h2; do
		ip -n $hypervisor xfrm policy flush
		ip -n $hypervisor xfrm state flush
	done
	[[ -z $probing ]] || test_direct "$1"
}

begin direct
must set_up
probe __ip_local_out ip6_local_out
it "IPv4: past the host's output" test_direct 4
it "IPv6: past the host's output" test_direct 6
it "IPv4: the host's firewall is asked" test_firewall 4
it "IPv6: the host's firewall is asked" test_firewall 6
it "IPv4: IPsec" test_ipsec 4 192.0.2. "IP in p and p[IP].proto"
it "IPv6: IPsec" test_ipsec 6 2001:db8:: "IPv6 in p and p[IPv6].nh"
it "a limited tap waits for the underlay's queue" test_back_pressure
stop_probe
finish
