/* signing.c - signatures made by the profiles that they are checked by. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/timestamp.h"
#include "base/url.h"
#include "body_signature.h"
#include "httpsign.h"
#include "jwtsign.h"
#include "lacking.h"
#include "own_headers.h"
#include "privkey.h"
#include "profile/scheme.h"
#include "profile/signature.h"
#include "profile/template.h"
#include "sample.h"
#include "sig_encode.h"
#include "signing.h"
#include "verify/httpsig/httpsig.h"
#include "verify/signed_text.h"
#include "verify/token.h"
#include "verify/verified.h"

/* One request on its way to being signed. */
struct signing {
	const struct signing_input *in;
	const struct profile *profile;
	struct signing_result *made;
	struct request req;
	struct span ts; /* the signed time: a view of in, clock or ts_owner */
	int64_t now;    /* the same in seconds */
	char uri[8192];
	char clock[TIMESTAMP_TEXT_MAX];
	struct field_value ts_owner;
	const struct signature_source *source; /* where signatures go */
	struct reason *why;
};

static bool
fail(struct signing *s, const char *text)
{
	reason_set(s->why, "%s", text);
	return false;
}

static bool
add(struct signing *s, const char *name, struct span value)
{
	return headers_add(&s->made->headers, name, value, s->why);
}

static bool
add_fresh_id(struct signing *s)
{
	char id[UUID_TEXT_MAX];

	if (s->profile->id.kind != FIELD_HEADER)
		return true;
	if (!sample_uuid(id))
		return fail(s, "no random bytes for an id");
	return add(s, s->profile->id.arg, span_str(id));
}

static bool
begins_json(struct span body)
{
	while (body.len > 0 && body.ptr[0] != '\0' &&
	       strchr(" \t\r\n", body.ptr[0]) != NULL)
		body = span_skip(body, 1);
	return body.len > 0 && (body.ptr[0] == '{' || body.ptr[0] == '[');
}

/* A form if the template needs one and the body is no JSON. */
static bool
add_content_type(struct signing *s)
{
	const char *type = s->in->prov->words.sample_type;
	bool json = begins_json(s->in->body);

	for (size_t i = 0; i < s->profile->nsigned && !json; i++) {
		const struct template *tpl = &s->profile->signed_payload[i];

		if (template_has(tpl, OP_FORM) ||
		    template_has(tpl, OP_SORTEDFORM))
			type = "application/x-www-form-urlencoded";
	}
	return add(s, "Content-Type",
	    span_str(type == NULL ? "application/json" : type));
}

/* Now, in the form in which the provider writes it. */
static void
read_clock(struct signing *s)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	s->now = now.tv_sec;
	switch (s->profile->coverage.form) {
	case TIMESTAMP_ANY:
	case TIMESTAMP_SECONDS:
		snprintf(
		    s->clock, sizeof(s->clock), "%lld", (long long)now.tv_sec);
		break;
	case TIMESTAMP_MILLISECONDS:
		snprintf(s->clock, sizeof(s->clock), "%lld%03ld",
		    (long long)now.tv_sec, now.tv_nsec / 1000000);
		break;
	case TIMESTAMP_MICROSECONDS:
		snprintf(s->clock, sizeof(s->clock), "%lld%06ld",
		    (long long)now.tv_sec, now.tv_nsec / 1000);
		break;
	case TIMESTAMP_NANOSECONDS:
		snprintf(s->clock, sizeof(s->clock), "%lld%09ld",
		    (long long)now.tv_sec, now.tv_nsec);
		break;
	case TIMESTAMP_DECIMAL:
		snprintf(s->clock, sizeof(s->clock), "%lld.%03ld",
		    (long long)now.tv_sec, now.tv_nsec / 1000000);
		break;
	case TIMESTAMP_UTC:
	case TIMESTAMP_ISO8601:
		timestamp_format(s->clock, &now);
		s->clock[strlen("2026-11-21T20:30:00")] = '\0';
		break;
	case TIMESTAMP_RFC3339:
		timestamp_format(s->clock, &now);
		break;
	case TIMESTAMP_IMF:
		timestamp_imf(s->clock, now.tv_sec);
		break;
	}
}

/* The signed time, if the user gives it: by -t, or by -H for its header. */
static bool
find_given_time(struct signing *s, bool *given)
{
	const struct field *field = &s->profile->timestamp;
	struct span value;

	*given = s->in->time != NULL;
	if (*given)
		s->ts = span_str(s->in->time);
	if (field->kind != FIELD_HEADER ||
	    request_header(&s->req, field->arg, &value) != REQUEST_ONE)
		return true;
	if (*given) {
		reason_set(s->why,
		    "the signed time is given twice: by -t, and by -H %s",
		    field->arg);
		return false;
	}
	*given = true;
	s->ts = value;
	return true;
}

