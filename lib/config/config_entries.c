/* config_entries.c - reads the entries, of the settings file and of others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "config/config_entries.h"
#include "config/provider_config.h"
#include "parse/json.h"

#define FILES_OF_ENTRY 3 /* secrets, keys, verify tokens */

static size_t
count_members(struct span object)
{
	struct json_member member;
	struct json_walk walk;
	size_t n = 0;

	if (!json_walk(&walk, object, JSON_SETTINGS))
		return 0;
	while (json_next(&walk, &member))
		n++;
	return n;
}

/* ": did you mean "my-shop"?" for "My_Shop", if that is a name; else "". */
static const char *
hint_name(char dst[static SPELLING_HINT_MAX], struct span name)
{
	char text[PROVIDER_NAME_MAX + 1];
	struct spelling valid = spelling_of(name);

	dst[0] = '\0';
	if (!provider_files_meant(text, name))
		return dst;
	valid.nearest = text;
	return spelling_hint(dst, &valid);
}

/* The provider that has been read already, or NULL. */
static struct provider *
find(struct config *cfg, struct span name)
{
	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (span_is(name, cfg->provider[i].name))
			return &cfg->provider[i];
	}
	return NULL;
}

/* The next provider, whose entry is in the file path. */
static struct provider *
add_provider(struct config *cfg, struct span name, const char *path)
{
	struct provider *prov = &cfg->provider[cfg->nprovider++];

	snprintf(prov->name, sizeof(prov->name), "%.*s", SPAN_ARGS(name));
	prov->path = path;
	return prov;
}

/* --- in the settings file --- */

static void
read_member(const struct config_entries *e, struct config *cfg,
    const struct json_member *member)
{
	struct settings_file *file = e->file;
	char key[128], shown[SHOWN_MAX], hint[SPELLING_HINT_MAX];
	struct provider *prov;

	snprintf(
	    key, sizeof(key), "providers.%s", shown_name(shown, member->key));
	if (!provider_name_ok(member->key)) {
		settings_complain(file, LVL_ERROR, member->value.ptr, key,
		    "not a valid name: use 1 to %d of a-z, 0-9 and -, and do "
		    "not begin with -%s",
		    PROVIDER_NAME_MAX, hint_name(hint, member->key));
		return;
	}
	if ((prov = find(cfg, member->key)) != NULL) {
		settings_complain(
		    file, LVL_ERROR, member->value.ptr, key, "duplicate name");
		provider_config_break(file, prov);
		return;
	}
	prov = add_provider(cfg, member->key, cfg->path);
	if (member->kind == JSON_OBJECT) {
		provider_config_read(file, cfg, member->value, e->env, prov);
		return;
	}
	settings_complain(file, LVL_ERROR, member->value.ptr, key,
	    "must be an object, {...}");
	provider_config_break(file, prov);
}

static bool
read_members(const struct config_entries *e, struct config *cfg, size_t n)
{
	struct json_member member;
	struct json_walk walk;

	if (!json_walk(&walk, e->providers, JSON_SETTINGS)) {
		settings_complain(
		    e->file, LVL_ERROR, NULL, NULL, "out of memory");
		return false;
	}
	for (size_t i = 0; json_next(&walk, &member); i++) {
		/* count_members() stops early if memory is short. */
		if (i == n) {
			settings_complain(
			    e->file, LVL_ERROR, NULL, NULL, "out of memory");
			return false;
		}
		if (e->only == NULL || span_eq(member.key, *e->only) ||
		    !provider_name_ok(member.key))
			read_member(e, cfg, &member);
	}
	if (!walk.failed)
		return true;
	/* json-c accepts some syntax here that the walk does not. */
	settings_syntax(e->file, walk.rest, "providers");
	return false;
}

/* --- in providers.d --- */

/* The entry of name in the settings file, or the whole if there is none. */
static const unsigned char *
place_of(const struct config_entries *e, const char *name)
{
	struct json_member member;

	return json_written(e->providers, name, &member) ? member.value.ptr
							 : e->providers.ptr;
}

/* Which of the two is meant, nobody knows: neither is used. */
static void
refuse_both(
    const struct config_entries *e, struct provider *prov, const char *path)
{
	char key[PROVIDER_NAME_MAX + sizeof("providers.")];

	snprintf(key, sizeof(key), "providers.%s", prov->name);
	settings_complain(e->file, LVL_ERROR, place_of(e, prov->name), key,
	    "is in %.300s too: remove one of the two", path);
	prov->path = path;
	provider_config_break(e->file, prov);
}

/* Read the file, whose content is the entry of prov. */
static void
read_entry(const struct config_entries *e, struct config *cfg,
    struct provider *prov, struct stat *st)
{
	struct settings_file one = {
	    .path = prov->path, .pool = e->file->pool, .log = e->file->log};
	struct file_content content = {.bytes = NULL};
	char shown[SHOWN_MAX];

	if (top_open(&one, prov->path, shown, &content)) {
		provider_config_read(&one, cfg, one.text, e->env, prov);
		free(content.bytes);
	} else {
		provider_config_break(&one, prov);
	}
	*st = content.st;
	e->file->errors += one.errors;
	e->file->warnings += one.warnings;
}

