/* sender.c - signs as the words of an entry say, by OpenSSL alone. */
#include "sender.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <strings.h>

#include "../fuzz.h"
#include "jsonpath.h"
#include "mutate.h"
#include "secrets.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void
mail_add(struct mail *mail, const char *name, struct span value)
{
	struct header *h = &mail->header[mail->nheader];

	if (mail->nheader == SENDER_HEADERS)
		return;
	bytes_put(&h->name, name);
	bytes_add(&h->value, value);
	mail->nheader++;
}

/* As the environment has it, where '-' and '_' are one. */
static bool
same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		int x = toupper((unsigned char)*a),
		    y = toupper((unsigned char)*b);

		if ((x == '_' ? '-' : x) != (y == '_' ? '-' : y))
			return false;
	}
	return *a == *b;
}

struct header *
mail_find(struct mail *mail, const char *name)
{
	for (size_t i = 0; i < mail->nheader; i++) {
		if (same_name(mail->header[i].name.ptr, name))
			return &mail->header[i];
	}
	return NULL;
}

struct span
mail_header(const struct mail *mail, const char *name, size_t *n)
{
	struct span value = span_str("");

	*n = 0;
	for (size_t i = 0; i < mail->nheader; i++) {
		const struct header *h = &mail->header[i];

		if (!same_name(h->name.ptr, name))
			continue;
		++*n;
		if (value.len == 0)
			value = bytes_span(&h->value);
	}
	if (value.len == 0)
		*n = 0;
	return value;
}

void
mail_drop(struct mail *mail, struct header *h)
{
	struct header *last;

	if (h == NULL)
		return;
	last = &mail->header[--mail->nheader];
	bytes_free(&h->name);
	bytes_free(&h->value);
	if (h != last)
		*h = *last;
	*last = (struct header){{NULL, 0}, {NULL, 0}};
}

void
mail_free(struct mail *mail)
{
	while (mail->nheader > 0)
		mail_drop(mail, &mail->header[0]);
	bytes_free(&mail->method);
	bytes_free(&mail->target);
	bytes_free(&mail->body);
	bytes_free(&mail->length);
	bytes_free(&mail->signature);
}

/* --- what is signed --- */

static bool
field_value(const struct mail *mail, const char *spec, struct span body,
    struct bytes *dst)
{
	struct span value;
	size_t n;

	if (spec == NULL)
		return false;
	if (strncmp(spec, "header:", 7) == 0) {
		value = mail_header(mail, spec + 7, &n);
		bytes_add(dst, value);
		return n == 1;
	}
	if (strncmp(spec, "json:", 5) == 0)
		return jsonpath_find(body, spec + 5, &value) &&
		       value.ptr[0] != '{' && value.ptr[0] != '[' &&
		       jsonpath_text(value, dst);
	if (strncmp(spec, "form:", 5) == 0)
		return text_form_field(body, spec + 5, dst);
	return false;
}

/* The elements of a signature's header that begin with prefix. */
static bool
element_value(const struct mail *mail, const char *prefix, struct bytes *dst)
{
	const struct rule *rule = mail->rule;
	size_t n, found = 0;
	struct span rest = mail_header(mail, rule->signature, &n);

	while (n == 1 && rest.ptr != NULL) {
		struct span one =
		    span_trim(span_cut(&rest, rule->words.separator[0]));

		if (span_starts(one, span_str(prefix)) &&
		    one.len > strlen(prefix) && found++ == 0)
			bytes_add(dst, span_skip(one, strlen(prefix)));
	}
	return found == 1;
}

/* The signed time, wherever it is. */
static bool
signed_time(const struct mail *mail, struct bytes *dst)
{
	const char *spec = mail->rule->timestamp;

	if (spec != NULL && strncmp(spec, "element:", 8) == 0)
		return element_value(mail, spec + 8, dst);
	return field_value(mail, spec, bytes_span(&mail->body), dst);
}