static bool
add_time(struct signing *s)
{
	const struct field *field = &s->profile->timestamp;
	bool given;

	if (field->kind != FIELD_HEADER && field->kind != FIELD_ELEMENT &&
	    !s->profile->scheme->timed && s->in->time != NULL)
		return fail(s, "signs no time that -t could set");
	read_clock(s);
	s->ts = span_str(s->clock);
	if (!find_given_time(s, &given))
		return false;
	if (field->kind == FIELD_HEADER && !add(s, field->arg, s->ts))
		return false;
	if (field->kind == FIELD_JSON) {
		if (field_get(field, &s->req, s->req.body, &s->ts_owner) !=
		    LOOKUP_FOUND) {
			reason_set(s->why,
			    "the body lacks the signed time, json:%s: put that "
			    "field into the body, once",
			    field->arg);
			return false;
		}
		s->ts = s->ts_owner.text;
	}
	if (given && !timestamp_parse(s->ts, &s->now)) {
		reason_set(s->why, "%.*s is not a time", (int)s->ts.len,
		    (const char *)s->ts.ptr);
		return false;
	}
	return true;
}

/* "Name: template"; left out where the body lacks what it needs. */
static bool
add_extra(struct signing *s)
{
	struct template_input in = profile_input(s->profile, &s->req, s->ts);
	struct span rest = span_str(s->in->prov->words.header);
	struct span name = span_cut(&rest, ':');
	struct signed_text text = {.n = 0};
	struct template tpl = {.n = 0};
	char key[HEADER_NAME_MAX];
	char *value = NULL;
	bool ok = true;
	size_t len = 0;

	if (rest.len == 0)
		return true;
	rest = span_trim(rest);
	snprintf(
	    key, sizeof(key), "%.*s", (int)name.len, (const char *)name.ptr);
	if (!template_parse(&tpl, (const char *)rest.ptr, s->why))
		return false;
	if (template_fill(&tpl, &in, &text) == ST_OK &&
	    (value = signed_text_join(&text, &len)) != NULL)
		ok = add(s, key, span_mem(value, len));
	free(value);
	signed_text_free(&text);
	template_free(&tpl);
	return ok;
}

/* Check it as the receiver would. */
static bool
verify(struct signing *s)
{
	struct verified ok;

	if (s->profile->scheme->verify(
		s->in->prov, &s->req, s->now, &ok, s->why) != ST_OK)
		return false;
	verified_free(&ok);
	return true;
}

static bool
add_token(struct signing *s)
{
	struct span secret = secret_at(&s->in->prov->secrets, 0);
	struct span prefix = s->profile->prefix;
	size_t len = prefix.len + secret.len;
	size_t room = prefix.len + ENCODE_BASE64_ROOM(secret.len);
	unsigned char *value = malloc(room);
	bool ok;

	if (value == NULL)
		return fail(s, "out of memory");
	if (prefix.len > 0)
		memcpy(value, prefix.ptr, prefix.len);
	if (s->profile->basic) {
		encode_base64((char *)value + prefix.len, secret);
		len = strlen((char *)value);
	} else {
		memcpy(value + prefix.len, secret.ptr, secret.len);
	}
	ok = add(s, s->profile->signature[0].text, span_mem(value, len));
	OPENSSL_cleanse(value, room);
	free(value);
	return ok;
}

/* --- signatures over a template's text --- */

/* n signatures, after the time if it stands there; malloc'd, or NULL. */
static char *
make_elements(struct signing *s, struct span prefix,
    char text[][SIG_ENCODE_MAX], size_t n)
{
	const struct profile *profile = s->profile;
	char *value = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&value, &len);

	if (f == NULL)
		return NULL;
	if (profile->timestamp.kind == FIELD_ELEMENT) {
		fputs(profile->timestamp.arg, f);
		stream_put(f, s->ts);
		putc(profile->separator, f);
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			putc(profile->separator, f);
		stream_put(f, prefix);
		fputs(text[i], f);
	}
	return stream_end(f, &value) ? value : NULL;
}

/* Put them into the body; what is signed does not change by that. */
static bool
put_into_body(struct signing *s, struct span value)
{
	struct signing_result *made = s->made;
	size_t len = 0;
	char *body = body_signature_put(
	    s->req.body, s->source->field.arg, value, &len, s->why);

	if (body == NULL)
		return false;
	made->owned = body;
	made->body = s->req.body = span_mem(body, len);
	return true;
}

