/*
 * echo.h - what may be given back to somebody unknown, and how it is said.
 *
 * The parts that all handshakes (handshake.h) are made of.
 */
#ifndef ECHO_H
#define ECHO_H

#include <stdbool.h>

#include "reply.h"
#include "span.h"
#include "status.h"

/* Bytes of what is given back as it stands. */
#define ECHO_TEXT_MAX 1024
/* Bytes of what is signed with a secret, or given back in a header. */
#define ECHO_TOKEN_MAX 256

/*
 * Printable ASCII without < > & " ' \ and backquote, not empty and not too
 * long: nothing that would mean something to a browser that ignores our
 * Content-Type, and nothing that JSON escapes.
 */
bool echo_is_text(struct span s);

/* One or more of [A-Za-z0-9._~+/=-], and not too many. */
bool echo_is_token(struct span s);

/*
 * Answer 200 with a body of this Content-Type, which is static.  ST_ANSWERED:
 * the caller frees given->body.  ST_TRY_LATER with why set: out of memory.
 */
__attribute__((format(printf, 4, 5))) enum status echo_give(
    struct reply_given *given, struct reason *why, const char *type,
    const char *fmt, ...);

/* Answer with text, which is called name in the log, if it may be given. */
enum status echo_give_text(struct reply_given *given, struct span text,
    const char *name, struct reason *why);

/* ST_BAD_REQUEST, of a challenge that is not there or not as expected. */
enum status echo_malformed(struct reason *why, const char *name);

/* ST_TRY_LATER. */
enum status echo_no_memory(struct reason *why);

/* Static. */
extern const char echo_plain[]; /* text/plain */
extern const char echo_json[];  /* application/json */

#endif
