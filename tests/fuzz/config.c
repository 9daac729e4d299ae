/*
 * config.c - any text as a settings file: refused with a reason, or of use in
 * every part.
 *
 * The file has no name; what it says of secrets is looked for in an
 * environment of three variables, or in files that are read like any other.  It
 * is read twice, and each entry once more by itself: with the same result.  The
 * same text is read for what it says of handlers.
 */
#include <unistd.h>

#include "config/config.h"
#include "config/run_config.h"
#include "fuzz.h"
#include "kit/settings_mutate.h"
#include "profile/scheme.h"

#define SECRET "0f8fad5bd9cb469fa16570867728950e"
#define HEX    "7c9e66796fa34bd8a2ba1f6e0f0c5a11"

size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max, unsigned seed);

static int file = -1;
static char path[64];

/* What was logged in one reading. */
struct complaints {
	struct bytes text;
	unsigned errors, warnings;
};

/* A setting that is not there. */
static bool
has_no_line(struct span key)
{
	return span_is(key, "inbox") || span_is(key, "providers");
}

/* ":LINE: KEY: TEXT"; no key where the file is no list of settings. */
static void
check_place(struct span rest)
{
	struct span number, text;

	must(rest.len > 3 && rest.ptr[0] == ':');
	text = span_skip(rest, 1);
	number = span_cut(&text, ':');
	if (rest.ptr[1] == ' ') {
		must(has_no_line(span_skip(number, 1)));
		must(text.len > 2);
		return;
	}
	must(span_number(number) > 0 && text.len > 2 && text.ptr[0] == ' ');
	text = span_skip(text, 1);
	if (span_starts(text, span_str("syntax error: ")) ||
	    span_starts(text, span_str("must be one JSON object")))
		return;
	while (text.len > 0 && !span_starts(text, span_str(": ")))
		text = span_skip(text, 1);
	must(text.len > 3);
}

/* "hookdir: error: PATH:LINE: ..." of plain characters. */
static void
check_line(struct span line, struct complaints *all)
{
	struct span level = line, rest;

	must(line.len > 0 && line.ptr[line.len - 1] == '\n');
	span_cut(&level, ' ');
	rest = level;
	level = span_cut(&rest, ' ');
	must(span_is(level, "error:") || span_is(level, "warning:"));
	all->errors += span_is(level, "error:");
	all->warnings += span_is(level, "warning:");
	must(span_starts(rest, span_str(path)));
	rest = span_skip(rest, strlen(path));
	check_place(rest);
	for (size_t i = 0; i + 1 < line.len; i++)
		must(line.ptr[i] >= ' ' && line.ptr[i] <= '~');
	must(!fuzz_has(line, SECRET) && !fuzz_has(line, HEX));
}

static void
take_line(void *arg, const char *line, size_t len)
{
	struct complaints *all = arg;

	fuzz_log_write(NULL, line, len);
	if (getenv("FUZZ_LOG") != NULL)
		fwrite(line, 1, len, stderr);
	check_line(span_mem(line, len), all);
	bytes_add(&all->text, span_mem(line, len));
}

static void
check_provider(const struct config *cfg, const struct provider *prov)
{
	unsigned payloads = 0;

	must(provider_name_ok(span_str(prov->name)));
	must(config_provider(cfg, span_str(prov->name)) == prov);
	if (prov->broken) {
		must(prov->fault != NULL && prov->fault[0] != '\0');
		return;
	}
	must(prov->profile.scheme->mixes || (prov->secrets.n >= 1) +
						    (prov->keys.n >= 1) +
						    (prov->cache != NULL) ==
						1);
	must(prov->secrets.n + prov->keys.n >= 1 || prov->cache != NULL);
	must(prov->secrets.n <= SECRETS_MAX && prov->keys.n <= KEYS_MAX);
	for (size_t i = 0; i < prov->secrets.n; i++)
		must(prov->secrets.item[i].len > 0);
	must(prov->profile.scheme != NULL && prov->profile.nsignature >= 1);
	must(prov->profile.reject_status >= 400 &&
	     prov->profile.reject_status <= 499);
	must(prov->profile.accept_status >= 200 &&
	     prov->profile.accept_status <= 204);
	must(prov->profile.nsigned >= 1);
	for (size_t i = 0; i < prov->profile.nsigned; i++) {
		const struct template *tpl = &prov->profile.signed_payload[i];

		payloads += template_has_payload(tpl);
		must(template_has_payload(tpl) || prov->profile.unsafe_body ||
		     prov->profile.scheme->claims);
	}
	must(payloads > 0 || prov->profile.unsafe_body);
}

