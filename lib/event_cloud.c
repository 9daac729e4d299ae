/* event_cloud.c - reads attributes of CloudEvents, in bodies and headers. */
#include <stdlib.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "event_cloud.h"
#include "event_headers.h"
#include "parse/json.h"
#include "parse/json_scalar.h"

/* HTTP protocol binding, section 3: with this begin all structured types. */
#define STRUCTURED "application/cloudevents"

static const struct {
	const char *name;
	enum event_line line;
} attribute[CLOUD__COUNT] = {
    [CLOUD_ID] = {"id", LINE_ID},
    [CLOUD_SOURCE] = {"source", LINE_SOURCE},
    [CLOUD_TYPE] = {"type", LINE_TYPE},
    [CLOUD_TIME] = {"time", LINE_TIME},
    [CLOUD_SUBJECT] = {"subject", LINE_SUBJECT},
};

/* The type and subtype, without parameters. */
static struct span
media_type(struct span type)
{
	return span_trim(span_cut(&type, ';'));
}

static bool
ends_nocase(struct span text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len &&
	       span_is_nocase(span_skip(text, text.len - len), end);
}

const char *
event_cloud_plain_type(struct span type)
{
	type = media_type(type);
	if (!span_starts_nocase(type, STRUCTURED))
		return NULL;
	return ends_nocase(type, "+json") ? "application/json"
					  : "application/octet-stream";
}

/* Take a value over if it is valid; otherwise free it. */
static void
set(struct event_cloud *cloud, enum cloud_attribute which, char *owned,
    size_t len)
{
	struct span value = span_mem(owned, len);
	int64_t seconds;

	if (len == 0 || len > EVENT_ATTR_MAX || !utf8_valid(value) ||
	    (which == CLOUD_TIME &&
		(memchr(owned, ' ', len) != NULL ||
		    !timestamp_parse_rfc3339(value, &seconds)))) {
		free(owned);
		return;
	}
	cloud->owned[which] = owned;
	cloud->value[which] = value;
}

static const struct json_member *
only_string(const struct json_member *member, unsigned hits)
{
	return hits == 1 && member->kind == JSON_STRING &&
		       member->value.len <= 6 * EVENT_ATTR_MAX
		   ? member
		   : NULL;
}

/* The JSON format of CloudEvents.  An attribute that comes twice is none. */
static bool
read_object(struct event_cloud *cloud, struct span text)
{
	struct json_member found[CLOUD__COUNT] = {{.kind = JSON_NULL}}, member;
	unsigned hits[CLOUD__COUNT] = {0};
	bool versioned = false;
	struct json_walk walk;

	if (!json_walk(&walk, text, JSON_STRICT) || !walk.object)
		return true;
	while (json_next(&walk, &member)) {
		versioned = versioned ||
			    json_spells(member.key, span_str("specversion"));
		for (size_t i = 0; i < CLOUD__COUNT; i++) {
			if (!json_spells(
				member.key, span_str(attribute[i].name)))
				continue;
			found[i] = member;
			hits[i]++;
		}
	}
	if (walk.failed || !versioned)
		return true;
	cloud->found = true;
	for (size_t i = 0; i < CLOUD__COUNT; i++) {
		const struct json_member *only =
		    only_string(&found[i], hits[i]);
		char *owned;
		size_t len;

		if (only == NULL || !json_valid(only->value))
			continue;
		if (!json_text(only, &owned, &len))
			return false;
		set(cloud, (enum cloud_attribute)i, owned, len);
	}
	return true;
}

/*
 * HTTP protocol binding, section 3.1.3.2: a value may be in quotes, as in RFC
 * 9110, section 5.6.4, and is then percent-encoded once.  Returns the length.
 */
static size_t
decode_value(unsigned char *text, size_t len)
{
	size_t n = 0;

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return decode_percent_all(text, len);
	for (size_t i = 1; i < len - 1; i++) {
		if (text[i] == '\\' && i + 1 < len - 1)
			i++;
		text[n++] = text[i];
	}
	return decode_percent_all(text, n);
}

static bool
read_headers(struct event_cloud *cloud, const struct request *req)
{
	struct span value;

	if (request_header(req, event_line[LINE_SPECVERSION], &value) !=
	    REQUEST_ONE)
		return true;
	cloud->found = true;
	for (size_t i = 0; i < CLOUD__COUNT; i++) {
		char *owned;

		if (request_header(req, event_line[attribute[i].line],
			&value) != REQUEST_ONE ||
		    value.len > 3 * EVENT_ATTR_MAX)
			continue;
		if ((owned = malloc(value.len)) == NULL)
			return false;
		memcpy(owned, value.ptr, value.len);
		set(cloud, (enum cloud_attribute)i, owned,
		    decode_value((unsigned char *)owned, value.len));
	}
	return true;
}

bool
event_cloud_read(
    struct event_cloud *cloud, const struct request *req, struct span payload)
{
	struct span type;
	bool ok = true;

	*cloud = (struct event_cloud){.found = false};
	if (request_header(req, event_line[LINE_CONTENT_TYPE], &type) !=
		REQUEST_ONE ||
	    event_cloud_plain_type(type) == NULL)
		ok = read_headers(cloud, req);
	else if (span_is_nocase(media_type(type), STRUCTURED "+json") &&
		 payload.ptr == req->body.ptr)
		ok = read_object(cloud, payload);
	if (!ok)
		event_cloud_free(cloud);
	return ok;
}

void
event_cloud_free(struct event_cloud *cloud)
{
	for (size_t i = 0; i < CLOUD__COUNT; i++)
		free(cloud->owned[i]);
	*cloud = (struct event_cloud){.found = false};
}
