/*
 * config_top.h - the top of the settings file: what holds for all providers.
 *
 * Reads no entry and none of the files that the settings name.
 */
#ifndef CONFIG_TOP_H
#define CONFIG_TOP_H

#include <stdbool.h>

#include "base/file.h"
#include "base/log.h"
#include "base/shown.h"
#include "config/pool.h"
#include "config/settings.h"
#include "inbox/inbox_failover.h"
#include "preset/setting.h"

#define CONFIG_FILE_MAX (1024 * 1024) /* bytes of a settings file */
#define CONFIG_PATH_MAX 4096
#define CONFIG_FALLBACK "/etc/hookdir/hookdir.json"    /* where no other is */
#define CONFIG_OF_USER  ".config/hookdir/hookdir.json" /* in his home */
#define ACCOUNT_MAX     256 /* bytes of a user's name, NUL counted */

/* Who runs hookdir, and where: for a process that has yet to become a user. */
struct config_top {
	struct pool pool;  /* owns all strings */
	const char *path;  /* of the settings file, absolute */
	const char *dir;   /* the folder that contains it */
	const char *inbox; /* absolute; NULL if it is not set, as the next */
	const char *user;  /* a name; it need not exist */
	const char *user_setting; /* that says it: "user", or "run_user" */
	const char *group;        /* the same */
	const char *base_url;     /* without a slash at its end */
	bool group_access;
	uid_t owner;                    /* of the file */
	unsigned user_line, group_line; /* 0 if it is not set */
};

/*
 * Read the top of the settings file at path, without a word.  False if the file
 * cannot be read, or has an error at its top.  Otherwise the caller frees *top
 * with config_top_free().
 */
bool config_top(const char *path, struct config_top *top);

/* Like config_top(), with the complaints of config_load(). */
bool config_top_log(
    const char *path, const struct log *log, struct config_top *top);

/* Like config_top_log(), with run_user in place of user: for `hookdir run`. */
bool config_top_runner(
    const char *path, const struct log *log, struct config_top *top);

void config_top_free(struct config_top *top);

/* --- for config.c and run_config.c alone --- */

/* The settings at the top, as they are in the file. */
struct top_words {
#define TOP_SETTING(name, kind, min, max, ...) SETTING_FIELD_##kind(name, max)
#include "preset/setting_list.h"
};

extern const struct setting_table top_settings;

/* What the file does not say. */
extern const struct top_words top_defaults;

/*
 * Set *whole to the absolute path, and *dir to its folder; symbolic links are
 * not resolved.  False when out of memory, or without a working directory.
 */
bool top_paths(
    struct pool *pool, const char *path, const char **whole, const char **dir);

/*
 * Make *file ready to read the text of the file at path.  False after a
 * complaint; otherwise the caller frees content->bytes.  shown is where the
 * path for messages may be kept, as long as file is used.
 */
bool top_open(struct settings_file *file, const char *path,
    char shown[static SHOWN_MAX], struct file_content *content);

/*
 * Read file->text into target->dst, a struct top_words that has the defaults.
 * False after a complaint.
 */
bool top_read(struct settings_file *file, struct settings_target *target);

/*
 * Set *inbox by what was read; dir is the folder of the settings.  Neither of
 * the two inboxes may be, or contain, the other.  False after a complaint.
 */
bool top_inboxes(struct settings_file *file,
    const struct settings_target *target, const char *dir,
    struct inbox_settings *inbox);

/*
 * Read run_user, which top_read() skips, out of file->text.  *name is NULL and
 * *line 0 if it is not set.  False after a complaint.
 */
bool top_run_user(
    struct settings_file *file, const char **name, unsigned *line);

#endif
