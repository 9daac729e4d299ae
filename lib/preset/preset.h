/*
 * preset.h - how the known providers sign: data, and no code.
 *
 * One entry a provider, in the same words as the settings file: an entry of
 * the settings is a copy of a preset with some keys replaced, and profile.h turns
 * either into something that can be run.  Adding a provider is adding an entry
 * to the table of its kind (preset_table.h) and its vectors under tests/vectors.
 *
 * What is left out has a default: scheme "hmac", digest "sha256", key "raw",
 * signed "{body}", encoding "hex", and what a scheme itself says of them.
 */
#ifndef PRESET_H
#define PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define PRESET_SIGNATURES 4  /* headers that a signature may come in */
#define PRESET_SIGNED     8  /* alternatives for what is signed */
#define PRESET_REQUIRED   16 /* names that a signature must cover */
#define PRESET_ALGORITHMS 8
#define PRESET_CERTS      4 /* patterns of URLs, and of names */

struct preset {
	const char *name;
	const char *scheme;          /* "hmac", "token", ...: see scheme.h */
	const char *digest;          /* "sha1", "sha256", "sha384", "sha512" */
	const char *secret_encoding; /* "raw", "hex", "base64", "whsec" */
	/* Header names, "NAME-*" for a numbered set, or "json:PATH". */
	const char *signature[PRESET_SIGNATURES];
	const char *prefix;    /* what a signature element must begin with */
	const char *separator; /* one character between elements, or NULL */
	const char *timestamp; /* "header:NAME", "element:t=", "json:PATH" */
	long tolerance;        /* seconds; 0 the general one, -1 not checked */
	/* Templates (template.h); the first that matches is taken. */
	const char *signed_payload[PRESET_SIGNED];
	/* Of tokens: "NAME=TEMPLATE", what a claim must be. */
	const char *claims[PRESET_SIGNED];
	const char *public_url; /* what {url} stands for; the public URL */
	const char *webhook_id; /* the same for {webhook_id} */
	/*
	 * Where a request says what URL the certificate is at, "header:N" or
	 * "json:P"; patterns (wildcard.h) of the URLs that are fetched and of the
	 * host name that the certificate must be for.
	 */
	const char *certificate_url;
	const char *certificate_allowed_urls[PRESET_CERTS];
	const char *certificate_hosts[PRESET_CERTS];
	/* Of HTTP signatures: what must be signed besides digest and time. */
	const char *required_components[PRESET_REQUIRED];
	/* The same: "rsa-sha256", ...; none means all. */
	const char *algorithms[PRESET_ALGORITHMS];
	const char *id;          /* "header:N", "json:P", "form:N", "none" */
	const char *type;        /* the same without "none", and "const:S" */
	const char *challenge;   /* its challenge, a word of challenge_word.h */
	long reject_status;      /* HTTP code for a bad signature; 0 is 401 */
	long accept_status;      /* the same for a stored event; 0 is 200 */
	const char *accept_body; /* body of the answer to a stored event */
	long sender_retry_hours; /* how long it sends again; 0 not known */
	/* The certificate comes without those that it was issued by. */
	bool certificate_without_issuers;
	/* The signature need not cover the payload: said by the user alone. */
	bool unsafe_body;

	/* For `hookdir sign` and `hookdir send` only. */
	const char *signature_encoding; /* "hex", "base64" or "base64url" */
	const char *time;               /* "ms", "rfc3339"; else in seconds */
	const char *header;      /* one more header it sends, a template */
	const char *sample_type; /* Content-Type of the sample */
	/*
	 * A body to try it with.  $ID and $TIME stand for fresh values, $SEC
	 * and $MS for the time as a number, $MAC for a signature in the body.
	 */
	const char *sample;
	/* For `hookdir presets`: what one has to know, in a few words. */
	const char *note;
};

/* What an entry that names no preset starts from. */
extern const struct preset preset_default;

/* The preset called name, or NULL. Static. */
const struct preset *preset_find(struct span name);

/* The presets in order: NULL when i is past the last. Static. */
const struct preset *preset_at(size_t i);

#endif