/* "{members:A,B?}", line by line. */
static bool
add_members(struct span names, const struct mail *mail, struct bytes *dst)
{
	bool first = true;

	while (names.ptr != NULL) {
		struct span name = span_cut(&names, ','), raw;
		bool needed = !span_is(span_skip(name, name.len - 1), "?");
		char key[64];
		size_t begin;

		snprintf(key, sizeof(key), "%.*s", (int)(name.len - !needed),
		    (const char *)name.ptr);
		if (!jsonpath_find(bytes_span(&mail->body), key, &raw)) {
			if (needed)
				return false;
			continue;
		}
		bytes_put(dst, key);
		bytes_put(dst, "\n");
		begin = dst->len;
		if (raw.ptr[0] != '"' || !jsonpath_text(raw, dst))
			return false;
		if (!first &&
		    memchr(dst->ptr + begin, '\n', dst->len - begin) != NULL)
			return false;
		bytes_put(dst, "\n");
		first = false;
	}
	return true;
}

static bool
add_url(const struct rule *rule, const char *form, struct bytes *dst)
{
	const char *url = rule->words.public_url, *host;
	size_t at;

	if (url == NULL)
		return false;
	bytes_put(dst, url);
	host = strstr(url, "://");
	if (strcmp(form, "url:port") == 0 && host != NULL) {
		at = (size_t)(host + 3 - url);
		at += strcspn(url + at, "/?#");
		bytes_splice(dst, at, 0, span_str(":443"));
	}
	return true;
}

static bool
fill_json(const struct mail *mail, const char *path, struct content *content,
    struct bytes *dst)
{
	struct span raw;

	if (!jsonpath_find(bytes_span(&mail->body), path, &raw) ||
	    !jsonpath_text(raw, dst))
		return false;
	bytes_splice(
	    &content->payload, 0, content->payload.len, bytes_span(dst));
	return true;
}

static void
pay(struct content *content, const struct mail *mail)
{
	bytes_splice(&content->payload, 0, content->payload.len,
	    bytes_span(&mail->body));
}

/* One variable, by its name without braces. */
static bool
fill(const struct mail *mail, const char *name, struct content *content,
    struct bytes *dst)
{
	const char *arg = strchr(name, ':');
	struct span body = bytes_span(&mail->body);
	size_t n;

	arg = arg == NULL ? "" : arg + 1;
	if (strcmp(name, "ts") == 0)
		return signed_time(mail, dst);
	if (strcmp(name, "method") == 0)
		bytes_add(dst, bytes_span(&mail->method));
	else if (strcmp(name, "uri") == 0)
		bytes_add(dst, bytes_span(&mail->target));
	else if (strcmp(name, "webhook_id") == 0)
		bytes_put(dst, mail->rule->words.webhook_id);
	else if (strncmp(name, "url", 3) == 0)
		return add_url(mail->rule, name, dst);
	else if (strncmp(name, "header:", 7) == 0)
		bytes_add(dst, mail_header(mail, arg, &n));
	else if (strncmp(name, "json:", 5) == 0)
		return fill_json(mail, arg, content, dst);
	else if (strncmp(name, "form:", 5) == 0)
		return text_form_field(body, arg, dst) &&
		       (pay(content, mail),
			   bytes_splice(&content->payload, 0,
			       content->payload.len, bytes_span(dst)),
			   true);
	else if (strncmp(name, "members:", 8) == 0)
		return content->members = true, pay(content, mail),
		       add_members(span_str(arg), mail, dst);
	else if (strcmp(arg, "url") == 0)
		text_hex_digest(
		    name, span_str(mail->rule->words.public_url), dst);
	else
		return false;
	return strncmp(name, "header:", 7) != 0 || n == 1;
}

/* One that stands for the whole body. */
static bool
fill_body(const struct mail *mail, const char *name, struct content *content,
    struct bytes *dst)
{
	struct span body = bytes_span(&mail->body);
	char crc[16];

