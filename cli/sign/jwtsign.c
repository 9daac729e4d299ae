/* jwtsign.c - a token of the claims that the receiver asks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "jwtsign.h"
#include "parse/json.h"
#include "privkey.h"
#include "profile/provider.h"
#include "profile/scheme.h"
#include "spell.h"
#include "verify/verified.h"

/* One token being made. */
struct maker {
	const struct httpsign *sign;
	const struct provider *prov;
	const struct privkey *key; /* NULL: the provider's first secret */
	unsigned alg;
};

static bool
fail(struct reason *why, const char *text)
{
	reason_set(why, "%s", text);
	return false;
}

static void
put_parts(FILE *f, const struct signed_text *text)
{
	size_t len = 0;
	char *joined = signed_text_join(text, &len);

	if (joined != NULL)
		json_put_string(f, span_mem(joined, len), JSON_UTF8);
	free(joined);
}

/* A digest as the sender spells it; templates have it in hexadecimal. */
static void
put_digest(FILE *f, const struct profile *profile, struct span hex)
{
	unsigned char bytes[DIGEST_MAX];
	char spelt[SPELL_MAX] = "";

	if (decode_hex(bytes, hex.len / 2, hex))
		spell_bytes(spelt, profile->signature_encoding,
		    span_mem(bytes, hex.len / 2));
	json_put_string(f, span_str(spelt), JSON_UTF8);
}

static bool
put_claims(const struct maker *m, FILE *f, struct reason *why)
{
	const struct profile *profile = &m->prov->profile;
	struct template_input in =
	    profile_input(profile, m->sign->req, (struct span){NULL, 0});

	fprintf(f, "{\"iat\":%lld", (long long)m->sign->created);
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];
		struct signed_text text;

		if (template_fill(tpl, &in, &text) != ST_OK) {
			reason_set(
			    why, "cannot make the claim %s", profile->claim[i]);
			return false;
		}
		putc(',', f);
		json_put_string(f, span_str(profile->claim[i]), JSON_UTF8);
		putc(':', f);
		if (text.n == 1 && template_has(tpl, OP_HASH))
			put_digest(f, profile, text.part[0]);
		else
			put_parts(f, &text);
		signed_text_free(&text);
	}
	putc('}', f);
	return true;
}

static void
put_header(const struct maker *m, FILE *f)
{
	fprintf(f, "{\"alg\":\"%s\",\"typ\":\"JWT\"",
	    sigalg_name(ALG_NAMES_JOSE, m->alg));
	if (m->sign->in->kid != NULL) {
		fputs(",\"kid\":", f);
		json_put_string(f, span_str(m->sign->in->kid), JSON_UTF8);
	}
	putc('}', f);
}

/* Add text to f in base64url; false without memory. */
static bool
put_base64url(FILE *f, struct span text)
{
	char *dst = malloc(ENCODE_BASE64_ROOM(text.len));

	if (dst == NULL)
		return false;
	encode_base64url(dst, text);
	fputs(dst, f);
	free(dst);
	return true;
}

static bool
put_signature(
    const struct maker *m, FILE *f, struct span text, struct reason *why)
{
	unsigned char bytes[PRIVKEY_SIGNATURE_MAX];
	char base64[PRIVKEY_SIGNATURE_MAX];
	ptrdiff_t n = DIGEST_SHA256_LEN;

	if (m->key == NULL) {
		if (!digest_hmac(DIGEST_SHA256, secret_at(&m->prov->secrets, 0),
			&text, 1, bytes))
			return fail(why, "out of memory");
	} else {
		if (!privkey_sign(
			m->key, m->alg, ALG_NAMES_JOSE, text, base64, why))
			return false;
		n = decode_base64(bytes, sizeof(bytes), span_str(base64));
	}
	putc('.', f);
	return (n > 0 && put_base64url(f, span_mem(bytes, (size_t)n))) ||
	       fail(why, "out of memory");
}

/* One of the two JSON objects, malloc'd; NULL with why set. */
static char *
make_object(const struct maker *m, bool claims, size_t *len, struct reason *why)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	bool ok = f != NULL;

	if (f == NULL) {
		reason_set(why, "out of memory");
		return NULL;
	}
	if (claims)
		ok = put_claims(m, f, why);
	else
		put_header(m, f);
	if (fclose(f) == 0 && ok)
		return text;
	free(text);
	return NULL;
}

static bool
put_token(const struct maker *m, FILE *f, char *const *token, const size_t *len,
    struct reason *why)
{
	size_t prefix = m->prov->profile.prefix.len;

	if (prefix > 0)
		fwrite(m->prov->profile.prefix.ptr, 1, prefix, f);
	for (int i = 0; i < 2; i++) {
		size_t n = 0;
		char *object = make_object(m, i == 1, &n, why);
		bool ok = object != NULL;

		if (i == 1)
			putc('.', f);
		ok = ok && put_base64url(f, span_mem(object, n));
		free(object);
		if (!ok)
			return false;
	}
	fflush(f);
	return put_signature(
	    m, f, span_mem(*token + prefix, *len - prefix), why);
}

static bool
add_token(const struct maker *m, struct reason *why)
{
	char *token = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&token, &len);
	bool ok = f != NULL && put_token(m, f, &token, &len, why);

	if (f != NULL && fclose(f) != 0)
		ok = fail(why, "out of memory");
	ok = ok &&
	     headers_add(m->sign->headers, m->prov->profile.signature[0].text,
		 span_mem(token, len), why);
	free(token);
	return ok;
}

/* With the key's own other half, for the sender's set may not have it yet. */
static bool
check(const struct maker *m, struct reason *why)
{
	struct provider self = *m->prov;
	struct verified ok;

	if (m->key != NULL) {
		self.secrets.n = 0;
		self.keys = m->key->public;
		self.cache = NULL;
	}
	if (self.profile.scheme->verify(
		&self, m->sign->req, m->sign->created, &ok, why) != ST_OK)
		return false;
	verified_free(&ok);
	return true;
}

static bool
sign(struct maker *m, struct reason *why)
{
	unsigned set = ALG_HMAC_SHA256;

	if (m->key != NULL)
		set = sigalg_of_kind(m->key->public.item[0].pub.kind) &
		      sigalg_all_named(ALG_NAMES_JOSE);
	set &= m->prov->profile.algorithms;
	m->alg = set & (~set + 1);
	if (m->alg == 0)
		return fail(why, "no algorithm fits the key and the settings");
	return add_token(m, why) && check(m, why);
}

bool
jwtsign_add(const struct httpsign *in, struct reason *why)
{
	struct maker m = {.sign = in, .prov = in->in->prov};
	struct privkey key;
	bool ok;

	if (in->in->key == NULL)
		return sign(&m, why);
	if (!privkey_read(&key, in->in->key, why))
		return false;
	m.key = &key;
	ok = sign(&m, why);
	privkey_free(&key);
	return ok;
}
