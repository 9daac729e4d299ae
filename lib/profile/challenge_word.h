/*
 * challenge_word.h - the setting "challenge", read and checked.
 *
 * Before some providers deliver to a URL, they send it a challenge, which the
 * URL has to answer.  The setting, or the preset, names the challenge in one
 * word:
 *
 *	none             no challenge; only POST is allowed
 *	echo-query:N     GET, or POST without a body, whose query has N: the
 *	                 answer is the value (Dropbox echo-query:challenge,
 *	                 WebSub echo-query:hub.challenge)
 *	meta             GET with hub.mode=subscribe, and a hub.verify_token
 *	                 that is in the verify_token_file: the answer is the
 *	                 value of hub.challenge
 *	okta             GET with X-Okta-Verification-Challenge: the answer is
 *	                 {"verification":"..."} with its value
 *	crc              GET with crc_token (X): the answer is its HMAC under
 *	                 the first secret, {"response_token":"sha256=..."}
 *	head             HEAD: the answer is 200 (Trello, Intercom)
 *	echo-header:N    POST with the header N and no signature: the answer
 *	                 has the header (Asana echo-header:X-Hook-Secret)
 *
 * The following challenges are signed POSTs, and are answered only if the
 * signature is right:
 *
 *	echo-json:F=V:P  the JSON field F is V: the answer is the text at P
 *	                 (Slack echo-json:type=url_verification:challenge)
 *	zoom             the event is endpoint.url_validation: the answer is
 *	                 payload.plainToken and its HMAC under the secret that
 *	                 signed the request
 *	discord          type is 0: 204; type is 1 and there is no event:
 *	                 {"type":1}
 *	probe:F=V        the JSON field F is V ([]: an empty array): the answer
 *	                 is that to a stored event (Xero probe:events=[])
 *
 * This module knows the words; challenge.h answers.
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
	CHALLENGE_PROBE
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
 * Read a word; NULL is "none".  True: the caller frees *ch by
 * challenge_word_free().  False, with why set: the word is unknown, a part of
 * it is missing, or it names a header that must not be given back.
 */
bool challenge_word_parse(
    struct challenge_word *ch, const char *word, struct reason *why);

/* Free what challenge_word_parse() made.  Harmless on a zeroed word. */
void challenge_word_free(struct challenge_word *ch);

/* The methods of a URL with this challenge, for the header Allow.  Static. */
const char *challenge_word_methods(enum challenge_kind kind);

/*
 * True if hookdir signs a text of the caller's choice with a secret to answer
 * this challenge.  The scheme must then be hmac.
 */
bool challenge_word_signs(enum challenge_kind kind);

/* What is answered, for `hookdir check`; NULL for "none".  Static. */
const char *challenge_word_says(enum challenge_kind kind);

#endif
