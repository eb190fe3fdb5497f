#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every command of vrouter-ctl against the module: text, JSON, exit status, words.
#
#	┌───────────────────────────────┐   ┌────┐
#	│ h1: all objects; no traffic   │   │ h2 │ for what is per namespace
#	│ u0 (VLAN-less veth, .1), v1-3 │   └────┘
#	└───────────────────────────────┘

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

set_up()
{
	local i

	add_hypervisor h1 && add_hypervisor h2 &&
	ip link add u0 netns h1 type veth peer name u0 netns h2 &&
	underlay_address h1 1 &&
	underlay_address h2 2 || return 1
	for i in 1 2 3; do
		ip -n h1 link add v$i type veth peer name w$i || return 1
	done
	ip -n h1 link add gw0 type vrouter
}

# JSON of a command meets a condition.
json()	# CONDITION WORD...
{
	local text

	text=$(vr h1 -s -d -j "${@:2}")
	jq -e "$1" <<<"$text" >/dev/null || { echo "not \"$1\": $text"; return 1; }
}

text()	# REGEX WORD...
{
	like "$(vr h1 "${@:2}")" "$1" "${*:2}"
}

# The kernel's words.
no()	# REGEX WORD...
{
	refused 1 "$1" vr h1 "${@:2}"
}

# The command line makes no sense.
nonsense()	# REGEX WORD...
{
	refused 2 "$1" vr h1 "${@:2}"
}

# Said again it succeeds and changes nothing.
twice()	# WORD...
{
	local before

	vr h1 "$@"
	before=$(generation)
	vr h1 "$@"
	is "$(generation)" "$before" "generation after \"$*\" again"
}

generation()
{
	wire json "$(vr h1 -d -j info)" "d[0]['generation']"
}

test_tunnel()
{
	twice tunnel add vx0 type vxlan local 192.0.2.1
	json '.[0] | .name == "vx0" and .type == "vxlan" and .local == "192.0.2.1" and
		.port == 4789 and .ttl == 64 and (.stats | .rx_packets == 0)' tunnel show vx0
	text "vx0.*vxlan.*192\.0\.2\.1" tunnel show
	no "." tunnel add vx0 type vxlan local 192.0.2.1 port 4790
	no "." tunnel add --strict vx0 type vxlan local 192.0.2.1
	vr h1 tunnel set vx0 ttl 9 dscp 10 udp-csum on mark 7
	no "device.*can change only together with" tunnel set vx0 dev u0
	json '.[0] | .ttl == 9 and .mark == 7 and .port == 4789' tunnel show vx0
	vr h1 tunnel replace vx0 type vxlan local 192.0.2.1
	json '.[0] | .ttl == 64' tunnel show vx0
	vr h1 tunnel add vx6 type vxlan local 2001:db8::1 port 8472
	json '[.[].name] == ["vx0", "vx6"]' tunnel show
	no "." tunnel add vx1 type vxlan local 192.0.2.1
	no "not an address of this host" tunnel add vx1 type vxlan local 192.0.2.99
	no "." tunnel set nothing ttl 9
	no "." tunnel set vx0 dev nothing
	nonsense "vxlan, geneve|gre" tunnel add vx1 type wormhole local 192.0.2.1
	nonsense "." tunnel add vx1 type vxlan local nonsense
	nonsense "." tunnel add vx1 type vxlan local 192.0.2.1 colour red
	is "$(vr h1 tunnel)" "$(vr h1 tunnel show)"
	vr h1 tunnel del vx6
	no "vx6" tunnel del vx6
	no "vx6" tunnel show vx6
}

