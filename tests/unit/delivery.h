/*
 * delivery.h - a vector as a delivery, as it stands or with one thing changed.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "config/config.h"
#include "profile/scheme.h"
#include "vector.h"
#include "verify/verified.h"

#include "../tap.h"

/* A delivery that differs from its vector. */
struct change {
	struct span body;
	int64_t now;
	size_t header;     /* which one, or VECTOR_HEADERS for none */
	const char *value; /* in its place; NULL leaves it out */
	bool twice;        /* sent a second time */
};

/* A set that settings may name; the vector's own then takes its place. */
static const char stand_in[] =
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"stand-in\","
    "\"x\":\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"}]}";

/*
 * The vector's keys, some of which are too short for the settings: the drafts'
 * has 1024 bits.  False if they make no set.
 */
static inline bool
replace_keys(struct provider *prov, struct span jwks)
{
	struct reason why = {""};

	keys_free(&prov->keys);
	/* Where they would come from certificates, these are what came. */
	keycache_free(prov->cache);
	prov->cache = NULL;
	if (keys_from_jwks(&prov->keys, jwks, 1024, &why))
		return true;
	diag("%s", why.text);
	return false;
}

static inline struct config *
load(const struct vector *v, const char *secrets, const char *keys)
{
	const char *source = "\"secret_file\": \"secret\"";
	char settings[VECTOR_MAX], *none[] = {NULL};
	struct config *cfg;
	int len = (int)v->entry.len - 1; /* without its brace */

	if (v->certs)
		source = "\"jwks_stale_days\": 1";
	else if (v->jwks.len > 0)
		source = "\"jwks_file\": \"jwks\"";
	else if (v->keys[0] != '\0' && v->secrets[0] != '\0')
		source = "\"secret_file\": \"secret\", "
			 "\"public_key_file\": \"keys\"";
	else if (v->keys[0] != '\0')
		source = "\"public_key_file\": \"keys\"";
	snprintf(settings, sizeof(settings),
	    "{\"inbox\": \"inbox\", \"providers\": {\"%.*s\": "
	    "%.*s%s%s}}}",
	    (int)v->provider.len, (const char *)v->provider.ptr, len,
	    (const char *)v->entry.ptr, len > 1 ? ", " : "", source);
	sandbox_text("secret", secrets, 0600);
	sandbox_text("keys", keys, 0600);
	sandbox_text("jwks", stand_in, 0600);
	sandbox_log_clear();
	cfg = config_load(
	    sandbox_text("hookdir.json", settings, 0600), none, &sandbox_log);
	if (sandbox_logged[0] != '\0')
		diag("%s", sandbox_logged);
	if (cfg != NULL && v->jwks.len > 0 && cfg->errors == 0 &&
	    !replace_keys(&cfg->provider[0], v->jwks))
		cfg->errors++;
	return cfg;
}

/* The environment of a changed delivery. */
static inline void
make_env(const struct vector *v, const struct change *c, char *env[])
{
	static char text[2 * VECTOR_MAX];
	size_t used = 0, n = 0;

	for (size_t i = 0; i < v->nheader; i++) {
		struct span value = v->header[i].value;
		bool changed = i == c->header;

		if (changed && c->value != NULL)
			value = span_str(c->value);
		if (span_is(v->header[i].name, "Content-Length") ||
		    (changed && c->value == NULL && !c->twice))
			continue;
		for (int k = 0; k < (changed && c->twice ? 2 : 1); k++) {
			env[n++] = text + used;
			used += vector_variable(text + used,
			    sizeof(text) - used, v->header[i].name, value);
		}
	}
	env[n++] = text + used;
	used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "REQUEST_METHOD=%.*s", (int)v->method.len,
		    (const char *)v->method.ptr) +
		1;
	env[n++] = text + used;
	used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "REQUEST_URI=%.*s", (int)v->uri.len,
		    v->uri.len == 0 ? "" : (const char *)v->uri.ptr) +
		1;
	env[n++] = text + used;
	snprintf(text + used, sizeof(text) - used, "CONTENT_LENGTH=%zu",
	    c->body.len);
	env[n] = NULL;
}

/* Deliver; *same says if it passed with what the vector says is stored. */
static inline enum status
deliver(const struct vector *v, const struct provider *prov,
    const struct change *c, bool *same)
{
	struct span want = v->stored.len > 0 ? v->stored : v->body;
	struct sandbox_body source = {c->body, 0, false};
	char *env[2 * VECTOR_HEADERS + 5];
	struct verified ok_by = {.how = NULL};
	struct reason why = {""};
	struct request req;
	enum status st;

	*same = false;
	make_env(v, c, env);
	request_open(&req, env);
	if (request_read(&req, VECTOR_MAX, NULL,
		&(struct request_source){sandbox_body_read, &source},
		&why) != ST_OK)
		sandbox_die(why.text);
	st = prov->profile.scheme->verify(prov, &req, c->now, &ok_by, &why);
	if (st == ST_OK) {
		*same = span_eq(ok_by.text.payload, want);
		verified_free(&ok_by);
	} else if (why.text[0] == '\0') {
		sandbox_die("a refusal without a reason");
	}
	request_free(&req);
	return st;
}

static inline bool
passes(
    const struct vector *v, const struct provider *prov, const struct change *c)
{
	bool same;

	return deliver(v, prov, c, &same) == ST_OK;
}

#endif
