# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Counts calls of two functions of the kernel, one for each family of IP. For tests that
# want to know which way packets take.

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
