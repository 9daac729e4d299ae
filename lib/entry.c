/* entry.c - the settings of one provider. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "entry.h"
#include "file.h"
#include "held_settings.h"
#include "keysource.h"
#include "scheme.h"

#define DAY     86400L
#define DAYS_30 (30 * DAY)
/* Days for which a key set is used while its source is down. */
#define KEEP_DAYS_DEFAULT 7
#define CA_FILE_MAX       (4UL << 20) /* bytes; the system's is 200 KiB */

/* What an entry may say. */
struct entry {
	struct preset words;
	long tolerance; /* as written: 0 switches the check off, -1 not said */
	const char *preset;
	const char *secret_file;
	const char *secret_env;
	const char *jwks_file;
	const char *public_key_file;
	const char *jwks_url;
	const char *jwks_ca_file;
	long jwks_keep_days; /* -1 not said */
	struct span held;
};

#define WORD(name, kind, field, min, max)                                 \
	{                                                                 \
		name, kind, offsetof(struct entry, words.field), min, max \
	}

static const struct setting table[] = {
    {"preset", SET_TEXT, offsetof(struct entry, preset), 0, 0},
    {"secret_file", SET_TEXT, offsetof(struct entry, secret_file), 0, 0},
    {"secret_env", SET_TEXT, offsetof(struct entry, secret_env), 0, 0},
    {"jwks_file", SET_TEXT, offsetof(struct entry, jwks_file), 0, 0},
    {"public_key_file", SET_TEXT, offsetof(struct entry, public_key_file), 0,
	0},
    {"jwks_url", SET_TEXT, offsetof(struct entry, jwks_url), 0, 0},
    {"jwks_ca_file", SET_TEXT, offsetof(struct entry, jwks_ca_file), 0, 0},
    {"jwks_keep_days", SET_NUMBER, offsetof(struct entry, jwks_keep_days), 0,
	366},
    WORD("required", SET_TEXTS, required, 0, PRESET_REQUIRED),
    WORD("algorithms", SET_TEXTS, algorithms, 0, PRESET_ALGORITHMS),
    WORD("scheme", SET_TEXT, scheme, 0, 0),
    WORD("digest", SET_TEXT, digest, 0, 0),
    WORD("key", SET_TEXT, key, 0, 0),
    WORD("signature", SET_TEXTS, signature, 0, PRESET_SIGNATURES),
    WORD("prefix", SET_TEXT, prefix, 0, 0),
    WORD("separator", SET_TEXT, separator, 0, 0),
    WORD("timestamp", SET_TEXT, timestamp, 0, 0),
    {"tolerance", SET_NUMBER, offsetof(struct entry, tolerance), 0, DAYS_30},
    WORD("signed", SET_TEXTS, signed_text, 0, PRESET_SIGNED),
    WORD("url", SET_TEXT, url, 0, 0),
    WORD("id", SET_TEXT, id, 0, 0),
    WORD("type", SET_TEXT, type, 0, 0),
    WORD("challenge", SET_TEXT, challenge, 0, 0),
    WORD("refused", SET_NUMBER, refused, 400, 499),
    WORD("answer", SET_TEXT, answer, 0, 0),
    WORD("encoding", SET_TEXT, encoding, 0, 0),
    {"held", SET_OBJECT, offsetof(struct entry, held), 0, 0},
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

_Static_assert(TABLE_N <= SETTINGS_TABLE_MAX, "settings_read() has room");

/* One entry being read. */
struct reading {
	struct settings_file *file;
	struct config *cfg;
	struct span object;
	char prefix[PROVIDER_NAME_MAX + sizeof("providers..")];
};

static bool
complain(const struct reading *r, const char *key, const char *text)
{
	char path[2 * PROVIDER_NAME_MAX + sizeof(r->prefix)];

	snprintf(path, sizeof(path), "%s%s", r->prefix, key);
	settings_complain(r->file, LVL_ERROR, r->object.ptr, path, "%s", text);
	return false;
}

/* The preset that an entry starts from: its own, its name's, or none. */
static bool
find_words(const struct reading *r, const char *name, const char *preset,
    struct preset *words)
{
	const struct preset *found =
	    preset_find(preset != NULL ? span_str(preset) : span_str(name));

	if (found == NULL && preset != NULL)
		return complain(r, "preset", "there is no preset of this name");
	*words = found != NULL ? *found : preset_default;
	return true;
}

/*
 * Note the folder path, by what it is, and all above it; path is cut shorter
 * and shorter.  False if there are too many.
 */
static bool
note_folder(struct provider *prov, char *path)
{
	struct stat st;

	while (path != NULL && stat(path[0] == '\0' ? "/" : path, &st) == 0) {
		if (prov->nabove == PROVIDER_DEPTH)
			return false;
		prov->above[prov->nabove].dev = st.st_dev;
		prov->above[prov->nabove++].ino = st.st_ino;
		if (path[0] == '\0')
			break;
		*strrchr(path, '/') = '\0';
	}
	return true;
}

/* The real name of the folder that the file path lies in, malloc'd; or NULL. */
static char *
folder_of(const char *path)
{
	char *copy = path == NULL ? NULL : strdup(path);
	char *real = NULL;

	if (copy != NULL) {
		*strrchr(copy, '/') = '\0';
		real = realpath(copy[0] == '\0' ? "/" : copy, NULL);
	}
	free(copy);
	return real;
}

/*
 * The folders above the file and, where path is a symbolic link, those above
 * the link: a web server may follow it.
 */
static bool
note_folders(struct provider *prov, const char *path)
{
	char *real = realpath(path, NULL);
	char *of_file = folder_of(real), *of_link = folder_of(path);
	bool ok = note_folder(prov, of_file) && note_folder(prov, of_link);

	free(of_link);
	free(of_file);
	free(real);
	return ok;
}

static bool
read_secret_file(
    const struct reading *r, const char *name, struct provider *prov)
{
	struct file_stamp *stamp = &r->cfg->stamp[r->cfg->nstamp];
	struct reason why = {""};

	prov->secret_path = pool_path(&r->cfg->pool, r->cfg->dir, name);
	if (prov->secret_path == NULL)
		return complain(r, "secret_file", "out of memory");
	stamp->path = prov->secret_path;
	r->cfg->nstamp++;
	if (!secrets_read(&prov->secrets, prov->secret_path, prov->rule.key,
		&stamp->st, &why))
		return complain(r, "secret_file", why.text);
	if (!note_folders(prov, prov->secret_path))
		return complain(r, "secret_file", "lies in too many folders");
	return true;
}

static bool
read_secret_env(const struct reading *r, const char *name, char *const env[],
    struct provider *prov)
{
	struct reason why = {""};
	size_t len = strlen(name);

	if (span_starts(span_str(name), span_str("HTTP_")))
		return complain(r, "secret_env",
		    "a client can set every HTTP_ variable: take another name");
	for (; *env != NULL; env++) {
		if (strncmp(*env, name, len) != 0 || (*env)[len] != '=')
			continue;
		if (!secrets_parse(&prov->secrets, span_str(*env + len + 1),
			prov->rule.key, &why))
			return complain(r, "secret_env", why.text);
		return true;
	}
	return complain(r, "secret_env",
	    "this variable is not in the receiver's environment");
}

static bool
read_key_file(const struct reading *r, enum keysource_form form,
    const char *setting, const char *name, struct provider *prov)
{
	struct file_stamp *stamp = &r->cfg->stamp[r->cfg->nstamp];
	struct reason why = {""};

	stamp->path = pool_path(&r->cfg->pool, r->cfg->dir, name);
	if (stamp->path == NULL)
		return complain(r, setting, "out of memory");
	r->cfg->nstamp++;
	prov->key_source = stamp->path;
	if (!keysource_read(prov, form, stamp->path, &stamp->st, &why))
		return complain(r, setting, why.text);
	return true;
}

/* The certificates are read by who fetches; here only whether that can be. */
static bool
check_ca_file(const struct reading *r, const char *name, const char **path)
{
	struct file_stamp *stamp = &r->cfg->stamp[r->cfg->nstamp];
	struct reason why = {""}, inner = {""};
	unsigned char *text;
	size_t len;

	*path = stamp->path = pool_path(&r->cfg->pool, r->cfg->dir, name);
	if (stamp->path == NULL)
		return complain(r, "jwks_ca_file", "out of memory");
	r->cfg->nstamp++;
	if (file_read(
		stamp->path, CA_FILE_MAX, &stamp->st, &text, &len, &inner)) {
		free(text);
		return true;
	}
	reason_set(&why, "%s: %.300s", stamp->path, inner.text);
	return complain(r, "jwks_ca_file", why.text);
}

static bool
make_cache(
    const struct reading *r, const struct entry *entry, struct provider *prov)
{
	struct keycache_source source = {
	    .root = r->cfg->inbox,
	    .group_access = r->cfg->group_access,
	    .provider = prov->name,
	    .url = entry->jwks_url,
	    .keep = DAY * (entry->jwks_keep_days >= 0 ? entry->jwks_keep_days
						      : KEEP_DAYS_DEFAULT),
	};
	const char *fault = keyfile_url_fault(entry->jwks_url);

	if (fault != NULL)
		return complain(r, "jwks_url", fault);
	if (entry->jwks_ca_file != NULL &&
	    !check_ca_file(r, entry->jwks_ca_file, &source.ca_file))
		return false;
	prov->key_source = entry->jwks_url;
	prov->cache = keycache_new(&source);
	return prov->cache != NULL || complain(r, "jwks_url", "out of memory");
}

/* One source of secrets or keys, and no second one beside it. */
static bool
check_sources(const struct reading *r, const struct entry *entry,
    const struct provider *prov)
{
	const struct {
		const char *name, *value;
		bool public;
	} row[] = {
	    {"secret_file", entry->secret_file, false},
	    {"secret_env", entry->secret_env, false},
	    {"jwks_file", entry->jwks_file, true},
	    {"public_key_file", entry->public_key_file, true},
	    {"jwks_url", entry->jwks_url, true},
	};
	const char *found = NULL;
	char text[64];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (row[i].value == NULL)
			continue;
		if (row[i].public && !prov->rule.scheme->public_keys)
			return complain(r, row[i].name,
			    "is for the scheme httpsig; this one has secrets");
		if (found != NULL) {
			snprintf(text, sizeof(text),
			    "stands beside %s: one of the two", found);
			return complain(r, row[i].name, text);
		}
		found = row[i].name;
	}
	if (found != NULL)
		return true;
	if (prov->rule.scheme->public_keys)
		return complain(r, "jwks_url",
		    "missing: without keys nothing could be verified; "
		    "jwks_file, public_key_file and secret_file will also do");
	return complain(r, "secret_file",
	    "missing: without a secret nothing could be verified");
}

