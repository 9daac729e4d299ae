/*
 * scheme.h - the interface of a scheme, one way to verify requests.
 *
 * The schemes are hmac, token, jwt and so on.  A profile uses one of them; the
 * table of all is in schemes.h.
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

/* What a scheme can verify with, as a set. */
#define SCHEME_SECRETS 0x1U
#define SCHEME_KEYS    0x2U /* public keys in the settings or in a file */
#define SCHEME_SETS    0x4U /* key sets; the request names the key */
#define SCHEME_CERTS   0x8U /* certificates; the request has their URL */

struct scheme {
	const char *name;
	unsigned sources; /* a set of SCHEME_... */
	/* The default of the setting signature, or NULLs. */
	const char *signature[PRESET_SIGNATURES];
	bool mixes; /* an entry may have secrets and keys at once */
	/*
	 * The signatures are those that signature.h collects, over a template.
	 * macs: they can be made with a secret.  asymmetric: they can be made
	 * with a private key.
	 */
	bool macs, asymmetric;
	/* What is signed are claims; each has its own template. */
	bool claims;
	/* The signature covers the body, so a body cut short is rejected. */
	bool covers_body;
	/* The scheme itself finds and checks the signed time. */
	bool timed;
	/* A signature is not a password, so requests may be stored. */
	bool storable;
	/* Sets the scheme's own defaults in words; or NULL. */
	bool (*prepare)(struct profile *profile, struct preset *words,
	    struct profile_fault *fault);
	/*
	 * Makes the checks of a profile that only this scheme needs; or NULL.
	 */
	bool (*make)(struct profile *profile, const struct preset *words,
	    struct profile_fault *fault);
	/*
	 * Verify a request; now is in seconds since 1970.  ST_OK: the caller
	 * frees *ok with verified_free().  Otherwise ST_UNVERIFIED,
	 * ST_BAD_REQUEST or ST_TRY_LATER, with why set; then only
	 * ok->lacks_key may be used.
	 */
	enum status (*verify)(const struct provider *prov,
	    const struct request *req, int64_t now, struct verified *ok,
	    struct reason *why);
	/*
	 * For a scheme without templates, or NULL: the text that the first
	 * signature of a request claims to cover, for `hookdir explain`.  The
	 * result is malloc'd, *len bytes long.  NULL with why set.
	 */
	char *(*text)(const struct provider *prov, const struct request *req,
	    size_t *len, struct reason *why);
	/*
	 * For a scheme whose requests say themselves what is signed, or NULL:
	 * the headers that the signatures of a request claim to cover, as "
	 * Date X-Id", without those that always contain a password.  The result
	 * is malloc'd; NULL if there are none, or without memory.
	 */
	char *(*covered)(
	    const struct profile *profile, const struct request *req);
};

#endif
