# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For tests that want to know which way outer packets take through the host: calls of two
# functions of the kernel, one for each family of IP, and what its firewall sees.

tracing=/sys/kernel/tracing
probing=	# "yes" when this kernel can

probe()	# IPV4-FUNCTION IPV6-FUNCTION
{
	[[ -e $tracing/kprobe_events ]] || return 0
	printf 'p:vr_4 %s\np:vr_6 %s\n' "$1" "$2" >"$tracing/kprobe_events" &&
	echo 1 >"$tracing/events/kprobes/enable" &&
	probing=yes
}

stop_probe()
{
	[[ -n $probing ]] || return 0
	echo 0 >"$tracing/events/kprobes/enable"
	: >"$tracing/kprobe_events"
}

# How often the function of a family was called, in all namespaces.
probed()	# FAMILY
{
	[[ -n $probing ]] || return 0
	awk -v name="vr_$1" '$1 == name { print $2 }' "$tracing/kprobe_profile"
}

# A rule of a hypervisor's firewall about outer packets, and how many it has seen.
chain()	# HYPERVISOR FAMILY HOOK VERDICT [PACKETS]
{
	local family=ip

	[[ $2 = 4 ]] || family=ip6
	ip netns exec "$1" nft -f - <<-END
		table $family t {
			chain c {
				type filter hook $3 priority 0
				${5-udp dport 4789} counter $4
			}
		}
	END
}

counted()	# HYPERVISOR
{
	ip netns exec "$1" nft list ruleset | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
}
