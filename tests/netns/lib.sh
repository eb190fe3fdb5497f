# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Hypervisors and VMs as network namespaces, for the tests in this directory.
#
# A file of tests calls begin, makes its topology, runs its tests with "it", and calls
# finish. Names of namespaces: h1, h2 are hypervisors, others are VMs; a VM's device
# is eth0, and its vif and the vif's device in the hypervisor have the VM's name.

set -uo pipefail

lib=$(cd "$(dirname "${BASH_SOURCE[0]}")/../lib" && pwd -P)
# shellcheck source=tests/lib/tap.sh
. "$lib/tap.sh"
# shellcheck source=tests/lib/wire.sh
. "$lib/wire.sh"
# shellcheck source=tests/lib/module.sh
. "$lib/module.sh"

# A file, since tests are subshells and what they make has to go, too.
made=$(mktemp)
# shellcheck disable=SC2034 # for the tests
gateway_mac=00:00:5e:00:01:00

begin()	# NAME
{
	tap_begin "$1"
	trap clean_up EXIT
	wire_start
	unload_module && load_module || exit 1
}

# The namespaces that add_namespace made and that are still there.
namespaces()
{
	local ns

	while read -r ns; do
		[[ ! -e /run/netns/$ns ]] || echo "$ns"
	done <"$made"
}

# What is run in the main shell must succeed, unlike tests.
must()	# COMMAND ARG...
{
	"$@" >"$tap_log" 2>&1 || exit 1
}

clean_up()
{
	local ns

	tap_exit
	wire reset
	for ns in $(namespaces); do
		ip netns pids "$ns" | xargs -r kill -9
		ip netns del "$ns"
	done
	rm -f "$made"
	wire_stop
	unload_module
} 2>/dev/null

vr()	# HYPERVISOR WORD...
{
	vrouter-ctl -n "$@"
}

# Commands of vrouter-ctl on standard input.
vr_batch()	# HYPERVISOR
{
	vrouter-ctl -n "$1" -b -
}

ip_batch()	# NAMESPACE
{
	ip -n "$1" -b -
}

# Vifs of hypervisors keep the module, unless they are in a namespace of a user's: a file whose
# tests unload the module says that they are.
# shellcheck disable=SC2034 # for the tests
hypervisors_of_users=

make_namespace()	# NAMESPACE
{
	if [[ -z $hypervisors_of_users || $1 != h[0-9] ]]; then
		ip netns add "$1"
		return
	fi
	mkdir -p /run/netns && : >"/run/netns/$1" &&
	unshare --user --map-root-user --mount --net="/run/netns/$1" true
}

add_namespace()	# NAMESPACE [KEY=VALUE...]
{
	make_namespace "$1" || return 1
	echo "$1" >>"$made"
	[[ -z ${2-} ]] || wire sysctl "$@" || return 1
	ip -n "$1" link set lo up
}

# The host's own addresses are not wanted on vifs, so IPv6 is for the underlay only.
add_hypervisor()	# NAMESPACE
{
	add_namespace "$1" ipv6/conf/default/disable_ipv6=1 ipv6/conf/all/accept_dad=0 \
		ipv6/conf/default/accept_dad=0 ipv6/conf/default/router_solicitations=0
}

# The address of an end of the underlay.
underlay_ip()	# FAMILY NUMBER
{
	if [[ $1 = 4 ]]; then
		echo "192.0.2.$2"
	else
		echo "2001:db8::$2"
	fi
}

underlay_address()	# NAMESPACE NUMBER
{
	wire sysctl "$1" ipv6/conf/u0/disable_ipv6=0 &&
	ip_batch "$1" <<-END
		addr add 192.0.2.$2/24 dev u0
		addr add 2001:db8::$2/64 dev u0 nodad
		link set u0 up
	END
}

# Two hypervisors on a wire, with a tunnel of each family: vx4 and vx6.
add_underlay()
{
	local i

	add_hypervisor h1 && add_hypervisor h2 &&
	ip link add u0 netns h1 type veth peer name u0 netns h2 || return 1
	for i in 1 2; do
		underlay_address h$i $i &&
		vr_batch h$i <<-END || return 1
			tunnel add vx4 type vxlan local 192.0.2.$i
			tunnel add vx6 type vxlan local 2001:db8::$i
		END
	done
}