static bool
read_file(const struct config_entries *e, struct config *cfg, struct span name)
{
	struct file_stamp *stamp;
	struct provider *prov = find(cfg, name);
	const char *path;

	path = provider_files_path(e->file->pool, cfg->folder, name);
	if (path == NULL) {
		settings_complain(
		    e->file, LVL_ERROR, NULL, NULL, "out of memory");
		return false;
	}
	if (e->only != NULL && access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	stamp = &cfg->stamp[cfg->nstamp++];
	stamp->path = path;
	if (prov == NULL) {
		prov = add_provider(cfg, name, path);
		read_entry(e, cfg, prov, &stamp->st);
		return true;
	}
	file_look(path, &stamp->st);
	refuse_both(e, prov, path);
	return true;
}

static bool
read_files(const struct config_entries *e, struct config *cfg,
    const struct provider_files *files)
{
	if (e->only != NULL)
		return !provider_name_ok(*e->only) ||
		       read_file(e, cfg, *e->only);
	for (size_t i = 0; i < files->n; i++) {
		if (!read_file(e, cfg, span_str(files->name[i])))
			return false;
	}
	return true;
}

/* --- all of them --- */

/* False when out of memory, after a complaint. */
static bool
make_room(const struct config_entries *e, struct config *cfg, size_t members,
    size_t files)
{
	size_t n = members + files;

	cfg->provider = calloc(n + 1, sizeof(*cfg->provider));
	/* The settings file, the folder, its files, and what entries name. */
	cfg->stamp =
	    calloc(2 + files + FILES_OF_ENTRY * n, sizeof(*cfg->stamp));
	if (cfg->provider != NULL && cfg->stamp != NULL)
		return true;
	settings_complain(e->file, LVL_ERROR, NULL, NULL, "out of memory");
	return false;
}

/* List the folder, and note its state before: what comes later is a change. */
static bool
list_folder(const struct config_entries *e, const struct config *cfg,
    struct stat *st, struct provider_files *files)
{
	struct reason why = {""};

	/* One delivery needs one file. */
	if (provider_files_state(st, cfg->folder, &why) &&
	    (e->only != NULL || provider_files_list(files, cfg->folder, &why)))
		return true;
	settings_complain(e->file, LVL_ERROR, NULL, PROVIDER_FILES_FOLDER,
	    "%.300s: %s", cfg->folder, why.text);
	return false;
}

/* Neither the setting nor the folder. */
static bool
check_missing(const struct config_entries *e, const struct config *cfg)
{
	if (e->providers.len > 0 || access(cfg->folder, F_OK) == 0)
		return true;
	settings_complain(e->file, LVL_ERROR, NULL, "providers",
	    "missing: there must be an object with the providers, or a "
	    "folder " PROVIDER_FILES_FOLDER " with a file for each");
	return false;
}

bool
config_entries_alone(const struct config *cfg, const struct provider *prov)
{
	return prov->path != NULL && strcmp(prov->path, cfg->path) != 0;
}

unsigned
config_entries_oracles(struct config *cfg, const struct log *log)
{
	unsigned n = 0;

	for (size_t i = 0; i < cfg->nprovider; i++) {
		struct provider *a = &cfg->provider[i];
		const struct provider *b = cfg->provider;
		struct settings_file file = {
		    .path = a->path, .pool = &cfg->pool, .log = log};
		bool alone = config_entries_alone(cfg, a);
		char key[PROVIDER_NAME_MAX + sizeof("providers..challenge")];

		if (a->broken || a->profile.challenge.kind != CHALLENGE_CRC)
			continue;
		while (b < cfg->provider + cfg->nprovider &&
		       (b->broken ||
			   challenge_word_signs(b->profile.challenge.kind) ||
			   !provider_shares_secret(a, b)))
			b++;
		if (b == cfg->provider + cfg->nprovider)
			continue;
		snprintf(key, sizeof(key), "%s%s%schallenge",
		    alone ? "" : "providers.", alone ? "" : a->name,
		    alone ? "" : ".");
		settings_complain_line(&file, a->challenge_line, key,
		    "makes hookdir sign any text with a secret that %s uses "
		    "too: use another secret for one of the two",
		    b->name);
		provider_config_break(&file, a);
		n++;
	}
	return n;
}

bool
config_entries_read(const struct config_entries *e, struct config *cfg)
{
	size_t n = count_members(e->providers);
	struct provider_files files = {.n = 0};
	struct stat folder;
	bool ok = false;

	if (!list_folder(e, cfg, &folder, &files) ||
	    !make_room(e, cfg, n, e->only == NULL ? files.n : 1))
		goto out;
	cfg->nstamp = 1; /* the settings file itself; see load() */
	if (e->only == NULL)
		cfg->stamp[cfg->nstamp++] =
		    (struct file_stamp){cfg->folder, folder};
	ok = check_missing(e, cfg) &&
	     (e->providers.len == 0 || read_members(e, cfg, n)) &&
	     read_files(e, cfg, &files);
	if (ok)
		e->file->errors += config_entries_oracles(cfg, e->file->log);
out:
	provider_files_free(&files);
	return ok;
}