	if (strcmp(name, "body") == 0) {
		bytes_add(dst, body);
	} else if (strcmp(name, "sortedform") == 0) {
		if (!text_sorted_form(body, dst))
			return false;
	} else if (strcmp(name, "crc32:body") == 0) {
		snprintf(crc, sizeof(crc), "%lu", text_crc32(body));
		bytes_put(dst, crc);
	} else if (strstr(name, ":body") != NULL) {
		text_hex_digest(name, body, dst);
	} else {
		return false;
	}
	pay(content, mail);
	return true;
}

/* Parts and literals in turn; false if a variable has no value. */
static bool
fill_template(
    const struct mail *mail, const char *text, struct content *content)
{
	bool body = strstr(text, "body}") != NULL, ok = true;

	while (*text != '\0' && ok && content->n < SENDER_PARTS) {
		struct bytes *dst = &content->part[content->n++];
		char name[256];
		size_t len;

		if (*text != '{') {
			len = strcspn(text, "{");
			bytes_add(dst, span_mem(text, len));
			text += len;
			continue;
		}
		len = strcspn(text, "}");
		snprintf(name, sizeof(name), "%.*s", (int)len - 1, text + 1);
		text += len + 1;
		ok = fill_body(mail, name, content, dst) ||
		     fill(mail, name, content, dst);
	}
	if (body || mail->rule->words.unsafe_body)
		pay(content, mail);
	return ok;
}

/* --- schemes without templates --- */

static bool
fill_token(const struct mail *mail, struct content *content)
{
	const char *prefix = mail->rule->prefix;
	struct span value;
	size_t n;

	value = mail_header(mail, mail->rule->signature, &n);
	if (strncasecmp(prefix, "Bearer ", 7) == 0 && value.len >= 7 &&
	    strncasecmp((const char *)value.ptr, prefix, 7) == 0)
		value = span_skip(value, 7); /* in any case: RFC 9110, 11.1 */
	pay(content, mail);
	content->n = 1;
	bytes_add(&content->part[0], value);
	return n == 1;
}

/* The token as it stands, and what its claims say of the request. */
static bool
fill_jwt(const struct mail *mail, struct content *content)
{
	struct content claims = {.n = 0};
	bool ok = fill_token(mail, content);

	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		const char *claim = mail->rule->words.claims[i];

		if (claim == NULL)
			break;
		ok = ok && fill_template(mail, strchr(claim, '=') + 1, &claims);
	}
	for (size_t i = 0; i < claims.n && content->n < SENDER_PARTS; i++)
		bytes_add(
		    &content->part[content->n++], bytes_span(&claims.part[i]));
	content_free(&claims);
	return ok;
}

/* Of a target only the query, where the settings have the rest of the URL. */
static void
add_target(const struct mail *mail, struct bytes *dst)
{
	const char *url = mail->rule->words.public_url;
	const char *target = mail->target.ptr;

	if (mail->rule->scheme == BY_DRAFT && url != NULL)
		bytes_put(dst, strchr(strstr(url, "://") + 3, '/'));
	if (url != NULL)
		target = strchr(target, '?');
	bytes_put(dst, target == NULL ? "" : target);
}

/* All that our HTTP signatures cover. */
static bool
fill_httpsig(const struct mail *mail, struct content *content)
{
	static const char *const draft[] = {"Host", "Date", "Digest", NULL};
	static const char *const rfc9421[] = {"Content-Digest", NULL};
	const char *const *name =
	    mail->rule->scheme == BY_DRAFT ? draft : rfc9421;

	pay(content, mail);
	bytes_add(&content->part[0], bytes_span(&mail->method));
	add_target(mail, &content->part[1]);
	bytes_add(&content->part[2], bytes_span(&mail->body));
	content->n = 3;
	for (; *name != NULL; name++) {
		size_t n;
		struct span value = mail_header(mail, *name, &n);

		if (n > 1)
			return false;
		bytes_add(&content->part[content->n++], value);
	}
	return true;
}

