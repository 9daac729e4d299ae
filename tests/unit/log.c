/* log.c - one line, escaped and bounded, whatever was put into it. */
#include <errno.h>

#include "sandbox.h"

#include "../tap.h"

/* A log that cannot be written: whoever logs does so on its way out. */
static void
fail_write(void *arg, const char *line, size_t len)
{
	(void)arg;
	(void)line;
	(void)len;
	errno = EPIPE;
}

static void
test_lines(void)
{
	sandbox_log_clear();
	errno = EAGAIN;
	log_line(&sandbox_log, LVL_ERROR, "%s: %d", "coral", 7);
	is_int(errno, EAGAIN, "errno is as it was");
	log_line(&(const struct log){fail_write, NULL}, LVL_INFO, "x");
	is_int(errno, EAGAIN, "also when it could not be written");
	log_line(&sandbox_log, LVL_WARNING, "w");
	log_line(&sandbox_log, LVL_INFO, "%s", "");
	is_str(sandbox_logged,
	    "hookdir: error: coral: 7\nhookdir: warning: w\n"
	    "hookdir: info: \n",
	    "levels by name, one line each");

	sandbox_log_clear();
	log_line(
	    &sandbox_log, LVL_INFO, "%s", "a\nb\r\t\x1b[31m\x7f\xc3\xa9~ ");
	is_str(sandbox_logged,
	    "hookdir: info: a\\x0ab\\x0d\\x09\\x1b[31m\\x7f\\xc3\\xa9~ \n",
	    "no byte of a text can end a line or move a terminal");
}

static void
test_longest(void)
{
	char text[2 * LOG_LINE_MAX];
	size_t len;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	sandbox_log_clear();
	log_line(&sandbox_log, LVL_INFO, "%s", text);
	len = strlen(sandbox_logged);
	ok(len <= LOG_LINE_MAX, "long text: at most LOG_LINE_MAX");
	ok(len > LOG_LINE_MAX - 16, "and not much less");
	ok(strchr(sandbox_logged, '\n') == sandbox_logged + len - 1,
	    "one LF, at the end");

	memset(text, '\n', sizeof(text) - 1);
	sandbox_log_clear();
	log_line(&sandbox_log, LVL_INFO, "%s", text);
	len = strlen(sandbox_logged);
	ok(len <= LOG_LINE_MAX, "all escaped: at most LOG_LINE_MAX");
	ok(strchr(sandbox_logged, '\n') == sandbox_logged + len - 1,
	    "all escaped: one LF, at the end");
	is_span(span_mem(sandbox_logged + len - 5, 5), "\\x0a\n",
	    "no escape is cut in two");
}

static void
test_stderr(void)
{
	const char *path;
	char text[64] = "";
	int saved = dup(STDERR_FILENO), fd;

	sandbox_make();
	path = sandbox_text("stderr", "", 0600);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (saved < 0 || fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		sandbox_die("stderr");
	log_line(&log_stderr, LVL_ERROR, "to descriptor %d", 2);
	dup2(saved, STDERR_FILENO);
	is_int(pread(fd, text, sizeof(text) - 1, 0), 32, "written at once");
	is_str(text, "hookdir: error: to descriptor 2\n", "to descriptor 2");
	close(fd);
	close(saved);
	sandbox_remove(sandbox_dir);
}

int
main(void)
{
	test_lines();
	test_longest();
	test_stderr();
	return done();
}
