# SPDX-License-Identifier: GPL-2.0
# vrouter: kernel module, library and tools. `make help` lists the targets.

VERSION := 0.1.0
SOVERSION := 0
O ?= build
JOBS ?= $(shell nproc)

prefix ?= /usr
bindir ?= $(prefix)/bin
libdir ?= $(prefix)/lib/$(shell $(CXX) -print-multiarch 2>/dev/null)
includedir ?= $(prefix)/include
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man
DKMS_SRC ?= /usr/src/vrouter-$(VERSION)

# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

CXX ?= g++
CXXFLAGS ?= -O2 -g
override CXXFLAGS += -std=c++20 -Wall -Wextra -Wpedantic -Werror=return-type \
	-Iinclude -Iinclude/uapi

# The kernels to build for: KVER, or every one whose headers are installed.
KVERS := $(if $(KVER),$(KVER),$(patsubst /lib/modules/%/build,%,$(wildcard /lib/modules/*/build)))

.PHONY: all
all: lib ctl modules

include kmod/Makefile.inc
include libvrouter/Makefile.inc
include tools/vrouter-ctl/Makefile.inc
include tests/unit/Makefile.inc
include tests/cli/Makefile.inc
include tests/kselftest/Makefile.inc
include tests/bench/Makefile.inc

# Unless suites are named, and it isn't one of them.
check_newest := $(if $(SUITE),$(filter newest,$(SUITE)),newest)

.PHONY: check
check:
	tools/setup/install-deps build check $(check_newest)
	$(if $(check_newest),tests/vm/newest-kernel --path >/dev/null)
	tools/dev/netlink-gen --check
	$(MAKE) -j$(JOBS) all $(if $(check_newest),newest-module) kselftests unit-tests cli-tests
	tests/check-kernels
	tools/dev/layers
	tools/dev/symbols
	tools/dev/code-map
	tests/check $(SUITE)

.PHONY: check-debug
check-debug:
	tools/setup/install-deps build check debug
	tests/vm/debug-kernel --path >/dev/null
	$(MAKE) -j$(JOBS) lib ctl kselftests debug-module
	tests/check --debug $(SUITE)

.PHONY: bench
bench: $(if $(UML),bench-uml,bench-vm)

.PHONY: bench-vm
bench-vm:
	tools/setup/install-deps build bench
	$(MAKE) -j$(JOBS) all bench-tools
	tests/bench/run $(if $(QUICK),-q) $(if $(ROWS),-r '$(ROWS)') $(if $(KVER),-k $(KVER))

.PHONY: bench-uml
bench-uml:
	tools/setup/install-deps uml
	tests/vm/uml-kernel --path >/dev/null
	$(MAKE) -j$(JOBS) lib ctl bench-tools uml-module
	tests/bench/uml $(if $(ROWS),-r '$(ROWS)') $(if $(BOOTS),-b $(BOOTS))

.PHONY: demo
demo:
	tools/setup/install-deps build demo
	$(MAKE) -j$(JOBS) all
	tools/demo/demo

.PHONY: netlink
netlink:
	tools/dev/netlink-gen

.PHONY: lint
lint:
	tools/setup/install-deps build lint
	tools/dev/lint

.PHONY: install
install: lib ctl
	$(MAKE) install-lib install-ctl
	install -d $(DESTDIR)$(datadir)/doc/vrouter/docs/decisions
	install -m 644 README.md CHANGELOG.md CONTRIBUTING.md $(DESTDIR)$(datadir)/doc/vrouter/
	install -m 644 docs/*.md $(DESTDIR)$(datadir)/doc/vrouter/docs/
	install -m 644 docs/decisions/*.md $(DESTDIR)$(datadir)/doc/vrouter/docs/decisions/

.PHONY: dkms
dkms: install-dkms-source
	dkms status -m vrouter -v $(VERSION) | grep -q . || dkms add -m vrouter -v $(VERSION)
	dkms build -m vrouter -v $(VERSION) $(if $(KVER),-k $(KVER)) --force
	dkms install -m vrouter -v $(VERSION) $(if $(KVER),-k $(KVER)) --force

.PHONY: clean
clean:
	rm -rf $(O)

.PHONY: help
help:
	@echo 'make              the module for every kernel with headers, library, vrouter-ctl'
	@echo 'make demo         two hypervisors and two tenants, in a VM'
	@echo 'make check        every test; SUITE=name for one, KVER=version for another kernel,'
	@echo '                  KVER=newest for the newest that Debian has the source of'
	@echo 'make check-debug  kernel suites on a KASAN and lockdep kernel'
	@echo 'make bench        what packets cost, compared with others; QUICK=1, ROWS=regex'
	@echo '                  UML=1: packets a second with one processor and with two'
	@echo 'make lint         layers, names, code map, checkpatch, sparse, W=1, clang-tidy, cppcheck, shellcheck'
	@echo 'make install      library, tool, man page and completions below DESTDIR'
	@echo 'make dkms         registers, builds and installs the module with DKMS; KVER as above'
	@echo 'make netlink      generated files from include/vrouter.yaml'
