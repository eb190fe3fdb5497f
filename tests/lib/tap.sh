# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests in bash that print TAP.
#
#	tap_begin NAME			a file of tests begins
#	it TEXT COMMAND ARG...		a test: passes when COMMAND, usually a
#					function, and all commands in it succeed
#	skip WHY			in a test: it can't be run here
#	tap_end				all tests were run; exits
#
# A test runs in a shell of its own with errexit: what it sets is not kept, and its
# output is shown only when it fails. Without tap_end, at an exit in between, the
# file counts as failed.

tap_name=''
tap_number=0
tap_failed=0
tap_log=''

tap_begin()	# NAME
{
	tap_name=$1
	tap_log=$(mktemp)
	echo "TAP version 13"
}

tap_comment()
{
	sed 's/^/# /'
}

# Says where a test failed, innermost first.
tap_where()	# STATUS COMMAND
{
	local i

	[[ $BASHPID = "${tap_shell-}" ]] || return 0
	echo "status $1: $2"
	for ((i = 1; i < ${#FUNCNAME[@]} - 1; i++)); do
		[[ ${FUNCNAME[i]} != tap_run ]] || break
		echo "  ${BASH_SOURCE[i]##*/}:${BASH_LINENO[i-1]} ${FUNCNAME[i]}"
	done
}

tap_run()	# COMMAND ARG...
{
	tap_shell=$BASHPID
	shopt -s inherit_errexit
	set -eE
	trap 'tap_where "$?" "$BASH_COMMAND"' ERR
	"$@"
}

skip()	# WHY
{
	printf '%s\n' "$*" >"$tap_log.skip"
	exit 4
}

it()	# TEXT COMMAND ARG...
{
	local text="$tap_name: $1" status started=$SECONDS
	shift
	((++tap_number))
	(tap_run "$@") >"$tap_log" 2>&1
	status=$?
	if [[ $status = 4 && -e $tap_log.skip ]]; then
		echo "ok $tap_number - $text # SKIP $(<"$tap_log.skip")"
	elif [[ $status = 0 ]]; then
		echo "ok $tap_number - $text"
	else
		((++tap_failed))
		echo "not ok $tap_number - $text"
		tap_comment <"$tap_log"
	fi
	rm -f "$tap_log.skip"
	[[ -z ${VR_TEST_TIMES-} ]] || echo "# $((SECONDS - started)) s"
}

tap_end()
{
	rm -f "$tap_log"
	tap_log=
	echo "1..$tap_number"
	exit $((tap_failed != 0))
}

# For the EXIT trap: an end before the end is a failure.
tap_exit()
{
	[[ -n $tap_log ]] || return 0
	((++tap_number))
	echo "not ok $tap_number - $tap_name: ended early"
	tap_comment <"$tap_log"
	echo "1..$tap_number"
	rm -f "$tap_log"
}

# What tests are made of. Each says on failure what was seen.

is()	# GOT WANTED [WHAT]
{
	[[ $1 = "$2" ]] || { echo "${3:+$3: }got \"$1\", wanted \"$2\""; return 1; }
}

between()	# GOT LEAST MOST [WHAT]
{
	(($1 >= $2 && $1 <= $3)) || { echo "${4:+$4: }got $1, wanted $2 to $3"; return 1; }
}

isnt()	# GOT UNWANTED [WHAT]
{
	[[ $1 != "$2" ]] || { echo "${3:+$3: }got \"$1\", wanted anything else"; return 1; }
}

like()	# GOT REGEX [WHAT]
{
	[[ $1 =~ $2 ]] || { echo "${3:+$3: }got \"$1\", wanted /$2/"; return 1; }
}

unlike()	# GOT REGEX [WHAT]
{
	[[ ! $1 =~ $2 ]] || { echo "${3:+$3: }got \"$1\", wanted nothing like /$2/"; return 1; }
}

# Succeeds when the command fails with this status and says something like this.
refused()	# STATUS REGEX COMMAND ARG...
{
	local status=0 said wanted=$1 regex=$2

	shift 2
	said=$("$@" 2>&1) || status=$?
	is "$status" "$wanted" "exit status of \"$*\", which said \"$said\","
	like "$said" "$regex" "$*"
}

fails()	# COMMAND ARG...
{
	local said

	if said=$("$@" 2>&1); then
		echo "should have failed: $*"
		echo "$said"
		return 1
	fi
}

# Repeats a command until it succeeds.
eventually()	# COMMAND ARG...
{
	local end=$((SECONDS + ${WITHIN:-10})) said

	until said=$("$@" 2>&1); do
		if ((SECONDS > end)); then
			echo "not within ${WITHIN:-10} s: $*"
			echo "$said"
			return 1
		fi
		pause 0.05
	done
}

# For what is about time itself; to wait for something, poll.
pause()	# SECONDS
{
	read -rt "$1" -u "$tap_never" || true
}

# Nothing ever comes out of this.
exec {tap_never}<> <(:)
