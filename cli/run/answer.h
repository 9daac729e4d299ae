/*
 * answer.h - reads the answer of a persistent handler to an event.
 *
 *	ID CODE[ after=SECONDS][ REASON]
 *
 * ID is the name of the event's file as the event has it, without the number
 * of attempts.  CODE is 0 to 255, as an exit status (handler_result.h).
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "base/span.h"
#include "lines.h"

#define ANSWER_AFTER_MAX 86400 /* seconds; more is taken as this */
#define ANSWER_NO_AFTER  (-1L)

struct answer {
	int code;
	long after;         /* seconds, or ANSWER_NO_AFTER */
	struct span reason; /* a view of the line; may be empty */
};

enum answer_outcome {
	ANSWER_OK,
	ANSWER_NONE, /* output, which does not begin with the ID and a space */
	ANSWER_BAD   /* it does, but is none: a wrong CODE, control bytes, or
		      * a line longer than LINES_MAX */
};

/* Read a line as the answer to the event id. */
enum answer_outcome answer_parse(
    struct answer *answer, const struct line *line, struct span id);

#endif
