#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel tree's own netlink client speaks to the module by include/vrouter.yaml,
# and vrouter-ctl sees the same.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/../netns/lib.sh"

top=$(cd "$(dirname "$0")/../.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vrouter/ynl-6.12
spec=

# Of binary attributes this version of the client takes hexadecimal digits only.

# The client looks for its schema beside the spec's folder.
prepare_client()
{
	[[ -e $cache/tools/net/ynl/cli.py ]] || return 1
	mkdir -p "$1/specs"
	cp "$cache"/Documentation/netlink/*.yaml "$1/"
	cp "$top/include/vrouter.yaml" "$1/specs/"
	spec=$1/specs/vrouter.yaml
}

ynl()	# ARG...
{
	ip netns exec h1 /usr/bin/python3 "$cache/tools/net/ynl/cli.py" --spec "$spec" \
		--output-json "$@"
}

test_add()
{
	ynl --do network-new --create --json '{"name": "blue", "vni": 100, "policy": "allow",
		"gateway": [{"address": "0a0000fe", "len": 24}]}'
	is "$(field h1 network blue "o['vni']")" 100
	is "$(field h1 network blue "o['policy']")" allow
}

test_get()
{
	local answer

	answer=$(ynl --do network-get --json '{"name": "blue"}')
	is "$(wire json "$answer" "' '.join(str(d[k]) for k in ('id', 'name', 'vni',
		'policy', 'mtu'))")" "1 blue 100 allow 1500"
}

test_dump()
{
	local answer

	vr h1 network add red vni 200
	answer=$(ynl --dump network-get)
	is "$(wire json "$answer" "','.join(n['name'] for n in d)")" blue,red
	answer=$(ynl --dump drop-get)
	is "$(wire json "$answer" "all(r['packets'] == 0 and r['help'] for r in d)")" true
}

test_bulk()
{
	local answer

	vr h1 nexthop add id 7 type blackhole
	ynl --do route-new --create --json '{"network-name": "blue", "entry": [
		{"prefix": "0a010000", "len": 16, "nexthop": 7},
		{"prefix": "fd010000000000000000000000000000", "len": 32, "nexthop": 7}]}'
	answer=$(ynl --dump route-get --json '{"network-name": "blue", "nexthop": 7}')
	is "$(wire json "$answer" "','.join('%s/%u' % (r['entry'][0]['prefix'], r['entry'][0]['len'])
		for r in d)")" 10.1.0.0/16,fd01::/32
}

test_set()
{
	ynl --do network-set --json '{"name": "blue", "mtu": 1400}'
	is "$(field h1 network blue "o['mtu']")" 1400
	is "$(field h1 network blue "o['vni']")" 100 "what was not named"
}

test_refusal()
{
	refused 1 'VNI 16777216 is out of range' \
		ynl --do network-set --json '{"name": "blue", "vni": 16777216}'
}

test_del()
{
	ynl --do route-del --json '{"network-name": "blue", "all": true}'
	is "$(vr h1 route show network blue nexthop 7)" ""
}

test_info()
{
	local answer

	answer=$(ynl --do info-get --json '{}')
	is "$(wire json "$answer" "d['networks']")" 2
}

begin ynl
must add_hypervisor h1
must prepare_client "$(mktemp -d)"
it "add" test_add
it "get" test_get
it "dump" test_dump
it "bulk" test_bulk
it "set" test_set
it "refusal in words" test_refusal
it "delete all" test_del
it "info" test_info
finish
