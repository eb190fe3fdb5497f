#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices, namespaces and the module come and go, under traffic, and a VM's frames
# never reach the host's stack:
#
#	      h1                          h2
#	┌────────────────┐       ┌────────────────┐
#	│ blue (vni 100) │       │ blue           │
#	│  a1 10.0.0.1   u0─────u0  a2 10.0.0.2   │
#	│  b1 10.0.0.3   │       └────────────────┘
#	└────────────────┘
#
# What gets past the module is counted at three places: by nftables, before routing
# and by ARP; by the counters of the host's IP and ARP; and by packet sockets of one
# Ethertype, which get what no one else has taken.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
hypervisors_of_users=1

mac1=02:00:00:00:00:01
mac2=02:00:00:00:00:02
mac3=02:00:00:00:00:03
pings=()

hypervisor()	# NAME REMOTE MAC NUMBER
{
	vr_batch "$1" <<-END
		tunnel add vx4 type vxlan local 192.0.2.$((3 - $2))
		network add blue vni 100 policy allow gateway 10.0.0.254/24 gateway fd00::fe/64
		nexthop add id 7 type tunnel tunnel vx4 remote 192.0.2.$2
		nexthop add id 90 type flood member 7
		network set blue flood 90
		$(remote_vm blue 7 "$3" "10.0.0.$4" "fd00::$4")
	END
}

set_up()
{
	add_underlay &&
	vr h1 tunnel del vx6 &&
	hypervisor h1 2 $mac2 2 &&
	hypervisor h2 1 $mac1 1 &&
	add_vm a1 h1 blue $mac1 10.0.0.1 fd00::1 &&
	add_vm b1 h1 blue $mac3 10.0.0.3 fd00::3 &&
	add_vm a2 h2 blue $mac2 10.0.0.2 fd00::2 &&
	watch_host
}

# The rules count all but what comes by the underlay and the host's own; without a set,
# for which lockdep has a complaint about nf_tables of 6.1.
watch_host()
{
	ip netns exec h1 nft -f - <<-END
		table inet watch {
			chain pre {
				type filter hook prerouting priority -400
				iifname "u0" accept
				iifname "lo" accept
				counter
			}
		}
		table arp watch {
			chain in {
				type filter hook input priority 0
				iifname != "u0" counter
			}
		}
	END
}

# A VM's device may carry no address, but then the host's stack would drop a frame
# only after this.
open_host_sockets()	# DEVICE
{
	local proto

	for proto in 0x0800 0x0806 0x86dd 0x88b5; do
		wire open "host-$1-$proto" h1 "$1" $proto
	done
}

close_host_sockets()	# DEVICE
{
	local proto

	for proto in 0x0800 0x0806 0x86dd 0x88b5; do
		wire close "host-$1-$proto"
	done
}

host_saw_nothing()	# DEVICE...
{
	local d proto

	unlike "$(ip netns exec h1 nft list ruleset)" "packets [1-9]"
	for d; do
		for proto in 0x0800 0x0806 0x86dd 0x88b5; do
			is "$(wire count "host-$d-$proto" True)" 0 \
				"frames of type $proto that the host got from $d"
		done
	done
}

is_down()	# DEVICE
{
	unlike "$(ip -n h1 link show "$1")" "[<,]UP[,>]"
}

# Flooding pings and frames of all kinds, without pause until the end of the test.
start_noise()	# VM
{
	trap 'stop_noise a1 b1' EXIT
	start_ping "$1" 10.0.0.2
	start_ping "$1" fd00::2
	start_ping "$1" -b 255.255.255.255
	wire noise "noise-$1" "$1" eth0 "$(noise "$1")"
}

start_ping()	# VM ARG...
{
	ip netns exec "$1" ping -n -q -f -W 1 "${@:2}" >/dev/null 2>&1 &
	pings+=($!)
}