# The MAC address of a VM that has a number, up to 255.
mac()	# NUMBER
{
	printf '02:00:00:00:00:%02x\n' "$1"
}

gateway_of()	# ADDRESS
{
	if [[ $1 = *:* ]]; then
		echo "${1%::*}::fe"
	else
		echo "${1%.*}.254"
	fi
}

vm_addresses()	# ADDRESS...
{
	local a

	echo "link set eth0 up"
	for a; do
		if [[ $a = *:* ]]; then
			echo "addr add $a/64 dev eth0 nodad"
		else
			echo "addr add $a/24 dev eth0"
		fi
		echo "route replace default via $(gateway_of "$a") dev eth0"
	done
}

add_veth()	# VM HYPERVISOR MAC
{
	ip link add "$1" netns "$2" type veth \
		peer name eth0 address "$3" netns "$1"
}

# A VM with an IP stack; the gateway has number 254, or fe in IPv6.
add_vm()	# NAME HYPERVISOR NETWORK MAC ADDRESS...
{
	local name=$1 hypervisor=$2 network=$3 mac=$4 words=() a

	shift 4
	for a; do
		words+=(address "$a")
	done
	add_namespace "$name" ipv6/conf/default/accept_dad=0 ipv6/conf/all/accept_dad=0 \
		ipv6/conf/default/accept_ra=0 ipv6/conf/default/router_solicitations=0 &&
	add_veth "$name" "$hypervisor" "$mac" &&
	vm_addresses "$@" | ip_batch "$name" &&
	vr "$hypervisor" vif add "$name" dev "$name" network "$network" mac "$mac" \
		"${words[@]}"
}

# A VM that says nothing by itself: all it sends and receives is by "wire", with a
# port of its name.
add_port()	# NAME HYPERVISOR MAC WORD... ("network N", "mac M", "address A"...)
{
	local name=$1 hypervisor=$2 mac=$3

	shift 3
	add_namespace "$name" ipv6/conf/default/disable_ipv6=1 &&
	add_veth "$name" "$hypervisor" "$mac" &&
	ip -n "$name" link set eth0 up &&
	vr "$hypervisor" vif add "$name" dev "$name" "$@" &&
	wire open "$name" "$name" eth0
}

# Commands that make addresses of a VM known on another hypervisor.
remote_vm()	# NETWORK NEXTHOP MAC ADDRESS...
{
	local network=$1 nexthop=$2 mac=$3 a

	shift 3
	echo "fdb add $mac network $network nexthop $nexthop"
	for a; do
		echo "neighbour add $a mac $mac network $network"
		echo "route add $a network $network nexthop $nexthop"
	done
}

mac_of()	# NAMESPACE DEVICE
{
	wire json "$(ip -n "$1" -j link show "$2")" "d[0]['address']"
}

reach()	# VM ADDRESS
{
	ip netns exec "$1" ping -n -c 1 -W 5 "$2"
}

reach_not()	# VM ADDRESS
{
	fails ip netns exec "$1" ping -n -c 2 -i 0.2 -W 1 "$2"
}

# The count of a drop reason, 0 when there was none.
drop_count()	# HYPERVISOR REASON [network NAME | vif NAME]
{
	local table reason packets

	table=$(vr "$1" drops "${@:3}") || return
	while read -r reason packets _; do
		[[ $reason != "$2" ]] || break
	done <<<"$table"
	[[ $reason = "$2" ]] || packets=0
	echo "$packets"
}

drop_count_is()	# NUMBER HYPERVISOR REASON [network NAME | vif NAME]
{
	is "$(drop_count "${@:2}")" "$1" "dropped as ${*:2}"
}

# Runs a command and wants a counter of drops to rise by so many, no less and no more.
drops_rise()	# NUMBER HYPERVISOR REASON COMMAND ARG...
{
	local number=$1 hypervisor=$2 reason=$3 before

	shift 3
	before=$(drop_count "$hypervisor" "$reason")
	"$@"
	eventually drop_count_is $((before + number)) "$hypervisor" "$reason"
}

