/*
 * bodies.c - bodies that a JSON parser chokes on, through every preset.
 *
 * Whether a delivery is genuine is a matter of its bytes.  What a field of it
 * says can fail to be read; then it is not there, and nothing else changes.
 */
#include "base/encode.h"
#include "base/timestamp.h"
#include "crypto/sigalg.h"
#include "event.h"
#include "http/header.h"
#include "profile/provider.h"
#include "profile/scheme.h"
#include "sandbox.h"
#include "signer.h"
#include "values.h"
#include "verify/schemes.h"
#include "verify/signed_text.h"
#include "verify/verified.h"

#include "../tap.h"

#define NOW 1700000000

/* One request on its way to being signed. */
struct event_fixture {
	struct preset words;
	struct provider prov;
	struct signer signer;
	char text[24][6000];
	char *env[25];
	size_t nenv;
	char ts[TIMESTAMP_TEXT_MAX];
};

static void
put_env(struct event_fixture *s, const char *name, const char *text)
{
	char *at = s->text[s->nenv];
	size_t n;

	if (s->nenv == 24)
		sandbox_die("many headers");
	snprintf(at, sizeof(s->text[0]), "%s%s=%s",
	    header_same(name, "Content-Type") ? "" : "HTTP_", name, text);
	for (n = 0; at[n] != '='; n++) {
		if (at[n] >= 'a' && at[n] <= 'z')
			at[n] = (char)(at[n] - 'a' + 'A');
		else if (at[n] == '-')
			at[n] = '_';
	}
	for (size_t i = 0; i < s->nenv; i++) {
		if (strncmp(s->text[i], at, n + 1) == 0)
			return;
	}
	s->env[s->nenv++] = at;
	s->env[s->nenv] = NULL;
}

static const char *
secret_of(const struct profile *profile)
{
	switch (profile->secret_encoding) {
	case SECRET_HEX:
		return "00112233445566778899aabbccddeeff";
	case SECRET_WHSEC:
		return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	case SECRET_BASE64:
		return "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	case SECRET_RAW:
		break;
	}
	return profile->basic ? "user:password" : "a secret";
}

/* A key of the kind that the profile takes. */
static void
make_keys(struct event_fixture *s)
{
	struct signer *k = &s->signer;
	BIO *bio = BIO_new(BIO_s_mem());
	struct reason why = {""};
	char *pem;
	long len;

	*k = (struct signer){.type = "RSA"};
	if (s->prov.profile.algorithms == ALG_ED25519)
		*k = (struct signer){.type = "ED25519"};
	else if (s->prov.profile.algorithms == ALG_P256_SHA256)
		*k = (struct signer){.type = "EC", .group = "P-256"};
	else if (s->prov.profile.algorithms == ALG_P384_SHA384)
		*k = (struct signer){.type = "EC", .group = "P-384"};
	signer_make(k, 2048);
	PEM_write_bio_PUBKEY(bio, k->pkey);
	len = BIO_get_mem_data(bio, &pem);
	if (!keys_from_pem(
		&s->prov.keys, span_mem(pem, (size_t)len), 2048, &why))
		sandbox_die(why.text);
	BIO_free(bio);
}

/* The preset with what users have to add; false if it is not for this test. */
static bool
event_fixture_open(struct event_fixture *s, const struct preset *preset)
{
	struct reason why = {""};
	struct profile_fault fault = {"", {""}};
	bool ok;

	*s = (struct event_fixture){.words = *preset};
	if (s->words.public_url == NULL)
		s->words.public_url = "https://example.com/hooks/x";
	if (s->words.webhook_id == NULL)
		s->words.webhook_id = "WH-1";
	if (s->words.bound_by == BIND_TOPIC_ARN)
		s->words.topic_arn[0] = "arn:aws:sns:us-east-1:1:x";
	if (s->words.signature[0] == NULL)
		s->words.signature[0] = "X-Chosen";
	ok = scheme_profile(&s->prov.profile, &s->words, 300, &fault);
	if (!ok && strcmp(fault.setting, "signed_payload") == 0) {
		s->words.unsafe_body = true;
		ok = scheme_profile(&s->prov.profile, &s->words, 300, &fault);
	}
	if (!ok(ok, "%s: a profile", preset->name)) {
		diag("%s: %s", fault.setting, fault.why.text);
		return false;
	}
	snprintf(s->prov.name, sizeof(s->prov.name), "%s", preset->name);
	if (s->prov.profile.scheme->macs || !s->prov.profile.scheme->asymmetric)
		ok = secrets_parse(&s->prov.secrets,
		    span_str(secret_of(&s->prov.profile)),
		    s->prov.profile.secret_encoding, &why);
	else
		make_keys(s);
	return ok &&
	       (s->prov.profile.scheme->macs ||
		   s->prov.profile.scheme->asymmetric ||
		   !s->prov.profile.scheme->covers_body) &&
	       strncmp(s->prov.profile.signature[0].text, "json:", 5) != 0;
}

