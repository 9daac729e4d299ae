/* challenge_signed.c - answers challenges whose signature was verified. */
#include <stdlib.h>

#include "base/encode.h"
#include "challenge/challenge_answer.h"
#include "challenge/challenge_signed.h"
#include "crypto/digest.h"
#include "parse/json.h"

/*
 * True if a challenge could have been answered with a signature of this text.
 */
static bool
is_signed_token(const struct signed_text *text)
{
	size_t len = 0;

	for (size_t i = 0; i < text->n; i++) {
		struct span part = text->part[i];

		if (part.len > 0 && !challenge_answer_is_token(part))
			return false;
		len += part.len;
	}
	return len <= CHALLENGE_ANSWER_TOKEN_MAX;
}

/* LOOKUP_FOUND: the text at path is value.  LOOKUP_NONE: it is not. */
static enum lookup
json_is(struct span text, const char *path, const char *value)
{
	struct json_member member, first;
	struct json_walk walk;
	size_t len;
	char *found;
	bool same;

	if (!json_find(text, path, &member))
		return LOOKUP_NONE;
	/* The sender may write the array with white space in it. */
	if (member.kind == JSON_ARRAY && strcmp(value, "[]") == 0)
		return json_walk(&walk, member.value, JSON_STRICT) &&
			       !json_next(&walk, &first) && !walk.failed
			   ? LOOKUP_FOUND
			   : LOOKUP_NONE;
	if (json_too_long(&member))
		return LOOKUP_NONE;
	if (!json_text(&member, &found, &len))
		return LOOKUP_NO_MEMORY;
	same = span_is(span_mem(found, len), value);
	free(found);
	return same ? LOOKUP_FOUND : LOOKUP_NONE;
}

/* Find a string of the body, with results as for query_field(). */
static enum status
json_field(struct span text, const char *path, char **dst, struct span *value,
    struct reason *why)
{
	struct json_member member;
	size_t len;

	*dst = NULL;
	*value = (struct span){NULL, 0};
	if (!json_find(text, path, &member) || member.kind != JSON_STRING ||
	    json_too_long(&member))
		return challenge_answer_malformed(why, path);
	if (!json_text(&member, dst, &len))
		return challenge_answer_no_memory(why);
	*value = span_mem(*dst, len);
	return ST_OK;
}

static enum status
answer_text(const char *path, struct span body, struct reply_given *given,
    struct reason *why)
{
	struct span value;
	char *text;
	enum status st = json_field(body, path, &text, &value, why);

	if (st != ST_OK)
		return st;
	st = challenge_answer_give_text(given, value, path, why);
	free(text);
	return st;
}

/* Answer with an HMAC under the secret that signed the request. */
static enum status
answer_zoom(const struct provider *prov, const struct verified *ok,
    struct reply_given *given, struct reason *why)
{
	static const char path[] = "payload.plainToken";
	unsigned char mac[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX], *text;
	struct span token;
	enum status st = json_field(ok->text.payload, path, &text, &token, why);

	if (st != ST_OK)
		return st;
	if (!challenge_answer_is_token(token)) {
		st = challenge_answer_malformed(why, path);
	} else if (!digest_hmac(DIGEST_SHA256,
		       secret_at(&prov->secrets, ok->secret), &token, 1, mac)) {
		st = challenge_answer_no_memory(why);
	} else {
		encode_hex(hex, span_mem(mac, DIGEST_SHA256_LEN));
		st = challenge_answer_give(given, why, challenge_answer_json,
		    "{\"plainToken\":\"%s\",\"encryptedToken\":\"%s\"}", text,
		    hex);
	}
	free(text);
	return st;
}

/*
 * True if the object has this member. json_find() alone does not find a member
 * that occurs twice.
 */
static bool
has_member(struct span object, const char *name)
{
	struct json_member member;
	struct json_walk walk;

	if (json_find(object, name, &member))
		return true;
	if (!json_walk(&walk, object, JSON_STRICT))
		return false;
	while (json_next(&walk, &member)) {
		if (span_is(member.key, name))
			return true;
	}
	return false;
}

/*
 * Type 0 is the PING of webhook events, type 1 that of interactions.  Among
 * webhook events, type 1 is an event, and has the member "event".
 */
static enum status
answer_discord(struct span body, struct reply_given *given, struct reason *why)
{
	enum lookup found = json_is(body, "type", "0");

	if (found == LOOKUP_FOUND) {
		given->code = 204;
		given->type = challenge_answer_json;
		return ST_ANSWERED;
	}
	if (found == LOOKUP_NONE)
		found = json_is(body, "type", "1");
	if (found == LOOKUP_NO_MEMORY)
		return challenge_answer_no_memory(why);
	if (found == LOOKUP_NONE || has_member(body, "event"))
		return ST_OK;
	return challenge_answer_give(
	    given, why, challenge_answer_json, "{\"type\":1}");
}

enum status
challenge_signed(const struct provider *prov, const struct verified *ok,
    struct reply_given *given, struct reason *why)
{
	const struct challenge_word *ch = &prov->profile.challenge;
	struct span body = ok->text.payload;
	enum lookup found;

	if (challenge_word_signs(ch->kind) && is_signed_token(&ok->text)) {
		reason_set(why,
		    "refused as an event: anyone could get a signature of "
		    "this body as the answer to a challenge");
		return ST_UNVERIFIED;
	}
	if (ch->kind == CHALLENGE_DISCORD)
		return answer_discord(body, given, why);
	if (ch->kind == CHALLENGE_ZOOM)
		found = json_is(body, "event", "endpoint.url_validation");
	else if (ch->field != NULL)
		found = json_is(body, ch->field, ch->value);
	else
		return ST_OK;
	if (found == LOOKUP_NO_MEMORY)
		return challenge_answer_no_memory(why);
	if (found == LOOKUP_NONE)
		return ST_OK;
	if (ch->kind == CHALLENGE_ZOOM)
		return answer_zoom(prov, ok, given, why);
	if (ch->kind == CHALLENGE_ECHO_JSON)
		return answer_text(ch->name, body, given, why);
	return ST_ANSWERED;
}
