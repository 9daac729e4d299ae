/* undecoded.c - a provider without its secrets. */
#include <stdlib.h>
#include <sys/stat.h>

#include "attempt.h"
#include "undecoded.h"
#include "verify/schemes.h"

/* True if there are secrets, and at least one of them cannot be decoded. */
static bool
is_undecoded(const struct provider *prov)
{
	struct secrets lines, secrets = {.n = 0};
	struct reason why;
	bool found = false;

	attempt_lines(prov, &lines);
	for (size_t i = 0; i < lines.n && !found; i++)
		found = !secrets_add(&secrets, secret_at(&lines, i),
		    prov->profile.secret_encoding, lines.item[i].line, &why);
	secrets_free(&secrets);
	secrets_free(&lines);
	return found;
}

bool
undecoded_make(struct provider *dst, const struct config *cfg,
    const struct provider *broken)
{
	struct profile_fault fault;

	*dst = *broken;
	if (broken->secret_path == NULL && broken->secret_env == NULL)
		return false;
	if (!scheme_profile(&dst->profile, &dst->words, cfg->tolerance, &fault))
		return false;
	dst->hold_terms = cfg->hold;
	dst->broken = false;
	if (is_undecoded(dst))
		return true;
	undecoded_free(dst);
	return false;
}

void
undecoded_free(struct provider *prov)
{
	profile_free(&prov->profile);
	*prov = (struct provider){.broken = false};
}
