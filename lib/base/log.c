/* log.c - format one line, escape it, write it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

static const char *const level_name[] = {
    [LVL_ERROR] = "error",
    [LVL_WARNING] = "warning",
    [LVL_INFO] = "info",
};

static void
write_stderr(void *arg, const char *line, size_t len)
{
	ssize_t n;

	(void)arg;
	/* One write(2) for each line, so that lines of several processes do not
	 * mix.  If the write fails, there is nowhere to report it. */
	n = write(STDERR_FILENO, line, len);
	(void)n;
}

const struct log log_stderr = {write_stderr, NULL};

static void
write_nothing(void *arg, const char *line, size_t len)
{
	(void)arg;
	(void)line;
	(void)len;
}

const struct log log_silent = {write_nothing, NULL};

static size_t
escape(char *dst, size_t room, const char *src)
{
	size_t n = 0;

	for (; *src != '\0' && n + 4 < room; src++) {
		unsigned char c = (unsigned char)*src;

		if (c >= 0x20 && c < 0x7f)
			dst[n++] = (char)c;
		else
			n += (size_t)snprintf(dst + n, 5, "\\x%02x", c);
	}
	return n;
}

void
log_line(const struct log *log, enum log_level level, const char *fmt, ...)
{
	char text[LOG_LINE_MAX], line[LOG_LINE_MAX];
	int saved = errno;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = (size_t)snprintf(
	    line, sizeof(line), "hookdir: %s: ", level_name[level]);
	n += escape(line + n, sizeof(line) - n - 1, text);
	line[n++] = '\n';
	log->write(log->arg, line, n);
	errno = saved;
}
