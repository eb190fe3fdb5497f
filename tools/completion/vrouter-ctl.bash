# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of vrouter-ctl for bash. The candidates are the program's own.

_vrouter_ctl()
{
	local line=${COMP_LINE:0:COMP_POINT} own=${COMP_WORDS[COMP_CWORD]} words current

	# COMP_WORDS is split at the colons of addresses.
	read -ra words <<<"$line"
	if [[ $line = *[[:space:]] ]]; then
		words+=('')
	fi
	current=${words[-1]}
	mapfile -t COMPREPLY < <("$1" __complete "${words[@]:1}" 2>/dev/null | cut -f 1)
	if [[ ${COMPREPLY[0]-} = :file ]]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
	# What bash puts the candidates in place of begins at its own idea of the word.
	if [[ $own = [:=] ]]; then
		own=''
	fi
	COMPREPLY=("${COMPREPLY[@]#"${current%"$own"}"}")
}

complete -F _vrouter_ctl vrouter-ctl
