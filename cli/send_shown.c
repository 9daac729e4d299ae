/* send_shown.c - finds an event by when it was filed, and by its body. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "event_folder.h"
#include "eventlist.h"
#include "send_shown.h"

/* True if the event has this body, as far as its beginning was read. */
static bool
has_body(const struct eventfile *file, struct span body)
{
	return file->length >= 0 && (size_t)file->length == body.len &&
	       span_starts(body, file->start);
}

/* The newest; if exact, of those with the body. */
static struct event_row *
choose(const struct event_list *list, struct span body, bool exact)
{
	for (size_t i = list->n; i > 0; i--) {
		if (!exact || has_body(&list->row[i - 1].file, body))
			return &list->row[i - 1];
	}
	return NULL;
}

static enum send_shown
show_from(
    const struct sent *sent, const struct options *opt, bool cur, bool exact)
{
	struct event_list list = {
	    .cur = cur, .quiet = sent->quiet || !exact, .since = sent->since};
	struct event_list one = {.n = 1};
	enum send_shown shown = SENT_NOWHERE;

	event_list_read(&list, &sent->cfg->inbox, sent->provider);
	one.row = choose(&list, sent->body, exact);
	if (one.row != NULL) {
		shown = event_list_print(&one, opt) ? SENT_SHOWN : SENT_FAILED;
		encode_printable(stdout, span_str(one.row->path), " ");
		putchar('\n');
	} else if (list.wrong && !sent->quiet) {
		shown = SENT_FAILED;
	}
	event_list_free(&list);
	return shown;
}

/* True if the folder, which is closed, has a file that is new enough. */
static bool
has_new_file(int fd, int64_t since)
{
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;
	bool found = false;

	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(stream)) != NULL)
		found = fstatat(dirfd(stream), entry->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode) && st.st_ctime >= since;
	closedir(stream);
	return found;
}

/* True if an event was marked as filed. */
static bool
was_marked(const struct sent *sent, const char *root)
{
	int fd =
	    root == NULL ? -1 : event_folder(root, sent->provider, "dedup");
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool found = false;

	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.')
			found = has_new_file(openat(fd, entry->d_name,
						 O_RDONLY | O_DIRECTORY |
						     O_NOFOLLOW | O_CLOEXEC),
			    sent->since);
	}
	closedir(stream);
	return found;
}

enum send_shown
send_show(const struct sent *sent, const struct options *opt)
{
	const struct inbox_settings *inbox = &sent->cfg->inbox;
	enum send_shown shown = SENT_NOWHERE;

	/* Of some senders, an event is only a part of the body. */
	for (int i = 0; i < 4 && shown == SENT_NOWHERE; i++)
		shown = show_from(sent, opt, i % 2 == 1, i < 2);
	if (shown == SENT_NOWHERE && (was_marked(sent, inbox->root) ||
					 was_marked(sent, inbox->fallback)))
		shown = SENT_TAKEN;
	return shown;
}
