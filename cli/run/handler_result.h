/*
 * handler_result.h - what becomes of an event, by the end of its handler.
 *
 * The codes are those of qmail-command(8) and of sysexits.h.
 */
#ifndef HANDLER_RESULT_H
#define HANDLER_RESULT_H

#include "handler.h"

enum handler_result {
	RESULT_DONE,
	RESULT_FAILED,    /* for good: it goes to failed/ at once */
	RESULT_LATER,     /* by the schedule */
	RESULT_NO_ATTEMPT /* it goes back, and the attempt does not count */
};

/* What an exit status means, or the code of a persistent handler's answer. */
enum handler_result handler_result_code(int code);

/*
 * What the end of a handler means.  One that was told to end is never
 * RESULT_DONE, whatever its exit status: many programs exit 0 at SIGTERM, with
 * their work undone.
 */
enum handler_result handler_result_end(const struct handler_end *end);

/* The same of a persistent handler that ended with an event. */
enum handler_result handler_result_lost(const struct handler_end *end);

#define HANDLER_END_MAX 64

/*
 * How it ended, for a message: "exit status 111", "signal 9 (Killed)", "timed
 * out".  Returns dst.
 */
const char *handler_end_text(
    char dst[static HANDLER_END_MAX], const struct handler_end *end);

#endif