test_network()
{
	twice network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64
	json '.[0] | .name == "blue" and .vni == 100 and .policy == "deny" and .mtu == 1500 and
		.gateway == ["10.0.0.254/24", "fd00::fe/64"] and
		.gateway_mac == "00:00:5e:00:01:00"' network show blue
	text "blue.*100" network show
	no "100" network add red vni 100
	nonsense "33 is more than the 32 bits" network add red vni 101 gateway 10.0.0.0/33
	no "." network add blue vni 102
	vr h1 network set blue policy allow mtu 1400 unknown-unicast drop ra slaac \
		gateway-mac 02:00:00:00:00:fe max-routes 10 max-fdb 10 max-neighbours 10 tunnel vx0
	json '.[0] | .policy == "allow" and .mtu == 1400 and .unknown_unicast == "drop" and
		.ra == "slaac" and .gateway_mac == "02:00:00:00:00:fe" and .vni == 100 and
		.tunnel == "vx0"' network show blue
	vr h1 network set blue gateway none
	json '.[0] | (.gateway // []) == []' network show blue
	vr h1 network replace blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64
	json '.[0] | .policy == "deny" and .mtu == 1500 and .ra == "router"' network show blue
	vr h1 network set blue name green
	no "blue" network show blue
	vr h1 network set green name blue
	no "the name of the network is missing" network add 77
	vr h1 network add 77 name purple
	json '.[0].id == 77' network show 77
	vr h1 network del 77
	no "." network set blue vni 16777216
	no "." network set blue mtu 50
	nonsense "." network add
	nonsense "policy" network add red policy maybe
	nonsense "did you mean|keyword" network add red vnii 5
}

test_vif()
{
	twice vif add vm1 dev v1 network blue mac 02:00:00:00:00:01 address 10.0.0.1 \
		address fd00::1 address 10.0.9.0/24
	json '.[0] | .name == "vm1" and .network == "blue" and
		.mac == "02:00:00:00:00:01" and (.address | length == 3) and
		.address[0].active' vif show vm1
	text "vm1.*v1.*blue" vif show
	json 'length == 1' vif show network blue
	# what comes with it
	json '[.[] | select(.origin == "vif") | .prefix] == ["10.0.0.1/32", "10.0.9.0/24",
		"fd00::1/128"]' route show network blue
	json '[.[] | select(.origin == "vif") | .mac] | length == 1' fdb show network blue
	json '[.[] | select(.origin == "vif") | .address] == ["10.0.0.1", "fd00::1"]' \
		neighbour show network blue
	vr h1 vif set vm1 address 10.0.0.11 mtu 1300
	json '.[0] | (.address | length == 1) and .mtu == 1300' vif show vm1
	vr h1 vif set vm1 address none
	json '.[0] | (.address // []) == []' vif show vm1
	vr h1 vif replace vm1 dev v1 network blue mac 02:00:00:00:00:01 address 10.0.0.1
	json '.[0] | .mtu == 0 and (.address | length == 1)' vif show vm1
	no "vm1" vif add vm2 dev v1 network blue
	no "vm1" vif add vm2 dev v2 network blue mac 02:00:00:00:00:01
	no "gateway" vif add vm2 dev v2 network blue address 10.0.0.254
	no "gateway" vif add vm2 dev v2 network blue mac 00:00:5e:00:01:00
	no "nothing" vif add vm2 dev nothing network blue
	no "nowhere" vif add vm2 dev v2 network nowhere
	no "." vif add vm2 dev lo network blue
	no "for good|delete" vif set vm1 dev v2
	nonsense "." vif add vm2 dev v2 network blue mac 02:00
	nonsense "." vif add vm2 dev v2 network blue address 10.0.0.1.1
	json 'length == 1' vif show
}

