# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the files of a suite, each a program NAME.sh beside the suite's "run".
#
#	run_files DIR LIMIT [--part N/COUNT | NAME...]
#
# LIMIT is in seconds, for a file. A part is each COUNTth file of the array "all", from
# the Nth on. Exits with 1 when a file failed, after all have run.

# shellcheck source=tests/lib/wire.sh
. "$(dirname "${BASH_SOURCE[0]}")/wire.sh"

files_of_part()	# N COUNT
{
	local i

	# shellcheck disable=SC2154 # the caller's
	for ((i = $1 - 1; i < ${#all[@]}; i += $2)); do
		echo "${all[i]}"
	done
}

# What a file that had to be ended leaves behind would make the next ones fail.
clean_up_after()
{
	local ns

	for ns in $(ip netns list | cut -d' ' -f1); do
		ip netns pids "$ns" | xargs -r kill -9
		ip netns del "$ns"
	done
}

run_file()	# DIR LIMIT NAME
{
	local rc=0

	timeout -k 60 "$2" "$1/$3.sh" || rc=$?
	((rc == 124 || rc == 137)) || return "$rc"
	echo "not ok 1 - $3: timed out after $2 s"
	clean_up_after
	return "$rc"
}

run_files()	# DIR LIMIT [--part N/COUNT | NAME...]
{
	local dir=$1 limit=$2 part=1/1 name names status=0

	shift 2
	if [[ ${1-} = --part ]]; then
		part=$2
		shift 2
	fi
	names=("$@")
	(($#)) || mapfile -t names < <(files_of_part "${part%/*}" "${part#*/}")
	wire_start
	trap wire_stop EXIT
	for name in "${names[@]}"; do
		run_file "$dir" "$limit" "$name" || status=1
	done
	exit "$status"
}
