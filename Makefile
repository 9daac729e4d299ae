# hookdir - see README.md. Variables of your own go into local.mk.
-include local.mk

VERSION = 0.1.0
# Of the manuals: when what they say last changed.
DATE    = November 28, 2026
SAN     ?=
B       ?= build$(if $(SAN),-$(if $(filter thread,$(SAN)),tsan,san))
CC      ?= cc
CFLAGS  ?= -O2 -g
WERROR  ?=
prefix  ?= /usr/local
sysconfdir ?= /etc
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wvla -Wformat=2 -Wcast-qual -Wcast-align -Wwrite-strings \
	-Wpointer-arith -Wundef -Wnull-dereference -Wdouble-promotion \
	-Wswitch-enum -Wimplicit-fallthrough $(WERROR)
HARDEN = -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -fPIE $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
# gcc finds what is not there when a sanitizer is among what it compiles.
SANFLAGS = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -O1 -Wno-format-truncation)
# A program with gcc's own library of a sanitizer in it starts in less time.
SANLINK = $(if $(findstring address,$(SAN)),$(if $(findstring clang,$(CC)),, \
	-static-libasan $(if $(findstring undefined,$(SAN)),-static-libubsan)))
ALL_CFLAGS = -std=c17 -D_XOPEN_SOURCE=700 -Ilib $(WARN) $(CPPFLAGS) $(HARDEN) \
	$(CFLAGS) $(SANFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed \
	$(SANFLAGS) $(LDFLAGS)

# Packages are looked for, and installed if that is possible, only where the
# goal is to run it or to test it.
NEEDS_bench-keys    = bench
NEEDS_bench-memory  = unit
NEEDS_check-crash   = check check-crash
NEEDS_check-model   = check-model
NEEDS_check-mutants = check check-crash
NEEDS_check-unit    = unit
NEEDS_check-deb     = deb
NEEDS_soak          = check soak
SETUP = $(filter run unit check check-crash check-model bench fuzz lint soak deb, \
	$(foreach g,$(MAKECMDGOALS),$(or $(NEEDS_$g),$(patsubst bench-%,bench,$g))))

# FAST_CGI=1: a CGI process starts in two thirds of the time.  It then has the
# hash functions out of libcrypto.a and zlib out of libz.a, and loads the shared
# libcrypto when it needs a public key: cgi/late_crypto.c.  What comes out of
# these files gets no security updates until hookdir is built again.  Static
# programs have everything in them already.
STATIC = $(findstring -static,$(LDFLAGS))
RECEIVER = $(B)/$(if $(STATIC),,$(if $(FAST_CGI),fast/))hookdir.fcgi
archive = $(shell $(CC) -print-file-name=$1)

LIB  = $(patsubst %.c,$(B)/%.o,$(wildcard lib/*.c lib/*/*.c lib/*/*/*.c))
CGI  = $(patsubst %.c,$(B)/%.o,$(filter-out cgi/late_crypto.c,\
	$(wildcard cgi/*.c edge/*.c)))
FAST = $(B)/cgi/late_crypto.o $(B)/hashes.o
CLI  = $(patsubst %.c,$(B)/%.o,$(wildcard cli/*.c cli/*/*.c))
FETCH = $(patsubst %.c,$(B)/%.o,$(wildcard fetch/*.c))
FORWARD = $(patsubst %.c,$(B)/%.o,$(wildcard forward/*.c))
# What these two have in common.
CLIENT = $(patsubst %.c,$(B)/%.o,$(wildcard client/*.c))
UNIT = $(patsubst %.c,$(B)/%,$(wildcard tests/unit/*.c))
FUZZ = $(patsubst %.c,$(B)/%,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
# What the fuzzers of whole deliveries and of settings are made with.
FUZZKIT = $(patsubst %.c,$(B)/%.o,$(wildcard tests/fuzz/kit/*.c))
# What explains a delivery, and what makes one.
EXPLAIN = $(filter $(B)/cli/explain/% $(B)/cli/sign/%,$(CLI))
# What makes and mends the files of an installation.
PLACES = $(filter $(B)/cli/setup/%,$(CLI))
# What runs handlers.
RUN = $(filter $(B)/cli/run/%,$(CLI))
PEER = $(B)/edge/fcgi_peer.o $(B)/edge/wait.o
BENCH = $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
# Of these, the receiver with a part of it taken out.
LESS = $(addprefix $(B)/tests/bench/,nosync noinbox)
# And these are of the library.
KEYS = $(addprefix $(B)/tests/bench/,keys consttime memory outbox)
# What a program needs to start that only lists the libraries.
LINKED = $(B)/tests/bench/linked
A    = $(B)/libhookdir.a
LIBS = -ljson-c -lcrypto -lz

# The manuals: from man/NAME.SECTION, with tables out of the code's own.
MKMAN = $(patsubst %.c,$(B)/%.o,$(wildcard man/*.c)) \
	$(addprefix $(B)/cli/,command.o option.o preset_list.o)
MANUALS = $(addprefix $(B)/,$(wildcard man/*.[1-8]))
HTML = $(if $(shell command -v mandoc 2>/dev/null),$(addsuffix .html,$(MANUALS)))

# What is installed, and where below prefix: one list for both directions.
INSTALLED = \
	755:$(RECEIVER):lib/hookdir/hookdir.fcgi \
	755:$(B)/hookdir-fetch:lib/hookdir/hookdir-fetch \
	755:$(B)/hookdir-forward:lib/hookdir/hookdir-forward \
	755:$(B)/hookdir:bin/hookdir \
	$(foreach f,$(wildcard apache/* lighttpd/* nginx/*) systemd/no-network.conf,644:$(f):share/hookdir/$(f)) \
	$(foreach f,$(filter-out %.conf,$(wildcard systemd/*)),644:$(f):lib/systemd/system/$(notdir $(f))) \
	644:systemd/sysusers.conf:lib/sysusers.d/hookdir.conf \
	$(foreach f,$(MANUALS),644:$f:share/man/man$(subst .,,$(suffix $f))/$(notdir $f)) \
	644:completions/hookdir:share/bash-completion/completions/hookdir \
	644:README.md:share/doc/hookdir/README.md

# V=1 shows the commands, and -s nothing.
SILENT = $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
Q = $(if $(V),,@$(if $(SILENT),,printf '  %s\n' '$(1) $@' &&))

all: $(RECEIVER) $(B)/hookdir $(B)/hookdir-fetch $(B)/hookdir-forward man

$(B)/hookdir.fcgi: $(CGI) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) $(SANLINK) -o $@ $(CGI) $(A) $(LIBS) -pthread $(LDLIBS)

$(B)/fast/hookdir.fcgi: $(CGI) $(FAST) $(A)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) $(SANLINK) -o $@ $(CGI) $(FAST) $(A) -ljson-c \
		$(call archive,libz.a) -pthread $(LDLIBS)

# By itself, so that nothing else comes out of there unnoticed.
$(B)/hashes.o: $(B)/lib/crypto/digest.o
	$(call Q,LD)$(CC) -r -nostdlib -o $@ $< $(call archive,libcrypto.a)

$(B)/hookdir: $(CLI) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) $(SANLINK) -o $@ $(CLI) $(A) $(LIBS) -pthread $(LDLIBS)

man: $(MANUALS) $(HTML)

$(B)/man/mkman: $(MKMAN) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(MKMAN) $(A) $(LIBS) -pthread $(LDLIBS)

$(MANUALS): $(B)/man/%: man/% $(B)/man/mkman $(B)/man/words
	$(call Q,MAN)$(B)/man/mkman $< $(WORDS) >$@

# What the manuals are told: with another prefix, they are made anew.
WORDS = VERSION='$(VERSION)' DATE='$(DATE)' PREFIX='$(prefix)'
$(B)/man/words: always
	@mkdir -p $(@D)
	@echo "$(WORDS)" | cmp -s - $@ || echo "$(WORDS)" >$@

# Only references to these pages lead somewhere.
OURS = -e 's/\(class="Xr"\) href="hookdir/\1 HREF="hookdir/g' \
	-e 's/\(class="Xr"\) href="[^"]*"/\1/g' -e 's/ HREF="/ href="/g'
$(HTML): %.html: %
	$(call Q,MAN)mandoc -T html -O toc,man=%N.%S.html $< | sed $(OURS) >$@

# Never static, whatever the others are: libcurl's own libraries are not.
$(B)/hookdir-fetch: $(FETCH)
$(B)/hookdir-forward: $(FORWARD)
$(B)/hookdir-fetch $(B)/hookdir-forward: $(CLIENT) $(A)
	$(call Q,LD)$(CC) $(filter-out -static%,$(ALL_LDFLAGS)) -o $@ $(filter %.o,$^) $(A) \
		-lcurl $(LIBS) $(LDLIBS)

# Where these two are looked for if they lie beside no other program.
$(B)/lib/base/program.o: ALL_CFLAGS += -DHOOKDIR_LIBDIR='"$(prefix)/lib/hookdir"'

# Who says the version: one place for it.
VERSIONED = $(B)/cli/main.o $(B)/cgi/receiver.o
$(VERSIONED): ALL_CFLAGS += -DHOOKDIR_VERSION='"$(VERSION)"'
$(VERSIONED): Makefile

# Made anew, so that a module that is gone is gone from it as well.
$(A): $(LIB)
	$(call Q,AR)rm -f $@ && $(AR) rcs $@ $(LIB)

$(B)/%.o: %.c | need
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(UNIT): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(A) $(LIBS) -pthread

$(FUZZ): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(FUZZKIT) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(A) $(LIBS) -pthread

# The only tests in C of what is not in the library.
$(B)/tests/unit/fcgi_peer $(B)/tests/fuzz/fcgi_peer: $(PEER)
$(B)/tests/unit/watch: $(B)/edge/watch.o
$(B)/tests/unit/explain_pairs: $(EXPLAIN)
$(B)/tests/unit/mdoc: $(B)/man/mdoc.o
$(addprefix $(B)/tests/unit/,answer handler held job lane persistent poller \
	queue): $(RUN)
$(B)/tests/fuzz/answer: $(RUN)
$(B)/tests/unit/forward: $(filter-out %/main.o %/post.o,$(FORWARD))
$(B)/tests/unit/table: $(B)/cli/table.o $(B)/cli/wrap.o
$(B)/tests/unit/place $(B)/tests/unit/settings_edit: $(PLACES)

need:
	@sh tools/setup $(SETUP)

QUICK = $(UNIT) $(FUZZ)
PROVE = HOOKDIR_BUILD=$(B) prove -j$(JOBS) --timer
# What the tests of the benchmark run.
MEASURE = $(addprefix $(B)/tests/bench/,load consume noinbox events handle spawnloop)
tests: all $(QUICK) $(MEASURE) $(B)/hookdir.fcgi $(if $(STATIC),,$(B)/fast/hookdir.fcgi)

# The longest come first, so that no processor is idle at the end.
LONG = $(wildcard $(addsuffix *.t,$(addprefix tests/,e2e/53- e2e/54- e2e/60-c \
	e2e/55- attack/61- cli/explain-e e2e/10- attack/50- manual/c manual/d \
	e2e/69-l fetch/fetch e2e/2)))
# A sanitizer sees what the bytes of a delivery, of settings or of an inbox do to
# the C programs, in the unit tests, the fuzz corpora and every way but these:
# - manual: the same programs once more; the time is that of make and servers;
# - web servers: the cases are the same, and nginx sends them all by FastCGI;
# - cgi: so one process for each case needs only a share of them;
# - kill: what is killed reports nothing, and unit/inbox_left has what it leaves;
# - faults: each in turn, in new processes; unit/inbox_faults has them in one,
#   and the shares that stay are those of FastCGI and of a second mark;
# - copies, order: between processes, and seen from outside;
# - bench: what it refuses to measure;
# - settings one by one, and where a secret may stand in them: unit/config and
#   its fuzz corpus have the bytes, and each case is a process more;
# - FAST_CGI=1: the same code; only libcrypto is loaded later.
# With SAN_SKIP= none is left out.
SAN_SKIP = tests/manual/% tests/bench/% $(addprefix tests/e2e/,2% 3% \
	10-cgi-2of4.t 10-cgi-3of4.t 10-cgi-4of4.t 52-order.t 53-faults-1of2.t \
	54-faults-duplicate-1of2.t 55-kill-% 60-copies-%) \
	tests/attack/61-% tests/cli/check-settings.t tests/cli/presets-fast.t
SKIP = tests/clients/% tests/crash/% tests/deb/% tests/model/% $(if $(filter-out thread,$(SAN)),$(SAN_SKIP))
TESTS = $(filter-out $(SKIP),$(LONG) \
	$(filter-out $(LONG),$(sort $(wildcard tests/*/*.t))))

