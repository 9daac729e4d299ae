/* challenge.c - answers challenges without a signature. */
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/encode.h"
#include "challenge/challenge.h"
#include "challenge/challenge_answer.h"
#include "challenge/challenge_signed.h"
#include "crypto/digest.h"
#include "parse/form.h"

/* Bytes of the longest query that is looked at. */
#define QUERY_MAX 8192
/* Characters of a SHA-256 in base64, including the NUL. */
#define BASE64_SHA256 (4 * ((DIGEST_SHA256_LEN + 2) / 3) + 1)

/*
 * Find a field of the query, and decode it.  ST_OK: the caller frees *dst.
 * ST_BAD_REQUEST: the field is missing, occurs twice or is malformed.
 */
static enum status
query_field(const struct request *req, const char *name, char **dst,
    struct span *value, struct reason *why)
{
	struct span query = request_variable(req, "QUERY_STRING");
	size_t len;

	*dst = NULL;
	*value = (struct span){NULL, 0};
	if (query.len > QUERY_MAX)
		return challenge_answer_malformed(why, name);
	switch (form_field(query, name, dst, &len)) {
	case LOOKUP_FOUND:
		*value = span_mem(*dst, len);
		return ST_OK;
	case LOOKUP_NO_MEMORY:
		return challenge_answer_no_memory(why);
	case LOOKUP_NONE:
	case LOOKUP_INVALID:
	default:
		return challenge_answer_malformed(why, name);
	}
}

static enum status
echo_query(const struct request *req, const char *name,
    struct reply_given *given, struct reason *why)
{
	struct span value;
	char *text;
	enum status st = query_field(req, name, &text, &value, why);

	if (st != ST_OK)
		return st;
	st = challenge_answer_give_text(given, value, name, why);
	free(text);
	return st;
}

/*
 * Check hub.mode and then hub.verify_token: a request with another mode learns
 * nothing about the token.
 */
static enum status
check_subscriber(
    const struct provider *prov, const struct request *req, struct reason *why)
{
	struct span value;
	size_t which;
	char *text;
	enum status st = query_field(req, "hub.mode", &text, &value, why);
	bool is;

	if (st != ST_OK)
		return st;
	is = span_is(value, "subscribe");
	free(text);
	if (!is)
		return challenge_answer_malformed(why, "hub.mode");
	st = query_field(req, "hub.verify_token", &text, &value, why);
	if (st != ST_OK)
		return st;
	is = secrets_match(&prov->verify_tokens, value, &which);
	OPENSSL_cleanse(text, value.len);
	free(text);
	if (is)
		return ST_OK;
	reason_set(why,
	    "challenge: hub.verify_token is not in the verify_token_file (%zu "
	    "there)",
	    prov->verify_tokens.n);
	return ST_UNVERIFIED;
}

static enum status
answer_meta(const struct provider *prov, const struct request *req,
    struct reply_given *given, struct reason *why)
{
	enum status st = check_subscriber(prov, req, why);

	return st == ST_OK ? echo_query(req, "hub.challenge", given, why) : st;
}

static enum status
answer_okta(
    const struct request *req, struct reply_given *given, struct reason *why)
{
	static const char name[] = "X-Okta-Verification-Challenge";
	struct span value;

	if (request_header(req, name, &value) != REQUEST_ONE ||
	    !challenge_answer_is_token(value))
		return challenge_answer_malformed(why, name);
	return challenge_answer_give(given, why, challenge_answer_json,
	    "{\"verification\":\"%.*s\"}", (int)value.len,
	    (const char *)value.ptr);
}

static enum status
answer_crc(const struct provider *prov, const struct request *req,
    struct reply_given *given, struct reason *why)
{
	unsigned char mac[DIGEST_MAX];
	char base64[BASE64_SHA256];
	struct span token;
	char *text;
	enum status st = query_field(req, "crc_token", &text, &token, why);

	if (st != ST_OK)
		return st;
	if (!challenge_answer_is_token(token)) {
		st = challenge_answer_malformed(why, "crc_token");
	} else if (!digest_hmac(DIGEST_SHA256, secret_at(&prov->secrets, 0),
		       &token, 1, mac)) {
		st = challenge_answer_no_memory(why);
	} else {
		encode_base64(base64, span_mem(mac, DIGEST_SHA256_LEN));
		st = challenge_answer_give(given, why, challenge_answer_json,
		    "{\"response_token\":\"sha256=%s\"}", base64);
	}
	free(text);
	return st;
}

/*
 * Give the header back, unless a signature shows that the request is an event.
 */
static enum status
echo_header(const struct profile *profile, const struct request *req,
    struct reply_given *given, struct reason *why)
{
	const char *name = profile->challenge.name;
	struct span value, unused;
	enum status st;

	if (request_header(req, name, &value) != REQUEST_ONE)
		return ST_OK;
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (request_header(req, profile->signature[i].text, &unused) !=
		    REQUEST_NONE)
			return ST_OK;
	}
	if (!challenge_answer_is_token(value))
		return challenge_answer_malformed(why, name);
	st = challenge_answer_give(given, why, challenge_answer_plain, "OK");
	given->header = name;
	given->value = value;
	return st;
}

/* Challenges by GET.  HEAD is answered in the same way, without a body. */
static enum status
answer_get(const struct provider *prov, const struct request *req,
    struct reply_given *given, struct reason *why)
{
	const struct challenge_word *ch = &prov->profile.challenge;

	switch (ch->kind) {
	case CHALLENGE_ECHO_QUERY:
		return echo_query(req, ch->name, given, why);
	case CHALLENGE_META:
		return answer_meta(prov, req, given, why);
	case CHALLENGE_OKTA:
		return answer_okta(req, given, why);
	case CHALLENGE_CRC:
		return answer_crc(prov, req, given, why);
	case CHALLENGE_HEAD:
		return challenge_answer_give(
		    given, why, challenge_answer_plain, "OK");
	case CHALLENGE_NONE:
	case CHALLENGE_ECHO_HEADER:
	case CHALLENGE_ECHO_JSON:
	case CHALLENGE_ZOOM:
	case CHALLENGE_DISCORD:
	case CHALLENGE_PROBE:
	case CHALLENGE__COUNT:
		break;
	}
	return challenge_answer_malformed(why, "its method");
}

static enum status
answer_unsigned(const struct provider *prov, const struct request *req,
    struct reply_given *given, struct reason *why)
{
	const struct challenge_word *ch = &prov->profile.challenge;

	if (!span_is(req->method, "POST"))
		return answer_get(prov, req, given, why);
	if (ch->kind == CHALLENGE_ECHO_HEADER)
		return echo_header(&prov->profile, req, given, why);
	/* An event always has a body. */
	if (ch->kind == CHALLENGE_ECHO_QUERY && req->body.len == 0)
		return echo_query(req, ch->name, given, why);
	return ST_OK;
}

enum status
challenge_answer(enum challenge_stage stage,
    const struct challenge_request *request, struct reply_given *given,
    struct reason *why)
{
	*given = (struct reply_given){.code = 0};
	if (stage == CHALLENGE_UNSIGNED)
		return answer_unsigned(request->prov, request->req, given, why);
	return challenge_signed(request->prov, request->ok, given, why);
}
