/*
 * setting.h - what the settings are, made of the one list of them,
 * setting_list.h.
 *
 * What a setting is called, of what type it is, and what field it fills, for
 * whoever reads or writes settings; and what it means, for people.
 */
#ifndef SETTING_H
#define SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* What a setting may be, and what its place in the struct is. */
enum setting_kind {
	SET_TEXT,   /* const char *: a string without NULs */
	SET_TEXTS,  /* const char *[max]: a string or an array of strings */
	SET_NUMBER, /* long: a whole number, min..max */
	SET_BOOL,   /* bool */
	SET_OBJECT, /* struct span: the bytes of an object */
	/* A number, whose default is not one of the list. */
	SET_OPTIONAL = SET_NUMBER,
};

struct setting {
	const char *name;
	const char *old; /* what it was called in older settings, or NULL */
	enum setting_kind kind;
	size_t offset; /* of its field */
	long min, max;
};

struct setting_table {
	const struct setting *row;
	size_t n;
};

/* The table of the rows[] above it. */
#define SETTING_TABLE(rows)                            \
	{                                              \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

/*
 * For the includers of setting_list.h: a row of a table of struct setting, of
 * settings that are the fields of a struct by their names; those fields; and
 * the defaults of those that are numbers.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): names and constants */
#define SETTING_ROW(type, path, name_, kind_, min_, max_, old_)                \
	{                                                                      \
		.name = #name_, .old = old_, .kind = SET_##kind_,              \
		.offset = offsetof(type, path name_), .min = min_, .max = max_ \
	}
#define SETTING_FIELD_TEXT(name, max)     const char *name;
#define SETTING_FIELD_TEXTS(name, max)    const char *name[max];
#define SETTING_FIELD_NUMBER(name, max)   long name;
#define SETTING_FIELD_OPTIONAL(name, max) long name;
#define SETTING_FIELD_BOOL(name, max)     bool name;
#define SETTING_FIELD_OBJECT(name, max)   struct span name;
#define SETTING_VALUE_TEXT(name, value)
#define SETTING_VALUE_TEXTS(name, value)
#define SETTING_VALUE_NUMBER(name, value) .name = value,
#define SETTING_VALUE_OPTIONAL(name, value)
#define SETTING_VALUE_BOOL(name, value)
#define SETTING_VALUE_OBJECT(name, value)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Where a row of the list may stand. */
enum setting_place {
	SETTING_SECTION, /* nowhere: a heading, and what it is about */
	SETTING_NOTE,    /* nowhere: what settings mean to one scheme */
	SETTING_TOP,     /* at the top of the file */
	SETTING_ENTRY,   /* in a provider's entry */
	SETTING_PRESET, /* the same, and in presets: a field of struct preset */
	SETTING_HOLD,   /* in "hold" */
};

/* The fields of struct preset (preset.h) that are settings, in order. */
extern const struct setting_table preset_settings;

/* One row of the list, for people. */
struct setting_text {
	enum setting_place place;
	const char *name;  /* a heading; a setting, or several with ", " */
	const char *old;   /* as in struct setting */
	const char *value; /* the default; NULL in a heading */
	const char *text;
};

/* The rows in order: NULL when i is past the last.  Static. */
const struct setting_text *setting_text_at(size_t i);

#endif