test_nexthop()
{
	twice nexthop add id 7 type tunnel tunnel vx0 remote 192.0.2.2
	twice nexthop add id 8 type tunnel tunnel vx0 remote 192.0.2.3 vni 300 mac 02:00:00:00:00:33
	twice nexthop add id 90 type flood member 7 member 8
	twice nexthop add id 80 type ecmp member 7 weight 2 member 8
	twice nexthop add id 1 type vif vif vm1
	vr h1 network add red vni 200 gateway 10.8.0.254/24
	twice nexthop add id 2 type network network red
	twice nexthop add id 3 type blackhole
	twice nexthop add id 4 type reject code host
	vr h1 vif add gw0 dev gw0 network red
	twice nexthop add id 5 type host dev gw0
	json '[.[].id] == [1, 2, 3, 4, 5, 7, 8, 80, 90]' nexthop show
	json '.[0] | .type == "tunnel" and .remote == "192.0.2.3" and .vni == 300 and
		.mac == "02:00:00:00:00:33" and .refs == 2' nexthop show 8
	json '.[0].member | [.[].nexthop] == [7, 8]' nexthop show 90
	json '.[0] | .member == [{"nexthop": 7, "weight": 2}, {"nexthop": 8, "weight": 1}] and
		.hash == "l4"' nexthop show 80
	text "member 7 weight 2 member 8 weight 1 hash l4" nexthop show 80
	twice nexthop set 80 hash l3 member 8
	json '.[0] | .hash == "l3" and .member == [{"nexthop": 8, "weight": 1}]' nexthop show 80
	json '[.[].id] == [7, 8]' nexthop show tunnel vx0
	json '[.[].id] == [3]' nexthop show type blackhole
	json '[.[].id] == [1]' nexthop show vif vm1
	text "tunnel.*vx0.*192\.0\.2\.2" nexthop show 7
	vr h1 nexthop set 7 vni 400
	json '.[0].vni == 400' nexthop show 7
	vr h1 nexthop replace 7 type tunnel tunnel vx0 remote 192.0.2.2
	json '.[0].vni == null' nexthop show 7
	like "$(vr h1 -j nexthop add type blackhole)" '"id": ?[0-9]'
	vr h1 nexthop del "$(wire json "$(vr h1 -j nexthop show type blackhole)" "d[-1]['id']")"
	no "." nexthop add id 7 type tunnel tunnel vx0 remote 192.0.2.9
	no "." nexthop add id 9 type tunnel tunnel vx0 remote 2001:db8::2
	no "no place" nexthop add id 9 type blackhole vni 5
	no "member of next hop 80" nexthop del 8
	no "." nexthop add id 91 type flood member 90
	no "needs a member" nexthop set 80 member none
	no "range" nexthop set 80 member 7 weight 257
	no "." nexthop add id 91 type flood member 999
	no "." nexthop add id 9 type host dev v2
	nonsense "." nexthop add id 9 type wormhole
	nonsense "." nexthop add id many type blackhole
}

# Routes, fdb entries and neighbours have commands in common.
test_route()
{
	twice route add 10.1.0.0/16 network blue nexthop 7
	vr h1 route add 10.2.0.0/16 10.3.0.0/16 fd01::/32 network blue nexthop 7
	json '[.[] | select(.origin == "static").prefix] == ["10.1.0.0/16", "10.2.0.0/16",
		"10.3.0.0/16", "fd01::/32"]' route show network blue
	json '[.[].prefix] == ["fd01::/32"]' route show network blue nexthop 7 -6
	json '.[0] | .prefix == "10.2.0.0/16" and .nexthop == 7' route get 10.2.3.4 network blue
	json '.[0].origin == "gateway"' route get 10.0.0.99 network blue
	no "." route get 172.16.0.1 network blue
	no "10\.1\.0\.0/16|exists" route add 10.1.0.0/16 network blue nexthop 3
	vr h1 route replace 10.1.0.0/16 network blue nexthop 3
	json '.[0].nexthop == 3' route show 10.1.0.0/16 network blue
	vr h1 route set 10.1.0.0/16 network blue nexthop 4
	no "." route set 10.99.0.0/16 network blue nexthop 4
	no "90" route add 10.4.0.0/16 network blue nexthop 90
	no "999" route add 10.4.0.0/16 network blue nexthop 999
	nonsense "." route add 10.4.0.1/16 network blue nexthop 7
	nonsense "nexthop" route add 10.4.0.0/16 network blue
	nonsense "network" route add 10.4.0.0/16 nexthop 7
	vr h1 route add default network blue nexthop 7
	text "default" route show network blue
	vr h1 route del default 10.3.0.0/16 network blue
	no "." route del 10.3.0.0/16 network blue
	vr h1 route flush network blue -6
	json '[.[] | select(.origin == "static").prefix] == ["10.1.0.0/16", "10.2.0.0/16"]' \
		route show network blue
	vr h1 route flush network blue
	json '[.[] | select(.origin == "static")] == []' route show network blue
	json '[.[] | select(.origin == "gateway")] | length == 2' route show network blue
}

