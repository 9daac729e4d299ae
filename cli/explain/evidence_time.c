/* evidence_time.c - the signed time: is it there, and in which form. */
#include "base/timestamp.h"
#include "evidence_kinds.h"
#include "profile/signature.h"

static void
say_missing(const struct evidence *e, struct findings *f)
{
	const struct field *field = &e->d.prov->profile.timestamp;
	struct span value;

	if (field->kind == FIELD_HEADER &&
	    request_header(e->d.req, field->arg, &value) == REQUEST_SEVERAL) {
		finding_add(f, FINDING_KNOWN,
		    "the time that is signed came more than once: %s",
		    field->arg);
		finding_add(f, FINDING_SHOWN,
		    "a proxy adds %s a second time, or two requests were saved "
		    "as one: one must arrive",
		    field->arg);
		return;
	}
	finding_add(f, FINDING_KNOWN,
	    "there is a signature, and not the time that is signed with it: %s",
	    field->arg);
	if (field->kind == FIELD_HEADER)
		finding_add(f, FINDING_SHOWN,
		    "a proxy or the web server removed %s, or what saved the "
		    "request left it out: it must arrive as it was sent",
		    field->arg);
	else if (field->kind != FIELD_JSON || evidence_has_json(e))
		finding_add(f, FINDING_SHOWN,
		    "the settings are for another version of the sender's "
		    "webhooks: this delivery has no time where \"timestamp\" "
		    "says");
}

/* The time by itself: what stands beside it in the signed text is not asked. */
static const struct timestamp_place alone = {{NULL, 0}, {NULL, 0}};

/* It is not in the form that the settings say. */
static void
say_form(const struct evidence *e, struct span ts, struct findings *f)
{
	static const enum timestamp_form form[] = {TIMESTAMP_SECONDS,
	    TIMESTAMP_MILLISECONDS, TIMESTAMP_MICROSECONDS,
	    TIMESTAMP_NANOSECONDS, TIMESTAMP_DECIMAL, TIMESTAMP_RFC3339,
	    TIMESTAMP_UTC, TIMESTAMP_ISO8601, TIMESTAMP_IMF};
	enum timestamp_form want = e->d.prov->profile.coverage.form;
	int64_t seconds;

	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		if (!timestamp_parse_at(form[i], ts, &alone, &seconds))
			continue;
		finding_add(f, FINDING_KNOWN,
		    "the signed time is in the form %s, and the settings say "
		    "%s",
		    timestamp_form_name(form[i]), timestamp_form_name(want));
		finding_add(f, FINDING_SHOWN,
		    "\"timestamp_format\" should be \"%s\"",
		    timestamp_form_name(form[i]));
		return;
	}
	finding_add(f, FINDING_KNOWN,
	    "the signed time is no time in any form that hookdir reads");
	finding_add(f, FINDING_SHOWN,
	    "something changed the time on its way, or \"timestamp\" names "
	    "something that is no time");
}

bool
evidence_time(const struct evidence *e, struct findings *f)
{
	const struct profile *profile = &e->d.prov->profile;
	struct signatures sigs;
	long long off;
	struct span ts;
	int64_t seconds;
	bool missing;

	if (profile->timestamp.kind == FIELD_NONE)
		return false;
	ts = signatures_time(&sigs, profile, e->d.req);
	missing = ts.len == 0;
	if (missing) {
		say_missing(e, f);
	} else if (!timestamp_parse_at(
		       profile->coverage.form, ts, &alone, &seconds)) {
		say_form(e, ts, f);
	} else if (profile->tolerance >= 0 &&
		   !timestamp_fresh(seconds, e->now, profile->tolerance)) {
		off = (long long)(e->now - seconds);
		finding_add(f, FINDING_KNOWN,
		    "the signed time is %lld s %s the time that it is judged "
		    "at, and \"tolerance\" is %ld: this alone would be refused",
		    off < 0 ? -off : off, off < 0 ? "after" : "before",
		    profile->tolerance);
		finding_add(f, FINDING_MAYBE,
		    "it is an old delivery, or a clock is wrong: -t says when "
		    "it arrived");
	}
	signatures_free(&sigs);
	return missing;
}
