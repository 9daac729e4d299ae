/*
 * settings.h - JSON objects into structs, by table; every mistake is named.
 *
 * Knows types, ranges and messages; not one setting by name.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "base/span.h"
#include "config/pool.h"
#include "preset/setting.h"

#define SETTINGS_TABLE_MAX 64  /* most settings of one table */
#define REASON_TEXT_MAX    512 /* longest complaint, its NUL counted */

/* One file being read. */
struct settings_file {
	const char *path;
	struct span text;
	struct pool *pool;
	const struct log *log;
	unsigned errors; /* complaints so far */
	unsigned warnings;
	char last[2 * REASON_TEXT_MAX]; /* the newest error, as logged */
};

/*
 * Complain about key (a dotted path, NULL for the file as a whole) at the
 * place at, as "PATH:LINE: KEY: TEXT", and count it.
 */
__attribute__((format(printf, 5, 6))) void settings_complain(
    struct settings_file *file, enum log_level level, const void *at,
    const char *key, const char *fmt, ...);

/* The complaint about text that is not JSON. */
#define SETTINGS_SYNTAX_ERROR                                       \
	"syntax error: a comma, a quote or a brace is missing, or " \
	"there is one too many"

/* A struct that settings are read into. */
struct settings_target {
	void *dst;
	bool said[SETTINGS_TABLE_MAX]; /* which of the table were there */
};

/*
 * Read object, whose dotted path is prefix ("" for the top), into target as
 * table says.  Settings that are not there leave target->dst as it was.
 * Unknown and repeated ones, old names, wrong types, values out of range and
 * malformed text are complained about.  True if there was nothing to complain
 * about.
 */
bool settings_read(struct settings_file *file, struct span object,
    const char *prefix, const struct setting_table *table,
    struct settings_target *target);

/* Whether the setting called name was there.  It must be one of the table. */
bool settings_said(const struct settings_target *target,
    const struct setting_table *table, const char *name);

/* Copy the settings that were there to dst, of the type of target->dst. */
void settings_override(const struct settings_target *target,
    const struct setting_table *table, void *dst);

#endif
