/*
 * vectors.c - real deliveries, the whole way from the settings to the verdict.
 *
 * Each must be found genuine, and stored as what was signed.  Then, one at a
 * time, each byte is changed, each end cut off, each header left out or sent
 * twice, the clock moved and the secret changed: none of that may pass.
 */
#include "base/timestamp.h"
#include "delivery.h"

#include "../tap.h"

#define PRESETS  128
#define AT_LEAST 90 /* vectors there must be: an empty folder passes nothing */

static void
test_field(const struct field *field, const struct request *req,
    struct span body, struct span want, const char *what)
{
	struct field_value got = {.owned = NULL};

	if (want.len == 0)
		return;
	is_int(field_get(field, req, body, &got), 1, "it has %s", what);
	is_mem(got.text, want, "this %s", what);
	field_value_free(&got);
}

/* The event's id and type are what the vector says. */
static void
test_fields(
    const struct vector *v, const struct provider *prov, const struct change *c)
{
	struct sandbox_body source = {c->body, 0, false};
	char *env[2 * VECTOR_HEADERS + 5];
	struct span body = v->stored.len > 0 ? v->stored : v->body;
	struct reason why = {""};
	struct request req;

	make_env(v, c, env);
	request_open(&req, env);
	if (request_read(&req, VECTOR_MAX, NULL,
		&(struct request_source){sandbox_body_read, &source},
		&why) != ST_OK)
		sandbox_die(why.text);
	test_field(&prov->profile.id, &req, body, v->id, "id");
	test_field(&prov->profile.type, &req, body, v->type, "type");
	request_free(&req);
}

/*
 * Remember which presets have shown all that they say: a delivery that passes,
 * with its id and its type.
 */
static void
mark_preset(const struct vector *v, const struct profile *profile, bool shown[])
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++) {
		if (i < PRESETS && span_is(v->provider, preset->name) &&
		    (v->id.len > 0 || profile->id.kind == FIELD_NONE) &&
		    (v->type.len > 0 || profile->type.kind == FIELD_NONE ||
			profile->type.kind == FIELD_CONST))
			shown[i] = true;
	}
}

/*
 * A changed body may pass only where the body is more than what was signed,
 * and then what is stored is what was signed all the same.
 */
static bool
body_fools(const struct vector *v, const struct provider *prov,
    struct change *c, struct span body)
{
	bool same;

	c->body = body;
	return deliver(v, prov, c, &same) == ST_OK &&
	       !(v->stored.len > 0 && same);
}

static void
test_body(const struct vector *v, const struct provider *prov, struct change c)
{
	static const unsigned char flip[] = {0x01, 0x20, 0x80};
	bool form =
	    template_has(&prov->profile.signed_payload[0], OP_SORTEDFORM);
	static unsigned char body[VECTOR_MAX + 1];
	size_t len = v->body.len;
	unsigned fooled = 0;

	memcpy(body, v->body.ptr, len);
	for (size_t i = 0; i < len; i++) {
		for (size_t k = 0; k < sizeof(flip); k++) {
			if (form && flip[k] == 0x20)
				continue; /* %2B and %2b are one byte */
			body[i] ^= flip[k];
			fooled += body_fools(v, prov, &c, span_mem(body, len));
			body[i] ^= flip[k];
		}
	}
	is_int(fooled, 0, "no byte of the body can be changed");
	for (size_t i = 0; i < len; i++)
		fooled += body_fools(v, prov, &c, span_mem(body, i));
	is_int(fooled, 0, "nor can it be cut short anywhere");
	for (const char *more = "\n }&\x80"; *more != '\0'; more++) {
		if (form && *more == '&')
			continue; /* a field of nothing adds no byte */
		body[len] = (unsigned char)*more;
		fooled += body_fools(v, prov, &c, span_mem(body, len + 1));
	}
	body[len] = '\0';
	fooled += body_fools(v, prov, &c, span_mem(body, len + 1));
	is_int(fooled, 0, "nor can anything be added");
}

static void
test_signature(
    const struct vector *v, const struct provider *prov, struct change c)
{
	struct span header = v->header[c.header].value;
	size_t len = header.len, bare = len;
	unsigned passed = 0;
	char value[1024];

	while (bare > 0 && header.ptr[bare - 1] == '=')
		bare--;
	snprintf(
	    value, sizeof(value), "%.*s", (int)len, (const char *)header.ptr);
	c.value = value;
	for (size_t i = 0; i < len; i++) {
		value[i] ^= 1;
		passed += passes(v, prov, &c);
		value[i] ^= 1;
	}
	is_int(passed, 0, "no byte of the signature can be changed");
	for (size_t i = len; i-- > 0;) {
		value[i] = '\0';
		/* Base64 without its padding is the same signature. */
		if (i == bare)
			ok(passes(v, prov, &c), "only its padding may go");
		else
			passed += passes(v, prov, &c);
	}
	is_int(passed, 0, "nor can it be cut short anywhere");
	snprintf(
	    value, sizeof(value), "%.*s0", (int)len, (const char *)header.ptr);
	ok(!passes(v, prov, &c), "nor can anything be added");
	c.value = "";
	ok(!passes(v, prov, &c), "nor may it be empty");
	c.value = NULL;
	ok(!passes(v, prov, &c), "nor missing");
	c.twice = true;
	ok(!passes(v, prov, &c), "nor there twice");
}

