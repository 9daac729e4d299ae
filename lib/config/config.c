/* config.c - reads the settings file as a whole. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/credential.h"
#include "base/file.h"
#include "base/shown.h"
#include "base/spelling.h"
#include "config/config.h"
#include "config/hold_settings.h"
#include "config/provider_config.h"
#include "parse/json.h"

static const char *
variable(char *const env[], const char *name)
{
	size_t len = strlen(name);

	for (; *env != NULL; env++) {
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=' &&
		    (*env)[len + 1] != '\0')
			return *env + len + 1;
	}
	return NULL;
}

static bool
locate_home(char dst[static CONFIG_PATH_MAX])
{
	char buf[4096];
	struct passwd pw, *found = NULL;

	if (getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &found) != 0 ||
	    found == NULL || found->pw_dir == NULL)
		return false;
	snprintf(dst, CONFIG_PATH_MAX, "%s/.config/hookdir/hookdir.json",
	    found->pw_dir);
	return access(dst, F_OK) == 0;
}

void
config_locate(char dst[static CONFIG_PATH_MAX], char *const env[])
{
	const char *path = variable(env, "HOOKDIR_CONFIG");

	if (path == NULL)
		path = variable(env, "SSL_HOOKDIR_CONFIG");
	if (path == NULL && locate_home(dst))
		return;
	snprintf(
	    dst, CONFIG_PATH_MAX, "%s", path != NULL ? path : CONFIG_FALLBACK);
}

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
	if (name.len == 0 || name.len > PROVIDER_NAME_MAX)
		return dst;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = name.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		text[i] = (char)(c == '_' || c == ' ' || c == '.' ? '-' : c);
	}
	text[name.len] = '\0';
	if (!provider_name_ok(span_str(text)))
		return dst;
	valid.nearest = text;
	return spelling_hint(dst, &valid);
}

static void
read_provider(struct settings_file *file, struct config *cfg,
    const struct json_member *member, char *const env[])
{
	struct provider *prov = &cfg->provider[cfg->nprovider];
	char key[128], shown[SHOWN_MAX], hint[SPELLING_HINT_MAX];

	snprintf(
	    key, sizeof(key), "providers.%s", shown_name(shown, member->key));
	if (!provider_name_ok(member->key)) {
		settings_complain(file, LVL_ERROR, member->value.ptr, key,
		    "not a valid name: use 1 to %d of a-z, 0-9 and -, and do "
		    "not begin with -%s",
		    PROVIDER_NAME_MAX, hint_name(hint, member->key));
		return;
	}
	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (!span_is(member->key, cfg->provider[i].name))
			continue;
		settings_complain(
		    file, LVL_ERROR, member->value.ptr, key, "duplicate name");
		provider_config_break(file, &cfg->provider[i]);
		return;
	}
	snprintf(prov->name, sizeof(prov->name), "%.*s", (int)member->key.len,
	    (const char *)member->key.ptr);
	cfg->nprovider++;
	if (member->kind == JSON_OBJECT) {
		provider_config_read(file, cfg, member->value, env, prov);
		return;
	}
	settings_complain(file, LVL_ERROR, member->value.ptr, key,
	    "must be an object, {...}");
	provider_config_break(file, prov);
}

/* The value of the member of object called name; else object itself. */
static struct span
member_of(struct span object, const char *name)
{
	struct json_member member;
	struct json_walk walk;

	if (!json_walk(&walk, object, JSON_SETTINGS))
		return object;
	while (json_next(&walk, &member)) {
		if (span_is(member.key, name))
			return member.value;
	}
	return object;
}

/*
 * The challenge crc makes hookdir sign a text of the caller's choice with the
 * provider's secret.  Another provider with the same secret would accept that
 * signature on a forged event.
 */
static void
check_oracles(
    struct settings_file *file, struct config *cfg, struct span providers)
{
	char key[PROVIDER_NAME_MAX + sizeof("providers..challenge")];

