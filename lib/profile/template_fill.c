/* template_fill.c - fills in templates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/url.h"
#include "parse/form.h"
#include "parse/json.h"
#include "profile/template.h"

#define CRC_TEXT_MAX 16
#define MEMBER_MAX   64 /* characters of the longest member name */
/*
 * Bytes of all members together.  They are held as text and as JSON, in buffers
 * that grow, and so several times.  A message of SNS has at most 256 KiB.
 */
#define MEMBERS_MAX (640UL << 10)

/* A text that a bug of a sender makes of an object or of a missing field. */
static bool
is_careless(struct span text)
{
	return span_is(text, "[object Object]") || span_is(text, "undefined") ||
	       span_is(text, "null");
}

/* The status of a part that must be there, after form_field() or the like. */
static enum status
found_status(enum lookup found)
{
	if (found == LOOKUP_NO_MEMORY)
		return ST_TRY_LATER;
	return found == LOOKUP_FOUND ? ST_OK : ST_UNVERIFIED;
}

/* room: how many bytes more the copies of the whole template may take. */
static enum status
fill_json(const char *path, struct span body, size_t room, char **owned,
    struct span *dst)
{
	struct json_member member;
	size_t len;

	if (!json_find(body, path, &member))
		return ST_UNVERIFIED;
	*dst = member.value;
	if (member.kind == JSON_OBJECT || member.kind == JSON_ARRAY)
		return ST_OK;
	if (json_too_long(&member))
		return ST_TOO_LARGE;
	if (member.kind != JSON_STRING)
		return ST_OK;
	if (member.value.len > room)
		return ST_TOO_LARGE;
	if (!json_text(&member, owned, &len))
		return ST_TRY_LATER;
	*dst = span_mem(*owned, len);
	return ST_OK;
}

/* Make text, which may be NULL, the value of a part. */
static enum status
give(char *text, char **owned, struct span *dst)
{
	*owned = text;
	*dst = span_str(text);
	return text == NULL ? ST_TRY_LATER : ST_OK;
}

static enum status
fill_hash(enum digest md, struct span what, char **owned, struct span *dst)
{
	unsigned char hash[DIGEST_MAX];
	char *text = malloc(DIGEST_TEXT_MAX);

	if (text != NULL) {
		digest_hash(md, &what, 1, hash);
		encode_hex(text, span_mem(hash, digest_len(md)));
	}
	return give(text, owned, dst);
}

/* True if the text after the last '?' or '&' is the parameter name. */
static bool
is_parameter(struct span text, struct span name)
{
	return span_starts(text, name) && text.len > name.len &&
	       text.ptr[name.len] == '=';
}

/* The request's query, without its last parameter if that is to be cut. */
static struct span
find_query(const struct request *req, struct span cut)
{
	struct span query = request_query(req);
	size_t last = query.len;

	if (cut.len == 0)
		return query;
	while (last > 0 && query.ptr[last - 1] != '&' &&
	       query.ptr[last - 1] != '?')
		last--;
	if (last > 0 && is_parameter(span_skip(query, last), cut))
		query.len = last - 1;
	return query;
}

/* The URL in one of its forms. */
static enum status
fill_url(const struct template_input *in, const char *arg, char **owned,
    struct span *dst)
{
	struct template_url form;
	struct span url = span_str(in->url), query;
	const char *insert = "";
	struct url parts;
	char *text;
	size_t room;

	if (arg == NULL || !template_url_form(&form, span_str(arg)) ||
	    !url_split(&parts, url)) {
		*dst = url;
		return ST_OK;
	}
	if (form.port && parts.port.len == 0)
		insert = strcmp(parts.scheme, "https") == 0 ? ":443" : ":80";
	if (form.query && (query = find_query(in->req, form.cut)).len > 0)
		parts.query = query;
	/* What is before the port, and behind it. */
	url.len = (size_t)(parts.authority.ptr - url.ptr) +
		  parts.authority.len - (form.bare ? parts.port.len : 0);
	room = url.len + parts.path.len + parts.query.len + sizeof(":443");
	if ((text = malloc(room)) != NULL)
		snprintf(text, room, "%.*s%s%.*s%.*s", SPAN_ARGS(url), insert,
		    SPAN_ARGS(parts.path), SPAN_ARGS(parts.query));
	return give(text, owned, dst);
}

static enum status
fill_crc32(struct span body, char **owned, struct span *dst)
{
	char *text = malloc(CRC_TEXT_MAX);

	if (text != NULL)
		snprintf(text, CRC_TEXT_MAX, "%lu",
		    (unsigned long)digest_crc32(body));
	return give(text, owned, dst);
}

