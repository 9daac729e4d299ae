/* signature.c - splits signature headers. */
#include <stdio.h>

#include "base/encode.h"
#include "http/header.h"
#include "profile/scheme.h"
#include "profile/signature.h"

/* Bytes: an ECDSA signature in DER, two small numbers, is at least as long. */
#define SIGNATURE_LEN_MIN 8

struct collector {
	struct signatures *sigs;
	const struct profile *profile;
	const struct request *req;
	struct reason *why;
	unsigned headers; /* signature headers seen */
};

static enum status
refuse(const struct collector *c, const char *name, const char *what)
{
	reason_set(c->why, "%s %s", name, what);
	return ST_UNVERIFIED;
}

static enum status
take_mac(const struct collector *c, const char *name, struct span text)
{
	struct signatures *sigs = c->sigs;

	if (sigs->n == SIGNATURES_MAX)
		return refuse(c, name, "contains too many signatures");
	if (decode_exactly(
		sigs->item[sigs->n], digest_len(c->profile->digest), text))
		sigs->n++;
	return ST_OK;
}

/* A text of that length that is valid hexadecimal is not meant as base64. */
static ptrdiff_t
decode_asymmetric(unsigned char dst[static SIGNATURE_LEN_MAX], struct span text)
{
	size_t half = text.len / 2;

	if (half <= SIGNATURE_LEN_MAX && decode_hex(dst, half, text))
		return (ptrdiff_t)half;
	return decode_base64(dst, SIGNATURE_LEN_MAX, text);
}

static enum status
take_asymmetric(const struct collector *c, const char *name, struct span text)
{
	struct signatures *sigs = c->sigs;
	ptrdiff_t n;

	if (sigs->nasymmetric == SIGNATURES_ASYMMETRIC)
		return refuse(c, name, "contains too many signatures");
	n = decode_asymmetric(sigs->asymmetric[sigs->nasymmetric].bytes, text);
	if (n >= SIGNATURE_LEN_MIN)
		sigs->asymmetric[sigs->nasymmetric++].len = (size_t)n;
	return ST_OK;
}

/* Take one element of a signature header: a time, a signature, or neither. */
static enum status
take_element(const struct collector *c, const char *name, struct span element)
{
	struct span time_prefix = span_str(c->profile->timestamp.arg);
	struct signatures *sigs = c->sigs;

	if (c->profile->timestamp.kind == FIELD_ELEMENT &&
	    span_starts(element, time_prefix)) {
		if (sigs->ts.len > 0)
			return refuse(c, name, "contains two signed times");
		sigs->ts = span_skip(element, time_prefix.len);
		return ST_OK;
	}
	if (c->profile->scheme->macs &&
	    span_starts(element, c->profile->prefix))
		return take_mac(
		    c, name, span_skip(element, c->profile->prefix.len));
	if (c->profile->scheme->asymmetric &&
	    span_starts(element, c->profile->asymmetric_prefix))
		return take_asymmetric(c, name,
		    span_skip(element, c->profile->asymmetric_prefix.len));
	return ST_OK;
}

static enum status
take_value(struct collector *c, const char *name, struct span value)
{
	enum status st = ST_OK;

	c->headers++;
	if (value.len > REQUEST_HEADER_MAX)
		return refuse(c, name, "is too long");
	if (c->profile->separator == '\0')
		return take_element(c, name, value);
	while (value.ptr != NULL && st == ST_OK)
		st = take_element(c, name,
		    span_trim(span_cut(&value, c->profile->separator)));
	return st;
}

static enum status
take_header(struct collector *c, const char *name)
{
	struct span value;

	switch (request_header(c->req, name, &value)) {
	case REQUEST_ONE:
		return take_value(c, name, value);
	case REQUEST_SEVERAL:
		return refuse(c, name, "came more than once");
	case REQUEST_NONE:
		break;
	}
	return ST_OK;
}

static enum status
take_field(struct collector *c, const struct signature_source *source)
{
	struct field_value value;
	enum status st;
	enum lookup found =
	    field_get(&source->field, c->req, c->req->body, &value);

	if (found != LOOKUP_FOUND)
		return found == LOOKUP_NONE ? ST_OK : ST_TRY_LATER;
	st = take_value(c, source->text, value.text);
	field_value_free(&value);
	return st;
}

void
signature_name(char *dst, size_t room, const char *pattern, unsigned i)
{
	snprintf(dst, room, "%.*s%u", (int)strlen(pattern) - 1, pattern, i);
}

