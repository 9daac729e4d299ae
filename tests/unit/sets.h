/*
 * sets.h - what tests of a cache of key sets need: a cache of a folder of
 * their own, sets that were fetched, programs that fetch.
 */
#ifndef SETS_H
#define SETS_H

#include "keyset/keycache.h"
#include "sandbox.h"

#include "../tap.h"

#define NOW 1700000000
#define DAY 86400
#define URL "https://keys.invalid/set"

/* Any two numbers of the right size make an Ed25519 key. */
#define SET(kid)                                                         \
	"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" kid \
	"\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"

/* As many as there may be; the last one is named as it stands. */
static const char *const allowed[] = {URL "/1*", URL "/2*", URL "/3*",
    URL "/4*", URL "/5*", URL "/6*", URL "/*", URL "/named"};
static const struct keycache_source source = {
    .provider = "p", .url = URL, .certificate_urls = allowed};

/* One of certificates for these names, or NULL: of keys. */
static inline struct keycache *
make_for(int64_t keep, const char *const *cert_names)
{
	static char root[SANDBOX_PATH_MAX];
	struct keycache_source mine = source;
	struct keycache *cache;

	snprintf(root, sizeof(root), "%s/root", sandbox_dir);
	mine.root = root;
	mine.keep = keep;
	mine.certificate_hosts = cert_names;
	cache = keycache_new(&mine);
	if (cache == NULL)
		sandbox_die("keycache_new");
	return cache;
}

/* One that keeps sets for so long, of the ROOT that there is. */
static inline struct keycache *
make(int64_t keep)
{
	return make_for(keep, NULL);
}

/* One of an empty ROOT. */
static inline struct keycache *
fresh(void)
{
	sandbox_remove(sandbox_path("root"));
	sandbox_text("count", "", 0600);
	return make(7 * DAY);
}

/* The file, as if fetched then. */
static inline void
put(const char *set, int64_t fetched, int64_t max_age)
{
	struct keyfile file = {
	    .source = URL, .fetched = fetched, .max_age = max_age};
	struct reason why = {""};

	mkdir(sandbox_path("root"), 0700);
	mkdir(sandbox_path("root/.keys"), 0700);
	file.set = span_str(set);
	if (!keyfile_write(&file, sandbox_path("root/.keys/p"), &why))
		sandbox_die(why.text);
}

/* A program that counts its runs and then runs these lines. */
static inline const char *
script(char path[static SANDBOX_PATH_MAX], const char *name, const char *lines)
{
	char text[2048];

	snprintf(text, sizeof(text),
	    "#!/bin/sh\nprintf x >>%s/count\nnew=%s/new\n%s\n", sandbox_dir,
	    sandbox_dir, lines);
	snprintf(path, SANDBOX_PATH_MAX, "%s", sandbox_text(name, text, 0700));
	return path;
}

static inline const char *
program(const char *lines)
{
	static char path[SANDBOX_PATH_MAX];

	return script(path, "program", lines);
}

/* One that finds this set, fetched at that time. */
static inline const char *
finds(const char *set, int64_t fetched)
{
	struct keyfile file = {
	    .source = URL, .fetched = fetched, .max_age = 600};
	static char path[SANDBOX_PATH_MAX];
	struct reason why = {""};

	file.set = span_str(set);
	if (!keyfile_write(&file, sandbox_path("new"), &why))
		sandbox_die(why.text);
	return script(
	    path, "finds", "cp \"$new\" \"$2.tmp\" && mv \"$2.tmp\" \"$2\"");
}

static inline long
runs(void)
{
	struct stat st;

	return stat(sandbox_path("count"), &st) == 0 ? (long)st.st_size : -1;
}

/* The id of the only key, or why there is none. */
static inline void
gives(struct keycache *cache, int64_t now, const char *want, const char *name)
{
	const struct keys *keys = NULL;
	struct reason why = {""};

	if (keycache_get(cache, now, &keys, &why) == ST_OK)
		is_str(keys->item[0].id, want, "%s", name);
	else
		ok(want[0] == '!' && strstr(why.text, want + 1) != NULL,
		    "%s: %s", name, why.text);
	keycache_put(cache, keys);
}

static inline void
refreshes(struct keycache *cache, const char *with, int64_t now,
    enum keycache_want want, const char *fault, long count, const char *name)
{
	struct reason why = {"left from before"};
	const struct keycache_terms terms = {.program = with, .now = now};
	enum status st = keycache_refresh(cache, &terms, want, &why);

	is_int(st, fault == NULL ? ST_OK : ST_TRY_LATER, "%s", name);
	if (fault != NULL)
		ok(strstr(why.text, fault) != NULL, "and why: %s", why.text);
	is_int(runs(), count, "%ld runs", count);
}

#endif
