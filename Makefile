# SPDX-License-Identifier: Apache-2.0
# Clima Cast: a self-hosted Alexa skill server.  `make help` lists the targets.
#
# BUILD is the output folder.  MODE selects the kind of build: release (default), asan (AddressSanitizer and
# UndefinedBehaviorSanitizer), tsan (ThreadSanitizer), fuzz (libFuzzer; needs clang).  ARCH builds for another of Debian's
# architectures, with its cross compiler.

MODE    ?= release
WERROR  ?= -Werror
VERSION := 0.1.0

# ---- another architecture: its compiler and libraries, in build/ARCH ----------------------------------
FOREIGN := $(if $(ARCH),$(filter-out $(shell dpkg --print-architecture),$(ARCH)))
ifneq ($(FOREIGN),)
# The words: architecture, prefix of the compiler, folder of the libraries, emulator.
TARGET := $(shell grep '^$(FOREIGN) ' deploy/architectures.txt)
ifeq ($(TARGET),)
$(error ARCH=$(ARCH) is unknown: it can be $(shell sed -n 's/^\([a-z][^ ]*\).*/\1/p' deploy/architectures.txt))
endif
CROSS := $(word 2,$(TARGET))-
PKG_CONFIG := PKG_CONFIG_LIBDIR=/usr/lib/$(word 3,$(TARGET))/pkgconfig:/usr/share/pkgconfig pkg-config
BUILD ?= build/$(FOREIGN)
else
PKG_CONFIG := pkg-config
BUILD ?= build
endif
DEB_FOLDER ?= $(if $(FOREIGN),$(patsubst %/$(FOREIGN),%,$(BUILD)),$(BUILD))

# ---- compiler and libraries -------------------------------------------------------------------------
ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
LIBS := libmicrohttpd gnutls openssl jansson libcurl hiredis sqlite3 glib-2.0 libpcre2-8 inih expat libpng
# -isystem: no warnings about the libraries' headers.
PKG_CFLAGS := $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null))
PKG_LIBS   := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null)
# These targets install what is missing.
ifneq ($(and $(FOREIGN),$(filter-out deps deb clean help,$(or $(MAKECMDGOALS),all))),)
ifeq ($(and $(PKG_LIBS),$(shell command -v $(CC))),)
$(error the compiler or the libraries for $(FOREIGN) are missing: run make deps ARCH=$(FOREIGN))
endif
endif

# In C an enumerator is an int, so an integer constant may be compared with a double; newer clang says otherwise.
WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-enum-float-conversion -Wformat=2 -Wundef \
        -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wswitch-enum $(WERROR)
HARDEN := -fstack-protector-strong -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now
# gcc's flow warnings give false positives in instrumented code; the release build checks them.
NO_FLOW_WARNINGS := -Wno-restrict -Wno-format-truncation -Wno-stringop-overflow -Wno-maybe-uninitialized
OPT_release := -O2 -g -D_FORTIFY_SOURCE=2
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
            $(if $(findstring clang,$(CC)),,$(NO_FLOW_WARNINGS))
OPT_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread $(if $(findstring clang,$(CC)),,$(NO_FLOW_WARNINGS))
OPT_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
            -fno-sanitize-recover=all
# V=1 prints whole command lines, QUIET=1 nothing.
ifeq ($(V),1)
say =
else ifeq ($(QUIET),1)
say = @
else
say = @echo '  $(1) $@' &&
endif

CFLAGS_ALL := -std=c17 -D_POSIX_C_SOURCE=200809L -I. $(PKG_CFLAGS) $(WARN) $(HARDEN) \
              $(OPT_$(MODE)) -ffile-prefix-map=$(CURDIR)=. -DCLIMACAST_VERSION='"$(VERSION)"' -pthread $(CFLAGS)
LD_ALL := $(LDHARDEN) $(filter -fsanitize=%,$(filter-out -fsanitize=fuzzer%,$(OPT_$(MODE)))) -pthread $(LDFLAGS)
ifeq ($(MODE),fuzz)
LD_ALL += -fsanitize=address,undefined
endif

