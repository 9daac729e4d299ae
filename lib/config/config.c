/* config.c - reads the settings file as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/account.h"
#include "base/file.h"
#include "base/shown.h"
#include "base/spelling.h"
#include "config/config.h"
#include "config/config_entries.h"
#include "config/hold_settings.h"
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

void
config_locate(char dst[static CONFIG_PATH_MAX], char *const env[])
{
	const char *path = variable(env, "HOOKDIR_CONFIG");

	if (path == NULL)
		path = variable(env, "SSL_HOOKDIR_CONFIG");
	if (path == NULL &&
	    account_home(dst, CONFIG_PATH_MAX, CONFIG_OF_USER) &&
	    access(dst, F_OK) == 0)
		return;
	snprintf(
	    dst, CONFIG_PATH_MAX, "%s", path != NULL ? path : CONFIG_FALLBACK);
}

static bool
set_paths(struct config *cfg, const char *path)
{
	if (!top_paths(&cfg->pool, path, &cfg->path, &cfg->dir))
		return false;
	cfg->folder = pool_path(&cfg->pool, cfg->dir, PROVIDER_FILES_FOLDER);
	return cfg->folder != NULL;
}

static bool
read_top(struct settings_file *file, struct config *cfg, char *const env[],
    const struct span *only)
{
	struct top_words top = top_defaults;
	struct settings_target target = {.dst = &top};
	struct config_entries entries = {
	    .file = file, .env = env, .only = only};

	if (!top_read(file, &target))
		return false;
	cfg->user = top.user;
	cfg->group = top.group;
	cfg->base_url = top.base_url;
	cfg->max_body = top.max_body;
	cfg->tolerance = top.tolerance;
	cfg->keep_query = top.keep_query;
	cfg->keep_address = top.keep_address;
	cfg->workers = top.workers;
	if (top.hold.len > 0 &&
	    !hold_settings(file, top.hold, "hold.", &cfg->hold))
		return false;
	entries.providers = top.providers;
	return top_inboxes(file, &target, cfg->dir, &cfg->inbox) &&
	       config_entries_read(&entries, cfg);
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

	if (cfg == NULL || !set_paths(cfg, path)) {
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

void
config_keep(struct config *cfg, size_t i, const struct provider *old)
{
	struct provider *prov = &cfg->provider[i];
	const char *path = prov->path;

	provider_free(prov);
	*prov = *old;
	prov->kept = true;
	prov->path = path;
}

void
config_check_kept(struct config *cfg, const struct log *log)
{
	cfg->errors += config_entries_oracles(cfg, log);
}

bool
config_has_file(const struct config *cfg, const struct provider *prov)
{
	return config_entries_alone(cfg, prov);
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
	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (!cfg->provider[i].kept)
			provider_free(&cfg->provider[i]);
	}
	free(cfg->provider);
	free(cfg->stamp);
	pool_free(&cfg->pool);
	free(cfg);
}
