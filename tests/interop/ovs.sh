#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Open vSwitch with the kernel's datapath, see peer.sh: a bridge of it on k, a VM behind it
# and a tunnel port, whose type is that of h1's tunnel.
#
#	      h1                              k
#	┌──────────────────┐       ┌─────────────────────────┐
#	│ blue             │ 192.0.2.0/24   ovs (bridge)     │
#	│  a1 10.0.0.1     u0─────u0   vx ──┴── b1 10.0.0.2  │
#	│     fd00::1      │ 2001:db8::/64         fd00::2   │
#	└──────────────────┘       └─────────────────────────┘
#
# b1 has 10.0.0.3 and fd00::3 too, which h1 is not told of. In GRE the network has a key
# that is longer than a VNI.

# shellcheck source=tests/interop/peer.sh
. "$(dirname "$0")/peer.sh"

dir=	# of Open vSwitch's database, sockets and logs

# Why these tests cannot be run here.
missing()
{
	local program

	for program in ovsdb-tool ovsdb-server ovs-vswitchd ovs-vsctl ovs-ofctl ovs-appctl; do
		type -P "$program" >/dev/null || { echo "there is no $program"; return; }
	done
	modprobe -q openvswitch || echo "the kernel has no openvswitch"
}

# Each daemon is ready when it has gone to the background.
daemon()	# PROGRAM ARG...
{
	ip netns exec k "$@" --detach --no-chdir --pidfile="$dir/$1.pid" --unixctl="$dir/$1.ctl" \
		--log-file="$dir/$1.log" -vconsole:off
}

start_switch()
{
	export OVS_RUNDIR=$dir OVS_LOGDIR=$dir OVS_DBDIR=$dir OVS_SYSCONFDIR=$dir
	ovsdb-tool create "$dir/conf.db" /usr/share/openvswitch/vswitch.ovsschema &&
	daemon ovsdb-server "$dir/conf.db" --remote=punix:"$dir/db.sock" &&
	vsctl --no-wait init &&
	daemon ovs-vswitchd unix:"$dir/db.sock" &&
	vsctl add-br ovs -- add-port ovs b1 && ip -n k link set b1 up mtu 9000
}

stop_switch()
{
	appctl ovs-vswitchd exit --cleanup
	appctl ovsdb-server exit
	WITHIN=20 eventually no_daemons
}

no_daemons()
{
	is "$(ip netns pids k)" "" "processes in k"
}

vsctl()
{
	ovs-vsctl --timeout=30 "$@"
}

appctl()	# PROGRAM ARG...
{
	ovs-appctl --timeout=30 -t "$dir/$1.ctl" "${@:2}"
}

flows()	# FLOW...
{
	ovs-ofctl del-flows ovs
	printf '%s\n' "$@" | ovs-ofctl add-flows ovs -
}

# What the network is in the tunnels, and what another one is; the two keys differ in the
# bits that a VNI has not.
number()
{
	if [[ $type = gre ]]; then
		echo 305419896
	else
		echo 100
	fi
}

other_number()
{
	if [[ $type = gre ]]; then
		echo 322197112
	else
		echo 65636
	fi
}

# How Open vSwitch calls the type.
port_type()	# FAMILY
{
	if [[ $type$1 = gre6 ]]; then
		echo ip6gre
	else
		echo "$type"
	fi
}

# Makes the tunnel port anew. Options are those of ovs-vswitchd.conf.db(5). Over IPv6 h1
# takes no UDP packet without checksum, which Open vSwitch makes when it is told to.
tunnel_port()	# FAMILY OPTION...
{
	local options=("${@:2}")

	[[ $1 = 4 || $type = gre || ${options[*]} = *csum=* ]] || options+=(csum=true)
	vsctl --if-exists del-port vx -- add-port ovs vx -- set interface vx \
		type="$(port_type "$1")" "${options[@]/#/options:}"
	is "$(vsctl get interface vx error)" "[]" "what is wrong with the port"
	flows actions=normal
}

# A port for h1 alone.
plain_port()	# FAMILY OPTION...
{
	tunnel_port "$1" local_ip="$(underlay_ip "$1" 2)" remote_ip="$(underlay_ip "$1" 1)" "${@:2}"
}

# h1 sends with a number of its own for the remote.
send_number()	# FAMILY NUMBER
{
	local word=vni

	[[ $type != gre ]] || word=key
	vr h1 nexthop replace id 7 type tunnel tunnel "$type$1" remote "$(underlay_ip "$1" 2)" \
		$word "$2"
}

test_datapath()
{
	is "$(appctl ovs-vswitchd dpctl/dump-dps)" system@ovs-system
}

# Enough where both_ways was run for the same headers.
quick_both_ways()
{
	pings a1 10.0.0.2 fd00::2
	pings b1 10.0.0.1 fd00::1
	wire tcp b1 a1 10.0.0.1 5001 300000
}

test_port()	# TYPE FAMILY OPTION...
{
	type=$1
	start "$2"
	plain_port "$2" key="$(number)" "${@:3}"
	both_ways b1
}

# Without UDP checksums over IPv6, on which h1 has to agree: else its IPv6 drops them.
test_no_checksum()	# TYPE
{
	local before

	type=$1
	start 6
	plain_port 6 key="$(number)" csum=false
	before=$(checksum_errors)
	fails ip netns exec b1 ping -n -c 1 -W 1 10.0.0.1
	(($(checksum_errors) > before))
	renew_tunnel udp-csum off
	quick_both_ways
	renew_tunnel
}

# What a tunnel over IPv6 wants of checksums is said when it is added.
renew_tunnel()	# WORD...
{
	start 4
	vr h1 tunnel del "${type}6"
	vr h1 tunnel add "${type}6" type "$type" local 2001:db8::1 "$@"
	start 6
}