bool
sender_content(
    const struct mail *mail, size_t alternative, struct content *content)
{
	*content = (struct content){.alternative = alternative};
	switch (mail->rule->scheme) {
	case BY_TOKEN:
		return fill_token(mail, content);
	case BY_JWT:
		return fill_jwt(mail, content);
	case BY_DRAFT:
	case BY_RFC9421:
		return fill_httpsig(mail, content);
	case BY_HMAC:
	case BY_KEY:
		break;
	}
	return fill_template(
	    mail, mail->rule->text[alternative % mail->rule->ntext], content);
}

void
content_free(struct content *content)
{
	for (size_t i = 0; i < SENDER_PARTS; i++)
		bytes_free(&content->part[i]);
	bytes_free(&content->payload);
}

bool
content_same(const struct content *a, const struct content *b)
{
	if (a->n != b->n || a->alternative != b->alternative)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!span_eq(bytes_span(&a->part[i]), bytes_span(&b->part[i])))
			return false;
	}
	return true;
}

static void
join(const struct content *content, struct bytes *dst)
{
	for (size_t i = 0; i < content->n; i++)
		bytes_add(dst, bytes_span(&content->part[i]));
}

bool
content_joined_same(const struct content *a, const struct content *b)
{
	struct bytes x = {NULL, 0}, y = {NULL, 0};
	bool same;

	join(a, &x);
	join(b, &y);
	same = span_eq(bytes_span(&x), bytes_span(&y));
	bytes_free(&x);
	bytes_free(&y);
	return same;
}

void
mail_id(
    const struct mail *mail, const struct content *content, struct bytes *id)
{
	if (!field_value(
		mail, mail->rule->id, bytes_span(&content->payload), id))
		bytes_splice(id, 0, id->len, span_str(""));
}

/* --- signing --- */

/* A MAC or signature of text, which the mail keeps. */
static struct span
sign(struct mail *mail, const char *digest, long which, struct span text)
{
	const struct rule *rule = mail->rule;
	struct bytes *dst = &mail->signature;
	unsigned char sig[1024];
	size_t len = sizeof(sig);
	unsigned n = 0;
	EVP_MD_CTX *ctx;

	if (rule->key == NULL) {
		const char *secret = secret_text[which];

		must(HMAC(EVP_get_digestbyname(digest), secret,
			 (int)strlen(secret), text.ptr, text.len, sig,
			 &n) != NULL);
		bytes_splice(dst, 0, dst->len, span_mem(sig, n));
		return bytes_span(dst);
	}
	must((ctx = EVP_MD_CTX_new()) != NULL);
	must(EVP_DigestSignInit_ex(ctx, NULL,
		 EVP_PKEY_is_a(rule->key, "ED25519") ? NULL : digest, NULL,
		 NULL, secret_key(rule->key, which), NULL) == 1);
	must(EVP_DigestSign(ctx, sig, &len, text.ptr, text.len) == 1);
	EVP_MD_CTX_free(ctx);
	bytes_splice(dst, 0, dst->len, span_mem(sig, len));
	return bytes_span(dst);
}

/* Encoded as the letter wants it, or as the provider does. */
static void
encode(
    const struct rule *rule, long encoding, struct span raw, struct bytes *dst)
{
	const char *own = rule->words.signature_encoding;

	encoding &= 3;
	if (encoding == 0)
		encoding = own == NULL                     ? 1
			   : strcmp(own, "base64") == 0    ? 2
			   : strcmp(own, "base64url") == 0 ? 3
							   : 1;
	if (encoding == 1)
		text_hex(raw, dst);
	else
		text_base64(raw, encoding == 3, dst);
}

/* What stands in a header of the signature, or in the body. */
static void
put_signature(struct mail *mail, struct span encoded, struct span time)
{
	const struct rule *rule = mail->rule;
	struct bytes value = {NULL, 0};
	char name[128];

	if (rule->signature == NULL) {
		bytes_replace(&mail->body, "$MAC", encoded);
		return;
	}
	if (rule->timestamp != NULL &&
	    strncmp(rule->timestamp, "element:", 8) == 0) {
		bytes_put(&value, rule->timestamp + 8);
		bytes_add(&value, time);
		bytes_put(&value, rule->words.separator);
	}
	bytes_put(&value, rule->prefix);
	bytes_add(&value, encoded);
	snprintf(name, sizeof(name), "%s", rule->signature);
	if (name[strlen(name) - 1] == '*')
		name[strlen(name) - 1] = '1';
	mail_add(mail, name, bytes_span(&value));
	bytes_free(&value);
}

