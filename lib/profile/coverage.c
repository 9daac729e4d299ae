/* coverage.c - derives what a signature covers. */
#include "profile/coverage.h"
#include "profile/profile.h"

bool
coverage_text_is_once(const struct profile *profile)
{
	return profile->timestamp.kind != FIELD_NONE &&
	       profile->id.kind != FIELD_NONE;
}
