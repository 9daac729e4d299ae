/*
 * config_reload.h - rereads the settings file when it changes, while threads
 * use the settings.
 *
 * Knows when to read the file again, and whether new settings are better than
 * old ones.  Does not know requests.
 */
#ifndef CONFIG_RELOAD_H
#define CONFIG_RELOAD_H

#include "base/log.h"
#include "config/config.h"

#define CONFIG_RELOAD_WHY_MAX 400 /* bytes of a reason, including its NUL */

struct config_reload;

/*
 * Read the settings from the file that config_locate() finds in env, which must
 * outlive the result.  The settings may be unusable now and become usable
 * later.  NULL when out of memory.  The caller frees the result by
 * config_reload_free().
 */
struct config_reload *config_reload_new(
    char *const env[], const struct log *log);

/*
 * The settings for one request, or NULL while there are no usable ones.  The
 * caller gives them back by config_reload_put().
 *
 * At most once a second, one caller checks whether the files have changed, and
 * reads them again if so.  If the new settings cannot be used, or the settings
 * file has changed and breaks a provider in it that works now, they are ignored:
 * the old settings stay in effect, and log says why.  If a file in providers.d,
 * or a secret, breaks a provider that works now, this provider alone keeps its
 * old settings.  Settings with an error are read again from time to time, even
 * if no file has changed.
 */
const struct config *config_reload_get(
    struct config_reload *reload, const struct log *log);

/*
 * Copy the first error of the settings file to dst: the reason for which
 * config_reload_get() returned NULL.
 */
void config_reload_why(
    struct config_reload *reload, char dst[static CONFIG_RELOAD_WHY_MAX]);

/* Give settings back.  NULL is harmless. */
void config_reload_put(struct config_reload *reload, const struct config *cfg);

/* Free everything.  No settings may still be in use. */
void config_reload_free(struct config_reload *reload);

#endif
