/* run_config.c - "run" of all entries, in the settings file and in others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/shown.h"
#include "config/run_config.h"
#include "config/run_object.h"
#include "parse/json.h"

/* "providers.NAME.run", and that with "[99]". */
#define KEY_MAX   (PROVIDER_NAME_MAX + sizeof("providers..run"))
#define ENTRY_MAX (KEY_MAX + sizeof("[99]"))

/* One file that is being read, and the entry in it. */
struct reading {
	struct run_config *cfg;
	struct settings_file run;  /* gets complaints about "run" */
	struct settings_file rest; /* and about all else */
	struct run_provider *prov;
};

/* --- all objects of one "run" --- */

/* Read the object text as the next entry, which is called key. */
static void
read_entry(struct reading *r, struct span text, const char *key)
{
	run_object_read(
	    &r->run, text, key, r->cfg->dir, &r->prov->entry[r->prov->n++]);
}

/* The elements of a list, or 1 for an object. */
static size_t
count_objects(const struct json_member *run)
{
	struct json_member member;
	struct json_walk walk;
	size_t n = 0;

	if (run->kind == JSON_OBJECT)
		return 1;
	if (!json_walk(&walk, run->value, JSON_SETTINGS))
		return 0;
	while (json_next(&walk, &member))
		n++;
	return n;
}

/* Read the n objects of the list run, for which there is room. */
static void
read_list(
    struct reading *r, const struct json_member *run, const char *key, size_t n)
{
	struct json_member member;
	struct json_walk walk;
	char name[ENTRY_MAX];

	if (!json_walk(&walk, run->value, JSON_SETTINGS))
		return;
	for (size_t i = 0; i < n && json_next(&walk, &member); i++) {
		snprintf(name, sizeof(name), "%s[%zu]", key, i);
		if (member.kind == JSON_OBJECT)
			read_entry(r, member.value, name);
		else
			settings_complain(&r->run, LVL_ERROR, member.value.ptr,
			    name, "must be an object, {...}");
	}
	/* count_objects() stops early if memory is short. */
	if (json_next(&walk, &member) || walk.failed)
		settings_syntax(&r->run, walk.rest, key);
}

static void
read_objects(struct reading *r, const struct json_member *run, const char *key)
{
	size_t n = count_objects(run);
	struct run_entry *entry;

	if (n == 0 || n > RUN_ENTRIES_MAX) {
		settings_complain(&r->run, LVL_ERROR, run->value.ptr, key,
		    "must be an object, or a list of 1 to %d objects",
		    RUN_ENTRIES_MAX);
		return;
	}
	entry = pool_room(&r->cfg->pool, n * sizeof(*entry));
	r->prov->entry = entry;
	if (entry == NULL)
		settings_complain(
		    &r->run, LVL_ERROR, run->value.ptr, key, "out of memory");
	else if (run->kind == JSON_OBJECT)
		read_entry(r, run->value, key);
	else
		read_list(r, run, key, n);
}

static void
read_run(struct reading *r, struct span entry, const char *prefix)
{
	struct json_member run;
	char key[KEY_MAX];

	if (settings_one(&r->run, entry, prefix, "run", &run) != LOOKUP_FOUND)
		return;
	snprintf(key, sizeof(key), "%srun", prefix);
	if (run.kind == JSON_OBJECT || run.kind == JSON_ARRAY)
		read_objects(r, &run, key);
	else
		settings_complain(&r->run, LVL_ERROR, run.value.ptr, key,
		    "must be an object, {...}, or a list of objects");
}

/* --- the entry of one provider --- */

/* Complain of what is malformed between the members of the entry. */
static bool
check_whole(struct settings_file *file, struct span entry)
{
	struct json_member member;
	struct json_walk walk;

	if (!json_walk(&walk, entry, JSON_SETTINGS) || !walk.object) {
		settings_complain(file, LVL_ERROR, entry.ptr, NULL,
		    "must be one JSON object, {...}");
		return false;
	}
	while (json_next(&walk, &member))
		continue;
	if (walk.failed)
		settings_syntax(file, walk.rest, NULL);
	return !walk.failed;
}