test_fdb()
{
	twice fdb add 02:00:00:00:00:02 network blue nexthop 7
	vr h1 fdb add 02:00:00:00:00:03 02:00:00:00:00:04 network blue nexthop 8
	json '[.[] | select(.origin == "static").mac] == ["02:00:00:00:00:02",
		"02:00:00:00:00:03", "02:00:00:00:00:04"]' fdb show network blue
	json 'length == 2' fdb show network blue nexthop 8
	json '.[0].nexthop == 7' fdb get 02:00:00:00:00:02 network blue
	vr h1 fdb replace 02:00:00:00:00:02 network blue nexthop 8
	vr h1 fdb set 02:00:00:00:00:02 network blue nexthop 7
	no "." fdb add 02:00:00:00:00:02 network blue nexthop 8
	no "." fdb add 01:00:00:00:00:02 network blue nexthop 8
	vr h1 fdb del 02:00:00:00:00:04 network blue
	no "." fdb del 02:00:00:00:00:04 network blue
	vr h1 fdb flush network blue
	json '[.[].origin] == ["vif"]' fdb show network blue
	nonsense "." fdb add 02:00 network blue nexthop 7
}

test_neighbour()
{
	twice neighbour add 10.0.0.2 mac 02:00:00:00:00:02 network blue
	vr h1 neighbour add 10.0.0.3 fd00::3 mac 02:00:00:00:00:03 network blue
	json '[.[] | select(.origin == "static").address] == ["10.0.0.2", "10.0.0.3", "fd00::3"]' \
		neighbour show network blue
	json '.[0].mac == "02:00:00:00:00:03" and .[0].answered == 0' \
		neighbour get 10.0.0.3 network blue
	vr h1 neighbour replace 10.0.0.2 mac 02:00:00:00:00:22 network blue
	vr h1 neighbour set 10.0.0.2 mac 02:00:00:00:00:02 network blue
	no "." neighbour add 10.0.0.2 mac 02:00:00:00:00:09 network blue
	no "." neighbour set 10.0.0.99 mac 02:00:00:00:00:09 network blue
	vr h1 neighbour del 10.0.0.3 network blue
	no "." neighbour del 10.0.0.3 network blue
	vr h1 neighbour flush network blue -4
	json '[.[] | select(.origin == "static").address] == ["fd00::3"]' \
		neighbour show network blue
	vr h1 neighbour flush network blue
	json '[.[] | select(.origin == "static")] == []' neighbour show network blue
}

# Many in one request: all or none.
test_bulk()
{
	local file

	file=$(mktemp)
	seq -f '10.5.%g.0/24 nexthop 7' 0 255 >"$file"
	vr h1 route add file "$file" network blue
	json '[.[] | select(.origin == "static")] | length == 256' route show network blue
	vr h1 route add file "$file" network blue
	vr h1 route flush network blue
	echo "10.6.0.0/24 nexthop 999" >>"$file"
	no ":257: .*999" route add file "$file" network blue
	json '[.[] | select(.origin == "static")] == []' route show network blue
	echo "10.6.0.1/24 nexthop 7" >"$file"
	nonsense ":1" route add file "$file" network blue
	seq -f '02:00:00:00:01:%02g nexthop 7' 10 99 | vr h1 fdb add file - network blue
	json '[.[] | select(.origin == "static")] | length == 90' fdb show network blue
	vr h1 fdb flush network blue
	no "." route add 10.7.0.0/16 10.8.0.0/16 10.0.0.0/24 network blue nexthop 999
	# a limit is not passed by any of them
	vr h1 network set blue max-routes 2
	no "." route add 10.7.0.0/16 10.8.0.0/16 10.9.0.0/16 network blue nexthop 7
	json '[.[] | select(.origin == "static")] == []' route show network blue
	vr h1 network set blue max-routes 1048576
	rm "$file"
}

