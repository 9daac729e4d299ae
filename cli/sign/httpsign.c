/* httpsign.c - sign the text that the receiver would check. */
#include <stdio.h>
#include <stdlib.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/timestamp.h"
#include "base/url.h"
#include "crypto/digest.h"
#include "http/message.h"
#include "httpsign.h"
#include "signer.h"
#include "verify/httpsig/httpsig_draft.h"
#include "verify/httpsig/httpsig_rfc9421.h"

/* In place of the signature while that is not known: some base64. */
#define PLACE "AAAA"

#define LABEL        "sig1"
#define VALUE_MAX    6144
#define HASH_TEXT    ENCODE_BASE64_ROOM(DIGEST_MAX)
#define SIG_TEXT_MAX ENCODE_BASE64_ROOM(PRIVKEY_SIGNATURE_MAX)

static bool
fail(struct reason *why, const char *text)
{
	reason_set(why, "%s", text);
	return false;
}

static bool
add(const struct signer *signer, const char *name, const char *value,
    struct reason *why)
{
	return headers_add(signer->sign->headers, name, span_str(value), why);
}

/* Sign text, in base64. */
static bool
sign_base64(const struct signer *signer, struct span text,
    char dst[static SIG_TEXT_MAX], struct reason *why)
{
	struct privkey_signature sig;

	if (!signer_sign(signer, text, &sig, why))
		return false;
	encode_base64(dst, span_mem(sig.bytes, sig.len));
	return true;
}

static bool
add_digest(const struct signer *signer, struct reason *why)
{
	char text[HASH_TEXT], value[HASH_TEXT + 16];
	unsigned char hash[DIGEST_MAX];

	digest_hash(DIGEST_SHA256, &signer->sign->req->body, 1, hash);
	encode_base64(text, span_mem(hash, DIGEST_SHA256_LEN));
	snprintf(value, sizeof(value),
	    signer->sign->in->rfc9421 ? "sha-256=:%s:" : "SHA-256=%s", text);
	return add(signer,
	    signer->sign->in->rfc9421 ? "Content-Digest" : "Digest", value,
	    why);
}

/* True if name is one of the words, which blanks are between. */
static bool
has_word(const char *words, const char *name)
{
	struct span rest = span_str(words);

	while (rest.ptr != NULL) {
		if (span_is(span_cut(&rest, ' '), name))
			return true;
	}
	return false;
}

/* All that is covered, as words: the first ones and what is required. */
static bool
list_words(const struct signer *signer, char words[static VALUE_MAX],
    const char *first, char other, struct reason *why)
{
	const struct profile *profile = &signer->prov->profile;
	int n = snprintf(words, VALUE_MAX, "%s", first);

	for (size_t i = 0; i < profile->nrequired && n < VALUE_MAX; i++) {
		const char *name = profile->required_components[i];

		if (name[0] != other && !has_word(words, name))
			n += snprintf(
			    words + n, VALUE_MAX - (size_t)n, " %s", name);
	}
	return n < VALUE_MAX ||
	       fail(why, "the names of required_components are too long");
}

/* --- draft-cavage --- */

static bool
sign_draft(const struct signer *signer, const char *value,
    char dst[static SIG_TEXT_MAX], struct reason *why)
{
	struct message msg;
	struct httpsig_draft c;
	char *text = NULL;
	size_t len = 0;
	bool ok;

	message_make(&msg, signer->sign->req, signer->prov->profile.public_url);
	ok = httpsig_draft_parse(&c, span_str(value), why) &&
	     httpsig_draft_text(&c, &msg, &text, &len, why) == ST_OK &&
	     sign_base64(signer, span_mem(text, len), dst, why);
	free(text);
	return ok;
}

static bool
add_draft(const struct signer *signer, const char *kid, struct reason *why)
{
	const char *header = signer->prov->profile.signature[0].text;
	const char *word = strncmp(header, "Auth", 4) == 0 ? "Signature " : "";
	const char *first = signer->sign->uri[0] == '\0'
				? "date digest"
				: "(request-target) date digest";
	char words[VALUE_MAX], value[2 * VALUE_MAX + SIG_TEXT_MAX];
	char sig[SIG_TEXT_MAX] = PLACE;

	if (!list_words(signer, words, first, '@', why))
		return false;
	for (int i = 0; i < 2; i++) {
		snprintf(value, sizeof(value),
		    "%skeyId=\"%s\",algorithm=\"%s\",headers=\"%s\","
		    "signature=\"%s\"",
		    word, kid, sigalg_name(signer->alg.names, signer->alg.set),
		    words, sig);
		if (i == 0 &&
		    !sign_draft(signer, value + strlen(word), sig, why))
			return false;
	}
	return add(signer, header, value, why);
}

/* --- RFC 9421 --- */

