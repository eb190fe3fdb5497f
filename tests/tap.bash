# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Reads TAP and KTAP, one line at a time, and counts results.
#
# What counts is the leaf results: "ok 1 suite" which closes an indented list of
# results is a summary of it and isn't counted again, except when it is "not ok"
# and nothing in the list was.
#
# Several programs may follow one another. A program ends where another begins (a
# version line, a plan at the start, or a result numbered 1), or after a plan at
# its end. Its plan, if there is one, must agree with its number of results.
#
#	tap_start		begins a new output
#	tap_line LINE		takes a line; calls tap_event KIND TEXT, see below
#	tap_end			ends it
#	tap_passed tap_failed tap_skipped	the counts
#
# tap_event is the caller's; KIND is passed, failed or skipped, TEXT the name of
# the test, of what is wrong, or of a skipped test and why.

# By depth, which is the indentation: the plan and number of results of the
# program, the last result's number, and since the last result further out, the
# number of results and of failures.
declare -A tap_plan tap_count tap_number tap_results tap_failures

tap_start()
{
	tap_passed=0 tap_failed=0 tap_skipped=0
	tap_plan=() tap_count=() tap_number=() tap_results=() tap_failures=()
}

tap_trim()	# VARIABLE
{
	local -n tap_text=$1

	tap_text=${tap_text#"${tap_text%%[![:space:]]*}"}
	tap_text=${tap_text%"${tap_text##*[![:space:]]}"}
}

tap_tell()	# KIND DEPTH TEXT
{
	case $1 in
	passed) ((++tap_passed)) ;;
	failed) ((++tap_failed, ++tap_failures[$2])) ;;
	skipped) ((++tap_skipped)) ;;
	esac
	tap_event "$1" "$3"
}

# The end of a program's output at one depth.
tap_close()	# DEPTH
{
	local plan=${tap_plan[$1]-} count=${tap_count[$1]-0}

	unset "tap_plan[$1]" "tap_count[$1]" "tap_number[$1]"
	[[ -n $plan && $plan != "$count" ]] || return 0
	tap_tell failed "$1" "$plan results planned, $count seen"
}

# Ends all that is further in than DEPTH; sets tap_inner and tap_inner_failed to
# the numbers of results and of failures there.
tap_close_inner()	# DEPTH
{
	local d

	tap_inner=0 tap_inner_failed=0
	for d in "${!tap_count[@]}" "${!tap_plan[@]}"; do
		((d <= $1)) || tap_close "$d"
	done
	for d in "${!tap_results[@]}"; do
		((d > $1)) || continue
		((tap_inner += tap_results[$d], 1))
		unset "tap_results[$d]"
	done
	for d in "${!tap_failures[@]}"; do
		((d > $1)) || continue
		((tap_inner_failed += tap_failures[$d], 1))
		unset "tap_failures[$d]"
	done
}

# The result of a list of results which were counted.
tap_summary()	# DEPTH NOT NAME DIRECTIVE
{
	[[ -n $2 && -z $4 && $tap_inner_failed = 0 ]] || return 0
	tap_tell failed "$1" "$3"
}

tap_leaf()	# DEPTH NOT NAME DIRECTIVE REASON
{
	case $4 in
	skip) tap_tell skipped "$1" "${3:-?}${5:+: $5}" ;;
	todo) ;;
	*)
		if [[ -n $2 ]]; then
			tap_tell failed "$1" "$3"
		else
			tap_tell passed "$1" "$3"
		fi
		;;
	esac
}

tap_result()	# DEPTH NOT NUMBER TEXT
{
	local name=$4 directive='' reason=''

	if [[ $4 =~ ^(.*[^\\]|)'#'[[:space:]]*([Ss][Kk][Ii][Pp]|[Tt][Oo][Dd][Oo])[^[:space:]]*(.*)$ ]]; then
		name=${BASH_REMATCH[1]} directive=${BASH_REMATCH[2],,}
		reason=${BASH_REMATCH[3]}
	fi
	tap_trim name
	tap_trim reason
	name=${name#- }
	tap_close_inner "$1"
	if [[ $3 = 1 && -n ${tap_number[$1]-} ]]; then
		tap_close "$1"
	fi
	((++tap_count[$1], ++tap_results[$1]))
	tap_number[$1]=$3
	name=${name:-test $3}
	if ((tap_inner)); then
		tap_summary "$1" "$2" "$name" "$directive"
	else
		tap_leaf "$1" "$2" "$name" "$directive" "$reason"
	fi
}

# A plan comes first, or last; a second one belongs to another program.
tap_planned()	# DEPTH NUMBER COMMENT
{
	local reason

	tap_close_inner "$1"
	[[ -z ${tap_plan[$1]-} ]] || tap_close "$1"
	if [[ $2 = 0 && $3 =~ [Ss][Kk][Ii][Pp][^[:space:]]*(.*)$ ]]; then
		reason=${BASH_REMATCH[1]}
		tap_trim reason
		((++tap_results[$1]))
		tap_tell skipped "$1" "all${reason:+: $reason}"
		return
	fi
	tap_plan[$1]=$2
	[[ -z ${tap_count[$1]-} ]] || tap_close "$1"
}

tap_line()	# LINE
{
	local line=${1%$'\r'}

	if [[ $line =~ ^([[:space:]]*)(not )?ok([[:space:]]+([0-9]+))?([[:space:]].*)?$ ]]; then
		tap_result "${#BASH_REMATCH[1]}" "${BASH_REMATCH[2]:+not}" \
			"${BASH_REMATCH[4]}" "${BASH_REMATCH[5]}"
	elif [[ $line =~ ^([[:space:]]*)1\.\.([0-9]+)[[:space:]]*('#'.*)?$ ]]; then
		tap_planned "${#BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}"
	elif [[ $line =~ ^([[:space:]]*)K?TAP\ version ]]; then
		tap_close_inner "${#BASH_REMATCH[1]}"
		tap_close "${#BASH_REMATCH[1]}"
	elif [[ $line =~ ^[[:space:]]*Bail\ out! ]]; then
		tap_tell failed 0 "$line"
	fi
}

tap_end()
{
	tap_close_inner -1
}
