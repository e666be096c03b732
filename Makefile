# numdesk: GNU make. `make help` lists the targets; build variants live in build/<variant>/.
#
# VARIANT=release (default)  what is installed
#         test               -O1, assertions, cheap key derivation for the tests (never installed)
#         asan               test + AddressSanitizer + UndefinedBehaviorSanitizer + leak checks
#         cov                test + gcov

VERSION   := 0.1.0
VARIANT   ?= release
B         ?= build/$(VARIANT)
PREFIX    ?= /usr/local
DESTDIR   ?=
BINDIR     = $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/numdesk
MANDIR     = $(PREFIX)/share/man
DOCDIR     = $(PREFIX)/share/doc/numdesk
CC        ?= cc
AR        ?= ar
V         ?= 0
Q         := $(if $(filter 1,$(V)),,@)
say        = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

# Debian's ncursesw.pc adds -D_XOPEN_SOURCE=600, which fights our 700: filtered out.
PKGS_RUN   := ncursesw libcurl libcjson sqlite3 libsodium libmicrohttpd
PKGS_TEST  := cmocka vterm
pkg_cflags  = $(filter-out -D_XOPEN_SOURCE=%,$(shell pkg-config --cflags $(1) 2>/dev/null))
pkg_libs    = $(shell pkg-config --libs $(1) 2>/dev/null)
CFLAGS_RUN  := $(call pkg_cflags,$(PKGS_RUN))
CFLAGS_TEST := $(call pkg_cflags,$(PKGS_TEST)) -Itests/lib

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wvla -Wwrite-strings -Wstrict-prototypes \
        -Wmissing-prototypes -Wpointer-arith -Wundef -Wimplicit-fallthrough -Wcast-qual \
        -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion
ifeq ($(CI),true)
WARN += -Werror
endif
DEFS := -D_GNU_SOURCE -DNUMDESK_VERSION='"$(VERSION)"' -DNUMDESK_LIBEXECDIR='"$(LIBEXECDIR)"'
HARD := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
LDHARD := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
ifeq ($(VARIANT),release)
OPT := -O2 -g $(HARD)
LDOPT := $(LDHARD)
else ifeq ($(VARIANT),test)
OPT := -O1 -g -DNUMDESK_TEST_BUILD
else ifeq ($(VARIANT),asan)
OPT := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DNUMDESK_TEST_BUILD
LDOPT := -fsanitize=address,undefined
else ifeq ($(VARIANT),cov)
OPT := -O0 -g --coverage -DNUMDESK_TEST_BUILD
LDOPT := --coverage
else
$(error unknown VARIANT '$(VARIANT)': release, test, asan or cov)
endif
CFLAGS   ?=
ALLFLAGS  = -std=c17 $(OPT) $(WARN) $(DEFS) -Iinclude -I$(B)/gen $(CFLAGS_RUN) $(CFLAGS) -MMD -MP
LIBS     := $(call pkg_libs,ncursesw libcurl libcjson sqlite3 libsodium) -lpthread -lm
LIBS_SBX := $(call pkg_libs,libmicrohttpd libcjson sqlite3 libsodium) -lpthread -lm
LIBS_T   := $(call pkg_libs,cmocka vterm)