static void
sign_template(struct mail *mail, const struct content *content,
    const struct letter *letter, struct span time)
{
	struct bytes text = {NULL, 0}, encoded = {NULL, 0};
	struct span raw;

	join(content, &text);
	raw = sign(mail, mail->rule->digest, letter->secret, bytes_span(&text));
	encode(mail->rule, letter->encoding, raw, &encoded);
	put_signature(mail, bytes_span(&encoded), time);
	bytes_free(&text);
	bytes_free(&encoded);
}

static void
put_claims(struct mail *mail, struct bytes *json)
{
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		const char *claim = mail->rule->words.claims[i];
		struct content content = {.n = 0};
		struct bytes value = {NULL, 0};

		if (claim == NULL)
			break;
		fill_template(mail, strchr(claim, '=') + 1, &content);
		join(&content, &value);
		bytes_put(json, ",\"");
		bytes_add(json, span_mem(claim, strcspn(claim, "=")));
		bytes_put(json, "\":");
		text_quote(bytes_span(&value), json);
		bytes_free(&value);
		content_free(&content);
	}
}

static void
sign_jwt(struct mail *mail, const struct letter *letter, time_t when)
{
	const struct rule *rule = mail->rule;
	struct bytes token = {NULL, 0}, json = {NULL, 0};
	struct span raw;
	char iat[64];

	text_base64(span_str(rule->key != NULL ? "{\"alg\":\"RS256\"}"
					       : "{\"alg\":\"HS256\"}"),
	    true, &token);
	snprintf(iat, sizeof(iat), "{\"iat\":%lld", (long long)when);
	bytes_put(&json, iat);
	put_claims(mail, &json);
	bytes_put(&json, "}");
	bytes_put(&token, ".");
	text_base64(bytes_span(&json), true, &token);
	raw = sign(mail, "SHA256", letter->secret, bytes_span(&token));
	bytes_put(&token, ".");
	text_base64(raw, true, &token);
	bytes_splice(&token, 0, 0, span_str(rule->prefix));
	mail_add(mail, rule->signature, bytes_span(&token));
	bytes_free(&token);
	bytes_free(&json);
}

/* "sha-256=:...:" and the like, into a header. */
static void
add_digest(
    struct mail *mail, const char *name, const char *before, const char *after)
{
	struct bytes value = {NULL, 0};

	bytes_put(&value, before);
	text_base64_digest(bytes_span(&mail->body), &value);
	bytes_put(&value, after);
	mail_add(mail, name, bytes_span(&value));
	bytes_free(&value);
}

static void
put_line(struct bytes *dst, const char *name, struct span value)
{
	bytes_put(dst, dst->len > 0 ? "\n" : "");
	bytes_put(dst, name);
	bytes_put(dst, ": ");
	bytes_add(dst, value);
}

static void
sign_draft(struct mail *mail, const struct letter *letter, time_t when)
{
	struct bytes text = {NULL, 0}, value = {NULL, 0};
	struct span raw;
	char date[64];
	size_t n;

	text_imf(date, sizeof(date), when);
	mail_add(mail, "Host", span_str("example.com"));
	mail_add(mail, "Date", span_str(date));
	add_digest(mail, "Digest", "SHA-256=", "");
	bytes_put(&text, "(request-target): ");
	text_lower(bytes_span(&mail->method), &text);
	bytes_put(&text, " ");
	add_target(mail, &text);
	put_line(&text, "host", mail_header(mail, "Host", &n));
	put_line(&text, "date", span_str(date));
	put_line(&text, "digest", mail_header(mail, "Digest", &n));
	raw = sign(mail, "SHA256", letter->secret, bytes_span(&text));
	bytes_put(&value, "Signature keyId=\"sample\",algorithm=\"ed25519\","
			  "headers=\"(request-target) host date digest\","
			  "signature=\"");
	text_base64(raw, false, &value);
	bytes_put(&value, "\"");
	mail_add(mail, "Authorization", bytes_span(&value));
	bytes_free(&text);
	bytes_free(&value);
}