/* The newest complaint to file makes the provider broken. */
static void
break_provider(
    struct run_config *cfg, struct run_provider *prov, const char *fault)
{
	prov->broken = true;
	prov->fault = pool_copy(&cfg->pool, fault, strlen(fault));
	if (prov->fault == NULL)
		prov->fault = "its settings have an error";
}

/* In a file of its own, the entry is the whole. */
static void
read_provider(struct reading *r, struct span entry)
{
	char prefix[KEY_MAX] = "";
	unsigned before = r->run.errors;

	if (entry.ptr != r->run.text.ptr)
		snprintf(
		    prefix, sizeof(prefix), "providers.%s.", r->prov->name);
	if (!check_whole(&r->rest, entry)) {
		break_provider(r->cfg, r->prov, r->rest.last);
		return;
	}
	read_run(r, entry, prefix);
	if (r->run.errors > before)
		break_provider(r->cfg, r->prov, r->run.last);
}

static struct run_provider *
find(const struct run_config *cfg, struct span name)
{
	for (size_t i = 0; i < cfg->n; i++) {
		if (span_is(name, cfg->provider[i].name))
			return &cfg->provider[i];
	}
	return NULL;
}

static struct run_provider *
add(struct run_config *cfg, struct span name, const char *path)
{
	struct run_provider *prov = &cfg->provider[cfg->n++];

	snprintf(prov->name, sizeof(prov->name), "%.*s", SPAN_ARGS(name));
	prov->path = path;
	return prov;
}

/* --- in the settings file --- */

static bool
out_of_memory(struct settings_file *file)
{
	settings_complain(file, LVL_ERROR, NULL, NULL, "out of memory");
	return false;
}

static void
refuse_member(struct reading *r, struct run_provider *prov,
    const struct json_member *member, const char *why)
{
	char key[KEY_MAX];

	snprintf(key, sizeof(key), "providers.%s", prov->name);
	settings_complain(
	    &r->rest, LVL_ERROR, member->value.ptr, key, "%s", why);
	break_provider(r->cfg, prov, r->rest.last);
}

static void
read_member(struct reading *r, const struct json_member *member)
{
	struct run_provider *prov = find(r->cfg, member->key);

	if (prov != NULL) {
		refuse_member(r, prov, member, "duplicate name");
		return;
	}
	r->prov = add(r->cfg, member->key, r->cfg->path);
	if (member->kind == JSON_OBJECT)
		read_provider(r, member->value);
	else
		refuse_member(r, r->prov, member, "must be an object, {...}");
}

static size_t
count_members(struct span providers)
{
	struct json_member member;
	struct json_walk walk;
	size_t n = 0;

	if (!json_walk(&walk, providers, JSON_SETTINGS))
		return 0;
	while (json_next(&walk, &member))
		n++;
	return n;
}

/*
 * Read the n members of providers, for which there is room.  A name that no
 * provider can have is the receiver's to complain of.  count_members() stops
 * early if memory is short; then this does not reach the end.
 */
static bool
read_members(struct reading *r, struct span providers, size_t n)
{
	struct json_member member;
	struct json_walk walk;
	size_t i = 0;

	if (!json_walk(&walk, providers, JSON_SETTINGS))
		return providers.len == 0 || out_of_memory(&r->rest);
	for (; i < n && json_next(&walk, &member); i++) {
		if (provider_name_ok(member.key))
			read_member(r, &member);
	}
	if (i == n && !json_next(&walk, &member) && !walk.failed)
		return true;
	settings_syntax(&r->rest, walk.rest, "providers");
	return false;
}

/* --- in providers.d --- */

/* Which of the two is meant, nobody knows: neither is used. */
static void
refuse_both(struct reading *r, struct run_provider *prov, const char *path)
{
	char key[KEY_MAX];

	snprintf(key, sizeof(key), "providers.%s", prov->name);
	settings_complain(&r->rest, LVL_ERROR, NULL, key,
	    "is in %.300s too: remove one of the two", path);
	break_provider(r->cfg, prov, r->rest.last);
}

