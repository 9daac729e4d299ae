/*
 * challenge_word.h - the word for a provider's challenge, read and checked.
 *
 * Before some providers deliver to a URL they ask whoever is behind it to
 * answer something.  What a provider asks for is one word, in the table of
 * presets or as "challenge" in the settings:
 *
 *	none             nothing; only POST is allowed
 *	echo-query:N     GET, or POST without a body, whose query has N: the
 *	                 value is given back (Dropbox echo-query:challenge,
 *	                 WebSub echo-query:hub.challenge)
 *	meta             GET with hub.mode=subscribe and hub.verify_token, which
 *	                 must be in the verify_token_file: hub.challenge is given
 *	                 back
 *	okta             GET with X-Okta-Verification-Challenge: given back as
 *	                 {"verification":"..."}
 *	crc              GET with crc_token (X): its HMAC under the first secret,
 *	                 as {"response_token":"sha256=..."}
 *	head             HEAD is answered 200 (Trello, Intercom)
 *	echo-header:N    POST with the header N and no signature: the header is
 *	                 given back (Asana echo-header:X-Hook-Secret)
 *
 * and for what comes as a signed POST, once its signature was verified:
 *
 *	echo-json:F=V:P  the JSON field F is V: the text at P is given back (Slack
 *	                 echo-json:type=url_verification:challenge)
 *	zoom             event is endpoint.url_validation: payload.plainToken and
 *	                 its HMAC under the secret that signed it
 *	discord          type is 0: 204; type is 1 and there is no event:
 *	                 {"type":1}
 *	probe:F=V        the JSON field F is V, []: an empty array: answered as if
 *	                 it had been stored (Xero probe:events=[])
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

/* A word, taken apart. Zeroed is "none". */
struct challenge_word {
	enum challenge_kind kind;
	char *owned;      /* malloc'd, or NULL; the next three are in it */
	const char *name; /* query field, header or JSON path to give back */
	const char
	    *field; /* JSON path of what tells a challenge by its value */
	const char *value;
};

/*
 * Read a word; NULL is "none".  True: the caller frees *ch by
 * challenge_word_free().  False, with why set: an unknown word, a part missing, or a
 * header that must not be given back.
 */
bool challenge_word_parse(
    struct challenge_word *ch, const char *word, struct reason *why);

/* Free what challenge_word_parse() made; harmless on a zeroed one. */
void challenge_word_free(struct challenge_word *ch);

/* The methods that a URL with this challenge takes, for Allow. Static. */
const char *challenge_word_methods(enum challenge_kind kind);

/* True where a secret signs what somebody sent: the scheme must be hmac. */
bool challenge_word_signs(enum challenge_kind kind);

/* What is answered to what, for `hookdir check`; NULL for "none". Static. */
const char *challenge_word_says(enum challenge_kind kind);

#endif
