/* token.c - checks a password in a header. */
#include <openssl/crypto.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "profile/provider.h"
#include "verify/token.h"
#include "verify/verified.h"

/* Find the token that was sent, and remove its prefix. */
static enum status
find_token(const struct profile *profile, const struct request *req,
    struct span *token, struct reason *why)
{
	const char *name = profile->signature[0].text;

	switch (request_header(req, name, token)) {
	case REQUEST_ONE:
		break;
	case REQUEST_SEVERAL:
		reason_set(why, "%s came more than once", name);
		return ST_UNVERIFIED;
	case REQUEST_NONE:
		reason_set(why,
		    "%s is missing: not sent, or removed by the web server",
		    name);
		return ST_UNVERIFIED;
	}
	if (token->len > REQUEST_HEADER_MAX ||
	    !profile_has_prefix(profile, *token)) {
		reason_set(why,
		    "%s is too long, or does not begin with the prefix of the "
		    "settings",
		    name);
		return ST_UNVERIFIED;
	}
	*token = span_skip(*token, profile->prefix.len);
	return ST_OK;
}

/* Hash the token, or the user and password that are encoded in it. */
static enum status
hash_token(const struct profile *profile, struct span token,
    unsigned char dst[static DIGEST_MAX], struct reason *why)
{
	unsigned char plain[REQUEST_HEADER_MAX];
	ptrdiff_t n;

	if (profile->basic) {
		n = decode_base64(plain, sizeof(plain), token);
		if (n < 0) {
			reason_set(why, "%s is not base64",
			    profile->signature[0].text);
			return ST_UNVERIFIED;
		}
		token = span_mem(plain, (size_t)n);
	}
	digest_hash(DIGEST_SHA256, &token, 1, dst);
	if (profile->basic)
		OPENSSL_cleanse(plain, sizeof(plain));
	return ST_OK;
}

enum status
verify_token(const struct provider *prov, const struct request *req,
    int64_t now, struct verified *ok, struct reason *why)
{
	unsigned char want[DIGEST_MAX], got[DIGEST_MAX];
	struct span token, secret;
	enum status st = find_token(&prov->profile, req, &token, why);

	(void)now; /* a token contains no time */
	*ok = (struct verified){.how = "token"};
	if (st != ST_OK)
		return st;
	st = hash_token(&prov->profile, token, got, why);
	if (st != ST_OK)
		return st;
	st = ST_UNVERIFIED;
	for (size_t i = 0; i < prov->secrets.n; i++) {
		secret = secret_at(&prov->secrets, i);
		digest_hash(DIGEST_SHA256, &secret, 1, want);
		if (digest_equal(want, got, DIGEST_SHA256_LEN)) {
			ok->secret = i;
			st = ST_OK;
		}
	}
	if (st == ST_UNVERIFIED)
		reason_set(why, "%s has a wrong secret (%zu configured)",
		    prov->profile.signature[0].text, prov->secrets.n);
	ok->text.part[0] = ok->text.payload = req->body;
	ok->text.n = 1;
	return st;
}
