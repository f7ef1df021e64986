# SPDX-License-Identifier: Apache-2.0
# Clima Cast: a self-hosted Alexa skill server.  `make help` lists the targets.
#
# BUILD names the folder that everything goes to, MODE how it is compiled:
#   MODE=release (default)  MODE=asan (address + undefined)  MODE=tsan  MODE=fuzz (clang, libFuzzer)

ifeq ($(origin CC),default)
CC := gcc
endif
BUILD   ?= build
MODE    ?= release
WERROR  ?= -Werror
VERSION := 0.1.0

# ---- how to compile -------------------------------------------------------------------------
LIBS := libmicrohttpd gnutls openssl jansson libcurl hiredis sqlite3 glib-2.0 libpcre2-8 inih
# Libraries' own headers are not ours to warn about.
PKG_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(LIBS) 2>/dev/null))
PKG_LIBS   := $(shell pkg-config --libs $(LIBS) 2>/dev/null)

WARN := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wundef -Wvla -Wstrict-prototypes \
        -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wswitch-enum $(WERROR)
HARDEN := -fstack-protector-strong -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now
# gcc's flow warnings see ghosts in instrumented code; the release build judges these.
QUIET_GHOSTS := -Wno-restrict -Wno-format-truncation -Wno-stringop-overflow -Wno-maybe-uninitialized
OPT_release := -O2 -g -D_FORTIFY_SOURCE=2
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
            $(if $(findstring clang,$(CC)),,$(QUIET_GHOSTS))
OPT_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread $(if $(findstring clang,$(CC)),,$(QUIET_GHOSTS))
OPT_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
            -fno-sanitize-recover=all
# V=1 shows the whole command lines.
ifeq ($(V),1)
say = 
else
say = @echo '  $(1) $@' &&
endif

CFLAGS_ALL := -std=c17 -D_POSIX_C_SOURCE=200809L -I. $(PKG_CFLAGS) $(WARN) $(HARDEN) \
              $(OPT_$(MODE)) -DCLIMACAST_VERSION='"$(VERSION)"' -pthread $(CFLAGS)
LD_ALL := $(LDHARDEN) $(filter -fsanitize=%,$(filter-out -fsanitize=fuzzer%,$(OPT_$(MODE)))) -pthread $(LDFLAGS)
ifeq ($(MODE),fuzz)
LD_ALL += -fsanitize=address,undefined
endif