checksum_errors()
{
	ip netns exec h1 awk '$1 == "Udp6InCsumErrors" { print $2 }' /proc/net/snmp6
}

# One port for all remotes and networks, the way of controllers: flows say which.
test_flows()	# TYPE FAMILY
{
	local number remote field=tun

	type=$1
	number=$(number)
	remote=$(underlay_ip "$2" 1)
	[[ $2 = 4 ]] || field=tun_ipv6
	start "$2"
	tunnel_port "$2" remote_ip=flow key=flow
	flows "in_port=b1 actions=set_field:$number->tun_id,set_field:$remote->${field}_dst,vx" \
		"in_port=vx,tun_id=$number,${field}_src=$remote actions=b1"
	quick_both_ways
}

# Who has what h1 was not told of is asked behind the switch, and b1's questions come to a1.
test_flood()	# TYPE FAMILY
{
	local all="p.dst == 'ff:ff:ff:ff:ff:ff' and has(ARP) and p[ARP].pdst"
	local group="p.dst.startswith('33:33:') and has(ICMPv6ND_NS) and p[ICMPv6ND_NS].tgt"

	type=$1
	start "$2"
	plain_port "$2" key="$(number)"
	wire open a1 a1 eth0
	wire open b1 b1 eth0
	ip -n a1 neigh flush all
	reach a1 10.0.0.3
	reach a1 fd00::3
	is "$(wire get b1 "$all == '10.0.0.3'" p.src)" $a1_mac "who asks b1"
	is "$(wire get b1 "$group == 'fd00::3'" p.src)" $a1_mac "who asks b1"
	ip -n b1 neigh flush all
	reach b1 10.0.0.1
	reach b1 fd00::1
	is "$(wire get a1 "$all == '10.0.0.1'" p.src)" $k_mac "who asks a1"
	is "$(wire get a1 "$group == 'fd00::1'" p.src)" $k_mac "who asks a1"
	wire close a1
	wire close b1
}

# Another number in each direction; what comes with the wrong one goes nowhere.
test_numbers()	# TYPE FAMILY
{
	local here there

	type=$1
	here=$(number)
	there=$(other_number)
	start "$2"
	send_number "$2" "$there"
	plain_port "$2" in_key="$there" out_key="$here"
	reach a1 10.0.0.2
	reach b1 fd00::1
	plain_port "$2" in_key="$there" out_key="$there"
	drops_grow h1 unknown_vni fails ip netns exec b1 ping -n -c 1 -W 1 10.0.0.1
	plain_port "$2" in_key="$here" out_key="$here"
	lost_at_switch
	send_number "$2" "$here"
	reach a1 10.0.0.2
}

# What a1 sends comes to k, but not to b1.
lost_at_switch()
{
	wire open k k u0
	wire open b1 b1 eth0
	fails ip netns exec a1 ping -n -c 2 -i 0.2 -W 1 10.0.0.2
	wire get k "bytes.fromhex('${k_mac//:/}${a1_mac//:/}') in raw"
	is "$(wire count b1 "p.src == '$a1_mac'")" 0 "frames at b1"
	wire close k
	wire close b1
}

# What b1 sends has an option with it.
option_port()	# FAMILY TYPE
{
	type=geneve
	start "$1"
	plain_port "$1" key="$(number)"
	ovs-ofctl del-tlv-map ovs
	ovs-ofctl add-tlv-map ovs "{class=0x102,type=$2,len=8}->tun_metadata0"
	flows "in_port=b1 actions=set_field:0x0011223344556677->tun_metadata0,normal" \
		"in_port=vx actions=normal"
}

test_option()	# FAMILY
{
	option_port "$1" 0x7f
	quick_both_ways
}

# The highest bit of an option's type: who does not know it must not take the packet.
test_critical_option()	# FAMILY
{
	option_port "$1" 0xff
	drops_grow h1 geneve_critical fails ip netns exec b1 ping -n -c 1 -W 1 10.0.0.1
}

begin ovs
reason=$(missing)
if [[ -n $reason ]]; then
	it "Open vSwitch" skip "$reason"
	tap_end
fi
dir=$(mktemp -d)
trap 'clean_up; rm -rf "$dir"' EXIT
modprobe -a vxlan geneve ip_gre ip6_gre
must set_up vxlan
must add_tunnels geneve
must add_tunnels gre
must vr h1 network set blue key 305419896
must add_bridged_vm
must ip_batch b1 <<-END
	addr add 10.0.0.3/24 dev eth0
	addr add fd00::3/64 dev eth0 nodad
END
must start_switch
it "the datapath is the kernel's" test_datapath
for tunnel in vxlan geneve gre; do
	for family in 4 6; do
		it "$tunnel, IPv$family underlay" test_port $tunnel $family
		it "$tunnel, IPv$family underlay, by flows" test_flows $tunnel $family
		it "$tunnel, IPv$family underlay, ARP and ND" test_flood $tunnel $family
		it "$tunnel, IPv$family underlay, wrong numbers" test_numbers $tunnel $family
	done
done
it "vxlan, IPv4 underlay, UDP checksums" test_port vxlan 4 csum=true
it "vxlan, IPv6 underlay, no UDP checksums" test_no_checksum vxlan
it "geneve, IPv4 underlay, UDP checksums" test_port geneve 4 csum=true
it "geneve, IPv6 underlay, no UDP checksums" test_no_checksum geneve
it "geneve, an option, IPv4 underlay" test_option 4
it "geneve, an option, IPv6 underlay" test_option 6
it "geneve, a critical option, IPv4 underlay" test_critical_option 4
it "geneve, a critical option, IPv6 underlay" test_critical_option 6
must stop_switch
finish