test_batch()
{
	local file

	file=$(mktemp)
	cat >"$file" <<-END
		# a comment, and a blank line

		route add 10.1.0.0/16 network blue nexthop 7  # and another
		route add 10.2.0.0/16 network blue nexthop 7
	END
	vr h1 -b "$file"
	json '[.[] | select(.origin == "static")] | length == 2' route show network blue
	printf '%s\n' "route del 10.1.0.0/16 network blue" "route del 10.99.0.0/16 network blue" \
		"route del 10.2.0.0/16 network blue" >"$file"
	no ":2:" -b "$file"
	json '[.[] | select(.origin == "static")] | length == 1' route show network blue
	no ":1:.*:2:" --force -b "$file"
	json '[.[] | select(.origin == "static")] == []' route show network blue
	echo "route nonsense" >"$file"
	nonsense ":1:" -b "$file"
	no "cannot read /nonexistent" -b /nonexistent
	rm "$file"
}

test_sg()
{
	vr h1 set add clients
	twice sg add web members clients
	json '.[0] | .name == "web" and .members == "clients" and .rules == 0 and .vifs == 0 and
		.refs == 0' sg show web
	text "web.*members clients" sg show
	no "." sg add web
	no "." sg add --strict web members clients
	no "." sg add bad members nothing
	no "." set del clients
	vr h1 sg set web members none
	json '.[0] | has("members") | not' sg show web
	vr h1 sg rename web www
	vr h1 sg rename www web
	vr h1 sg add db
	json '[.[].name] == ["web", "db"]' sg show
	no "nothing" sg show nothing
	nonsense "did you mean" sg r
	# a vif has them in order
	vr h1 vif set vm1 sg db sg web
	json '.[0].sgs == ["db", "web"]' vif show vm1
	json '.[0].vifs == 1' sg show web
	no "vm1" sg del web
	no "nothing" vif set vm1 sg nothing
	no "twice" vif set vm1 sg web sg web
	vr h1 vif set vm1 sg none
	json '.[0].sgs == []' vif show vm1
	json '.[0].zone > 0' network show blue
}

# Rules of a group in text, without their places.
rules_of()	# GROUP
{
	vr h1 sg rule show "$1" | sed 's/^[0-9]*: //'
}

