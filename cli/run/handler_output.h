/*
 * handler_output.h - what a handler writes: into the log, and its end kept.
 *
 * Each line becomes a line of the log, "hookdir: info: PROVIDER ID: TEXT", in
 * which bytes that are not printable ASCII are written as \xNN (log.h).  What a
 * handler can do to the log is bounded: a line, an event, and a second of all
 * handlers together.  What was left out is said, and that is bounded too.
 *
 * Times are milliseconds of CLOCK_MONOTONIC.
 */
#ifndef HANDLER_OUTPUT_H
#define HANDLER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "base/span.h"
#include "lines.h"

#define OUTPUT_TEXT_MAX   600  /* characters of a line, as it is shown */
#define OUTPUT_EVENT_MAX  200  /* lines of an event */
#define OUTPUT_SECOND_MAX 500  /* lines a second, of all handlers */
#define OUTPUT_TAIL_MAX   4096 /* bytes that are kept of an event's output */
#define OUTPUT_ID_MAX     129  /* of an event's name, with its NUL */

/* The log of all handlers of a process. */
struct output_log {
	const struct log *log;
	long long second; /* the one that is counted */
	unsigned lines;   /* logged in it */
	unsigned long long left_out;
};

/* The output of one handler. */
struct handler_output {
	struct output_log *to;
	const char *provider;
	char id[OUTPUT_ID_MAX]; /* "": of no event */
	struct lines lines;
	unsigned logged; /* lines */
	unsigned long long lines_left_out;
	unsigned long long total; /* bytes */
	char tail[OUTPUT_TAIL_MAX];
};

/* log is borrowed. */
void output_log_init(struct output_log *to, const struct log *log);

/*
 * Say how many lines the limit of a second has left out, if that second is
 * over.  To be called from time to time, and before the process ends.
 */
void output_log_flush(struct output_log *to, long long now);

/*
 * What comes from now on is of the event id; "": of no event.  provider and to
 * are borrowed.
 */
void handler_output_begin(struct handler_output *out, struct output_log *to,
    const char *provider, const char *id);

/* It has written these bytes. */
void handler_output_put(
    struct handler_output *out, struct span bytes, long long now);

/* It has written this line, which is whole. */
void handler_output_line(
    struct handler_output *out, const struct line *line, long long now);

/*
 * Read what there is to read from fd, which must not block, at most max bytes,
 * and put it.  False: fd has come to its end.
 */
bool handler_output_read(
    struct handler_output *out, int fd, size_t max, long long now);

/* The same of what is in the pipe fd now, whoever goes on to write to it. */
void handler_output_drain(struct handler_output *out, int fd, long long now);

/* Log a line about the handler, within the same bounds. */
void handler_output_note(
    struct handler_output *out, const char *text, long long now);

/*
 * The event is over: log a last line that has no LF, and what was left out.
 */
void handler_output_end(struct handler_output *out, long long now);

/* Write the last bytes of the event's output to dst, and return their number. */
size_t handler_output_tail(
    const struct handler_output *out, char dst[static OUTPUT_TAIL_MAX]);

#endif
