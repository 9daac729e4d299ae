/* sender.c - signs as the words of an entry say, by OpenSSL alone. */
#include "sender.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "../fuzz.h"
#include "content.h"
#include "secrets.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

	content_join(content, &text);
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
		content_fill(mail, strchr(claim, '=') + 1, &content);
		content_join(&content, &value);
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
	bytes_add(&mail->token, bytes_span(&token));
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
	mail_target(mail, &text);
	put_line(&text, "host", mail_header(mail, "Host", &n));
	put_line(&text, "date", mail_header(mail, "Date", &n));
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
	mail_target(mail, &text);
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
	bytes_put(&mail->token, secret_text[letter->secret]);
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
	if (rule->words.decompress) {
		mail->coding = (enum coding)letter->coding;
		mail->flip = (size_t)letter->flip;
	}
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
	if (mail->token.len == 0)
		return ok;
	/* Whatever stands beside it. */
	bytes_splice(&content->part[0], 0, content->part[0].len,
	    bytes_span(&mail->token));
	return true;
}
