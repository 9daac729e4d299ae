/*
 * config.h - the settings file, read, checked and constant.
 *
 * Knows every setting by name and every default.  Secrets are read with it.
 * Reads no environment of its own: the caller hands it over.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/span.h"
#include "config/settings.h"
#include "hold/hold.h"
#include "inbox/inbox_failover.h"
#include "profile/provider.h"

#define CONFIG_FILE_MAX (1024 * 1024) /* bytes of a settings file */
#define CONFIG_PATH_MAX 4096

/* A file as it was when it was read. */
struct file_stamp {
	const char *path;
	struct stat st; /* zeroed: it was not there */
};

struct config {
	struct pool pool; /* owns all strings */
	const char *path; /* of the settings file */
	const char *dir;  /* the folder it is in */
	struct inbox_settings inbox;
	long max_body;          /* bytes */
	long tolerance;         /* seconds */
	long workers;           /* threads of a FastCGI process */
	struct hold_limit hold; /* of entries that say nothing of it */
	struct provider *provider;
	size_t nprovider;
	struct file_stamp *stamp; /* the settings file, then the secrets */
	size_t nstamp;
	unsigned errors; /* of entries; those providers are broken */
	unsigned warnings;
};

/*
 * Where the settings file is: $HOOKDIR_CONFIG, else $SSL_HOOKDIR_CONFIG (which
 * suexec lets through), else ~/.config/hookdir/hookdir.json if it exists (home
 * by the password database, since servers strip HOME), else
 * /etc/hookdir/hookdir.json.  Never from an HTTP_ variable.
 */
void config_locate(char dst[static CONFIG_PATH_MAX], char *const env[]);

/*
 * Read the settings at path; env is for secret_env.  Complaints go to log,
 * each as "PATH:LINE: KEY: TEXT".
 *
 * NULL if the file as a whole is of no use.  Otherwise the caller frees the
 * result by config_free(); entries at fault are in it as broken providers, and
 * errors counts them.
 */
struct config *config_load(
    const char *path, char *const env[], const struct log *log);

/*
 * The same for a process that serves one delivery, to the provider name: of
 * the other entries only the names are looked at.  They are not in the result,
 * and the files that they name are not read.
 */
struct config *config_load_one(const char *path, char *const env[],
    struct span name, const struct log *log);

/* True if the settings file or a secret file is not what it was. */
bool config_changed(const struct config *cfg);

/* The provider called name, or NULL. */
const struct provider *config_provider(
    const struct config *cfg, struct span name);

/* Where refused deliveries of prov are kept. */
struct hold config_hold(const struct config *cfg, const struct provider *prov);

/* Wipe and free; NULL is harmless. */
void config_free(struct config *cfg);

#endif
