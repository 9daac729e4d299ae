/*
 * run_config.h - reads what the settings say of handlers: "run" in the entries
 * of providers, and run_user.
 *
 * The receiver does not use this module, and config.h does not look into "run":
 * no error there is one of the receiver's.  The other way round, this module
 * does not look at the rest of an entry: it reads no secret, and a provider that
 * the receiver cannot use may have a good "run".  Only what is no JSON at all
 * concerns both.
 */
#ifndef RUN_CONFIG_H
#define RUN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "base/span.h"
#include "config/config.h"
#include "config/pool.h"
#include "config/run_entry.h"
#include "inbox/inbox_failover.h"
#include "profile/provider.h"

#define RUN_ENTRIES_MAX 64 /* in one "run" */

/* What handles the events of one provider. */
struct run_provider {
	char name[PROVIDER_NAME_MAX + 1];
	const char *path; /* of the file that has its entry */
	/* Its "run" has an error: none of it is used. */
	bool broken;
	const char *fault;       /* that error, as it was logged */
	struct run_entry *entry; /* in the order of the file */
	size_t n;                /* 0: the provider has no "run" */
};

struct run_config {
	struct pool pool; /* owns all strings, and the entries */
	const char *path; /* of the settings file, absolute */
	const char *dir;  /* the folder that contains it */
	struct inbox_settings inbox;
	const char *user;     /* the receiver's, as in config.h, or NULL */
	const char *run_user; /* a name, which need not exist; or NULL */
	unsigned run_user_line;
	struct run_provider *provider; /* all that have an entry */
	size_t n;
	struct file_stamp *stamp; /* as in config.h; without secrets */
	size_t nstamp;
	unsigned errors; /* in "run" and run_user */
};

/*
 * Read the settings file at path, and the entries in providers.d.  Complaints
 * about "run" and run_user go to log, each as "PATH:LINE: KEY: TEXT"; those
 * about the rest, which config_load() makes as well, go to rest.  In KEY, an
 * entry of a list has its number, counted from 0: "providers.stripe.run[1]".
 *
 * NULL if the file cannot be read or parsed, has an error at its top, or if
 * providers.d cannot be read; log or rest says which.  Otherwise the caller
 * frees the result with run_config_free().  A provider with an error in its
 * "run", or whose own file cannot be read, is broken.
 */
struct run_config *run_config_load(
    const char *path, const struct log *log, const struct log *rest);

/*
 * Read the "run" of an entry that is no provider's yet, only to complain: it is
 * all of file->text, and dir is the folder of the settings.  True if there was
 * no error.
 */
bool run_config_try(struct settings_file *file, const char *dir);

/* True if one of the files that were read has changed. */
bool run_config_changed(const struct run_config *cfg);

/* From now on run_config_changed() tells of later changes only. */
void run_config_seen(struct run_config *cfg);

/* The provider called name, or NULL. */
const struct run_provider *run_config_provider(
    const struct run_config *cfg, struct span name);

/*
 * Put a copy of the entry in the place of all that the provider's "run" has.
 * The texts of the entry are borrowed.  LOOKUP_FOUND; LOOKUP_NONE: there is no
 * provider called name; LOOKUP_NO_MEMORY.
 */
enum lookup run_config_put(
    struct run_config *cfg, const char *name, const struct run_entry *entry);

/*
 * The entry that takes events of this type, which is decoded: the first that
 * fits.  NULL if none does, or if the provider is broken: they stay in new/.
 */
const struct run_entry *run_provider_entry(
    const struct run_provider *prov, struct span type);

/*
 * True if entry i takes no event, because each type that it names is taken by
 * one before it, as far as their wildcards show.  An i of prov->n stands for
 * what no entry takes: true if there is nothing left for it.
 */
bool run_provider_idle(const struct run_provider *prov, size_t i);

/* How long handled events are kept. */
struct run_kept {
	long keep_hours;  /* in done/; may be RUN_FOR_EVER */
	long failed_days; /* in failed/; the same */
};

/*
 * How long an event of this type, which is decoded, is kept: what the entry
 * says that takes it; if none does, the longest that one of the provider says.
 * Without entries, done/ keeps nothing and failed/ keeps for ever.  What a
 * broken provider has handled is kept for ever: its settings are not known.
 */
struct run_kept run_provider_kept(
    const struct run_provider *prov, struct span type);

/* Free everything.  NULL is harmless. */
void run_config_free(struct run_config *cfg);

#endif