static bool
sign_label(const struct signer *signer, const char *input,
    char dst[static SIG_TEXT_MAX], struct reason *why)
{
	static const char place[] = LABEL "=:" PLACE ":";
	struct message msg;
	struct httpsig_rfc9421_set sigs;
	char *text = NULL;
	size_t len = 0;
	bool ok;

	message_make(&msg, signer->sign->req, signer->prov->profile.public_url);
	ok = httpsig_rfc9421_parse(
		 &sigs, span_str(input), span_str(place), why) &&
	     httpsig_rfc9421_base(&sigs.item[0], &msg, &text, &len, why) ==
		 ST_OK &&
	     sign_base64(signer, span_mem(text, len), dst, why);
	free(text);
	return ok;
}

/* Signature-Input: what is covered, and how; malloc'd, or NULL. */
static char *
make_input(const struct signer *signer, const char *kid, const char *words)
{
	struct span rest = span_str(words);
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		return NULL;
	fputs(LABEL "=(", f);
	while (rest.ptr != NULL) {
		putc('"', f);
		stream_put(f, span_cut(&rest, ' '));
		fputs(rest.ptr != NULL ? "\" " : "\"", f);
	}
	fprintf(f, ");created=%lld;keyid=\"%s\";alg=\"%s\"",
	    (long long)signer->sign->created, kid,
	    sigalg_name(signer->alg.names, signer->alg.set));
	return stream_end(f, &text) ? text : NULL;
}

static bool
add_label(const struct signer *signer, const char *kid, struct reason *why)
{
	const char *first = signer->sign->uri[0] == '\0'
				? "content-digest"
				: "@method @authority @path content-digest";
	char words[VALUE_MAX], sig[SIG_TEXT_MAX];
	char value[sizeof(LABEL "=::") + SIG_TEXT_MAX];
	char *input;
	bool ok;

	if (!list_words(signer, words, first, '(', why))
		return false;
	if ((input = make_input(signer, kid, words)) == NULL)
		return fail(why, "out of memory");
	ok = sign_label(signer, input, sig, why) &&
	     add(signer, "Signature-Input", input, why);
	free(input);
	if (!ok)
		return false;
	snprintf(value, sizeof(value), LABEL "=:%s:", sig);
	return add(signer, "Signature", value, why);
}

/* True for what both forms can carry between quotes. */
static bool
kid_ok(const char *kid)
{
	for (const char *c = kid; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e || *c == '"' || *c == '\\')
			return false;
	}
	return *kid != '\0' && strlen(kid) <= KEYS_ID_MAX;
}

/* A key without an id can be called anything. */
static const char *
find_kid(const struct signing_input *in)
{
	const struct provider *prov = in->prov;

	if (in->kid != NULL)
		return in->kid;
	if (prov->secrets.n > 0 ||
	    (prov->keys.n > 0 && prov->keys.item[0].id == NULL))
		return "sample";
	return NULL;
}

/* The host and port of the URL, as a client writes them. */
static bool
add_host(const struct signer *signer, struct reason *why)
{
	char value[VALUE_MAX];
	struct url url;

	if (!url_split(&url, span_str(signer->sign->in->url)))
		return true;
	snprintf(value, sizeof(value), "%.*s%.*s", (int)url.host.len,
	    url.host.len == 0 ? "" : (const char *)url.host.ptr,
	    (int)url.port.len,
	    url.port.len == 0 ? "" : (const char *)url.port.ptr);
	return add(signer, "Host", value, why);
}

static bool
add_date(const struct signer *signer, struct reason *why)
{
	char date[TIMESTAMP_TEXT_MAX];

	timestamp_imf(date, signer->sign->created);
	return add(signer, "Date",
	    signer->sign->in->time != NULL ? signer->sign->in->time : date,
	    why);
}

static bool
add_signature(const struct signer *signer, struct reason *why)
{
	const char *kid = find_kid(signer->sign->in);

	if (kid == NULL)
		return fail(why, "give the key's id in the key set: --kid ID");
	if (!kid_ok(kid))
		return fail(
		    why, "--kid has characters that no header can carry");
	if (signer->key == NULL && signer->prov->secrets.n == 0)
		return fail(why,
		    "signs with a private key, which the settings do not have: "
		    "--key FILE");
	if (signer->alg.set == 0)
		return fail(
		    why, signer->key != NULL
			     ? "no algorithm fits the key, the form and "
			       "the settings"
			     : "a secret signs by RFC 9421 only: "
			       "--rfc9421");
	return add_host(signer, why) && add_date(signer, why) &&
	       add_digest(signer, why) &&
	       (signer->alg.names == ALG_NAMES_RFC9421
		       ? add_label(signer, kid, why)
		       : add_draft(signer, kid, why));
}

bool
httpsign_add(const struct signing_request *sign, struct reason *why)
{
	return signer_run(sign,
	    sign->in->rfc9421 ? ALG_NAMES_RFC9421 : ALG_NAMES_DRAFT,
	    add_signature, why);
}
