# hookdir - see README.md. Variables of your own go into local.mk.
-include local.mk

VERSION = 0.1.0
SAN     ?=
B       ?= $(if $(SAN),build-san,build)
CC      ?= cc
CFLAGS  ?= -O2 -g
WERROR  ?=
prefix  ?= /usr/local
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wvla -Wformat=2 -Wcast-qual -Wcast-align -Wwrite-strings \
	-Wpointer-arith -Wundef -Wnull-dereference -Wdouble-promotion \
	-Wswitch-enum -Wimplicit-fallthrough $(WERROR)
HARDEN = -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -fPIE $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
SANFLAGS = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -O1)
ALL_CFLAGS = -std=c17 -D_XOPEN_SOURCE=700 -Ilib $(WARN) $(HARDEN) $(CFLAGS) \
	$(SANFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed \
	$(SANFLAGS) $(LDFLAGS)

LIB  = $(patsubst %.c,$(B)/%.o,$(wildcard lib/*.c))
CGI  = $(patsubst %.c,$(B)/%.o,$(wildcard cgi/*.c))
CLI  = $(patsubst %.c,$(B)/%.o,$(wildcard cli/*.c))
FETCH = $(patsubst %.c,$(B)/%.o,$(wildcard fetch/*.c))
UNIT = $(patsubst %.c,$(B)/%,$(wildcard tests/unit/*.c))
FUZZ = $(patsubst %.c,$(B)/%,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
BENCH = $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
# Of these, the receiver with a part of it taken out.
LESS = $(addprefix $(B)/tests/bench/,nosync noinbox)
# And this one is of the library.
KEYS = $(B)/tests/bench/keys
A    = $(B)/libhookdir.a

# What is installed, and where below prefix: one list for both directions.
INSTALLED = \
	755:$(B)/hookdir.fcgi:lib/hookdir/hookdir.fcgi \
	755:$(B)/hookdir-fetch:lib/hookdir/hookdir-fetch \
	755:$(B)/hookdir:bin/hookdir \
	$(foreach f,$(wildcard apache/* lighttpd/* nginx/*),644:$(f):share/hookdir/$(f)) \
	644:README.md:share/doc/hookdir/README.md

# V=1 shows the commands.
Q = $(if $(V),,@printf '  %s\n' '$(1) $@' &&)

all: $(B)/hookdir.fcgi $(B)/hookdir $(B)/hookdir-fetch

$(B)/hookdir.fcgi: $(CGI) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(CGI) $(A) -lfcgi -ljson-c -lcrypto -pthread $(LDLIBS)

$(B)/hookdir: $(CLI) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(CLI) $(A) -ljson-c -lcrypto -pthread $(LDLIBS)

# Never static, whatever the others are: libcurl's own libraries are not.
$(B)/hookdir-fetch: $(FETCH) $(A)
	$(call Q,LD)$(CC) $(filter-out -static%,$(ALL_LDFLAGS)) -o $@ $(FETCH) $(A) -lcurl \
		-ljson-c -lcrypto $(LDLIBS)

# Where hookdir-fetch is looked for if it lies beside neither program.
$(B)/lib/fetcher.o: ALL_CFLAGS += -DHOOKDIR_LIBDIR='"$(prefix)/lib/hookdir"'

# Made anew, so that a module that is gone is gone from it as well.
$(A): $(LIB)
	$(call Q,AR)rm -f $@ && $(AR) rcs $@ $(LIB)

$(B)/%.o: %.c | need
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(UNIT): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $< $(A) -ljson-c -lcrypto -pthread

$(FUZZ): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljson-c -lcrypto -pthread

# Packages are looked for, and installed if that is possible, only where the
# goal is to run it or to test it.
need:
	@sh tools/setup $(filter run check check-crash bench fuzz lint,$(patsubst bench-%,bench,$(MAKECMDGOALS)))

tests: all $(UNIT) $(FUZZ)

check: tests
	HOOKDIR_BUILD=$(B) prove -j$(JOBS) --timer $(UNIT) $(FUZZ) \
		$(sort $(filter-out tests/clients/% tests/crash/%,$(wildcard tests/*/*.t)))

