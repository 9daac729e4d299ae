/*
 * recognise.h - of which presets could a request be a delivery?
 *
 * Judged by what is there, without any secret or key: the headers or fields
 * that have the signature, and whether it has the form of one; the signed time;
 * the id, the type and the certificate's URL.  So the answer is a likelihood
 * and never a proof: anybody can send such headers.  The words for it are
 * "looks like a delivery of".
 *
 * A header that many senders use, such as X-Signature or Authorization, says
 * little, and one that several presets use says less than one that a single
 * preset uses.  Presets with the same score are a tie: nothing in the request
 * tells them apart, and their order is that of the tables.
 */
#ifndef RECOGNISE_H
#define RECOGNISE_H

#include <stdbool.h>
#include <stddef.h>

#include "http/request.h"
#include "known.h"

#define RECOGNISE_MAX    16 /* presets in a result */
#define RECOGNISE_LIKELY 60 /* least score of one that may be named alone */
/* Bytes of the largest body in which fields are looked for. */
#define RECOGNISE_BODY_MAX (1UL << 20)

/* What stands where the preset has its signature. */
enum recognised_signature {
	RECOGNISED_NONE,      /* nothing: other headers of the preset came */
	RECOGNISED_MALFORMED, /* something that is no signature of this kind */
	RECOGNISED_FORMED     /* something of the right form and length */
};

/* How much the place of the signature says by its name. */
enum recognised_place {
	RECOGNISED_NOWHERE,
	RECOGNISED_GENERIC, /* a header that many senders use */
	RECOGNISED_SHARED,  /* one that several presets use; or a field */
	RECOGNISED_OWN      /* one that no other preset uses */
};

struct recognised {
	const struct known_preset *known;
	int score; /* the more the likelier */
	enum recognised_signature signature;
	enum recognised_place place;
	bool lacks_time; /* the preset signs a time, and none came */
	/* The preset has an id or a type, and none of them is lacking. */
	bool has_names;
};

/* The likeliest first. */
struct recognition {
	size_t n;
	struct recognised item[RECOGNISE_MAX];
};

/* Find the presets; *dst borrows known. */
void recognise(struct recognition *dst, const struct known *known,
    const struct request *req);

/* The preset called name in a result, or NULL. */
const struct recognised *recognise_find(
    const struct recognition *in, const char *name);

#endif
