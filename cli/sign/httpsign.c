/* httpsign.c - sign by asking lib/ what would be checked. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "http/message.h"
#include "httpsign.h"
#include "privkey.h"
#include "profile/scheme.h"
#include "verify/httpsig/httpsig_draft.h"
#include "verify/httpsig/httpsig_rfc9421.h"
#include "verify/verified.h"

/* What stands for the signature while that is not known: some base64. */
#define PLACE "AAAA"

#define LABEL     "sig1"
#define VALUE_MAX 6144
#define HASH_TEXT (4 * ((DIGEST_MAX + 2) / 3) + 1)

/* What one signature is made of. */
struct maker {
	const struct httpsign *sign;
	const struct provider *prov;
	const struct privkey *key; /* NULL: the provider's first secret */
	const char *kid;
	unsigned alg;
};

static bool
fail(struct reason *why, const char *text)
{
	reason_set(why, "%s", text);
	return false;
}

static bool
add(const struct maker *m, const char *name, const char *value,
    struct reason *why)
{
	return headers_add(m->sign->headers, name, span_str(value), why);
}

/* The algorithm that key, settings and form leave: the first of several. */
static unsigned
choose(const struct maker *m, enum alg_names names)
{
	unsigned set = ALG_HMAC_SHA256;

	if (m->key != NULL)
		set = sigalg_of_kind(m->key->public.item[0].pub.kind);
	set &= m->prov->profile.algorithms & sigalg_all_named(names);
	return set & (~set + 1);
}

static bool
sign(const struct maker *m, enum alg_names names, struct span text,
    char dst[static PRIVKEY_SIGNATURE_MAX], struct reason *why)
{
	unsigned char mac[DIGEST_MAX];

	if (m->key != NULL)
		return privkey_sign(m->key, m->alg, names, text, dst, why);
	if (!digest_hmac(
		DIGEST_SHA256, secret_at(&m->prov->secrets, 0), &text, 1, mac))
		return fail(why, "out of memory");
	encode_base64(dst, span_mem(mac, DIGEST_SHA256_LEN));
	return true;
}

static bool
add_digest(const struct maker *m, struct reason *why)
{
	char text[HASH_TEXT], value[HASH_TEXT + 16];
	unsigned char hash[DIGEST_MAX];

	digest_hash(DIGEST_SHA256, &m->sign->req->body, 1, hash);
	encode_base64(text, span_mem(hash, DIGEST_SHA256_LEN));
	snprintf(value, sizeof(value),
	    m->sign->in->rfc9421 ? "sha-256=:%s:" : "SHA-256=%s", text);
	return add(
	    m, m->sign->in->rfc9421 ? "Content-Digest" : "Digest", value, why);
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
static void
list_words(const struct maker *m, char words[static VALUE_MAX],
    const char *first, char other)
{
	const struct profile *profile = &m->prov->profile;
	int n = snprintf(words, VALUE_MAX, "%s", first);

	for (size_t i = 0; i < profile->nrequired && n < VALUE_MAX; i++) {
		const char *name = profile->required_components[i];

		if (name[0] != other && !has_word(words, name))
			n += snprintf(
			    words + n, VALUE_MAX - (size_t)n, " %s", name);
	}
}

/* --- draft-cavage --- */

static bool
sign_draft(const struct maker *m, const char *value,
    char dst[static PRIVKEY_SIGNATURE_MAX], struct reason *why)
{
	struct message msg;
	struct httpsig_draft c;
	char *text = NULL;
	size_t len = 0;
	bool ok;

	message_make(&msg, m->sign->req, m->prov->profile.public_url);
	ok = httpsig_draft_parse(&c, span_str(value), why) &&
	     httpsig_draft_text(&c, &msg, &text, &len, why) == ST_OK &&
	     sign(m, ALG_NAMES_DRAFT, span_mem(text, len), dst, why);
	free(text);
	return ok;
}

static bool
add_draft(const struct maker *m, struct reason *why)
{
	const char *header = m->prov->profile.signature[0].text;
	const char *word = strncmp(header, "Auth", 4) == 0 ? "Signature " : "";
	const char *first = m->sign->uri[0] == '\0'
				? "date digest"
				: "(request-target) date digest";
	char words[VALUE_MAX], value[2 * VALUE_MAX];
	char sig[PRIVKEY_SIGNATURE_MAX] = PLACE;
	int n;

	list_words(m, words, first, '@');
	for (int turn = 0; turn < 2; turn++) {
		n = snprintf(value, sizeof(value),
		    "keyId=\"%s\",algorithm=\"%s\",headers=\"%s\","
		    "signature=\"%s\"",
		    m->kid, sigalg_name(ALG_NAMES_DRAFT, m->alg), words, sig);
		if (n + (int)strlen(word) >= (int)sizeof(value))
			return fail(why, "the signature's header is too long");
		if (turn == 0 && !sign_draft(m, value, sig, why))
			return false;
	}
	memmove(value + strlen(word), value, (size_t)n + 1);
	memcpy(value, word, strlen(word));
	return add(m, header, value, why);
}

/* --- RFC 9421 --- */

static bool
sign_label(const struct maker *m, const char *input,
    char dst[static PRIVKEY_SIGNATURE_MAX], struct reason *why)
{
	static const char place[] = LABEL "=:" PLACE ":";
	struct message msg;
	struct httpsig_rfc9421_set sigs;
	char *text = NULL;
	size_t len = 0;
	bool ok;

	message_make(&msg, m->sign->req, m->prov->profile.public_url);
	ok = httpsig_rfc9421_parse(
		 &sigs, span_str(input), span_str(place), why) &&
	     httpsig_rfc9421_base(&sigs.item[0], &msg, &text, &len, why) ==
		 ST_OK &&
	     sign(m, ALG_NAMES_RFC9421, span_mem(text, len), dst, why);
	free(text);
	return ok;
}

static bool
add_label(const struct maker *m, struct reason *why)
{
	const char *first = m->sign->uri[0] == '\0'
				? "content-digest"
				: "@method @authority @path content-digest";
	char words[VALUE_MAX], value[2 * VALUE_MAX];
	char sig[PRIVKEY_SIGNATURE_MAX];
	FILE *f = fmemopen(value, sizeof(value), "w");
	struct span rest;
	bool fits;

	if (f == NULL)
		return fail(why, "out of memory");
	list_words(m, words, first, '(');
	fputs(LABEL "=(", f);
	for (rest = span_str(words); rest.ptr != NULL;) {
		struct span word = span_cut(&rest, ' ');

		fprintf(f, "\"%.*s\"%s", (int)word.len, (const char *)word.ptr,
		    rest.ptr != NULL ? " " : "");
	}
	fprintf(f, ");created=%lld;keyid=\"%s\";alg=\"%s\"",
	    (long long)m->sign->created, m->kid,
	    sigalg_name(ALG_NAMES_RFC9421, m->alg));
	fits = fputc('\0', f) != EOF && fflush(f) == 0;
	fclose(f);
	if (!fits)
		return fail(why, "the signature's header is too long");
	if (!sign_label(m, value, sig, why) ||
	    !add(m, "Signature-Input", value, why))
		return false;
	snprintf(value, sizeof(value), LABEL "=:%s:", sig);
	return add(m, "Signature", value, why);
}

/* What can stand between quotes in both forms. */
static bool
kid_ok(const char *kid)
{
	for (const char *c = kid; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e || *c == '"' || *c == '\\')
			return false;
	}
	return *kid != '\0' && strlen(kid) <= KEYS_ID_MAX;
}