# ---- the layers, each an archive; a lower one never needs a higher one -------------------------
LAYERS := base certs cache intents server
SRC_base    := $(wildcard server/base/*.c)
SRC_certs   := $(wildcard certs/*.c)
SRC_cache   := $(wildcard cache/*.c cache/dynamo/*.c cache/embedded/*.c cache/redis/*.c)
SRC_intents := $(wildcard intents/*.c intents/alexa/*.c intents/speech/*.c intents/weather/*.c)
SRC_server  := $(filter-out server/climacastd.c,$(wildcard server/*.c server/admin/*.c server/utterance/*.c))
SRC_tool    := $(wildcard server/tool/*.c)

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
ARCHIVES := $(foreach l,$(LAYERS),$(BUILD)/$(l).a)
# Linked top to bottom.
ALL_A := $(BUILD)/server.a $(BUILD)/intents.a $(BUILD)/cache.a $(BUILD)/certs.a $(BUILD)/base.a

.PHONY: all
all: $(BUILD)/climacastd $(BUILD)/climacast

$(BUILD)/climacastd: $(call obj,server/climacastd.c) $(ALL_A)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/climacast: $(call obj,$(SRC_tool)) $(ALL_A)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lm

define layer_rule
$(BUILD)/$(1).a: $(call obj,$(SRC_$(1)))
	@rm -f $$@
	$$(call say,AR)ar qcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# ---- unit tests: tests/unit/ mirrors the tree, each file a program of its own --------------------
UNIT_SRC := $(shell find tests/unit -name '*.c')
UNIT_BIN := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(UNIT_SRC))
.PHONY: unit-bins
unit-bins: $(UNIT_BIN)

# ---- end-to-end tests: tests/e2e/<name>.c, linked with tests/e2e/harness/ ---------------------------
E2E_SRC := $(wildcard tests/e2e/*.c)
E2E_BIN := $(patsubst tests/e2e/%.c,$(BUILD)/e2e/%,$(E2E_SRC))
E2E_HARNESS := $(call obj,$(wildcard tests/e2e/harness/*.c))
.PHONY: e2e-bins
e2e-bins: $(E2E_BIN)
$(BUILD)/e2e/%: $(BUILD)/obj/tests/e2e/%.o $(E2E_HARNESS) $(ALL_A)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lcmocka -lm

# ---- speed and memory: tests/bench/<name>.c ------------------------------------------------------
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(ALL_A)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lm

# ---- the upstream simulator ---------------------------------------------------------------------
$(BUILD)/climasim: $(call obj,$(wildcard tests/sim/*.c)) $(BUILD)/base.a
	$(call say,LD)$(CC) $(LD_ALL) -o $@ $^ $(PKG_LIBS) -lz -lm

# ---- fuzz targets: tests/fuzz/<name>.c, with libFuzzer (clang, MODE=fuzz) --------------------------
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SRC))
.PHONY: fuzz-bins
fuzz-bins: $(FUZZ_BIN)
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(ALL_A)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(LD_ALL) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) -lcmocka -lm

archives_base    := $(BUILD)/base.a
archives_certs   := $(BUILD)/certs.a $(BUILD)/base.a
archives_cache   := $(BUILD)/cache.a $(BUILD)/base.a
archives_intents := $(BUILD)/intents.a $(BUILD)/cache.a $(BUILD)/base.a
archives_server  := $(ALL_A)
folder_base    := server/base
define unit_rule
$(BUILD)/unit/$(or $(folder_$(1)),$(1))/%: $(BUILD)/obj/tests/unit/$(or $(folder_$(1)),$(1))/%.o $$(archives_$(1))
	@mkdir -p $$(@D)
	$$(call say,LD)$$(CC) $$(LD_ALL) -o $$@ $$^ $$(PKG_LIBS) -lcmocka -lm
endef
$(foreach l,$(LAYERS),$(eval $(call unit_rule,$(l))))
.SECONDARY:

# The gazetteer is part of its object.
$(BUILD)/obj/intents/weather/gazetteer.o: $(wildcard intents/weather/gazetteer/*.bin)

# ---- what is installed -----------------------------------------------------------------------------
PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
MAN := $(addprefix $(BUILD)/man/,climacastd.8 climacast.1 climacast.conf.5)
.PHONY: man install uninstall deb deb-now
man: $(MAN)
# One run makes all of them.
$(BUILD)/man/climacast.1 $(BUILD)/man/climacast.conf.5: $(BUILD)/man/climacastd.8 ;
$(BUILD)/man/climacastd.8: $(wildcard deploy/man/*) $(BUILD)/climacast
	@deploy/man/make.sh $(BUILD)/climacast $(@D) $(VERSION)

install: all man
	@BUILD=$(BUILD) PREFIX=$(PREFIX) SYSCONFDIR=$(SYSCONFDIR) DESTDIR=$(DESTDIR) deploy/install.sh install

uninstall:
	@BUILD=$(BUILD) PREFIX=$(PREFIX) SYSCONFDIR=$(SYSCONFDIR) DESTDIR=$(DESTDIR) deploy/install.sh uninstall

deb:
	@deploy/install-packages.sh build run deb
	@$(MAKE) --no-print-directory deb-now

deb-now: all man
	@BUILD=$(BUILD) DEB_REVISION=$(DEB_REVISION) deploy/deb/make.sh $(VERSION)

# ---- what people type ------------------------------------------------------------------------------
# deps first, then make anew: a variable that asks pkg-config is read before deps could install anything.
.PHONY: help deps demo run test test-now test-package test-browser lint asan tsan fuzz bench certs clean
help:
	@echo 'make          build/climacastd and build/climacast'
	@echo 'make deps     install what is missing of deploy/packages.txt (apt)'
	@echo 'make demo     offline: development certificates, simulator, daemon, signed requests'
	@echo 'make run      the daemon here, against api.weather.gov (WEATHER=simulated: the simulator)'
	@echo 'make test     every test (NWS_RECORDINGS=DIR: also over recordings)'
	@echo 'make lint     format, static checks, include table'
	@echo 'make asan / tsan   the tests under sanitizers'
	@echo 'make fuzz     each fuzz target for FUZZ_SECONDS (10)'
	@echo 'make bench    speed and memory'
	@echo 'make install / uninstall   DESTDIR= PREFIX=/usr/local'
	@echo 'make deb      a Debian package in build/; make test-package tries one, and README for owners'
	@echo 'make test-browser   the dashboard and the test console in headless Chromium'
	@echo 'make clean'

deps:
	@deploy/install-packages.sh $(KINDS)

certs:
	@certs/dev/make.sh $(BUILD)/certs

demo:
	@deploy/install-packages.sh build run
	@$(MAKE) --no-print-directory all $(BUILD)/climasim
	@BUILD=$(BUILD) tests/demo.sh

run:
	@deploy/install-packages.sh build run
	@$(MAKE) --no-print-directory all $(BUILD)/climasim
	@BUILD=$(BUILD) WEATHER=$(WEATHER) deploy/run-here.sh

test:
	@deploy/install-packages.sh build run test
	@$(MAKE) --no-print-directory test-now

test-now: all $(BUILD)/climasim unit-bins e2e-bins
	@BUILD=$(BUILD) MODE=$(MODE) NWS_RECORDINGS=$(NWS_RECORDINGS) tests/run.sh

lint:
	@deploy/install-packages.sh build lint
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/lint.sh

asan:
	@$(MAKE) --no-print-directory test BUILD=$(BUILD)/asan MODE=asan

tsan:
	@TESTS='threaded' $(MAKE) --no-print-directory test BUILD=$(BUILD)/tsan MODE=tsan

fuzz:
	@deploy/install-packages.sh build lint
	@$(MAKE) --no-print-directory fuzz-bins BUILD=$(BUILD)/fuzz MODE=fuzz CC=clang
	@BUILD=$(BUILD)/fuzz FUZZ_SECONDS=$(or $(FUZZ_SECONDS),10) tests/fuzz/run.sh

test-package:
	@deploy/install-packages.sh build run test deb package
	@$(MAKE) --no-print-directory all man $(BUILD)/climasim
	@BUILD=$(BUILD) tests/e2e/package.sh $(VERSION)
	@BUILD=$(BUILD) tests/e2e/fresh_owner.sh $(VERSION)

test-browser:
	@deploy/install-packages.sh build run test browser
	@$(MAKE) --no-print-directory all $(BUILD)/climasim $(BUILD)/unit/server/admin/dashboard
	@BUILD=$(BUILD) tests/browser/run.sh

bench:
	@deploy/install-packages.sh build run test
	@$(MAKE) --no-print-directory all $(BUILD)/climasim $(BUILD)/bench/load $(BUILD)/bench/stages \
	    $(BUILD)/e2e/dynamo_cost $(BUILD)/unit/cache/dynamo/cost
	@BUILD=$(BUILD) tests/bench/run.sh
	@BUILD=$(BUILD) tests/bench/dynamo.sh

clean:
	rm -rf build

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
