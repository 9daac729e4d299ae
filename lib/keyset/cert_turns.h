/*
 * cert_turns.h - which certificate may be fetched now, for all processes.
 *
 *	ROOT/.keys/PROVIDER.turns	what was asked for and tried lately
 *
 * Anyone can name URLs that certificate_allowed_urls allows and that do not
 * exist.  hookdir must fetch few of them, and must not let them keep the
 * sender's own certificate out.  So there are turns:
 *
 *   - A URL that is known (its certificate was fetched before, or the settings
 *     name it without a wildcard) has turns of its own: one in
 *     CERT_TURNS_KNOWN seconds.
 *   - The others share CERT_TURNS_CLIENTS rows, by the address of the client:
 *     one turn in CERT_TURNS_EACH seconds and row.  So clients with addresses of
 *     other rows do not take the sender's turn.
 *   - One turn a second is only for a URL that was asked for before, within the
 *     last hour; one more for a URL that was first asked for five seconds ago or
 *     earlier; and one more for one of a minute ago or earlier.  Senders repeat a
 *     delivery that was answered 503; most made-up URLs are new.
 *   - A URL that had a turn and was not fetched has no other one for
 *     CERT_TURNS_FAILED seconds, and for CERT_TURNS_FAILED_TWICE if that was not
 *     the first time within an hour.  Other URLs are not held up by it.
 *
 * So at most CERT_TURNS_CLIENTS / CERT_TURNS_EACH + 3 unknown URLs are fetched in
 * a second.  How soon a new certificate has a turn while unknown URLs come R
 * times a second, whatever their addresses:
 *
 *   - If each is sent once, or often within a few seconds and then no more: the
 *     first time that the sender names it again five seconds after the first
 *     time or later.
 *   - If the same U of them, 500 at most, are repeated for ever: after about U
 *     seconds, when all of them have failed twice.
 *   - If more are repeated for ever, and from everywhere: by chance, after about
 *     R / 3 deliveries.
 *
 * The first holds while R is less than CERT_TURNS_ASKED in the time between two
 * deliveries of the sender.
 *
 * The file remembers hashes of URLs under a random key of its own, in cells that
 * later URLs overwrite.  It has at most 630 KiB, and is harmless to lose.
 */
#ifndef CERT_TURNS_H
#define CERT_TURNS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/span.h"
#include "base/status.h"

#define CERT_TURNS_KNOWN        5
#define CERT_TURNS_EACH         5
#define CERT_TURNS_CLIENTS      8
#define CERT_TURNS_FAILED       60
#define CERT_TURNS_FAILED_TWICE 600
#define CERT_TURNS_ASKED        32768 /* URLs that were asked for, to remember */
#define CERT_TURNS_TRIED        4096  /* URLs that had a turn, to remember */

/* One URL, while a delivery wants its certificate. */
struct cert_turns {
	const char *path; /* of the file */
	int fd;           /* holds the lock on the URL; or -1 */
	uint64_t url, client;
};

/*
 * Open the file at path, which is created if it does not exist.  client is the
 * address of the client, as text; it may be empty.  True: the caller calls
 * cert_turns_close().  False: why is set.
 */
bool cert_turns_open(struct cert_turns *turns, const char *path,
    const char *url, struct span client, struct reason *why);

/*
 * Lock the URL: only one process fetches it.  LOCK_BUSY: another one did not
 * end within wait_ms.
 */
enum lock cert_turns_lock(struct cert_turns *turns, int wait_ms);

enum cert_turn {
	CERT_TURN_NOW,     /* fetch it; this is noted */
	CERT_TURN_TRIED,   /* no: it was tried a short time ago */
	CERT_TURN_CROWDED, /* no: too many other URLs are asked for */
	CERT_TURN_FAULT,   /* no: the file cannot be used; why is set */
};

/* May it be fetched now?  The URL is locked.  now is in seconds since 1970. */
enum cert_turn cert_turns_take(
    struct cert_turns *turns, bool known, int64_t now, struct reason *why);

/* Unlock the URL. */
void cert_turns_close(struct cert_turns *turns);

#endif
