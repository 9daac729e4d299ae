/*
 * setting.h - tables of settings, made from the one list, setting_list.h.
 *
 * For code that reads or writes settings: the name of each setting, its type,
 * and the field that it fills.  For the manual: what each setting means.
 */
#ifndef SETTING_H
#define SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* The type of a setting in JSON, and of its field in the struct. */
enum setting_kind {
	SET_TEXT,   /* const char *: a string without NULs */
	SET_TEXTS,  /* const char *[max]: a string or an array of strings */
	SET_NUMBER, /* long: a whole number, min..max */
	SET_BOOL,   /* bool */
	SET_OBJECT, /* struct span: the bytes of an object */
	/* struct setting_numbers: an array of whole numbers, min..max each */
	SET_NUMBERS,
	/*
	 * struct span: the bytes of any value, which is not looked at, however
	 * often it is there.  It has a reader of its own, who complains.
	 */
	SET_SKIPPED,
	/* A number whose default is not in the list. */
	SET_OPTIONAL = SET_NUMBER,
};

#define SETTING_NUMBERS_MAX 100 /* in one list */

struct setting_numbers {
	size_t n;
	long at[SETTING_NUMBERS_MAX];
};

struct setting {
	const char *name;
	const char *old; /* its name in older settings files, or NULL */
	enum setting_kind kind;
	size_t offset; /* of its field */
	long min, max;
};

struct setting_table {
	const struct setting *row;
	size_t n;
};

/* Initialises a setting_table with the array rows. */
#define SETTING_TABLE(rows)                            \
	{                                              \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

/*
 * For files that include setting_list.h:
 *
 *   SETTING_ROW      a struct setting, for the field of that name in a struct
 *   SETTING_FIELD_*  the declaration of that field
 *   SETTING_VALUE_*  its default, if it is a number
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
#define SETTING_FIELD_NUMBERS(name, max)  struct setting_numbers name;
#define SETTING_FIELD_SKIPPED(name, max)  struct span name;
#define SETTING_VALUE_TEXT(name, value)
#define SETTING_VALUE_TEXTS(name, value)
#define SETTING_VALUE_NUMBER(name, value) .name = value,
#define SETTING_VALUE_OPTIONAL(name, value)
#define SETTING_VALUE_BOOL(name, value)
#define SETTING_VALUE_OBJECT(name, value)
#define SETTING_VALUE_NUMBERS(name, value)
#define SETTING_VALUE_SKIPPED(name, value)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Where in the settings file a row of the list belongs. */
enum setting_place {
	SETTING_SECTION, /* nowhere: a heading of the manual and its text */
	SETTING_NOTE,    /* nowhere: what settings mean to one scheme */
	SETTING_TOP,     /* at the top of the file */
	SETTING_ENTRY,   /* in a provider's entry */
	SETTING_PRESET,  /* in an entry and in presets (struct preset) */
	SETTING_HOLD,    /* in "hold" */
	SETTING_RUN,     /* in "run" */
};

/* The fields of struct preset (preset.h) that are settings, in order. */
extern const struct setting_table preset_settings;

/* One row of the list, as text for the manual. */
struct setting_text {
	enum setting_place place;
	const char *name;  /* a heading; or a setting, or several with ", " */
	const char *old;   /* as in struct setting */
	const char *value; /* the default; NULL in a heading */
	const char *text;
};

/* Return row i of the list, or NULL if i is past the last row.  Static. */
const struct setting_text *setting_text_at(size_t i);

#endif
