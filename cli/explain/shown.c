/* shown.c - bytes that others chose, bounded and without secrets. */
#define _GNU_SOURCE /* memmem() */
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/url.h"
#include "crypto/digest.h"
#include "http/header.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "settings_diff.h"
#include "shown.h"

#define NAME_ROOM   256
#define BEGIN_MAX   64 /* bytes of a text that are shown of its begin */
#define END_MAX     32 /* and of its end */
#define TELL_MAX    4  /* characters of a signature */
#define ELEMENT_MAX 24 /* characters of what is no signature */

void
shown_headers(const struct shown *shown)
{
	const char *between = "headers    ";
	char header[HEADER_NAME_MAX];

	for (char *const *e = shown->req->env; *e != NULL; e++) {
		if (!header_from_cgi(header, span_before(span_str(*e), '=')))
			continue;
		fprintf(shown->out, "%s%s", between, header);
		between = ", ";
	}
	if (strcmp(between, ", ") != 0)
		fputs("headers    none", shown->out);
	fputc('\n', shown->out);
}

/* --- what was presented --- */

static bool
is_encoded(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') ||
			(c != '\0' && strchr("+/-_=", c) != NULL)))
			return false;
	}
	return true;
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
put_element(const struct shown *shown, struct span element)
{
	struct span prefix = shown->prov->profile.prefix;
	bool fits = span_starts(element, prefix);
	struct span rest = fits ? span_skip(element, prefix.len) : element;

	if (prefix.len > 0) {
		fputs(fits ? "\"" : "not \"", shown->out);
		encode_printable(shown->out, prefix, " ");
		fputs(fits ? "\" and " : "\", but ", shown->out);
	}
	if (rest.len <= ELEMENT_MAX || !is_encoded(rest)) {
		fprintf(shown->out, "%zu characters", rest.len);
		if (rest.len > TELL_MAX * 3) {
			fputs(", ", shown->out);
			encode_printable(
			    shown->out, span_mem(rest.ptr, TELL_MAX), "");
			fputs("...", shown->out);
		}
		return;
	}
	fprintf(shown->out, "%zu %s, %.*s...", rest.len,
	    is_hex(rest) ? "hexadecimal digits" : "characters like base64",
	    TELL_MAX, (const char *)rest.ptr);
}

/* Elements by the separator of the settings. */
static void
put_value(const struct shown *shown, struct span value)
{
	char separator = shown->prov->profile.separator;
	const char *between = "";

	if (!shown->prov->profile.scheme->storable) {
		/* Length and letters of a password are part of it. */
		fputs("is there, and not shown: it is a password", shown->out);
		return;
	}
	while (value.ptr != NULL) {
		struct span element = value;

		if (separator != '\0')
			element = span_trim(span_cut(&value, separator));
		else
			value.ptr = NULL;
		fputs(between, shown->out);
		put_element(shown, element);
		between = "; ";
	}
}

static bool
put_header(const struct shown *shown, const char *name)
{
	enum request_count count;
	struct span value;

	count = request_header(shown->req, name, &value);
	if (count == REQUEST_NONE)
		return false;
	fprintf(shown->out, "presented  %s: ", name);
	if (count == REQUEST_SEVERAL)
		fputs("more than once: ", shown->out);
	put_value(shown, value);
	fputc('\n', shown->out);
	return true;
}

void
shown_presented(const struct shown *shown)
{
	const struct profile *profile = &shown->prov->profile;
	struct signature_names walk = {.source = 0};
	bool any = false;
	const char *name;

	while ((name = signature_next_name(profile, &walk)) != NULL)
		any = put_header(shown, name) || any;
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (profile->signature[i].in != SIGNATURE_JSON)
			continue;
		fprintf(shown->out, "presented  in the body, %s\n",
		    profile->signature[i].text);
		any = true;
	}
	if (any)
		return;
	fputs("presented  nothing: there is no ", shown->out);
	for (size_t i = 0; i < profile->nsignature; i++)
		fprintf(shown->out, "%s%s", i == 0 ? "" : ", nor ",
		    profile->signature[i].text);
	fputc('\n', shown->out);
}

/* --- what was signed --- */