static bool
read_secrets(const struct reading *r, const struct entry *entry,
    char *const env[], struct provider *prov)
{
	if (!check_sources(r, entry, prov))
		return false;
	if (entry->jwks_url != NULL)
		return make_cache(r, entry, prov);
	if (entry->jwks_ca_file != NULL)
		return complain(
		    r, "jwks_ca_file", "has no effect: no jwks_url");
	if (entry->jwks_keep_days >= 0)
		return complain(
		    r, "jwks_keep_days", "has no effect: no jwks_url");
	if (entry->jwks_file != NULL)
		return read_key_file(
		    r, KEYSOURCE_JWKS, "jwks_file", entry->jwks_file, prov);
	if (entry->public_key_file != NULL)
		return read_key_file(r, KEYSOURCE_PEM, "public_key_file",
		    entry->public_key_file, prov);
	if (entry->secret_file != NULL)
		return read_secret_file(r, entry->secret_file, prov);
	return read_secret_env(r, entry->secret_env, env, prov);
}

static void
warn_secrets(const struct reading *r, const struct provider *prov)
{
	char path[PROVIDER_NAME_MAX + sizeof(r->prefix)];

	if (!prov->secrets.stray_space)
		return;
	snprintf(path, sizeof(path), "%s%s", r->prefix,
	    prov->secret_path != NULL ? "secret_file" : "secret_env");
	settings_complain(r->file, LVL_WARNING, r->object.ptr, path,
	    "a secret begins or ends with white space, which is taken as part "
	    "of it");
}

