# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds a kernel of our own from the newest kernel source package of Debian's newest suite.
# The mirror is this machine's; nothing is installed. An option of the caller's is
#
#	--path		prints the build directory, building if needed
#	--update	the same, of the newest version there is by now
#	--release	prints its kernel release, building if needed
#	--check		succeeds if there is nothing to build
#
# Who sources this has what kernel.sh wants, and its build_kernel calls unpack_source.

# shellcheck source=tests/vm/kernel.sh
. "$(dirname "${BASH_SOURCE[0]}")/kernel.sh"
# shellcheck source=tools/setup/sources.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/setup/sources.sh"

suite=sid	# is the newest one whatever is the stable one
apt=''		# directory in which apt knows that suite and nothing else

# apt with state of its own: the machine's is not touched, and need not be root's.
in_suite()	# PROGRAM ARGUMENT...
{
	"$1" -q -o Dir::Etc::SourceList="$apt/suite.$(sources_suffix)" \
		-o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$apt/lists" \
		-o Dir::State::Status=/dev/null -o Dir::Cache="$apt/cache" \
		-o Acquire::Languages=none -o Acquire::Retries=3 \
		-o APT::Sandbox::User="$(id -un)" "${@:2}"
}

know_suite()
{
	local VERSION_CODENAME=''

	# shellcheck source=/dev/null
	[[ ! -r /etc/os-release ]] || . /etc/os-release
	apt=$(mktemp -d)
	trap 'rm -rf "$apt"' EXIT
	mkdir -p "$apt"/{lists,cache/archives}/partial
	suite_sources "$VERSION_CODENAME" "$suite" >"$apt/suite.$(sources_suffix)"
	[[ -s $apt/suite.$(sources_suffix) ]] ||
		die "the apt source to derive the address of $suite from was not found"
	in_suite apt-get update >&2 || die "apt cannot read the suite $suite"
}

newest_package()
{
	in_suite apt-cache search --names-only '^linux-source-[0-9.]+$' |
		sort -V | awk 'END { print $1 }'
}

package_version()	# PACKAGE
{
	in_suite apt-cache show "$1" | awk '/^Version:/ { print $2; exit }'
}

unpack_source()
{
	say "fetching the source of Linux: $package"
	(cd "$apt" && in_suite apt-get download "$package" >&2) ||
		die "apt cannot fetch $package"
	dpkg-deb --fsys-tarfile "$apt/$package"_*.deb | tar -x -C "$apt" --wildcards '*.tar.xz'
	unpack "$apt/usr/src/$package.tar.xz"
}

# The newest that is built already, or nothing.
find_built()
{
	local found

	found=$(compgen -G "$cache/$name-*-$(config_hash)/.complete" | sort -V | tail -n 1) ||
		true
	build=${found%/.complete}
}

build_newest()
{
	local package

	know_suite
	package=$(newest_package)
	[[ -n $package ]] || die "there is no kernel source in $suite"
	use_build "$(package_version "$package")"
	build_once
}

newest_main()
{
	find_built
	case ${1---path} in
	--path) [[ -n $build ]] || build_newest; echo "$build" ;;
	--update) build_newest; echo "$build" ;;
	--release) [[ -n $build ]] || build_newest; print_release ;;
	--check) [[ -n $build ]] ;;
	*) die "usage: $name [--path|--update|--release|--check]" ;;
	esac
}
