/* event.c - makes an event file from a verified delivery. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "event.h"
#include "event_cloud.h"
#include "event_head.h"
#include "event_headers.h"
#include "event_name.h"
#include "http/header.h"

/*
 * What the settings say is believed more than what the sender says; but a
 * header of CloudEvents, which they may name, is decoded already.
 */
static void
prefer(struct span *value, const char *header, const struct field *field,
    struct span text)
{
	bool same =
	    field->kind == FIELD_HEADER && header_same(field->arg, header);

	if (text.len > 0 && !(same && value->len > 0))
		*value = text;
}

enum status
event_make(
    struct event *event, const struct event_input *in, struct reason *why)
{
	const struct profile *profile = &in->prov->profile;
	const struct span payload = in->ok->text.payload;
	struct field_value id = {.owned = NULL}, type = {.owned = NULL};
	struct event_cloud cloud = {.found = false};
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
	if (!event_cloud_read(&cloud, in->req, payload))
		goto out;
	prefer(
	    &cloud.value[CLOUD_ID], event_line[LINE_ID], &profile->id, id.text);
	prefer(&cloud.value[CLOUD_TYPE], event_line[LINE_TYPE], &profile->type,
	    type.text);
	event_name(event, in, id.text);
	event_name_again(event, in, id.text);
	if ((fp = open_memstream(&event->head, &len)) == NULL)
		goto out;
	event_head(fp, event, in, &cloud);
	if (stream_end(fp, &event->head))
		st = len <= EVENT_HEAD_MAX ? ST_OK : ST_BAD_REQUEST;
	event->file.name = event->name;
	event->file.head = span_mem(event->head, len);
out:
	field_value_free(&id);
	field_value_free(&type);
	event_cloud_free(&cloud);
	if (st != ST_OK) {
		event_free(event);
		reason_set(
		    why, st == ST_BAD_REQUEST
			     ? "the headers of the signature are too large"
			     : "out of memory for the event's header");
	}
	return st;
}

struct span
event_shown_id(const struct event *event)
{
	struct span rest = event->file.head, line;

	while (rest.ptr != NULL) {
		line = span_cut(&rest, '\n');
		if (!span_is(span_cut(&line, ':'), event_line[LINE_ID]))
			continue;
		line = span_trim(line);
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