	for (size_t i = 0; i < cfg->nprovider; i++) {
		struct provider *a = &cfg->provider[i];
		const struct provider *b = cfg->provider;
		const unsigned char *at;

		if (a->profile.challenge.kind != CHALLENGE_CRC)
			continue;
		while (b < cfg->provider + cfg->nprovider &&
		       (b->broken ||
			   challenge_word_signs(b->profile.challenge.kind) ||
			   !provider_shares_secret(a, b)))
			b++;
		if (b == cfg->provider + cfg->nprovider)
			continue;
		snprintf(key, sizeof(key), "providers.%s.challenge", a->name);
		/* Of the entry, if the challenge is its preset's. */
		at = member_of(member_of(providers, a->name), "challenge").ptr;
		settings_complain(file, LVL_ERROR, at, key,
		    "makes hookdir sign any text with a secret that %s uses "
		    "too: use another secret for one of the two",
		    b->name);
		provider_config_break(file, a);
	}
}

/*
 * Read all entries or, if only is not NULL, the entry of that name.  Invalid
 * names of other entries are reported too: no delivery could ever select them.
 */
static bool
read_providers(struct settings_file *file, struct config *cfg,
    struct span object, char *const env[], const struct span *only)
{
	size_t n = count_members(object);
	struct json_member member;
	struct json_walk walk;

	cfg->provider = calloc(n + 1, sizeof(*cfg->provider));
	/*
	 * Each entry can name a secret file, a key file and a file of verify
	 * tokens; one more stamp is for the settings file.
	 */
	cfg->stamp = calloc(3 * n + 1, sizeof(*cfg->stamp));
	if (cfg->provider == NULL || cfg->stamp == NULL) {
		settings_complain(file, LVL_ERROR, NULL, NULL, "out of memory");
		return false;
	}
	cfg->nstamp = 1; /* the settings file itself; see load() */
	if (object.len == 0 || !json_walk(&walk, object, JSON_SETTINGS)) {
		settings_complain(file, LVL_ERROR, NULL, "providers",
		    "missing: there must be an object with the providers");
		return false;
	}
	for (size_t i = 0; json_next(&walk, &member); i++) {
		/* count_members() stops early if memory is short. */
		if (i == n) {
			settings_complain(
			    file, LVL_ERROR, NULL, NULL, "out of memory");
			return false;
		}
		if (only == NULL || span_eq(member.key, *only) ||
		    !provider_name_ok(member.key))
			read_provider(file, cfg, &member, env);
	}
	check_oracles(file, cfg, object);
	if (!walk.failed)
		return true;
	/* json-c accepts some syntax here that the walk does not. */
	settings_syntax(file, walk.rest, "providers");
	return false;
}

/*
 * It would become the name of a folder, and be logged.  A path of random names
 * is none if it leads anywhere.
 */
static bool
is_secret(struct config *cfg, const char *inbox)
{
	const char *path, *slash;
	struct stat st;

	if (inbox == NULL || inbox[0] == '/' ||
	    !credential_like(span_str(inbox)))
		return false;
	if ((slash = strrchr(inbox, '/')) == NULL)
		return true;
	path = pool_copy(&cfg->pool, inbox, (size_t)(slash - inbox));
	path = path == NULL ? NULL : pool_path(&cfg->pool, cfg->dir, path);
	return path == NULL || stat(path, &st) != 0;
}

/* Report an error in one of the inboxes, with its line.  Returns false. */
static bool
refuse_inbox(struct settings_file *file, const struct settings_target *target,
    const char *key, const char *text)
{
	settings_complain(file, LVL_ERROR,
	    settings_at(target, &top_settings, key), key, "%s", text);
	return false;
}

/* Set the inbox and the fallback; neither may be, or contain, the other. */
static bool
set_inboxes(struct settings_file *file, struct config *cfg,
    const struct settings_target *target)
{
	const struct top_words *top = target->dst;
	const char *a, *b;
	size_t n = 0;

	if (top->inbox == NULL || top->inbox[0] == '\0')
		return refuse_inbox(file, target, "inbox",
		    top->inbox == NULL
			? "missing: name the directory for the events"
			: "is empty: name the directory for the events");
	if (is_secret(cfg, top->inbox) || is_secret(cfg, top->fallback_inbox))
		return refuse_inbox(file, target,
		    is_secret(cfg, top->inbox) ? "inbox" : "fallback_inbox",
		    "looks like a secret, and is not shown: name a directory");
	a = cfg->inbox.root = pool_path(&cfg->pool, cfg->dir, top->inbox);
	if (top->fallback_inbox == NULL)
		return a != NULL;
	if (top->fallback_inbox[0] == '\0')
		return refuse_inbox(file, target, "fallback_inbox",
		    "is empty: name a directory on another file system, or "
		    "leave it out");
	b = cfg->inbox.fallback =
	    pool_path(&cfg->pool, cfg->dir, top->fallback_inbox);
	if (a == NULL || b == NULL)
		return false;
	while (a[n] != '\0' && a[n] == b[n])
		n++;
	if ((a[n] == '\0' && (b[n] == '\0' || b[n] == '/')) ||
	    (b[n] == '\0' && a[n] == '/'))
		return refuse_inbox(file, target, "fallback_inbox",
		    "must not be the inbox, in it or around it: use another "
		    "file system");
	return true;
}

