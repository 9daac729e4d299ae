/*
 * profile.h - how one provider signs, checked and ready to run.
 *
 * Made from a preset's words, whether they stand in the table or were
 * overridden by the settings, so that both pass the same checks.
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

/* How `hookdir sign` spells a signature; the receiver accepts them all. */
enum signature_encoding { ENC_HEX, ENC_BASE64, ENC_BASE64URL };

/* Where signatures are. */
enum signature_in {
	SIGNATURE_HEADER,
	SIGNATURE_NUMBERED, /* in headers called NAME-1, NAME-2, ... */
	SIGNATURE_JSON      /* in a field of the body */
};

struct signature_source {
	enum signature_in in;
	const char *text;   /* as the settings have it; borrowed */
	struct field field; /* SIGNATURE_JSON */
};

struct profile {
	const struct scheme *scheme;
	enum digest digest;
	enum secret_encoding secret_encoding;
	struct signature_source signature[PRESET_SIGNATURES];
	size_t nsignature;
	struct span prefix;
	/* What stands before one made with a private key, if that differs. */
	struct span asymmetric_prefix;
	char separator; /* '\0': the header is one element */
	struct field timestamp;
	long tolerance; /* seconds; -1: the signed time is not checked */
	struct template signed_payload[PRESET_SIGNED];
	size_t nsigned;
	/* Of a token, the names of the claims that these templates are of. */
	char *claim[PRESET_SIGNED]; /* malloc'd */
	/* Of a token: it is user and password, in base64. */
	bool basic;
	bool takes_field; /* an alternative signs a field, not the body */
	bool unsafe_body; /* the body is stored, whatever of it is signed */
	const char *public_url;
	const char *webhook_id;
	const char *required_components[PRESET_REQUIRED]; /* borrowed */
	size_t nrequired;
	struct field certificate_url; /* where the certificate's URL is */
	const char *certificate_allowed_urls[PRESET_CERTS]; /* borrowed */
	unsigned algorithms; /* of public keys: a set of sigalg.h */
	struct field id, type;
	bool no_id; /* each delivery is an event of its own */
	struct challenge_word challenge;
	int reject_status; /* HTTP code of a refused signature */
	int accept_status; /* HTTP code of a stored event */
	const char
	    *accept_body; /* body of the answer to a stored event, or NULL */
	enum signature_encoding signature_encoding;
	char *owned; /* malloc'd: words that the scheme itself made, or NULL */
};

/* Which setting is at fault, and what is wrong with it. */
struct profile_fault {
	const char *setting; /* its name; static */
	struct reason why;
};

/*
 * Make a profile of words, which it borrows: they must outlive it, and so must
 * scheme.  tolerance is the general one, in seconds, where the words have none.
 *
 * True: the caller frees *profile by profile_free().  False: *fault is set, and
 * *profile is empty.  Refused is every profile that would not really check: no
 * signature header, nothing of the payload signed, a signed time without a
 * place to find it, and so on.
 */
bool profile_make(struct profile *profile, const struct preset *words,
    const struct scheme *scheme, long tolerance, struct profile_fault *fault);

/* Set *fault; false. For profile_make() and what schemes do for it. */
bool profile_refuse(
    struct profile_fault *fault, const char *setting, const char *text);

/* True if value begins with the prefix: one such as "Bearer " in any case. */
bool profile_has_prefix(const struct profile *profile, struct span value);

/* True if every signature comes in a header of one name. */
bool profile_signs_in_headers(const struct profile *profile);

/* What the profile's templates are filled in from; ts may be empty. */
struct template_input profile_input(
    const struct profile *profile, const struct request *req, struct span ts);

/* Free what profile_make() made; harmless on a zeroed profile. */
void profile_free(struct profile *profile);

#endif
