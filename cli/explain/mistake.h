/*
 * mistake.h - why a genuine request is refused: the usual mistakes.
 *
 * Names one change, as the settings file would have it if it is a change of
 * settings.  Never shows anything of a secret, nor a valid signature.
 */
#ifndef MISTAKE_H
#define MISTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "attempt.h"
#include "known.h"

/* Bytes of the largest body of which other ways of writing it are tried. */
#define MISTAKE_BODY_MAX (8UL << 20)

struct mistake {
	char *text;                  /* what to change; malloc'd */
	struct attempt_result found; /* how it verifies then */
	/* It does not verify: text only says what the request looks like. */
	bool likely;
	unsigned tried;    /* how many changes were tried */
	unsigned left_out; /* and how many were not: the body is too large */
	unsigned macs;     /* that were computed for it, */
	size_t bytes;      /* over so many bytes: macs.h */
};

/*
 * Look for the one change with which base verifies, which it does not yet.
 * True: the caller frees mistake->text.
 */
bool mistake_find(const struct attempt *base, const struct known *known,
    struct mistake *mistake);

/* The same, but another preset as it stands is the only change. */
bool mistake_find_preset(const struct attempt *base, const struct known *known,
    struct mistake *mistake);

#endif
