/*
 * profile.h - a provider's settings, checked and ready to run.
 *
 * A profile is made from the words of a preset or of the settings; both go
 * through the same checks.  It does not contain secrets or keys: those are in
 * provider.h.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "crypto/digest.h"
#include "http/field.h"
#include "preset/preset.h"
#include "profile/challenge_word.h"
#include "profile/secret.h"
#include "profile/template.h"

struct scheme; /* scheme.h */

/* How `hookdir sign` writes a signature.  The receiver accepts all three. */
enum signature_encoding { ENC_HEX, ENC_BASE64, ENC_BASE64URL };

/* Where in a request signatures are. */
enum signature_in {
	SIGNATURE_HEADER,
	SIGNATURE_NUMBERED, /* in headers NAME-1, NAME-2, ... */
	SIGNATURE_JSON      /* in a JSON field of the body */
};

struct signature_source {
	enum signature_in in;
	const char *text;   /* as in the settings; borrowed */
	struct field field; /* SIGNATURE_JSON */
};

struct profile {
	const struct scheme *scheme;
	enum digest digest;
	enum secret_encoding secret_encoding;
	struct signature_source signature[PRESET_SIGNATURES];
	size_t nsignature;
	struct span prefix;
	/* The prefix of a signature that is made with a private key.  Only the
	 * scheme standard has one that differs from prefix. */
	struct span asymmetric_prefix;
	char separator; /* '\0': the header is a single element */
	struct field timestamp;
	long tolerance; /* seconds; -1: the signed time is not checked */
	struct template signed_payload[PRESET_SIGNED];
	size_t nsigned;
	/* For jwt: the claim that each of these templates is for. */
	char *claim[PRESET_SIGNED]; /* malloc'd */
	/* For token: the password is user and password in base64. */
	bool basic;
	bool takes_field; /* an alternative signs a field, not the body */
	bool unsafe_body; /* the whole body is stored, signed or not */
	const char *public_url;
	const char *webhook_id;
	const char *required_components[PRESET_REQUIRED]; /* borrowed */
	size_t nrequired;
	struct field certificate_url; /* where the URL of the certificate is */
	const char *certificate_allowed_urls[PRESET_CERTS]; /* borrowed */
	unsigned algorithms; /* a set of sigalg.h */
	struct field id, type;
	bool no_id; /* each delivery is an event of its own */
	struct challenge_word challenge;
	int reject_status;       /* HTTP code for a refused signature */
	int accept_status;       /* HTTP code for a stored event */
	const char *accept_body; /* answer to a stored event, or NULL */
	enum signature_encoding signature_encoding;
	char *owned; /* malloc'd: words that the scheme made, or NULL */
};

/* A setting with an error, and the error. */
struct profile_fault {
	const char *setting; /* name of the setting; static */
	struct reason why;
};

/*
 * Make a profile from words and scheme, which must both outlive the profile.
 * tolerance is the general tolerance in seconds, for words that have none.
 *
 * True: the caller frees *profile by profile_free().  False: *fault is set, and
 * *profile is empty.  A profile that would not protect anything is refused: one
 * without a signature header, one that covers nothing of the payload, one with
 * a signed time but no place for it, and so on.
 */
bool profile_make(struct profile *profile, const struct preset *words,
    const struct scheme *scheme, long tolerance, struct profile_fault *fault);

/*
 * Set *fault and return false.  For profile_make() and for the parts of it that
 * belong to a scheme.
 */
bool profile_refuse(
    struct profile_fault *fault, const char *setting, const char *text);

/*
 * True if value begins with the profile's prefix.  A prefix that ends in a
 * space, such as "Bearer ", matches in upper and lower case.
 */
bool profile_has_prefix(const struct profile *profile, struct span value);

/* True if every signature is in a header whose full name is known. */
bool profile_signs_in_headers(const struct profile *profile);

/* The input for the profile's templates. ts is the signed time, or empty. */
struct template_input profile_input(
    const struct profile *profile, const struct request *req, struct span ts);

/* Free what profile_make() made.  Harmless on a zeroed profile. */
void profile_free(struct profile *profile);

#endif
