/* signing_text.c - signatures over a template's text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "signing_own.h"
#include "spell.h"
#include "verify/signed_text.h"
#include "verify/verified.h"

#define NAME_ROOM 256

/* One header of the signatures from..to-1, after the time if it has one. */
static bool
add_elements(struct work *w, const char *name, struct span prefix,
    char spelt[][SPELL_MAX], size_t from, size_t to)
{
	const struct profile *profile = w->profile;
	char *value = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&value, &len);
	bool ok = false;

	if (f == NULL)
		goto out;
	if (profile->timestamp.kind == FIELD_ELEMENT)
		fprintf(f, "%s%.*s%c", profile->timestamp.arg, (int)w->ts.len,
		    (const char *)w->ts.ptr, profile->separator);
	for (size_t i = from; i < to; i++) {
		if (i > from)
			fputc(profile->separator, f);
		stream_put(f, prefix);
		fputs(spelt[i], f);
	}
	if (fclose(f) == 0)
		ok = signing_add(w, name, span_mem(value, len));
out:
	if (value == NULL)
		reason_set(w->why, "out of memory");
	free(value);
	return ok;
}

/* The header that the signature goes into, or NULL. */
static const char *
signature_header(const struct work *w)
{
	for (size_t i = 0; i < w->profile->nsignature; i++) {
		if (w->profile->signature[i].in != SIGNATURE_JSON)
			return w->profile->signature[i].text;
	}
	return NULL;
}

/* As the receiver would. */
bool
signing_verify(struct work *w)
{
	struct verified ok;

	if (w->profile->scheme->verify(
		w->in->prov, &w->req, w->now, &ok, w->why) != ST_OK)
		return false;
	verified_free(&ok);
	return true;
}

/* The body brings its signature along, as the sample does. */
static bool
verify_inside(struct work *w)
{
	if (signing_verify(w))
		return true;
	reason_set(w->why, "puts its signature into the body, which cannot be "
			   "done to a body that is given");
	return false;
}

static bool
add_macs(struct work *w, const char *header, const struct signed_text *text)
{
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	char spelt[SECRETS_MAX][SPELL_MAX];
	size_t n = w->in->prov->secrets.n;
	char name[NAME_ROOM];
	bool ok = true;

	if (!verify_macs(w->in->prov, text, mac)) {
		reason_set(w->why, "out of memory");
		return false;
	}
	for (size_t i = 0; i < n; i++)
		spell_bytes(spelt[i], w->profile->signature_encoding,
		    span_mem(mac[i], digest_len(w->profile->digest)));
	if (strchr(header, '*') == NULL)
		return add_elements(w, header, w->profile->prefix, spelt, 0,
		    w->profile->separator != '\0' ? n : 1);
	for (size_t i = 0; i < n && ok; i++) {
		signature_name(name, sizeof(name), header, (unsigned)i + 1);
		ok = add_elements(w, name, w->profile->prefix, spelt, i, i + 1);
	}
	return ok;
}

/* What the provider would make with its private key. */
static bool
add_asymmetric(
    struct work *w, const char *header, const struct signed_text *text)
{
	char spelt[1][SPELL_MAX], name[NAME_ROOM];
	size_t len = 0;
	char *whole = signed_text_join(text, &len);
	bool ok;

	if (whole == NULL) {
		reason_set(w->why, "out of memory");
		return false;
	}
	ok = spell_signature(
	    spelt[0], w->profile, w->in->key, span_mem(whole, len), w->why);
	free(whole);
	if (strchr(header, '*') != NULL) {
		signature_name(name, sizeof(name), header, 1);
		header = name;
	}
	return ok && add_elements(
			 w, header, w->profile->asymmetric_prefix, spelt, 0, 1);
}

/* The first alternative that can be filled in is what the provider signs. */
bool
signing_text(struct work *w)
{
	struct template_input in = profile_input(w->profile, &w->req, w->ts);
	const char *header = signature_header(w);
	struct signed_text text = {.n = 0};
	enum status st = ST_UNVERIFIED;
	bool ok;

	if (header == NULL)
		return verify_inside(w);
	for (size_t i = 0; i < w->profile->nsigned && st == ST_UNVERIFIED; i++)
		st = template_fill(&w->profile->signed_payload[i], &in, &text);
	if (st != ST_OK) {
		reason_set(w->why, "the body lacks what is signed: %s",
		    w->profile->signed_payload[0].text);
		return false;
	}
	if (w->in->key != NULL)
		ok = add_asymmetric(w, header, &text);
	else
		ok = add_macs(w, header, &text);
	signed_text_free(&text);
	return ok;
}
