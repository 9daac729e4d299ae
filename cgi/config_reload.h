/*
 * config_reload.h - settings that follow their file while threads use them.
 *
 * Knows when to read the file again and which of two settings is the better
 * one; nothing of requests.
 */
#ifndef CONFIG_RELOAD_H
#define CONFIG_RELOAD_H

#include "base/log.h"
#include "config/config.h"

#define CONFIG_RELOAD_WHY_MAX 400 /* bytes of a reason, its NUL counted */

struct config_reload;

/*
 * Settings from the file that config_locate() finds in env, which must outlive
 * it.  They may be unusable now and become usable later.  NULL when out of
 * memory.  The caller frees it by config_reload_free().
 */
struct config_reload *config_reload_new(
    char *const env[], const struct log *log);

/*
 * The settings to serve one request with, or NULL while there are none; to be
 * given back by config_reload_put().
 *
 * At most once a second one caller looks whether the files changed, and reads
 * them again if they did.  New settings that are unusable, or that break a
 * provider which works now, are not taken, and log says so; the last good ones
 * stay.  What is at fault is read again now and then, changed or not.
 */
const struct config *config_reload_get(
    struct config_reload *reload, const struct log *log);

/* Why config_reload_get() has no settings: the first error of the file, into dst. */
void config_reload_why(
    struct config_reload *reload, char dst[static CONFIG_RELOAD_WHY_MAX]);

/* Give back what config_reload_get() gave; NULL is harmless. */
void config_reload_put(struct config_reload *reload, const struct config *cfg);

/* Free it all. Nothing may still be in use. */
void config_reload_free(struct config_reload *reload);

#endif
