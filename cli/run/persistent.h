/*
 * persistent.h - a handler that stays, and is given one event after the other.
 *
 * It writes the line "ready" to its standard output, once.  For each event it
 * reads one line, the path of the event's file, and writes an answer
 * (answer.h).  All else that it writes, and all of its standard error, is
 * output.  The end of its standard input tells it to end.
 *
 * As with handler.h, the caller has the loop and the clock.  He watches
 * handler.process.pidfd, answers, and handler.output, which is the standard
 * error, and calls handler_tick() for handler when that is due.  At most one
 * event is with a handler at a time.
 *
 *	STARTING  persistent_start() was called; "ready" has not come
 *	IDLE      persistent_give() may be called
 *	BUSY      it has an event
 *	ENDING    it gets no more events, and is waited for
 *	NONE      none runs; persistent_start() may be called from again_at on
 */
#ifndef PERSISTENT_H
#define PERSISTENT_H

#include <stdbool.h>

#include "answer.h"
#include "handler.h"
#include "handler_output.h"
#include "lines.h"
#include "pause.h"

enum persistent_state {
	PERSISTENT_NONE,
	PERSISTENT_STARTING,
	PERSISTENT_IDLE,
	PERSISTENT_BUSY,
	PERSISTENT_ENDING
};

enum persistent_news {
	NEWS_NOTHING,
	NEWS_READY,    /* it can be given an event */
	NEWS_ANSWERED, /* answer is about its event; it has none any more */
	NEWS_LOST,     /* it ended with its event: how, in end */
	NEWS_ENDED     /* it ended, and had no event: how, in end */
};

struct persistent {
	enum persistent_state state;
	struct handler handler; /* its output is its standard error */
	int events;             /* the paths are written here; -1: closed */
	int answers;            /* its standard output; -1: closed */
	long long timeout;  /* milliseconds for "ready", and for an answer */
	long long again_at; /* when it may be started, if it ended */
	struct pause pause;
	bool was_ready;    /* since it was started */
	bool has_answered; /* the same */
	struct lines lines;
	struct handler_output output;
	char id[OUTPUT_ID_MAX]; /* of its event */
	struct answer answer;
	unsigned char reason[LINES_MAX]; /* of answer */
	struct handler_end end;
};

/* None runs yet.  log and provider are borrowed. */
void persistent_init(
    struct persistent *p, struct output_log *log, const char *provider);

/*
 * Start it.  start->event is the descriptor of the job's lock, which the caller
 * holds (flock(2)); it becomes descriptor 3.  False, with errno and why set: it
 * cannot be started.
 */
bool persistent_start(struct persistent *p, const struct handler_start *start,
    long long now, struct reason *why);

/*
 * Give the event called id to it, which is IDLE; path is that of its file, and
 * has no LF.  False: it does not read, and has not got the event: it is told to
 * end.
 */
bool persistent_give(
    struct persistent *p, const char *id, const char *path, long long now);

/* answers, or the standard error, can be read. */
enum persistent_news persistent_answers(struct persistent *p, long long now);
void persistent_errors(struct persistent *p, long long now);

/*
 * To be called when its pidfd is readable, or at SIGCHLD.  Reads what it wrote
 * before it ended: after NEWS_ANSWERED the caller calls it again.  After its end
 * nothing of it is open.
 */
enum persistent_news persistent_ended(struct persistent *p, long long now);

/*
 * Let it end: it has its event's time to answer, and then HANDLER_GRACE to
 * end by itself.
 */
void persistent_end(struct persistent *p, long long now);

/* Tell it to end now; of its event, that is no attempt. */
void persistent_stop(struct persistent *p, long long now);

#endif