test_rules()
{
	local file word

	twice sg rule add web ingress tcp dport 3306 from set:clients allow
	json '.[0] | .sg == "web" and .index == 1 and .direction == "ingress" and .proto == "tcp" and
		.dport == 3306 and .from == "set:clients" and .action == "allow" and
		.priority == 1000 and .stateless == false and .packets == 0' sg rule show web
	is "$(rules_of web)" "ingress tcp dport 3306 from set:clients allow"
	no "." sg rule add web ingress tcp dport 3306 from set:clients allow --strict
	no "clients|web" set del clients
	vr h1 sg rule add web ingress priority 1 icmp type echo-request deny
	json '[.[].type] == [8, null] and .[1].index == 2' sg rule show web
	no "." sg rule add nothing ingress allow
	no "nothing" sg rule add web ingress from set:nothing allow
	no "." sg rule add web ingress from 10.0.0.0/8 to fd00::/8 allow
	no "." sg rule add web ingress family ipv6 icmp allow
	no "." sg rule del web 3
	no "." sg rule del web ingress tcp dport 80 allow
	nonsense "allow.deny.reject is missing" sg rule add web ingress tcp dport 80
	nonsense "ports belong to a protocol" sg rule add web ingress dport 80 allow
	vr h1 sg rule del web ingress tcp dport 3306 from set:clients allow
	vr h1 sg rule del web 1
	json '. == []' sg rule show web
	# a file, all of it or nothing, and back again
	file=$(mktemp)
	cat >"$file" <<-END
		# what passes
		ingress tcp dport 8000-8080 from 10.0.0.0/8 comment "it's web" allow
		ingress family ipv6 priority 7 from sg:db reject

		egress udp sport 53 to fd00::/8 stateless deny
		egress allow
	END
	vr h1 sg replace web "$file"
	json '[.[].index] == [1, 2, 3, 4] and [.[].priority] == [7, 1000, 1000, 1000]' \
		sg rule show web
	vr h1 sg rule show web >"$file.shown"
	vr h1 sg replace web2 - <"$file.shown"
	is "$(vr h1 sg rule show web2)" "$(<"$file.shown")"
	echo "egress from set:nothing allow" >>"$file"
	no ":7: .*nothing" sg replace web "$file"
	is "$(vr h1 sg rule show web)" "$(<"$file.shown")"
	no ":7: .*nothing" sg replace web3 "$file"
	no "." sg show web3
	echo "egress alow" >>"$file"
	nonsense ":8: .*did you mean" sg replace web "$file"
	no "." sg del db
	vr h1 sg rule flush web2
	vr h1 sg del web2
	: >"$file"
	vr h1 sg replace web "$file"
	json '. == []' sg rule show web
	for word in web db; do
		vr h1 sg del $word
	done
	vr h1 set del clients
	rm "$file" "$file.shown"
}

test_drops_and_info()
{
	json 'all(.packets == 0 and (.help | length > 0))' drops -a
	json '. == []' drops
	json 'length > 40' drops network blue -a
	json 'length > 40' drops vif vm1 -a
	no "nothing" drops vif nothing
	json '.[0] | .networks == 2 and .tunnels == 1 and .vifs == 2 and .nexthops == 9 and
		.version == "0.1.0"' info
	text "0\.1\.0" info
}

test_namespaces()
{
	is "$(vrouter-ctl -n h2 -j network show)" "[]" "networks of h2"
	is "$(ip netns exec h2 vrouter-ctl -j network show)" "[]" "networks of h2 from inside"
	vrouter-ctl -n /run/netns/h2 network add blue vni 100
	vrouter-ctl -n h2 network del blue
	vr h1 network show blue
	refused 1 "h9" vrouter-ctl -n h9 network show
}

as_nobody()
{
	ip netns exec h1 setpriv --reuid 65534 --clear-groups --bounding-set -all \
		--inh-caps -all "$(type -P vrouter-ctl)" "$@"
}

test_permission()
{
	local hint="hint: this needs CAP_NET_ADMIN in the network namespace"
	refused 1 "$hint" as_nobody network add purple
	fails vr h1 network show purple
	# Who asks for a list is told that it is hidden, not that there is nothing.
	refused 1 "$hint" as_nobody network show
	refused 1 "$hint" as_nobody flow show
	refused 1 "CAP_NET_ADMIN" as_nobody monitor
	like "$(as_nobody info)" "0\.1\.0" "info as nobody"
}

test_limits()
{
	json '.[0].policers == 65536 and .[0].rules == 1048576' limits show
	text "policers 65536" limits
	vr h1 limits set policers 0
	refused 1 "the namespace is at its limit of 0 policers" vr h1 policer add none
	refused 2 "no limit is given" vr h1 limits set
	vr h1 limits set policers 65536
	vr h1 policer add none
	vr h1 policer del none
}

monitor_heard()
{
	vr h1 network set blue mtu 1400
	vr h1 network set blue mtu 1500
	[[ -s $1 ]]
}

