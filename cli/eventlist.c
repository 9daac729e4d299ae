/* eventlist.c - reads the folders of an inbox. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "cli.h"
#include "event_folder.h"
#include "eventlist.h"
#include "held_visit.h"
#include "outbox/outbox.h"
#include "outbox/outbox_errors.h"
#include "provider_outbox.h"
#include "terminal.h"

static void
complain(struct event_list *list, const char *path, const char *what)
{
	if (!list->quiet)
		log_line(&log_stderr, LVL_ERROR, "%s: %s", path, what);
	list->wrong = true;
}

static char *
join_path(const char *a, const char *b, const char *c)
{
	size_t len = strlen(a) + strlen(b) + strlen(c) + 3;
	char *path = malloc(len);

	if (path != NULL)
		snprintf(path, len, "%s/%s/%s", a, b, c);
	return path;
}

/* Room for one more row, or NULL. */
static struct event_row *
next_row(struct event_list *list)
{
	size_t room = list->room == 0 ? 64 : 2 * list->room;
	struct event_row *grown;

	if (list->n == list->room) {
		grown = realloc(list->row, room * sizeof(*grown));
		if (grown == NULL)
			return NULL;
		list->row = grown;
		list->room = room;
	}
	return &list->row[list->n];
}

static void
add_event(struct event_list *list, const char *provider, const char *dir,
    int dirfd, const char *name)
{
	struct event_row *row = next_row(list);
	size_t len = strlen(dir) + strlen(name) + 2;
	char *path = malloc(len);
	struct reason why = {""};

	if (row == NULL || path == NULL) {
		complain(list, dir, "out of memory");
		goto out;
	}
	snprintf(path, len, "%s/%s", dir, name);
	switch (eventfile_open(&row->file, dirfd, name, &why)) {
	case EVENTFILE_OK:
		break;
	case EVENTFILE_BAD:
		complain(list, path, why.text);
		goto out;
	case EVENTFILE_GONE: /* A consumer took it in the meantime. */
		goto out;
	}
	snprintf(row->provider, sizeof(row->provider), "%s", provider);
	timestamp_parse(row->file.time, &row->seconds);
	row->state = NULL;
	row->note = NULL;
	row->name = path + strlen(dir) + 1;
	row->path = path;
	list->n++;
	return;
out:
	free(path);
}

/* False for a file that is older than the list is to be. */
static bool
is_due(const struct event_list *list, int dirfd, const char *name)
{
	struct stat st;

	return list->since == 0 ||
	       (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		   st.st_ctime >= list->since);
}

/* The events of one provider in one state. */
struct state_reading {
	struct event_list *list;
	const char *provider;
	const struct outbox *outbox;
};

/* The first line of errors/ID, and what follows it; NULL: there is none. */
static char *
read_note(struct event_list *list, const char *provider,
    const struct outbox_root *root, const char *id)
{
	char bytes[OUTBOX_ERRORS_MAX];
	struct outbox_errors errors;
	struct reason why = {""};

	switch (outbox_errors_read(root, id, bytes, &errors, &why)) {
	case LOOKUP_FOUND:
		return strndup(
		    errors.line.len == 0 ? "" : (const char *)errors.line.ptr,
		    errors.line.len);
	case LOOKUP_INVALID:
	case LOOKUP_NO_MEMORY:
		complain(list, provider, why.text);
		break;
	case LOOKUP_NONE:
	default:
		break;
	}
	return NULL;
}

/* ROOT/P/later/NEXT.N.ID; malloc'd, or NULL. */
static char *
path_of(const struct state_reading *r, const struct outbox_event *event,
    const char *file)
{
	char sub[16 + OUTBOX_FILE_MAX];

	snprintf(
	    sub, sizeof(sub), "%s/%s", outbox_state_name(event->state), file);
	return join_path(
	    r->outbox->root[event->root].inbox.root, r->provider, sub);
}

