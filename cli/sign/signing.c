/* signing.c - signatures made by the profiles that they are checked by. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "base/url.h"
#include "httpsign.h"
#include "jwtsign.h"
#include "sample.h"
#include "signing_own.h"
#include "verify/httpsig/httpsig.h"
#include "verify/token.h"

#define NAME_ROOM 256

bool
signing_add(struct work *w, const char *name, struct span value)
{
	return headers_add(w->headers, name, value, w->why);
}

static bool
add_fresh_id(struct work *w)
{
	char id[UUID_TEXT_MAX];

	if (w->profile->id.kind != FIELD_HEADER)
		return true;
	if (!sample_uuid(id)) {
		reason_set(w->why, "no random bytes for an id");
		return false;
	}
	return signing_add(w, w->profile->id.arg, span_str(id));
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

	for (size_t i = 0; i < w->profile->nsigned && !json; i++) {
		const struct template *tpl = &w->profile->signed_payload[i];

		if (template_has(tpl, OP_FORM) ||
		    template_has(tpl, OP_SORTEDFORM))
			type = "application/x-www-form-urlencoded";
	}
	return signing_add(w, "Content-Type",
	    span_str(type == NULL ? "application/json" : type));
}

/* Now, in the form in which the provider writes it. */
static void
read_clock(struct work *w)
{
	const char *form = w->in->prov->words.time;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	w->now = now.tv_sec;
	if (form == NULL)
		snprintf(
		    w->clock, sizeof(w->clock), "%lld", (long long)now.tv_sec);
	else if (strcmp(form, "ms") == 0)
		snprintf(w->clock, sizeof(w->clock), "%lld%03ld",
		    (long long)now.tv_sec, now.tv_nsec / 1000000);
	else
		timestamp_format(w->clock, &now);
}

static bool
add_time(struct work *w)
{
	const struct field *field = &w->profile->timestamp;

	if (field->kind != FIELD_HEADER && field->kind != FIELD_ELEMENT &&
	    !w->profile->scheme->timed && w->in->time != NULL) {
		reason_set(w->why, "sends no signed time that could be set");
		return false;
	}
	read_clock(w);
	w->ts = span_str(w->in->time != NULL ? w->in->time : w->clock);
	if (field->kind == FIELD_HEADER && !signing_add(w, field->arg, w->ts))
		return false;
	if (field->kind == FIELD_JSON) {
		if (field_get(field, &w->req, w->req.body, &w->ts_owner) !=
		    LOOKUP_FOUND) {
			reason_set(w->why,
			    "the body lacks the signed time, json:%s",
			    field->arg);
			return false;
		}
		w->ts = w->ts_owner.text;
	}
	if (w->in->time != NULL && !timestamp_parse(w->ts, &w->now)) {
		reason_set(w->why, "%s is not a time", w->in->time);
		return false;
	}
	return true;
}

/* "Name: template"; left out where the body lacks what it needs. */
static bool
add_extra(struct work *w)
{
	struct template_input in = profile_input(w->profile, &w->req, w->ts);
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
	    (value = signed_text_join(&text, &len)) != NULL)
		ok = signing_add(w, key, span_mem(value, len));
	free(value);
	signed_text_free(&text);
	template_free(&tpl);
	return ok;
}

static bool
add_token(struct work *w)
{
	struct span secret = secret_at(&w->in->prov->secrets, 0);
	struct span prefix = w->profile->prefix;
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
	if (w->profile->basic) {
		encode_base64((char *)value + prefix.len, secret);
		len = strlen((char *)value);
	} else {
		memcpy(value + prefix.len, secret.ptr, secret.len);
	}
	ok =
	    signing_add(w, w->profile->signature[0].text, span_mem(value, len));
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

	return w->profile->scheme->claims ? jwtsign_add(&sign, w->why)
					  : httpsign_add(&sign, w->why);
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
find_uri(struct work *w)
{
	const char *url =
	    w->in->url != NULL ? w->in->url : w->profile->public_url;
	struct url parts;
	int n;

	if (!url_split(&parts, span_str(url))) {
		if (!signs_uri(w->profile))
			return true;
		reason_set(w->why, "signs the path it posts to: say the URL");
		return false;
	}
	parts.query = span_before(parts.query, '#');
	n = snprintf(w->uri, sizeof(w->uri), "%.*s%.*s",
	    parts.path.len == 0 ? 1 : (int)parts.path.len,
	    parts.path.len == 0 ? "/" : (const char *)parts.path.ptr,
	    (int)parts.query.len,
	    parts.query.len == 0 ? "" : (const char *)parts.query.ptr);
	if (n >= 0 && (size_t)n < sizeof(w->uri))
		return true;
	reason_set(w->why, "the URL is over %zu bytes", sizeof(w->uri) - 1);
	return false;
}

/* Options that this scheme has no use for, or cannot do without. */
static bool
check_options(struct work *w)
{
	const struct scheme *scheme = w->profile->scheme;
	bool secrets = w->in->prov->secrets.n > 0;

	if (scheme->verify == verify_httpsig)
		return true;
	if (w->profile->certificate_url.kind != FIELD_NONE)
		reason_set(w->why,
		    "is signed by a certificate of the sender's own: nobody "
		    "else can sign for it");
	else if (!scheme->asymmetric && !scheme->claims &&
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
	const struct scheme *scheme = w->profile->scheme;

	if (scheme->verify == verify_httpsig || scheme->claims)
		return add_whole(w);
	if (scheme->verify == verify_token)
		return add_token(w) && signing_verify(w);
	return signing_text(w) && signing_verify(w);
}

bool
signing_make(
    const struct signing *in, struct headers *headers, struct reason *why)
{
	const struct profile *profile = &in->prov->profile;
	struct work w = {
	    .in = in, .profile = profile, .headers = headers, .why = why};
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
	if (profile->type.kind == FIELD_HEADER &&
	    !signing_add(&w, profile->type.arg, span_str("sample")))
		goto out;
	ok = check_options(&w) && make(&w);
out:
	field_value_free(&w.ts_owner);
	if (!ok)
		headers_free(headers);
	return ok;
}
