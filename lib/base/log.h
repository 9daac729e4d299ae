/*
 * log.h - one line per event, to wherever the edge says.
 *
 * Under CGI and at start that is descriptor 2; for a FastCGI request it is the
 * request's own error stream, which the web server writes to its error log.
 */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>

enum log_level { LVL_ERROR, LVL_WARNING, LVL_INFO }; /* syslog.h owns LOG_* */

/* Longest line written, its LF counted. */
#define LOG_LINE_MAX 1024

/* Where lines go: write is called once a line, LF included. */
struct log {
	void (*write)(void *arg, const char *line, size_t len);
	void *arg;
};

/* The log that writes to descriptor 2. */
extern const struct log log_stderr;

/*
 * Write "hookdir: LEVEL: TEXT\n".  Bytes below 0x20, 0x7f and above come out
 * as \xNN; what does not fit LOG_LINE_MAX is cut.  errno is left as it was.
 */
__attribute__((format(printf, 3, 4))) void log_line(
    const struct log *log, enum log_level level, const char *fmt, ...);

#endif