/* A key that has no name goes by any. */
static const char *
find_kid(const struct signing *in)
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
add_host(const struct maker *m, struct reason *why)
{
	const char *url = m->sign->in->url;
	const char *host = url == NULL ? NULL : strstr(url, "://");
	char value[VALUE_MAX];

	if (host == NULL)
		return true;
	host += strlen("://");
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(host, "/?#"), host);
	return add(m, "Host", value, why);
}

static bool
add_date(const struct maker *m, struct reason *why)
{
	char date[TIMESTAMP_TEXT_MAX];

	timestamp_imf(date, m->sign->created);
	return add(m, "Date",
	    m->sign->in->time != NULL ? m->sign->in->time : date, why);
}

static bool
add_all(struct maker *m, struct reason *why)
{
	bool rfc9421 = m->sign->in->rfc9421;

	if (m->kid == NULL)
		return fail(
		    why, "say what the key set calls the key: --kid ID");
	if (!kid_ok(m->kid))
		return fail(why, "--kid cannot stand in a header");
	if (m->key == NULL && m->prov->secrets.n == 0)
		return fail(why,
		    "signs with a private key, which the settings do not have: "
		    "--key FILE");
	m->alg = choose(m, rfc9421 ? ALG_NAMES_RFC9421 : ALG_NAMES_DRAFT);
	if (m->alg == 0)
		return fail(why,
		    m->key != NULL ? "no algorithm fits the key, the form and "
				     "the settings"
				   : "with a secret there is only RFC 9421: "
				     "say --rfc9421");
	return add_host(m, why) && add_date(m, why) && add_digest(m, why) &&
	       (rfc9421 ? add_label(m, why) : add_draft(m, why));
}

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

bool
httpsign_add(const struct httpsign *sign, struct reason *why)
{
	const struct signing *in = sign->in;
	struct maker m = {.sign = sign, .prov = in->prov, .kid = find_kid(in)};
	struct privkey key;
	bool ok;

	if (in->key == NULL)
		return add_all(&m, why) && check(&m, why);
	if (!privkey_read(&key, in->key, why))
		return false;
	m.key = &key;
	ok = add_all(&m, why) && check(&m, why);
	privkey_free(&key);
	return ok;
}
