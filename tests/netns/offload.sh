#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Offloads: packets are large on their way through the module in both directions,
# whatever the devices can do, and arrive as they were sent; matrix.sh has the topology.

# shellcheck source=tests/netns/matrix.sh
. "$(dirname "$0")/matrix.sh"

# What a device has sent or received so far.
counters()	# "NAMESPACE DEVICE rx|tx"
{
	local words

	read -ra words <<<"$1"
	wire json "$(ip -n "${words[0]}" -s -j link show "${words[1]}")" \
		"'%u %u' % (d[0]['stats64']['${words[2]}']['bytes'],
		d[0]['stats64']['${words[2]}']['packets'])"
}

# Sends over TCP from a1, and prints the average lengths of devices' packets meanwhile.
push()	# VM ADDRESS "NAMESPACE DEVICE rx|tx"...
{
	local before=() bytes packets b p w i=0

	ip netns exec "$1" iperf3 -s -1 >/dev/null &
	eventually listens "$1" || return 1
	for w in "${@:3}"; do
		before+=("$(counters "$w")")
	done
	ip netns exec a1 iperf3 -c "$2" -n 6M >&2 || return 1
	wait $!
	for w in "${@:3}"; do
		read -r b p <<<"${before[i++]}"
		read -r bytes packets <<<"$(counters "$w")"
		echo $((packets > p ? (bytes - b) / (packets - p) : 0))
	done
}

listens()	# NAMESPACE
{
	ip netns exec "$1" ss -Htln "sport = 5201" | grep .
}

more_than()	# NUMBER LIMIT WHAT
{
	(($1 > $2)) || { echo "$3: $1 bytes, not more than $2" && return 1; }
}

at_most()	# NUMBER LIMIT WHAT
{
	(($1 <= $2)) || { echo "$3: $1 bytes, more than $2" && return 1; }
}

features()	# on|off NAMESPACE DEVICE FEATURE...
{
	local f words=()

	for f in "${@:4}"; do
		words+=("$f" "$1")
	done
	ip netns exec "$2" ethtool -K "$3" "${words[@]}"
}

# A debug kernel is so slow that TCP makes small packets by itself.
large_enough()	# BYTES LIMIT WHAT
{
	[[ -n ${VR_DEBUG-} ]] || more_than "$@"
}

# How large TCP makes its packets is its own choice, and on a machine that has much else to
# do it may choose small ones: it has three tries to send some that can be looked at.
tries()	# COMMAND ARG...
{
	local try

	for try in {1..6}; do
		"$@" && return
		echo "in try $try"
	done
	return 1
}

# Whole from the VM's device into the underlay's.
transmit_to()	# ADDRESS VM
{
	local size

	size=$(push "$2" "$1" "h1 u0 tx") &&
		large_enough "$size" 20000 "packets to the underlay, TCP to $1"
}

test_transmit()	# VM4 VM6 VM
{
	tries transmit_to "$1" "$3"
	tries transmit_to "$2" "$3"
}

# Small on the wire, in every try, and large again for the VM.
receive_at()	# ADDRESS VM
{
	local sizes

	mapfile -t sizes < <(push "$2" "$1" "h2 u0 rx" "h2 $2 tx")
	at_most "${sizes[0]}" 1514 "packets on the wire, TCP to $1" || exit 1
	large_enough "${sizes[1]}" 10000 "packets to the VM, TCP to $1"
}

test_receive()	# VM4 VM6 VM
{
	trap "features on h1 u0 tso" EXIT
	features off h1 u0 tso
	tries receive_at "$1" "$3"
	tries receive_at "$2" "$3"
}

# Packets that the hypervisor's IP has seen.
received()
{
	ip netns exec h2 nstat -asz IpInReceives Ip6InReceives |
		awk '/InReceives/ { n += $2 } END { print n + 0 }'
}

