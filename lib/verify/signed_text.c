/* signed_text.c - verifies signatures over the texts of templates. */
#include <openssl/crypto.h>

#include "base/encode.h"
#include "profile/binding.h"
#include "profile/provider.h"
#include "profile/signature.h"
#include "verify/asymmetric.h"
#include "verify/signed_parts.h"
#include "verify/signed_text.h"
#include "verify/signed_time.h"
#include "verify/verified.h"

static const char *const hmac_name[DIGEST__COUNT] = {
    [DIGEST_SHA1] = "hmac-sha1",
    [DIGEST_SHA256] = "hmac-sha256",
    [DIGEST_SHA384] = "hmac-sha384",
    [DIGEST_SHA512] = "hmac-sha512",
};

bool
verify_macs(const struct provider *prov, const struct signed_text *text,
    unsigned char mac[static SECRETS_MAX][DIGEST_MAX])
{
	for (size_t i = 0; i < prov->secrets.n; i++) {
		if (!digest_hmac(prov->profile.digest,
			secret_at(&prov->secrets, i), text->part, text->n,
			mac[i]))
			return false;
	}
	return true;
}

/*
 * Compare every MAC with every signature, even after one has fitted: the time
 * must not show which.
 */
static enum status
match_macs(const struct provider *prov, const struct signatures *sigs,
    struct verified *ok)
{
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	size_t len = digest_len(prov->profile.digest);
	enum status st = ST_TRY_LATER;

	if (!verify_macs(prov, &ok->text, mac))
		goto out;
	st = ST_UNVERIFIED;
	for (size_t i = 0; i < prov->secrets.n; i++) {
		for (size_t k = 0; k < sigs->n; k++) {
			if (digest_equal(mac[i], sigs->item[k], len)) {
				ok->how = hmac_name[prov->profile.digest];
				ok->secret = i;
				st = ST_OK;
			}
		}
	}
out:
	OPENSSL_cleanse(mac, sizeof(mac));
	return st;
}

/* One request that is being verified. */
struct attempt {
	const struct provider *prov;
	struct template_input in;
	struct signatures sigs;
	struct asymmetric asymmetric;
	struct verified *ok;
	struct reason *why;
	bool fitted; /* a signature is right; why says what is not */
};

static enum status
try_alternative(struct attempt *t, const struct template *tpl)
{
	enum status st = template_fill(tpl, &t->in, &t->ok->text);

	if (st != ST_OK)
		return st;
	st = ST_UNVERIFIED;
	if (t->sigs.n > 0)
		st = match_macs(t->prov, &t->sigs, t->ok);
	if (st == ST_UNVERIFIED && t->sigs.nasymmetric > 0)
		st = asymmetric_match(&t->asymmetric,
		    t->prov->profile.algorithms, &t->sigs, &t->ok->text, t->ok);
	if (st == ST_OK) {
		st = signed_parts_check(
		    &t->prov->profile, tpl, &t->ok->text, t->why);
		t->fitted = true;
	}
	if (st == ST_OK)
		st = binding_check(
		    &t->prov->profile, t->in.req, t->ok->text.payload, t->why);
	if (st == ST_OK &&
	    !verified_note_target(t->ok, &t->prov->profile, tpl, &t->ok->text))
		st = ST_TRY_LATER;
	if (st != ST_OK)
		signed_text_free(&t->ok->text);
	return st;
}

/*
 * Try the alternatives until one fits.  If none fits, and one was too large to
 * try, the result is ST_TOO_LARGE.
 */
static enum status
try_alternatives(struct attempt *t)
{
	const struct profile *profile = &t->prov->profile;
	enum status st = ST_UNVERIFIED;
	bool too_large = false;

	for (size_t i = 0;
	     i < profile->nsigned && st == ST_UNVERIFIED && !t->fitted; i++) {
		t->ok->signed_as = profile->signed_payload[i].text;
		st = try_alternative(t, &profile->signed_payload[i]);
		if (st == ST_TOO_LARGE) {
			too_large = true;
			st = ST_UNVERIFIED;
		}
	}
	return st == ST_UNVERIFIED && too_large ? ST_TOO_LARGE : st;
}

/* No signature fits: say what was tried. */
static void
complain(const struct provider *prov, struct reason *why)
{
	size_t nsecrets = prov->secrets.n, nkeys = prov->keys.n;

	if (prov->profile.certificate_url.kind != FIELD_NONE)
		reason_set(why,
		    "no signature fits the certificate: webhook_id or "
		    "digest is wrong, or the body was changed on its way");
	else if (nkeys == 0)
		reason_set(why,
		    "no signature fits: wrong secret (%zu configured), or the "
		    "body was changed on its way",
		    nsecrets);
	else if (nsecrets == 0)
		reason_set(why,
		    "no signature fits: wrong key (%zu configured), or the "
		    "body was changed on its way",
		    nkeys);
	else
		reason_set(why,
		    "no signature fits: wrong secret or key (%zu secrets and "
		    "%zu keys configured), or the body was changed on its way",
		    nsecrets, nkeys);
}

static enum status
check_time(const struct attempt *t, int64_t now)
{
	const struct profile *profile = &t->prov->profile;

	if (profile->timestamp.kind == FIELD_NONE)
		return ST_OK;
	return signed_time_check_text(
	    profile, profile->timestamp.arg, t->sigs.ts, now, t->why);
}

/* Check the time of a body whose signature is verified. */
static enum status
check_late_time(struct attempt *t, const struct request *req, int64_t now)
{
	enum status st =
	    signatures_collect_time(&t->sigs, &t->prov->profile, req, t->why);

	return st == ST_OK ? check_time(t, now) : st;
}

/* Set why for what try_alternatives() gave, unless it has done so. */
static void
explain(const struct attempt *t, enum status st)
{
	struct reason *why = t->why;

	if (st == ST_TOO_LARGE)
		reason_set(why,
		    "the signed text would need more than %lu MiB of memory, "
		    "or the body has more than %lu MiB and only some of its "
		    "members are signed",
		    SIGNED_TEXT_COPY_MAX >> 20, SIGNED_TEXT_MEMBERS_BODY >> 20);
	else if (st == ST_UNVERIFIED && !t->fitted)
		complain(t->prov, why);
	else if (st == ST_TRY_LATER)
		reason_set(why,
		    "out of memory while checking the signature, or libcrypto "
		    "cannot be loaded");
}

enum status
verify_signed(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why)
{
	struct attempt t = {
	    .prov = prov, .asymmetric.prov = prov, .ok = ok, .why = why};
	bool late = signatures_time_is_late(&prov->profile);
	enum status st = signatures_collect(&t.sigs, &prov->profile, req, why);

	*ok = (struct verified){.how = NULL};
	if (st != ST_OK)
		return st;
	if (!late)
		st = check_time(&t, now);
	if (st == ST_OK)
		st = asymmetric_get(&t.asymmetric, req, now, ok, why);
	if (st != ST_OK)
		goto out;
	t.in = profile_input(&prov->profile, req, t.sigs.ts);
	st = try_alternatives(&t);
	if (st == ST_OK && !verified_note_headers(ok, &prov->profile, req))
		st = ST_TRY_LATER;
	explain(&t, st);
	if (st == ST_OK && late)
		st = check_late_time(&t, req, now);
	ok->timed = prov->profile.timestamp.kind != FIELD_NONE;
	if (st != ST_OK)
		verified_free(ok);
out:
	asymmetric_put(&t.asymmetric);
	signatures_free(&t.sigs);
	return st;
}
