/* evidence_body.c - what the body looks like, and what was done to it. */
#include <string.h>

#include "base/encode.h"
#include "base/utf8.h"
#include "charset.h"
#include "evidence_kinds.h"
#include "http/content_digest.h"
#include "parse/json.h"
#include "profile/scheme.h"

/* A body and what its headers say of it. */
struct body {
	struct span text;
	struct span type;   /* Content-Type */
	struct span coding; /* Content-Encoding */
	long long length;   /* Content-Length, or -1 */
};

/* The text behind white space and a byte order mark. */
static struct span
begin(struct span text)
{
	if (span_starts(text, span_str("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	while (text.len > 0 && text.ptr[0] != '\0' &&
	       strchr(" \t\r\n", text.ptr[0]) != NULL)
		text = span_skip(text, 1);
	return text;
}

static bool
begins_like_json(struct span text)
{
	text = begin(text);
	return text.len > 0 && (text.ptr[0] == '{' || text.ptr[0] == '[');
}

static bool
is_empty(const struct body *body)
{
	return body->text.len == 0;
}

static bool
is_short(const struct body *body)
{
	return body->length > (long long)body->text.len;
}

static bool
is_long(const struct body *body)
{
	return body->length >= 0 && body->length < (long long)body->text.len;
}

static bool
is_gzip(const struct body *body)
{
	return span_starts(body->text, span_str("\x1f\x8b\x08"));
}

/* RFC 1950, section 2.2: the two bytes are a multiple of 31. */
static bool
is_zlib(const struct body *body)
{
	struct span text = body->text;

	return text.len > 6 && text.ptr[0] == 0x78 &&
	       (text.ptr[0] * 256 + text.ptr[1]) % 31 == 0 && !utf8_valid(text);
}

static bool
is_other_coding(const struct body *body)
{
	return body->coding.len > 0 && !begins_like_json(body->text) &&
	       !utf8_valid(body->text);
}

static bool
is_unpacked(const struct body *body)
{
	return body->coding.len > 0 &&
	       !span_is_nocase(body->coding, "identity") &&
	       utf8_valid(body->text);
}

static bool
is_utf16(const struct body *body)
{
	return charset_is_utf16(body->text);
}

static bool
has_mark(const struct body *body)
{
	return span_starts(body->text, span_str("\xef\xbb\xbf"));
}

/* Base64 of JSON begins with that of {" or [ or {. */
static bool
is_base64(const struct body *body)
{
	unsigned char first[3];

	return body->text.len >= 8 && body->text.ptr[0] != '{' &&
	       decode_base64(
		   first, sizeof(first), span_mem(body->text.ptr, 4)) == 3 &&
	       begins_like_json(span_mem(first, sizeof(first))) &&
	       memchr(body->text.ptr, '"', body->text.len) == NULL;
}

static bool
is_json_string(const struct body *body)
{
	struct span text = begin(body->text);

	return span_starts(text, span_str("\"{\\\"")) ||
	       span_starts(text, span_str("\"[{\\\""));
}

static bool
is_python(const struct body *body)
{
	struct span text = begin(body->text);

	return span_starts(text, span_str("{'")) ||
	       span_starts(text, span_str("[{'")) ||
	       span_starts(text, span_str("b'{")) ||
	       span_starts(text, span_str("b\"{"));
}

static bool
is_object(const struct body *body)
{
	return span_is(span_trim(body->text), "[object Object]");
}

/* True if brackets or a string are open at its end. */
static bool
is_cut(const struct body *body)
{
	struct span text = begin(body->text);
	size_t depth = 0;
	bool quoted = false;

	if (!begins_like_json(text))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = text.ptr[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']') && depth-- <= 1)
			return false;
	}
	return true;
}

static bool
says_json(const struct body *body)
{
	return span_has(body->type, "json") || span_has(body->type, "JSON");
}

/* "name=value&..." */
static bool
is_form(const struct body *body)
{
	static const char also[] = "-_.~%+[]$*@:";
	size_t n = 0;

	while (n < body->text.len && n < 64) {
		unsigned char c = body->text.ptr[n];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') ||
			(c != '\0' && strchr(also, c) != NULL)))
			break;
		n++;
	}
	return n > 0 && n < body->text.len && body->text.ptr[n] == '=' &&
	       memchr(body->text.ptr, '\n', body->text.len) == NULL;
}

static bool
is_form_not_json(const struct body *body)
{
	return says_json(body) && is_form(body);
}

static bool
is_payload(const struct body *body)
{
	return span_starts(body->text, span_str("payload=%7B")) ||
	       span_starts(body->text, span_str("payload=%7b"));
}

static bool
is_malformed(const struct body *body)
{
	return (says_json(body) || begins_like_json(body->text)) &&
	       utf8_valid(body->text) && !json_valid(begin(body->text));
}

static bool
is_json_not_form(const struct body *body)
{
	return span_has(body->type, "x-www-form-urlencoded") &&
	       begins_like_json(body->text);
}

static bool
is_not_utf8(const struct body *body)
{
	return !utf8_valid(body->text) &&
	       memchr(body->text.ptr, '\0', body->text.len) == NULL &&
	       (says_json(body) || begins_like_json(body->text) ||
		   is_form(body));
}

/* U+FFFD: something read bytes as characters that they are not. */
static bool
has_replacement(const struct body *body)
{
	return span_has(body->text, "\xef\xbf\xbd");
}

