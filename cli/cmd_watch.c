/* cmd_watch.c - hookdir watch: events as they come, and as they are handled. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "outbox/outbox.h"
#include "outbox/outbox_errors.h"
#include "provider_outbox.h"
#include "watch_line.h"

#define LOOK_EVERY 5000 /* milliseconds */
#define NEWS       (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
/* In the list of folders: that of the provider, in which the others are. */
#define ITSELF OUTBOX_STATES

/* An event that a handler has. */
struct handled {
	uint64_t hash;
	unsigned attempts;
};

/* One root of a provider. */
struct place {
	struct timespec mtime; /* of new/, at the last look */
	bool told;             /* inotify told of it since then */
	bool seen;             /* it was open before */
	int wd[OUTBOX_STATES + 1];
};

/* One provider. */
struct watched {
	const char *name;
	struct inbox_failover inboxes;
	struct outbox outbox;
	struct place place[OUTBOX_ROOTS];
	struct handled *handled;
	size_t n, room;
};

struct watching {
	struct watched *provider;
	size_t n;
	int changes;
	struct watch_memory *memory;
	/* The last move that was begun: from where. */
	uint32_t cookie;
	enum outbox_state from;
	struct timespec begun; /* what came before, is not shown */
};

/* --- What handlers have --- */

static struct handled *
find_handled(struct watched *w, const char *id)
{
	const uint64_t hash = outbox_name_hash(id);

	for (size_t i = 0; i < w->n; i++) {
		if (w->handled[i].hash == hash)
			return &w->handled[i];
	}
	return NULL;
}

/* Of one that is not noted, the end is not seen. */
static void
note_handled(struct watched *w, const struct outbox_name *name)
{
	struct handled *handled = find_handled(w, name->id);
	size_t room = w->room == 0 ? 64 : 2 * w->room;

	if (handled == NULL && w->n == w->room) {
		struct handled *grown =
		    realloc(w->handled, room * sizeof(*grown));

		if (grown == NULL)
			return;
		w->handled = grown;
		w->room = room;
	}
	if (handled == NULL)
		handled = &w->handled[w->n++];
	*handled = (struct handled){outbox_name_hash(name->id), name->attempts};
}

/* The attempt that a handler had it with, which is over; 0: none had it. */
static unsigned
end_handled(struct watched *w, const char *id)
{
	struct handled *handled = find_handled(w, id);
	unsigned attempts = handled == NULL ? 0 : handled->attempts;

	if (handled != NULL)
		*handled = w->handled[--w->n];
	return attempts;
}

/* --- One event --- */

static void
say(struct watching *all, struct watched *w, struct outbox_event *event,
    enum watch_word word, unsigned attempts)
{
	const struct outbox_root *root = &w->outbox.root[event->root];
	struct eventfile file = {.head = NULL};
	struct outbox_errors errors = {.line = {NULL, 0}};
	char bytes[OUTBOX_ERRORS_MAX];
	struct outbox_name name = event->name;
	struct watch_news news = {
	    .provider = w->name, .word = word, .name = &name};
	struct reason ignored;

	if (event->fd < 0)
		outbox_event_open(&w->outbox, event, &ignored);
	if (event->fd >= 0 && eventfile_read(&file, event->fd, &ignored))
		news.file = &file;
	outbox_event_close(event);
	if ((word == WATCH_LATER || word == WATCH_FAILED) &&
	    outbox_errors_read(
		root, event->name.id, bytes, &errors, &ignored) == LOOKUP_FOUND)
		news.reason = errors.line;
	name.attempts = attempts;
	watch_line(all->memory, &news);
	eventfile_free(&file);
}

/* An event that waits, waited before if it is known to have gone on. */
static enum watch_word
word_of_new(const struct watching *all, const struct watched *w,
    const struct outbox_name *name, enum outbox_state from)
{
	enum watch_word last;

	if (from != OUTBOX_STATES)
		return WATCH_REPLAYED;
	return watch_last(all->memory, w->name, name, &last) &&
		       (last == WATCH_LATER || last == WATCH_FAILED ||
			   last == WATCH_DROPPED || last == WATCH_DONE)
		   ? WATCH_REPLAYED
		   : WATCH_NEW;
}

