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
 *     last hour, and did not get a turn then.  Senders repeat a delivery that
 *     was answered 503; made-up URLs are new every time.
 *   - A URL that had a turn and was not fetched has no other one for
 *     CERT_TURNS_FAILED seconds.  Other URLs are not held up by it.
 *
 * So at most CERT_TURNS_CLIENTS / CERT_TURNS_EACH + 1 unknown URLs are fetched
 * in a second.  If unknown URLs come R times a second, each of them once, a new
 * certificate is fetched when it is named for the second time within
 * CERT_TURNS_ASKED / R seconds, whatever the addresses.  If each of them comes
 * twice, from everywhere, they share the one turn a second with the new
 * certificate, which then needs about R / 2 tries.
 *
 * The file remembers hashes of URLs under a random key of its own, in cells that
 * later URLs overwrite.  It has at most 530 KiB, and is harmless to lose.
 */
#ifndef CERT_TURNS_H
#define CERT_TURNS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/span.h"
#include "base/status.h"

#define CERT_TURNS_KNOWN   5
#define CERT_TURNS_EACH    5
#define CERT_TURNS_CLIENTS 8
#define CERT_TURNS_FAILED  60
#define CERT_TURNS_ASKED   32768 /* URLs that were asked for, to remember */
#define CERT_TURNS_TRIED   1024  /* URLs that had a turn, to remember */

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