/* Add the header name, or the field of the body if it is NULL. */
static bool
add_elements(struct signing *s, const char *name, struct span prefix,
    char text[][SIG_ENCODE_MAX], size_t n)
{
	char *value = make_elements(s, prefix, text, n);
	bool ok;

	if (value == NULL)
		return fail(s, "out of memory");
	ok = name == NULL ? put_into_body(s, span_str(value))
			  : add(s, name, span_str(value));
	free(value);
	return ok;
}

/* Add one value of all signatures or, of a numbered set, one of each. */
static bool
add_signatures(struct signing *s, struct span prefix,
    char text[][SIG_ENCODE_MAX], size_t n)
{
	const struct signature_source *source = s->source;
	char name[HEADER_NAME_MAX];
	bool ok = true;

	if (source->in != SIGNATURE_NUMBERED)
		return add_elements(s,
		    source->in == SIGNATURE_JSON ? NULL : source->text, prefix,
		    text, s->profile->separator != '\0' ? n : 1);
	for (size_t i = 0; i < n && ok; i++) {
		signature_name(
		    name, sizeof(name), source->text, (unsigned)i + 1);
		ok = add_elements(s, name, prefix, &text[i], 1);
	}
	return ok;
}

static bool
add_macs(struct signing *s, const struct signed_text *text)
{
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	char encoded[SECRETS_MAX][SIG_ENCODE_MAX];
	size_t n = s->in->prov->secrets.n;

	if (!verify_macs(s->in->prov, text, mac))
		return fail(s, "a secret is empty");
	for (size_t i = 0; i < n; i++)
		sig_encode(encoded[i], s->profile->signature_encoding,
		    span_mem(mac[i], digest_len(s->profile->digest)));
	return add_signatures(s, s->profile->prefix, encoded, n);
}

/* Sign text with the private key in the file that the input names. */
static bool
sign_with_key(
    struct signing *s, struct span text, char dst[static SIG_ENCODE_MAX])
{
	unsigned set = s->profile->algorithms;
	struct privkey_alg alg = {.names = ALG_NAMES_PLAIN};
	struct privkey_signature sig;
	struct privkey key;
	bool ok = false;

	if (!privkey_read(&key, s->in->key, s->in->key_fd, s->why))
		return false;
	alg.set = set & key.public.item[0].algorithms;
	if (!sigalg_is_one(alg.set))
		reason_set(s->why, "%s: a key of another kind than %s",
		    s->in->key, sigalg_name(alg.names, set));
	else
		ok = privkey_sign(&key, alg, text, &sig, s->why);
	privkey_free(&key);
	if (ok)
		sig_encode(dst, s->profile->signature_encoding,
		    span_mem(sig.bytes, sig.len));
	return ok;
}

static bool
add_asymmetric(struct signing *s, const struct signed_text *text)
{
	char encoded[1][SIG_ENCODE_MAX];
	size_t len = 0;
	char *whole = signed_text_join(text, &len);
	bool ok;

	if (whole == NULL)
		return fail(s, "out of memory");
	ok = sign_with_key(s, span_mem(whole, len), encoded[0]);
	free(whole);
	return ok &&
	       add_signatures(s, s->profile->asymmetric_prefix, encoded, 1);
}

/* Where signatures go: a header, or a set of them, before a field. */
static const struct signature_source *
find_source(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (profile->signature[i].in != SIGNATURE_JSON)
			return &profile->signature[i];
	}
	return &profile->signature[0];
}

/* The first alternative that can be filled in is what the provider signs. */
static bool
fill_text(struct signing *s, struct signed_text *text)
{
	struct template_input in = profile_input(s->profile, &s->req, s->ts);
	const struct template *first = NULL;
	enum status st = ST_UNVERIFIED;

	for (size_t i = 0; i < s->profile->nsigned && st == ST_UNVERIFIED;
	     i++) {
		const struct template *tpl = &s->profile->signed_payload[i];

		if (s->source->in == SIGNATURE_JSON &&
		    body_signature_is_signed(tpl, s->source->field.arg))
			continue;
		if (first == NULL)
			first = tpl;
		st = template_fill(tpl, &in, text);
	}
	if (first == NULL) {
		reason_set(s->why,
		    "cannot be signed: the signature stands in the body, at "
		    "%s, and signed_payload (%s) covers it there: it would "
		    "have to sign itself",
		    s->source->text, s->profile->signed_payload[0].text);
	} else if (st == ST_UNVERIFIED) {
		lacking_say(first, &in, s->why);
	} else if (st != ST_OK) {
		reason_set(s->why, "too large, or out of memory");
	}
	return st == ST_OK;
}

