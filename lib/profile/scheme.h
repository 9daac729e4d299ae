/*
 * scheme.h - what a way of checking requests is made of.
 *
 * A provider's profile names one; the table of them is schemes.h.
 */
#ifndef SCHEME_H
#define SCHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "http/request.h"
#include "preset/preset.h"
#include "profile/profile.h"

struct provider; /* provider.h */
struct verified; /* verified.h */

/* What a scheme checks with, as a set. */
#define SCHEME_SECRETS 0x1U
#define SCHEME_KEYS    0x2U /* public keys of the settings or a file */
#define SCHEME_SETS    0x4U /* key sets, whose keys the request names */
#define SCHEME_CERTS   0x8U /* certificates at a URL that the request names */

struct scheme {
	const char *name;
	unsigned sources;
	/* Where the signature is if the settings do not say, or NULLs. */
	const char *signature[PRESET_SIGNATURES];
	bool mixes; /* secrets and keys may stand side by side */
	/*
	 * Signatures as signature.h collects them, over a template: made with
	 * a secret, with a private key, or both kinds beside each other.
	 */
	bool macs, asymmetric;
	/* What is signed are claims, each of its own template. */
	bool claims;
	/* The body is covered, so that a body cut short cannot pass. */
	bool covers_body;
	/* The signed time is the scheme's own business. */
	bool timed;
	/* The presented signature gives nothing away and may be stored. */
	bool storable;
	/* What only this scheme says of words left out, or NULL. */
	bool (*prepare)(struct profile *profile, struct preset *words,
	    struct profile_fault *fault);
	/* The checks that only this scheme makes of a profile, or NULL. */
	bool (*make)(struct profile *profile, const struct preset *words,
	    struct profile_fault *fault);
	/*
	 * Check a request; now is seconds since 1970.  ST_OK: the caller
	 * frees *ok by verified_free().  ST_UNVERIFIED, ST_BAD_REQUEST and
	 * ST_TRY_LATER with why set otherwise, and then nothing in *ok counts
	 * but lacks_key.
	 */
	enum status (*verify)(const struct provider *prov,
	    const struct request *req, int64_t now, struct verified *ok,
	    struct reason *why);
	/*
	 * Of a scheme whose signed text no template makes: what the first
	 * signature of a request says that it covers, for who explains a
	 * refusal.  malloc'd, *len bytes; NULL with why set.
	 */
	char *(*text)(const struct provider *prov, const struct request *req,
	    size_t *len, struct reason *why);
};

#endif