/*
 * An event has come to a folder; from is OUTBOX_STATES if it came from outside,
 * or if moves are link and unlink.
 */
static void
came(struct watching *all, struct watched *w, struct outbox_event *event,
    enum outbox_state from)
{
	unsigned attempts = event->name.attempts, had;
	enum watch_word word;
	struct reason ignored;

	/* Not a file of the receiver's user: no event, whatever its name. */
	if (outbox_event_open(&w->outbox, event, &ignored) == OUTBOX_NOT_OURS)
		return;
	if (event->state == OUTBOX_BUSY) {
		note_handled(w, &event->name);
		say(all, w, event, WATCH_STARTED, attempts);
		return;
	}
	had = end_handled(w, event->name.id);
	if (event->state == OUTBOX_NEW) {
		word = had != 0 ? WATCH_PUT_BACK
				: word_of_new(all, w, &event->name, from);
		say(all, w, event, word, 0);
		return;
	}
	if (event->state == OUTBOX_LATER)
		word = WATCH_LATER;
	else if (event->state == OUTBOX_DONE)
		word = WATCH_DONE;
	else
		word = had == 0 ? WATCH_DROPPED : WATCH_FAILED;
	say(all, w, event, word, attempts == 0 ? had : attempts);
}

/* A name has left busy/ for nowhere: its event is done, and was removed. */
static void
gone(struct watching *all, struct watched *w, struct outbox_event *event)
{
	const struct handled *handled = find_handled(w, event->name.id);

	/* With link and unlink, it went on before. */
	if (handled == NULL || handled->attempts != event->name.attempts)
		return;
	say(all, w, event, WATCH_DONE, end_handled(w, event->name.id));
}

/* --- The folders --- */

/* Events that are found by a look, of one provider. */
struct looking {
	struct watching *all;
	struct watched *w;
	size_t root;
	bool quietly; /* only note what handlers have */
	struct timespec since;
};

static bool
is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static bool
found(void *arg, struct outbox_event *event)
{
	const struct looking *l = arg;

	if (event->root != l->root)
		return true;
	if (l->quietly)
		note_handled(l->w, &event->name);
	else if (event->state != OUTBOX_NEW ||
		 !is_before(&event->mtime, &l->since))
		came(l->all, l->w, event, OUTBOX_STATES);
	return true;
}

static void
look_into(struct looking *looking, enum outbox_state state)
{
	struct outbox_visit v = {.visit = found, .arg = looking};
	struct reason why = {""};

	if (!outbox_visit(&looking->w->outbox, state, &v, &why))
		provider_outbox_fail(looking->w->name, &why);
}