static void
test_time(const struct vector *v, const struct provider *prov, struct change c)
{
	long window = prov->profile.tolerance;

	if (prov->profile.scheme->timed) {
		/* Several times may be signed, a few seconds apart. */
		for (int way = -1; way <= 1; way += 2) {
			c.now = v->now + way * (window - 5);
			ok(passes(v, prov, &c), "%ld s off is in time",
			    way * (window - 5));
			c.now += way * 10;
			ok(!passes(v, prov, &c), "ten more are not");
		}
		return;
	}
	if (prov->profile.timestamp.kind == FIELD_NONE || window < 0)
		return;
	for (int way = -1; way <= 1; way += 2) {
		c.now = v->now + way * window;
		ok(passes(v, prov, &c), "%ld s off is in time", way * window);
		c.now += way;
		ok(!passes(v, prov, &c), "one more is not");
	}
}

static void
test_other_secret(const struct vector *v, const struct change *c)
{
	char secrets[sizeof(v->secrets)];
	struct config *cfg;

	snprintf(secrets, sizeof(secrets), "%s", v->secrets);
	for (char *at = secrets; at != NULL && *at != '\0';) {
		char *first = at;

		if (strncmp(at, "whsec_", 6) == 0)
			first += 6;
		*first = *first == '1' ? '2' : '1';
		at = strchr(at, '\n');
		at = at == NULL ? NULL : at + 1;
	}
	cfg = load(v, secrets, v->keys);
	if (!ok(cfg != NULL && cfg->errors == 0, "another secret loads"))
		return;
	ok(!passes(v, &cfg->provider[0], c), "and does not fit");
	config_free(cfg);
}

/* Each line but for one digit; what is then no key is as good. */
static void
test_other_line(const struct vector *v, const struct change *c)
{
	char keys[sizeof(v->keys)];
	struct config *cfg;

	snprintf(keys, sizeof(keys), "%s", v->keys);
	for (char *at = keys; (at = strchr(at, '\n')) != NULL; at++)
		at[-3] = at[-3] == '1' ? '2' : '1';
	cfg = load(v, v->secrets, keys);
	ok(cfg == NULL || cfg->errors > 0 || !passes(v, &cfg->provider[0], c),
	    "another key does not fit");
	config_free(cfg);
}

/* The same key but for one digit, and the same key by another id. */
static void
test_other_key(
    const struct vector *v, struct provider *prov, const struct change *c)
{
	static const char *const before[] = {
	    "\"n\":\"", "\"x\":\"", "\"kid\":\""};
	char jwks[VECTOR_MAX];

	for (size_t i = 0; i < 3; i++) {
		char *at;

		snprintf(jwks, sizeof(jwks), "%.*s", (int)v->jwks.len,
		    (const char *)v->jwks.ptr);
		if ((at = strstr(jwks, before[i])) == NULL)
			continue;
		at += strlen(before[i]) + 2;
		*at = *at == 'A' ? 'B' : 'A';
		/* A point beside its curve is no key to begin with. */
		ok(!replace_keys(prov, span_str(jwks)) || !passes(v, prov, c),
		    "another %.*s does not fit", 3, before[i] + 1);
	}
	ok(replace_keys(prov, v->jwks) && passes(v, prov, c),
	    "and the right one does");
}

static void
test_vector(const struct vector *v, const char *name, bool shown[])
{
	struct change c = {v->body, v->now, VECTOR_HEADERS, NULL, false};
	struct config *cfg = load(v, v->secrets, v->keys);
	const struct provider *prov;
	bool same = false;

	if (!ok(cfg != NULL && cfg->errors == 0 && cfg->nprovider == 1,
		"%s: its settings are good", name)) {
		config_free(cfg);
		return;
	}
	prov = config_provider(cfg, v->provider);
	is_int(deliver(v, prov, &c, &same), v->verified ? ST_OK : ST_UNVERIFIED,
	    "%s", name);
	if (v->verified) {
		ok(same, "what is stored is what was signed");
		test_fields(v, prov, &c);
		mark_preset(v, &prov->profile, shown);
		if (prov->profile.scheme->covers_body &&
		    !prov->profile.unsafe_body)
			test_body(v, prov, c);
		test_time(v, prov, c);
		if (v->jwks.len > 0)
			test_other_key(v, &cfg->provider[0], &c);
		else if (v->keys[0] != '\0')
			test_other_line(v, &c);
		else
			test_other_secret(v, &c);
	}
	for (size_t i = 0; i < v->nheader; i++) {
		c.header = i;
		if (span_eq(v->header[i].name, v->signature))
			test_signature(v, prov, c);
	}
	config_free(cfg);
}

static void
test_presets(const bool shown[])
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		ok(i < PRESETS && shown[i],
		    "%s has a vector, with its id and type", preset->name);
}

int
main(void)
{
	static struct vector v;
	char *name[VECTOR_FILES], path[SANDBOX_PATH_MAX];
	size_t n = vector_list(name);
	bool shown[PRESETS] = {false};
	unsigned run = 0;

	sandbox_make();
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof(path), VECTOR_FOLDER "/%s", name[i]);
		if (ok(vector_read(&v, path), "%s can be read", name[i]) &&
		    v.needs.len == 0) {
			test_vector(&v, name[i], shown);
			run++;
		}
		free(name[i]);
	}
	test_presets(shown);
	ok(run >= AT_LEAST, "%u vectors were run", run);
	sandbox_remove(sandbox_dir);
	return done();
}