check: tests
	$(PROVE) $(QUICK) $(TESTS)

# What needs neither the programs nor a server: half a minute, for every edit.
check-unit: $(QUICK)
	$(PROVE) $(QUICK)

# Never lost, never twice: the order of calls, every call failing or killed, the
# memory gone; then power cuts, full disks and storms. Needs root, for the
# mounts. CRASH_QUICK= leaves out what check runs as well; STORM=20000 is a full one.
CRASH  = $(B)/tests/unit/inbox_faults $(B)/tests/unit/receive_memory
CRASH_QUICK = $(CRASH) $(wildcard tests/e2e/5[2-8]-*.t tests/e2e/60-copies-*.t \
	tests/e2e/67-*.t)
LOAD   = $(B)/tests/bench/load
check-crash: all $(CRASH) $(LOAD)
	$(PROVE) $(CRASH_QUICK) $(sort $(wildcard tests/crash/*.t))

# Traffic of all kinds for MINUTES; also SAN=thread, or VALGRIND=1.
MINUTES ?= 30
soak: all $(LOAD)
	HOOKDIR_BUILD=$(B) MINUTES=$(MINUTES) VALGRIND=$(VALGRIND) \
		prove -v tests/crash/40-soak.t

# The order in which events are committed, by a model: tests/model/README. It
# needs no program of this source. WIDE=1 searches larger worlds, for minutes.
check-model: need
	JOBS=$(JOBS) prove --timer $(sort $(wildcard tests/model/*.t))

# Known-bad versions, each of which some test must see: a quarter of an hour.
# PART=1/3: the second of three parts.
check-mutants: need
	PART=$(PART) perl tests/crash/mutants

# Apart from the others, for it needs npm and its registry. A Node that is not
# Debian's will do.
check-clients: all
	@sh tools/setup run $$(command -v npm >/dev/null || echo clients)
	HOOKDIR_BUILD=$(B) prove --timer $(sort $(wildcard tests/clients/*.t))

run: all
	HOOKDIR_BUILD=$(B) sh tools/demo $(if $(ONCE),once)

lint: need all
	sh tools/lint $(B)

$(B)/tests/bench/nosync: WRAP = -Wl,--wrap=fsync,--wrap=sync_file_range
$(B)/tests/bench/noinbox: WRAP = -Wl,--wrap=inbox_begin,--wrap=inbox_finish
$(LESS): %: %.o $(CGI) $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) $(WRAP) -o $@ $^ $(LIBS) -pthread

$(KEYS): %: %.o $(A)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lm -pthread

$(LINKED): $(B)/tests/bench/trivial.o
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -Wl,--no-as-needed -o $@ $< -ljson-c -lcrypto

$(B)/tests/bench/hello: LIBFCGI = -lfcgi
$(filter-out $(LESS) $(KEYS),$(BENCH)): %: %.o
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIBFCGI) -lcrypto -pthread

# Against the first release, and against PHP-FPM that only verifies: which of the
# goals are reached. CASES="64 consumer" or CASES=all; PEERS="NAME=DIR" for other
# versions as well, built in DIR: tests/bench/README.
ROUNDS  ?= 5
bench: all $(BENCH)
	HOOKDIR_BUILD=$(B) perl tests/bench/goals $(ROUNDS) $(SECONDS)

# Against what others use, a few of them with OTHERS="php flask", none with
# OTHERS=, on a disk that takes SLOW ms for each flush. A Node that is not
# Debian's will do.
OTHERS  ?= webhook express fastify php flask
NPM      = $(if $(filter express fastify,$(OTHERS)),$$(command -v npm >/dev/null || echo clients))
bench-others: all $(B)/fast/hookdir.fcgi $(BENCH) $(LINKED)
	@sh tools/setup $(NPM)
	HOOKDIR_BUILD=$(B) OTHERS="$(OTHERS)" perl tests/bench/others $(ROUNDS) $(SECONDS)

# Events waiting, processes, bodies; GROWTH=2000000 for more of the first.
bench-growth: all $(BENCH)
	HOOKDIR_BUILD=$(B) perl tests/bench/growth $(ROUNDS) $(SECONDS)

# The system calls of an event.
bench-calls: all $(BENCH)
	HOOKDIR_BUILD=$(B) perl tests/bench/calls

# Keys beside OpenSSL alone, and what they cost a CGI process.
bench-keys: all $(BENCH)
	$(B)/tests/bench/keys $(ROUNDS)
	HOOKDIR_BUILD=$(B) perl tests/bench/cgi-keys

# What a large body that nobody signed takes of memory, in every scheme.
bench-memory: all $(B)/tests/bench/memory
	$(B)/tests/bench/memory $(B)/hookdir.fcgi

# How long a runner takes to begin with so many events waiting.
WAITING ?= 2000000
bench-outbox: $(B)/tests/bench/outbox
	dir=$$(mktemp -d) && { $(B)/tests/bench/outbox "$$dir" $(WAITING); \
		rc=$$?; rm -rf "$$dir"; exit $$rc; }

# hookdir run beside what else hands events to handlers.
bench-run: all $(BENCH)
	HOOKDIR_BUILD=$(B) perl tests/bench/runners $(ROUNDS) $(SCALE)

# hookdir run with so many events waiting.
bench-waiting: all $(BENCH)
	HOOKDIR_BUILD=$(B) perl tests/bench/waiting $(WAITING)

# Whether the time of a comparison tells where two values differ.
bench-consttime: $(B)/tests/bench/consttime
	$(B)/tests/bench/consttime $(SECONDS)

# A fuzzer a program, each for T seconds, or only those of ENTRY; needs clang.
T ?= 30
fuzz: need
	CC=clang T=$(T) sh tools/fuzz $(ENTRY)

# Files with paths in them get those of prefix.
FILL = sed -e '/^@hardening@$$/{r systemd/hardening.conf' -e 'd;}' "$$from" | \
	sed 's|/usr/local/|$(prefix)/|g'
install: all
	@set -e; for f in $(INSTALLED); do \
		mode=$${f%%:*}; rest=$${f#*:}; from=$${rest%%:*}; \
		to="$(DESTDIR)$(prefix)/$${rest#*:}"; \
		case $$from in \
		apache/*|lighttpd/*|nginx/*|systemd/*) \
			$(FILL) | install -D -m $$mode /dev/stdin "$$to" ;; \
		*) install -D -m $$mode "$$from" "$$to" ;; \
		esac; \
	done

# FORCE=1 also if a web server's configuration needs the files.
uninstall:
	@[ -n "$(FORCE)" ] || sh tools/uninstall-check "$(prefix)" "$(sysconfdir)" "$(DESTDIR)"
	@set -e; for f in $(INSTALLED); do \
		rm -f "$(DESTDIR)$(prefix)/$${f##*:}"; \
	done
	@cd "$(DESTDIR)$(prefix)" && rmdir -p lib/hookdir lib/systemd/system \
		lib/sysusers.d share/doc/hookdir \
		share/bash-completion/completions share/hookdir/* 2>/dev/null || true

# The Debian package, into $(B)/deb.
deb: need
	sh tools/deb $(B)/deb

# The package in systems of its own, behind each web server; as root. Its bytes
# are those of a second build, and lintian finds nothing: that takes longest, and
# comes first.
PACKAGE = tests/deb/package.t
check-deb: deb
	HOOKDIR_BUILD=$(B) prove -j2 --timer $(PACKAGE) \
		$(filter-out $(PACKAGE),$(sort $(wildcard tests/deb/*.t)))

dist:
	git archive --prefix=hookdir-$(VERSION)/ -o hookdir-$(VERSION).tar.gz HEAD

# The archive builds, installs, uninstalls, and leaves nothing behind.
distcheck: dist
	sh tools/distcheck hookdir-$(VERSION)

clean:
	rm -rf build build-san build-tsan build-fuzz build-clang

.PHONY: all always man need tests check check-unit check-clients check-crash check-model check-mutants \
	soak run lint bench bench-others bench-growth bench-calls bench-keys bench-memory bench-consttime \
	bench-outbox bench-run bench-waiting fuzz install \
	uninstall deb check-deb dist distcheck clean
.SECONDARY:
.DELETE_ON_ERROR:

-include $(patsubst %.o,%.d,$(LIB) $(CGI) $(FAST) $(CLI) $(FETCH) \
	$(FORWARD) $(CLIENT) $(MKMAN)) \
	$(patsubst %,%.d,$(UNIT) $(FUZZ) $(BENCH)) $(B)/tests/fuzz/replay.d \
	$(patsubst %.o,%.d,$(FUZZKIT))
