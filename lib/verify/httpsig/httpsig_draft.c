/* httpsig_draft.c - reads draft-cavage-http-signatures-12, leniently. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "verify/httpsig/httpsig_draft.h"

static const char *const param_name[HTTPSIG_DRAFT__COUNT] = {"keyId",
    "algorithm", "signature", "headers", "created", "expires", "opaque"};

/* What can be signed besides header fields, and the parameter it stands for. */
static const struct {
	const char *name;
	enum httpsig_draft_param param;
} special[] = {
    {"(created)", HTTPSIG_DRAFT_CREATED},
    {"(expires)", HTTPSIG_DRAFT_EXPIRES},
    {"(keyid)", HTTPSIG_DRAFT_KEYID},
    {"(algorithm)", HTTPSIG_DRAFT_ALGORITHM},
    {"(opaque)", HTTPSIG_DRAFT_OPAQUE},
};

#define SPECIAL_N (sizeof(special) / sizeof(special[0]))

static bool
refuse(struct reason *why, const char *text)
{
	reason_set(why, "the signature header %s", text);
	return false;
}

/* RFC 9110, section 5.6.2: tchar. */
static bool
is_token_char(unsigned char c)
{
	return (c < 0x80 && isalnum(c)) ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static void
skip_ows(struct span *rest)
{
	while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
		*rest = span_skip(*rest, 1);
}

static struct span
take_token(struct span *rest)
{
	struct span token = *rest;
	size_t i = 0;

	while (i < rest->len && is_token_char(rest->ptr[i]))
		i++;
	token.len = i;
	*rest = span_skip(*rest, i);
	return token;
}

/* Copy a quoted string into c->text. rest begins with the quote. */
static bool
take_quoted(struct httpsig_draft *c, struct span *rest, struct span *value)
{
	*value = span_mem(c->text + c->used, 0);
	*rest = span_skip(*rest, 1);
	while (rest->len > 0 && rest->ptr[0] != '"') {
		if (rest->ptr[0] == '\\' && rest->len > 1)
			*rest = span_skip(*rest, 1);
		/* c->text has room for the whole header. */
		c->text[c->used++] = rest->ptr[0];
		value->len++;
		*rest = span_skip(*rest, 1);
	}
	if (rest->len == 0)
		return false;
	*rest = span_skip(*rest, 1);
	return true;
}

static bool
take_value(struct httpsig_draft *c, struct span *rest, struct span *value)
{
	struct span token;

	if (rest->len > 0 && rest->ptr[0] == '"')
		return take_quoted(c, rest, value);
	token = take_token(rest);
	if (token.len == 0)
		return false;
	*value = span_mem(c->text + c->used, token.len);
	memcpy(c->text + c->used, token.ptr, token.len);
	c->used += token.len;
	return true;
}

/* Take one "name=value".  Its name is added to seen. */
static bool
take_param(struct httpsig_draft *c, struct span *rest,
    struct span seen[static HTTPSIG_DRAFT_PARAMS_MAX], size_t *n,
    struct reason *why)
{
	struct span name = take_token(rest), value;

	skip_ows(rest);
	if (name.len == 0 || rest->len == 0 || rest->ptr[0] != '=')
		return refuse(why, "is malformed");
	*rest = span_skip(*rest, 1);
	skip_ows(rest);
	if (!take_value(c, rest, &value))
		return refuse(why, "is malformed");
	if (*n == HTTPSIG_DRAFT_PARAMS_MAX)
		return refuse(why, "has too many parameters");
	for (size_t i = 0; i < *n; i++) {
		if (span_eq_nocase(seen[i], name))
			return refuse(why, "has the same parameter twice");
	}
	seen[(*n)++] = name;
	for (size_t i = 0; i < HTTPSIG_DRAFT__COUNT; i++) {
		if (span_eq_nocase(span_str(param_name[i]), name))
			c->param[i] = value;
	}
	return true;
}

static bool
take_params(struct httpsig_draft *c, struct span rest, struct reason *why)
{
	struct span seen[HTTPSIG_DRAFT_PARAMS_MAX];
	bool comma = true; /* the first parameter needs no comma */
	size_t n = 0;

	for (;;) {
		skip_ows(&rest);
		if (rest.len == 0)
			return true;
		if (rest.ptr[0] == ',') {
			rest = span_skip(rest, 1);
			comma = true;
			continue;
		}
		if (!comma)
			return refuse(why, "is malformed");
		if (!take_param(c, &rest, seen, &n, why))
			return false;
		comma = false;
	}
}

static bool
name_ok(struct span name)
{
	if (name.len > MESSAGE_FIELD_MAX)
		return false;
	if (name.ptr[0] == '(')
		return true; /* httpsig_draft_text() checks it */
	return take_token(&name).len > 0 && name.len == 0;
}

/* Split the list of what is signed into names, in lower case. */
static bool
take_names(struct httpsig_draft *c, struct reason *why)
{
	struct span rest = c->param[HTTPSIG_DRAFT_HEADERS];
	size_t from = (size_t)(rest.ptr - c->text);

	for (size_t i = 0; i < rest.len; i++) {
		unsigned char *at = &c->text[from + i];

		if (*at >= 'A' && *at <= 'Z')
			*at = (unsigned char)(*at - 'A' + 'a');
	}
	while (rest.ptr != NULL) {
		struct span name = span_cut(&rest, ' ');

		if (name.len == 0)
			continue;
		if (!name_ok(name))
			return refuse(
			    why, "signs a header with an invalid name");
		for (size_t i = 0; i < c->n; i++) {
			if (span_eq(c->name[i], name))
				return refuse(why, "signs a header twice");
		}
		if (c->n == HTTPSIG_DRAFT_NAMES_MAX)
			return refuse(why, "signs too many headers");
		c->name[c->n++] = name;
	}
	return true;
}

bool
httpsig_draft_parse(
    struct httpsig_draft *c, struct span header, struct reason *why)
{
	c->n = c->used = 0;
	memset(c->param, 0, sizeof(c->param));
	if (header.len > sizeof(c->text))
		return refuse(why, "is too long");
	for (size_t i = 0; i < header.len; i++) {
		unsigned char byte = header.ptr[i];

		if ((byte < ' ' && byte != '\t') || byte == 0x7f)
			return refuse(why, "contains control characters");
	}
	if (!take_params(c, header, why))
		return false;
	if (c->param[HTTPSIG_DRAFT_KEYID].len == 0)
		return refuse(why, "has no keyId");
	if (c->param[HTTPSIG_DRAFT_SIGNATURE].len == 0)
		return refuse(why, "has no signature");
	if (c->param[HTTPSIG_DRAFT_HEADERS].len > 0 && !take_names(c, why))
		return false;
	/* The drafts differ on the default, and no default covers enough. */
	return c->n > 0 || refuse(why, "does not say what it signs");
}

bool
httpsig_draft_knows(struct span name)
{
	for (size_t i = 0; i < SPECIAL_N; i++) {
		if (span_is(name, special[i].name))
			return true;
	}
	return span_is(name, "(request-target)");
}

bool
httpsig_draft_signs(const struct httpsig_draft *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (span_is(c->name[i], name))
			return true;
	}
	return false;
}

