/* event_head.c - writes the header of an event file. */
#include <string.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "event_head.h"
#include "http/header.h"
#include "parse/json.h"

/* Most headers of the request that are stored. */
#define HEADERS_MAX 128
/* Longest name of a header that is stored, in characters. */
#define STORED_NAME_MAX 100

/* Names of request headers that are stored; each is listed once. */
struct header_list {
	size_t n;
	char name[HEADERS_MAX][STORED_NAME_MAX + 1];
};

/* Also encoded in attributes: CloudEvents HTTP binding, section 3.1.3.2. */
static const char attribute_also[] = " \"%";

static void
put_attribute(FILE *fp, const char *name, struct span value)
{
	fprintf(fp, "%s: ", name);
	encode_percent(fp, value, attribute_also);
	putc('\n', fp);
}

/*
 * Write a header as it was sent.  Bytes that a header may not contain, and
 * bytes above ASCII, are percent-encoded: a terminal might take them for
 * commands.
 */
static void
put_header(FILE *fp, const char *name, struct span value)
{
	fprintf(fp, "%s: ", name);
	encode_percent(fp, value, "");
	putc('\n', fp);
}

static void
list_add(struct header_list *list, const char *name)
{
	if (list->n == HEADERS_MAX || strlen(name) > STORED_NAME_MAX ||
	    header_same(name, "Content-Type") ||
	    header_same(name, "Content-Length"))
		return;
	for (size_t i = 0; i < list->n; i++) {
		if (header_same(list->name[i], name))
			return;
	}
	memcpy(list->name[list->n++], name, strlen(name) + 1);
}

static void
list_add_field(struct header_list *list, const struct field *field)
{
	if (field->kind == FIELD_HEADER)
		list_add(list, field->arg);
}

/* A sender of CloudEvents uses headers that the event file itself has. */
static bool
is_ours(const char *name)
{
	static const char *const ours[] = {"Ce-Specversion", "Ce-Id",
	    "Ce-Source", "Ce-Type", "Ce-Time", INBOX_ALSO, "Hookdir-Verified",
	    "Hookdir-Target"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (header_same(name, ours[i]))
			return true;
	}
	return false;
}

/* Add the names in words, the headers that verification used. */
static void
list_add_words(struct header_list *list, const char *words)
{
	char name[sizeof(list->name[0])];
	struct span rest = span_str(words);

	while (rest.ptr != NULL) {
		struct span word = span_cut(&rest, ' ');

		if (word.len == 0 || word.len >= sizeof(name))
			continue;
		memcpy(name, word.ptr, word.len);
		name[word.len] = '\0';
		list_add(list, name);
	}
}

/* Write the headers needed to verify the event again, and its id and type. */
static void
put_headers(FILE *fp, const struct event_input *in)
{
	const struct profile *profile = &in->prov->profile;
	struct header_list list = {0};
	struct span value;
	size_t used;

	list_add_words(&list, in->ok->headers);
	used = list.n;
	list_add_field(&list, &profile->id);
	list_add_field(&list, &profile->type);
	for (size_t i = 0; i < list.n; i++) {
		/*
		 * A header that was signed with an empty value is needed too.
		 */
		if (request_header(in->req, list.name[i], &value) ==
			REQUEST_NONE &&
		    (i >= used || value.ptr == NULL))
			continue;
		if (is_ours(list.name[i]))
			fputs("Original-", fp);
		put_header(fp, list.name[i], value);
	}
}

static bool
is_json(struct span text)
{
	struct json_walk walk;

	return json_walk(&walk, text, JSON_STRICT) && json_valid(text);
}

/* If only a field of the body is stored, the body's Content-Type is wrong. */
static void
put_content_type(FILE *fp, const struct request *req, const struct span payload)
{
	struct span type;

	if (payload.ptr != req->body.ptr)
		type = span_str(is_json(payload) ? "application/json"
						 : "text/plain; charset=utf-8");
	else if (request_header(req, "Content-Type", &type) != REQUEST_ONE)
		type = span_str("application/octet-stream");
	put_header(fp, "Content-Type", type);
}

static void
put_verified(FILE *fp, const struct verified *ok)
{
	fprintf(fp, "Hookdir-Verified: %s ", ok->how);
	if (ok->key[0] != '\0') {
		fputs("key=", fp);
		encode_percent(fp, span_str(ok->key), attribute_also);
	} else {
		fprintf(fp, "secret=%zu", ok->secret + 1);
	}
	if (ok->signed_as != NULL && strcmp(ok->signed_as, "{body}") != 0) {
		fputs(" signed=\"", fp);
		encode_percent(fp, span_str(ok->signed_as), "\"%");
		putc('"', fp);
	}
	putc('\n', fp);
}

void
event_head(FILE *fp, const struct event *event, const struct event_input *in,
    struct span id, struct span type)
{
	const struct verified *ok = in->ok;
	char text[TIMESTAMP_TEXT_MAX];

	if (id.len == 0 || id.len > EVENT_ATTR_MAX)
		id = span_str(event->name);
	if (type.len == 0 || type.len > EVENT_ATTR_MAX)
		type = span_str("unknown");
	timestamp_format(text, in->now);
	fputs("Ce-Specversion: 1.0\n", fp);
	put_attribute(fp, "Ce-Id", id);
	fprintf(fp, "Ce-Source: /%s\n", in->prov->name);
	put_attribute(fp, "Ce-Type", type);
	fprintf(fp, "Ce-Time: %s\n", text);
	if (event->also[0] != '\0')
		fprintf(fp, "%s: %s\n", INBOX_ALSO, event->also);
	put_content_type(fp, in->req, event->file.body);
	fprintf(fp, "Content-Length: %zu\n", event->file.body.len);
	put_verified(fp, ok);
	if (ok->target != NULL)
		put_header(fp, "Hookdir-Target", span_str(ok->target));
	put_headers(fp, in);
	putc('\n', fp);
}
