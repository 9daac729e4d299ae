/* signing.c - signatures made by the rules that they are checked by. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "httpsig.h"
#include "httpsign.h"
#include "jwtsign.h"
#include "sample.h"
#include "signature.h"
#include "signing.h"
#include "spell.h"
#include "timestamp.h"
#include "verify.h"

#define NAME_ROOM 256

/* One request on its way to being signed. */
struct work {
	const struct signing *in;
	const struct rule *rule;
	struct headers *headers;
	struct request req;
	struct span ts;
	int64_t now; /* the same in seconds */
	char uri[8192];
	char clock[24];          /* what ts is a view of, unless given */
	struct field_value held; /* or this */
	struct reason *why;
};

static bool
add(struct work *w, const char *name, struct span value)
{
	return headers_add(w->headers, name, value, w->why);
}

static bool
add_fresh_id(struct work *w)
{
	char id[UUID_TEXT_MAX];

	if (w->rule->id.kind != FIELD_HEADER)
		return true;
	if (!sample_uuid(id)) {
		reason_set(w->why, "no random bytes for an id");
		return false;
	}
	return add(w, w->rule->id.arg, span_str(id));
}

static bool
begins_json(struct span body)
{
	while (body.len > 0 && body.ptr[0] != '\0' &&
	       strchr(" \t\r\n", body.ptr[0]) != NULL)
		body = span_skip(body, 1);
	return body.len > 0 && (body.ptr[0] == '{' || body.ptr[0] == '[');
}

/* A form in place of the JSON that the provider is known for. */
static bool
add_content_type(struct work *w)
{
	const char *type = w->in->prov->words.sample_type;
	bool json = begins_json(w->in->body);

	for (size_t i = 0; i < w->rule->nsigned && !json; i++) {
		const struct template *tpl = &w->rule->signed_text[i];

		if (template_has(tpl, OP_FORM) ||
		    template_has(tpl, OP_SORTEDFORM))
			type = "application/x-www-form-urlencoded";
	}
	return add(w, "Content-Type",
	    span_str(type == NULL ? "application/json" : type));
}

static bool
add_time(struct work *w)
{
	const struct field *field = &w->rule->timestamp;

	if (field->kind != FIELD_HEADER && field->kind != FIELD_ELEMENT &&
	    !w->rule->scheme->timed && w->in->time != NULL) {
		reason_set(w->why, "sends no signed time that could be set");
		return false;
	}
	w->now = time(NULL);
	snprintf(w->clock, sizeof(w->clock), "%lld", (long long)w->now);
	w->ts = span_str(w->in->time != NULL ? w->in->time : w->clock);
	if (field->kind == FIELD_HEADER && !add(w, field->arg, w->ts))
		return false;
	if (field->kind == FIELD_JSON) {
		if (field_get(field, &w->req, w->req.body, &w->held) != 1) {
			reason_set(w->why,
			    "the body lacks the signed time, json:%s",
			    field->arg);
			return false;
		}
		w->ts = w->held.text;
	}
	if (w->in->time != NULL && !timestamp_parse(w->ts, &w->now)) {
		reason_set(w->why, "%s is not a time", w->in->time);
		return false;
	}
	return true;
}

/* An empty span may be NULL, which fwrite() is not to be given. */
static void
put(FILE *f, struct span text)
{
	if (text.len > 0)
		fwrite(text.ptr, 1, text.len, f);
}

/* A filled-in template as one string; malloc'd, or NULL. */
static char *
text_of(const struct signed_text *text, size_t *len)
{
	char *dst = NULL;
	FILE *f = open_memstream(&dst, len);

	if (f == NULL)
		return NULL;
	for (size_t i = 0; i < text->n; i++)
		put(f, text->part[i]);
	if (fclose(f) == 0)
		return dst;
	free(dst);
	return NULL;
}

/* "Name: template"; left out where the body lacks what it needs. */
static bool
add_extra(struct work *w)
{
	struct template_input in = {.req = &w->req, .ts = w->ts};
	struct span rest = span_str(w->in->prov->words.header);
	struct span name = span_cut(&rest, ':');
	struct signed_text text = {.n = 0};
	struct template tpl = {.n = 0};
	char key[NAME_ROOM];
	char *value = NULL;
	bool ok = true;
	size_t len = 0;

	if (rest.len == 0)
		return true;
	rest = span_trim(rest);
	snprintf(
	    key, sizeof(key), "%.*s", (int)name.len, (const char *)name.ptr);
	if (!template_parse(&tpl, (const char *)rest.ptr, w->why))
		return false;
	if (template_fill(&tpl, &in, &text) == ST_OK &&
	    (value = text_of(&text, &len)) != NULL)
		ok = add(w, key, span_mem(value, len));
	free(value);
	signed_text_free(&text);
	template_free(&tpl);
	return ok;
}

