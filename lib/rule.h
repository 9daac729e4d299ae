/*
 * rule.h - how one provider signs, checked and ready to run.
 *
 * Made from a preset's words, whether they stand in the table or were
 * overridden by the settings, so that both pass the same checks.
 */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "challenge.h"
#include "digest.h"
#include "field.h"
#include "preset.h"
#include "status.h"
#include "template.h"

struct scheme; /* scheme.h */

/* How the bytes of a key are written in the secret file. */
enum rule_key {
	KEY_RAW,    /* the text itself is the key */
	KEY_HEX,    /* hexadecimal */
	KEY_BASE64, /* base64 or base64url */
	KEY_WHSEC   /* base64 behind "whsec_" (Standard Webhooks) */
};

/* How `hookdir sign` spells a signature; the receiver accepts them all. */
enum rule_encoding { ENC_HEX, ENC_BASE64, ENC_BASE64URL };

struct rule {
	const struct scheme *scheme;
	enum digest digest;
	enum rule_key key;
	const char *signature[PRESET_SIGNATURES]; /* borrowed */
	size_t nsignature;
	struct span prefix;
	/* What stands before one made with a private key, if that differs. */
	struct span keyed_prefix;
	char separator; /* '\0': the header is one element */
	struct field timestamp;
	long tolerance; /* seconds; -1: the signed time is not checked */
	struct template signed_text[PRESET_SIGNED];
	size_t nsigned;
	/* Of a token, the names of the claims that these templates are of. */
	char *claim[PRESET_SIGNED]; /* malloc'd */
	/* Of a token: it is user and password, in base64. */
	bool basic;
	bool takes_field; /* an alternative signs a field, not the body */
	bool unsafe_body; /* the body is stored, whatever of it is signed */
	const char *url;
	const char *webhook_id;
	const char *required[PRESET_REQUIRED]; /* borrowed */
	size_t nrequired;
	struct field cert; /* where the certificate's URL is */
	const char *cert_urls[PRESET_CERTS]; /* borrowed */
	unsigned algorithms; /* of public keys: a set of sigalg.h */
	struct field id, type;
	struct challenge challenge;
	int refused;        /* HTTP code of a refused signature */
	int accepted;       /* HTTP code of a stored event */
	const char *answer; /* body of the answer to a stored event, or NULL */
	enum rule_encoding encoding;
	char *owned; /* malloc'd: words that the scheme itself made, or NULL */
};

/*
 * Make a rule of words, which it borrows: they must outlive it.  tolerance is
 * the general one, in seconds, where the words have none.
 *
 * True: the caller frees *rule by rule_free().  False: *key names the setting
 * at fault, why says what is wrong with it, and *rule is empty.  Refused is
 * every rule that would not really check: no signature header, nothing of the
 * payload signed, a signed time without a place to find it, and so on.
 */
bool rule_make(struct rule *rule, const struct preset *words, long tolerance,
    const char **key, struct reason *why);

/* True if value begins with the prefix: one such as "Bearer " in any case. */
bool rule_has_prefix(const struct rule *rule, struct span value);

/* Free what rule_make() made; harmless on a zeroed rule. */
void rule_free(struct rule *rule);

#endif