static void
event_fixture_close(struct event_fixture *s)
{
	provider_free(&s->prov);
	EVP_PKEY_free(s->signer.pkey);
}

/* What the profile's first template that needs no field of the body signs. */
static const struct template *
find_template(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		if (!template_has(tpl, OP_JSON) &&
		    !template_has(tpl, OP_FORM) &&
		    !template_has(tpl, OP_SORTEDFORM))
			return tpl;
	}
	return NULL;
}

/* The signature over the text, spelt as it is sent. */
static void
spell(struct event_fixture *s, const struct signed_text *text, char *dst,
    size_t room)
{
	const struct profile *profile = &s->prov.profile;
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	char joined[4096], sig[SIGNER_TEXT_MAX];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char raw[2048];
	size_t len = 0, n = sizeof(raw);

	for (size_t i = 0; i < text->n; i++) {
		if (text->part[i].len > sizeof(joined) - len)
			sandbox_die("a long text");
		if (text->part[i].len > 0)
			memcpy(
			    joined + len, text->part[i].ptr, text->part[i].len);
		len += text->part[i].len;
	}
	if (profile->scheme->macs) {
		verify_macs(&s->prov, text, mac);
		encode_hex(sig, span_mem(mac[0], digest_len(profile->digest)));
	} else {
		if (!EVP_DigestSignInit_ex(ctx, NULL,
			profile->algorithms == ALG_ED25519
			    ? NULL
			    : digest_name(profile->digest),
			NULL, NULL, s->signer.pkey, NULL) ||
		    !EVP_DigestSign(
			ctx, raw, &n, (const unsigned char *)joined, len))
			sandbox_die("a signature");
		signer_base64(sig, raw, n, false);
	}
	EVP_MD_CTX_free(ctx);
	if (profile->timestamp.kind == FIELD_ELEMENT)
		snprintf(dst, room, "%s%s%c%.*s%s", profile->timestamp.arg,
		    s->ts, profile->separator, (int)profile->prefix.len,
		    profile->prefix.len == 0
			? ""
			: (const char *)profile->prefix.ptr,
		    sig);
	else
		snprintf(dst, room, "%.*s%s", (int)profile->prefix.len,
		    profile->prefix.len == 0
			? ""
			: (const char *)profile->prefix.ptr,
		    sig);
}

/* Everything but the body's own signature; false if it cannot be signed. */
static bool
sign(struct event_fixture *s, struct request *req, struct span body)
{
	const struct profile *profile = &s->prov.profile;
	const struct template *tpl = find_template(profile);
	struct template_input in = {.req = req,
	    .url = profile->public_url,
	    .webhook_id = profile->webhook_id,
	    .unsafe_body = profile->unsafe_body};
	struct signed_text text;
	char name[128], spelt[5000];

	s->nenv = 0;
	put_env(s, "Content-Type", "application/json");
	snprintf(s->ts, sizeof(s->ts), "%d", NOW);
	if (profile->coverage.form == TIMESTAMP_MILLISECONDS)
		strcat(s->ts, "000");
	else if (profile->coverage.form == TIMESTAMP_RFC3339)
		timestamp_format(s->ts, &(struct timespec){NOW, 0});
	if (profile->timestamp.kind == FIELD_HEADER)
		put_env(s, profile->timestamp.arg, s->ts);
	/* Any that its preset allows: the key goes by every name. */
	if (profile->certificate_url.kind == FIELD_HEADER)
		put_env(s, profile->certificate_url.arg,
		    "https://api.paypal.com/v1/notifications/certs/CERT-1");
	for (size_t i = 0; tpl != NULL && i < tpl->n; i++) {
		if (tpl->part[i].op == OP_HEADER)
			put_env(s, tpl->part[i].arg, "value-1");
	}
	*req = (struct request){
	    .env = s->env, .method = span_str("POST"), .body = body};
	if (!profile->scheme->covers_body) {
		snprintf(spelt, sizeof(spelt), "%.*s%s",
		    (int)profile->prefix.len,
		    profile->prefix.len == 0
			? ""
			: (const char *)profile->prefix.ptr,
		    profile->basic ? "dXNlcjpwYXNzd29yZA==" : "a secret");
		put_env(s, profile->signature[0].text, spelt);
		return true;
	}
	in.ts = span_str(s->ts);
	if (tpl == NULL || template_fill(tpl, &in, &text) != ST_OK)
		return false;
	spell(s, &text, spelt, sizeof(spelt));
	signed_text_free(&text);
	snprintf(name, sizeof(name), "%s", profile->signature[0].text);
	if (strchr(name, '*') != NULL)
		*strchr(name, '*') = '1';
	put_env(s, name, spelt);
	return true;
}

