/*
 * log.h - the log: one line for each thing that happened.
 *
 * The edge says where the lines go.  Under CGI, and when a process starts, they
 * go to descriptor 2.  During a FastCGI request they go to the request's own
 * error stream, which the web server writes to its error log.
 */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>

enum log_level { LVL_ERROR, LVL_WARNING, LVL_INFO }; /* not LOG_*: syslog.h */

/* Length of the longest line in bytes, including its LF. */
#define LOG_LINE_MAX 1024

/* Where lines go. write is called once for each line, which includes its LF. */
struct log {
	void (*write)(void *arg, const char *line, size_t len);
	void *arg;
};

/* The log that writes to descriptor 2. */
extern const struct log log_stderr;

/* The log that writes nothing. */
extern const struct log log_silent;

/*
 * Write "hookdir: LEVEL: TEXT\n".  Bytes that are not printable ASCII are
 * written as \xNN.  A line that is longer than LOG_LINE_MAX is cut off.  Does
 * not change errno.
 */
__attribute__((format(printf, 3, 4))) void log_line(
    const struct log *log, enum log_level level, const char *fmt, ...);

#endif
