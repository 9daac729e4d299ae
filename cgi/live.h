/*
 * live.h - settings that follow their file while threads use them.
 *
 * Knows when to read the file again and which of two settings is the better
 * one; nothing of requests.
 */
#ifndef LIVE_H
#define LIVE_H

#include "config.h"
#include "log.h"

#define LIVE_WHY_MAX 400 /* bytes of a reason, its NUL counted */

struct live;

/*
 * Settings from the file that config_locate() finds in env, which must outlive
 * it.  They may be unusable now and become usable later.  NULL when out of
 * memory.  The caller frees it by live_free().
 */
struct live *live_new(char *const env[], const struct log *log);

/*
 * The settings to serve one request with, or NULL while there are none; to be
 * given back by live_put().
 *
 * At most once a second one caller looks whether the files changed, and reads
 * them again if they did.  New settings that are unusable, or that break a
 * provider which works now, are not taken, and log says so; the last good ones
 * stay.  What is at fault is read again now and then, changed or not.
 */
const struct config *live_get(struct live *live, const struct log *log);

/* Why live_get() has no settings: the first error of the file, into dst. */
void live_why(struct live *live, char dst[static LIVE_WHY_MAX]);

/* Give back what live_get() gave; NULL is harmless. */
void live_put(struct live *live, const struct config *cfg);

/* Free it all. Nothing may still be in use. */
void live_free(struct live *live);

#endif