/* It passes, it is stored as it is, and its header is one. */
static bool
goes_through(struct event_fixture *s, struct span body)
{
	struct timespec now = {NOW, 0};
	struct verified by = {.how = NULL};
	struct reason why = {""};
	struct request req;
	struct event event;
	bool good;

	if (!sign(s, &req, body) || s->prov.profile.scheme->verify(&s->prov,
					&req, NOW, &by, &why) != ST_OK) {
		diag("%s", why.text);
		return false;
	}
	good =
	    span_eq(by.text.payload, body) &&
	    event_make(&event, &(struct event_input){&s->prov, &req, &by, &now},
		&why) == ST_OK;
	if (good) {
		const char *end = strstr(event.head, "\n\n");

		good = end != NULL && event.name[0] != '\0' &&
		       end + 2 == event.head + event.file.head.len &&
		       strlen(event.head) == event.file.head.len &&
		       strstr(event.head, "\nX-Evil") == NULL;
		event_free(&event);
	}
	verified_free(&by);
	return good;
}

static bool
is_refused(struct event_fixture *s, struct span body)
{
	struct verified by = {.how = NULL};
	struct reason why = {""};
	char more[4096];
	struct request req;

	sign(s, &req, body);
	memcpy(more, body.ptr, body.len);
	more[body.len] = ' ';
	req.body = span_mem(more, body.len + 1);
	return s->prov.profile.scheme->verify(&s->prov, &req, NOW, &by, &why) !=
	       ST_OK;
}

/* The value in the places that the preset reads, behind a time if it needs. */
static struct span
make_body(const struct event_fixture *s, size_t i, bool whole, char dst[4096])
{
	const struct field *time = &s->prov.profile.timestamp;
	const struct field *field[] = {
	    &s->prov.profile.id, &s->prov.profile.type};
	size_t len = 0;

	if (whole && time->kind != FIELD_JSON) {
		memcpy(dst, value[i].text, value[i].len);
		return span_mem(dst, value[i].len);
	}
	len += (size_t)sprintf(dst, "{\"pad\":\"\"");
	if (time->kind == FIELD_JSON)
		len +=
		    (size_t)sprintf(dst + len, ",\"%s\":%d000", time->arg, NOW);
	for (size_t k = 0; k < 2; k++) {
		const char *name =
		    field[k]->kind == FIELD_JSON ? field[k]->arg : "other";

		/* Of "a.b", the a: it is no object then. */
		len += (size_t)sprintf(
		    dst + len, ",\"%.*s\":", (int)strcspn(name, "."), name);
		memcpy(dst + len, value[i].text, value[i].len);
		len += value[i].len;
	}
	dst[len++] = '}';
	return span_mem(dst, len);
}

/* True if nothing of the time, which is in the body, can be read any more. */
static bool
loses_time(struct event_fixture *s, struct span body)
{
	struct request req = {.body = body};
	struct field_value found;
	bool lost;

	if (s->prov.profile.timestamp.kind != FIELD_JSON)
		return false;
	lost = field_get(&s->prov.profile.timestamp, &req, body, &found) != 1;
	field_value_free(&found);
	return lost;
}

static void
test_preset(const struct preset *preset)
{
	unsigned bad = 0, open = 0, tried = 0;
	static struct event_fixture s;
	char buf[4096];

	if (!event_fixture_open(&s, preset)) {
		event_fixture_close(&s);
		return;
	}
	for (size_t i = 0; i < 2 * VALUES; i++) {
		struct span body = make_body(&s, i / 2, i % 2 == 0, buf);

		if (body.len == 0 || loses_time(&s, body) ||
		    (s.prov.profile.takes_field && span_is(body, "undefined")))
			continue;
		tried++;
		if (!goes_through(&s, body)) {
			diag("%s: %.60s", preset->name, value[i / 2].text);
			bad++;
		}
		open += s.prov.profile.scheme->covers_body &&
			!s.prov.profile.unsafe_body && !is_refused(&s, body);
	}
	ok(find_template(&s.prov.profile) == NULL ? true : tried > 0,
	    "%s: %u bodies", preset->name, tried);
	if (find_template(&s.prov.profile) != NULL)
		is_int(bad, 0, "each goes through as it is");
	is_int(open, 0, "and not with a byte more");
	event_fixture_close(&s);
}

int
main(void)
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		test_preset(preset);
	return done();
}