const char *
signature_next_name(const struct profile *profile, struct signature_names *walk)
{
	while (walk->source < profile->nsignature) {
		const struct signature_source *source =
		    &profile->signature[walk->source];

		if (source->in == SIGNATURE_NUMBERED &&
		    walk->number < SIGNATURES_MAX) {
			signature_name(walk->name, sizeof(walk->name),
			    source->text, ++walk->number);
			return walk->name;
		}
		walk->source++;
		walk->number = 0;
		if (source->in == SIGNATURE_HEADER)
			return source->text;
	}
	return NULL;
}

bool
signature_is_in(const struct profile *profile, const char *name)
{
	struct signature_names walk = {.source = 0};
	const char *known;

	while ((known = signature_next_name(profile, &walk)) != NULL) {
		if (header_same(name, known))
			return true;
	}
	return false;
}

/* Collect from all headers, and from all fields of the body. */
static enum status
take_all(struct collector *c)
{
	struct signature_names walk = {.source = 0};
	enum status st = ST_OK;
	const char *name;

	while (st == ST_OK &&
	       (name = signature_next_name(c->profile, &walk)) != NULL)
		st = take_header(c, name);
	for (size_t i = 0; i < c->profile->nsignature && st == ST_OK; i++) {
		if (c->profile->signature[i].in == SIGNATURE_JSON)
			st = take_field(c, &c->profile->signature[i]);
	}
	return st;
}

static enum status
take_timestamp(struct collector *c)
{
	const struct field *field = &c->profile->timestamp;
	struct signatures *sigs = c->sigs;
	struct span value;

	if (field->kind == FIELD_NONE)
		return ST_OK;
	if (field->kind == FIELD_HEADER &&
	    request_header(c->req, field->arg, &value) == REQUEST_SEVERAL)
		return refuse(c, field->arg, "came more than once");
	if (field->kind != FIELD_ELEMENT) {
		if (field_get(field, c->req, c->req->body, &sigs->ts_owner) ==
		    LOOKUP_NO_MEMORY)
			return ST_TRY_LATER;
		sigs->ts = sigs->ts_owner.text;
	}
	if (sigs->ts.len == 0)
		return refuse(c, field->arg, "(the signed time) is missing");
	return ST_OK;
}

static enum status
refuse_form(const struct collector *c)
{
	const struct profile *profile = c->profile;
	struct span prefix = profile->prefix;
	char size[32] = "a signature";

	if (profile->scheme->macs)
		snprintf(size, sizeof(size), "%zu bytes",
		    digest_len(profile->digest));
	reason_set(c->why,
	    "%s contains no signature of the expected form: \"%.*s\" followed "
	    "by %s in hexadecimal or base64",
	    profile->signature[0].text, (int)prefix.len,
	    prefix.len == 0 ? "" : (const char *)prefix.ptr, size);
	return ST_UNVERIFIED;
}

enum status
signatures_collect(struct signatures *sigs, const struct profile *profile,
    const struct request *req, struct reason *why)
{
	struct collector c = {sigs, profile, req, why, 0};
	enum status st;

	*sigs = (struct signatures){.n = 0};
	st = take_all(&c);
	if (st == ST_OK && c.headers == 0)
		st = refuse(&c, profile->signature[0].text,
		    "is missing: not signed, or removed by the web server");
	if (st == ST_OK && sigs->n == 0 && sigs->nasymmetric == 0)
		st = refuse_form(&c);
	if (st == ST_OK && !signatures_time_is_late(profile))
		st = take_timestamp(&c);
	if (st == ST_TRY_LATER)
		reason_set(why, "out of memory");
	if (st != ST_OK)
		signatures_free(sigs);
	return st;
}

bool
signatures_time_is_late(const struct profile *profile)
{
	return profile->timestamp.kind == FIELD_JSON &&
	       !template_has(&profile->signed_payload[0], OP_TS);
}

enum status
signatures_collect_time(struct signatures *sigs, const struct profile *profile,
    const struct request *req, struct reason *why)
{
	struct collector c = {sigs, profile, req, why, 0};
	enum status st = take_timestamp(&c);

	if (st == ST_TRY_LATER)
		reason_set(why, "out of memory");
	return st;
}

struct span
signatures_time(struct signatures *sigs, const struct profile *profile,
    const struct request *req)
{
	struct reason why;
	struct collector c = {sigs, profile, req, &why, 0};

	*sigs = (struct signatures){.n = 0};
	/* The time may be an element of a header that is refused. */
	take_all(&c);
	if (take_timestamp(&c) != ST_OK)
		return (struct span){NULL, 0};
	return sigs->ts;
}

void
signatures_free(struct signatures *sigs)
{
	field_value_free(&sigs->ts_owner);
	sigs->n = 0;
	sigs->nasymmetric = 0;
	sigs->ts = (struct span){NULL, 0};
}
