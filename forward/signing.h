/*
 * signing.h - the headers of an event that is sent on, and its signature.
 */
#ifndef SIGNING_H
#define SIGNING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "profile/secret.h"

/*
 * Cut lines off the front of *rest, the header of an event's file, up to the
 * first that goes with the event: Content-Type, Content-Encoding, and each that
 * begins with "Ce-" (the binary mode of CloudEvents).  True: *line is it, as it
 * stands there.  False: there is none left.
 */
bool signing_header(struct span *rest, struct span *line);

/* Bytes of a signature by as many secrets as there can be, with its NUL. */
#define SIGNING_MAX (SECRETS_MAX * 48 + 1)

/*
 * Sign as Standard Webhooks say: "v1,BASE64" of the HMAC-SHA256 of
 * "ID.TIME.BODY", one for each secret, with a space between them.
 */
void signing_sign(char dst[static SIGNING_MAX], const struct secrets *secrets,
    struct span id, int64_t time, struct span body);

#endif
