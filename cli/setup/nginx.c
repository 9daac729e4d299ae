/* nginx.c - puts the lines that include hookdir into a site of nginx. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "nginx.h"
#include "nginx_file.h"
#include "place.h"

#define FILE_SIZE_MAX (4UL << 20)
#define OUTPUT_MAX    (64UL << 10)
#define CONTEXT       3 /* lines of a diff */
#define SNIPPET       "/etc/nginx/snippets/hookdir.conf"
#define SHARED        "share/hookdir/nginx/hookdir.con"
#define SBIN          "/usr/local/sbin:/usr/sbin:/sbin"

/* The file of a site. */
struct site {
	char path[PATH_MAX]; /* without links */
	const char *name;
	struct place folder;
	struct file_content old;
	char *text; /* what it becomes */
	size_t len;
};

/* False after saying what is wrong with the file at path. */
static bool
fail(const char *path, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", path, text);
	return false;
}

/* --- what is put in --- */

#define INCLUDE_MAX (PATH_MAX + 32)

struct lines {
	char include[INCLUDE_MAX];
	const char *line[4]; /* ends with NULL */
};

/* Where this program is installed: "/usr" of "/usr/bin/hookdir". */
static bool
find_prefix(char prefix[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", prefix, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	prefix[n] = '\0';
	for (int i = 0; i < 2; i++) {
		if ((slash = strrchr(prefix, '/')) == NULL)
			return false;
		*slash = '\0';
	}
	return true;
}

/*
 * Named as a pattern, a file may be missing: nginx starts also when hookdir is
 * gone.  The package's snippet has all lines in it.
 */
static bool
find_lines(struct lines *lines, bool timeout, struct reason *why)
{
	char prefix[PATH_MAX], path[2 * PATH_MAX];
	size_t n = 0;

	if (!find_prefix(prefix)) {
		reason_set(why, "where hookdir is installed is not known: is "
				"/proc mounted?");
		return false;
	}
	if (strcmp(prefix, "/usr") == 0 && !timeout &&
	    access(SNIPPET, F_OK) == 0) {
		lines->line[n++] = "include snippets/hookdir.con[f];";
		lines->line[n] = NULL;
		return true;
	}
	snprintf(path, sizeof(path), "%s/" SHARED "f", prefix);
	if (access(path, F_OK) != 0) {
		reason_errno(why, "%.400s, which is to be included", path);
		return false;
	}
	snprintf(lines->include, sizeof(lines->include),
	    "include %.*s/" SHARED "[f];", (int)(PATH_MAX - 64), prefix);
	lines->line[n++] = "set $hookdir_socket /run/hookdir/hookdir.sock;";
	if (!timeout)
		lines->line[n++] = "client_header_timeout 20s;";
	lines->line[n++] = lines->include;
	lines->line[n] = NULL;
	return true;
}

/* --- the change, as diff -u shows it --- */

/* Lines of text: the offset of each, and of the end. */
static size_t
count_lines(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n' || i + 1 == text.len;
	return n;
}

/* Cut the first line off. */
static struct span
cut_line(struct span *text)
{
	const unsigned char *lf =
	    text->len == 0 ? NULL : memchr(text->ptr, '\n', text->len);
	size_t len = lf == NULL ? text->len : (size_t)(lf - text->ptr) + 1;
	struct span line = span_mem(text->ptr, len);

	*text = span_skip(*text, len);
	return line;
}

/* How many lines at the begin are the same. */
static size_t
same_begin(struct span a, struct span b)
{
	size_t n = 0;

	while (a.len > 0 && b.len > 0 && span_eq(cut_line(&a), cut_line(&b)))
		n++;
	return n;
}

static void
put_lines(char mark, struct span text, size_t from, size_t to)
{
	for (size_t i = 0; i < to; i++) {
		struct span line = cut_line(&text);

		if (i < from)
			continue;
		printf("%c%.*s", mark, (int)line.len, (const char *)line.ptr);
		if (line.len == 0 || line.ptr[line.len - 1] != '\n')
			printf("\n");
	}
}

/* All changes are in one place, and lines were only added there. */
static void
show_change(const char *path, struct span old, struct span new)
{
	size_t n_old = count_lines(old), n_new = count_lines(new);
	size_t begin = same_begin(old, new), added = n_new - n_old, cut = 0;
	size_t from = begin > CONTEXT ? begin - CONTEXT : 0, to;
	struct span a = old, b = new;

	/* A line that was cut in two. */
	for (size_t i = 0; i < begin; i++)
		cut_line(&a);
	for (size_t i = 0; i < begin + added; i++)
		cut_line(&b);
	if (!span_eq(a, b))
		cut = 1;
	to = begin + cut + CONTEXT < n_old ? begin + cut + CONTEXT : n_old;
	printf("--- %s\n+++ %s\n@@ -%zu,%zu +%zu,%zu @@\n", path, path,
	    from + 1, to - from, from + 1, to - from + added);
	put_lines(' ', old, from, begin);
	put_lines('-', old, begin, begin + cut);
	put_lines('+', new, begin, begin + cut + added);
	put_lines(' ', old, begin + cut, to);
}

/* --- nginx -t --- */

_Noreturn static void
run_nginx(int out)
{
	char path[8192];
	const char *old = getenv("PATH");

	/*
	 * Of users, PATH mostly has no place of servers.  What is empty between
	 * two colons would be the working folder, where anybody may have put a
	 * program.
	 */
	snprintf(path, sizeof(path), "%s%s" SBIN, old == NULL ? "" : old,
	    old == NULL || old[0] == '\0' ? "" : ":");
	setenv("PATH", path, 1);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execlp("nginx", "nginx", "-t", (char *)NULL);
	dprintf(STDERR_FILENO, "nginx: %s\n", strerror(errno));
	_exit(127);
}

/* True if nginx likes its configuration; else what it says, to be freed. */
static bool
is_accepted(char **output)
{
	struct reason why;
	int pipe_fd[2], status = -1;
	size_t len;
	pid_t pid;

	*output = NULL;
	if (pipe(pipe_fd) != 0)
		return false;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		close(pipe_fd[0]);
		run_nginx(pipe_fd[1]);
	}
	close(pipe_fd[1]);
	if (pid > 0)
		*output = file_read_all(pipe_fd[0], OUTPUT_MAX, &len, &why);
	close(pipe_fd[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* True if nginx likes it; else says so, with what nginx said. */
static bool
accepts(const char *path, const char *what)
{
	char *output;
	bool ok = is_accepted(&output);

	if (!ok) {
		fail(path, what);
		fflush(stdout);
		fputs(output == NULL ? "" : output, stderr);
	}
	free(output);
	return ok;
}

/* --- the file --- */

/* Write these bytes with the rights that the old file has. */
static bool
write_as(const struct site *site, const char *name, struct span bytes,
    struct reason *why)
{
	const struct place_rights rights = place_rights_of(&site->old.st);

	return place_replace(&site->folder, name, bytes, &rights, why);
}

/* Write the new text, and the old one again if nginx does not like it. */
static bool
change(const struct site *site)
{
	const struct span old = span_mem(site->old.bytes, site->old.len);
	char kept[NAME_MAX + 1];
	struct reason why;

	if (!accepts(
		site->path, "is not changed: nginx -t finds an error already"))
		return false;
	snprintf(kept, sizeof(kept), ".%.200s.hookdir-old", site->name);
	if (!write_as(site, kept, old, &why)) {
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		return false;
	}
	if (!write_as(
		site, site->name, span_mem(site->text, site->len), &why)) {
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		place_remove(&site->folder, kept, &why);
		return false;
	}
	if (accepts(site->path, "nginx -t fails with this change, which is "
				"taken back")) {
		printf("changed %s; the old file is %s/%s\n"
		       "now: systemctl reload nginx\n",
		    site->path, site->folder.path, kept);
		return true;
	}
	if (write_as(site, site->name, old, &why))
		place_remove(&site->folder, kept, &why);
	else
		log_line(&log_stderr, LVL_ERROR, "%s; the old file is %s/%s",
		    why.text, site->folder.path, kept);
	return false;
}

/* Make the new text.  False after saying why; *done: nothing is to be done. */
static bool
edit(struct site *site, const char *host, bool *done)
{
	const struct span old = span_mem(site->old.bytes, site->old.len);
	const struct nginx_server *server = NULL;
	struct nginx_file file;
	struct reason why;
	struct lines lines;

	*done = false;
	if (!nginx_parse(&file, old, host, &why))
		return fail(site->path, why.text);
	server = nginx_choose(&file, &why);
	if (server != NULL && server->hookdir) {
		*done = true;
		printf("%s includes hookdir already: line %u\n", site->path,
		    server->line);
	} else if (server != NULL &&
		   find_lines(&lines, server->timeout, &why)) {
		site->text = nginx_insert(old, server, lines.line, &site->len);
		reason_set(&why, "out of memory");
	}
	free(file.server);
	return *done || site->text != NULL || fail(site->path, why.text);
}

/* Open and read it; false after saying why not. */
static bool
open_site(struct site *site, const char *path)
{
	struct reason why;

	if (realpath(path, site->path) == NULL)
		return fail(path, strerror(errno));
	if (place_open_parent(&site->folder, site->path, &site->name, &why) !=
		LOOKUP_FOUND ||
	    place_read(&site->folder, site->name, FILE_SIZE_MAX, &site->old,
		&why) == LOOKUP_INVALID) {
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
		return false;
	}
	return site->old.bytes != NULL || fail(site->path, strerror(ENOENT));
}

bool
nginx_setup(const char *path, const char *host, bool dry_run)
{
	struct site site = {.folder = {.fd = -1}};
	bool done = false,
	     ok = open_site(&site, path) && edit(&site, host, &done);

	if (ok && !done)
		show_change(site.path, span_mem(site.old.bytes, site.old.len),
		    span_mem(site.text, site.len));
	if (ok && !done && !dry_run)
		ok = change(&site);
	free(site.text);
	free(site.old.bytes);
	place_close(&site.folder);
	return ok;
}
