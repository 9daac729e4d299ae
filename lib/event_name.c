/* event_name.c - names an event: what is a duplicate of what. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "event_name.h"

#define HASHED "sha256-"
/* What a digest is of.  The NUL is hashed too, so no prefix begins another. */
#define OF_ID      "id"
#define OF_TEXT    "text"
#define OF_ARRIVAL "arrival"
#define OF_SIGNED  "signed" /* the digest of what a token or the like signs */
/* Parts of a hash: its kind, a time, and the parts of a template. */
#define HASH_PARTS (TEMPLATE_PARTS + 2)

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
event_name(struct event *event, const struct event_input *in, struct span id)
{
	const struct signed_text *text = &in->ok->text;

	if (in->prov->profile.no_id) {
		name_by_arrival(event->name, text, in->now);
	} else if (id.len == 0) {
		name_by_text(event->name, text);
	} else if (!is_safe_name(id)) {
		const struct span part[] = {with_end(OF_ID), id};

		name_by_digest(event->name, part, 2);
	} else {
		memcpy(event->name, id.ptr, id.len);
		event->name[id.len] = '\0';
	}
}

/* Set event->also, where a second name is due. */
void
event_name_again(
    struct event *event, const struct event_input *in, struct span id)
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
