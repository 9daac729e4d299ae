/*
 * challenge_answer.h - what may be given back to somebody unknown, and how it is said.
 *
 * The parts that all challenges (challenge.h) are made of.
 */
#ifndef CHALLENGE_ANSWER_H
#define CHALLENGE_ANSWER_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "http/reply.h"

/* Bytes of what is given back as it stands. */
#define CHALLENGE_ANSWER_TEXT_MAX 1024
/* Bytes of what is signed with a secret, or given back in a header. */
#define CHALLENGE_ANSWER_TOKEN_MAX 256

/*
 * Printable ASCII without < > & " ' \ and backquote, not empty and not too
 * long: nothing that would mean something to a browser that ignores our
 * Content-Type, and nothing that JSON escapes.
 */
bool challenge_answer_is_text(struct span s);

/* One or more of [A-Za-z0-9._~+/=-], and not too many. */
bool challenge_answer_is_token(struct span s);

/*
 * Answer 200 with a body of this Content-Type, which is static.  ST_ANSWERED:
 * the caller frees given->body.  ST_TRY_LATER with why set: out of memory.
 */
__attribute__((format(printf, 4, 5))) enum status challenge_answer_give(
    struct reply_given *given, struct reason *why, const char *type,
    const char *fmt, ...);

/* Answer with text, which is called name in the log, if it may be given. */
enum status challenge_answer_give_text(struct reply_given *given,
    struct span text, const char *name, struct reason *why);

/* ST_BAD_REQUEST, of a challenge that is not there or not as expected. */
enum status challenge_answer_malformed(struct reason *why, const char *name);

/* ST_TRY_LATER. */
enum status challenge_answer_no_memory(struct reason *why);

/* Static. */
extern const char challenge_answer_plain[]; /* text/plain */
extern const char challenge_answer_json[];  /* application/json */

#endif
