/*
 * shown.h - texts from the settings, as messages show them.
 *
 * People put secrets where a path or a name belongs.  So no message quotes such
 * a text directly: these functions write what may be shown of it, and
 * SHOWN_NOTHING in place of the rest.
 */
#ifndef SHOWN_H
#define SHOWN_H

#include "base/span.h"

#define SHOWN_MAX     1200 /* bytes of what they write, with its NUL */
#define SHOWN_NOTHING "(not shown: it may be a secret)"

/*
 * An absolute path.  As far as it exists it is shown: a file of that name is
 * there for everybody to see.  The rest is shown only if it looks like the name
 * of a file: "coral.secret" or "coral", but neither "hunter2" nor "whsec_...".
 * Does not change errno.
 */
const char *shown_path(char dst[static SHOWN_MAX], const char *path);

/*
 * A URL, or the path and query of one: without user and password, "***@", and
 * without the query, "?...".  Any other text is shown like a name.
 */
const char *shown_url(char dst[static SHOWN_MAX], struct span text);

/* A name: of a setting, a header, a preset, a provider. */
const char *shown_name(char dst[static SHOWN_MAX], struct span name);

#endif
