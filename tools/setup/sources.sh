# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine's own source of Debian with another suite: the mirror, its key and its
# settings are the ones that work here.

derive_sources()	# FILE CODENAME SUITE
{
	awk -v RS= -v codename="$2" -v suite="$3" '
		{ $0 = "\n" $0 }
		$0 ~ "\nSuites:[^\n]*[ \t]" codename "([ \t]|\n|$)" &&
		/\nTypes:[^\n]*[ \t]deb([ \t]|\n|$)/ && !/\nEnabled:[ \t]*no/ {
			sub(/\nSuites:[^\n]*/, "\nSuites: " suite)
			print substr($0, 2)
			exit
		}' "$1"
}

derive_list()	# FILE CODENAME SUITE
{
	sed -nE "s/^(deb[[:space:]].*[[:space:]])$2([[:space:]].*)/\1$3\2/p" "$1" | head -n 1
}

# Prints the source of a suite, in the format that the machine's own is in; nothing when it
# has none.
suite_sources()	# CODENAME SUITE
{
	local dir=/etc/apt

	if [[ -e $dir/sources.list.d/debian.sources ]]; then
		derive_sources "$dir/sources.list.d/debian.sources" "$@"
	elif [[ -e $dir/sources.list ]]; then
		derive_list "$dir/sources.list" "$@"
	fi
}

# How names of files end that are in the format of suite_sources().
sources_suffix()
{
	[[ -e /etc/apt/sources.list.d/debian.sources ]] && echo sources || echo list
}