static void
read_content(struct reading *r, const char *path, struct stat *st)
{
	struct run_config *cfg = r->cfg;
	struct reading one = {.cfg = cfg,
	    .run = {.path = path, .pool = &cfg->pool, .log = r->run.log},
	    .rest = {.path = path, .pool = &cfg->pool, .log = r->rest.log},
	    .prov = r->prov};
	struct file_content content = {.bytes = NULL};
	char shown[SHOWN_MAX];

	if (top_open(&one.rest, path, shown, &content)) {
		one.run.path = one.rest.path;
		one.run.text = one.rest.text;
		read_provider(&one, one.run.text);
		free(content.bytes);
	} else {
		break_provider(cfg, r->prov, one.rest.last);
	}
	*st = content.st;
	r->run.errors += one.run.errors;
}

/* False when out of memory. */
static bool
read_file(struct reading *r, const char *folder, struct span name)
{
	struct run_config *cfg = r->cfg;
	const char *path = provider_files_path(&cfg->pool, folder, name);
	struct run_provider *prov = find(cfg, name);
	struct file_stamp *stamp = &cfg->stamp[cfg->nstamp++];

	if (path == NULL)
		return false;
	stamp->path = path;
	if (prov == NULL) {
		r->prov = add(cfg, name, path);
		read_content(r, path, &stamp->st);
		return true;
	}
	file_look(path, &stamp->st);
	refuse_both(r, prov, path);
	return true;
}

/* --- all of them --- */

static bool
read_files(
    struct reading *r, const char *folder, const struct provider_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		if (!read_file(r, folder, span_str(files->name[i])))
			return out_of_memory(&r->rest);
	}
	return true;
}

/* The settings file and the folder have the first two stamps. */
static bool
make_arrays(struct run_config *cfg, size_t members, size_t files)
{
	cfg->provider = calloc(members + files + 1, sizeof(*cfg->provider));
	cfg->stamp = calloc(2 + files, sizeof(*cfg->stamp));
	return cfg->provider != NULL && cfg->stamp != NULL;
}

static bool
read_entries(struct reading *r, struct span providers)
{
	struct run_config *cfg = r->cfg;
	const char *folder =
	    pool_path(&cfg->pool, cfg->dir, PROVIDER_FILES_FOLDER);
	struct provider_files files = {.n = 0};
	size_t n = count_members(providers);
	struct reason why = {""};
	struct stat st;
	bool ok = false;

	if (folder == NULL)
		return out_of_memory(&r->rest);
	if (!provider_files_state(&st, folder, &why) ||
	    !provider_files_list(&files, folder, &why)) {
		settings_complain(&r->rest, LVL_ERROR, NULL,
		    PROVIDER_FILES_FOLDER, "%.300s: %s", folder, why.text);
	} else if (!make_arrays(cfg, n, files.n)) {
		out_of_memory(&r->rest);
	} else {
		cfg->nstamp = 1; /* the settings file itself; see load */
		cfg->stamp[cfg->nstamp++] = (struct file_stamp){folder, st};
		ok = read_members(r, providers, n) &&
		     read_files(r, folder, &files);
	}
	provider_files_free(&files);
	return ok;
}

static bool
read_all(struct reading *r)
{
	struct run_config *cfg = r->cfg;
	struct top_words top = top_defaults;
	struct settings_target target = {.dst = &top};

	if (!top_read(&r->rest, &target) ||
	    !top_inboxes(&r->rest, &target, cfg->dir, &cfg->inbox))
		return false;
	cfg->user = top.user;
	top_run_user(&r->run, &cfg->run_user, &cfg->run_user_line);
	return read_entries(r, top.providers);
}

struct run_config *
run_config_load(const char *path, const struct log *log, const struct log *rest)
{
	struct run_config *cfg = calloc(1, sizeof(*cfg));
	struct reading r = {.cfg = cfg,
	    .run = {.path = path, .log = log},
	    .rest = {.path = path, .log = rest}};
	struct file_content content;
	char shown[SHOWN_MAX];
	bool ok = false;

	if (cfg == NULL ||
	    !top_paths(&cfg->pool, path, &cfg->path, &cfg->dir)) {
		out_of_memory(&r.rest);
		goto out;
	}
	r.run.pool = r.rest.pool = &cfg->pool;
	if (!top_open(&r.rest, path, shown, &content))
		goto out;
	r.run.path = r.rest.path;
	r.run.text = r.rest.text;
	ok = read_all(&r);
	free(content.bytes);
out:
	if (!ok) {
		run_config_free(cfg);
		return NULL;
	}
	cfg->stamp[0] = (struct file_stamp){cfg->path, content.st};
	cfg->errors = r.run.errors;
	return cfg;
}

