/* live.c - settings counted by their users, and replaced while in use. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "live.h"

/* Seconds until what is at fault is read again though it did not change. */
#define RETRY 30

/* Settings and how many use them; one more while they are the current ones. */
struct counted {
	struct config *cfg;
	unsigned users;
	struct counted *next; /* of those that are still in use, replaced */
};

struct live {
	char *const *env;
	char path[CONFIG_PATH_MAX];
	pthread_mutex_t lock;   /* for all but the next two */
	atomic_llong next_look; /* CLOCK_MONOTONIC, seconds */
	atomic_flag looking;
	struct counted *current; /* or NULL */
	struct counted *replaced;
	/* What was tried last, and not taken. */
	struct config *rejected;
	struct stat unusable; /* zeroed: nothing was there */
	bool have_unusable;
	long long retry;        /* CLOCK_MONOTONIC, seconds */
	char why[LIVE_WHY_MAX]; /* the first complaint about it; under lock */
};

/* A log that passes on what it gets, and keeps the first line of it. */
struct listener {
	const struct log *log;
	char first[LIVE_WHY_MAX];
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

/* A provider that works in old, and in fresh does not, or NULL. */
static const struct provider *
newly_broken(const struct config *old, const struct config *fresh)
{
	for (size_t i = 0; i < fresh->nprovider; i++) {
		const struct provider *now = &fresh->provider[i], *was;

		if (!now->broken)
			continue;
		was = config_provider(old, span_str(now->name));
		if (was != NULL && !was->broken)
			return now;
	}
	return NULL;
}

static void
forget_rejected(struct live *live)
{
	config_free(live->rejected);
	live->rejected = NULL;
	live->have_unusable = false;
}

static void
free_counted(struct counted *c)
{
	config_free(c->cfg);
	free(c);
}

/* Under the lock. */
static void
release(struct live *live, struct counted *c)
{
	struct counted **link = &live->replaced;

	if (--c->users > 0)
		return;
	while (*link != NULL && *link != c)
		link = &(*link)->next;
	if (*link == c)
		*link = c->next;
	free_counted(c);
}

static void
replace(struct live *live, struct counted *fresh)
{
	struct counted *old = live->current;

	live->current = fresh;
	if (old == NULL)
		return;
	old->next = live->replaced;
	live->replaced = old;
	release(live, old);
}

/* Only the one thread that is looking calls this, and changes current. */
static void
load(struct live *live, const struct log *log)
{
	struct config *old = live->current == NULL ? NULL : live->current->cfg;
	const struct provider *broken;
	struct counted *fresh;
	struct config *cfg;
	struct stat st;
	struct listener listener = {.log = log};
	const struct log heard = {listen, &listener};

	forget_rejected(live);
	live->retry = monotonic() + RETRY;
	if (stat(live->path, &st) != 0)
		memset(&st, 0, sizeof(st));
	cfg = config_load(live->path, live->env, &heard);
	pthread_mutex_lock(&live->lock);
	memcpy(live->why, listener.first, sizeof(live->why));
	pthread_mutex_unlock(&live->lock);
	if (cfg == NULL) {
		live->unusable = st;
		live->have_unusable = true;
		if (old != NULL)
			log_line(log, LVL_ERROR,
			    "%s: not taken; the last good settings stay",
			    live->path);
		return;
	}
	broken = old == NULL ? NULL : newly_broken(old, cfg);
	if (broken != NULL) {
		live->rejected = cfg;
		log_line(log, LVL_ERROR,
		    "%s: not taken, for provider %s works now and would not; "
		    "the last good settings stay",
		    live->path, broken->name);
		return;
	}
	if ((fresh = calloc(1, sizeof(*fresh))) == NULL) {
		config_free(cfg);
		return;
	}
	*fresh = (struct counted){.cfg = cfg, .users = 1};
	if (old != NULL)
		log_line(log, LVL_INFO, "%s: read again", live->path);
	pthread_mutex_lock(&live->lock);
	replace(live, fresh);
	pthread_mutex_unlock(&live->lock);
}

static bool
changed(const struct live *live)
{
	if (live->have_unusable)
		return file_changed(live->path, &live->unusable);
	if (live->rejected != NULL)
		return config_changed(live->rejected);
	return live->current == NULL || config_changed(live->current->cfg);
}

/* It may have been for want of memory or of descriptors, and that passes. */
static bool
at_fault(const struct live *live)
{
	return live->have_unusable || live->rejected != NULL ||
	       live->current->cfg->errors > 0;
}

static void
look(struct live *live, const struct log *log)
{
	long long now = monotonic();

	if (now < atomic_load(&live->next_look) ||
	    atomic_flag_test_and_set(&live->looking))
		return;
	if (now >= atomic_load(&live->next_look)) {
		if (changed(live) || (at_fault(live) && now >= live->retry))
			load(live, log);
		atomic_store(&live->next_look, monotonic() + 1);
	}
	atomic_flag_clear(&live->looking);
}

struct live *
live_new(char *const env[], const struct log *log)
{
	struct live *live = calloc(1, sizeof(*live));

	if (live == NULL)
		return NULL;
	live->env = env;
	atomic_flag_clear(&live->looking);
	if (pthread_mutex_init(&live->lock, NULL) != 0) {
		free(live);
		return NULL;
	}
	config_locate(live->path, env);
	load(live, log);
	return live;
}

const struct config *
live_get(struct live *live, const struct log *log)
{
	const struct config *cfg = NULL;

	look(live, log);
	pthread_mutex_lock(&live->lock);
	if (live->current != NULL) {
		live->current->users++;
		cfg = live->current->cfg;
	}
	pthread_mutex_unlock(&live->lock);
	return cfg;
}

void
live_why(struct live *live, char dst[static LIVE_WHY_MAX])
{
	pthread_mutex_lock(&live->lock);
	memcpy(dst, live->why, LIVE_WHY_MAX);
	pthread_mutex_unlock(&live->lock);
}

void
live_put(struct live *live, const struct config *cfg)
{
	struct counted *c;

	if (cfg == NULL)
		return;
	pthread_mutex_lock(&live->lock);
	c = live->current;
	if (c->cfg != cfg) {
		for (c = live->replaced; c->cfg != cfg;)
			c = c->next;
	}
	release(live, c);
	pthread_mutex_unlock(&live->lock);
}

void
live_free(struct live *live)
{
	forget_rejected(live);
	if (live->current != NULL)
		release(live, live->current);
	pthread_mutex_destroy(&live->lock);
	free(live);
}