test_monitor()
{
	local log monitor

	log=$(mktemp)
	vr h1 -j monitor >>"$log" &
	monitor=$!
	WITHIN=20 eventually monitor_heard "$log"
	: >"$log"
	vr h1 route add 10.1.0.0/16 network blue nexthop 7
	vr h1 route del 10.1.0.0/16 network blue
	vr h1 vif set vm1 mtu 1200
	vr h1 nexthop add id 50 type blackhole
	vr h1 nexthop del 50
	eventually grep -q '"id":50' "$log"
	eventually eval "[[ \$(wc -l <$log) -ge 5 ]]"
	jq -se '[.[] | .event + " " + .object] == ["set route", "deleted route", "set vif",
		"set nexthop", "deleted nexthop"]' <"$log" || { cat "$log"; return 1; }
	jq -se '.[0].route.prefix == "10.1.0.0/16" and .[2].vif.mtu == 1200' <"$log"
	kill $monitor
	wait $monitor || true
	# one kind, and an end
	timeout 20 vrouter-ctl -n h1 monitor nexthop count 1 >>"$log" &
	monitor=$!
	WITHIN=20 eventually end_of $monitor
	like "$(<"$log")" "nexthop.*blackhole"
	rm "$log"
}

# Makes changes until the monitor has seen one.
end_of()	# PROCESS
{
	vr h1 route replace 10.1.0.0/16 network blue nexthop 7
	vr h1 nexthop replace 50 type blackhole
	vr h1 nexthop del 50
	! kill -0 "$1"
}

test_help()
{
	local o

	for o in network tunnel vif nexthop route fdb neighbour sg policer drops monitor info; do
		like "$(vrouter-ctl help)" "$o"
		like "$(vrouter-ctl $o help)" "vrouter-ctl $o"
	done
	like "$(vrouter-ctl --version)" "0\.1\.0"
	refused 2 "." vrouter-ctl
	refused 2 "did you mean|objects" vrouter-ctl netwrk show
	refused 2 "." vrouter-ctl --nonsense
}

# A beginning that is clear today may mean something else tomorrow; short names are for good.
test_nothing_is_abbreviated()
{
	is "$(vr h1 -j net show blue)" "$(vr h1 -j network show blue)"
	is "$(vr h1 -j nh show)" "$(vr h1 -j nexthop show)"
	nonsense 'did you mean "del" or "delete"' network d blue
	nonsense 'did you mean "net' netw show
	vr h1 network show blue
	vr h1 network add 1st vni 4711
	no "would be taken for an id" network add name 77
	no "would be taken for an id" network set 1st name 77
	vr h1 network del 1st
}

test_colour()
{
	unlike "$(vr h1 network show)" $'\x1b'
	like "$(vr h1 --color network show)" $'\x1b'
}

test_without_module()
{
	unload_module
	refused 1 "module|modprobe|loaded" vrouter-ctl -n h1 network show
	load_module
}