# Why a type's packets are not merged in the underlay's device, or nothing.
unmerged()	# TYPE
{
	case $1 in
	mplsogre) echo "the kernel merges no MPLS in GRE" ;;
	gre) ;;
	*)	[[ $(printf '%s\n' 6.9 "$(uname -r)" | sort -V | head -n 1) = 6.9 ]] ||
			echo "before 6.9 the kernel does not find the tunnel's socket for that" ;;
	esac
}

nft_in()	# HYPERVISOR WORD...
{
	ip netns exec "$1" nft "${@:2}"
}

merged_to()	# ADDRESS VM
{
	local before packets received

	before=$(received)
	packets=$(counters "h2 u0 rx")
	push "$2" "$1"
	received=$(($(received) - before))
	packets=$(($(counters "h2 u0 rx" | cut -d' ' -f2) - ${packets#* }))
	[[ -n ${VR_DEBUG-} ]] ||
		between $((packets / received)) 3 1000 "packets on the wire for one that IP has seen"
}

# Small on the wire, and merged by the underlay's device already, before the outer headers
# are looked at. A firewall has the host's input see, and count, what comes.
test_nic()	# VM4 VM6 VM
{
	local why

	why=$(unmerged "${cell%% *}")
	[[ -z $why ]] || skip "$why"
	trap "features off h2 u0 gro; features on h1 u0 tso; nft_in h2 flush ruleset" EXIT
	features off h1 u0 tso
	features on h2 u0 gro
	nft_in h2 -f - <<-END
		table inet t {
			chain c {
				type filter hook prerouting priority 0
			}
		}
	END
	tries merged_to "$1" "$3"
}

everywhere()	# on|off FEATURE
{
	local ns

	for ns in a1 a2; do
		features "$1" $ns eth0 "$2"
	done
	for ns in h1 h2; do
		features "$1" $ns u0 "$2"
	done
}

# Off at one end, at both, and in the underlay too, and all of that in reverse.
test_combination()	# FEATURE
{
	local ns

	feature=$1
	trap 'everywhere on "$feature"' EXIT
	for ns in a1 a2; do
		features off $ns eth0 "$1"
		wire tcp a1 a2 10.0.0.2 5001 1000000
	done
	for ns in h1 h2; do
		features off $ns u0 "$1"
		wire tcp a1 a2 fd00::2 5001 1000000
	done
	wire tcp a1 b2 10.0.1.2 5001 1000000
	features on a1 eth0 "$1"
	features on a2 eth0 "$1"
	wire tcp a1 a2 10.0.0.2 5001 1000000
	wire udp a1 a2 10.0.0.2 5001 2 1000 8
}

test_much()
{
	local bytes=100000000

	[[ -z ${VR_DEBUG-} ]] || bytes=10000000
	wire push a1 a2 10.0.0.2 5001 $bytes
}

test_drops()
{
	is "$(drop_table h1 | grep -vE "^(no_flood|too_big) ")" "" "drops of h1"
	is "$(drop_table h2 | grep -vE "^(no_flood|too_big) ")" "" "drops of h2"
}

# So that TCP need not find it by packets that are lost.
learn_mtu()	# VM4 VM6
{
	fails ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s 1472 "$1" &&
		fails ip netns exec a1 ping -n -c 1 -W 5 -M "do" -s 1452 "$2"
}

test_cell()	# WHAT MTU VM4 VM6 VM
{
	cell=$1
	must learn_mtu "$3" "$4"
	it "$1: large packets out" test_transmit "${@:3}"
	it "$1: small ones in, large for the VM" test_receive "${@:3}"
	it "$1: merged where they come in" test_nic "${@:3}"
}

begin offload
must set_up
each_cell test_cell
for type in vxlan mplsogre; do
	must over $type 4 l2
	for f in tx rx tso gso gro; do
		it "$type with $f off" test_combination $f
	done
	must let_go
done
must over geneve 6 l2
it "100 MB" test_much
it "nothing was dropped" test_drops
finish
