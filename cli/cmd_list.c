/* cmd_list.c - hookdir list: the events in the inbox, oldest first. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/shown.h"
#include "base/timestamp.h"
#include "cli.h"
#include "eventfile.h"
#include "parse/json.h"

#define TIME_WIDTH 27 /* 2026-11-21T20:30:00.123456Z */

/* One event of the list: its header, and what it is sorted by. */
struct row {
	char provider[PROVIDER_NAME_MAX + 1];
	char *path;
	const char *name; /* of the file; within path */
	struct eventfile file;
	int64_t seconds;
};

struct list {
	const struct options *opt;
	const char *root; /* the inbox, or its fallback */
	struct row *row;
	size_t n, room;
	bool wrong; /* something was not listed */
};

static void
complain(struct list *list, const char *path, const char *what)
{
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
static struct row *
next_row(struct list *list)
{
	size_t room = list->room == 0 ? 64 : 2 * list->room;
	struct row *grown;

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
add_event(struct list *list, const char *provider, const char *dir, int dirfd,
    const char *name)
{
	struct row *row = next_row(list);
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

/* Add the events of one provider; a folder that is not there has none. */
static void
add_provider(struct list *list, const char *provider)
{
	char *dir =
	    join_path(list->root, provider, list->opt->cur ? "cur" : "new");
	struct dirent *entry;
	DIR *stream = NULL;
	int fd = -1;

	if (dir == NULL) {
		complain(list, provider, "out of memory");
		return;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || (stream = fdopendir(fd)) == NULL) {
		if (errno != ENOENT)
			complain(list, dir, strerror(errno));
		goto out;
	}
	while ((errno = 0, entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.')
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
add_all(struct list *list)
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

/* Whether any inbox knows the provider, or the settings do. */
static bool
is_known(const struct config *cfg, const char *name)
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

/* The events of one inbox: of this provider, or of all. */
static void
add_inbox(struct list *list, const char *root, const char *name)
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
	const struct row *x = a, *y = b;
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

static size_t
wider(size_t width, struct span text)
{
	return text.len > width && text.len <= 40 ? text.len : width;
}

static void
print_table(const struct list *list)
{
	size_t provider = 1, id = 1, type = 1;

	for (size_t i = 0; i < list->n; i++) {
		const struct row *row = &list->row[i];

		provider = wider(provider, span_str(row->provider));
		id = wider(id, row->file.id);
		type = wider(type, row->file.type);
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct row *row = &list->row[i];

		cli_column(row->file.time, TIME_WIDTH);
		cli_column(span_str(row->provider), provider);
		cli_column(row->file.id, id);
		cli_column(row->file.type, type);
		printf("%7lld  ", row->file.length);
		encode_printable(stdout, span_str(row->path), " ");
		putchar('\n');
	}
}

static void
print_json_value(const char *name, struct span value)
{
	printf("\"%s\":", name);
	if (value.len > 0)
		json_put_string(stdout, value, JSON_ASCII);
	else
		fputs("null", stdout);
}

/* CloudEvents' HTTP binding encodes attributes so (3.1.3.2). */
static void
print_json_attribute(const char *name, struct span value)
{
	unsigned char *copy = malloc(value.len + 1);
	size_t len = 0;

	if (copy != NULL && value.len > 0) {
		memcpy(copy, value.ptr, value.len);
		len = decode_percent_all(copy, value.len);
	}
	print_json_value(name, span_mem(copy, len));
	free(copy);
}

static void
print_json(const struct list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct row *row = &list->row[i];

		putchar('{');
		print_json_value("time", row->file.time);
		putchar(',');
		print_json_value("provider", span_str(row->provider));
		putchar(',');
		print_json_attribute("id", row->file.id);
		putchar(',');
		print_json_attribute("type", row->file.type);
		printf(",\"size\":%lld,", row->file.length);
		print_json_value("file", span_str(row->path));
		fputs("}\n", stdout);
	}
}

int
list_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	struct list list = {.opt = opt};
	char shown[SHOWN_MAX];

	if (cfg == NULL)
		return CLI_WRONG;
	if (operand[0] != NULL && !is_known(cfg, operand[0])) {
		/* It is misspelt. */
		complain(&list, shown_name(shown, span_str(operand[0])),
		    "no provider of this name");
	} else {
		add_inbox(&list, cfg->inbox.root, operand[0]);
		add_inbox(&list, cfg->inbox.fallback, operand[0]);
	}
	if (list.n > 0)
		qsort(list.row, list.n, sizeof(*list.row), compare);
	if (opt->json)
		print_json(&list);
	else
		print_table(&list);
	for (size_t i = 0; i < list.n; i++) {
		eventfile_free(&list.row[i].file);
		free(list.row[i].path);
	}
	free(list.row);
	config_free(cfg);
	return list.wrong ? CLI_WRONG : CLI_OK;
}