/* One header of the signatures from..to-1, after the time if it has one. */
static bool
add_elements(struct work *w, const char *name, struct span prefix,
    char spelt[][SPELL_MAX], size_t from, size_t to)
{
	const struct rule *rule = w->rule;
	char *value = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&value, &len);
	bool ok = false;

	if (f == NULL)
		goto out;
	if (rule->timestamp.kind == FIELD_ELEMENT)
		fprintf(f, "%s%.*s%c", rule->timestamp.arg, (int)w->ts.len,
		    (const char *)w->ts.ptr, rule->separator);
	for (size_t i = from; i < to; i++) {
		if (i > from)
			fputc(rule->separator, f);
		put(f, prefix);
		fputs(spelt[i], f);
	}
	if (fclose(f) == 0)
		ok = add(w, name, span_mem(value, len));
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
	for (size_t i = 0; i < w->rule->nsignature; i++) {
		const char *name = w->rule->signature[i];

		if (!span_starts(span_str(name), span_str("json:")))
			return name;
	}
	return NULL;
}

/* As the receiver would. */
static bool
verify(struct work *w)
{
	struct verified ok;

	if (w->rule->scheme->verify(
		w->in->prov, &w->req, w->now, &ok, w->why) != ST_OK)
		return false;
	verified_free(&ok);
	return true;
}

/* The body brings its signature along, as the sample does. */
static bool
verify_inside(struct work *w)
{
	if (verify(w))
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
		spell_bytes(spelt[i], w->rule->encoding,
		    span_mem(mac[i], digest_len(w->rule->digest)));
	if (strchr(header, '*') == NULL)
		return add_elements(w, header, w->rule->prefix, spelt, 0,
		    w->rule->separator != '\0' ? n : 1);
	for (size_t i = 0; i < n && ok; i++) {
		signature_name(name, sizeof(name), header, (unsigned)i + 1);
		ok = add_elements(w, name, w->rule->prefix, spelt, i, i + 1);
	}
	return ok;
}

/* What the provider would make with its private key. */
static bool
add_keyed(struct work *w, const char *header, const struct signed_text *text)
{
	char spelt[1][SPELL_MAX], name[NAME_ROOM];
	size_t len = 0;
	char *whole = text_of(text, &len);
	bool ok;

	if (whole == NULL) {
		reason_set(w->why, "out of memory");
		return false;
	}
	ok = spell_signature(
	    spelt[0], w->rule, w->in->key, span_mem(whole, len), w->why);
	free(whole);
	if (strchr(header, '*') != NULL) {
		signature_name(name, sizeof(name), header, 1);
		header = name;
	}
	return ok &&
	       add_elements(w, header, w->rule->keyed_prefix, spelt, 0, 1);
}

/* The first alternative that can be filled in is what the provider signs. */
static bool
add_signed(struct work *w)
{
	struct template_input in = {.req = &w->req,
	    .ts = w->ts,
	    .url = w->rule->url,
	    .webhook_id = w->rule->webhook_id,
	    .takes_field = w->rule->takes_field,
	    .unsafe_body = w->rule->unsafe_body};
	const char *header = signature_header(w);
	struct signed_text text = {.n = 0};
	enum status st = ST_UNVERIFIED;
	bool ok;

	if (header == NULL)
		return verify_inside(w);
	for (size_t i = 0; i < w->rule->nsigned && st == ST_UNVERIFIED; i++)
		st = template_fill(&w->rule->signed_text[i], &in, &text);
	if (st != ST_OK) {
		reason_set(w->why, "the body lacks what is signed: %s",
		    w->rule->signed_text[0].text);
		return false;
	}
	if (w->in->key != NULL)
		ok = add_keyed(w, header, &text);
	else
		ok = add_macs(w, header, &text);
	signed_text_free(&text);
	return ok;
}

