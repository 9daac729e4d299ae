/* eventlist.c - reads the folders of an inbox. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timestamp.h"
#include "cli.h"
#include "event_folder.h"
#include "eventlist.h"
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

/* Add the events of one provider; a folder that is not there has none. */
static void
add_provider(struct event_list *list, const char *provider)
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

void
event_list_read(struct event_list *list, const struct inbox_settings *inbox,
    const char *provider)
{
	add_inbox(list, inbox->root, provider);
	add_inbox(list, inbox->fallback, provider);
	if (list->n > 0)
		qsort(list->row, list->n, sizeof(*list->row), compare);
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

bool
event_list_print(const struct event_list *list, const struct options *opt)
{
	static const struct table_column column[] = {{"TIME", TABLE_WORD, 0},
	    {"PROVIDER", TABLE_WORD, 0}, {"TYPE", TABLE_WORD, 12},
	    {"ID", TABLE_WORD, 12}, {"SIZE", TABLE_NUMBER, 0},
	    {"FILE", TABLE_PROSE, 0}};
	const size_t ncolumn = sizeof(column) / sizeof(column[0]);
	struct table table;
	char size[32];
	bool ok;

	table_init(&table, column, opt->long_form ? ncolumn : ncolumn - 1);
	for (size_t i = 0; i < list->n; i++) {
		const struct event_row *row = &list->row[i];

		snprintf(size, sizeof(size), "%lld", row->file.length);
		table_add(&table, row->file.time);
		table_add(&table, span_str(row->provider));
		table_add(&table, row->file.type);
		table_add(&table, row->file.id);
		table_add(&table, span_str(size));
		if (opt->long_form)
			table_add(&table, span_str(row->path));
	}
	ok = terminal_table(&table, opt);
	table_free(&table);
	return ok;
}

void
event_list_free(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		eventfile_free(&list->row[i].file);
		free(list->row[i].path);
	}
	free(list->row);
	*list = (struct event_list){.row = NULL};
}