# Power cuts and storms; needs root, for the mounts.
check-crash: all
	HOOKDIR_BUILD=$(B) prove -j$(JOBS) --timer $(sort $(wildcard tests/crash/*.t))

# Apart from the others, for it needs npm and its registry. A Node that is not
# Debian's will do.
check-clients: all
	@sh tools/setup run $$(command -v npm >/dev/null || echo clients)
	HOOKDIR_BUILD=$(B) prove --timer $(sort $(wildcard tests/clients/*.t))

run: all
	HOOKDIR_BUILD=$(B) sh tools/demo $(if $(ONCE),once)

lint: need
	sh tools/lint $(B)

$(B)/tests/bench/nosync: WRAP = -Wl,--wrap=fsync
$(B)/tests/bench/noinbox: WRAP = -Wl,--wrap=inbox_store
$(LESS): %: %.o $(CGI) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) $(WRAP) -o $@ $^ -lfcgi -ljson-c -lcrypto -pthread

$(KEYS): %: %.o $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljson-c -lcrypto -pthread

$(filter-out $(LESS) $(KEYS),$(BENCH)): %: %.o
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $< -lfcgi -lcrypto -pthread

# Against what others use, a few of them with PEERS="php flask", none with
# PEERS=. A Node that is not Debian's will do.
ROUNDS  ?= 5
SECONDS ?= 1
PEERS   ?= webhook express fastify php flask
NPM      = $(if $(filter express fastify,$(PEERS)),$$(command -v npm >/dev/null || echo clients))
bench: all $(BENCH)
	@sh tools/setup $(NPM)
	HOOKDIR_BUILD=$(B) PEERS="$(PEERS)" perl tests/bench/run $(ROUNDS) $(SECONDS)

# The same on a disk that takes SLOW ms for each flush.
SLOW    ?= 2
bench-slow: all $(BENCH)
	@sh tools/setup $(NPM)
	HOOKDIR_BUILD=$(B) PEERS="$(PEERS)" SLOW=$(SLOW) perl tests/bench/run $(ROUNDS) $(SECONDS)

# Events waiting, processes, bodies; GROWTH=2000000 for more of the first.
bench-growth: all $(BENCH)
	HOOKDIR_BUILD=$(B) perl tests/bench/growth $(ROUNDS) $(SECONDS)

# Keys beside OpenSSL alone, and what they cost a CGI process.
bench-keys: all $(BENCH)
	$(KEYS) $(ROUNDS)
	HOOKDIR_BUILD=$(B) perl tests/bench/cgi-keys

# A fuzzer a program, each for T seconds; needs clang.
T ?= 30
fuzz: need
	CC=clang T=$(T) sh tools/fuzz

install: all
	@set -e; for f in $(INSTALLED); do \
		mode=$${f%%:*}; rest=$${f#*:}; \
		install -D -m $$mode "$${rest%%:*}" \
			"$(DESTDIR)$(prefix)/$${rest#*:}"; \
	done

uninstall:
	@set -e; for f in $(INSTALLED); do \
		rm -f "$(DESTDIR)$(prefix)/$${f##*:}"; \
	done
	@cd "$(DESTDIR)$(prefix)" && rmdir -p lib/hookdir share/doc/hookdir \
		share/hookdir/* 2>/dev/null || true

dist:
	git archive --prefix=hookdir-$(VERSION)/ -o hookdir-$(VERSION).tar.gz HEAD

# The archive builds, installs, uninstalls, and leaves nothing behind.
distcheck: dist
	sh tools/distcheck hookdir-$(VERSION)

clean:
	rm -rf build build-san build-fuzz build-clang

.PHONY: all need tests check check-clients check-crash run lint bench bench-slow bench-growth bench-keys fuzz install uninstall dist \
	distcheck clean
.SECONDARY:
.DELETE_ON_ERROR:

-include $(patsubst %.o,%.d,$(LIB) $(CGI) $(CLI) $(FETCH)) \
	$(patsubst %,%.d,$(UNIT) $(FUZZ) $(BENCH)) $(B)/tests/fuzz/replay.d
