/*
 * challenge_answer.h - what may be given back to an unknown caller, and how.
 *
 * The building blocks of all challenges (challenge.h).
 */
#ifndef CHALLENGE_ANSWER_H
#define CHALLENGE_ANSWER_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "http/reply.h"

/* Bytes of the longest text that is given back unchanged. */
#define CHALLENGE_ANSWER_TEXT_MAX 1024
/*
 * Bytes of the longest text that is signed with a secret, or given back in a
 * header.
 */
#define CHALLENGE_ANSWER_TOKEN_MAX 256

/*
 * True for printable ASCII without < > & " ' \ and backquote, not empty and not
 * too long.  Such a text has no meaning for a browser that ignores our
 * Content-Type, and needs no escapes in JSON.
 */
bool challenge_answer_is_text(struct span s);

/* True for one or more of [A-Za-z0-9._~+/=-], but not too many. */
bool challenge_answer_is_token(struct span s);

/*
 * Answer 200 with a body of this Content-Type, which is static.  ST_ANSWERED:
 * the caller frees given->body.  ST_TRY_LATER, with why set: out of memory.
 */
__attribute__((format(printf, 4, 5))) enum status challenge_answer_give(
    struct reply_given *given, struct reason *why, const char *type,
    const char *fmt, ...);

/* Answer with text if it may be given back. name is what the log calls it. */
enum status challenge_answer_give_text(struct reply_given *given,
    struct span text, const char *name, struct reason *why);

/*
 * Set why, and return ST_BAD_REQUEST: the challenge, or the part of it called
 * name, is missing or malformed.
 */
enum status challenge_answer_malformed(struct reason *why, const char *name);

/* Set why, and return ST_TRY_LATER: out of memory. */
enum status challenge_answer_no_memory(struct reason *why);

/* Content types.  Static. */
extern const char challenge_answer_plain[]; /* text/plain */
extern const char challenge_answer_json[];  /* application/json */

#endif