static bool
read_top(struct settings_file *file, struct config *cfg, char *const env[],
    const struct span *only)
{
	struct top_words top = top_defaults;
	struct settings_target target = {.dst = &top};

	if (!top_read(file, &target))
		return false;
	cfg->user = top.user;
	cfg->group = top.group;
	cfg->base_url = top.base_url;
	cfg->max_body = top.max_body;
	cfg->tolerance = top.tolerance;
	cfg->keep_query = top.keep_query;
	cfg->keep_address = top.keep_address;
	cfg->inbox.dedup_days = top.dedup_days;
	cfg->workers = top.workers;
	cfg->inbox.group_access = top.group_access;
	if (top.hold.len > 0 &&
	    !hold_settings(file, top.hold, "hold.", &cfg->hold))
		return false;
	return set_inboxes(file, cfg, &target) &&
	       read_providers(file, cfg, top.providers, env, only);
}

static struct config *
load(const char *path, char *const env[], const struct span *only,
    const struct log *log)
{
	struct config *cfg = calloc(1, sizeof(*cfg));
	char shown[SHOWN_MAX];
	struct settings_file file = {.path = path, .log = log};
	struct file_content content;
	bool ok = false;

	if (cfg == NULL ||
	    !top_paths(&cfg->pool, path, &cfg->path, &cfg->dir)) {
		settings_complain(
		    &file, LVL_ERROR, NULL, NULL, "out of memory");
		goto out;
	}
	file.pool = &cfg->pool;
	if (!top_open(&file, path, shown, &content))
		goto out;
	ok = read_top(&file, cfg, env, only);
	free(content.bytes);
out:
	if (!ok) {
		config_free(cfg);
		return NULL;
	}
	cfg->stamp[0] = (struct file_stamp){cfg->path, content.st};
	cfg->errors = file.errors;
	cfg->warnings = file.warnings;
	return cfg;
}

struct config *
config_load(const char *path, char *const env[], const struct log *log)
{
	return load(path, env, NULL, log);
}

struct config *
config_load_one(const char *path, char *const env[], struct span name,
    const struct log *log)
{
	struct config *cfg = load(path, env, &name, log);
	bool signs = false;

	for (size_t i = 0; cfg != NULL && i < cfg->nprovider; i++) {
		if (cfg->provider[i].profile.challenge.kind == CHALLENGE_CRC)
			signs = true;
	}
	if (!signs)
		return cfg;
	/* check_oracles() must see the secrets of all providers. */
	config_free(cfg);
	return load(path, env, NULL, log);
}

bool
config_changed(const struct config *cfg)
{
	for (size_t i = 0; i < cfg->nstamp; i++) {
		if (file_changed(cfg->stamp[i].path, &cfg->stamp[i].st))
			return true;
	}
	return false;
}

const struct provider *
config_provider(const struct config *cfg, struct span name)
{
	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (span_is(name, cfg->provider[i].name))
			return &cfg->provider[i];
	}
	return NULL;
}

struct hold
config_hold(const struct config *cfg, const struct provider *prov)
{
	return (struct hold){
	    .root = cfg->inbox.root,
	    .provider = prov->name,
	    .group_access = cfg->inbox.group_access,
	    .terms = prov->hold_terms,
	};
}

void
config_free(struct config *cfg)
{
	if (cfg == NULL)
		return;
	for (size_t i = 0; i < cfg->nprovider; i++)
		provider_free(&cfg->provider[i]);
	free(cfg->provider);
	free(cfg->stamp);
	pool_free(&cfg->pool);
	free(cfg);
}