static bool
add_state_event(void *arg, struct outbox_event *event)
{
	const struct state_reading *r = arg;
	struct event_row *row = next_row(r->list);
	char file[OUTBOX_FILE_MAX], *path;
	struct reason why = {""};
	enum outbox_step step;

	outbox_name_write(file, event->state, &event->name);
	path = path_of(r, event, file);
	if (row == NULL || path == NULL) {
		complain(r->list, r->provider, "out of memory");
		free(path);
		return false;
	}
	step = outbox_event_open(r->outbox, event, &why);
	if (step != OUTBOX_MOVED ||
	    !eventfile_read(&row->file, event->fd, &why)) {
		/* Without a word if it was moved meanwhile. */
		if (why.text[0] != '\0')
			complain(r->list, path, why.text);
		free(path);
		return true;
	}
	snprintf(row->provider, sizeof(row->provider), "%s", r->provider);
	timestamp_parse(row->file.time, &row->seconds);
	row->path = path;
	row->name = path + strlen(path) - strlen(file);
	row->state = outbox_state_name(event->state);
	row->attempts = event->name.attempts;
	row->next = event->name.next;
	row->note = NULL;
	if (event->state != OUTBOX_NEW && event->state != OUTBOX_DONE)
		row->note = read_note(r->list, r->provider,
		    &r->outbox->root[event->root], event->name.id);
	r->list->n++;
	return true;
}

/* Say what else is there, that nobody hands on. */
static void
complain_others(struct event_list *list, const char *provider,
    enum outbox_state state, size_t n)
{
	char text[96];

	snprintf(text, sizeof(text), "%zu file%s in %s/ %s no event%s", n,
	    n == 1 ? "" : "s", outbox_state_name(state), n == 1 ? "is" : "are",
	    n == 1 ? "" : "s");
	complain(list, provider, text);
}

/* Add the events of one provider in these states, in list->root. */
static void
add_states(struct event_list *list, const char *provider)
{
	const struct inbox_settings only = {.root = list->root};
	struct state_reading r = {list, provider, NULL};
	struct outbox_visit visit = {.visit = add_state_event, .arg = &r};
	struct inbox_failover inboxes;
	struct outbox outbox;
	struct reason why = {""};

	inbox_failover_of(&inboxes, &only, provider, NULL);
	r.outbox = &outbox;
	if (!provider_outbox_of(&outbox, provider, &inboxes, OUTBOX_LOOK))
		list->wrong = true;
	for (enum outbox_state s = OUTBOX_NEW; s < OUTBOX_STATES; s++) {
		if ((list->states & EVENT_LIST_BIT(s)) == 0)
			continue;
		if (!outbox_visit(&outbox, s, &visit, &why))
			complain(list, provider, why.text);
		if (visit.others > 0)
			complain_others(list, provider, s, visit.others);
	}
	outbox_close(&outbox);
}

