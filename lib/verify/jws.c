/* jws.c - reads the header, the claims and the signature of a token. */
#include <stdlib.h>

#include "base/encode.h"
#include "http/request.h"
#include "parse/json.h"
#include "verify/jws.h"

static enum status
refuse(struct reason *why, const char *text)
{
	reason_set(why, "the token %s", text);
	return ST_UNVERIFIED;
}

static enum status
out_of_memory(struct reason *why)
{
	reason_set(why, "out of memory while checking a token");
	return ST_TRY_LATER;
}

/* True for base64url without padding, so that a token has only one spelling. */
static bool
is_base64url(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (c == '+' || c == '/' || c == '=' || c == '.')
			return false;
	}
	return text.len > 0;
}

/*
 * Decode a part, which must be a JSON object, into dst.  Empty if it is not an
 * object.
 */
static struct span
object(unsigned char *dst, struct span part)
{
	ptrdiff_t n = decode_base64(dst, part.len, part);
	struct span text = span_mem(dst, n > 0 ? (size_t)n : 0);
	struct json_walk walk;

	if (!json_walk(&walk, text, JSON_STRICT) || !walk.object ||
	    !json_valid(text))
		return span_mem(dst, 0);
	return text;
}

/* Find a string in the header. */
static enum lookup
take_text(struct span header, const char *name, char **owned, struct span *dst)
{
	struct json_member member;
	size_t len;

	if (!json_find(header, name, &member) || member.kind != JSON_STRING)
		return LOOKUP_NONE;
	if (!json_text(&member, owned, &len))
		return LOOKUP_NO_MEMORY;
	*dst = span_mem(*owned, len);
	return LOOKUP_FOUND;
}

/*
 * True if there is a member "crit". json_find() alone does not find a member
 * that occurs twice.
 */
static bool
has_critical(struct span header)
{
	struct json_member member;
	struct json_walk walk;

	if (json_find(header, "crit", &member))
		return true;
	json_walk(&walk, header, JSON_STRICT);
	while (json_next(&walk, &member)) {
		if (span_is(member.key, "crit"))
			return true;
	}
	return false;
}

static enum status
take_header(struct jws *jws, struct span header, struct reason *why)
{
	enum lookup alg, kid;

	if (has_critical(header))
		return refuse(
		    why, "has an unsupported critical extension (crit)");
	alg = take_text(header, "alg", &jws->alg_text, &jws->alg);
	kid = take_text(header, "kid", &jws->kid_text, &jws->kid);
	if (alg == LOOKUP_NO_MEMORY || kid == LOOKUP_NO_MEMORY)
		return out_of_memory(why);
	return alg == LOOKUP_FOUND ? ST_OK
				   : refuse(why, "names no algorithm (alg)");
}

static enum status
take_parts(struct jws *jws, struct span token, struct reason *why)
{
	struct span rest = token, part[2], header;

	part[0] = span_cut(&rest, '.');
	part[1] = span_cut(&rest, '.');
	jws->signature = rest;
	if (!is_base64url(part[0]) || !is_base64url(part[1]) ||
	    !is_base64url(rest))
		return refuse(
		    why, "does not consist of three parts in base64url");
	jws->text = span_mem(token.ptr, part[0].len + 1 + part[1].len);
	if ((jws->owned = malloc(jws->text.len)) == NULL)
		return out_of_memory(why);
	header = object(jws->owned, part[0]);
	jws->claims = object(jws->owned + part[0].len, part[1]);
	if (header.len == 0 || jws->claims.len == 0)
		return refuse(
		    why, "has a header or claims that are not JSON objects");
	return take_header(jws, header, why);
}

enum status
jws_parse(struct jws *jws, struct span token, struct reason *why)
{
	enum status st;

	*jws = (struct jws){.owned = NULL};
	if (token.len > REQUEST_HEADER_MAX)
		return refuse(why, "is too long");
	st = take_parts(jws, token, why);
	if (st != ST_OK)
		jws_free(jws);
	return st;
}

void
jws_free(struct jws *jws)
{
	free(jws->owned);
	free(jws->alg_text);
	free(jws->kid_text);
	*jws = (struct jws){.owned = NULL};
}