static void
check_config(const struct config *cfg)
{
	unsigned broken = 0;

	must(cfg->inbox.root != NULL && cfg->inbox.root[0] == '/');
	must(cfg->max_body >= 1 && cfg->tolerance >= 1);
	must(cfg->inbox.dedup_days >= 1 && cfg->workers >= 1);
	must(cfg->nstamp >= 1 && cfg->nstamp <= 3 * cfg->nprovider + 2);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		check_provider(cfg, &cfg->provider[i]);
		broken += cfg->provider[i].broken;
	}
	must(broken <= cfg->errors);
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* All that two readings of an entry have to agree on. */
static void
check_same(const struct provider *a, const struct provider *b)
{
	must(a->broken == b->broken && same_text(a->fault, b->fault));
	if (a->broken)
		return;
	must(a->profile.scheme == b->profile.scheme &&
	     a->profile.digest == b->profile.digest &&
	     a->profile.tolerance == b->profile.tolerance &&
	     a->profile.nsigned == b->profile.nsigned &&
	     a->profile.reject_status == b->profile.reject_status &&
	     a->profile.no_id == b->profile.no_id &&
	     a->profile.algorithms == b->profile.algorithms);
	must(a->secrets.n == b->secrets.n && a->keys.n == b->keys.n &&
	     (a->cache == NULL) == (b->cache == NULL) &&
	     a->verify_tokens.n == b->verify_tokens.n &&
	     a->hold_terms.count == b->hold_terms.count &&
	     a->hold_terms.bytes == b->hold_terms.bytes);
	must(same_text(a->secret_path, b->secret_path) &&
	     same_text(a->key_source, b->key_source));
}

/* By itself, as a process for one delivery reads it. */
static void
check_alone(const struct provider *prov, char *const env[])
{
	struct complaints said = {.errors = 0};
	struct log log = {take_line, &said};
	struct config *one =
	    config_load_one(path, env, span_str(prov->name), &log);
	const struct provider *alone;

	must(one != NULL);
	alone = config_provider(one, span_str(prov->name));
	must(alone != NULL);
	check_same(prov, alone);
	bytes_free(&said.text);
	config_free(one);
}

static struct config *
load(char *const env[], struct complaints *said)
{
	struct log log = {take_line, said};
	struct config *cfg;

	*said = (struct complaints){.errors = 0};
	cfg = config_load(path, env, &log);
	must(cfg != NULL || said->errors > 0);
	must(cfg == NULL || said->errors == cfg->errors);
	must(cfg == NULL || said->warnings == cfg->warnings);
	return cfg;
}

static void
check_run_provider(const struct run_provider *prov)
{
	struct run_fault fault;

	must(provider_name_ok(span_str(prov->name)));
	must(prov->broken == (prov->fault != NULL));
	must(prov->n <= RUN_ENTRIES_MAX);
	for (size_t i = 0; !prov->broken && i < prov->n; i++) {
		const struct run_entry *entry = &prov->entry[i];

		must(run_entry_ok(entry, &fault));
		must(entry->key != NULL && entry->line > 0);
		must(entry->jobs >= 1 && entry->jobs <= RUN_JOBS_MAX);
		must(entry->timeout >= 1 && entry->nretry <= RUN_RETRY_MAX);
		must(run_entry_step(entry, (unsigned)entry->nretry + 1) == -1);
	}
}

/* What the receiver has settings of, the runner has too. */
static void
check_run(const struct config *cfg)
{
	struct complaints said = {.errors = 0};
	struct log log = {take_line, &said};
	struct run_config *run = run_config_load(path, &log, &log_silent);

	must(cfg == NULL || run != NULL);
	must(run == NULL || said.errors == run->errors);
	for (size_t i = 0; run != NULL && i < run->n; i++)
		check_run_provider(&run->provider[i]);
	bytes_free(&said.text);
	run_config_free(run);
}

static void
open_file(void)
{
	const char *top = getenv("TMPDIR");
	char name[256];

	if (file >= 0)
		return;
	snprintf(name, sizeof(name), "%s/hookdir-fuzz.XXXXXX",
	    top != NULL ? top : "/tmp");
	file = mkstemp(name);
	must(file >= 0 && unlink(name) == 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char one[] = "S=" SECRET, two[] = "HEX=" HEX,
		    three[] = "MANY=" SECRET "\n" HEX;
	char *env[] = {one, two, three, NULL};
	struct complaints said, again;
	struct config *cfg, *twin;

	/* libFuzzer knows what it was compared with. */
	if (fuzz_has(span_mem(data, size), SECRET) ||
	    fuzz_has(span_mem(data, size), HEX))
		return 0;
	open_file();
	must(ftruncate(file, 0) == 0);
	must(pwrite(file, data, size, 0) == (ssize_t)size);
	cfg = load(env, &said);
	twin = load(env, &again);
	must((cfg == NULL) == (twin == NULL));
	must(span_eq(bytes_span(&said.text), bytes_span(&again.text)));
	check_run(cfg);
	if (cfg != NULL && twin != NULL) {
		check_config(cfg);
		must(cfg->nprovider == twin->nprovider);
		for (size_t i = 0; i < cfg->nprovider; i++) {
			check_same(&cfg->provider[i], &twin->provider[i]);
			check_alone(&cfg->provider[i], env);
		}
	}
	bytes_free(&said.text);
	bytes_free(&again.text);
	config_free(cfg);
	config_free(twin);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct chance chance = chance_of(seed);
	struct bytes text = {NULL, 0};

	if (LLVMFuzzerMutate != NULL && chance_one_in(&chance, 8))
		return LLVMFuzzerMutate(data, size, max);
	bytes_add(&text, span_mem(data, size));
	settings_mutate(&text, &chance);
	size = text.len < max ? text.len : max;
	memcpy(data, text.ptr, size);
	bytes_free(&text);
	return size;
}
