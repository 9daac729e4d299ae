/* signed_time.c - rejects deliveries that are too old or from the future. */
#include "verify/signed_time.h"
#include "base/timestamp.h"

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
	int64_t seconds;

	if (profile->tolerance < 0)
		return ST_OK;
	if (timestamp_parse(text, &seconds))
		return signed_time_check(profile, name, seconds, now, why);
	reason_set(why, "%s: the signed time is not in a known form", name);
	return ST_UNVERIFIED;
}
