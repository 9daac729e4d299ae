/*
 * jsonpath.h - a value in a body, found without the library's own reader, so
 * that both cannot be wrong in the same way.
 */
#ifndef JSONPATH_H
#define JSONPATH_H

#include "bytes.h"

/*
 * Find the value at path, names with dots between them; *raw is its bytes as
 * they stand there.  False if there is none, and where a name on the path
 * stands twice in its object.
 */
bool jsonpath_find(struct span text, const char *path, struct span *raw);

bool jsonpath_is_number(struct span raw);

/*
 * The text of raw: of a string decoded, of anything else as it stands.  False
 * for a string, number or word that is malformed.
 */
bool jsonpath_text(struct span raw, struct bytes *dst);

/* How many members the object text has; -1 if it is none. */
int jsonpath_members(struct span text);

#endif
