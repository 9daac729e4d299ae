/* coverage.c - derives what a signature covers. */
#include <strings.h>

#include "profile/coverage.h"
#include "profile/profile.h"
#include "profile/scheme.h"

bool
coverage_header_byte(const struct profile *profile, unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' ||
	       (profile->header_characters != NULL && byte != '\0' &&
		   strchr(profile->header_characters, byte) != NULL);
}

bool
coverage_is_time(
    const struct profile *profile, const struct template *tpl, size_t i)
{
	return tpl->part[i].op == OP_TS ||
	       (tpl->part[i].op == OP_JSON &&
		   profile->timestamp.kind == FIELD_JSON &&
		   strcmp(tpl->part[i].arg, profile->timestamp.arg) == 0);
}

/* True if part i is text of which one byte cannot be that of a number. */
static bool
separates(const struct profile *profile, const struct template *tpl, size_t i,
    bool first)
{
	struct span text = tpl->part[i].literal;

	return tpl->part[i].op == OP_LITERAL &&
	       !coverage_header_byte(
		   profile, text.ptr[first ? 0 : text.len - 1]);
}

static bool
is_of_body(const struct template *tpl, size_t i)
{
	enum template_op op = tpl->part[i].op;

	return template_covers(tpl, i) || op == OP_JSON || op == OP_FORM ||
	       op == OP_MEMBERS;
}

/*
 * True if text, or an end, is on either side of each signed time.  If any word
 * passes for a time, because its age is not checked, the time must come before
 * the body: the end of another form of a time is a word too.
 */
static bool
shows_time(const struct profile *profile, const struct template *tpl)
{
	bool body = false;

	for (size_t i = 0; i < tpl->n; i++) {
		if (!coverage_is_time(profile, tpl, i)) {
			body = body || is_of_body(tpl, i);
			continue;
		}
		if ((body && profile->tolerance < 0) ||
		    (i > 0 && !separates(profile, tpl, i - 1, false)) ||
		    (i + 1 < tpl->n && !separates(profile, tpl, i + 1, true)))
			return false;
	}
	return true;
}

static bool
shows_times(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (!shows_time(profile, &profile->signed_payload[i]))
			return false;
	}
	return true;
}

/* Too many different bytes count as any byte. */
static void
add_byte(struct coverage_beside *beside, unsigned char byte)
{
	if (beside->n == COVERAGE_BESIDE)
		beside->byte[0] = '\0';
	else if (memchr(beside->byte, byte, beside->n) == NULL)
		beside->byte[beside->n++] = byte;
}

/* What precedes the time does not matter if it is the same in each delivery. */
static void
find_beside(struct coverage *coverage, const struct profile *profile,
    const struct template *tpl)
{
	for (size_t i = 0; i < tpl->n; i++) {
		struct span before = {NULL, 0}, after = {NULL, 0};

		if (!coverage_is_time(profile, tpl, i))
			continue;
		if (i > 0)
			before = tpl->part[i - 1].literal;
		if (i > 0 && tpl->part[i - 1].op != OP_LITERAL)
			add_byte(&coverage->before, '\0');
		else if (i > 1)
			add_byte(&coverage->before, before.ptr[before.len - 1]);
		if (i + 1 < tpl->n)
			after = tpl->part[i + 1].literal;
		if (i + 1 < tpl->n && tpl->part[i + 1].op != OP_LITERAL)
			add_byte(&coverage->after, '\0');
		else if (i + 1 < tpl->n)
			add_byte(&coverage->after, after.ptr[0]);
	}
}

static enum timestamp_form
find_form(const struct profile *profile, enum timestamp_form form, bool ends)
{
	if (form != TIMESTAMP_ANY || profile->timestamp.kind == FIELD_NONE)
		return form;
	return ends ? TIMESTAMP_ANY : TIMESTAMP_SECONDS;
}

/* True if the template has a part op for this argument. */
static bool
has_part(const struct template *tpl, enum template_op op, const char *arg)
{
	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == op &&
		    strcasecmp(tpl->part[i].arg, arg) == 0)
			return true;
	}
	return false;
}

/*
 * True if the template covers the field.  Fields of JSON and of forms are read
 * from the signed part of the body, unless all of the body is stored.
 */
static bool
covers(const struct profile *profile, const struct template *tpl,
    const struct field *field)
{
	switch (field->kind) {
	case FIELD_HEADER:
		return has_part(tpl, OP_HEADER, field->arg);
	case FIELD_JSON:
		return !profile->unsafe_body ||
		       template_signs_json(tpl, field->arg);
	case FIELD_FORM:
		return !profile->unsafe_body ||
		       has_part(tpl, OP_FORM, field->arg);
	case FIELD_NONE:
	case FIELD_CONST:
	case FIELD_ELEMENT:
		break;
	}
	return true;
}

/* True if every alternative covers the field, or one claim does. */
static bool
covers_field(const struct profile *profile, const struct field *field)
{
	bool claims = profile->scheme->claims;

	if (!profile->scheme->covers_body)
		return field->kind == FIELD_NONE || field->kind == FIELD_CONST;
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (covers(profile, &profile->signed_payload[i], field) ==
		    claims)
			return claims;
	}
	return !claims;
}

static bool
covers_body(const struct profile *profile)
{
	bool claims = profile->scheme->claims;

	if (!profile->scheme->covers_body)
		return false;
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (template_has_body(&profile->signed_payload[i]) == claims)
			return claims;
	}
	return !claims;
}

static bool
covers_headers(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (template_has(&profile->signed_payload[i], OP_HEADER))
			return true;
	}
	return false;
}

/* Where a time is signed, what was signed is marked beside the id: event.h. */
static enum coverage_replay
find_replay(const struct profile *profile, const struct coverage *coverage)
{
	bool marked = profile->timestamp.kind != FIELD_NONE ||
		      profile->scheme->timed ||
		      (coverage->id && profile->scheme->covers_body);

	if (coverage->time && profile->no_id)
		return COVERAGE_FRESH;
	if (coverage->time)
		return coverage->id ? COVERAGE_NEVER : COVERAGE_RETRIES;
	return marked && !profile->no_id ? COVERAGE_DAYS : COVERAGE_EVER;
}

struct coverage
coverage_of(const struct profile *profile, enum timestamp_form form)
{
	bool ends = shows_times(profile);
	struct coverage coverage = {
	    .form = find_form(profile, form, ends),
	    .ends = ends,
	    .time = (profile->timestamp.kind != FIELD_NONE ||
			profile->scheme->timed) &&
		    profile->tolerance >= 0,
	    .body = covers_body(profile),
	    .id = covers_field(profile, &profile->id),
	    .type = covers_field(profile, &profile->type),
	    .headers = covers_headers(profile),
	};

	for (size_t i = 0; i < profile->nsigned; i++)
		find_beside(&coverage, profile, &profile->signed_payload[i]);
	coverage.replay = find_replay(profile, &coverage);
	return coverage;
}