static bool
sign_text(struct signing *s)
{
	struct signed_text text = {.n = 0};
	bool ok;

	s->source = find_source(s->profile);
	if (!fill_text(s, &text))
		return false;
	ok = s->in->key != NULL ? add_asymmetric(s, &text) : add_macs(s, &text);
	signed_text_free(&text);
	return ok && verify(s);
}

/* Schemes that have a file of their own. */
static bool
sign_request(struct signing *s)
{
	const struct signing_request sign = {.in = s->in,
	    .req = &s->req,
	    .headers = &s->made->headers,
	    .uri = s->uri,
	    .created = (time_t)s->now};

	return s->profile->scheme->claims ? jwtsign_add(&sign, s->why)
					  : httpsign_add(&sign, s->why);
}

static bool
signs_uri(const struct profile *profile)
{
	bool found = false;

	for (size_t i = 0; i < profile->nsigned; i++)
		found =
		    found || template_has(&profile->signed_payload[i], OP_URI);
	return found;
}

/* The request target that a client makes of url; "" without one. */
static bool
find_uri(struct signing *s)
{
	const char *url =
	    s->in->url != NULL ? s->in->url : s->profile->public_url;
	struct url parts;
	int n;

	if (!url_split(&parts, span_str(url))) {
		if (!signs_uri(s->profile))
			return true;
		return fail(s, "signs the path of the URL: give the URL");
	}
	parts.query = span_before(parts.query, '#');
	n = snprintf(s->uri, sizeof(s->uri), "%.*s%.*s",
	    parts.path.len == 0 ? 1 : (int)parts.path.len,
	    parts.path.len == 0 ? "/" : (const char *)parts.path.ptr,
	    (int)parts.query.len,
	    parts.query.len == 0 ? "" : (const char *)parts.query.ptr);
	if (n >= 0 && (size_t)n < sizeof(s->uri))
		return true;
	reason_set(s->why, "the URL is over %zu bytes", sizeof(s->uri) - 1);
	return false;
}

/* What is wrong with the options for this scheme, or NULL. */
static const char *
options_fault(const struct signing *s)
{
	const struct scheme *scheme = s->profile->scheme;
	const struct signing_input *in = s->in;

	if (scheme->verify == verify_httpsig)
		return NULL;
	if (s->profile->certificate_url.kind != FIELD_NONE)
		return "signs with its own certificate: nobody else can sign "
		       "for it";
	if (!scheme->asymmetric && !scheme->claims &&
	    (in->key != NULL || in->kid != NULL || in->rfc9421))
		return "signs with a secret: --key, --kid and --rfc9421 do not "
		       "apply";
	if (in->rfc9421 || (in->kid != NULL && !scheme->claims))
		return "its signatures name no key: --kid and --rfc9421 do not "
		       "apply";
	if (in->key == NULL && in->prov->secrets.n == 0)
		return "signs with a private key: give its file by --key, and "
		       "its public key in the entry; or let the provider send "
		       "a test event";
	return NULL;
}

static bool
make(struct signing *s)
{
	const struct scheme *scheme = s->profile->scheme;

	if (scheme->verify == verify_httpsig || scheme->claims)
		return sign_request(s);
	if (scheme->verify == verify_token)
		return add_token(s) && verify(s);
	return sign_text(s);
}

static bool
make_all(struct signing *s)
{
	const struct profile *profile = s->profile;
	struct headers *headers = &s->made->headers;

	if (!find_uri(s) || !headers_init(headers, s->uri, s->why))
		return false;
	s->req.env = headers->env;
	s->req.method = span_str("POST");
	s->req.body = s->made->body = s->in->body;
	if (!own_headers_add(s->in, headers, s->why) || !add_content_type(s) ||
	    !add_time(s) || !add_fresh_id(s) || !add_extra(s))
		return false;
	if (profile->type.kind == FIELD_HEADER &&
	    !add(s, profile->type.arg, span_str("sample")))
		return false;
	return make(s);
}

bool
signing_make(const struct signing_input *in, struct signing_result *made,
    struct reason *why)
{
	struct signing s = {
	    .in = in, .profile = &in->prov->profile, .made = made, .why = why};
	const char *fault = options_fault(&s);
	bool ok = false;

	*made = (struct signing_result){.owned = NULL};
	if (fault != NULL)
		return fail(&s, fault);
	ok = make_all(&s);
	field_value_free(&s.ts_owner);
	if (!ok)
		signing_free(made);
	return ok;
}

void
signing_free(struct signing_result *made)
{
	headers_free(&made->headers);
	free(made->owned);
	*made = (struct signing_result){.owned = NULL};
}
