/*
 * bodies.c - bodies that a JSON parser chokes on, through every preset.
 *
 * Whether a delivery is genuine is a matter of its bytes.  What a field of it
 * says can fail to be read; then it is not there, and nothing else changes.
 */
#include "box.h"
#include "event.h"
#include "provider.h"
#include "scheme.h"
#include "sigalg.h"
#include "signer.h"
#include "values.h"
#include "verify.h"

#include "../tap.h"

#define NOW 1700000000

/* One request on its way to being signed. */
struct scene {
	struct preset words;
	struct provider prov;
	struct signer signer;
	char text[24][6000];
	char *env[25];
	size_t nenv;
	char ts[32];
};

static void
put_env(struct scene *s, const char *name, const char *text)
{
	char *at = s->text[s->nenv];
	size_t n;

	if (s->nenv == 24)
		box_die("many headers");
	snprintf(at, sizeof(s->text[0]), "%s%s=%s",
	    request_same_name(name, "Content-Type") ? "" : "HTTP_", name, text);
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
secret_of(const struct rule *rule)
{
	switch (rule->key) {
	case KEY_HEX:
		return "00112233445566778899aabbccddeeff";
	case KEY_WHSEC:
		return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	case KEY_BASE64:
		return "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
	case KEY_RAW:
		break;
	}
	return rule->basic ? "user:password" : "a secret";
}

/* A key of the kind that the rule takes. */
static void
make_keys(struct scene *s)
{
	struct signer *k = &s->signer;
	BIO *bio = BIO_new(BIO_s_mem());
	struct reason why = {""};
	char *pem;
	long len;

	*k = (struct signer){.type = "RSA"};
	if (s->prov.rule.algorithms == ALG_ED25519)
		*k = (struct signer){.type = "ED25519"};
	else if (s->prov.rule.algorithms == ALG_P256_SHA256)
		*k = (struct signer){.type = "EC", .group = "P-256"};
	else if (s->prov.rule.algorithms == ALG_P384_SHA384)
		*k = (struct signer){.type = "EC", .group = "P-384"};
	signer_make(k, 2048);
	PEM_write_bio_PUBKEY(bio, k->pkey);
	len = BIO_get_mem_data(bio, &pem);
	if (!keys_from_pem(
		&s->prov.keys, span_mem(pem, (size_t)len), 2048, &why))
		box_die(why.text);
	BIO_free(bio);
}

/* The preset with what users have to add; false if it is not for this test. */
static bool
open_scene(struct scene *s, const struct preset *preset)
{
	struct reason why = {""};
	const char *key = "";
	bool ok;

	*s = (struct scene){.words = *preset};
	if (s->words.url == NULL)
		s->words.url = "https://example.com/hooks/x";
	if (s->words.webhook_id == NULL)
		s->words.webhook_id = "WH-1";
	if (s->words.signature[0] == NULL)
		s->words.signature[0] = "X-Chosen";
	ok = rule_make(&s->prov.rule, &s->words, 300, &key, &why);
	if (!ok && strcmp(key, "signed") == 0) {
		s->words.unsafe_body = true;
		ok = rule_make(&s->prov.rule, &s->words, 300, &key, &why);
	}
	if (!ok(ok, "%s: a rule", preset->name)) {
		diag("%s: %s", key, why.text);
		return false;
	}
	snprintf(s->prov.name, sizeof(s->prov.name), "%s", preset->name);
	if (s->prov.rule.scheme->macs || !s->prov.rule.scheme->keyed)
		ok = secrets_parse(&s->prov.secrets,
		    span_str(secret_of(&s->prov.rule)), s->prov.rule.key, &why);
	else
		make_keys(s);
	return ok &&
	       (s->prov.rule.scheme->macs || s->prov.rule.scheme->keyed ||
		   !s->prov.rule.scheme->covers_body) &&
	       strncmp(s->prov.rule.signature[0], "json:", 5) != 0;
}

static void
close_scene(struct scene *s)
{
	provider_free(&s->prov);
	EVP_PKEY_free(s->signer.pkey);
}

/* What the rule's first template that needs no field of the body signs. */
static const struct template *
find_template(const struct rule *rule)
{
	for (size_t i = 0; i < rule->nsigned; i++) {
		const struct template *tpl = &rule->signed_text[i];

		if (!template_has(tpl, OP_JSON) &&
		    !template_has(tpl, OP_FORM) &&
		    !template_has(tpl, OP_SORTEDFORM))
			return tpl;
	}
	return NULL;
}

/* The signature over the text, spelt as it is sent. */
static void
spell(struct scene *s, const struct signed_text *text, char *dst, size_t room)
{
	const struct rule *rule = &s->prov.rule;
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	char joined[4096], sig[SIGNER_TEXT_MAX];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char raw[2048];
	size_t len = 0, n = sizeof(raw);

	for (size_t i = 0; i < text->n; i++) {
		if (text->part[i].len > sizeof(joined) - len)
			box_die("a long text");
		if (text->part[i].len > 0)
			memcpy(
			    joined + len, text->part[i].ptr, text->part[i].len);
		len += text->part[i].len;
	}
	if (rule->scheme->macs) {
		verify_macs(&s->prov, text, mac);
		digest_hex(sig, span_mem(mac[0], digest_len(rule->digest)));
	} else {
		if (!EVP_DigestSignInit_ex(ctx, NULL,
			rule->algorithms == ALG_ED25519
			    ? NULL
			    : digest_name(rule->digest),
			NULL, NULL, s->signer.pkey, NULL) ||
		    !EVP_DigestSign(
			ctx, raw, &n, (const unsigned char *)joined, len))
			box_die("a signature");
		signer_base64(sig, raw, n, false);
	}
	EVP_MD_CTX_free(ctx);
	if (rule->timestamp.kind == FIELD_ELEMENT)
		snprintf(dst, room, "%s%s%c%.*s%s", rule->timestamp.arg, s->ts,
		    rule->separator, (int)rule->prefix.len,
		    rule->prefix.len == 0 ? "" : (const char *)rule->prefix.ptr,
		    sig);
	else
		snprintf(dst, room, "%.*s%s", (int)rule->prefix.len,
		    rule->prefix.len == 0 ? "" : (const char *)rule->prefix.ptr,
		    sig);
}

/* Everything but the body's own signature; false if it cannot be signed. */
static bool
sign(struct scene *s, struct request *req, struct span body)
{
	const struct rule *rule = &s->prov.rule;
	const struct template *tpl = find_template(rule);
	struct template_input in = {.req = req,
	    .url = rule->url,
	    .webhook_id = rule->webhook_id,
	    .unsafe_body = rule->unsafe_body};
	struct signed_text text;
	char name[128], spelt[5000];

	s->nenv = 0;
	put_env(s, "Content-Type", "application/json");
	snprintf(s->ts, sizeof(s->ts), "%d", NOW);
	if (rule->timestamp.kind == FIELD_JSON)
		strcat(s->ts, "000");
	if (rule->timestamp.kind == FIELD_HEADER)
		put_env(s, rule->timestamp.arg, s->ts);
	/* Any that its preset allows: the key goes by every name. */
	if (rule->cert.kind == FIELD_HEADER)
		put_env(s, rule->cert.arg,
		    "https://api.paypal.com/v1/notifications/certs/CERT-1");
	for (size_t i = 0; tpl != NULL && i < tpl->n; i++) {
		if (tpl->part[i].op == OP_HEADER)
			put_env(s, tpl->part[i].arg, "value-1");
	}
	*req = (struct request){
	    .env = s->env, .method = span_str("POST"), .body = body};
	if (!rule->scheme->covers_body) {
		snprintf(spelt, sizeof(spelt), "%.*s%s", (int)rule->prefix.len,
		    rule->prefix.len == 0 ? "" : (const char *)rule->prefix.ptr,
		    rule->basic ? "dXNlcjpwYXNzd29yZA==" : "a secret");
		put_env(s, rule->signature[0], spelt);
		return true;
	}
	in.ts = span_str(s->ts);
	if (tpl == NULL || template_fill(tpl, &in, &text) != ST_OK)
		return false;
	spell(s, &text, spelt, sizeof(spelt));
	signed_text_free(&text);
	snprintf(name, sizeof(name), "%s", rule->signature[0]);
	if (strchr(name, '*') != NULL)
		*strchr(name, '*') = '1';
	put_env(s, name, spelt);
	return true;
}

/* It passes, it is stored as it is, and its header is one. */
static bool
goes_through(struct scene *s, struct span body)
{
	struct timespec now = {NOW, 0};
	struct verified by = {.how = NULL};
	struct reason why = {""};
	struct request req;
	struct event event;
	bool good;

	if (!sign(s, &req, body) || s->prov.rule.scheme->verify(&s->prov, &req,
					NOW, &by, &why) != ST_OK) {
		diag("%s", why.text);
		return false;
	}
	good = span_eq(by.text.payload, body) &&
	       event_make(&event, &s->prov, &req, &by, &now, &why) == ST_OK;
	if (good) {
		const char *end = strstr(event.head, "\n\n");

		good = end != NULL && event.name[0] != '\0' &&
		       end + 2 == event.head + event.head_len &&
		       strlen(event.head) == event.head_len &&
		       strstr(event.head, "\nX-Evil") == NULL;
		event_free(&event);
	}
	verified_free(&by);
	return good;
}

static bool
is_refused(struct scene *s, struct span body)
{
	struct verified by = {.how = NULL};
	struct reason why = {""};
	char more[4096];
	struct request req;

	sign(s, &req, body);
	memcpy(more, body.ptr, body.len);
	more[body.len] = ' ';
	req.body = span_mem(more, body.len + 1);
	return s->prov.rule.scheme->verify(&s->prov, &req, NOW, &by, &why) !=
	       ST_OK;
}

/* The value in the places that the preset reads, behind a time if it needs. */
static struct span
make_body(const struct scene *s, size_t i, bool whole, char dst[4096])
{
	const struct field *time = &s->prov.rule.timestamp;
	const struct field *field[] = {&s->prov.rule.id, &s->prov.rule.type};
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
loses_time(struct scene *s, struct span body)
{
	struct request req = {.body = body};
	struct field_value found;
	bool lost;

	if (s->prov.rule.timestamp.kind != FIELD_JSON)
		return false;
	lost = field_get(&s->prov.rule.timestamp, &req, body, &found) != 1;
	field_value_free(&found);
	return lost;
}

static void
test_preset(const struct preset *preset)
{
	unsigned bad = 0, open = 0, tried = 0;
	static struct scene s;
	char buf[4096];

	if (!open_scene(&s, preset)) {
		close_scene(&s);
		return;
	}
	for (size_t i = 0; i < 2 * VALUES; i++) {
		struct span body = make_body(&s, i / 2, i % 2 == 0, buf);

		if (body.len == 0 || loses_time(&s, body) ||
		    (s.prov.rule.takes_field && span_is(body, "undefined")))
			continue;
		tried++;
		if (!goes_through(&s, body)) {
			diag("%s: %.60s", preset->name, value[i / 2].text);
			bad++;
		}
		open += s.prov.rule.scheme->covers_body &&
			!s.prov.rule.unsafe_body && !is_refused(&s, body);
	}
	ok(find_template(&s.prov.rule) == NULL ? true : tried > 0,
	    "%s: %u bodies", preset->name, tried);
	if (find_template(&s.prov.rule) != NULL)
		is_int(bad, 0, "each goes through as it is");
	is_int(open, 0, "and not with a byte more");
	close_scene(&s);
}

int
main(void)
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		test_preset(preset);
	return done();
}