/* The two texts that {members:...} makes. */
struct member_texts {
	FILE *line, *json;
	size_t taken; /* bytes of their values, as they came */
};

/* Write one member: as SNS signs it, and as a member of an object. */
static enum status
put_member(
    struct member_texts *to, struct span name, bool first, struct span body)
{
	FILE *line = to->line, *json = to->json;
	bool needed = name.len == 0 || name.ptr[name.len - 1] != '?';
	struct json_member member;
	char path[MEMBER_MAX + 1], *value;
	size_t len = name.len - !needed;

	if (len == 0 || len > MEMBER_MAX)
		return ST_UNVERIFIED;
	memcpy(path, name.ptr, len);
	path[len] = '\0';
	if (!json_find(body, path, &member))
		return needed ? ST_UNVERIFIED : ST_OK;
	if (member.kind != JSON_STRING)
		return ST_UNVERIFIED;
	to->taken += member.value.len;
	if (to->taken > MEMBERS_MAX)
		return ST_TOO_LARGE;
	if (!json_text(&member, &value, &len))
		return ST_TRY_LATER;
	/* Only the first value may contain LF: otherwise the end of one value
	 * could be taken for the next member. */
	if (!first && memchr(value, '\n', len) != NULL) {
		free(value);
		return ST_UNVERIFIED;
	}
	fprintf(json, "%s\"%s\":", first ? "" : ",", path);
	json_put_string(json, span_mem(value, len), JSON_UTF8);
	fprintf(line, "%s\n", path);
	fwrite(value, 1, len, line);
	putc('\n', line);
	free(value);
	return ST_OK;
}

static enum status
fill_members(
    const char *names, struct span body, struct signed_text *out, size_t i)
{
	size_t len = 0, made_len = 0;
	struct span rest = span_str(names);
	enum status st = ST_OK;
	struct member_texts to = {.taken = 0};
	bool first = true;

	if (body.len > SIGNED_TEXT_MEMBERS_BODY)
		return ST_TOO_LARGE;
	free(out->made);
	out->made = NULL;
	to.line = open_memstream(&out->owned[i], &len);
	to.json = open_memstream(&out->made, &made_len);
	if (to.line == NULL || to.json == NULL)
		st = ST_TRY_LATER;
	if (st == ST_OK)
		putc('{', to.json);
	while (st == ST_OK && rest.ptr != NULL) {
		st = put_member(&to, span_cut(&rest, ','), first, body);
		first = false;
	}
	if (st == ST_OK)
		putc('}', to.json);
	if (to.line != NULL && !stream_end(to.line, &out->owned[i]))
		st = ST_TRY_LATER;
	if (to.json != NULL && !stream_end(to.json, &out->made))
		st = ST_TRY_LATER;
	if (st == ST_OK) {
		out->part[i] = span_mem(out->owned[i], len);
		out->payload = span_mem(out->made, made_len);
	}
	return st;
}

/* Fill in a part that is computed from the request. */
static enum status
fill_made(const struct template *tpl, size_t i, const struct template_input *in,
    struct signed_text *out)
{
	bool whole = template_covers(tpl, i);
	struct span body = in->req->body;
	char **owned = &out->owned[i];

	if (whole)
		out->payload = body;
	if (tpl->part[i].op == OP_MEMBERS)
		return fill_members(tpl->part[i].arg, body, out, i);
	if (tpl->part[i].op == OP_CRC32)
		return fill_crc32(body, owned, &out->part[i]);
	return fill_hash(tpl->part[i].digest, whole ? body : span_str(in->url),
	    owned, &out->part[i]);
}

/* Bytes that the copies of a text have together; each part may be one. */
static size_t
held(const struct signed_text *text)
{
	size_t len = 0;

	for (size_t i = 0; i < text->n; i++)
		len += text->owned[i] != NULL ? text->part[i].len : 0;
	return len;
}

/* How many more they may have. */
static size_t
room_left(const struct signed_text *text)
{
	size_t len = held(text);

	return len < SIGNED_TEXT_COPY_MAX ? SIGNED_TEXT_COPY_MAX - len : 0;
}

#if SIGNED_TEXT_COPY_MAX > FORM_MAX
#error "a form that there is room for would not be read"
#endif

static enum status
fill_part(const struct template *tpl, size_t i, const struct template_input *in,
    struct signed_text *out)
{
	const struct request *req = in->req;
	const char *arg = tpl->part[i].arg;
	struct span *dst = &out->part[i];
	enum template_op op = tpl->part[i].op;
	enum status st = ST_OK;
	size_t len = 0, room = room_left(out);

