/* jwtsign.c - a token of the claims that the receiver asks for. */
#include <stdio.h>
#include <stdlib.h>

#include "base/encode.h"
#include "base/stream.h"
#include "crypto/digest.h"
#include "jwtsign.h"
#include "lacking.h"
#include "parse/json.h"
#include "sig_encode.h"
#include "signer.h"

static bool
fail(struct reason *why, const char *text)
{
	reason_set(why, "%s", text);
	return false;
}

static bool
put_parts(FILE *f, const struct signed_text *text)
{
	size_t len = 0;
	char *joined = signed_text_join(text, &len);

	if (joined == NULL)
		return false;
	json_put_string(f, span_mem(joined, len), JSON_UTF8);
	free(joined);
	return true;
}

/* A digest as the sender encodes it; templates have it in hexadecimal. */
static bool
put_digest(FILE *f, const struct profile *profile, struct span hex)
{
	unsigned char bytes[DIGEST_MAX];
	char text[SIG_ENCODE_MAX];

	if (!decode_hex(bytes, hex.len / 2, hex))
		return false;
	sig_encode(
	    text, profile->signature_encoding, span_mem(bytes, hex.len / 2));
	json_put_string(f, span_str(text), JSON_UTF8);
	return true;
}

static bool
put_claim(FILE *f, const struct profile *profile, const struct template *tpl,
    const struct template_input *in)
{
	struct signed_text text;
	bool ok;

	if (template_fill(tpl, in, &text) != ST_OK)
		return false;
	ok = text.n == 1 && template_has(tpl, OP_HASH)
		 ? put_digest(f, profile, text.part[0])
		 : put_parts(f, &text);
	signed_text_free(&text);
	return ok;
}

static bool
put_claims(const struct signer *signer, FILE *f, struct reason *why)
{
	const struct profile *profile = &signer->prov->profile;
	struct template_input in =
	    profile_input(profile, signer->sign->req, (struct span){NULL, 0});

	fprintf(f, "{\"iat\":%lld", (long long)signer->sign->created);
	for (size_t i = 0; i < profile->nsigned; i++) {
		putc(',', f);
		json_put_string(f, span_str(profile->claim[i]), JSON_UTF8);
		putc(':', f);
		if (!put_claim(f, profile, &profile->signed_payload[i], &in)) {
			lacking_say(&profile->signed_payload[i], &in, why);
			return false;
		}
	}
	putc('}', f);
	return true;
}

static bool
put_header(const struct signer *signer, FILE *f, struct reason *why)
{
	(void)why;
	fprintf(f, "{\"alg\":\"%s\",\"typ\":\"JWT\"",
	    sigalg_name(signer->alg.names, signer->alg.set));
	if (signer->sign->in->kid != NULL) {
		fputs(",\"kid\":", f);
		json_put_string(f, span_str(signer->sign->in->kid), JSON_UTF8);
	}
	putc('}', f);
	return true;
}

/* The two JSON objects that a token begins with. */
static bool (*const object[])(const struct signer *signer, FILE *f,
    struct reason *why) = {put_header, put_claims};

static bool
put_base64url(FILE *f, struct span bytes, struct reason *why)
{
	char *text = malloc(ENCODE_BASE64_ROOM(bytes.len));

	if (text == NULL)
		return fail(why, "out of memory");
	encode_base64url(text, bytes);
	fputs(text, f);
	free(text);
	return true;
}

/* Write the i-th object to f, in base64url. */
static bool
put_object(const struct signer *signer, FILE *f, size_t i, struct reason *why)
{
	char *text = NULL;
	size_t len = 0;
	FILE *json = open_memstream(&text, &len);
	bool ok;

	if (json == NULL)
		return fail(why, "out of memory");
	ok = object[i](signer, json, why);
	if (!stream_end(json, &text))
		ok = ok && fail(why, "out of memory");
	ok = ok && put_base64url(f, span_mem(text, len), why);
	free(text);
	return ok;
}

/* What is signed, "HEADER.CLAIMS": malloc'd, *len bytes, NULL with why set. */
static char *
make_text(const struct signer *signer, size_t *len, struct reason *why)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	bool ok;

	if (f == NULL) {
		fail(why, "out of memory");
		return NULL;
	}
	ok = put_object(signer, f, 0, why);
	putc('.', f);
	ok = ok && put_object(signer, f, 1, why);
	if (!stream_end(f, &text))
		ok = ok && fail(why, "out of memory");
	if (ok)
		return text;
	free(text);
	return NULL;
}

/* Add the header of the token: the prefix, text, and the signature of it. */
static bool
add_header(const struct signer *signer, struct span text,
    const struct privkey_signature *sig, struct reason *why)
{
	const struct profile *profile = &signer->prov->profile;
	char *token = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&token, &len);
	bool ok;

	if (f == NULL)
		return fail(why, "out of memory");
	stream_put(f, profile->prefix);
	stream_put(f, text);
	putc('.', f);
	ok = put_base64url(f, span_mem(sig->bytes, sig->len), why);
	if (!stream_end(f, &token))
		ok = ok && fail(why, "out of memory");
	ok = ok && headers_add(signer->sign->headers,
		       profile->signature[0].text, span_mem(token, len), why);
	free(token);
	return ok;
}

static bool
add_token(const struct signer *signer, struct reason *why)
{
	struct privkey_signature sig;
	struct span text;
	size_t len = 0;
	char *owned;
	bool ok;

	if (signer->alg.set == 0)
		return fail(why, "no algorithm fits the key and the settings");
	if ((owned = make_text(signer, &len, why)) == NULL)
		return false;
	text = span_mem(owned, len);
	ok = signer_sign(signer, text, &sig, why) &&
	     add_header(signer, text, &sig, why);
	free(owned);
	return ok;
}

bool
jwtsign_add(const struct signing_request *sign, struct reason *why)
{
	return signer_run(sign, ALG_NAMES_JOSE, add_token, why);
}
