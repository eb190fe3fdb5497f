# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of vrouter-ctl for fish. The candidates are the program's own.

function __vrouter_ctl_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program __complete $words "$current" 2>/dev/null)
    if test "$lines[1]" = :file
        __fish_complete_path "$current"
    else
        printf '%s\n' $lines
    end
end

complete -c vrouter-ctl -f -a '(__vrouter_ctl_candidates)'
