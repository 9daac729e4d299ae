/*
 * handler_env.h - the environment of a handler, and the file of its program.
 *
 * A handler gets these variables, and nothing else of this process:
 *
 *	PATH		RUN_PATH of config/run_entry
 *	HOME, LANG, TZ, HOOKDIR_CONFIG	if struct handler_base has them
 *	HOOKDIR_PROVIDER
 *	HOOKDIR_FILE, _ID, _TYPE, _TIME, _CONTENT_TYPE, _ATTEMPT
 *			of its event; not for a persistent handler
 *
 * and those of the setting `environment`, which may replace the first five, but
 * none whose name begins with HOOKDIR_.  No secret is among them.
 */
#ifndef HANDLER_ENV_H
#define HANDLER_ENV_H

#include <limits.h>
#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

/* Of the process itself; NULL is a variable that is not set.  Borrowed. */
struct handler_base {
	const char *home, *lang, *tz, *config;
};

/* An event, as the header of its file has the values.  Borrowed. */
struct handler_event {
	const char *file;       /* absolute path */
	struct span id, type;   /* percent-encoded: decoded for the handler */
	struct span time;       /* RFC 3339 */
	struct span media_type; /* the value of Content-Type */
	unsigned attempt;       /* 1 is the first */
};

/* The variables, as execve(2) wants them. */
struct handler_env {
	char **vars; /* up to a NULL */
	char *text;  /* their bytes */
};

/*
 * Fill base with the variables of this process, and the home directory of its
 * user, which is written to home.
 */
void handler_base_read(struct handler_base *base, char home[static PATH_MAX]);

/*
 * Make the environment.  more is the setting `environment`: "NAME=VALUE" up to
 * a NULL, or NULL for none; what run_variable_ok() refuses is left out.  event
 * is NULL for a persistent handler.  In the values of an event, bytes below
 * 0x20 and 0x7f become '?'.
 *
 * True: freed by handler_env_free().  False: out of memory.
 */
bool handler_env_make(struct handler_env *env, const struct handler_base *base,
    const char *const *more, const char *provider,
    const struct handler_event *event);

/* Harmless on a zeroed one. */
void handler_env_free(struct handler_env *env);

/*
 * Write the file of the program called name to dst: name itself if it has a
 * slash in it; else the first executable file of that name in the PATH of env,
 * of which only absolute folders count.  False, with errno and why set: there
 * is none.  A name with a slash is not looked at.
 */
bool handler_find(char dst[static PATH_MAX], const char *name,
    const struct handler_env *env, struct reason *why);

#endif
