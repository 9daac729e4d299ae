/* describe.c - a request in a few lines, without secrets. */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/shown.h"
#include "base/url.h"
#include "crypto/digest.h"
#include "describe.h"
#include "http/header.h"
#include "profile/scheme.h"
#include "profile/signature.h"

#define BEGIN_MAX     64 /* bytes shown of the beginning of a text */
#define END_MAX       32 /* and of its end */
#define PREVIEW_MAX   4  /* characters of a signature */
#define SIGNATURE_MIN 48 /* bytes that a signature by private key has */

/* --- what must not be shown --- */

bool
describe_hides(const struct described *d, struct span text)
{
	static const char *const credential[] = {"authorization:", "cookie:"};

	return withheld_in(d->withheld, text) ||
	       span_has(text, credential[0]) || span_has(text, credential[1]);
}

const char *
describe_safe(const struct described *d, const char *text)
{
	return withheld_in(d->withheld, span_str(text)) ? SHOWN_NOTHING : text;
}

void
describe_headers(const struct described *d)
{
	const char *between = "headers    ";
	char header[HEADER_NAME_MAX];

	for (char *const *e = d->req->env; *e != NULL; e++) {
		if (!header_from_cgi(header, span_before(span_str(*e), '=')))
			continue;
		fprintf(d->out, "%s%s", between, header);
		between = ", ";
	}
	if (strcmp(between, ", ") != 0)
		fputs("headers    none", d->out);
	fputc('\n', d->out);
}

void
describe_left_out(const struct described *d, struct span names)
{
	if (names.len == 0)
		return;
	fputs("left out   ", d->out);
	if (describe_hides(d, names))
		fputs(SHOWN_NOTHING, d->out);
	else
		encode_printable(d->out, names, " ");
	fputs(": hold does not keep what may be a password\n", d->out);
}

/* --- what was presented --- */

/* True if text is as long as a signature of this profile. */
static bool
has_form(const struct profile *profile, struct span text)
{
	unsigned char bytes[REQUEST_HEADER_MAX];
	size_t want = digest_len(profile->digest);
	ptrdiff_t n;

	if (profile->scheme->macs &&
	    (decode_hex(bytes, want, text) ||
		decode_base64(bytes, sizeof(bytes), text) == (ptrdiff_t)want))
		return true;
	if (!profile->scheme->asymmetric || text.len > sizeof(bytes))
		return false;
	n = decode_base64(bytes, sizeof(bytes), text);
	return n >= SIGNATURE_MIN || (text.len >= 2 * SIGNATURE_MIN &&
					 decode_hex(bytes, text.len / 2, text));
}

static bool
is_hex(struct span text)
{
	unsigned char byte;

	for (size_t i = 0; i + 1 < text.len; i += 2) {
		if (!decode_hex(&byte, 1, span_mem(text.ptr + i, 2)))
			return false;
	}
	return text.len % 2 == 0;
}

/* One element of a header: its prefix, and what is behind that. */
static void
put_element(const struct described *d, struct span element)
{
	struct span prefix = d->prov->profile.prefix;
	bool fits = span_starts(element, prefix);
	struct span rest = fits ? span_skip(element, prefix.len) : element;

	if (prefix.len > 0) {
		fputs(fits ? "\"" : "not \"", d->out);
		encode_printable(d->out, prefix, " ");
		fputs(fits ? "\" and " : "\", but ", d->out);
	}
	if (has_form(&d->prov->profile, rest))
		fprintf(d->out, "%zu %s, %.*s...", rest.len,
		    is_hex(rest) ? "hexadecimal digits"
				 : "characters like base64",
		    PREVIEW_MAX, (const char *)rest.ptr);
	else
		fprintf(d->out, "%zu characters", rest.len);
}

/* The elements that the separator of the settings makes of value. */
static void
put_value(const struct described *d, const char *name, struct span value)
{
	char separator = d->prov->profile.separator;
	const char *between = "";

	/* Its length and its characters would help to guess it. */
	if (!d->prov->profile.scheme->storable) {
		fputs("is there, and not shown: it is a password", d->out);
		return;
	}
	if (describe_hides(d, value) || header_may_be_credential(name, value)) {
		fputs("is there, and not shown: it may be a password", d->out);
		return;
	}
	while (value.ptr != NULL) {
		struct span element = value;

		if (separator != '\0')
			element = span_trim(span_cut(&value, separator));
		else
			value.ptr = NULL;
		fputs(between, d->out);
		put_element(d, element);
		between = "; ";
	}
}