static bool
read_entry(const struct reading *r, char *const env[], struct provider *prov)
{
	struct entry entry = {.tolerance = -1, .jwks_keep_days = -1};
	struct reason why = {""};
	const char *key = "";

	/* Twice: the first time for the preset that the second overrides. */
	if (!settings_read(
		r->file, r->object, r->prefix, table, TABLE_N, &entry) ||
	    !find_words(r, prov->name, entry.preset, &entry.words) ||
	    !settings_read(
		r->file, r->object, r->prefix, table, TABLE_N, &entry))
		return false;
	if (entry.tolerance >= 0)
		entry.words.tolerance =
		    entry.tolerance == 0 ? -1 : entry.tolerance;
	prov->words = entry.words;
	if (!rule_make(
		&prov->rule, &prov->words, r->cfg->tolerance, &key, &why))
		return complain(r, key, why.text);
	if (!read_secrets(r, &entry, env, prov))
		return false;
	prov->held = r->cfg->held;
	if (!held_settings_of(r->file, entry.held, r->prefix, prov))
		return false;
	warn_secrets(r, prov);
	return true;
}

void
entry_break(struct settings_file *file, struct provider *prov)
{
	prov->broken = true;
	prov->fault = pool_copy(file->pool, file->last, strlen(file->last));
	if (prov->fault == NULL)
		prov->fault = "its settings are at fault";
}

void
entry_read(struct settings_file *file, struct config *cfg, struct span object,
    char *const env[], struct provider *prov)
{
	struct reading r = {.file = file, .cfg = cfg, .object = object};

	snprintf(r.prefix, sizeof(r.prefix), "providers.%s.", prov->name);
	if (read_entry(&r, env, prov))
		return;
	provider_free(prov);
	prov->nabove = 0;
	entry_break(file, prov);
}
