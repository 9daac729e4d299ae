/*
 * challenge_word.h - parses and checks the setting "challenge".
 *
 * Before some providers deliver to a URL, they send it a challenge: a request
 * that its owner must answer in a certain way.  One word, in a preset or as
 * "challenge" in the settings, says which challenge the provider sends:
 *
 *	none             no challenge; only POST is allowed
 *	echo-query:N     GET, or POST without a body, whose query has N: the
 *	                 answer is the value (Dropbox echo-query:challenge,
 *	                 WebSub echo-query:hub.challenge)
 *	meta             GET with hub.mode=subscribe and hub.verify_token, which
 *	                 must be in the verify_token_file: hub.challenge is
 *	                 given back
 *	okta             GET with X-Okta-Verification-Challenge: given back as
 *	                 {"verification":"..."}
 *	crc              GET with crc_token (X): its HMAC with the first
 *	                 secret, as {"response_token":"sha256=..."}
 *	head             HEAD is answered 200 (Trello, Intercom)
 *	echo-header:N    POST with the header N and no signature: the header is
 *	                 given back (Asana echo-header:X-Hook-Secret)
 *
 * These challenges come as a signed POST, and are answered once the signature
 * is verified:
 *
 *	echo-json:F=V:P  the JSON field F is V: the text at P is given back
 *	                 (Slack echo-json:type=url_verification:challenge)
 *	zoom             event is endpoint.url_validation: payload.plainToken
 *	                 and its HMAC with the secret that signed it
 *	discord          type is 0: 204; type is 1 and there is no event:
 *	                 {"type":1}
 *	probe:F=V        the JSON field F is V (with [] for V: an empty array):
 *	                 answered as if it had been stored (Xero
 *	                 probe:events=[])
 *
 * This module only knows the words.  challenge.h makes the answers.
 */
#ifndef CHALLENGE_WORD_H
#define CHALLENGE_WORD_H

#include <stdbool.h>

#include "base/status.h"

enum challenge_kind {
	CHALLENGE_NONE,
	CHALLENGE_ECHO_QUERY,
	CHALLENGE_META,
	CHALLENGE_OKTA,
	CHALLENGE_CRC,
	CHALLENGE_HEAD,
	CHALLENGE_ECHO_HEADER,
	CHALLENGE_ECHO_JSON,
	CHALLENGE_ZOOM,
	CHALLENGE_DISCORD,
	CHALLENGE_PROBE,
	CHALLENGE__COUNT
};

/* A word, split into its parts.  A zeroed one is "none". */
struct challenge_word {
	enum challenge_kind kind;
	char *owned;      /* malloc'd; the next three are views */
	const char *name; /* what is given back: field, header, path */
	const char
	    *field; /* JSON path of the field that makes it a challenge */
	const char *value;
};

/*
 * Parse a word; NULL is "none".  True: the caller frees *ch with
 * challenge_word_free().  False, with why set: the word is unknown, a part of
 * it is missing, or it names a header that must not be given back.
 */
bool challenge_word_parse(
    struct challenge_word *ch, const char *word, struct reason *why);

/* Free what challenge_word_parse() made.  Harmless on a zeroed word. */
void challenge_word_free(struct challenge_word *ch);

/* The methods allowed for this challenge, as the value of Allow.  Static. */
const char *challenge_word_methods(enum challenge_kind kind);

/*
 * True if the answer is a text of the caller's choice, signed with the secret.
 * The scheme must then be hmac.
 */
bool challenge_word_signs(enum challenge_kind kind);

/* A description for `hookdir check`; NULL for "none".  Static. */
const char *challenge_word_says(enum challenge_kind kind);

#endif
