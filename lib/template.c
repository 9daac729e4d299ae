/* template.c - read and fill in signed-payload templates. */
#include <stdio.h>
#include <stdlib.h>

#include "form.h"
#include "json.h"
#include "template.h"

#define CRC_TEXT_MAX 16

/* Whether something stands behind a colon. */
enum takes { ARG_NONE, ARG_ANY, ARG_PORT, ARG_BODY, ARG_HASHED };

static const struct {
	const char *name;
	enum takes takes;
} op_row[] = {
    [OP_LITERAL] = {"", ARG_NONE},
    [OP_BODY] = {"body", ARG_NONE},
    [OP_TS] = {"ts", ARG_NONE},
    [OP_METHOD] = {"method", ARG_NONE},
    [OP_URI] = {"uri", ARG_NONE},
    [OP_URL] = {"url", ARG_PORT},
    [OP_HEADER] = {"header", ARG_ANY},
    [OP_JSON] = {"json", ARG_ANY},
    [OP_FORM] = {"form", ARG_ANY},
    [OP_SORTEDFORM] = {"sortedform", ARG_NONE},
    [OP_HASH] = {"", ARG_HASHED}, /* by the name of its digest */
    [OP_CRC32] = {"crc32", ARG_BODY},
    [OP_WEBHOOK_ID] = {"webhook_id", ARG_NONE},
};

#define OP_COUNT (sizeof(op_row) / sizeof(op_row[0]))

static bool
arg_fits(enum takes takes, struct span arg)
{
	switch (takes) {
	case ARG_NONE:
		break;
	case ARG_ANY:
		return arg.len > 0;
	case ARG_PORT:
		return arg.ptr == NULL || span_is(arg, "port") ||
		       span_is(arg, "bare");
	case ARG_BODY:
		return span_is(arg, "body");
	case ARG_HASHED:
		return span_is(arg, "body") || span_is(arg, "url");
	}
	return arg.ptr == NULL;
}

static char *
copy_span(struct span s)
{
	char *text = malloc(s.len + 1);

	if (text != NULL) {
		memcpy(text, s.ptr, s.len);
		text[s.len] = '\0';
	}
	return text;
}

/* Add "{name}" or "{name:arg}", given without its braces. */
static bool
add_variable(struct template *tpl, struct span inner, struct reason *why)
{
	struct span arg = inner;
	struct span name = span_cut(&arg, ':');

	for (size_t i = OP_BODY; i < OP_COUNT; i++) {
		bool named = i == OP_HASH
				 ? digest_find(name, &tpl->part[tpl->n].digest)
				 : span_is(name, op_row[i].name);

		if (!named || !arg_fits(op_row[i].takes, arg))
			continue;
		tpl->part[tpl->n].op = (enum template_op)i;
		if (arg.len > 0 &&
		    (tpl->part[tpl->n].arg = copy_span(arg)) == NULL) {
			reason_set(why, "out of memory");
			return false;
		}
		tpl->n++;
		return true;
	}
	reason_set(why, "unknown variable {%.*s}", (int)inner.len,
	    (const char *)inner.ptr);
	return false;
}

static bool
add_next(struct template *tpl, struct span *rest, struct reason *why)
{
	struct span before;

	if (tpl->n == TEMPLATE_PARTS) {
		reason_set(why, "more than %d parts", TEMPLATE_PARTS);
		return false;
	}
	if (rest->ptr[0] == '{') {
		*rest = span_skip(*rest, 1);
		if (memchr(rest->ptr, '}', rest->len) == NULL) {
			reason_set(why, "a '{' is not closed");
			return false;
		}
		return add_variable(tpl, span_cut(rest, '}'), why);
	}
	before = span_mem(rest->ptr, strcspn((const char *)rest->ptr, "{"));
	*rest = span_skip(*rest, before.len);
	tpl->part[tpl->n].op = OP_LITERAL;
	tpl->part[tpl->n++].literal = before;
	return true;
}

bool
template_parse(struct template *tpl, const char *text, struct reason *why)
{
	struct span rest = span_str(text);

	*tpl = (struct template){.text = text};
	while (rest.len > 0) {
		if (!add_next(tpl, &rest, why)) {
			template_free(tpl);
			return false;
		}
	}
	return true;
}

void
template_free(struct template *tpl)
{
	for (size_t i = 0; i < TEMPLATE_PARTS; i++)
		free(tpl->part[i].arg);
	*tpl = (struct template){.n = 0};
}

static size_t
count_parts(const struct template *tpl, enum template_op op)
{
	size_t n = 0;

	for (size_t i = 0; i < tpl->n; i++)
		n += tpl->part[i].op == op;
	return n;
}