bool
run_config_try(struct settings_file *file, const char *dir)
{
	struct run_config cfg = {.dir = dir};
	struct run_provider prov = {.name = ""};
	struct reading r = {.cfg = &cfg, .run = *file, .prov = &prov};

	r.run.pool = &cfg.pool;
	read_run(&r, file->text, "");
	pool_free(&cfg.pool);
	return r.run.errors == file->errors;
}

bool
run_config_changed(const struct run_config *cfg)
{
	for (size_t i = 0; i < cfg->nstamp; i++) {
		if (file_changed(cfg->stamp[i].path, &cfg->stamp[i].st))
			return true;
	}
	return false;
}

void
run_config_seen(struct run_config *cfg)
{
	for (size_t i = 0; i < cfg->nstamp; i++)
		file_look(cfg->stamp[i].path, &cfg->stamp[i].st);
}

const struct run_provider *
run_config_provider(const struct run_config *cfg, struct span name)
{
	return find(cfg, name);
}

enum lookup
run_config_put(
    struct run_config *cfg, const char *name, const struct run_entry *entry)
{
	struct run_provider *prov = find(cfg, span_str(name));
	struct run_entry *copy;

	if (prov == NULL)
		return LOOKUP_NONE;
	copy = pool_room(&cfg->pool, sizeof(*copy));
	if (copy == NULL)
		return LOOKUP_NO_MEMORY;
	*copy = *entry;
	prov->entry = copy;
	prov->n = 1;
	prov->broken = false;
	return LOOKUP_FOUND;
}

const struct run_entry *
run_provider_entry(const struct run_provider *prov, struct span type)
{
	for (size_t i = 0; !prov->broken && i < prov->n; i++) {
		if (run_entry_takes(&prov->entry[i], type))
			return &prov->entry[i];
	}
	return NULL;
}

/*
 * A wildcard that matches another one, as if that were a type, matches all that
 * the other one does: only a star matches a star.
 */
static bool
is_taken_before(const struct run_provider *prov, size_t i, const char *type)
{
	for (size_t k = 0; k < i; k++) {
		if (run_entry_takes(&prov->entry[k], span_str(type)))
			return true;
	}
	return false;
}

bool
run_provider_idle(const struct run_provider *prov, size_t i)
{
	const char *const *type = i < prov->n ? prov->entry[i].type : NULL;

	if (type == NULL || type[0] == NULL)
		return is_taken_before(prov, i, "*");
	while (*type != NULL && is_taken_before(prov, i, *type))
		type++;
	return *type == NULL;
}

/* The longer of the two. */
static long
longer(long a, long b)
{
	if (a == RUN_FOR_EVER || b == RUN_FOR_EVER)
		return RUN_FOR_EVER;
	return a > b ? a : b;
}

struct run_kept
run_provider_kept(const struct run_provider *prov, struct span type)
{
	struct run_kept most = {0, 0};

	if (prov->broken)
		return (struct run_kept){RUN_FOR_EVER, RUN_FOR_EVER};
	if (prov->n == 0)
		return (struct run_kept){0, RUN_FOR_EVER};
	for (size_t i = 0; i < prov->n; i++) {
		const struct run_entry *entry = &prov->entry[i];

		if (run_entry_takes(entry, type))
			return (struct run_kept){
			    entry->keep_hours, entry->failed_days};
		most.keep_hours = longer(most.keep_hours, entry->keep_hours);
		most.failed_days = longer(most.failed_days, entry->failed_days);
	}
	return most;
}

void
run_config_free(struct run_config *cfg)
{
	if (cfg == NULL)
		return;
	free(cfg->provider);
	free(cfg->stamp);
	pool_free(&cfg->pool);
	free(cfg);
}