/* UTF-8 that was read as Latin-1 and written as UTF-8 has C3 83 or C3 82. */
static bool
is_twice_utf8(const struct body *body)
{
	return span_has(body->text, "\xc3\x83\xc2") ||
	       span_has(body->text, "\xc3\x82\xc2") ||
	       span_has(body->text, "\xc3\xa2\xc2\x80");
}

#define GATEWAY                                                            \
	"a gateway or a program before hookdir did that: let it pass the " \
	"body on as it comes"
#define AGAIN                                                               \
	"the body is not the one that was signed: have the sender send it " \
	"again, and look at what is between the sender and hookdir"

/* What is seen, in the order of what would hide the others. */
static const struct {
	bool (*is)(const struct body *body);
	const char *known, *possible;
	bool last; /* the others would be wrong of such a body */
} form[] = {
    {is_empty, "the body is empty",
	"the body was lost on its way, as by a redirect or by a program that "
	"read it first; or the sender sends none, to try the URL",
	true},
    {is_short, "the body is shorter than Content-Length says",
	"the body was cut off, or the program that saved it changed it: " AGAIN,
	true},
    {is_gzip, "the body is compressed (gzip)",
	"the sender signed the text, and compressed it afterwards: "
	"\"decompress\": true; or something compressed it on its way",
	true},
    {is_zlib, "the body is compressed (deflate)",
	"the sender signed the text, and compressed it afterwards: "
	"\"decompress\": true; or something compressed it on its way",
	true},
    {is_utf16, "the body is in UTF-16",
	"something wrote the body in UTF-16 that came in UTF-8", true},
    {is_other_coding,
	"the body is binary, and Content-Encoding says that it is compressed",
	"the sender signed the text, and compressed it afterwards: "
	"\"decompress\": true; or something compressed it on its way",
	true},
    {is_long, "the body is longer than Content-Length says",
	"something changed the body: " AGAIN, false},
    {is_unpacked,
	"Content-Encoding says that the body is compressed, and it is not",
	"something decompressed it on its way, and the sender signed the "
	"compressed bytes: let the server pass them on as they come",
	false},
    {has_mark, "the body begins with a byte order mark", NULL, false},
    {is_json_string, "the body is a JSON string that has JSON in it",
	"something wrote the body as a JSON string: " GATEWAY, true},
    {is_base64, "the body is base64 of JSON",
	"something put the body into base64, as gateways do with binary "
	"bodies: let it pass the bytes on as they come",
	true},
    {is_python, "the body is what Python prints of a value, and no JSON",
	"a program parsed the body and wrote it in another form: " GATEWAY,
	true},
    {is_object, "the body is the text [object Object]",
	"a program in JavaScript wrote an object in place of its JSON: "
	"what was signed is lost",
	true},
    {is_form_not_json, "the body is a form, and Content-Type says JSON",
	"a program turned the JSON into a form: " GATEWAY, true},
    {is_json_not_form, "the body is JSON, and Content-Type says a form",
	"a program turned the form into JSON: " GATEWAY, false},
    {is_payload, "the body is a form with JSON in its field payload",
	"the sender signs the JSON and not the form: set the content type at "
	"the sender to application/json",
	true},
    {is_not_utf8,
	"the body is not in UTF-8: it may be in Latin-1 or Windows-1252",
	"a program wrote the body in another character set: " GATEWAY, true},
    {has_replacement,
	"the body has U+FFFD in it, as programs write for bytes that they "
	"cannot read",
	"a program read the body in another character set, and lost "
	"characters: " GATEWAY,
	false},
    {is_twice_utf8, "the body seems to be encoded as UTF-8 twice",
	"a program read the body as Latin-1 and wrote it as UTF-8: " GATEWAY,
	false},
    {is_cut, "the body is JSON that ends in the middle",
	"the body was cut off: " AGAIN, true},
    {is_malformed, "the body is no valid JSON",
	"a program changed the body: " AGAIN, true},
};

/* Some senders send a digest of the body beside its signature. */
enum evidence_digest
evidence_digest(const struct evidence *e, struct findings *f)
{
	static const char *const name[] = {"Digest", "Content-Digest"};
	enum evidence_digest found = EVIDENCE_DIGEST_NONE;
	enum lookup fits;
	struct span value;

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		if (request_header(e->d.req, name[i], &value) != REQUEST_ONE)
			continue;
		fits = content_digest_fits(name[i], value, e->d.req->body);
		if (fits == LOOKUP_FOUND) {
			finding_add(f, FINDING_KNOWN,
			    "%s is the digest of this body: so this is what "
			    "was sent",
			    name[i]);
			found = EVIDENCE_DIGEST_FITS;
		} else if (fits == LOOKUP_INVALID) {
			finding_add(f, FINDING_KNOWN,
			    "%s is the digest of another body", name[i]);
			finding_add(f, FINDING_SHOWN,
			    "the body was changed on its way: it must arrive "
			    "byte for byte");
			return EVIDENCE_DIGEST_OTHER;
		}
	}
	return found;
}

void
evidence_body(const struct evidence *e, struct findings *f)
{
	const struct request *req = e->d.req;
	struct body body = {.text = req->body, .length = e->saved->length};

	if (!e->d.prov->profile.scheme->covers_body)
		return;
	body.type = request_variable(req, "CONTENT_TYPE");
	request_header(req, "Content-Encoding", &body.coding);
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		if (!form[i].is(&body))
			continue;
		finding_add(f, FINDING_KNOWN, "%s", form[i].known);
		if (form[i].possible != NULL)
			finding_add(f, FINDING_SHOWN, "%s", form[i].possible);
		if (form[i].last)
			return;
	}
}