bool
template_has(const struct template *tpl, enum template_op op)
{
	return count_parts(tpl, op) > 0;
}

static bool
covers_body(const struct template *tpl, size_t i)
{
	enum template_op op = tpl->part[i].op;

	return op == OP_BODY || op == OP_SORTEDFORM || op == OP_CRC32 ||
	       (op == OP_HASH && strcmp(tpl->part[i].arg, "body") == 0);
}

bool
template_has_body(const struct template *tpl)
{
	for (size_t i = 0; i < tpl->n; i++) {
		if (covers_body(tpl, i))
			return true;
	}
	return false;
}

bool
template_has_payload(const struct template *tpl)
{
	return template_has_body(tpl) ||
	       count_parts(tpl, OP_JSON) + count_parts(tpl, OP_FORM) == 1;
}

/* What a sender's bug makes of an object, of a missing field, of nothing. */
static bool
is_careless(struct span text)
{
	return span_is(text, "[object Object]") || span_is(text, "undefined") ||
	       span_is(text, "null");
}

/* The outcomes of form_field() and its like as ours. */
static enum status
found_status(int rc)
{
	if (rc < 0)
		return ST_TRY_LATER;
	return rc > 0 ? ST_OK : ST_UNVERIFIED;
}

static enum status
fill_json(const char *path, struct span body, char **owned, struct span *dst)
{
	struct json_member member;
	size_t len;

	if (!json_find(body, path, &member))
		return ST_UNVERIFIED;
	*dst = member.value;
	if (member.kind != JSON_STRING)
		return ST_OK;
	if (!json_text(&member, owned, &len))
		return ST_TRY_LATER;
	*dst = span_mem(*owned, len);
	return ST_OK;
}

/* What is printed into owned, or no memory. */
static enum status
hold(char *text, char **owned, struct span *dst)
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

	if (text != NULL && !digest_hash(md, &what, 1, hash)) {
		free(text);
		text = NULL;
	}
	if (text != NULL)
		digest_hex(text, span_mem(hash, digest_len(md)));
	return hold(text, owned, dst);
}

/* The URL with the port of its scheme where it has none, or without any. */
static enum status
fill_url(const char *url, const char *form, char **owned, struct span *dst)
{
	const char *host = strstr(url, "://"), *port, *end;
	const char *insert = "";
	char *text;

	if (form == NULL || host == NULL) {
		*dst = span_str(url);
		return ST_OK;
	}
	host += strlen("://");
	end = host + strcspn(host, "/?#");
	port = end;
	while (port > host && port[-1] >= '0' && port[-1] <= '9')
		port--;
	port = port > host && port[-1] == ':' ? port - 1 : end;
	if (strcmp(form, "port") == 0) {
		if (port == end)
			insert = url[4] == 's' ? ":443" : ":80";
		port = end;
	}
	if ((text = malloc(strlen(url) + sizeof(":443"))) != NULL)
		snprintf(text, strlen(url) + sizeof(":443"), "%.*s%s%s",
		    (int)(port - url), url, insert, end);
	return hold(text, owned, dst);
}

static enum status
fill_crc32(struct span body, char **owned, struct span *dst)
{
	char *text = malloc(CRC_TEXT_MAX);

	if (text != NULL)
		snprintf(text, CRC_TEXT_MAX, "%lu",
		    (unsigned long)digest_crc32(body));
	return hold(text, owned, dst);
}

static enum status
fill_part(const struct template *tpl, size_t i, const struct template_input *in,
    struct signed_text *out)
{
	const struct request *req = in->req;
	const char *arg = tpl->part[i].arg;
	struct span *dst = &out->part[i];
	enum status st = ST_OK;
	size_t len = 0;

	switch (tpl->part[i].op) {
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
		st = fill_url(in->url, arg, &out->owned[i], dst);
		break;
	case OP_HEADER:
		if (request_header(req, arg, dst) != REQUEST_ONE)
			st = ST_UNVERIFIED;
		break;
	case OP_JSON:
		st = fill_json(arg, req->body, &out->owned[i], dst);
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
		if (covers_body(tpl, i))
			out->payload = req->body;
		st = fill_hash(tpl->part[i].digest,
		    covers_body(tpl, i) ? req->body : span_str(in->url),
		    &out->owned[i], dst);
		break;
	case OP_CRC32:
		out->payload = req->body;
		st = fill_crc32(req->body, &out->owned[i], dst);
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

	*out = (struct signed_text){.n = tpl->n};
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

void
signed_text_free(struct signed_text *text)
{
	for (size_t i = 0; i < TEMPLATE_PARTS; i++)
		free(text->owned[i]);
	*text = (struct signed_text){.n = 0};
}
