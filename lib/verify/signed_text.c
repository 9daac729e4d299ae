/* signed_text.c - signatures over what templates make of a request. */
#include <openssl/crypto.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "parse/json.h"
#include "profile/provider.h"
#include "profile/signature.h"
#include "verify/asymmetric.h"
#include "verify/signed_text.h"
#include "verify/verified.h"

static const char *const hmac_name[DIGEST__COUNT] = {
    [DIGEST_SHA1] = "hmac-sha1",
    [DIGEST_SHA256] = "hmac-sha256",
    [DIGEST_SHA384] = "hmac-sha384",
    [DIGEST_SHA512] = "hmac-sha512",
};

static enum status
check_time(const struct profile *profile, struct span ts, int64_t now,
    struct reason *why)
{
	int64_t stamp;

	if (profile->timestamp.kind == FIELD_NONE || profile->tolerance < 0)
		return ST_OK;
	if (!timestamp_parse(ts, &stamp)) {
		reason_set(why, "%s: the signed time has no known form",
		    profile->timestamp.arg);
		return ST_UNVERIFIED;
	}
	if (!timestamp_fresh(stamp, now, profile->tolerance)) {
		reason_set(why,
		    "%s: signed %lld s %s by this machine's clock, more than "
		    "the tolerance of %ld s: an old delivery, or a clock that "
		    "is off",
		    profile->timestamp.arg,
		    (long long)(stamp > now ? stamp - now : now - stamp),
		    stamp > now ? "ahead" : "ago", profile->tolerance);
		return ST_UNVERIFIED;
	}
	return ST_OK;
}

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

/* Every secret against every signature, none skipped: no hint by time. */
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

static enum status
try_alternative(const struct provider *prov, const struct template *tpl,
    const struct template_input *in, const struct signatures *sigs,
    const struct asymmetric *asymmetric, struct verified *ok)
{
	enum status st = template_fill(tpl, in, &ok->text);

	if (st != ST_OK)
		return st;
	st = sigs->n > 0 ? match_macs(prov, sigs, ok) : ST_UNVERIFIED;
	if (st == ST_UNVERIFIED && sigs->nasymmetric > 0)
		st = asymmetric_match(
		    asymmetric, prov->profile.algorithms, sigs, &ok->text, ok);
	if (st != ST_OK)
		signed_text_free(&ok->text);
	return st;
}

/* Nothing fitted: say what was tried. */
static void
complain(const struct provider *prov, struct reason *why)
{
	size_t nsecrets = prov->secrets.n, nkeys = prov->keys.n;

	if (prov->profile.certificate_url.kind != FIELD_NONE)
		reason_set(why,
		    "no signature fits the certificate: made for another "
		    "webhook, or the body was changed on its way");
	else if (nkeys == 0)
		reason_set(why,
		    "no signature fits: another secret than the %zu "
		    "configured, or the body was changed on its way",
		    nsecrets);
	else if (nsecrets == 0)
		reason_set(why,
		    "no signature fits: another key than the %zu configured, "
		    "or the body was changed on its way",
		    nkeys);
	else
		reason_set(why,
		    "no signature fits: another secret than the %zu or key "
		    "than the %zu configured, or the body was changed on its "
		    "way",
		    nsecrets, nkeys);
}

enum status
verify_signed(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why)
{
	const struct profile *profile = &prov->profile;
	struct template_input in =
	    profile_input(profile, req, (struct span){NULL, 0});
	struct signatures sigs = {.n = 0};
	struct asymmetric asymmetric = {.keys = NULL};
	enum status st = signatures_collect(&sigs, profile, req, why);
	bool too_large = false;

	*ok = (struct verified){.how = NULL};
	if (st != ST_OK)
		return st;
	st = check_time(profile, sigs.ts, now, why);
	if (st == ST_OK)
		st = asymmetric_get(&asymmetric, prov, req, now, ok, why);
	if (st != ST_OK)
		goto out;
	in.ts = sigs.ts;
	st = ST_UNVERIFIED;
	for (size_t i = 0; i < profile->nsigned && st == ST_UNVERIFIED; i++) {
		ok->signed_as = profile->signed_payload[i].text;
		st = try_alternative(prov, &profile->signed_payload[i], &in,
		    &sigs, &asymmetric, ok);
		if (st == ST_TOO_LARGE) {
			too_large = true;
			st = ST_UNVERIFIED;
		}
	}
	if (st == ST_UNVERIFIED && too_large)
		st = ST_TOO_LARGE;
	if (st == ST_TOO_LARGE)
		reason_set(why, "a field that is signed is over %lu MiB",
		    JSON_TEXT_MAX >> 20);
	else if (st == ST_UNVERIFIED)
		complain(prov, why);
	else if (st == ST_TRY_LATER)
		reason_set(why, "out of memory while checking the signature");
out:
	asymmetric_put(&asymmetric, prov);
	signatures_free(&sigs);
	return st;
}