static void
sign_rfc9421(struct mail *mail, const struct letter *letter, time_t when)
{
	struct bytes text = {NULL, 0}, value = {NULL, 0};
	struct span raw;
	char params[160], input[180];
	size_t n;

	snprintf(params, sizeof(params),
	    "(\"@method\" \"@target-uri\" \"content-digest\")"
	    ";created=%lld;keyid=\"sample\";alg=\"hmac-sha256\"",
	    (long long)when);
	snprintf(input, sizeof(input), "sig1=%s", params);
	mail_add(mail, "Host", span_str("example.com"));
	add_digest(mail, "Content-Digest", "sha-256=:", ":");
	put_line(&text, "\"@method\"", bytes_span(&mail->method));
	put_line(
	    &text, "\"@target-uri\"", span_str(mail->rule->words.public_url));
	add_target(mail, &text);
	put_line(&text, "\"content-digest\"",
	    mail_header(mail, "Content-Digest", &n));
	put_line(&text, "\"@signature-params\"", span_str(params));
	raw = sign(mail, "SHA256", letter->secret, bytes_span(&text));
	bytes_put(&value, "sig1=:");
	text_base64(raw, false, &value);
	bytes_put(&value, ":");
	mail_add(mail, "Signature-Input", span_str(input));
	mail_add(mail, "Signature", bytes_span(&value));
	bytes_free(&text);
	bytes_free(&value);
}

static void
sign_token(struct mail *mail, const struct letter *letter)
{
	struct bytes value = {NULL, 0};

	bytes_put(&value, mail->rule->prefix);
	bytes_put(&value, secret_text[letter->secret]);
	mail_add(mail, mail->rule->signature, bytes_span(&value));
	bytes_free(&value);
}

/* --- a request --- */

/* In place of what the samples leave open. */
static void
fill_body_words(struct mail *mail, const char *time, time_t when)
{
	char text[64];

	bytes_replace(&mail->body, "$ID", span_str("482391ab-4e5f"));
	bytes_replace(&mail->body, "$SEC", span_str(time));
	snprintf(text, sizeof(text), "%lld000", (long long)when);
	bytes_replace(&mail->body, "$MS", span_str(text));
	text_rfc3339(text, sizeof(text), when);
	bytes_replace(&mail->body, "$TIME", span_str(text));
}

static void
add_blanks(struct bytes *body, size_t n)
{
	char *blanks = malloc(n + 1);

	must(blanks != NULL);
	memset(blanks, ' ', n + 1);
	bytes_add(body, span_mem(blanks, n));
	free(blanks);
}

static bool
is_form(struct span body)
{
	return body.len > 0 && body.ptr[0] != '{' && body.ptr[0] != '[' &&
	       memchr(body.ptr, '=', body.len) != NULL;
}

/* A URL that is allowed. */
static void
add_certificate(struct mail *mail)
{
	const char *spec = mail->rule->words.certificate_url;
	struct bytes url = {NULL, 0};

	if (spec == NULL || strncmp(spec, "header:", 7) != 0)
		return;
	bytes_put(&url, mail->rule->words.certificate_allowed_urls[0]);
	bytes_replace(&url, "*", span_str("CERT-1"));
	mail_add(mail, spec + 7, bytes_span(&url));
	bytes_free(&url);
}

