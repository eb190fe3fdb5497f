# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds a kernel of our own, once for each version of its source and of its configuration.
# It stays outside the tree, as it takes minutes and survives a "make clean".
#
# Who sources this sets some of the variables, and has a function build_kernel.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/vrouter
name=''		# of the program, and of the kernel's directory
configs=()	# the files with all that the kernel has on top of nothing
arch=''		# make's argument, unless the kernel is for this kind of machine

say()
{
	printf '%s: %s\n' "$name" "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

options()
{
	grep -h '^CONFIG_' "${configs[@]}" | sort
}

config_hash()
{
	cat "${configs[@]}" | sha256sum | cut -c 1-12
}

# Sets where the kernel of a version is built, and is found once it is.
use_build()	# VERSION
{
	build=$cache/$name-$1-$(config_hash)
	stamp=$build/.complete
	log=$build.log
}

need_tools()	# TOOL...
{
	local t

	for t; do
		command -v "$t" >/dev/null ||
			die "$t not found; run tools/setup/install-deps debug"
	done
}

unpack()	# TARBALL
{
	rm -rf "$build"
	mkdir -p "$build"
	tar -xJf "$1" -C "$build" --strip-components=1
}

run_make()
{
	nice make -C "$build" ${arch:+"$arch"} -j"$(nproc)" "$@" >>"$log" 2>&1 ||
		{ tail -n 30 "$log" >&2; die "the build failed, log in $log"; }
}

# What is asked for and the kernel's configuration doesn't have: Kconfig drops an option
# without a word if something it depends on isn't set.
missing_options()
{
	options | grep -vxFf "$build/.config" || true
}

configure()
{
	local missing

	options >"$build/wanted.config"
	run_make KCONFIG_ALLCONFIG=wanted.config allnoconfig
	run_make olddefconfig
	missing=$(missing_options)
	[[ -z $missing ]] ||
		die "options that did not get set, of ${configs[*]##*/}:" $'\n'"$missing"
}

compile_for_vm()
{
	run_make bzImage modules
	run_make modules_prepare
	install_modules
}

# For modprobe in the VM, which otherwise fails for what is built in.
install_modules()
{
	local release

	release=$(print_release)
	run_make INSTALL_MOD_PATH="$build/installed" modules_install
	rm -f "$build/installed/lib/modules/$release"/{build,source}
	mv "$build/installed/lib/modules/$release" "$build/modules-installed"
	rm -rf "$build/installed"
}

# A module is built against headers, scripts and Module.symvers only.
trim()
{
	find "$build" \( -path "$build/scripts" -o -path "$build/tools" \) -prune -o \
		-type f \( -name '*.o' -o -name '*.a' -o -name '*.cmd' \) -exec rm -f {} +
}

# Two at the same time: the second waits for the first.
build_once()
{
	local started=$SECONDS

	[[ ! -e $stamp ]] || return 0
	mkdir -p "$cache"
	exec 9>"$build.lock"
	flock 9
	if [[ ! -e $stamp ]]; then
		: >"$log"
		build_kernel
		touch "$stamp"
		say "done after $((SECONDS - started)) seconds"
	fi
	exec 9>&-
}

print_release()
{
	cat "$build/include/config/kernel.release"
}