# ---- the layers: an archive each, which depends only on those below it -------------------------
LAYERS := base certs cache intents server
SRC_base    := $(wildcard server/base/*.c)
SRC_certs   := $(wildcard certs/*.c)
SRC_cache   := $(wildcard cache/*.c cache/alerts/*.c cache/dynamo/*.c cache/embedded/*.c cache/redis/*.c)
SRC_intents := $(wildcard intents/*.c $(addsuffix /*.c,$(addprefix intents/,alexa amazon ask figures household screen sky \
    speech talk weather)))
SRC_daemon  := server/climacastd.c server/wiping_heap.c
SRC_server  := $(filter-out $(SRC_daemon),$(wildcard server/*.c $(addsuffix /*.c,$(addprefix server/,admin alerts api config \
    listener log request services usage utterance))))
SRC_tool    := $(wildcard server/tool/*.c)

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
ARCHIVES := $(foreach l,$(LAYERS),$(BUILD)/$(l).a)
# In link order.
ALL_A := $(BUILD)/server.a $(BUILD)/intents.a $(BUILD)/cache.a $(BUILD)/certs.a $(BUILD)/base.a

.PHONY: all
PROGRAMS := $(BUILD)/climacastd $(BUILD)/climacast
all: $(PROGRAMS)
	@:

$(BUILD)/climacastd: $(call obj,$(SRC_daemon)) $(ALL_A)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/climacast: $(call obj,$(SRC_tool)) $(ALL_A)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lm

define layer_rule
$(BUILD)/$(1).a: $(call obj,$(SRC_$(1)))
	@rm -f $$@
	$$(call say,AR)$$(CROSS)ar qcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# ---- unit tests: tests/unit/ mirrors the source tree, one program per file --------------------
UNIT_SRC := $(shell find tests/unit -name '*.c')
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(UNIT_SRC))
.PHONY: unit-bins
unit-bins: $(UNIT_BIN)

# ---- end-to-end tests: tests/e2e/<name>.c, linked with tests/e2e/harness/ ---------------------------
E2E_SRC := $(wildcard tests/e2e/*.c)
E2E_BIN := $(patsubst tests/e2e/%.c,$(BUILD)/e2e/%,$(E2E_SRC))
E2E_HARNESS := $(call obj,$(wildcard tests/e2e/harness/*.c))
.PHONY: e2e-bins
e2e-bins: $(E2E_BIN) $(BUILD)/preload/machine.so
$(BUILD)/e2e/%: $(BUILD)/obj/tests/e2e/%.o $(E2E_HARNESS) $(ALL_A)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lcmocka -lm

# Preloaded by tests/e2e/fault_local.c.
$(BUILD)/preload/%.so: tests/e2e/preload/%.c tests/e2e/preload/%.h
	@mkdir -p $(@D)
	$(call say,LD)$(CC) -std=c17 -I. $(WARN) -O2 -g -fPIC -shared -o $@ $<

# ---- faults of the system: tests/failing/<name>.c, in the program's own process or preloaded -------------------------
# The functions that fail run before a sanitizer is ready.
FAULT_FLAGS := $(if $(filter asan,$(MODE)),-DFAULT_SANITIZED)
$(BUILD)/obj/tests/failing/fault.o: CFLAGS_ALL := $(filter-out -fsanitize=%,$(CFLAGS_ALL)) $(FAULT_FLAGS)
.PHONY: failing-bins
failing-bins: $(addprefix $(BUILD)/failing/,skill daemon fault.so)
FAILING_COMMON := $(call obj,$(addprefix tests/failing/,backend.c fault_plan.c)) $(E2E_HARNESS)
$(BUILD)/failing/skill: $(call obj,$(addprefix tests/failing/,skill.c trial.c fault.c)) $(FAILING_COMMON) $(BUILD)/tool.a \
    $(ALL_A)
$(BUILD)/failing/daemon: $(call obj,tests/failing/daemon.c) $(FAILING_COMMON) $(ALL_A)
$(BUILD)/failing/skill $(BUILD)/failing/daemon:
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lcmocka -lm
$(BUILD)/failing/fault.so: tests/failing/fault.c tests/failing/fault.h
	@mkdir -p $(@D)
	$(call say,LD)$(CC) -std=c17 -I. $(WARN) $(FAULT_FLAGS) -O2 -g -fPIC -shared -o $@ $<

# ---- benchmarks: tests/bench/<name>.c ------------------------------------------------------
BENCH_BIN := $(addprefix $(BUILD)/bench/,load stages cold growth allocations.so)
.PHONY: bench-bins
bench-bins: $(BENCH_BIN)
$(BUILD)/bench/load: $(call obj,tests/bench/requests.c)
$(BUILD)/bench/growth: $(call obj,$(addprefix tests/bench/,allocations.c growth_parts.c growth_store.c))
$(BUILD)/bench/allocations.so: tests/bench/allocations.c tests/bench/allocations.h
	@mkdir -p $(@D)
	$(call say,LD)$(CC) -std=c17 -I. $(WARN) -O2 -g -fPIC -shared -o $@ $<
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(ALL_A)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS) -lm

# ---- our sun and moon, for tests/ephemeris ------------------------------------------------------
$(BUILD)/ephemeris/answers: $(BUILD)/obj/tests/ephemeris/answers.o $(BUILD)/intents.a $(BUILD)/base.a
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lm

# ---- the simulator of the National Weather Service ---------------------------------------------------------------------
$(BUILD)/climasim: $(call obj,$(wildcard tests/sim/*.c)) $(BUILD)/base.a
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lz -lm

# ---- fuzz targets: tests/fuzz/<name>.c, with libFuzzer (MODE=fuzz CC=clang) --------------------------
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SRC))
.PHONY: fuzz-bins
fuzz-bins: $(FUZZ_BIN)
$(BUILD)/tool.a: $(call obj,$(filter-out server/tool/main.c,$(SRC_tool)))
	@rm -f $@
	$(call say,AR)$(CROSS)ar qcs $@ $^
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/tool.a $(ALL_A)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) -lcmocka -lz -lm

archives_base    := $(BUILD)/base.a
archives_certs   := $(BUILD)/certs.a $(BUILD)/base.a
archives_cache   := $(BUILD)/cache.a $(BUILD)/base.a
archives_intents := $(BUILD)/intents.a $(BUILD)/cache.a $(BUILD)/base.a
archives_server  := $(ALL_A)
folder_base    := server/base
# An older build may have a program where a folder is now.
define unit_rule
$(BUILD)/unit/$(or $(folder_$(1)),$(1))/%: $(BUILD)/obj/tests/unit/$(or $(folder_$(1)),$(1))/%.o $$(archives_$(1))
	@rm -f $$(@D) 2>/dev/null; mkdir -p $$(@D)
	$$(call say,LD)$$(CC) $$(LD_ALL) -o $$@ $$^ $$(PKG_LIBS) -lcmocka -lz -lm
endef
$(foreach l,$(LAYERS),$(eval $(call unit_rule,$(l))))
# Otherwise only of the daemon; it needs an archive itself.
$(BUILD)/unit/server/wiping_heap: $(BUILD)/obj/server/wiping_heap.o
$(BUILD)/unit/server/wiping_heap: PKG_LIBS := $(BUILD)/base.a $(PKG_LIBS)
.SECONDARY:

# The objects embed these files.
$(BUILD)/obj/intents/weather/gazetteer_table.o: $(wildcard intents/weather/gazetteer/*.bin)
$(BUILD)/obj/server/admin/console_script.o: $(wildcard server/admin/*.js)

# ---- installation -----------------------------------------------------------------------------
PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
MAN := $(addprefix $(BUILD)/man/,climacastd.8 climacast.1 climacast.conf.5)
.PHONY: man install uninstall deb deb-now repo
man: $(MAN)
# One run writes all three.
$(BUILD)/man/climacast.1 $(BUILD)/man/climacast.conf.5: $(BUILD)/man/climacastd.8 ;
$(BUILD)/man/climacastd.8: $(wildcard deploy/man/*) $(BUILD)/climacast
	@EMULATOR=$(word 4,$(TARGET)) deploy/man/make.sh $(BUILD)/climacast $(@D) $(VERSION)

install: all man
	@BUILD=$(BUILD) PREFIX=$(PREFIX) SYSCONFDIR=$(SYSCONFDIR) DESTDIR=$(DESTDIR) deploy/install.sh install

uninstall:
	@BUILD=$(BUILD) PREFIX=$(PREFIX) SYSCONFDIR=$(SYSCONFDIR) DESTDIR=$(DESTDIR) deploy/install.sh uninstall

# For another release, everything happens in a root file system of that release.
deb:
	@end=$$(deploy/deb/release.sh $(RELEASE)) && if [ "$$end" = "$$(deploy/deb/release.sh)" ]; then \
	    ARCH=$(ARCH) deploy/install-packages.sh build run deb && $(remake) deb-now; \
	else \
	    BUILD=$(DEB_FOLDER) ARCH=$(ARCH) DEB_REVISION=$(DEB_REVISION) deploy/deb/in-release.sh $(RELEASE) 'build run deb' \
	        make -s -j$(shell nproc) deb DEB_FOLDER=build/new && \
	    mv $(DEB_FOLDER)/releases/*/new/*.deb $(DEB_FOLDER)/; \
	fi

# An APT repository of the packages in DEB_FOLDER, signed with KEY.
repo:
	@deploy/install-packages.sh repo
	@DEB_FOLDER=$(DEB_FOLDER) KEY=$(KEY) deploy/deb/repo.sh $(or $(REPO),$(DEB_FOLDER)/repo)

deb-now: all man
	@BUILD=$(BUILD) DEB_FOLDER=$(DEB_FOLDER) ARCH=$(ARCH) DEB_REVISION=$(DEB_REVISION) deploy/deb/make.sh $(VERSION)

# ---- commands -------------------------------------------------------------------------------------
# Each command installs missing packages first and then runs make again, because the output of pkg-config is read when a
# makefile is parsed.  The + before such a line lets both share the job slots of `make -j`; without -j, every core has one.
jobs = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
remake = $(MAKE) --no-print-directory $(jobs) $(if $(filter 1,$(V)),,-s)
# compile TARGETS: print a single line instead of one per file, unless V=1.
compile = $(remake) -q $(1) || { echo 'Compiling (about a minute) ...'; $(remake) QUIET=1 $(1); }

.PHONY: help deps demo run test test-now test-package test-browser test-proxy test-container image test-ephemeris test-player test-screens test-mcp lint asan tsan fuzz fuzz-coverage fuzz-planted failing hostile bench certs clean soak faults
help:
	@echo 'make                build the programs build/climacastd and build/climacast'
	@echo 'make deps           install missing Debian packages (deploy/packages.txt)'
	@echo 'make demo           show a conversation, offline, with simulated weather'
	@echo 'make run            run the daemon here, with real weather (WEATHER=simulated: simulated)'
	@echo
	@echo 'make install        install into PREFIX=/usr/local (DESTDIR= for packaging)'
	@echo 'make uninstall      remove what make install installed'
	@echo 'make deb            build a Debian package in build/ (RELEASE=trixie, ARCH=arm64: for another release, architecture)'
	@echo 'make repo           make an APT repository of the packages in build/, signed with KEY='
	@echo
	@echo 'make test           run all tests (NWS_RECORDINGS=DIR: also over more recorded weather)'
	@echo 'make test-arm64     run the unit tests for arm64 in an emulator (also test-armhf, test-i386)'
	@echo 'make lint           check formatting, style and includes; static analysis'
	@echo 'make asan, tsan     run the tests under sanitizers'
	@echo 'make fuzz           run each fuzz target for FUZZ_SECONDS (default 10)'
	@echo 'make fuzz-coverage  what the corpus of each fuzz target reaches, as a table'
	@echo 'make fuzz-planted   check that the fuzz targets find faults planted in a copy of the sources'
	@echo 'make failing        make system calls fail within requests, one by one (FAILING_MOST: how many)'
	@echo 'make hostile        attack the daemon in every way for HOSTILE_SECONDS (default 10) each'
	@echo 'make faults         let every dependency of the daemon fail in every way: what users hear, and how fast'
	@echo 'make soak           a million requests while everything around the daemon is disturbed'
	@echo 'make alerts-month   a simulated month of storms for 500 users, with pollers that are killed'
	@echo 'make bench          measure speed, memory and DynamoDB costs'
	@echo 'make test-package   test the Debian package, and the instructions in deploy/README.md'
	@echo 'make test-release   run the unit tests and test the package on RELEASE=trixie'
	@echo 'make test-releases  test releases, compilers and architectures in root file systems of their own'
	@echo 'make test-browser   test the dashboard and the test console in Chromium'
	@echo 'make image          build a container image from Debian packages, without Docker'
	@echo 'make test-container build it and run its root file system as process 1, without privileges'
	@echo 'make test-proxy     test nginx, Caddy and HAProxy in front of the daemon'
	@echo 'make test-ephemeris compare sun and moon with two npm packages, at 200 places on every day of a year'
	@echo 'make test-screens   check what screens get with two npm packages by Amazon'
	@echo 'make test-player    compare what phrases mean with the npm package virtual-alexa'
	@echo 'make test-mcp       run the public conformance suite of MCP and its inspector against the daemon'
	@echo 'make clean          delete build/'
	@echo
	@echo 'V=1 shows every command.'

deps:
	@ARCH=$(ARCH) deploy/install-packages.sh $(KINDS)

certs:
	@certs/dev/make.sh $(BUILD)/certs

demo:
	@deploy/install-packages.sh build run
	+@$(call compile,$(PROGRAMS) $(BUILD)/climasim)
	@BUILD=$(BUILD) tests/demo.sh

# Without a character that is special to a shell, make runs the script without one, so that Ctrl-C and kill reach it. WEATHER,
# CONTACT, PORT and ADMIN_PORT are in its environment.
run:
	@deploy/install-packages.sh build run
	+@$(call compile,$(PROGRAMS) $(BUILD)/climasim)
	@env BUILD=$(BUILD) deploy/run-here.sh

test:
	@deploy/install-packages.sh build run test repo
	+@$(remake) test-now

# Benchmarks and failing calls are not for sanitizers.
test-now: all $(BUILD)/climasim unit-bins e2e-bins $(if $(filter release,$(MODE)),bench-bins failing-bins)
	@BUILD=$(BUILD) MODE=$(MODE) NWS_RECORDINGS=$(NWS_RECORDINGS) tests/run.sh

# The unit tests of another architecture, such as test-arm64, in its emulator.
.PHONY: test-arm64 test-armhf test-i386 test-foreign
test-arm64 test-armhf test-i386: test-%:
	@ARCH=$* deploy/install-packages.sh build run test
	+@$(remake) test-foreign ARCH=$*

test-foreign: all unit-bins
	@BUILD=$(BUILD) TESTS=unit EMULATOR=$(word 4,$(TARGET)) tests/run.sh

lint:
	@deploy/install-packages.sh build lint
	+@$(remake) all
	@BUILD=$(BUILD) tests/lint.sh

asan:
	+@$(remake) test BUILD=$(BUILD)/asan MODE=asan

tsan:
	@deploy/install-packages.sh build run test
	+@$(remake) tsan-now BUILD=$(BUILD)/tsan MODE=tsan

.PHONY: tsan-now
tsan-now: all $(BUILD)/climasim $(if $(filter tsan,$(MODE)),$(addprefix $(BUILD)/,$(shell tests/run.sh --threaded)))
	@BUILD=$(BUILD) MODE=$(MODE) TESTS=threaded tests/run.sh

fuzz:
	@deploy/install-packages.sh build lint
	+@$(remake) fuzz-bins BUILD=$(BUILD)/fuzz MODE=fuzz CC=clang
	@BUILD=$(BUILD)/fuzz FUZZ_SECONDS=$(or $(FUZZ_SECONDS),10) tests/fuzz/run.sh

failing:
	@deploy/install-packages.sh build run test
	+@$(remake) failing-bins $(addprefix $(BUILD)/asan/,climasim climacastd) BUILD=$(BUILD)/asan MODE=asan
	@BUILD=$(BUILD)/asan tests/failing/run.sh

fuzz-coverage:
	@deploy/install-packages.sh build lint
	+@$(remake) fuzz-bins BUILD=$(BUILD)/fuzz MODE=fuzz CC=clang
	@BUILD=$(BUILD)/fuzz tests/fuzz/coverage.py

# Needs the objects of `make fuzz` to be quick.
fuzz-planted:
	@deploy/install-packages.sh build lint
	+@$(remake) $(ALL_A:$(BUILD)/%=$(BUILD)/fuzz/%) BUILD=$(BUILD)/fuzz MODE=fuzz CC=clang
	@BUILD=$(BUILD)/fuzz tests/fuzz/planted.sh

test-package:
	@deploy/install-packages.sh build run test deb package
	+@$(remake) all man $(BUILD)/climasim
	@BUILD=$(BUILD) tests/e2e/package.sh $(VERSION)
	@BUILD=$(BUILD) tests/e2e/fresh_owner.sh $(VERSION)

# The unit tests and the package on another release of Debian: make test-release RELEASE=trixie.
.PHONY: test-release
test-release:
	@deploy/install-packages.sh build run test package
	@BUILD=$(BUILD) tests/package/unit.sh $(RELEASE)
	@BUILD=$(BUILD) RELEASE=$(RELEASE) tests/e2e/package.sh $(VERSION)

# Every release, compiler and architecture, in root file systems of their own; about an hour.  ONLY=WORD: some rows.
.PHONY: test-releases
test-releases:
	@deploy/install-packages.sh build run test repo package
	@BUILD=$(BUILD) tests/releases.sh $(VERSION) $(ONLY)

test-browser:
	@deploy/install-packages.sh build run test browser
	+@$(remake) all $(BUILD)/climasim $(BUILD)/unit/server/admin/dashboard
	@BUILD=$(BUILD) tests/browser/run.sh

image:
	@deploy/install-packages.sh build run deb package
	+@$(remake) all man
	@BUILD=$(BUILD) deploy/deb/make.sh $(VERSION)
	@BUILD=$(BUILD) deploy/container/image.sh "$$(ls -t $(BUILD)/climacast_$(VERSION)-*_$$(dpkg --print-architecture).deb | head -n 1)"

test-container:
	@deploy/install-packages.sh build run test deb package container
	+@$(remake) all man $(BUILD)/climasim
	@BUILD=$(BUILD) tests/e2e/container.sh $(VERSION)

test-proxy:
	@deploy/install-packages.sh build run test proxy container
	+@$(remake) all $(BUILD)/climasim
	@BUILD=$(BUILD) tests/e2e/proxies.sh

test-ephemeris:
	@deploy/install-packages.sh build run test
	+@$(remake) $(BUILD)/ephemeris/answers
	@BUILD=$(BUILD) tests/ephemeris/run.sh

test-screens:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim
	@BUILD=$(BUILD) tests/screen/run.sh

test-player:
	@BUILD=$(BUILD) tests/player/run.sh

test-mcp:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim
	@BUILD=$(BUILD) tests/mcp/run.sh

hostile:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim $(BUILD)/e2e/hostile
	@TEST_BUILD=$(abspath $(BUILD)) TEST_TOP=$(CURDIR) HOSTILE_SECONDS=$(or $(HOSTILE_SECONDS),10) $(BUILD)/e2e/hostile

# Every dependency of the daemon fails in every way; about five minutes.
faults:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim $(BUILD)/e2e/fault_matrix $(BUILD)/e2e/fault_local $(BUILD)/preload/machine.so
	@export TEST_BUILD=$(abspath $(BUILD)) TEST_TOP=$(CURDIR) FAULT_MATRIX=all; \
	    eval "$$(BUILD=$(BUILD) tests/dynamo/start.sh)" && \
	    { $(BUILD)/e2e/fault_matrix && $(BUILD)/e2e/fault_local; status=$$?; tests/dynamo/stop.sh; exit $$status; }

# A million requests, about half an hour; SOAK_REQUESTS= for fewer.
soak:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim $(BUILD)/e2e/soak
	@TEST_BUILD=$(abspath $(BUILD)) TEST_TOP=$(CURDIR) SOAK_REQUESTS=$(or $(SOAK_REQUESTS),1000000) $(BUILD)/e2e/soak

.PHONY: alerts-month
alerts-month:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim $(BUILD)/e2e/alerts_month $(BUILD)/e2e/alerts_taken_over
	@TEST_BUILD=$(abspath $(BUILD)) TEST_TOP=$(CURDIR) ALERT_USERS=500 ALERT_STORMS=60 ALERT_HISTORIES=100 \
	    ALERT_KILLS=50 $(BUILD)/e2e/alerts_month
	@TEST_BUILD=$(abspath $(BUILD)) TEST_TOP=$(CURDIR) LEASE_PATIENCE=1 $(BUILD)/e2e/alerts_taken_over

bench:
	@deploy/install-packages.sh build run test
	+@$(remake) all $(BUILD)/climasim bench-bins $(BUILD)/e2e/dynamo_cost $(BUILD)/unit/cache/dynamo/cost \
	    $(BUILD)/unit/cache/alerts/poll_cost
	@BUILD=$(BUILD) tests/bench/run.sh

clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