# Something about a trace on h1: a Python expression, with the trace as t and its stages as s.
traced()	# EXPRESSION WORD...
{
	local json

	json=$(vr h1 -j trace "${@:2}") || return
	wire json "$json" "(lambda t, s: $1)(d, lambda k: [s for s in d['stages']
		if s['stage'] == k])"
}

# Whoever follows events does so when it listens. SIGINT is the second bit.
catches_interrupts()	# PROCESS
{
	grep -q '^SigCgt:.*[2367abef]$' "/proc/$1/status"
}

# All drops there were: "REASON PACKETS" lines.
drop_table()	# HYPERVISOR [network NAME | vif NAME]
{
	vr "$1" drops "${@:2}" | awk '$2 + 0 > 0 { print $1, $2 }' | LC_ALL=C sort
}

# Something about one object: a Python expression with its JSON as o.
field()	# HYPERVISOR OBJECT NAME EXPRESSION
{
	wire json "$(vr "$1" -s -j "$2" show "$3")" \
		"(lambda o: $4)(d[0] if isinstance(d, list) else d)"
}

# What waits of the fragments of one direction of a vif, and what has been put together.
frags()	# HYPERVISOR VIF sent|received
{
	field "$1" vif "$2" "' '.join('%s %d' % (k, o['$3_frags'][k]) for k in
		('waiting', 'memory', 'reassembled', 'failed'))"
}

nothing_waits()	# HYPERVISOR VIF
{
	like "$(frags "$1" "$2" sent)" "^waiting 0 memory 0 " &&
		like "$(frags "$1" "$2" received)" "^waiting 0 memory 0 "
}

names_of()	# HYPERVISOR OBJECT
{
	wire json "$(vr "$1" -j "$2" show)" "[o.get('name', o['id']) for o in d]"
}

# Commands that delete all that is in a namespace, users before what they use.
deletions()	# HYPERVISOR
{
	local n networks

	wire json "$(vr "$1" -j label show)" "['label del %u' % o['label'] for o in d]"
	networks=$(names_of "$1" network)
	for n in $networks; do
		echo "route flush network $n"
		echo "fdb flush network $n"
		echo "neighbour flush network $n"
		echo "network set $n flood none"
	done
	wire json "$(vr "$1" -j nexthop show)" \
		"['nexthop del id %u' % o['id'] for o in sorted(d, key=lambda o: 'member' not in o)]"
	for n in $(names_of "$1" vif); do
		echo "vif del $n"
	done
	for n in $(names_of "$1" policer); do
		echo "policer del $n"
	done
	for n in $networks; do
		echo "network del $n"
	done
	for n in $(names_of "$1" tunnel); do
		echo "tunnel del $n"
	done
	# Groups are each other's peers.
	for n in $(names_of "$1" sg); do
		echo "sg rule flush $n"
	done
	for n in $(names_of "$1" sg); do
		echo "sg del $n"
	done
	for n in $(names_of "$1" set); do
		echo "set del $n"
	done
}

objects_left()	# HYPERVISOR
{
	wire json "$(vr "$1" -j info)" "' '.join('%s %s' % (k, d[0][k]) for k in ('networks',
		'tunnels', 'vifs', 'nexthops', 'labels', 'sets', 'sgs',
		'policers', 'routes', 'fdb', 'neighbours')
		if d[0][k])"
}

test_deletions()
{
	local ns commands

	for ns in $(namespaces); do
		[[ $ns = h[0-9] ]] || continue
		commands=$(deletions "$ns")
		[[ -z $commands ]] || vr_batch "$ns" <<<"$commands"
		is "$(objects_left "$ns")" "" "objects in $ns"
	done
}

no_users()
{
	[[ $(</sys/module/vrouter/refcnt) = 0 ]]
}

test_unload()
{
	local ns

	wire reset
	for ns in $(namespaces); do
		ip netns del "$ns"
	done
	eventually no_users
	unload_module
	fails grep -w vrouter /proc/modules
	fails grep -w vrouter /proc/kallsyms
}

finish()
{
	it "all objects can be deleted" test_deletions
	it "namespaces and the module go, nothing is left" test_unload
	tap_end
}
