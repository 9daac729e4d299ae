/* config_reload.c - settings with a count of users, replaced while in use. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "config_reload.h"

/*
 * Seconds after which settings with an error are read again, even if they have
 * not changed.
 */
#define RETRY 30

/* A provider that is taken from older settings, which have a user more. */
struct kept {
	char name[PROVIDER_NAME_MAX + 1];
	struct refcounted *owner;
};

/*
 * Settings, and the number of their users.  The current settings have one user
 * more.
 */
struct refcounted {
	struct config *cfg;
	unsigned users;
	struct kept *kept;
	size_t nkept;
	struct refcounted *next; /* the next old settings in use */
};

struct config_reload {
	char *const *env;
	char path[CONFIG_PATH_MAX];
	pthread_mutex_t lock;   /* for everything but the next two */
	atomic_llong next_look; /* CLOCK_MONOTONIC, seconds */
	atomic_flag looking;
	struct refcounted *current; /* or NULL */
	struct refcounted *replaced;
	/* The last settings, if they were not accepted. */
	struct config *rejected;
	struct stat unusable; /* zeroed: there was no file */
	bool have_unusable;
	long long retry; /* CLOCK_MONOTONIC, seconds */
	char why
	    /* first error of the settings; under lock */
	    [CONFIG_RELOAD_WHY_MAX];
};

/* A log that passes lines on and remembers the first error. */
struct listener {
	const struct log *log;
	char first[CONFIG_RELOAD_WHY_MAX];
};

static void
listen(void *arg, const char *line, size_t len)
{
	static const char prefix[] = "hookdir: error: ";
	struct listener *l = arg;

	l->log->write(l->log->arg, line, len);
	if (l->first[0] != '\0' || len < sizeof(prefix) ||
	    memcmp(line, prefix, sizeof(prefix) - 1) != 0)
		return;
	snprintf(l->first, sizeof(l->first), "%.*s",
	    (int)(len - sizeof(prefix)), line + sizeof(prefix) - 1);
}

static long long
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* What now is in old, if it works there and does not work now; or NULL. */
static const struct provider *
was_working(const struct config *old, const struct provider *now)
{
	const struct provider *was =
	    old == NULL || !now->broken
		? NULL
		: config_provider(old, span_str(now->name));

	return was == NULL || was->broken ? NULL : was;
}

/*
 * A provider in the settings file that works in old and does not work in fresh,
 * or NULL.
 */
static const struct provider *
newly_broken(const struct config *old, const struct config *fresh)
{
	for (size_t i = 0; i < fresh->nprovider; i++) {
		const struct provider *now = &fresh->provider[i];

		if (!config_has_file(fresh, now) &&
		    was_working(old, now) != NULL)
			return now;
	}
	return NULL;
}

/* The settings that own what the provider called name has: old, or older. */
static struct refcounted *
owner_of(struct refcounted *old, const char *name)
{
	for (size_t i = 0; i < old->nkept; i++) {
		if (strcmp(old->kept[i].name, name) == 0)
			return old->kept[i].owner;
	}
	return old;
}

static void
forget_rejected(struct config_reload *reload)
{
	config_free(reload->rejected);
	reload->rejected = NULL;
	reload->have_unusable = false;
}

/* One user less.  Settings without users go to the list gone. */
static void
drop(struct config_reload *reload, struct refcounted *c,
    struct refcounted **gone)
{
	struct refcounted **link = &reload->replaced;

	if (--c->users > 0)
		return;
	while (*link != NULL && *link != c)
		link = &(*link)->next;
	if (*link == c)
		*link = c->next;
	c->next = *gone;
	*gone = c;
}

/* Give settings back; the caller holds the lock. */
static void
release(struct config_reload *reload, struct refcounted *c)
{
	struct refcounted *gone = NULL;

	drop(reload, c, &gone);
	while ((c = gone) != NULL) {
		gone = c->next;
		for (size_t i = 0; i < c->nkept; i++)
			drop(reload, c->kept[i].owner, &gone);
		config_free(c->cfg);
		free(c->kept);
		free(c);
	}
}

/*
 * An error in a file of providers.d, or in a secret, concerns its provider only,
 * which keeps the settings that work.  The caller holds the lock.
 */
static void
keep_working(struct refcounted *fresh, struct refcounted *old, const char *path,
    const struct log *log)
{
	struct config *cfg = fresh->cfg;

	for (size_t i = 0; i < cfg->nprovider; i++) {
		const struct provider *now = &cfg->provider[i];
		const struct provider *was = was_working(old->cfg, now);
		struct kept *kept = &fresh->kept[fresh->nkept];

		if (was == NULL)
			continue;
		snprintf(kept->name, sizeof(kept->name), "%s", now->name);
		kept->owner = owner_of(old, now->name);
		kept->owner->users++;
		fresh->nkept++;
		log_line(log, LVL_ERROR,
		    "%s: provider %s keeps its old settings because of the "
		    "error above",
		    path, now->name);
		config_keep(cfg, i, was);
	}
	if (fresh->nkept > 0)
		config_check_kept(cfg, log);
}

/* NULL when out of memory; cfg is then freed. */
static struct refcounted *
new_refcounted(struct config *cfg)
{
	struct refcounted *c = calloc(1, sizeof(*c));
	struct kept *kept = calloc(cfg->nprovider + 1, sizeof(*kept));

	if (c == NULL || kept == NULL) {
		config_free(cfg);
		free(c);
		free(kept);
		return NULL;
	}
	*c = (struct refcounted){.cfg = cfg, .users = 1, .kept = kept};
	return c;
}

