/*
 * entry_text.h - a provider's entry that is being made, and its text.
 *
 * It knows the type of each setting, and no more: what a value means, and
 * whether there is such a setting, is found when the text is read.
 */
#ifndef ENTRY_TEXT_H
#define ENTRY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

#define ENTRY_TEXT_MAX 64 /* settings of one entry */

/* Its settings, in order.  Zeroed: none. */
struct entry_text {
	size_t n;
	struct entry_item {
		char *name;  /* malloc'd */
		char *value; /* in JSON; malloc'd */
		bool list;   /* the value is a list that add made */
	} item[ENTRY_TEXT_MAX];
};

/*
 * Add SETTING=VALUE, as it is written on a command line.  A text stands for
 * itself; numbers, true, false and objects are written as in JSON, and so may
 * lists be; null removes what a preset sets.  A setting of several texts can be
 * given several times.
 *
 * False with why set: it has no "=", it is a secret, or the setting was given
 * before.
 */
bool entry_text_take(
    struct entry_text *entry, const char *assignment, struct reason *why);

/* Add a setting whose value is this text.  False: out of memory. */
bool entry_text_put(
    struct entry_text *entry, const char *name, struct span value);

/* Add a setting whose value is written in JSON.  False: out of memory. */
bool entry_text_put_json(
    struct entry_text *entry, const char *name, const char *value);

/* The value in JSON of the setting called name, borrowed; or NULL. */
const char *entry_text_value(const struct entry_text *entry, const char *name);

/* Whether it has one of the settings, whose names end with a NULL. */
bool entry_text_any(const struct entry_text *entry, const char *const names[]);

/*
 * The entry as a file has it: one setting a line.  malloc'd, *len bytes, with a
 * NUL after them; NULL: out of memory.
 */
char *entry_text_write(const struct entry_text *entry, size_t *len);

void entry_text_free(struct entry_text *entry);

#endif