static bool
contains(struct span text, struct span part)
{
	return part.len > 0 && text.len > 0 &&
	       memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

static bool
has_one_of(const struct secrets *secrets, struct span text)
{
	for (size_t i = 0; i < secrets->n; i++) {
		if (contains(text, secret_at(secrets, i)))
			return true;
	}
	return false;
}

/* A secret may be part of a body, or of a URL. */
static bool
has_secret(const struct shown *shown, struct span text)
{
	static const char *const credential[] = {"authorization:", "cookie:"};
	struct url url;

	/* A user and a password may stand in it. */
	url_split(&url, span_str(shown->prov->profile.public_url));
	return has_one_of(shown->lines, text) ||
	       has_one_of(&shown->prov->secrets, text) ||
	       has_one_of(&shown->prov->verify_tokens, text) ||
	       contains(text, url.user) ||
	       contains(text, span_str(credential[0])) ||
	       contains(text, span_str(credential[1]));
}

static void
put_piece(const struct shown *shown, const char *label, struct span piece)
{
	fputs(label, shown->out);
	encode_printable(shown->out, piece, " ");
	fputc('\n', shown->out);
}

/* Length, digest, begin and end. */
static void
put_text(const struct shown *shown, struct span text)
{
	unsigned char md[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX];

	digest_hash(DIGEST_SHA256, &text, 1, md);
	encode_hex(hex, span_mem(md, DIGEST_SHA256_LEN));
	fprintf(shown->out, ": %zu bytes, sha256 %s\n", text.len, hex);
	if (has_secret(shown, text)) {
		fputs("           not shown: it has a password in it\n",
		    shown->out);
	} else if (text.len <= BEGIN_MAX + END_MAX) {
		put_piece(shown, "           all of it  ", text);
	} else {
		put_piece(shown, "           begins     ",
		    span_mem(text.ptr, BEGIN_MAX));
		put_piece(shown, "           ends       ",
		    span_skip(text, text.len - END_MAX));
	}
}

/* The signed time, as signature.c would find it; empty if it is not there. */
static struct span
find_time(const struct shown *shown, struct field_value *ts_owner)
{
	const struct profile *profile = &shown->prov->profile;
	struct span value, prefix = span_str(profile->timestamp.arg);

	if (profile->timestamp.kind != FIELD_ELEMENT) {
		if (field_get(&profile->timestamp, shown->req, shown->req->body,
			ts_owner) == LOOKUP_FOUND)
			return ts_owner->text;
		return (struct span){NULL, 0};
	}
	request_header(shown->req, profile->signature[0].text, &value);
	while (value.ptr != NULL) {
		struct span element =
		    span_trim(span_cut(&value, profile->separator));

		if (span_starts(element, prefix))
			return span_skip(element, prefix.len);
	}
	return (struct span){NULL, 0};
}

static void
put_template(
    const struct shown *shown, const struct template *tpl, struct span ts)
{
	const struct profile *profile = &shown->prov->profile;
	struct template_input in = profile_input(profile, shown->req, ts);
	struct signed_text text = {.n = 0};
	char *whole = NULL;
	size_t len = 0;

	fprintf(shown->out, "signed     %s", tpl->text);
	if (template_fill(tpl, &in, &text) == ST_OK)
		whole = signed_text_join(&text, &len);
	if (whole == NULL)
		fputs(": the request lacks a part of this\n", shown->out);
	else
		put_text(shown, span_mem(whole, len));
	free(whole);
	signed_text_free(&text);
}

void
shown_signed(const struct shown *shown)
{
	const struct profile *profile = &shown->prov->profile;
	struct field_value ts_owner = {.owned = NULL};
	struct reason why = {""};
	struct span ts;
	size_t len = 0;
	char *text;

	if (!profile->scheme->covers_body) {
		fputs("signed     nothing: it is a password that is sent\n",
		    shown->out);
		return;
	}
	if (profile->scheme->text != NULL) {
		text =
		    profile->scheme->text(shown->prov, shown->req, &len, &why);
		if (text == NULL)
			fprintf(shown->out, "signed     %s\n", why.text);
		else
			fputs("signed     as its header says", shown->out);
		if (text != NULL)
			put_text(shown, span_mem(text, len));
		free(text);
		return;
	}
	ts = find_time(shown, &ts_owner);
	for (size_t i = 0; i < profile->nsigned; i++)
		put_template(shown, &profile->signed_payload[i], ts);
	field_value_free(&ts_owner);
}
