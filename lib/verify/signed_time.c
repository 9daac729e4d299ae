/* signed_time.c - rejects deliveries that are too old or from the future. */
#include "verify/signed_time.h"
#include "base/timestamp.h"

/* With which an IMF-fixdate begins. */
static bool
is_day(struct span text)
{
	static const char *const day[] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

	for (size_t i = 0; i < sizeof(day) / sizeof(day[0]); i++) {
		if (span_is(text, day[i]))
			return true;
	}
	return false;
}

/*
 * A text that ends at the first byte that separates it from the next part, as a
 * number does, and with which no other form of a time begins.
 */
static bool
is_word(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '_')
			return false;
	}
	return text.len > 0 && !is_day(text);
}

enum status
signed_time_check(const struct profile *profile, const char *name,
    int64_t seconds, int64_t now, struct reason *why)
{
	unsigned long long apart = seconds > now
				       ? (uint64_t)seconds - (uint64_t)now
				       : (uint64_t)now - (uint64_t)seconds;

	if (profile->tolerance < 0 ||
	    timestamp_fresh(seconds, now, profile->tolerance))
		return ST_OK;
	reason_set(why,
	    "%s: signed %llu s %s by this machine's clock, more than the "
	    "tolerance of %ld s: an old delivery, or a wrong clock",
	    name, apart, seconds > now ? "ahead" : "ago", profile->tolerance);
	return ST_UNVERIFIED;
}

enum status
signed_time_check_text(const struct profile *profile, const char *name,
    struct span text, int64_t now, struct reason *why)
{
	enum timestamp_form form = profile->coverage.form;
	const struct coverage *coverage = &profile->coverage;
	const struct timestamp_place place = {
	    span_mem(coverage->before.byte, coverage->before.n),
	    span_mem(coverage->after.byte, coverage->after.n)};
	int64_t seconds;

	if (timestamp_parse_at(form, text, &place, &seconds))
		return signed_time_check(profile, name, seconds, now, why);
	if (form == TIMESTAMP_ANY && profile->tolerance < 0 && is_word(text))
		return ST_OK;
	if (form == TIMESTAMP_ANY)
		reason_set(why,
		    "%s: the signed time is not in a known form, or not in one "
		    "whose end signed_payload shows: see timestamp_format",
		    name);
	else
		reason_set(why,
		    "%s: the signed time is not in the form %s, which "
		    "timestamp_format says",
		    name, timestamp_form_name(form));
	return ST_UNVERIFIED;
}