test_policer()
{
	twice policer add gold rate 10mbit burst 64k pps 20k packet-burst 1000 level l3 overhead 24
	json '.[0] | .name == "gold" and .rate == 10000000 and .burst == 65536 and
		.packet_rate == 20000 and .packet_burst == 1000 and .level == "l3" and
		.overhead == 24 and .conform_packets == 0 and .exceed_bytes == 0 and
		.refs == 0' policer show gold
	is "$(vr h1 policer show gold)" \
		"gold id 1 rate 10mbit burst 64kb pps 20k packet-burst 1k level l3 overhead 24"
	text "conform-packets 0 conform-bytes 0 exceed-packets 0 exceed-bytes 0" -s policer show
	# what is printed can be typed
	read -ra words < <(vr h1 policer show gold)
	twice policer add "${words[@]}"
	no "exists with another rate" policer add gold rate 9mbit
	no "exists" policer add --strict gold
	no "a rate of 999 is out of range: 1000 to 1000000000000" policer set gold rate 999
	no "an overhead of -65 bytes is out of range: -64 to 256.*\(overhead\)" \
		policer set gold overhead -65
	nonsense "no unit here" policer set gold rate 10mbyte
	nonsense "l2, l3" policer set gold level l4
	vr h1 policer set gold rate 1.5gbit overhead -4
	json '.[0] | .rate == 1500000000 and .overhead == -4 and .level == "l3"' policer show gold
	vr h1 policer replace gold rate 1kbps
	json '.[0] | .rate == 8000 and .burst == 0 and .level == "l2"' policer show gold
	vr h1 policer set gold name silver
	twice vif set vm1 policer silver egress-policer 1
	json '.[0] | .policer == "silver" and .egress_policer == "silver" and
		.egress_policer_id == 1' vif show vm1
	text "policer silver egress-policer silver" vif show vm1
	no "policer \"silver\" is used by vif \"vm1\"" policer del silver
	no "there is no policer \"nil\".*\(policer-name\)" vif set vm1 policer nil
	json '.[0].policers == 1' info
	vr h1 vif set vm1 policer none egress-policer none
	json '.[0] | has("policer") or has("egress_policer") | not' vif show vm1
	vr h1 policer del silver
	no "there is no policer" policer show silver
}

# The level and command of each finding of a check.
found()	# CHECK
{
	vr h1 -j check | jq -r ".[] | select(.check == \"$1\") | .level + \" \" + (.command // \"\")"
}

# The host drops what others send before the module can see it.
test_firewalled_underlay()
{
	vr h1 tunnel add vxc type vxlan local 192.0.2.1 port 4799
	vr h1 nexthop add id 4799 type tunnel tunnel vxc remote 192.0.2.2 vni 1
	is "$(found firewall)" ""
	is "$(found ports | sort -u)" "note "
	ip netns exec h1 nft -f - <<-'EOF'
		table inet f {
			chain in {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				iifname "lo" accept
				udp dport 53 accept
			}
		}
	EOF
	is "$(found firewall)" "error nft insert rule inet f in udp dport 4799 accept"
	refused 1 "error firewall tunnel vxc" vr h1 check
	# the command mends it
	ip netns exec h1 bash -c "$(found firewall | cut -d ' ' -f 2-)"
	is "$(found firewall)" ""
	ip netns exec h1 nft delete table inet f

	ip -n h1 link set u0 mtu 1400
	vr h1 network add cramped vni 4799 tunnel vxc mtu 1400
	is "$(found mtu)" "warning ip link set dev u0 mtu 1450"
	ip netns exec h1 bash -c "$(found mtu | cut -d ' ' -f 2-)"
	is "$(found mtu)" ""
	ip -n h1 link set u0 mtu 1500
	vr h1 network del cramped
	vr h1 nexthop add id 4798 type tunnel tunnel vxc remote 203.0.113.9 vni 1
	like "$(found route)" "error ip route add 203\.0\.113\.9 via"
	vr h1 nexthop del 4798
	vr h1 nexthop del 4799
	vr h1 tunnel del vxc
}

begin cli
must set_up
it "a firewalled underlay is found, and mended by what is said" test_firewalled_underlay
it "tunnel" test_tunnel
it "network" test_network
it "vif" test_vif
it "policer" test_policer
it "nexthop" test_nexthop
it "route" test_route
it "fdb" test_fdb
it "neighbour" test_neighbour
it "files of many entries" test_bulk
it "batches" test_batch
it "security groups" test_sg
it "rules of security groups" test_rules
it "drops and info" test_drops_and_info
it "monitor" test_monitor
it "namespaces" test_namespaces
it "permission" test_permission
it "limits of the namespace" test_limits
it "help and usage" test_help
it "nothing is abbreviated, and no name is an id" test_nothing_is_abbreviated
it "colour" test_colour
it "all objects can be deleted" test_deletions
it "without the module" test_without_module
finish
