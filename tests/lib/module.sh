# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Loads and unloads the module that was built for the running kernel.

# The debug kernel's build has a directory of a fixed name.
module_file()
{
	local top dir

	top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
	dir=$top/build/kmod/$(uname -r)
	[[ -z ${VR_DEBUG-} ]] || dir=$top/build/kmod/debug
	echo "$dir/vrouter.ko"
}

module_loaded()
{
	[[ -d /sys/module/vrouter ]]
}

load_module()
{
	local file depends name

	module_loaded && return
	file=$(module_file)
	depends=$(modinfo -F depends "$file") || return
	for name in ${depends//,/ }; do
		modprobe "$name" || return
	done
	insmod "$file"
}

# Namespaces that were deleted are gone later than that, and their vifs keep the module.
unload_module()
{
	local i

	for ((i = 0; i < 100; i++)); do
		module_loaded || return 0
		! rmmod vrouter 2>/dev/null || return 0
		sleep 0.1
	done
	rmmod vrouter
}
