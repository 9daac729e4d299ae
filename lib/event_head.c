/* event_head.c - writes the header of an event file. */
#include <string.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "event_head.h"
#include "event_headers.h"
#include "event_kept.h"
#include "parse/json.h"

/* Also encoded in attributes: CloudEvents HTTP binding, section 3.1.3.2. */
static const char attribute_also[] = " \"%";

/* An attribute, or what it is without one. */
static void
put_attribute(
    FILE *fp, enum event_line line, struct span value, const char *otherwise)
{
	if (value.len == 0 || value.len > EVENT_ATTR_MAX)
		value = span_str(otherwise);
	fprintf(fp, "%s: ", event_line[line]);
	encode_percent(fp, value, attribute_also);
	putc('\n', fp);
}

static void
put_attributes(FILE *fp, const struct event *event,
    const struct event_input *in, const struct event_cloud *cloud)
{
	const struct span *value = cloud->value;
	char source[PROVIDER_NAME_MAX + 2], time[TIMESTAMP_TEXT_MAX];

	snprintf(source, sizeof(source), "/%s", in->prov->name);
	timestamp_format(time, in->now);
	fprintf(fp, "%s: 1.0\n", event_line[LINE_SPECVERSION]);
	put_attribute(fp, LINE_ID, value[CLOUD_ID], event->name);
	put_attribute(fp, LINE_SOURCE, value[CLOUD_SOURCE], source);
	put_attribute(fp, LINE_TYPE, value[CLOUD_TYPE], "unknown");
	if (value[CLOUD_SUBJECT].len > 0)
		put_attribute(fp, LINE_SUBJECT, value[CLOUD_SUBJECT], "");
	put_attribute(fp, LINE_TIME, value[CLOUD_TIME], time);
}

static bool
is_json(struct span text)
{
	struct json_walk walk;

	return json_walk(&walk, text, JSON_STRICT) && json_valid(text);
}

/* The type that the request says; one that is too long is none. */
static bool
has_type(const struct request *req, struct span *type)
{
	return request_header(req, event_line[LINE_CONTENT_TYPE], type) ==
		   REQUEST_ONE &&
	       type->len <= EVENT_ATTR_MAX;
}

/*
 * What describes the bytes that are stored.  If they are only a field of the
 * body, the request's own headers do not.  False if the type is left out.
 */
static bool
put_content(FILE *fp, const struct request *req, const struct span payload)
{
	const char *plain;
	bool typed, whole;
	struct span type;

	if (payload.ptr != req->body.ptr) {
		type = span_str(is_json(payload) ? "application/json"
						 : "text/plain; charset=utf-8");
		event_line_put(fp, event_line[LINE_CONTENT_TYPE], type);
		return true;
	}
	typed = has_type(req, &type);
	whole = typed || type.len <= EVENT_ATTR_MAX;
	if (!typed)
		type = span_str("application/octet-stream");
	plain = event_cloud_plain_type(type);
	event_line_put(fp, event_line[LINE_CONTENT_TYPE],
	    plain != NULL ? span_str(plain) : type);
	return whole;
}

/* What the lines that are a CloudEvent's own do not say. */
static void
put_delivery(FILE *fp, const struct event *event, const struct event_input *in,
    bool cloud)
{
	char time[TIMESTAMP_TEXT_MAX];
	struct span type;

	if (cloud) {
		timestamp_format(time, in->now);
		fprintf(fp, "%s: %s\n%s: %s\n", event_line[LINE_PROVIDER],
		    in->prov->name, event_line[LINE_RECEIVED], time);
	}
	if (event->file.body.ptr == in->req->body.ptr &&
	    has_type(in->req, &type) && event_cloud_plain_type(type) != NULL)
		event_line_put(fp, event_line[LINE_ORIGINAL_TYPE], type);
}

/* Each coding that the bytes have; or none if that is too much. */
static bool
put_codings(FILE *fp, const struct request *req, const struct span payload)
{
	const char *name = event_line[LINE_CONTENT_ENCODING];
	struct span coding;
	size_t len = 0, at = 0;

	if (payload.ptr != req->body.ptr)
		return true;
	if (req->decoded != NULL) {
		event_line_put(
		    fp, event_line[LINE_DECODED], span_str(req->decoded));
		return true;
	}
	while (request_header_next(req, name, &at, &coding))
		len += coding.len;
	if (len > EVENT_ATTR_MAX)
		return false;
	at = 0;
	while (request_header_next(req, name, &at, &coding))
		event_line_put(fp, name, coding);
	return true;
}

static void
put_verified(FILE *fp, const struct verified *ok)
{
	fprintf(fp, "%s: %s ", event_line[LINE_VERIFIED], ok->how);
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
    const struct event_cloud *attributes)
{
	const struct verified *ok = in->ok;
	struct event_headers headers;
	bool typed, coded;

	put_attributes(fp, event, in, attributes);
	if (event->also[0] != '\0')
		fprintf(fp, "%s: %s\n", event_line[LINE_DEDUP], event->also);
	typed = put_content(fp, in->req, event->file.body);
	coded = put_codings(fp, in->req, event->file.body);
	fprintf(fp, "%s: %zu\n", event_line[LINE_CONTENT_LENGTH],
	    event->file.body.len);
	put_verified(fp, ok);
	put_delivery(fp, event, in, attributes->found);
	if (ok->target != NULL)
		event_line_put(
		    fp, event_line[LINE_TARGET], span_str(ok->target));
	event_headers(fp, in, &headers);
	headers.left_out += (size_t)!typed + (size_t)!coded;
	event_kept(fp, in, &headers);
	putc('\n', fp);
}
