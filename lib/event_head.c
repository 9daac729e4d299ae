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

static void
put_attribute(FILE *fp, enum event_line line, struct span value)
{
	fprintf(fp, "%s: ", event_line[line]);
	encode_percent(fp, value, attribute_also);
	putc('\n', fp);
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
	event_line_put(fp, event_line[LINE_CONTENT_TYPE], type);
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
    struct span id, struct span type)
{
	const struct verified *ok = in->ok;
	struct event_headers headers;
	char text[TIMESTAMP_TEXT_MAX];

	if (id.len == 0 || id.len > EVENT_ATTR_MAX)
		id = span_str(event->name);
	if (type.len == 0 || type.len > EVENT_ATTR_MAX)
		type = span_str("unknown");
	timestamp_format(text, in->now);
	fprintf(fp, "%s: 1.0\n", event_line[LINE_SPECVERSION]);
	put_attribute(fp, LINE_ID, id);
	fprintf(fp, "%s: /%s\n", event_line[LINE_SOURCE], in->prov->name);
	put_attribute(fp, LINE_TYPE, type);
	fprintf(fp, "%s: %s\n", event_line[LINE_TIME], text);
	if (event->also[0] != '\0')
		fprintf(fp, "%s: %s\n", event_line[LINE_DEDUP], event->also);
	put_content_type(fp, in->req, event->file.body);
	fprintf(fp, "%s: %zu\n", event_line[LINE_CONTENT_LENGTH],
	    event->file.body.len);
	put_verified(fp, ok);
	if (ok->target != NULL)
		event_line_put(
		    fp, event_line[LINE_TARGET], span_str(ok->target));
	event_headers(fp, in, &headers);
	event_kept(fp, in, &headers);
	putc('\n', fp);
}