	if ((op == OP_FORM || op == OP_SORTEDFORM) && req->body.len > room)
		return ST_TOO_LARGE;
	switch (op) {
	case OP_LITERAL:
		*dst = tpl->part[i].literal;
		break;
	case OP_BODY:
		out->payload = *dst = req->body;
		break;
	case OP_TS:
		*dst = in->ts;
		break;
	case OP_METHOD:
		*dst = req->method;
		break;
	case OP_URI:
		*dst = request_variable(req, "REQUEST_URI");
		break;
	case OP_URL:
		st = fill_url(in, arg, &out->owned[i], dst);
		break;
	case OP_HEADER:
		if (request_header(req, arg, dst) != REQUEST_ONE)
			st = ST_UNVERIFIED;
		break;
	case OP_JSON:
		st = fill_json(arg, req->body, room, &out->owned[i], dst);
		break;
	case OP_FORM:
		st = found_status(
		    form_field(req->body, arg, &out->owned[i], &len));
		*dst = span_mem(out->owned[i], len);
		break;
	case OP_SORTEDFORM:
		st = found_status(form_sorted(req->body, &out->owned[i], &len));
		*dst = span_mem(out->owned[i], len);
		out->payload = req->body;
		break;
	case OP_HASH:
	case OP_CRC32:
	case OP_MEMBERS:
		st = fill_made(tpl, i, in, out);
		break;
	case OP_WEBHOOK_ID:
		*dst = span_str(in->webhook_id);
		break;
	}
	return st;
}

enum status
template_fill(const struct template *tpl, const struct template_input *in,
    struct signed_text *out)
{
	bool whole = template_has_body(tpl);
	enum status st = ST_OK;

	*out = (struct signed_text){.n = tpl->n, .req = in->req};
	for (size_t i = 0; i < tpl->n && st == ST_OK; i++) {
		st = fill_part(tpl, i, in, out);
		if (!whole &&
		    (tpl->part[i].op == OP_JSON || tpl->part[i].op == OP_FORM))
			out->payload = out->part[i];
	}
	if (in->unsafe_body)
		out->payload = in->req->body;
	else if (st == ST_OK && template_has_payload(tpl) &&
		 (out->payload.len == 0 || ((!whole || in->takes_field) &&
					       is_careless(out->payload))))
		st = ST_UNVERIFIED;
	if (st != ST_OK)
		signed_text_free(out);
	return st;
}

char *
signed_text_join(const struct signed_text *text, size_t *len)
{
	char *dst = NULL;
	FILE *f = open_memstream(&dst, len);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < text->n; i++)
		stream_put(f, text->part[i]);
	stream_end(f, &dst);
	return dst;
}

enum status
signed_text_whole(const struct signed_text *text, struct text_whole *whole)
{
	const struct span *last = text->n > 0 ? &text->part[text->n - 1] : NULL;
	size_t len = 0;

	*whole = (struct text_whole){.owned = NULL};
	if (text->n == 1) {
		whole->bytes = *last;
		return ST_OK;
	}
	if (last != NULL && text->req != NULL &&
	    last->ptr == text->req->body.ptr &&
	    last->len == text->req->body.len &&
	    request_prefix(text->req, text->part, text->n - 1, &whole->bytes))
		return ST_OK;
	for (size_t i = 0; i < text->n; i++)
		len += text->part[i].len;
	if (len + held(text) > SIGNED_TEXT_COPY_MAX)
		return ST_TOO_LARGE;
	if ((whole->owned = malloc(len + 1)) == NULL)
		return ST_TRY_LATER;
	len = 0;
	for (size_t i = 0; i < text->n; i++) {
		if (text->part[i].len > 0)
			memcpy(whole->owned + len, text->part[i].ptr,
			    text->part[i].len);
		len += text->part[i].len;
	}
	whole->bytes = span_mem(whole->owned, len);
	return ST_OK;
}

bool
signed_text_is(const struct signed_text *text, struct span bytes)
{
	for (size_t i = 0; i < text->n; i++) {
		struct span part = text->part[i];

		if (part.len > bytes.len ||
		    (part.len > 0 &&
			!digest_equal(part.ptr, bytes.ptr, part.len)))
			return false;
		bytes = span_skip(bytes, part.len);
	}
	return bytes.len == 0;
}

void
signed_text_free(struct signed_text *text)
{
	for (size_t i = 0; i < TEMPLATE_PARTS; i++)
		free(text->owned[i]);
	free(text->made);
	*text = (struct signed_text){.n = 0};
}