static void
replace(struct config_reload *reload, struct refcounted *fresh)
{
	struct refcounted *old = reload->current;

	reload->current = fresh;
	if (old == NULL)
		return;
	old->next = reload->replaced;
	reload->replaced = old;
	release(reload, old);
}

static void
accept_settings(
    struct config_reload *reload, struct config *cfg, const struct log *log)
{
	struct refcounted *fresh = new_refcounted(cfg);

	if (fresh == NULL)
		return;
	if (reload->current != NULL)
		log_line(log, LVL_INFO,
		    "%s: read again: the new settings are in effect",
		    reload->path);
	pthread_mutex_lock(&reload->lock);
	if (reload->current != NULL)
		keep_working(fresh, reload->current, reload->path, log);
	replace(reload, fresh);
	pthread_mutex_unlock(&reload->lock);
}

/*
 * Read the settings.  Only the thread that has set looking calls this, and only
 * this function changes current.
 */
static void
load(struct config_reload *reload, const struct log *log)
{
	struct config *old =
	    reload->current == NULL ? NULL : reload->current->cfg;
	const struct provider *broken;
	struct config *cfg;
	struct stat st;
	struct listener listener = {.log = log};
	const struct log heard = {listen, &listener};

	forget_rejected(reload);
	reload->retry = monotonic() + RETRY;
	if (stat(reload->path, &st) != 0)
		memset(&st, 0, sizeof(st));
	cfg = config_load(reload->path, reload->env, &heard);
	pthread_mutex_lock(&reload->lock);
	memcpy(reload->why, listener.first, sizeof(reload->why));
	pthread_mutex_unlock(&reload->lock);
	if (cfg == NULL) {
		reload->unusable = st;
		reload->have_unusable = true;
		if (old != NULL)
			log_line(log, LVL_ERROR,
			    "%s: the new settings are ignored because of the "
			    "error above; the old settings stay in effect",
			    reload->path);
		return;
	}
	/* What broke it otherwise, as a secret, concerns its provider only. */
	broken = old == NULL || file_same(&old->stamp[0].st, &cfg->stamp[0].st)
		     ? NULL
		     : newly_broken(old, cfg);
	if (broken != NULL) {
		reload->rejected = cfg;
		log_line(log, LVL_ERROR,
		    "%s: the new settings are ignored because they break "
		    "provider %s, which works now; the old settings stay in "
		    "effect",
		    reload->path, broken->name);
		return;
	}
	accept_settings(reload, cfg, log);
}

static bool
changed(const struct config_reload *reload)
{
	if (reload->have_unusable)
		return file_changed(reload->path, &reload->unusable);
	if (reload->rejected != NULL)
		return config_changed(reload->rejected);
	return reload->current == NULL || config_changed(reload->current->cfg);
}

/*
 * True if the settings have an error.  The cause may be a lack of memory or of
 * descriptors, which may pass.
 */
static bool
at_fault(const struct config_reload *reload)
{
	return reload->have_unusable || reload->rejected != NULL ||
	       reload->current->cfg->errors > 0;
}

static void
look(struct config_reload *reload, const struct log *log)
{
	long long now = monotonic();

	if (now < atomic_load(&reload->next_look) ||
	    atomic_flag_test_and_set(&reload->looking))
		return;
	if (now >= atomic_load(&reload->next_look)) {
		if (changed(reload) ||
		    (at_fault(reload) && now >= reload->retry))
			load(reload, log);
		atomic_store(&reload->next_look, monotonic() + 1);
	}
	atomic_flag_clear(&reload->looking);
}

struct config_reload *
config_reload_new(char *const env[], const struct log *log)
{
	struct config_reload *reload = calloc(1, sizeof(*reload));

	if (reload == NULL)
		return NULL;
	reload->env = env;
	atomic_flag_clear(&reload->looking);
	if (pthread_mutex_init(&reload->lock, NULL) != 0) {
		free(reload);
		return NULL;
	}
	config_locate(reload->path, env);
	load(reload, log);
	return reload;
}

const struct config *
config_reload_get(struct config_reload *reload, const struct log *log)
{
	const struct config *cfg = NULL;

	look(reload, log);
	pthread_mutex_lock(&reload->lock);
	if (reload->current != NULL) {
		reload->current->users++;
		cfg = reload->current->cfg;
	}
	pthread_mutex_unlock(&reload->lock);
	return cfg;
}

void
config_reload_why(
    struct config_reload *reload, char dst[static CONFIG_RELOAD_WHY_MAX])
{
	pthread_mutex_lock(&reload->lock);
	memcpy(dst, reload->why, CONFIG_RELOAD_WHY_MAX);
	pthread_mutex_unlock(&reload->lock);
}

void
config_reload_put(struct config_reload *reload, const struct config *cfg)
{
	struct refcounted *c;

	if (cfg == NULL)
		return;
	pthread_mutex_lock(&reload->lock);
	c = reload->current;
	if (c->cfg != cfg) {
		for (c = reload->replaced; c->cfg != cfg;)
			c = c->next;
	}
	release(reload, c);
	pthread_mutex_unlock(&reload->lock);
}

void
config_reload_free(struct config_reload *reload)
{
	forget_rejected(reload);
	if (reload->current != NULL)
		release(reload, reload->current);
	pthread_mutex_destroy(&reload->lock);
	free(reload);
}
