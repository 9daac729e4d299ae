/*
 * tokens.h - a provider with signed tokens, and what comes of one.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include "config/config.h"
#include "sandbox.h"
#include "signer.h"
#include "verify/jwt.h"

#include "../tap.h"

#define NOW    1700000000
#define SECRET "a secret of the sender"
#define BODY   "{\"a\":1}"
/* sha256sum and sha1sum of BODY. */
#define HASH   "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
#define HASH64 "AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI="

#define TWICE                                                              \
	"the token has a name twice in its header or claims, or too many " \
	"names"

static struct config *cfg;

static inline struct config *
load(const char *members)
{
	static char *none[] = {NULL};
	char text[2048];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\"p\":{\"scheme\":\"jwt\"%s}}}",
	    members);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), none, &sandbox_log);
}

static inline void
use(const char *members)
{
	config_free(cfg);
	cfg = load(members);
	ok(cfg != NULL && cfg->errors == 0, "good: %.90s", members);
	if (sandbox_logged[0] != '\0')
		diag("%s", sandbox_logged);
	if (cfg == NULL || cfg->errors > 0)
		sandbox_die("settings");
}

static inline void
broken(const char *members, const char *want)
{
	struct config *bad = load(members);

	ok(bad != NULL && bad->errors == 1, "broken: %.90s", members);
	if (!ok(sandbox_log_has(want), "for: %s", want))
		diag("%s", sandbox_logged);
	config_free(bad);
}

/* A token of these two JSON texts, by HMAC under key. */
static inline const char *
token_by(
    enum digest md, const char *key, const char *header, const char *claims)
{
	static char token[16384];
	char part[3][4096];
	unsigned char mac[DIGEST_MAX];
	struct span text;

	signer_base64(
	    part[0], (const unsigned char *)header, strlen(header), true);
	signer_base64(
	    part[1], (const unsigned char *)claims, strlen(claims), true);
	snprintf(token, sizeof(token), "%s.%s", part[0], part[1]);
	text = span_str(token);
	if (!digest_hmac(md, span_str(key), &text, 1, mac))
		sandbox_die("digest_hmac");
	signer_base64(part[2], mac, digest_len(md), true);
	snprintf(token, sizeof(token), "%s.%s.%s", part[0], part[1], part[2]);
	return token;
}

static inline const char *
token(const char *claims)
{
	return token_by(DIGEST_SHA256, SECRET, "{\"alg\":\"HS256\"}", claims);
}

static bool lacked; /* a key, the last time */

static inline enum status
verify(const char *value, const char *body, int64_t now, struct reason *why)
{
	const struct provider *prov = &cfg->provider[0];
	static char header[9000];
	const char *env[] = {
	    header, "REQUEST_METHOD=POST", "HTTP_X_ID=7", NULL};
	struct verified by;
	struct request req;
	enum status st;

	snprintf(header, sizeof(header), "HTTP_AUTHORIZATION=Bearer %s", value);
	*why = (struct reason){""};
	sandbox_request(&req, env, span_str(body));
	st = prov->profile.scheme->verify(prov, &req, now, &by, why);
	lacked = by.lacks_key;
	if (st == ST_OK) {
		is_span(by.text.payload, body, "the body is stored");
		verified_free(&by);
	}
	request_free(&req);
	return st;
}

static inline void
refused(const char *value, const char *want)
{
	struct reason why;

	is_int(verify(value, BODY, NOW, &why), ST_UNVERIFIED, "refused");
	is_str(why.text, want, "and why");
}

static inline void
passes(const char *value)
{
	struct reason why;

	is_int(verify(value, BODY, NOW, &why), ST_OK, "passes: %.40s", value);
	if (why.text[0] != '\0')
		diag("%s", why.text);
}

#define PLAIN ",\"secret_file\":\"s\",\"claims\":\"h={sha256:body}\""

#endif
