/* jws.c - reads the header, the claims and the signature of a token. */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "http/request.h"
#include "parse/json.h"
#include "verify/jws.h"

#define MEMBERS_MAX 128 /* names in one object of a token */

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

/* Names of the members of one object, decoded; each is malloc'd. */
struct names {
	size_t n;
	struct {
		char *text;
		size_t len;
	} item[MEMBERS_MAX];
};

static bool
is_known(const struct names *names, const char *text, size_t len)
{
	for (size_t i = 0; i < names->n; i++) {
		if (names->item[i].len == len &&
		    memcmp(names->item[i].text, text, len) == 0)
			return true;
	}
	return false;
}

static enum lookup
add_name(struct names *names, struct span key)
{
	/* With the quotes that are around it in the text. */
	struct json_member name = {
	    .value = {key.ptr - 1, key.len + 2}, .kind = JSON_STRING};
	size_t len;
	char *text;

	if (names->n == MEMBERS_MAX)
		return LOOKUP_INVALID;
	if (!json_text(&name, &text, &len))
		return LOOKUP_NO_MEMORY;
	if (is_known(names, text, len)) {
		free(text);
		return LOOKUP_INVALID;
	}
	names->item[names->n].text = text;
	names->item[names->n++].len = len;
	return LOOKUP_FOUND;
}

/*
 * Check that no name occurs twice, whatever escapes it is written with: readers
 * of JSON take the first, the last or none of two members, and an attacker
 * chooses which of them checks the token (RFC 7515, section 4; RFC 7519,
 * section 4).
 */
static enum status
check_names(struct span object, struct reason *why)
{
	struct names names = {.n = 0};
	enum lookup st = LOOKUP_FOUND;
	struct json_member member;
	struct json_walk walk;

	json_walk(&walk, object, JSON_STRICT);
	while (st == LOOKUP_FOUND && json_next(&walk, &member))
		st = add_name(&names, member.key);
	for (size_t i = 0; i < names.n; i++)
		free(names.item[i].text);
	if (st == LOOKUP_NO_MEMORY)
		return out_of_memory(why);
	if (st != LOOKUP_FOUND)
		return refuse(why, "has a name twice in its header or claims, "
				   "or too many names");
	return ST_OK;
}

static enum status
take_header(struct jws *jws, struct span header, struct reason *why)
{
	enum lookup alg, kid;
	struct json_member critical;

	if (json_find(header, "crit", &critical))
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
	enum status st;

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
	st = check_names(header, why);
	if (st == ST_OK)
		st = check_names(jws->claims, why);
	return st == ST_OK ? take_header(jws, header, why) : st;
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