/* Watch a folder by its descriptor: the one that is open, whatever its name. */
static int
watch_folder(const struct watching *all, int folder)
{
	char path[64];

	if (folder < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	return inotify_add_watch(all->changes, path, NEWS);
}

/*
 * Watch what is open of a root.  In folders that were not there before, what is
 * there now has come since.
 */
static void
watch_root(struct watching *all, struct watched *w, size_t root)
{
	const struct outbox_root *r = &w->outbox.root[root];
	struct place *place = &w->place[root];
	struct looking l = {
	    .all = all, .w = w, .root = root, .since = all->begun};

	place->wd[ITSELF] = watch_folder(all, r->dir.fds.provider);
	for (enum outbox_state s = OUTBOX_NEW; s < OUTBOX_STATES; s++) {
		const bool was = place->wd[s] >= 0;

		place->wd[s] = watch_folder(all, r->folder[s]);
		l.quietly = !place->seen && s == OUTBOX_BUSY;
		if (place->wd[s] >= 0 && !was &&
		    (place->seen || s == OUTBOX_NEW || l.quietly))
			look_into(&l, s);
	}
	place->seen = true;
}

static bool
lacks_folder(const struct outbox_root *root)
{
	for (enum outbox_state s = OUTBOX_NEW; s < OUTBOX_STATES; s++) {
		if (root->folder[s] < 0)
			return true;
	}
	return root->errors < 0;
}

static void
forget_watches(struct place *place)
{
	for (size_t i = 0; i <= ITSELF; i++)
		place->wd[i] = -1;
}

/* Open what is not open, and what has been made since. */
static void
open_roots(struct watching *all, struct watched *w)
{
	bool was[OUTBOX_ROOTS] = {false};

	for (size_t i = 0; i < w->outbox.n; i++) {
		was[i] = w->outbox.root[i].opened == OUTBOX_OPEN;
		if (was[i] && lacks_folder(&w->outbox.root[i])) {
			outbox_close_root(&w->outbox, i);
			was[i] = false;
		}
	}
	outbox_open(&w->outbox);
	for (size_t i = 0; i < w->outbox.n; i++) {
		if (!was[i] && w->outbox.root[i].opened == OUTBOX_OPEN)
			watch_root(all, w, i);
	}
}

/* For file systems that tell nothing, and for what was replaced. */
static void
look_around(struct watching *all, struct watched *w)
{
	for (size_t i = 0; i < w->outbox.n; i++) {
		struct place *place = &w->place[i];
		struct looking l = {
		    .all = all, .w = w, .root = i, .since = place->mtime};

		if (w->outbox.root[i].opened != OUTBOX_OPEN)
			continue;
		switch (outbox_news(&w->outbox, i, &place->mtime)) {
		case OUTBOX_REPLACED:
			outbox_close_root(&w->outbox, i);
			forget_watches(place);
			break;
		case OUTBOX_CHANGED:
			if (!place->told && l.since.tv_sec != 0)
				look_into(&l, OUTBOX_NEW);
			break;
		case OUTBOX_SAME:
		default:
			break;
		}
		place->told = false;
	}
	open_roots(all, w);
}

/* --- What inotify tells --- */

/* The folder of this watch; false: none any more. */
static bool
find_folder(const struct watching *all, int wd, struct watched **w,
    size_t *root, size_t *state)
{
	for (size_t i = 0; i < all->n * OUTBOX_ROOTS; i++) {
		*w = &all->provider[i / OUTBOX_ROOTS];
		*root = i % OUTBOX_ROOTS;
		for (*state = 0; *state <= ITSELF; ++*state) {
			if ((*w)->place[*root].wd[*state] == wd)
				return true;
		}
	}
	return false;
}

static void
told_of(struct watching *all, struct watched *w, struct outbox_event *event,
    const struct inotify_event *change)
{
	enum outbox_state from = OUTBOX_STATES;

	if ((change->mask & IN_MOVED_FROM) != 0) {
		all->cookie = change->cookie;
		all->from = event->state;
	} else if ((change->mask & IN_DELETE) != 0) {
		if (event->state == OUTBOX_BUSY)
			gone(all, w, event);
	} else {
		if ((change->mask & IN_MOVED_TO) != 0 &&
		    change->cookie == all->cookie)
			from = all->from;
		came(all, w, event, from);
	}
}

/* Too much has happened at once. */
static void
overflow(struct watching *all)
{
	log_line(&log_stderr, LVL_WARNING,
	    "too much has happened at once: lines are missing here");
	for (size_t i = 0; i < all->n; i++) {
		struct watched *w = &all->provider[i];
		struct looking l = {.all = all, .w = w, .quietly = true};

		w->n = 0;
		for (l.root = 0; l.root < w->outbox.n; l.root++)
			look_into(&l, OUTBOX_BUSY);
	}
}

static void
told(struct watching *all, const struct inotify_event *change)
{
	struct outbox_event event;
	struct outbox_name name;
	struct watched *w;
	size_t root, state;

	if ((change->mask & IN_Q_OVERFLOW) != 0) {
		overflow(all);
		return;
	}
	if (!find_folder(all, change->wd, &w, &root, &state) ||
	    change->len == 0)
		return;
	if (state == ITSELF) {
		/* A runner makes its folders just now. */
		if ((change->mask & IN_ISDIR) != 0)
			open_roots(all, w);
		return;
	}
	w->place[root].told = true;
	if (!outbox_name_read(&name, (enum outbox_state)state, change->name))
		return;
	event = outbox_event_at(root, (enum outbox_state)state, &name);
	told_of(all, w, &event, change);
}

static void
read_changes(struct watching *all)
{
	_Alignas(struct inotify_event) char buf[65536];
	ssize_t n = read(all->changes, buf, sizeof(buf));

	for (char *at = buf; n > 0 && at < buf + n;) {
		const struct inotify_event *change = (void *)at;

		told(all, change);
		at += sizeof(*change) + change->len;
	}
}

/* --- All of it --- */

static long long
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Until a signal ends it, or nobody reads its output any more. */
static int
watch(struct watching *all)
{
	struct pollfd waits[] = {
	    {.fd = all->changes, .events = POLLIN}, {.fd = STDOUT_FILENO}};
	long long look_at = milliseconds() + LOOK_EVERY, wait;

	while (fflush(stdout) == 0 && !ferror(stdout)) {
		wait = look_at - milliseconds();
		if (poll(waits, 2, wait < 0 ? 0 : (int)wait) < 0 &&
		    errno != EINTR)
			break;
		if ((waits[1].revents & (POLLERR | POLLHUP)) != 0)
			return CLI_OK;
		if ((waits[0].revents & POLLIN) != 0)
			read_changes(all);
		if (milliseconds() < look_at)
			continue;
		look_at = milliseconds() + LOOK_EVERY;
		for (size_t i = 0; i < all->n; i++)
			look_around(all, &all->provider[i]);
	}
	return CLI_WRONG;
}

static void
add(struct watching *all, const struct config *cfg, const struct provider *prov)
{
	struct watched *w = &all->provider[all->n++];

	w->name = prov->name;
	inbox_failover_of(&w->inboxes, &cfg->inbox, w->name, NULL);
	w->outbox = outbox_of(&w->inboxes, OUTBOX_LOOK);
	for (size_t i = 0; i < OUTBOX_ROOTS; i++)
		forget_watches(&w->place[i]);
	open_roots(all, w);
	for (size_t i = 0; i < w->outbox.n; i++) {
		const struct outbox_root *root = &w->outbox.root[i];

		if (root->opened == OUTBOX_UNUSABLE)
			provider_outbox_fail(w->name, &root->why);
		else if (root->opened == OUTBOX_OPEN)
			outbox_news(&w->outbox, i, &w->place[i].mtime);
	}
}

/* True if it is one of the operands, or if there are none. */
static bool
is_wanted(const char *name, char *const operand[])
{
	if (operand[0] == NULL)
		return true;
	for (; *operand != NULL; operand++) {
		if (strcmp(*operand, name) == 0)
			return true;
	}
	return false;
}

/* False after saying what is lacking. */
static bool
add_all(struct watching *all, const struct config *cfg, char *const operand[])
{
	for (size_t i = 0; operand[i] != NULL; i++) {
		if (cli_find(cfg, operand[i]) == NULL)
			return false;
	}
	all->provider = calloc(cfg->nprovider + 1, sizeof(*all->provider));
	all->memory = calloc(1, sizeof(*all->memory));
	all->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (all->provider == NULL || all->memory == NULL || all->changes < 0) {
		log_line(&log_stderr, LVL_ERROR, "watch: %s", strerror(errno));
		return false;
	}
	clock_gettime(CLOCK_REALTIME, &all->begun);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (is_wanted(cfg->provider[i].name, operand))
			add(all, cfg, &cfg->provider[i]);
	}
	if (all->n == 0)
		log_line(&log_stderr, LVL_ERROR,
		    "watch: there are no providers: " CLI_ADD);
	return all->n > 0;
}

int
watch_run(const struct options *opt, char *const operand[])
{
	struct watching all = {.changes = -1};
	char path[CONFIG_PATH_MAX];
	struct options own = *opt;
	struct config *cfg = NULL;
	int rc = cli_leave_root_beside_runner(&own, path);

	if (rc != CLI_OK)
		return rc;
	rc = CLI_WRONG;
	if ((cfg = cli_config(&own)) != NULL && add_all(&all, cfg, operand)) {
		all.memory->json = opt->json;
		log_line(&log_stderr, LVL_INFO, "watching %zu provider%s",
		    all.n, all.n == 1 ? "" : "s");
		rc = watch(&all);
	}
	for (size_t i = 0; i < all.n; i++) {
		outbox_close(&all.provider[i].outbox);
		free(all.provider[i].handled);
	}
	free(all.provider);
	free(all.memory);
	if (all.changes >= 0)
		close(all.changes);
	config_free(cfg);
	return rc;
}
