#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random frames with random virtio-net headers from a VM, while its configuration changes: the
# kernel's log stays clean, no frame holds a processor, and nothing leaves that the VM may not send.
#
#	              h1                          h2
#	┌──────────────────────────┐       ┌───────────────┐
#	│ blue  t1 .4   p2 .2      u0─────u0 is watched    │
#	└──────────────────────────┘       └───────────────┘
#
# Environment: VR_TEST_STORM  seconds (default 20); VR_TEST_SEED  of the frames (default: the date)

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

seconds=${VR_TEST_STORM:-20}
seed=${VR_TEST_SEED:-$(date +%s)}

set_up()
{
	local i

	add_underlay || return 1
	{
		cat <<-END
			network add blue vni 100 policy deny gateway 10.0.0.254/24 gateway fd00::fe/64 gateway fd01::fe/64 ra off flood-rate 1000
			sg add state
			sg rule add state egress tcp dport 21 allow helper ftp
			sg rule add state egress udp dport 69 allow helper tftp
			policer add limit rate 50mbit
			policer add shared rate 50mbit pps 20000
		END
		rules state ''
		echo "sg add loose"
		rules loose stateless
		for i in {100..131}; do
			echo "nexthop add id $i type tunnel tunnel vx4 remote 192.0.2.2 vni $i"
		done
		echo "nexthop add id 90 type flood$(printf ' member %u' {100..131})"
		echo "network set blue flood 90"
		remote_vm blue 100 "$(mac 9)" 10.0.0.9 fd00::9
	} | vr_batch h1 &&
	add_port p2 h1 "$(mac 2)" network blue mac "$(mac 2)" address 10.0.0.2 address fd00::2 \
		address fd01::2 &&
	ip -n h1 link set p2 mtu 9000 && ip -n p2 link set eth0 mtu 9000 &&
	vr h1 sg add all && vr h1 sg rule add all ingress stateless allow &&
	vr h1 vif set p2 sg all &&
	ip -n h1 tuntap add dev t1 mode tap vnet_hdr &&
	vr h1 vif add t1 dev t1 network blue mac "$(mac 4)" address 10.0.0.4 address fd00::4 \
		sg state max-connections 2000 policer limit
}

# Only these ports, in both groups.
rules()	# GROUP stateless|""
{
	local r

	for r in "tcp dport 80" "udp dport 2000-3000" "dccp dport 5001" "sctp dport 5001" \
		"udplite dport 2000-3000"; do
		echo "sg rule add $1 egress $r $2 allow"
	done
	for r in tcp udp dccp sctp udplite; do
		echo "sg rule add $1 egress $r $2 deny"
	done
	echo "sg rule add $1 egress $2 allow"
}

# What changes meanwhile, without changing what the VM may send.
unrest()
{
	local end=$((SECONDS + seconds + 5))

	while ((SECONDS < end)); do
		vr_batch h1 <<-END
			vif set t1 sg loose policer shared
			vif set p2 policer shared
			network set blue flow-cache off
			sg rule add state egress udp dport 2500 allow
		END
		pause 0.3
		vr_batch h1 <<-END
			vif set t1 sg state policer limit
			vif set p2 policer none
			network set blue flow-cache on
			sg rule del state egress udp dport 2500 allow
		END
		pause 0.3
		vr h1 -s vif show >/dev/null
		vr h1 flow show >/dev/null
	done
}

test_storm()
{
	local said status=0 sent

	unrest &
	said=$("$lib/storm" --netns h1 --tap t1 --seconds "$seconds" --seed "$seed" \
		--gateway-mac "$gateway_mac" --watch p2:eth0 --watch h2:u0:outer) || status=$?
	wait
	echo "$said"
	is "$status" 0 "with seed $seed, what the judge says:"
	sent=$(wire json "${said##*$'\n'}" "d['sent']")
	echo "# ${said##*$'\n'}" | cut -c1-200 >&3
	(($(wire json "${said##*$'\n'}" "d['seen']") > sent / 50)) || { echo "hardly anything left"; return 1; }
}

test_nothing_left()
{
	vr h1 vif del t1
	eventually nothing_waits h1 p2
}

# Nobody answers the VM but the router, and everything fits, so that a packet that came in is one
# that goes out.
silence_peer()
{
	ip -n h1 link set p2 mtu 65535
	ip -n p2 link set eth0 mtu 65535
	ip -n p2 addr flush dev eth0
	ip netns exec p2 sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1
}

# What came into the network, what left it but for the VM, and what was dropped.
traffic_of_blue()
{
	local own

	own=$(field h1 vif t1 "o['stats']['tx_packets']")
	field h1 network blue "'%d, %d, %d' % tuple(o['stats'][k] - n for k, n in
		(('rx_packets', 0), ('tx_packets', $own), ('drops', 0)))"
}

test_accounts()
{
	local before after said status=0 answers

	silence_peer
	vr h1 vif set t1 policer none
	eventually nothing_waits h1 t1
	eventually nothing_waits h1 p2
	before=$(traffic_of_blue)
	said=$("$lib/storm" --netns h1 --tap t1 --seconds $((seconds / 4)) --seed "$seed" \
		--unicast --gateway-mac "$gateway_mac" --watch p2:eth0) || status=$?
	is "$status" 0 "what the judge says:"
	answers=$(wire json "${said##*$'\n'}" "d['answers']")
	eventually nothing_waits h1 t1
	eventually nothing_waits h1 p2
	after=$(traffic_of_blue)
	is "$(wire eval "(lambda rx, tx, drops: rx - tx - drops)(
		*(b - a for a, b in zip(($before), ($after))))")" \
		"$answers" "packets that were neither delivered nor dropped, from $before to $after"
}

exec 3>&1
begin storm
must set_up
it "random frames do not break out, with seed $seed" test_storm
it "what comes in is delivered, answered or dropped, with seed $seed" test_accounts
it "what they left goes with the vif" test_nothing_left
finish
