# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Speaks to tests/lib/wire, which sends and receives packets.
#
#	wire_start		starts it, unless a caller has
#	wire COMMAND ARG...	see there; prints the answer
#	wire_stop		ends it, if it was started here
#
# Not for several processes at once.

wire_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
wire_pid=
wire_number=0

wire_start()
{
	if [[ -z ${VR_WIRE-} ]]; then
		VR_WIRE=$(mktemp -d)
		export VR_WIRE
		mkfifo "$VR_WIRE/requests" "$VR_WIRE/answers"
	fi
	exec 8<>"$VR_WIRE/requests" 9<>"$VR_WIRE/answers"
	[[ ! -e $VR_WIRE/pid ]] || return 0
	"$wire_lib/wire" "$VR_WIRE/requests" "$VR_WIRE/answers" 8>&- 9>&- &
	wire_pid=$!
	echo "$wire_pid" >"$VR_WIRE/pid"
}

wire()	# COMMAND ARG...
{
	local answer id=$BASHPID.$((++wire_number))

	{ printf '%s\x1f' "$id" "$@" && printf '\x1e'; } >&8
	while :; do
		if ! IFS= read -r -d $'\x1e' -t 60 answer <&9; then
			echo "wire: no answer to $*" >&2
			return 3
		fi
		# others are for someone who was killed while he waited
		[[ ${answer%%$'\x1f'*} != "$id" ]] || break
	done
	answer=${answer#*$'\x1f'}
	if [[ ${answer%%$'\x1f'*} != 0 ]]; then
		printf '%s\n' "${answer#*$'\x1f'}" >&2
		return 1
	fi
	answer=${answer#*$'\x1f'}
	[[ -z $answer ]] || printf '%s\n' "$answer"
}

wire_stop()
{
	[[ -n $wire_pid ]] || return 0
	printf '0\x1fquit\x1f\x1e' >&8
	wait "$wire_pid"
	exec 8>&- 9>&-
	rm -rf "$VR_WIRE"
	wire_pid=
	unset VR_WIRE
}
