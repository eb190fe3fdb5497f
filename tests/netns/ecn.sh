#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ECN, DSCP and TTL of every encapsulation, over IPv4 and IPv6, of frames and packets,
# with IPv4 and IPv6 inside: see outer.sh for who is where.

# shellcheck source=tests/netns/outer.sh
. "$(dirname "$0")/outer.sh"

# RFC 6040, section 4.1: ECN is copied on the way in; DSCP is the tunnel's.
test_in()	# TYPE FAMILY PAYLOAD
{
	over "$@"
	wire send a1 "[sent('$3', g, tos=0xb8 | e, mark=b'<%d %d>' % (g, e))
		for g in (4, 6) for e in range(4)]"
	is "$(wire all s "b'<' in raw" "mark(raw) + ' %d' % tos(raw)" 8)" \
		"$(printf '4 %d %d\n' 0 0 1 1 2 2 3 3; printf '6 %d %d\n' 0 0 1 1 2 2 3 3)" \
		"inner family, inner ECN, outer traffic class"
}

# RFC 6040, section 4.2, figure 4: "INNER OUTER RESULT" lines, of 0 Not-ECT, 2 ECT(0),
# 1 ECT(1), 3 CE. Not-ECT in CE is dropped.
figure4()
{
	cat <<-END
		0 0 0
		0 1 0
		0 2 0
		1 0 1
		1 1 1
		1 2 1
		1 3 3
		2 0 2
		2 1 1
		2 2 2
		2 3 3
		3 0 3
		3 1 3
		3 2 3
		3 3 3
	END
}

# DSCP inside stays, whatever it is outside.
test_out()	# TYPE FAMILY PAYLOAD
{
	drops_rise 2 h1 ecn wire send s "[outer('$1', $2, back('$3', g, tos=0xb8 | i,
		mark=b'<%d %d %d>' % (g, i, o)), tos=0x28 | o)
		for g in (4, 6) for i in range(4) for o in range(4)]"
	# More than one processor may receive them.
	is "$(wire all a1 "b'<' in raw" "mark(raw) + ' %d' % (tos(raw) ^ 0xb8)" 30 | sort)" \
		"$(figure4 | sed 's/^/4 /'; figure4 | sed 's/^/6 /')" \
		"inner family, inner ECN, outer ECN, what arrived"
}

# The tunnel's policy: DSCP and TTL of its own, or the DSCP of what is inside. With MPLS
# in the traffic class of the label too.
test_policy()	# TYPE FAMILY PAYLOAD
{
	over "$@"
	vr h1 tunnel set "$1$2" dscp 10 ttl 33
	look "$3" "$1"
	vr h1 tunnel set "$1$2" dscp inherit ttl 64
	look "$3" "$1"
	vr h1 tunnel set "$1$2" dscp 0
	is "$(wire all s "b'<' in raw" "mark(raw) + ' %d %d' % (tos(raw), ttl(raw))" 4)" \
		"4 42 33
6 42 33
4 186 64
6 186 64" "inner family, outer traffic class, outer TTL"
	[[ $1 != mpls* ]] || is "$(wire all s "b'<' in raw" "p[MPLS].cos" 4)" "1
1
5
5" "traffic class of the label"
}

look()	# PAYLOAD
{
	wire send a1 "[sent('$1', g, tos=0xba, mark=b'<%d>' % g) for g in (4, 6)]"
}

begin ecn
must set_up
while read -r cell; do
	# shellcheck disable=SC2086 # three words
	{
		name=$(cell_name $cell)
		it "$name: ECN on the way in" test_in $cell
		it "$name: ECN on the way out" test_out $cell
		it "$name: DSCP and TTL" test_policy $cell
	}
done < <(cells)
finish
