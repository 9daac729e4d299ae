/*
 * asker.h - a provider with a challenge, for the tests of its answers.
 */
#ifndef ASKER_H
#define ASKER_H

#include "box.h"
#include "handshake.h"

#include "../tap.h"

static struct preset handshake_words;

/* A provider with this challenge, and secrets one a line. */
static inline struct provider
provider_with(const char *challenge, const char *secrets, const char *tokens)
{
	struct provider prov = {.name = "p"};
	struct reason why = {""};
	const char *key = "";

	handshake_words = preset_default;
	handshake_words.signature[0] = "X-Signature";
	handshake_words.challenge = challenge;
	if (!rule_make(&prov.rule, &handshake_words, 300, &key, &why) ||
	    !secrets_parse(&prov.secrets, span_str(secrets), KEY_RAW, &why) ||
	    (tokens != NULL && !secrets_parse(&prov.verify_tokens,
				   span_str(tokens), KEY_RAW, &why)))
		box_die(why.text);
	return prov;
}

/* What was given, as text; freed. */
static inline const char *
given_text(struct reply_given *given)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%.*s", (int)given->len,
	    given->body == NULL ? "" : given->body);
	free(given->body);
	given->body = NULL;
	return text;
}

#endif
