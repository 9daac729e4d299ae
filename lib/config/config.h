/*
 * config.h - reads and checks the settings file, the entries in providers.d,
 * and the secrets that they name.
 *
 * The result is constant.  The module knows every setting by name and every
 * default.  It does not read the process's environment; the caller passes one.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/span.h"
#include "config/config_top.h"
#include "config/provider_files.h"
#include "config/settings.h"
#include "hold/hold.h"
#include "inbox/inbox_failover.h"
#include "profile/provider.h"

/* The state of a file when it was read. */
struct file_stamp {
	const char *path;
	struct stat st; /* zeroed if the file did not exist */
};

struct config {
	struct pool pool;         /* owns all strings */
	const char *path;         /* of the settings file, absolute */
	const char *dir;          /* the folder that contains it */
	const char *folder;       /* providers.d in it, which need not exist */
	const char *user, *group; /* as in config_top.h; or NULL */
	const char *base_url;     /* without a slash at its end; or NULL */
	struct inbox_settings inbox;
	long max_body;          /* bytes */
	long tolerance;         /* seconds */
	long workers;           /* threads of a FastCGI process */
	struct hold_terms hold; /* for entries without a "hold" of their own */
	bool keep_query, keep_address; /* for entries that do not say it */
	struct provider *provider;
	size_t nprovider;
	/* The settings file, providers.d and the files in it, and the secret
	 * and key files. */
	struct file_stamp *stamp;
	size_t nstamp;
	unsigned errors; /* in entries; their providers are broken */
	unsigned warnings;
};

/*
 * Find the settings file and write its path to dst.  It is the first of:
 *
 *   - $HOOKDIR_CONFIG;
 *   - $SSL_HOOKDIR_CONFIG, because suexec passes that name on;
 *   - ~/.config/hookdir/hookdir.json if it exists; the home directory comes
 *     from the password database, because web servers remove HOME;
 *   - /etc/hookdir/hookdir.json.
 *
 * env ends with a NULL.  Variables that a client can set (HTTP_...) have no
 * effect.
 */
void config_locate(char dst[static CONFIG_PATH_MAX], char *const env[]);

/*
 * Read the settings file at path.  The setting secret_env is looked up in env.
 * Complaints go to log, each as "PATH:LINE: KEY: TEXT".
 *
 * NULL if the file cannot be read or parsed, or has an error outside the
 * providers' entries; or if providers.d cannot be read.  Otherwise the caller
 * frees the result with config_free().  An entry with an error becomes a
 * provider that is broken, and so does a file in providers.d that cannot be
 * read or parsed; errors counts the errors.
 */
struct config *config_load(
    const char *path, char *const env[], const struct log *log);

/*
 * Like config_load(), but for a process that serves one delivery, to the
 * provider called name.  The other entries are not in the result, unless they
 * are needed to check this one; of them only the names are checked, and the
 * files that they name are not read.  Of providers.d only the file of that name
 * is read.
 */
struct config *config_load_one(const char *path, char *const env[],
    struct span name, const struct log *log);

/*
 * Of the provider i, whose own file in providers.d has an error: use what old,
 * the same provider of other settings, has.  It is borrowed, with its secrets:
 * those settings must live as long as cfg.
 */
void config_keep(struct config *cfg, size_t i, const struct provider *old);

/*
 * After config_keep(): check again what concerns several providers.  Complaints
 * go to log.
 */
void config_check_kept(struct config *cfg, const struct log *log);

/* True if prov has a file of its own in providers.d. */
bool config_has_file(const struct config *cfg, const struct provider *prov);

/*
 * True if the settings file, providers.d, a file in it, or a file that one of
 * these names has changed.
 */
bool config_changed(const struct config *cfg);

/* Return the provider called name, or NULL. */
const struct provider *config_provider(
    const struct config *cfg, struct span name);

/* Return the folder for held deliveries of prov, and its limits. */
struct hold config_hold(const struct config *cfg, const struct provider *prov);

/* Wipe the secrets and free everything.  NULL is harmless. */
void config_free(struct config *cfg);

#endif