# Layers, top to bottom. A layer may use what stands to its right (tests/lint/layers.sh).
LAYERS := app tui cli core twilio store vault model util
objs    = $(patsubst src/%.c,$(B)/%.o,$(filter-out %/main.c,$(wildcard src/$(1)/*.c)))
lib     = $(B)/lib$(1).a
below   = $(if $(filter $(1),$(firstword $(2))),$(2),$(call below,$(1),$(wordlist 2,99,$(2))))

.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:

all: need-run $(B)/numdesk $(B)/numdesk-sandbox ## build both programs

# --- what must be installed -----------------------------------------------------------------------------------------
.PHONY: need-run need-test deps deps-test deps-contract
need-run:
	@sh src/tools/need.sh run $(PKGS_RUN)
need-test: need-run
	@sh src/tools/need.sh test $(PKGS_TEST)
deps: ## install missing build libraries (apt; as root, through sudo, or tells the command)
	@sh src/tools/deps.sh run
deps-test: ## the same for the tests
	@sh src/tools/deps.sh test
deps-contract: ## the same for check-contract: Node.js and npm too
	@sh src/tools/deps.sh contract

# --- objects, layer libraries, programs -----------------------------------------------------------------------------
include src/tools/gen.mk
$(B)/%.o: src/%.c | need-run $(GEN_HEADERS)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALLFLAGS) -c -o $@ $<

define layer_rule
$(call lib,$(1)): $(call objs,$(1))
	@mkdir -p $$(@D)
	$$(call say,AR,$$@)
	$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS) sandbox,$(eval $(call layer_rule,$(l))))

$(B)/numdesk: $(B)/app/main.o $(foreach l,$(LAYERS),$(call lib,$(l)))
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALLFLAGS) $(LDFLAGS) $(LDOPT) -o $@ $^ $(LIBS)
$(B)/numdesk-sandbox: $(B)/sandbox/main.o $(foreach l,sandbox model util,$(call lib,$(l)))
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALLFLAGS) $(LDFLAGS) $(LDOPT) -o $@ $^ $(LIBS_SBX)

# --- tests: tests/unit/<layer>/test_<module>.c links its layer and those below ---------------------------------------
UNIT_SRC  := $(wildcard tests/unit/*/test_*.c)
UNIT_BIN   = $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
TESTLIB    = $(B)/libtest.a
TESTLIB_O  = $(patsubst tests/lib/%.c,$(B)/testlib/%.o,$(wildcard tests/lib/*.c))
$(B)/testlib/%.o: tests/lib/%.c | need-test $(GEN_HEADERS)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALLFLAGS) $(CFLAGS_TEST) -c -o $@ $<
$(TESTLIB): $(TESTLIB_O)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
unit_layer = $(firstword $(subst /, ,$(1)))
unit_libs  = $(if $(filter sandbox,$(1)),$(foreach l,sandbox model util,$(call lib,$(l))),$(foreach l,$(call below,$(1),$(LAYERS)),$(call lib,$(l))))
define unit_rule
$(B)/unit/$(1): tests/unit/$(1).c $(TESTLIB) $(call unit_libs,$(call unit_layer,$(1))) | need-test $(GEN_HEADERS)
	@mkdir -p $$(@D)
	$$(call say,TEST,$(1))
	$(Q)$(CC) $(ALLFLAGS) $(CFLAGS_TEST) -Isrc/$(call unit_layer,$(1)) $(LDOPT) -o $$@ $$< $(TESTLIB) \
		$(call unit_libs,$(call unit_layer,$(1))) $(LIBS_T) $(if $(filter sandbox,$(call unit_layer,$(1))),$(LIBS_SBX),$(LIBS))
endef
$(foreach u,$(patsubst tests/unit/%.c,%,$(UNIT_SRC)),$(eval $(call unit_rule,$(u))))

# `make unit-vault` builds and runs one layer's unit tests
define unit_layer_rule
unit-$(1): need-test $(filter $(B)/unit/$(1)/%,$(UNIT_BIN))
	@sh tests/run.sh $$(filter $(B)/unit/%,$$^)
.PHONY: unit-$(1)
endef
$(foreach l,$(LAYERS) sandbox,$(eval $(call unit_layer_rule,$(l))))

# --- tests of the whole program: tests/e2e and tests/kill run the built programs -------------------------------------------
E2E_BIN  = $(patsubst tests/e2e/%.c,$(B)/e2e/%,$(wildcard tests/e2e/test_*.c))
KILL_BIN = $(patsubst tests/kill/%.c,$(B)/kill/%,$(wildcard tests/kill/test_*.c))
PROGRAMS = $(B)/numdesk $(B)/numdesk-sandbox
define whole_rule
$(B)/$(1)/%: tests/$(1)/%.c $(TESTLIB) $(foreach l,model util,$(call lib,$(l))) | need-test $(PROGRAMS)
	@mkdir -p $$(@D)
	$$(call say,TEST,$(1)/$$*)
	$(Q)$(CC) $(ALLFLAGS) $(CFLAGS_TEST) $(LDOPT) -DBUILD_DIR='"$(B)"' -o $$@ $$< $(TESTLIB) \
		$(foreach l,model util,$(call lib,$(l))) $(LIBS_T) $(LIBS)
endef
$(foreach k,e2e kill,$(eval $(call whole_rule,$(k))))

.PHONY: unit e2e kill kill-mutants
unit: need-test $(UNIT_BIN) ## unit tests of every layer
	@sh tests/run.sh $(UNIT_BIN)
e2e: need-test $(E2E_BIN) ## the real program on a pseudo terminal and in scripts, against the sandbox
	@sh tests/run.sh $(E2E_BIN)
kill: need-test $(KILL_BIN) ## purchases and releases killed at every step, the sandbox's ledger as the judge
	@sh tests/run.sh $(KILL_BIN)
kill-mutants: need-test $(KILL_BIN) ## take away one safeguard at a time: a test has to notice (MUTANTS="mark guard" for some)
	@B=$(B) VARIANT=$(VARIANT) sh tests/kill/mutate.sh $(MUTANTS)

.PHONY: lint docs check-docs golden check check-test check-asan check-contract demo
lint: ## headers stand alone, includes point down, nothing banned, documents match the tables
	@sh tests/lint/layers.sh && sh tests/lint/banned.sh && sh tests/lint/headers.sh $(CC) $(filter-out -MMD -MP,$(ALLFLAGS)) \
		&& echo "  lint    clean"
golden: need-test ## write the golden screens anew; look at the diff
	$(Q)NUMDESK_GOLDEN=write $(MAKE) --no-print-directory VARIANT=test unit-tui

# the documents that are made from the tables
GENDOCS = $(B)/gendocs
$(GENDOCS): $(B)/tools/gendocs.o $(call lib,model) $(call lib,util)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALLFLAGS) $(LDOPT) -o $@ $^ $(LIBS)
MAN = $(B)/man/numdesk.1 $(B)/man/numdesk-config.5
$(B)/man/%: man/%.in $(GENDOCS) src/tools/fill.sh
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$(Q)sh src/tools/fill.sh $(GENDOCS) $< $(VERSION) >$@
docs: $(GENDOCS) $(MAN) ## write config.example.ini and the man pages from the tables
	$(Q)$(GENDOCS) example-ini >config.example.ini
check-docs: $(GENDOCS) $(MAN)
	$(Q)$(GENDOCS) example-ini | cmp - config.example.ini || { echo "config.example.ini is not what the options table says: run 'make docs'"; exit 1; }

# `make check` builds and runs the test variant and looks at the release binary too
check: ## install test tools, build, run every test
	@$(MAKE) --no-print-directory deps-test
	@sh tests/check.sh "$(MAKE)"
check-asan: ## the whole suite under AddressSanitizer, UndefinedBehaviorSanitizer and leak checks
	@$(MAKE) --no-print-directory deps-test
	@VARIANT=asan sh tests/check.sh "$(MAKE)"
check-contract: ## requests and sandbox answers against Twilio's OpenAPI files, and Twilio's own client against the sandbox
	@$(MAKE) --no-print-directory deps-contract
	@$(MAKE) --no-print-directory VARIANT=test all
	@sh tests/contract/run.sh build/test

demo: deps ## build, start the sandbox, open the screen on realistic data
	@$(MAKE) --no-print-directory all
	@$(B)/numdesk --demo

# --- install ---------------------------------------------------------------------------------------------------------------
.PHONY: install uninstall dist deb clean help
install: all $(MAN) ## install under PREFIX (/usr/local), below DESTDIR
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(DOCDIR)
	install -m 755 $(B)/numdesk $(DESTDIR)$(BINDIR)/numdesk
	install -m 755 $(B)/numdesk-sandbox $(DESTDIR)$(LIBEXECDIR)/numdesk-sandbox
	install -m 644 $(B)/man/numdesk.1 $(DESTDIR)$(MANDIR)/man1/numdesk.1
	install -m 644 $(B)/man/numdesk-config.5 $(DESTDIR)$(MANDIR)/man5/numdesk-config.5
	install -m 644 README.md LICENSE config.example.ini $(DESTDIR)$(DOCDIR)/
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/numdesk $(DESTDIR)$(MANDIR)/man1/numdesk.1 $(DESTDIR)$(MANDIR)/man5/numdesk-config.5
	rm -rf $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DOCDIR)
dist: ## a source archive of the committed tree
	@mkdir -p build
	git archive --prefix=numdesk-$(VERSION)/ -o build/numdesk-$(VERSION).tar.gz HEAD
deb: all $(MAN) ## a Debian package in build/
	@sh src/package/deb.sh "$(MAKE)" $(VERSION)
clean: ## remove build/
	rm -rf build
help: ## these lines
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

-include $(wildcard $(B)/*/*.d $(B)/unit/*/*.d)