/* Those of the letter, and those that are lacking. */
static void
add_headers(struct mail *mail, const struct letter *letter)
{
	const struct rule *rule = mail->rule;
	const char *spec[] = {rule->id, rule->words.type};
	size_t n;

	for (size_t i = 0; i < letter->nheader; i++)
		mail_add(mail, letter->header[i].name.ptr,
		    bytes_span(&letter->header[i].value));
	for (size_t i = 0; i < COUNT(spec); i++) {
		if (spec[i] == NULL || strncmp(spec[i], "header:", 7) != 0)
			continue;
		mail_header(mail, spec[i] + 7, &n);
		if (n == 0)
			mail_add(mail, spec[i] + 7, span_str("evt-1"));
	}
	for (size_t i = 0; i < rule->ntext; i++) {
		const char *at = strstr(rule->text[i], "{header:");
		char name[96];

		if (at == NULL)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at + 8, "}"),
		    at + 8);
		mail_header(mail, name, &n);
		if (n == 0)
			mail_add(mail, name, span_str("h-1"));
	}
	add_certificate(mail);
	mail_header(mail, "Content-Type", &n);
	if (n == 0)
		mail_add(mail, "Content-Type",
		    span_str(is_form(bytes_span(&mail->body))
				 ? "application/x-www-form-urlencoded"
				 : "application/json"));
}

/* Content first, so that a time among its elements is known to it. */
static bool
sign_mail(struct mail *mail, struct content *content,
    const struct letter *letter, struct span time)
{
	size_t n = mail->rule->ntext;
	bool ok = false;

	if (mail->rule->timestamp != NULL &&
	    strncmp(mail->rule->timestamp, "element:", 8) == 0) {
		put_signature(mail, span_str(""), time);
		ok = true;
	}
	for (size_t i = 0; i < n; i++) {
		struct content tried;
		bool fits = sender_content(
		    mail, ((size_t)letter->alternative + i) % n, &tried);

		if (fits || i + 1 == n) {
			if (ok)
				mail_drop(mail,
				    mail_find(mail, mail->rule->signature));
			ok = fits;
			*content = tried;
			break;
		}
		content_free(&tried);
	}
	sign_template(mail, content, letter, time);
	if (mail->rule->signature == NULL) { /* it is in the body now */
		size_t alternative = content->alternative;

		content_free(content);
		ok = sender_content(mail, alternative, content) && ok;
	}
	return ok;
}

bool
sender_make(struct mail *mail, struct content *content, const struct rule *rule,
    const struct letter *letter, time_t now, bool edits)
{
	const char *sample = rule->words.sample;
	time_t when = now + letter->time;
	char time[64];
	bool ok = true;

	*mail = (struct mail){.rule = rule};
	*content = (struct content){.n = 0};
	text_time(time, sizeof(time), when,
	    letter->form == 0 ? rule->form : letter->form);
	bytes_add(&mail->method, bytes_span(&letter->method));
	bytes_add(&mail->target, bytes_span(&letter->target));
	bytes_add(&mail->body, bytes_span(&letter->body));
	if (mail->body.len == 0)
		bytes_put(
		    &mail->body, sample == NULL ? "{\"id\":\"$ID\"}" : sample);
	fill_body_words(mail, time, when);
	add_blanks(&mail->body, (size_t)letter->fill);
	add_headers(mail, letter);
	if (rule->timestamp != NULL &&
	    strncmp(rule->timestamp, "header:", 7) == 0)
		mail_add(mail, rule->timestamp + 7, span_str(time));
	for (size_t i = 0; edits && i < letter->nedit; i++) {
		if (letter->edit[i].before)
			sender_edit(mail, &letter->edit[i]);
	}
	mail_clean(mail);
	if (rule->scheme == BY_TOKEN)
		sign_token(mail, letter);
	else if (rule->scheme == BY_JWT)
		sign_jwt(mail, letter, when);
	else if (rule->scheme == BY_DRAFT)
		sign_draft(mail, letter, when);
	else if (rule->scheme == BY_RFC9421)
		sign_rfc9421(mail, letter, when);
	else
		return sign_mail(mail, content, letter, span_str(time));
	ok = sender_content(mail, 0, content);
	return ok;
}
