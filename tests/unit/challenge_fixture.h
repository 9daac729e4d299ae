/*
 * challenge_fixture.h - a provider with a challenge, for the tests of its
 * answers.
 */
#ifndef CHALLENGE_FIXTURE_H
#define CHALLENGE_FIXTURE_H

#include "challenge/challenge.h"
#include "sandbox.h"
#include "verify/schemes.h"

#include "../tap.h"

static struct preset challenge_words;

/* A provider with this challenge, and secrets one a line. */
static inline struct provider
provider_with(const char *challenge, const char *secrets, const char *tokens)
{
	struct provider prov = {.name = "p"};
	struct reason why = {""};
	struct profile_fault fault = {"", {""}};

	challenge_words = preset_default;
	challenge_words.signature[0] = "X-Signature";
	challenge_words.challenge = challenge;
	if (!scheme_profile(&prov.profile, &challenge_words, 300, &fault) ||
	    !secrets_parse(
		&prov.secrets, span_str(secrets), SECRET_RAW, &why) ||
	    (tokens != NULL && !secrets_parse(&prov.verify_tokens,
				   span_str(tokens), SECRET_RAW, &why)))
		sandbox_die(why.text);
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
