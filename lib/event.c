/* event.c - makes the name and the header of an event file. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "event.h"
#include "http/header.h"
#include "parse/json.h"

#define HASHED "sha256-"
/* What a digest is of.  The NUL is hashed too, so no prefix begins another. */
#define OF_ID      "id"
#define OF_TEXT    "text"
#define OF_ARRIVAL "arrival"
#define OF_SIGNED  "signed" /* the digest of what a token or the like signs */
/* Parts of a hash: its kind, a time, and the parts of a template. */
#define HASH_PARTS (TEMPLATE_PARTS + 2)
/* Most headers of the request that are stored. */
#define HEADERS_MAX 128
/* Longest name of a header that is stored, in characters. */
#define STORED_NAME_MAX 100

/* Names of request headers that are stored; each is listed once. */
struct header_list {
	size_t n;
	char name[HEADERS_MAX][STORED_NAME_MAX + 1];
};

static bool
is_safe_name(struct span id)
{
	if (id.len == 0 || id.len > EVENT_NAME_MAX || id.ptr[0] == '.' ||
	    id.ptr[0] == '_' || id.ptr[0] == '-' ||
	    span_starts(id, span_str(HASHED)))
		return false;
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = id.ptr[i];

		if (c >= 0x80 ||
		    (!isalnum(c) && c != '.' && c != '_' && c != '-'))
			return false;
	}
	return true;
}

/* A text and its NUL. */
static struct span
with_end(const char *text)
{
	return span_mem(text, strlen(text) + 1);
}

static void
name_by_digest(
    char name[static EVENT_NAME_MAX + 1], const struct span part[], size_t n)
{
	unsigned char md[DIGEST_MAX];

	digest_hash(DIGEST_SHA256, part, n, md);
	memcpy(name, HASHED, sizeof(HASHED) - 1);
	encode_hex(name + sizeof(HASHED) - 1, span_mem(md, DIGEST_SHA256_LEN));
}

static void
name_by_text(
    char name[static EVENT_NAME_MAX + 1], const struct signed_text *text)
{
	struct span part[HASH_PARTS] = {with_end(OF_TEXT)};

	for (size_t i = 0; i < text->n; i++)
		part[1 + i] = text->part[i];
	name_by_digest(name, part, 1 + text->n);
}

/* With the time of arrival, the same text sent again is another event. */
static void
name_by_arrival(char name[static EVENT_NAME_MAX + 1],
    const struct signed_text *text, const struct timespec *now)
{
	struct span part[HASH_PARTS] = {with_end(OF_ARRIVAL)};
	char when[48];

	snprintf(when, sizeof(when), "%lld.%09ld", (long long)now->tv_sec,
	    now->tv_nsec);
	part[1] = with_end(when);
	for (size_t i = 0; i < text->n; i++)
		part[2 + i] = text->part[i];
	name_by_digest(name, part, 2 + text->n);
}

void
event_name_of_id(char name[static EVENT_NAME_MAX + 1], struct span id)
{
	const struct span part[] = {with_end(OF_ID), id};

	if (!is_safe_name(id)) {
		name_by_digest(name, part, 2);
		return;
	}
	memcpy(name, id.ptr, id.len);
	name[id.len] = '\0';
}

static void
name_event(struct event *event, const struct event_input *in, struct span id)
{
	const struct signed_text *text = &in->ok->text;

	if (in->prov->profile.no_id) {
		name_by_arrival(event->name, text, in->now);
	} else if (id.len == 0) {
		name_by_text(event->name, text);
	} else {
		event_name_of_id(event->name, id);
	}
}

/* Set event->also, where a second name is due. */
static void
name_again(struct event *event, const struct event_input *in, struct span id)
{
	const struct profile *profile = &in->prov->profile;
	const struct verified *ok = in->ok;

	if (!ok->timed || profile->no_id)
		return;
	if (ok->has_digest && profile->id.kind != FIELD_NONE) {
		const struct span part[] = {with_end(OF_SIGNED),
		    span_mem(ok->digest, DIGEST_SHA256_LEN)};

		name_by_digest(event->also, part, 2);
	} else if (!ok->has_digest && id.len > 0) {
		name_by_text(event->also, &ok->text);
	}
	if (event->also[0] != '\0')
		event->file.also = event->also;
}

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

static void
put_head(FILE *fp, const struct event *event, const struct event_input *in,
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

enum status
event_make(
    struct event *event, const struct event_input *in, struct reason *why)
{
	const struct profile *profile = &in->prov->profile;
	const struct span payload = in->ok->text.payload;
	struct field_value id = {.owned = NULL}, type = {.owned = NULL};
	enum status st = ST_TRY_LATER;
	size_t len = 0;
	FILE *fp;

	*event = (struct event){.file.body = payload};
	if (payload.ptr == in->req->body.ptr &&
	    payload.len == in->req->body.len)
		event->file.body_fd = in->req->fd;
	if (field_get(&profile->id, in->req, payload, &id) ==
		LOOKUP_NO_MEMORY ||
	    field_get(&profile->type, in->req, payload, &type) ==
		LOOKUP_NO_MEMORY)
		goto out;
	name_event(event, in, id.text);
	name_again(event, in, id.text);
	if ((fp = open_memstream(&event->head, &len)) == NULL)
		goto out;
	put_head(fp, event, in, id.text, type.text);
	if (stream_end(fp, &event->head))
		st = ST_OK;
	event->file.name = event->name;
	event->file.head = span_mem(event->head, len);
out:
	field_value_free(&id);
	field_value_free(&type);
	if (st != ST_OK) {
		event_free(event);
		reason_set(why, "out of memory for the event's header");
	}
	return st;
}

bool
event_is_digest(const char *name)
{
	return strncmp(name, HASHED, sizeof(HASHED) - 1) == 0;
}

struct span
event_shown_id(const struct event *event)
{
	struct span rest = event->file.head, line;

	while (rest.ptr != NULL) {
		line = span_cut(&rest, '\n');
		if (!span_starts(line, span_str("Ce-Id: ")))
			continue;
		line = span_skip(line, strlen("Ce-Id: "));
		if (line.len <= EVENT_NAME_MAX)
			return line;
		break;
	}
	return span_str(event->name);
}

void
event_free(struct event *event)
{
	free(event->head);
	*event = (struct event){.head = NULL};
}