static bool
add_token(struct work *w)
{
	struct span secret = secret_at(&w->in->prov->secrets, 0);
	struct span prefix = w->rule->prefix;
	size_t len = prefix.len + secret.len;
	size_t room = prefix.len + 4 * (secret.len / 3 + 1) + 1;
	unsigned char *value = malloc(room);
	bool ok;

	if (value == NULL) {
		reason_set(w->why, "out of memory");
		return false;
	}
	if (prefix.len > 0)
		memcpy(value, prefix.ptr, prefix.len);
	if (w->rule->basic) {
		digest_base64((char *)value + prefix.len, secret);
		len = strlen((char *)value);
	} else {
		memcpy(value + prefix.len, secret.ptr, secret.len);
	}
	ok = add(w, w->rule->signature[0], span_mem(value, len));
	OPENSSL_cleanse(value, room);
	free(value);
	return ok;
}

/* By whoever makes what covers the request as a whole. */
static bool
add_whole(struct work *w)
{
	const struct httpsign sign = {.in = w->in,
	    .req = &w->req,
	    .headers = w->headers,
	    .uri = w->uri,
	    .created = (time_t)w->now};

	return w->rule->scheme->claims ? jwtsign_add(&sign, w->why)
				       : httpsign_add(&sign, w->why);
}

static bool
signs_uri(const struct rule *rule)
{
	bool found = false;

	for (size_t i = 0; i < rule->nsigned; i++)
		found = found || template_has(&rule->signed_text[i], OP_URI);
	return found;
}

/* The request target that a client makes of url; "" without one. */
static bool
find_uri(struct work *w)
{
	const char *url = w->in->url != NULL ? w->in->url : w->rule->url;
	const char *path = url == NULL ? NULL : strstr(url, "://");
	int n;

	if (path == NULL && signs_uri(w->rule)) {
		reason_set(w->why, "signs the path it posts to: say the URL");
		return false;
	}
	if (path == NULL)
		return true;
	path += strlen("://");
	path += strcspn(path, "/?#");
	n = snprintf(w->uri, sizeof(w->uri), "%s%.*s", *path == '/' ? "" : "/",
	    (int)strcspn(path, "#"), path);
	if (n >= 0 && (size_t)n < sizeof(w->uri))
		return true;
	reason_set(w->why, "the URL is over %zu bytes", sizeof(w->uri) - 1);
	return false;
}

/* Options that this scheme has no use for, or cannot do without. */
static bool
check_options(struct work *w)
{
	const struct scheme *scheme = w->rule->scheme;
	bool secrets = w->in->prov->secrets.n > 0;

	if (scheme->verify == verify_httpsig)
		return true;
	if (w->rule->cert.kind != FIELD_NONE)
		reason_set(w->why,
		    "is signed by a certificate of the sender's own: nobody "
		    "else can sign for it");
	else if (!scheme->keyed && !scheme->claims &&
		 (w->in->key != NULL || w->in->kid != NULL || w->in->rfc9421))
		reason_set(w->why,
		    "signs with a secret: no --key, --kid or --rfc9421");
	else if (w->in->rfc9421 || (w->in->kid != NULL && !scheme->claims))
		reason_set(w->why, "names no key: no --kid or --rfc9421");
	else if (w->in->key == NULL && !secrets)
		reason_set(w->why,
		    "is signed with a private key: name its file by --key");
	else
		return true;
	return false;
}

static bool
make(struct work *w)
{
	const struct scheme *scheme = w->rule->scheme;

	if (scheme->verify == verify_httpsig || scheme->claims)
		return add_whole(w);
	if (scheme->verify == verify_token)
		return add_token(w) && verify(w);
	return add_signed(w) && verify(w);
}

bool
signing_make(
    const struct signing *in, struct headers *headers, struct reason *why)
{
	const struct rule *rule = &in->prov->rule;
	struct work w = {
	    .in = in, .rule = rule, .headers = headers, .why = why};
	bool ok = false;

	*headers = (struct headers){.n = 0};
	if (!find_uri(&w) || !headers_init(headers, w.uri, why))
		goto out;
	w.req.env = headers->env;
	w.req.method = span_str("POST");
	w.req.body = in->body;
	if (!add_content_type(&w) || !add_time(&w) || !add_fresh_id(&w) ||
	    !add_extra(&w))
		goto out;
	if (rule->type.kind == FIELD_HEADER &&
	    !add(&w, rule->type.arg, span_str("sample")))
		goto out;
	ok = check_options(&w) && make(&w);
out:
	field_value_free(&w.held);
	if (!ok)
		headers_free(headers);
	return ok;
}
