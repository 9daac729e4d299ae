/* evidence.c - the order of looking, and what remains possible. */
#include <string.h>

#include "evidence_kinds.h"
#include "profile/scheme.h"
#include "settings_diff.h"

/* Another entry whose deliveries are signed in the same way. */
static const struct provider *
find_twin(const struct evidence *e)
{
	for (size_t i = 0; i < e->d.cfg->nprovider; i++) {
		const struct provider *other = &e->d.cfg->provider[i];

		if (other != e->d.prov && !other->broken &&
		    strcmp(other->name, e->d.prov->name) != 0 &&
		    settings_diff_count(&other->words, &e->d.prov->words) == 0)
			return other;
	}
	return NULL;
}

/* Which secret or key it is, where the form is right. */
static void
say_secret(const struct evidence *e, struct findings *f)
{
	const struct provider *prov = e->d.prov;
	const struct provider *twin = find_twin(e);

	if (twin != NULL)
		finding_add(f, FINDING_KNOWN,
		    "what the entry \"%s\" has, which is signed in the same "
		    "way, does not fit either",
		    twin->name);
	if (prov->profile.certificate_url.kind != FIELD_NONE)
		return;
	if (e->d.lines->n > 0 || prov->secrets.n > 0)
		finding_add(f, FINDING_LIKELY,
		    "another secret signs: that of another webhook, account or "
		    "environment (test or live), or one that was replaced. "
		    "Compare it with the sender's, as a whole");
	if (prov->key_source != NULL)
		finding_add(f, FINDING_LIKELY,
		    "another private key signs: that of another account or "
		    "environment (test or live), or a new one");
}

static void
conclude(
    const struct evidence *e, enum evidence_digest digest, struct findings *f)
{
	const struct scheme *scheme = e->d.prov->profile.scheme;

	evidence_url(e, f);
	say_secret(e, f);
	if (e->d.prov->profile.webhook_id != NULL)
		finding_add(f, FINDING_LIKELY,
		    "webhook_id is that of another webhook: it is signed");
	if (scheme->covers_body && digest == EVIDENCE_DIGEST_NONE &&
	    !findings_have(f, FINDING_SHOWN))
		finding_add(f, FINDING_LIKELY,
		    "another body was signed: a proxy, a framework or what "
		    "saved the request changed it. The usual changes were "
		    "tried");
	finding_add(f, FINDING_LEAST,
	    "it is not from this sender: anybody can send to the URL");
}

void
evidence_print(const struct evidence *e)
{
	struct findings f = {.n = 0};
	enum evidence_signed came = evidence_presented(e, &f);
	bool lacks = came == EVIDENCE_UNSIGNED;

	if (came == EVIDENCE_SIGNED) {
		lacks = evidence_covered(e, &f);
		lacks = evidence_time(e, &f) || lacks;
		evidence_key(e, &f);
		evidence_claims(e, &f);
	}
	if (lacks)
		evidence_left_out(e, &f);
	if (came != EVIDENCE_UNSIGNED)
		evidence_secret(e, &f);
	evidence_body(e, &f);
	if (came == EVIDENCE_SIGNED && !lacks)
		conclude(e, evidence_digest(e, &f), &f);
	findings_print(e->d.out, &f);
}

void
evidence_print_foreign(const struct evidence *e)
{
	struct findings f = {.n = 0};

	evidence_body(e, &f);
	evidence_digest(e, &f);
	findings_print(e->d.out, &f);
}
