/*
 * profile.h - how one provider signs: its settings, checked and parsed.
 *
 * A profile is made from the settings of a preset, which an entry may have
 * overridden.  Presets and entries so pass the same checks.  In this module,
 * the settings are called words.
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
#include "profile/coverage.h"
#include "profile/secret.h"
#include "profile/template.h"

struct scheme; /* scheme.h */

/* How `hookdir sign` writes a signature; the receiver accepts all of them. */
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
	/* The prefix of signatures made with a private key, if it differs. */
	struct span asymmetric_prefix;
	char separator; /* '\0': the header is a single element */
	struct field timestamp;
	long tolerance; /* seconds; -1: the signed time is not checked */
	struct template signed_payload[PRESET_SIGNED];
	size_t nsigned;
	/* For scheme jwt: signed_payload[i] is the value of claim[i]. */
	char *claim[PRESET_SIGNED]; /* malloc'd */
	/* For scheme token: USER:PASSWORD in base64 (HTTP Basic). */
	bool basic;
	bool takes_field; /* an alternative signs a field, not the body */
	bool unsafe_body; /* the body is stored even if it is not signed */
	bool decompress;  /* a compressed body was signed before that */
	const char *public_url;
	const char *webhook_id;
	const char *required_components[PRESET_REQUIRED]; /* borrowed */
	size_t nrequired;
	struct field certificate_url; /* where the URL of the certificate is */
	const char *certificate_allowed_urls[PRESET_CERTS]; /* borrowed */
	unsigned algorithms; /* a set of sigalg.h */
	struct field id, type;
	const char *keep_headers[PRESET_KEPT]; /* borrowed; see kept.h */
	size_t nkeep_headers;
	bool no_id; /* each delivery is an event of its own */
	struct challenge_word challenge;
	int reject_status; /* HTTP status for a rejected signature */
	int accept_status; /* HTTP status for a stored event */
	/* Body of the answer to a stored event, or NULL. */
	const char *accept_body;
	enum signature_encoding signature_encoding;
	/* More bytes that a signed header may have, or NULL. */
	const char *header_characters;
	struct coverage coverage;
	/* The values of which the field of a binding must have one; borrowed. */
	const char *bound[BIND__COUNT][PRESET_BOUND];
	char *owned; /* malloc'd: words that the scheme added, or NULL */
};

/* Which setting is wrong, and why. */
struct profile_fault {
	const char *setting; /* name of the setting; static */
	struct reason why;
};

/*
 * Make a profile from words.  It borrows words and scheme; both must outlive
 * it.  tolerance, in seconds, is used if the words have none.
 *
 * True: the caller frees *profile with profile_free().  False: *fault is set,
 * and *profile is empty.  A profile that would not verify enough is an error:
 * one without a signature header, one that signs nothing of the payload, one
 * with a signed time but no place to find it, and so on.
 */
bool profile_make(struct profile *profile, const struct preset *words,
    const struct scheme *scheme, long tolerance, struct profile_fault *fault);

/* Set *fault and return false.  For profile_make() and struct scheme's make. */
bool profile_refuse(
    struct profile_fault *fault, const char *setting, const char *text);

/* True if value begins with the prefix.  "Bearer " matches in any case. */
bool profile_has_prefix(const struct profile *profile, struct span value);

/* True if each source of signatures is one header of a fixed name. */
bool profile_signs_in_headers(const struct profile *profile);

/* The input for the profile's templates.  ts is the signed time, or empty. */
struct template_input profile_input(
    const struct profile *profile, const struct request *req, struct span ts);

/* Free what profile_make() made.  Harmless on a zeroed profile. */
void profile_free(struct profile *profile);

#endif
