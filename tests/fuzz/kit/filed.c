/* filed.c - files of events: of plain headers, and of what was signed. */
#include "filed.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../fuzz.h"
#include "folder.h"
#include "jsonpath.h"
#include "secrets.h"

#define FILE_MAX  (LETTER_MAX + LETTER_FILL + 65536)
#define OWN_LINES 8
#define SECRETS   (sizeof(secret_text) / sizeof(secret_text[0]))

static struct span
read_file(const char *path)
{
	static unsigned char data[FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof(data));

	must(n >= 0 && (size_t)n < FILE_MAX);
	close(fd);
	return span_mem(data, (size_t)n);
}

/* What readers of CloudEvents look at: one line each, and no second event. */
static void
count_line(struct span name, struct span value, unsigned seen[])
{
	static const char *const own[OWN_LINES] = {"ce-specversion", "ce-id",
	    "ce-source", "ce-type", "ce-time", "content-type", "content-length",
	    "hookdir-verified"};

	for (size_t i = 0; i < OWN_LINES; i++)
		seen[i] += span_is_nocase(name, own[i]);
	must(!span_is_nocase(name, "content-type") ||
	     !span_starts_nocase(span_trim(value), "application/cloudevents"));
}

/*
 * Each line is a header of plain ASCII, and none has a secret; *text is then
 * the body.
 */
static void
check_head(struct span *text)
{
	struct span length = span_str(""), line;
	unsigned seen[OWN_LINES] = {0};

	must(span_starts(*text, span_str("Ce-Specversion: 1.0\n")));
	while ((line = span_cut(text, '\n')).len > 0) {
		struct span value = line, name = span_cut(&value, ':');

		must(value.len > 0 && value.ptr[0] == ' ' && name.len > 0);
		for (size_t i = 0; i < name.len; i++)
			must(isalnum(name.ptr[i]) || name.ptr[i] == '-');
		for (size_t i = 0; i < value.len; i++)
			must((value.ptr[i] >= ' ' && value.ptr[i] <= '~') ||
			     value.ptr[i] == '\t');
		if (span_is(name, "Content-Length"))
			length = span_skip(value, 1);
		count_line(name, value, seen);
		for (size_t i = 0; i < SECRETS; i++)
			must(!fuzz_has(line, secret_text[i]));
	}
	for (size_t i = 0; i < OWN_LINES; i++)
		must(seen[i] == 1);
	must(text->ptr != NULL);
	must(span_number(length) == (long long)text->len);
}

/* An object of the members that were signed, and of no others. */
static bool
has_members(struct span body, const struct mail *mail, const char *list)
{
	struct span names = span_str(list + strlen("{members:"));
	int n = 0;

	names = span_before(names, '}');
	while (names.ptr != NULL) {
		struct span name = span_cut(&names, ','), raw, filed;
		struct bytes want = {NULL, 0}, have = {NULL, 0};
		char key[64];
		bool same;

		if (name.ptr[name.len - 1] == '?')
			name.len--;
		snprintf(key, sizeof(key), "%.*s", (int)name.len,
		    (const char *)name.ptr);
		if (!jsonpath_find(bytes_span(&mail->body), key, &raw))
			continue;
		n++;
		same = jsonpath_find(body, key, &filed) &&
		       jsonpath_text(raw, &want) &&
		       jsonpath_text(filed, &have) &&
		       span_eq(bytes_span(&want), bytes_span(&have));
		bytes_free(&want);
		bytes_free(&have);
		if (!same)
			return false;
	}
	return jsonpath_members(body) == n;
}

static bool
is_payload(
    struct span body, const struct mail *mail, const struct content *content)
{
	if (content->members)
		return has_members(body, mail,
		    mail->rule->text[content->alternative % mail->rule->ntext]);
	return span_eq(body, bytes_span(&content->payload));
}

size_t
filed_check(const char *inbox, const struct mail *mail,
    const struct content *content, bool *found)
{
	char path[700];
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	*found = false;
	snprintf(path, sizeof(path), "%s/%s/new", inbox, mail->rule->name);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct span text;

		if (entry->d_name[0] == '.')
			continue;
		n++;
		snprintf(path, sizeof(path), "%s/%s/new/%s", inbox,
		    mail->rule->name, entry->d_name);
		text = read_file(path);
		check_head(&text);
		*found = *found || is_payload(text, mail, content);
	}
	if (dir != NULL)
		closedir(dir);
	return n;
}

void
filed_take(const char *inbox, const struct rule *rule)
{
	char path[700];

	snprintf(path, sizeof(path), "%s/%s/new", inbox, rule->name);
	folder_remove(path);
	must(mkdir(path, 0700) == 0);
}

struct span
filed_read(const char *inbox, const struct rule *rule)
{
	char path[1024];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s/new", inbox, rule->name);
	must((dir = opendir(path)) != NULL);
	do
		must((entry = readdir(dir)) != NULL);
	while (entry->d_name[0] == '.');
	snprintf(path, sizeof(path), "%s/%s/new/%s", inbox, rule->name,
	    entry->d_name);
	closedir(dir);
	return read_file(path);
}
