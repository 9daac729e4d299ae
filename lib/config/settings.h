/*
 * settings.h - reads JSON objects into structs by a table of settings.
 *
 * The module knows types, ranges and messages.  It does not know any setting by
 * name.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "config/pool.h"
#include "parse/json.h"
#include "preset/setting.h"

#define SETTINGS_TABLE_MAX 64  /* most settings in one table */
#define REASON_TEXT_MAX    512 /* bytes of a complaint, with its NUL */

/* A settings file that is being read. */
struct settings_file {
	const char *path;
	struct span text;
	struct pool *pool;
	const struct log *log;
	unsigned errors; /* reported so far */
	unsigned warnings;
	char last[2 * REASON_TEXT_MAX]; /* the newest error, as logged */
};

/*
 * Log a complaint as "PATH:LINE: KEY: TEXT", and count it as an error or
 * warning.  key is a dotted path, or NULL for the file as a whole.  at points
 * into file->text, and gives the line; NULL for no line.
 */
__attribute__((format(printf, 5, 6))) void settings_complain(
    struct settings_file *file, enum log_level level, const void *at,
    const char *key, const char *fmt, ...);

/* The same of an error, whose line is known though the text is gone. */
__attribute__((format(printf, 4, 5))) void settings_complain_line(
    struct settings_file *file, unsigned line, const char *key, const char *fmt,
    ...);

/* The complaint about malformed JSON. */
#define SETTINGS_SYNTAX_ERROR                                       \
	"syntax error: a comma, a quote or a brace is missing, or " \
	"there is one too many"

/* Log it, with what the syntax at rest may have been meant to be. */
void settings_syntax(
    struct settings_file *file, struct span rest, const char *key);

/* A struct that settings are read into. */
struct settings_target {
	void *dst; /* it has the defaults */
	/* Of each row of the table: is it in the object, where, and is it null? */
	struct settings_said {
		const unsigned char *at; /* its value in file->text, or NULL */
		bool null;
	} said[SETTINGS_TABLE_MAX];
};

/*
 * Read object, whose dotted path is prefix ("" for the top), into target,
 * according to table.  A setting that is missing or null leaves its field in
 * target->dst unchanged.  Errors are unknown and duplicate settings, old names,
 * wrong types, values out of range, and malformed JSON; each is logged.  True
 * if there was no error.
 */
bool settings_read(struct settings_file *file, struct span object,
    const char *prefix, const struct setting_table *table,
    struct settings_target *target);

/*
 * Find a setting that settings_read() skips in object, whose dotted path is
 * prefix.  LOOKUP_FOUND: it has a value.  LOOKUP_NONE: it is missing or null.
 * LOOKUP_INVALID: it is there twice, or the object is malformed; after a
 * complaint.
 */
enum lookup settings_one(struct settings_file *file, struct span object,
    const char *prefix, const char *name, struct json_member *member);

/*
 * True if the setting called name has a value in the object.  The table must
 * have that name.
 */
bool settings_said(const struct settings_target *target,
    const struct setting_table *table, const char *name);

/*
 * Where the value of the setting called name is, also if it is null.  NULL if
 * the object or the table does not have it.
 */
const unsigned char *settings_at(const struct settings_target *target,
    const struct setting_table *table, const char *name);

/*
 * Copy the settings that are in the object to dst, which has the type of
 * target->dst.  One that is null becomes the default that target->dst had.
 */
void settings_override(const struct settings_target *target,
    const struct setting_table *table, void *dst);

#endif
