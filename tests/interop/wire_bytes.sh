#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What goes over the wire, byte by byte, against what Scapy makes of the same: see
# ../netns/outer.sh for who is where.

# shellcheck source=tests/netns/outer.sh
. "$(dirname "$0")/../netns/outer.sh"

# What h1 may choose is taken from what it sent: IP id, flow label and UDP source port;
# all else is Scapy's.
define_expected()
{
	wire define "
def expected(p, type, f, inner, csum):
	l3 = not isinstance(inner, Ether)
	e = outer(type, f, inner, src=1, dst=2, label=600, ttl=64)
	if type.startswith('mpls') and l3:
		e[MPLS].ttl = 63
	if f == 4:
		e[IP].id, e[IP].flags = p[IP].id, 'DF'
	else:
		e[IPv6].fl = p[IPv6].fl
	if type not in ('gre', 'mplsogre'):
		e[UDP].sport = p[UDP].sport
		if not csum:
			e[UDP].chksum = 0
	return to_bytes(e)

def difference(raw, wanted):
	return '' if raw == wanted else '\n%s, wanted\n%s' % (raw.hex(), wanted.hex())
"
}

# All bytes of what h1 sends, with IPv4 and IPv6 inside.
test_sent()	# TYPE FAMILY PAYLOAD CHECKSUMS
{
	local g

	over "$1" "$2" "$3"
	for g in 4 6; do
		wire clear s
		wire send a1 "sent('$3', $g, mark=b'<bytes>')"
		is "$(wire get s "b'<bytes>' in raw" \
			"difference(raw, expected(p, '$1', $2, inside('$3', $g, mark=b'<bytes>'), $4))")" \
			"" "IPv$g"
	done
}

# UDP checksums are off over IPv4 (RFC 7348) and on over IPv6 (RFC 6935).
test_default()	# TYPE FAMILY PAYLOAD
{
	test_sent "$@" "$([[ $2 = 4 ]] && echo False || echo True)"
}

test_checksums()	# TYPE
{
	vr h1 tunnel set "$1"4 udp-csum on
	test_sent "$1" 4 l2 True
	vr h1 tunnel set "$1"4 udp-csum off
}

# As Scapy reads it: the layers, and what they say of the network.
test_layers()	# TYPE FAMILY PAYLOAD
{
	over "$@"
	wire send a1 "sent('$3', 4, mark=b'<layers>')"
	is "$(wire get s "b'<layers>' in raw" "' '.join(l.__name__ for l in p.layers())")" \
		"$(layers "$@")"
	is "$(wire get s "b'<layers>' in raw" "$(number "$1")")" "$(number_wanted "$1")"
}

layers()	# TYPE FAMILY PAYLOAD
{
	local ip=IP shim frame="Ether "

	[[ $2 = 4 ]] || ip=IPv6
	[[ $3 = l2 ]] || frame=
	case $1 in
	vxlan) shim="UDP VXLAN" ;;
	geneve) shim="UDP GENEVE" ;;
	gre) shim="GRE" ;;
	mplsogre) shim="GRE MPLS${frame:+ EoMCW}" ;;
	mplsoudp) shim="UDP MPLS${frame:+ EoMCW}" ;;
	esac
	echo "Ether $ip $shim ${frame}IP UDP Raw"
}

number()	# TYPE
{
	case $1 in
	vxlan) echo "p[VXLAN].vni" ;;
	geneve) echo "p[GENEVE].vni" ;;
	gre) echo "p[GRE].key" ;;
	*) echo "p[MPLS].label" ;;
	esac
}

number_wanted()	# TYPE
{
	case $1 in
	gre) echo 305419896 ;;
	mpls*) echo 600 ;;
	*) echo 1193046 ;;
	esac
}

# What Scapy makes comes out as it was.
test_received()	# TYPE FAMILY PAYLOAD
{
	local g

	for g in 4 6; do
		wire clear a1
		wire send s "outer('$1', $2, back('$3', $g, mark=b'<back>'))"
		is "$(wire get a1 "b'<back>' in raw" \
			"difference(raw, to_bytes(arrived('$3', $g, mark=b'<back>')))")" "" "IPv$g"
	done
}

# RFC 7348, section 5: a port of the ephemeral range, from a hash of the inner headers.
test_stable_port()	# TYPE
{
	local first second others

	over "$1" 4 l2
	first=$(port_of 77)
	second=$(port_of 77)
	others="$(port_of 78) $(port_of 79) $(port_of 80)"
	is "$first" "$second" "source port of the same flow"
	between "$first" 49152 65535 "source port"
	isnt "$others" "$first $first $first" "ports of other flows"
}

port_of()	# SOURCE-PORT-INSIDE
{
	wire clear s
	wire send a1 "Ether(src=A1, dst=FAR)/IP(src='10.0.0.1', dst='10.0.0.2')/UDP(sport=$1)/b'<port>'"
	wire get s "b'<port>' in raw" "p[UDP].sport"
}

begin wire_bytes
must set_up
must define_expected
while read -r cell; do
	# shellcheck disable=SC2086 # three words
	{
		name=$(cell_name $cell)
		it "$name: every byte sent" test_default $cell
		it "$name: as Scapy reads it" test_layers $cell
		it "$name: as Scapy makes it" test_received $cell
	}
done < <(cells)
for encap in vxlan geneve mplsoudp; do
	it "$encap: UDP checksums over IPv4" test_checksums $encap
	it "$encap: a flow keeps its source port, others have others" test_stable_port $encap
done
finish