struct signed_time
httpsig_draft_time(
    const struct httpsig_draft *c, enum httpsig_draft_param param)
{
	struct span fraction = c->param[param];
	struct span whole = span_cut(&fraction, '.');
	long long n;

	if (c->param[param].ptr == NULL)
		return (struct signed_time){.found = LOOKUP_NONE};
	n = span_number(whole);
	if (n < 0 || (fraction.ptr != NULL && span_number(fraction) < 0))
		return (struct signed_time){.found = LOOKUP_INVALID};
	return (struct signed_time){LOOKUP_FOUND, n};
}

static void
put_request_target(FILE *f, const struct message *msg)
{
	for (size_t i = 0; i < msg->method.len; i++) {
		unsigned char byte = msg->method.ptr[i];

		putc(byte < 0x80 ? tolower(byte) : byte, f);
	}
	putc(' ', f);
	if (msg->target.len > 0) {
		stream_put(f, msg->target);
		return;
	}
	stream_put(f, msg->path);
	stream_put(f, msg->query);
}

/*
 * Write what a name in parentheses stands for.  False if the request does not
 * have it.
 */
static bool
put_special(FILE *f, const struct httpsig_draft *c, const struct message *msg,
    struct span name)
{
	if (span_is(name, "(request-target)")) {
		put_request_target(f, msg);
		return true;
	}
	for (size_t i = 0; i < SPECIAL_N; i++) {
		if (!span_is(name, special[i].name))
			continue;
		stream_put(f, c->param[special[i].param]);
		return c->param[special[i].param].ptr != NULL;
	}
	return false;
}

/* Write one line of the signed text (draft, section 2.3). */
static enum status
put_line(FILE *f, const struct httpsig_draft *c, const struct message *msg,
    struct span name, struct reason *why)
{
	struct span value;
	enum status st;

	stream_put(f, name);
	fputs(": ", f);
	if (name.ptr[0] == '(') {
		if (put_special(f, c, msg, name))
			return ST_OK;
		reason_set(why,
		    "the signature covers \"%.*s\", which the request does not "
		    "have",
		    (int)name.len, (const char *)name.ptr);
		return ST_UNVERIFIED;
	}
	st = message_field(msg, name, &value, why);
	if (st == ST_OK)
		stream_put(f, value);
	return st;
}

enum status
httpsig_draft_text(const struct httpsig_draft *c, const struct message *msg,
    char **dst, size_t *len, struct reason *why)
{
	enum status st = ST_OK;
	FILE *f;

	*dst = NULL;
	if ((f = open_memstream(dst, len)) == NULL)
		goto oom;
	for (size_t i = 0; i < c->n && st == ST_OK; i++) {
		if (i > 0)
			putc('\n', f);
		st = put_line(f, c, msg, c->name[i], why);
	}
	if (!stream_end(f, dst))
		goto oom;
	if (st != ST_OK) {
		free(*dst);
		*dst = NULL;
	}
	return st;
oom:
	reason_set(why, "out of memory for the signed text");
	return ST_TRY_LATER;
}
