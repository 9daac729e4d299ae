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

/* Strings that live as long as their pool. Zeroed is empty and ready. */
struct pool {
	struct pool_node *first;
};

/* A copy of len bytes as a string, or NULL when out of memory. */
const char *pool_copy(struct pool *pool, const void *bytes, size_t len);

/* A copy of dir, "/" and name; only name when that begins with '/'. */
const char *pool_path(struct pool *pool, const char *dir, const char *name);

/* Free all strings; harmless on an empty pool. */
void pool_free(struct pool *pool);

#define SETTINGS_TABLE_MAX 64  /* most settings of one table */
#define REASON_TEXT_MAX    512 /* longest complaint, its NUL counted */

/* What a setting may be, and what its place in the struct is. */
enum setting_kind {
	SET_TEXT,   /* const char *: a string without NULs */
	SET_TEXTS,  /* const char *[max]: a string or an array of strings */
	SET_NUMBER, /* long: a whole number, min..max */
	SET_BOOL,   /* bool */
	SET_OBJECT, /* struct span: the bytes of an object */
};

struct setting {
	const char *name;
	enum setting_kind kind;
	size_t offset;
	long min, max;
};

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

/*
 * Read object, whose dotted path is prefix ("" for the top), into dst as table
 * says.  Settings that are not there leave dst as it was.  Unknown and
 * repeated ones, wrong types, values out of range and malformed text are
 * complained about.  True if there was nothing to complain about.
 */
bool settings_read(struct settings_file *file, struct span object,
    const char *prefix, const struct setting table[], size_t n, void *dst);

#endif
