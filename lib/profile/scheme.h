/*
 * scheme.h - what a signature scheme consists of.
 *
 * A provider's profile has one scheme. schemes.h has the table of all schemes.
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

/* What a scheme verifies with.  A set is the OR of these bits. */
#define SCHEME_SECRETS 0x1U
#define SCHEME_KEYS    0x2U /* public keys in the settings or in a file */
#define SCHEME_SETS    0x4U /* key sets; the request names the key */
#define SCHEME_CERTS   0x8U /* certificates; the request has their URL */

struct scheme {
	const char *name;
	unsigned sources;
	/* The headers of the signature if the settings name none, or NULLs. */
	const char *signature[PRESET_SIGNATURES];
	bool mixes; /* a provider may have secrets and keys */
	/*
	 * Whether the signatures, which signature.h collects and which cover
	 * the text of a template, can be made with a secret, and with a private
	 * key.
	 */
	bool macs, asymmetric;
	/* Claims are signed; each has its own template. */
	bool claims;
	/* The signature covers the body, so an incomplete body cannot pass. */
	bool covers_body;
	/* The scheme itself knows where the signed time is. */
	bool timed;
	/* A signature that was sent is not a secret, and may be stored. */
	bool storable;
	/* Fills in the defaults of this scheme, or NULL. */
	bool (*prepare)(struct profile *profile, struct preset *words,
	    struct profile_fault *fault);
	/* Makes the checks of this scheme on a profile, or NULL. */
	bool (*make)(struct profile *profile, const struct preset *words,
	    struct profile_fault *fault);
	/*
	 * Check a request; now is in seconds since 1970.  ST_OK: the caller
	 * frees *ok by verified_free().  ST_UNVERIFIED, ST_BAD_REQUEST,
	 * ST_TOO_LARGE and ST_TRY_LATER: why is set, and *ok is not valid,
	 * except for lacks_key (and key with it).
	 */
	enum status (*verify)(const struct provider *prov,
	    const struct request *req, int64_t now, struct verified *ok,
	    struct reason *why);
	/*
	 * For schemes whose signed text is not made by a template: the text
	 * that the first signature of a request covers, for `hookdir explain`.
	 * malloc'd, *len bytes; NULL with why set.
	 */
	char *(*text)(const struct provider *prov, const struct request *req,
	    size_t *len, struct reason *why);
};

#endif