static bool
put_header(const struct described *d, const char *name)
{
	enum request_count count;
	struct span value;

	count = request_header(d->req, name, &value);
	if (count == REQUEST_NONE)
		return false;
	fprintf(d->out, "presented  %s: ", name);
	if (count == REQUEST_SEVERAL)
		fputs("more than once: ", d->out);
	put_value(d, name, value);
	fputc('\n', d->out);
	return true;
}

void
describe_presented(const struct described *d)
{
	const struct profile *profile = &d->prov->profile;
	struct signature_names walk = {.source = 0};
	bool any = false;
	const char *name;

	while ((name = signature_next_name(profile, &walk)) != NULL)
		any = put_header(d, name) || any;
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (profile->signature[i].in != SIGNATURE_JSON)
			continue;
		fprintf(d->out, "presented  in the body, %s\n",
		    profile->signature[i].text);
		any = true;
	}
	if (any)
		return;
	fputs("presented  nothing: there is no ", d->out);
	for (size_t i = 0; i < profile->nsignature; i++)
		fprintf(d->out, "%s%s", i == 0 ? "" : ", nor ",
		    profile->signature[i].text);
	fputc('\n', d->out);
}

/* --- what was signed --- */

static void
put_piece(const struct described *d, const char *label, struct span piece)
{
	fputs(label, d->out);
	encode_printable(d->out, piece, " ");
	fputc('\n', d->out);
}

/* Put asterisks over a part, where it stands in the text. */
static void
mask(char *text, size_t len, struct span part)
{
	const unsigned char *at = span_find(span_mem(text, len), part);

	if (at != NULL)
		memset(text + (at - (unsigned char *)text), '*', part.len);
}

/* A query may have a password in it: of the public URL, or of the request. */
static void
mask_queries(const struct described *d, char *text, size_t len)
{
	struct span uri = request_variable(d->req, "REQUEST_URI");
	struct url url;

	/* What is no URL may be a secret as a whole. */
	if (!url_split(&url, span_str(d->prov->profile.public_url)))
		url.query = span_str(d->prov->profile.public_url);
	mask(text, len, url.query);
	url_cut_path(&uri);
	mask(text, len, uri);
}

/* The length, the digest, the beginning and the end. */
static void
put_text(const struct described *d, char *whole, size_t len)
{
	struct span text = span_mem(whole, len);
	unsigned char md[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX];

	digest_hash(DIGEST_SHA256, &text, 1, md);
	encode_hex(hex, span_mem(md, DIGEST_SHA256_LEN));
	fprintf(d->out, ": %zu bytes, sha256 %s\n", text.len, hex);
	if (describe_hides(d, text)) {
		fputs(
		    "           not shown: it has a password in it\n", d->out);
		return;
	}
	mask_queries(d, whole, len);
	if (text.len <= BEGIN_MAX + END_MAX) {
		put_piece(d, "           all of it  ", text);
	} else {
		put_piece(
		    d, "           begins     ", span_mem(text.ptr, BEGIN_MAX));
		put_piece(d, "           ends       ",
		    span_skip(text, text.len - END_MAX));
	}
}

static void
put_template(
    const struct described *d, const struct template *tpl, struct span ts)
{
	const struct profile *profile = &d->prov->profile;
	struct template_input in = profile_input(profile, d->req, ts);
	struct signed_text text = {.n = 0};
	char *whole = NULL;
	size_t len = 0;

	fprintf(d->out, "signed     %s", tpl->text);
	if (template_fill(tpl, &in, &text) == ST_OK)
		whole = signed_text_join(&text, &len);
	if (whole == NULL)
		fputs(": the request lacks a part of this\n", d->out);
	else
		put_text(d, whole, len);
	free(whole);
	signed_text_free(&text);
}

void
describe_signed(const struct described *d)
{
	const struct profile *profile = &d->prov->profile;
	struct signatures sigs;
	struct reason why = {""};
	struct span ts;
	size_t len = 0;
	char *text;

	if (!profile->scheme->covers_body) {
		fputs("signed     nothing: it is a password that is sent\n",
		    d->out);
		return;
	}
	if (profile->scheme->text != NULL) {
		text = profile->scheme->text(d->prov, d->req, &len, &why);
		if (text == NULL)
			fprintf(d->out, "signed     %s\n", why.text);
		else
			fputs("signed     as its header says", d->out);
		if (text != NULL)
			put_text(d, text, len);
		free(text);
		return;
	}
	ts = signatures_time(&sigs, profile, d->req);
	for (size_t i = 0; i < profile->nsigned; i++)
		put_template(d, &profile->signed_payload[i], ts);
	signatures_free(&sigs);
}