/* Add the events of one provider; a folder that is not there has none. */
static void
add_folder(struct event_list *list, const char *provider)
{
	char *dir = join_path(list->root, provider, list->cur ? "cur" : "new");
	struct dirent *entry;
	DIR *stream = NULL;
	int fd = -1;

	if (dir == NULL) {
		complain(list, provider, "out of memory");
		return;
	}
	fd = event_folder(list->root, provider, list->cur ? "cur" : "new");
	if (fd < 0 || (stream = fdopendir(fd)) == NULL) {
		if (errno != ENOENT)
			complain(list, dir, strerror(errno));
		goto out;
	}
	while ((errno = 0, entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.' && is_due(list, fd, entry->d_name))
			add_event(list, provider, dir, fd, entry->d_name);
	}
	if (errno != 0)
		complain(list, dir, strerror(errno));
out:
	if (stream != NULL)
		closedir(stream);
	else if (fd >= 0)
		close(fd);
	free(dir);
}

static void
add_provider(struct event_list *list, const char *provider)
{
	if (list->states == 0)
		add_folder(list, provider);
	else
		add_states(list, provider);
}

/* True for the folder of a provider, which need not be configured. */
static bool
is_provider_folder(int dirfd, const char *name)
{
	struct stat st;

	return provider_name_ok(span_str(name)) &&
	       fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

static void
add_all(struct event_list *list)
{
	DIR *stream = opendir(list->root);
	struct dirent *entry;

	if (stream == NULL) {
		/* No event was filed yet. */
		if (errno != ENOENT)
			complain(list, list->root, strerror(errno));
		return;
	}
	while ((errno = 0, entry = readdir(stream)) != NULL) {
		if (is_provider_folder(dirfd(stream), entry->d_name))
			add_provider(list, entry->d_name);
	}
	if (errno != 0)
		complain(list, list->root, strerror(errno));
	closedir(stream);
}

/* The events of one inbox: of this provider, or of all. */
static void
add_inbox(struct event_list *list, const char *root, const char *name)
{
	if (root == NULL)
		return;
	list->root = root;
	if (name != NULL)
		add_provider(list, name);
	else
		add_all(list);
}

static int
compare(const void *a, const void *b)
{
	const struct event_row *x = a, *y = b;
	size_t xlen = x->file.time.len, ylen = y->file.time.len;
	int rc = (x->seconds > y->seconds) - (x->seconds < y->seconds);

	/* The fractions, as lib/event writes them. */
	if (rc == 0)
		rc = memcmp(x->file.time.ptr, y->file.time.ptr,
		    xlen < ylen ? xlen : ylen);
	if (rc == 0)
		rc = strcmp(x->name, y->name);
	return rc != 0 ? rc : strcmp(x->provider, y->provider);
}

static void
sort(struct event_list *list)
{
	if (list->n > 0)
		qsort(list->row, list->n, sizeof(*list->row), compare);
}

void
event_list_read(struct event_list *list, const struct inbox_settings *inbox,
    const char *provider)
{
	add_inbox(list, inbox->root, provider);
	add_inbox(list, inbox->fallback, provider);
	sort(list);
}

/* Where held deliveries go. */
struct held_rows {
	struct event_list list;
	const struct hold *hold;
};

static void
free_row(struct event_row *row)
{
	eventfile_free(&row->file);
	free(row->path);
	free(row->note);
}

/* Make the row of a held delivery.  False: out of memory. */
static bool
fill_held(struct event_row *row, const struct hold *hold,
    const struct hold_item *item, const struct request_file *saved)
{
	char sub[HOLD_NAME_MAX + 8], time[TIMESTAMP_TEXT_MAX];
	const struct span reason = saved->reason;
	size_t len;

	timestamp_format(time, &saved->arrived);
	snprintf(sub, sizeof(sub), "hold/%s", item->name);
	len = strlen(time);
	*row = (struct event_row){.state = "hold",
	    .seconds = saved->arrived.tv_sec,
	    .path = join_path(hold->root, hold->provider, sub),
	    .note = strndup(
		reason.len == 0 ? "" : (const char *)reason.ptr, reason.len)};
	row->file.head = malloc(len + sizeof(item->name));
	if (row->path == NULL || row->note == NULL || row->file.head == NULL) {
		free_row(row);
		return false;
	}
	memcpy(row->file.head, time, len);
	snprintf(row->file.head + len, sizeof(item->name), "%s", item->name);
	row->file.time = span_mem(row->file.head, len);
	row->file.id = span_str(row->file.head + len);
	row->file.length = saved->length;
	snprintf(row->provider, sizeof(row->provider), "%s", hold->provider);
	row->name = row->file.head + len;
	return true;
}

static bool
add_held(
    void *arg, const struct hold_item *item, const struct request_file *saved)
{
	struct held_rows *rows = arg;
	struct event_row *place = next_row(&rows->list), row;

	if (place == NULL || !fill_held(&row, rows->hold, item, saved)) {
		complain(&rows->list, rows->hold->provider, "out of memory");
		return false;
	}
	*place = row;
	rows->list.n++;
	return true;
}

void
event_list_hold(struct event_list *list, const struct hold *hold)
{
	struct held_rows rows = {*list, hold};

	if (!held_visit(hold, add_held, &rows))
		rows.list.wrong = true;
	*list = rows.list;
	sort(list);
}

bool
event_list_knows(const struct config *cfg, const char *name)
{
	const char *root[] = {cfg->inbox.root, cfg->inbox.fallback};
	bool known = config_provider(cfg, span_str(name)) != NULL;
	struct stat st;

	if (!provider_name_ok(span_str(name)))
		return false;
	for (size_t i = 0; i < 2 && !known && root[i] != NULL; i++) {
		char *dir = join_path(root[i], name, "");

		known = dir != NULL && stat(dir, &st) == 0;
		free(dir);
	}
	return known;
}

/* The columns of a table, in their order; each may be left out. */
enum column {
	COLUMN_TIME,
	COLUMN_PROVIDER,
	COLUMN_STATE,
	COLUMN_TRIES,
	COLUMN_NEXT,
	COLUMN_TYPE,
	COLUMN_ID,
	COLUMN_SIZE,
	COLUMN_FILE,
	COLUMN_NOTE,
	COLUMNS
};

static const struct table_column columns[COLUMNS] = {
    [COLUMN_TIME] = {"TIME", TABLE_WORD, 0},
    [COLUMN_PROVIDER] = {"PROVIDER", TABLE_WORD, 0},
    [COLUMN_STATE] = {"STATE", TABLE_WORD, 0},
    [COLUMN_TRIES] = {"TRIES", TABLE_NUMBER, 0},
    [COLUMN_NEXT] = {"NEXT", TABLE_WORD, 0},
    [COLUMN_TYPE] = {"TYPE", TABLE_WORD, 12},
    [COLUMN_ID] = {"ID", TABLE_WORD, 12},
    [COLUMN_SIZE] = {"SIZE", TABLE_NUMBER, 0},
    [COLUMN_FILE] = {"FILE", TABLE_TEXT, 0},
    [COLUMN_NOTE] = {"REASON", TABLE_PROSE, 0},
};

#define BUSY   EVENT_LIST_BIT(OUTBOX_BUSY)
#define LATER  EVENT_LIST_BIT(OUTBOX_LATER)
#define FAILED EVENT_LIST_BIT(OUTBOX_FAILED)
#define HOLD   EVENT_LIST_BIT(EVENT_LIST_HOLD)

/* True if the column says something in this list. */
static bool
is_shown(const struct event_list *list, const struct options *opt,
    enum column column)
{
	const unsigned states = list->states;

	switch (column) {
	case COLUMN_STATE:
		return (states & (states - 1)) != 0;
	case COLUMN_TRIES:
		return (states & (BUSY | LATER)) != 0;
	case COLUMN_NEXT:
		return (states & LATER) != 0;
	case COLUMN_NOTE:
		return (states & (BUSY | LATER | FAILED | HOLD)) != 0;
	case COLUMN_FILE:
		return opt->long_form;
	case COLUMN_TIME:
	case COLUMN_PROVIDER:
	case COLUMN_TYPE:
	case COLUMN_ID:
	case COLUMN_SIZE:
	case COLUMNS:
	default:
		return true;
	}
}

void
event_row_next(char dst[static TIMESTAMP_TEXT_MAX], const struct event_row *row)
{
	struct tm tm;

	dst[0] = '\0';
	if (row->next != 0 && gmtime_r(&row->next, &tm) != NULL)
		strftime(dst, TIMESTAMP_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
add_cell(struct table *table, const struct event_row *row, enum column column)
{
	char text[TIMESTAMP_TEXT_MAX] = "";
	struct span cell = span_str(text);

	switch (column) {
	case COLUMN_TIME:
		cell = row->file.time;
		break;
	case COLUMN_PROVIDER:
		cell = span_str(row->provider);
		break;
	case COLUMN_STATE:
		cell = span_str(row->state);
		break;
	case COLUMN_TRIES:
		if (row->attempts > 0)
			snprintf(text, sizeof(text), "%u", row->attempts);
		cell = span_str(text);
		break;
	case COLUMN_NEXT:
		event_row_next(text, row);
		cell = span_str(text);
		break;
	case COLUMN_TYPE:
		cell = row->file.type;
		break;
	case COLUMN_ID:
		cell = row->file.id;
		break;
	case COLUMN_SIZE:
		snprintf(text, sizeof(text), "%lld", row->file.length);
		cell = span_str(text);
		break;
	case COLUMN_FILE:
		cell = span_str(row->path);
		break;
	case COLUMN_NOTE:
		cell = span_str(row->note);
		break;
	case COLUMNS:
	default:
		break;
	}
	table_add(table, cell);
}

bool
event_list_print(const struct event_list *list, const struct options *opt)
{
	struct table_column shown[COLUMNS];
	enum column which[COLUMNS];
	struct table table;
	size_t n = 0;
	bool ok;

	for (enum column c = COLUMN_TIME; c < COLUMNS; c++) {
		if (!is_shown(list, opt, c))
			continue;
		which[n] = c;
		shown[n++] = columns[c];
	}
	/* Only the last column can be wrapped. */
	if (which[n - 1] == COLUMN_FILE)
		shown[n - 1].form = TABLE_PROSE;
	table_init(&table, shown, n);
	for (size_t i = 0; i < list->n; i++) {
		for (size_t k = 0; k < n; k++)
			add_cell(&table, &list->row[i], which[k]);
	}
	ok = terminal_table(&table, opt);
	table_free(&table);
	return ok;
}

void
event_list_free(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free_row(&list->row[i]);
	free(list->row);
	*list = (struct event_list){.row = NULL};
}