noise()	# VM
{
	local mac

	mac=$(mac_of "$1" eth0)
	cat <<-END
		[Ether(src='$mac', dst='ff:ff:ff:ff:ff:ff')/ARP(hwsrc='$mac', psrc='10.0.0.1'),
		Ether(src='$mac', dst='$mac1')/IP(src='10.0.0.1', dst='192.0.2.1')/UDP(),
		Ether(src='$mac', dst='ff:ff:ff:ff:ff:ff')/IP(src='10.0.0.1', dst='192.0.2.1')/UDP(),
		Ether(src='$mac', dst='33:33:00:00:00:01')/IPv6(src='fd00::1', dst='ff02::1')/UDP(),
		Ether(src='$mac', dst='ff:ff:ff:ff:ff:ff', type=0x88b5)/bytes(46)]
	END
}

stop_noise()	# VM...
{
	local vm

	for vm; do
		wire quiet "noise-$vm"
	done
	((${#pings[@]})) || return 0
	kill "${pings[@]}" || true
	wait "${pings[@]}" || true
	pings=()
}

carried()	# VIF
{
	(($(field h1 vif "$1" "o['stats']['rx_packets']") > $2))
}

# Deletes and adds a vif while its VM floods.
test_delete_under_traffic()
{
	local i

	open_host_sockets a1
	start_noise a1
	for i in 1 2 3 4 5; do
		eventually carried a1 50
		vr h1 vif del a1
		is_down a1
		host_saw_nothing a1
		vr h1 vif add a1 dev a1 network blue mac $mac1 address 10.0.0.1 address fd00::1
		isnt "$(ip -n h1 link show a1 | grep -w UP)" ""
	done
	stop_noise a1
	host_saw_nothing a1
	close_host_sockets a1
	eventually reach a1 10.0.0.2
}

# A request that fails takes nothing and leaves nothing.
test_failed_add()
{
	local before

	vr h1 vif del b1
	before=$(field h1 network blue "o['generation']")
	open_host_sockets b1
	start_noise b1
	refused 1 "." vr h1 vif add b1 dev b1 network blue mac $mac1 address 10.0.0.3
	refused 1 "." vr h1 vif add a1 dev b1 network blue mac $mac3
	refused 1 "." vr h1 vif add b1 dev b1 network blue mac $mac3 address 10.0.0.254
	refused 1 "." vr h1 vif add id 1 name b1 dev b1 network nowhere mac $mac3
	refused 1 "a1" vr h1 vif add b2 dev a1 network blue
	is_down b1
	stop_noise b1
	host_saw_nothing b1
	close_host_sockets b1
	is "$(ip -n h1 -d link show b1 | grep -c promiscuity.1)" 0 "promiscuous devices"
	is "$(field h1 network blue "o['vifs']")" 1 "vifs of the network"
	vr h1 vif add b1 dev b1 network blue mac $mac3 address 10.0.0.3 address fd00::3
	reach b1 10.0.0.1
}

# The module goes with all it has, while all VMs flood.
test_unload_under_traffic()
{
	open_host_sockets a1
	open_host_sockets b1
	start_noise a1
	start_noise b1
	eventually carried a1 50
	eventually carried b1 50
	unload_module
	like "$(logged)" ": unloaded$"
	like "$(dmesg)" "vrouter: 3 vifs of user namespaces went with the module"
	is_down a1
	is_down b1
	host_saw_nothing a1 b1
	stop_noise a1 b1
	host_saw_nothing a1 b1
	close_host_sockets a1
	close_host_sockets b1
	is "$(ip -n h1 -d link show type vrouter)" ""
	load_module
}

# Where the host's administrator has vifs the module stays, whoever else has some.
test_in_use()
{
	hypervisors_of_users=
	add_hypervisor h3
	ip -n h3 link add x1 type veth peer name x2
	vr h3 network add green
	vr h3 vif add x1 dev x1 network green
	refused 1 "in use" rmmod vrouter
	reach a1 10.0.0.2
	is "$(vr h3 -j vif show x1 | jq -r '.[0].up')" false
	vr h3 vif del x1
	eventually no_users
	# a device that goes, and a namespace, let go of it too
	vr h3 vif add x1 dev x1 network green
	is "$(</sys/module/vrouter/refcnt)" 1 "users of the module"
	ip -n h3 link del x1
	eventually no_users
	ip -n h3 link add x1 type veth peer name x2
	vr h3 vif add x1 dev x1 network green
	ip netns del h3
	eventually no_users
}

# What is said in the kernel's log of the last load and the last unload.
logged()
{
	dmesg | grep -o 'vrouter: version.*' | tail -n 1
}

test_log()
{
	local source

	source=$(modinfo -F srcversion "$(module_file)")
	like "$(logged)" "version [0-9.]+, source $source: loaded$"
	is "$(vr h1 -j info | jq -r '.[0].source')" "$source" "what runs"
	is "$(modinfo -F alias "$(module_file)")" "" "what loads the module without being asked to"
}

# After it was loaded again: as new, all the same as before.
test_reload()
{
	is "$(objects_left h1)" "" "objects"
	vr h1 tunnel add vx6 type vxlan local 2001:db8::1
	vr h1 tunnel del vx6
	hypervisor h1 2 $mac2 2
	hypervisor h2 1 $mac1 1
	vr h1 vif add a1 dev a1 network blue mac $mac1 address 10.0.0.1 address fd00::1
	vr h1 vif add b1 dev b1 network blue mac $mac3 address 10.0.0.3 address fd00::3
	vr h2 vif add a2 dev a2 network blue mac $mac2 address 10.0.0.2 address fd00::2
	# routes of VMs went with their devices' carrier
	restore_vm a1 10.0.0.1 fd00::1
	restore_vm b1 10.0.0.3 fd00::3
	restore_vm a2 10.0.0.2 fd00::2
	# A VM may be about to give up a question that no one answered meanwhile.
	eventually reach a1 10.0.0.2
	eventually reach a1 fd00::2
	eventually reach b1 10.0.0.2
}

restore_vm()	# VM ADDRESS...
{
	{ echo "addr flush dev eth0"; vm_addresses "${@:2}"; } | ip_batch "$1"
}

no_vif()	# NAME
{
	! names_of h1 vif | grep -x "$1" >/dev/null
}

start_monitor()
{
	monitor_log=$(mktemp)
	vrouter-ctl -n h1 -j monitor >>"$monitor_log" &
	monitor=$!
	WITHIN=20 eventually heard_monitor
	: >"$monitor_log"
}

heard_monitor()
{
	vr h1 network set blue mtu 1400
	vr h1 network set blue mtu 1500
	[[ -s $monitor_log ]]
}

# The monitor told that an object went.
told()	# REGEX
{
	grep -qE "$1" "$monitor_log"
}

end_monitor()
{
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
	rm "$monitor_log"
}

add_x()	# LINK-COMMAND...
{
	ip -n h1 link add "$@"
	vr h1 vif add x1 dev x1 network blue mac 02:00:00:00:00:0e address 10.0.0.14
	reach_its_route
}

reach_its_route()
{
	vr h1 -j route show network blue | grep '10.0.0.14/32' >/dev/null
}

test_device_vanishes()
{
	start_monitor
	add_x x1 type veth peer name x2
	vr h1 nexthop add id 20 type vif vif x1
	ip -n h1 link del x1
	eventually no_vif x1
	eventually told "x1"
	fails reach_its_route
	fails vr h1 -j fdb get 02:00:00:00:00:0e network blue
	# the next hop stays, and says that it is dead
	vr h1 nexthop show 20
	vr h1 nexthop del 20
	end_monitor
}

test_device_moves()
{
	add_x x1 type veth peer name x2
	ip -n h1 link set x1 netns h2
	eventually no_vif x1
	fails reach_its_route
	unlike "$(ip -n h2 link show x1)" "[<,]UP[,>]"
	# it is one like others there
	vr h2 vif add x1 dev x1 network blue
	vr h2 vif del x1
	ip -n h2 link del x1
}

test_rename()
{
	add_x x1 type veth peer name x2
	ip -n h1 link set x1 down
	ip -n h1 link set x1 name y1
	ip -n h1 link set y1 up
	like "$(vr h1 vif show x1)" "y1"
	ip -n h1 link del y1
	eventually no_vif x1
}

test_kinds_of_device()
{
	local kind

	for kind in "x1 type veth peer name x2" "x1 type dummy" "x1 link u0 type vlan id 7"; do
		add_x $kind
		like "$(ip -n h1 link show x1)" "[<,]UP[,>]"
		vr h1 vif del x1
		is_down x1
		ip -n h1 link del x1
	done
	wire tap t1 h1 x1
	vr h1 vif add x1 dev x1 network blue mac 02:00:00:00:00:0e address 10.0.0.14
	# a process that goes away takes its tap device with it
	wire close t1
	eventually no_vif x1
}

# Frames of a VLAN of a trunk go to its vif, others on the trunk to the host as ever.
test_vlan()
{
	ip -n h1 link add trunk type veth peer name eth1 netns a1
	ip -n h1 link set trunk up
	ip -n a1 link set eth1 up
	ip -n h1 link add x1 link trunk type vlan id 7
	ip -n a1 link add eth1.7 link eth1 address 02:00:00:00:00:0e type vlan id 7
	vr h1 vif add x1 dev x1 network blue mac 02:00:00:00:00:0e address 10.0.0.14
	wire open b1 b1 eth0
	ip -n a1 link set eth1.7 up
	wire open vlan a1 eth1.7
	wire send vlan "Ether(src='02:00:00:00:00:0e', dst='$mac3')/IP(src='10.0.0.14',
		dst='10.0.0.3')/UDP(dport=9)/b'by VLAN'" 5
	is "$(wire count b1 "b'by VLAN' in raw" 5)" 5 "frames at b1"
	wire send b1 "Ether(src='$mac3', dst='02:00:00:00:00:0e')/IP(src='10.0.0.3',
		dst='10.0.0.14')/UDP(dport=9)/b'to VLAN'" 5
	is "$(wire count vlan "b'to VLAN' in raw" 5)" 5 "frames on the VLAN"
	wire close b1
	wire close vlan
	ip -n h1 link del trunk
	eventually no_vif x1
}

refuse_device()	# REGEX DEVICE
{
	refused 1 "$1" vr h1 vif add x1 dev "$2" network blue
}

test_owned_devices()
{
	ip_batch h1 <<-END
		link add x1 type veth peer name x2
		link add br0 type bridge
		link set x1 master br0
	END
	refuse_device 'bridge.*"?br0' x1
	ip -n h1 link set x1 nomaster
	ip -n h1 link del br0
	ip -n h1 link add mv0 link x1 type macvlan
	refuse_device 'macvlan.*"?mv0' x1
	ip -n h1 link del mv0
	ip -n h1 link add bond0 type bond
	ip -n h1 link set x1 down
	ip -n h1 link set x1 master bond0
	refuse_device 'bond.*"?bond0' x1
	ip -n h1 link del bond0
	refuse_device "not an Ethernet" lo
	refuse_device "no device" nothing
	# and in the other direction: a vif's device is no one else's
	vr h1 vif add x1 dev x1 network blue
	ip -n h1 link add br0 type bridge
	fails ip -n h1 link set x1 master br0
	fails ip -n h1 link add mv0 link x1 type macvlan
	vr h1 vif del x1
	ip -n h1 link set x1 master br0
	ip_batch h1 <<-END
		link del br0
		link del x1
	END
}

# What the host would lose if it lost a device's frames.
test_devices_of_the_host()
{
	refuse_device "u0.*192.0.2.1.*force" u0
	ip_batch h1 <<-END
		link add br0 type bridge
		link add x1 type veth peer name x2
		link set x1 up
		link set x2 up
	END
	refuse_device "br0.*is a bridge.*force" br0
	ip -n h1 link del br0
	wire sysctl h1 ipv6/conf/x1/disable_ipv6=0
	ip -n h1 addr add fd00:5::1/64 dev x1 nodad
	refuse_device "x1.*fd00:5::1.*force" x1
	ip -n h1 addr flush dev x1
	ip -n h1 route add default dev x1
	refuse_device "IPv4 default route.*x1.*force" x1
	ip -n h1 route del default dev x1
	ip -n h1 -6 addr add fe80::5/64 dev x1 nodad
	ip -n h1 -6 route add default via fe80::6 dev x1
	refuse_device "IPv6 default route.*x1.*force" x1
	ip -n h1 -6 route del default dev x1
	ip -n h1 route add 198.51.100.0/24 dev x1
	vr h1 nexthop add id 77 type tunnel tunnel vx4 remote 198.51.100.1
	refuse_device "vx4.*x1.*force" x1
	vr h1 nexthop del 77
	# what is left is a link-local address, which every device has
	vr h1 vif add x1 dev x1 network blue
	vr h1 vif del x1
	is_down x1
	ip -n h1 link del x1
}

# By force the underlay's own device: it comes back as it was.
test_force()
{
	local before

	before=$(ip -n h1 -d addr show u0; ip -n h1 route; ip -n h1 -6 route)
	vr h1 vif add oops dev u0 network blue force
	is "$(vr h1 -j vif show oops | jq '.[0].force')" true
	like "$(vr h1 vif show oops)" " force "
	fails ip netns exec h1 ping -n -c 1 -W 1 192.0.2.2
	vr h1 vif del oops
	is "$(ip -n h1 -d addr show u0; ip -n h1 route; ip -n h1 -6 route)" "$before"
	ip netns exec h1 ping -n -c 1 -W 5 192.0.2.2
	eventually reach a1 10.0.0.2
	# force does not make a VM's device the host's
	ip -n h1 link add x1 type veth peer name x2
	ip -n h1 link set x1 up
	vr h1 vif add x1 dev x1 network blue force
	is "$(vr h1 -j vif show x1 | jq '.[0].force')" false
	vr h1 vif del x1
	is_down x1
	ip -n h1 link del x1
}

# A namespace goes with everything in it, and the other one doesn't notice.
test_namespace_goes()
{
	add_hypervisor h3
	ip -n h3 link add x1 type veth peer name x2
	vr_batch h3 <<-END
		tunnel add vx type vxlan local 127.0.0.1
		network add green vni 5 gateway 10.0.0.254/24
		vif add x1 dev x1 network green mac 02:00:00:00:00:01 address 10.0.0.1
		nexthop add id 1 type tunnel tunnel vx remote 127.0.0.2
		nexthop add id 2 type flood member 1
		nexthop add id 3 type network network green
		network set green flood 2
		route add 10.1.0.0/16 network green nexthop 1
		route add 10.2.0.0/16 network green nexthop 3
		fdb add 02:00:00:00:00:09 network green nexthop 1
		neighbour add 10.0.0.9 mac 02:00:00:00:00:09 network green
		network set green tunnel vx
	END
	ip netns del h3
	reach a1 10.0.0.2
}

# The link of the underlay flaps.
test_underlay_flaps()
{
	ip -n h1 link set u0 down
	drops_rise 1 h1 tunnel_route fails ip netns exec a1 ping -n -c 1 -W 1 10.0.0.2
	ip -n h1 link set u0 up
	eventually reach a1 10.0.0.2
}

test_users()
{
	refused 1 "blue" vr h1 network del blue
	refused 1 "7|90" vr h1 tunnel del vx4
	refused 1 "." vr h1 nexthop del 7
	refused 1 "blue" vr h1 nexthop del 90
}

begin lifecycle
must set_up
it "a vif is deleted and added under traffic" test_delete_under_traffic
it "a vif that can't be added" test_failed_add
it "rmmod while the host has vifs" test_in_use
it "rmmod under traffic, where vifs are users'" test_unload_under_traffic
it "the module is loaded again" test_reload
it "the log says which build was loaded, and info which one runs" test_log
it "a device vanishes" test_device_vanishes
it "a device moves to another namespace" test_device_moves
it "a device is renamed" test_rename
it "veth, dummy, VLAN and tap devices" test_kinds_of_device
it "a VLAN of a trunk" test_vlan
it "devices that belong to others" test_owned_devices
it "devices that the host needs" test_devices_of_the_host
it "a device that is taken from the host by force goes back as it was" test_force
it "a namespace goes with everything in it" test_namespace_goes
it "the underlay goes down and up" test_underlay_flaps
it "what is in use is not deleted" test_users
finish
