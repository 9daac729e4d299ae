/* rule.c - words into rules; whatever would check too little is refused. */
#include <stdlib.h>
#include <strings.h>

#include "keyfile.h"
#include "request.h"
#include "rule.h"
#include "rule_own.h"
#include "scheme.h"

bool
rule_complain(const struct complaint *c, const char *key, const char *text)
{
	*c->key = key;
	reason_set(c->why, "%s", text);
	return false;
}

/* Position of text in a list of names ended by NULL, or -1. */
static int
find_word(const char *const list[], const char *text)
{
	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], text) == 0)
			return i;
	}
	return -1;
}

/* The scheme, and what goes without saying. */
static bool
fill_words(struct rule *rule, struct preset *words, const struct complaint *c)
{
	const char *name = words->scheme != NULL ? words->scheme : "hmac";
	const struct scheme *scheme = scheme_find(span_str(name));

	if (scheme == NULL)
		return rule_complain(c, "scheme",
		    "unknown scheme: it is one of hmac, token, ed25519, "
		    "ecdsa, rsa, standard, jwt, httpsig");
	rule->scheme = scheme;
	if (scheme->prepare != NULL &&
	    !scheme->prepare(rule, words, c->key, c->why))
		return false;
	if (words->digest == NULL)
		words->digest = "sha256";
	if (words->key == NULL)
		words->key = "raw";
	if (words->encoding == NULL)
		words->encoding = "hex";
	if (words->signed_text[0] == NULL)
		words->signed_text[0] = "{body}";
	return true;
}

static bool
make_words(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	static const char *const keys[] = {
	    "raw", "hex", "base64", "whsec", NULL};
	static const char *const encodings[] = {
	    "hex", "base64", "base64url", NULL};
	int i;

	if (!digest_find(span_str(words->digest), &rule->digest))
		return rule_complain(
		    c, "digest", "must be sha1, sha256, sha384 or sha512");
	if ((i = find_word(keys, words->key)) < 0)
		return rule_complain(
		    c, "key", "must be raw, hex, base64 or whsec");
	rule->key = (enum rule_key)i;
	if ((i = find_word(encodings, words->encoding)) < 0)
		return rule_complain(
		    c, "encoding", "must be hex, base64 or base64url");
	rule->encoding = (enum rule_encoding)i;
	return true;
}

static bool
is_header_name(const char *name)
{
	size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_");

	if (len > 0 && strcmp(name + len, "*") == 0 && name[len - 1] == '-')
		return true;
	return len > 0 && name[len] == '\0';
}

static bool
is_json_path(const char *name)
{
	struct field field;

	return field_parse(&field, name) && field.kind == FIELD_JSON;
}

static bool
make_signature(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	const char *const *source = words->signature[0] != NULL
					? words->signature
					: rule->scheme->signature;
	size_t n = 0;

	while (n < PRESET_SIGNATURES && source[n] != NULL) {
		const char *name = source[n];

		if (!is_json_path(name) && !is_header_name(name))
			return rule_complain(c, "signature",
			    "must be a header name or json:PATH");
		rule->signature[n++] = name;
	}
	rule->nsignature = n;
	if (n == 0)
		return rule_complain(c, "signature",
		    "missing: name the header that carries the signature");
	rule->prefix = span_str(words->prefix);
	if (words->separator != NULL) {
		if (strlen(words->separator) != 1 ||
		    strchr(",; ", words->separator[0]) == NULL)
			return rule_complain(c, "separator",
			    "must be a comma, a semicolon or a space");
		rule->separator = words->separator[0];
	}
	return true;
}

static bool
make_fields(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	if (!field_parse(&rule->timestamp, words->timestamp) ||
	    rule->timestamp.kind == FIELD_CONST ||
	    rule->timestamp.kind == FIELD_FORM)
		return rule_complain(c, "timestamp",
		    "must be header:NAME, element:PREFIX or json:PATH");
	if (!field_parse(&rule->id, words->id) ||
	    rule->id.kind == FIELD_ELEMENT || rule->id.kind == FIELD_CONST)
		return rule_complain(
		    c, "id", "must be header:NAME, json:PATH or form:NAME");
	if (!field_parse(&rule->type, words->type) ||
	    rule->type.kind == FIELD_ELEMENT)
		return rule_complain(c, "type",
		    "must be header:NAME, json:PATH, form:NAME or const:TEXT");
	if (rule->timestamp.kind != FIELD_ELEMENT)
		return true;
	if (rule->separator == '\0')
		return rule_complain(c, "timestamp",
		    "element:PREFIX needs a separator between the elements");
	for (size_t i = 0; i < rule->nsignature; i++) {
		if (is_json_path(rule->signature[i]))
			return rule_complain(c, "timestamp",
			    "element:PREFIX needs a header for the signature");
	}
	return true;
}

bool
rule_is_password(const struct rule *rule, const char *name)
{
	static const char *const taboo[] = {
	    "Authorization", "Proxy-Authorization", "Cookie"};

	for (size_t i = 0; i < sizeof(taboo) / sizeof(taboo[0]); i++) {
		if (request_same_name(name, taboo[i]))
			return true;
	}
	return !rule->scheme->storable && rule->nsignature > 0 &&
	       request_same_name(name, rule->signature[0]);
}

static bool
check_password(const struct rule *rule, const struct field *field,
    const char *key, const struct complaint *c)
{
	if (field->kind != FIELD_HEADER || !rule_is_password(rule, field->arg))
		return true;
	return rule_complain(c, key, "would store a password with each event");
}

static bool
check_passwords(const struct rule *rule, const struct complaint *c)
{
	return check_password(rule, &rule->timestamp, "timestamp", c) &&
	       check_password(rule, &rule->id, "id", c) &&
	       check_password(rule, &rule->type, "type", c);
}

static bool
is_basic(struct span prefix)
{
	return prefix.len == strlen("Basic ") &&
	       strncasecmp((const char *)prefix.ptr, "Basic ", prefix.len) == 0;
}

/* What a scheme that looks at one header only would pass over. */
static bool
check_plain(struct rule *rule, const struct complaint *c)
{
	if (rule->scheme->covers_body)
		return true;
	if (rule->nsignature != 1 || is_json_path(rule->signature[0]) ||
	    strchr(rule->signature[0], '*') != NULL)
		return rule_complain(
		    c, "signature", "must be one header name with this scheme");
	if (rule->timestamp.kind != FIELD_NONE)
		return rule_complain(
		    c, "timestamp", "is not checked by this scheme");
	rule->basic = is_basic(rule->prefix);
	return true;
}

static bool
make_limits(struct rule *rule, const struct preset *words, long tolerance,
    const struct complaint *c)
{
	if (words->tolerance != 0 && rule->timestamp.kind == FIELD_NONE &&
	    !rule->scheme->timed)
		return rule_complain(c, "tolerance",
		    "has no effect without a timestamp setting");
	rule->tolerance = words->tolerance != 0 ? words->tolerance : tolerance;
	rule->refused = words->refused != 0 ? (int)words->refused : 401;
	if (rule->refused == 408 || rule->refused == 410 ||
	    rule->refused == 429)
		return rule_complain(c, "refused",
		    "senders take this code as a request to resend or stop");
	rule->accepted = words->accepted != 0 ? (int)words->accepted : 200;
	rule->answer = words->answer;
	if (rule->accepted == 204 && words->answer != NULL)
		return rule_complain(c, "answer", "a 204 has no body");
	return true;
}

/*
 * One that signs under the event secret what somebody sent: with any other
 * scheme that would show what should stay hidden.
 */
static bool
make_challenge(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	if (!challenge_parse(&rule->challenge, words->challenge, c->why)) {
		*c->key = "challenge";
		return false;
	}
	if (challenge_signs(rule->challenge.kind) &&
	    strcmp(rule->scheme->name, "hmac") != 0)
		return rule_complain(c, "challenge", "needs the scheme hmac");
	if (rule->challenge.kind != CHALLENGE_ECHO_HEADER)
		return true;
	for (size_t i = 0; i < rule->nsignature; i++) {
		if (is_json_path(rule->signature[i]) ||
		    strchr(rule->signature[i], '*') != NULL)
			return rule_complain(c, "challenge",
			    "needs signatures in headers of one name: they "
			    "tell an event from a challenge");
	}
	return true;
}

static bool
make_cert(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	if (!field_parse(&rule->cert, words->cert) ||
	    (rule->cert.kind != FIELD_NONE && rule->cert.kind != FIELD_HEADER &&
		rule->cert.kind != FIELD_JSON))
		return rule_complain(
		    c, "cert", "must be header:NAME or json:PATH");
	if (rule->cert.kind == FIELD_NONE && words->cert_urls[0] != NULL)
		return rule_complain(
		    c, "cert_urls", "has no effect without a cert setting");
	if (rule->cert.kind == FIELD_NONE)
		return true;
	if ((rule->scheme->sources & SCHEME_CERTS) == 0)
		return rule_complain(c, "cert", "is for the scheme rsa");
	if (words->cert_urls[0] == NULL || words->cert_names[0] == NULL)
		return rule_complain(c,
		    words->cert_urls[0] == NULL ? "cert_urls" : "cert_names",
		    "missing: else whoever asks could bring a certificate");
	for (size_t i = 0; i < PRESET_CERTS; i++) {
		const char *url = words->cert_urls[i];

		rule->cert_urls[i] = url;
		/* The '*' of a pattern is none of the characters of a URL. */
		if (url != NULL && keyfile_url_fault(url) != NULL)
			return rule_complain(
			    c, "cert_urls", keyfile_url_fault(url));
	}
	return true;
}

/* What only one scheme knows. */
static bool
make_own(
    struct rule *rule, const struct preset *words, const struct complaint *c)
{
	if (rule->scheme->make != NULL)
		return rule->scheme->make(rule, words, c->key, c->why);
	if (words->required[0] != NULL)
		return rule_complain(c, "required", "is not for this scheme");
	if (words->algorithms[0] != NULL)
		return rule_complain(c, "algorithms", "is not for this scheme");
	return true;
}

bool
rule_make(struct rule *rule, const struct preset *words, long tolerance,
    const char **key, struct reason *why)
{
	struct complaint c = {key, why};
	struct preset full = *words;

	*rule = (struct rule){.url = words->url,
	    .webhook_id = words->webhook_id,
	    .unsafe_body = words->unsafe_body};
	if (fill_words(rule, &full, &c) && make_words(rule, &full, &c) &&
	    make_signature(rule, &full, &c) && make_fields(rule, &full, &c) &&
	    make_own(rule, &full, &c) && make_cert(rule, &full, &c) &&
	    check_plain(rule, &c) && check_passwords(rule, &c) &&
	    rule_signed(rule, &full, &c) &&
	    make_limits(rule, &full, tolerance, &c) &&
	    make_challenge(rule, &full, &c))
		return true;
	rule_free(rule);
	return false;
}

/* An authentication scheme's name goes in any case (RFC 9110, 11.1). */
bool
rule_has_prefix(const struct rule *rule, struct span value)
{
	struct span prefix = rule->prefix;

	if (prefix.len == 0 || prefix.ptr[prefix.len - 1] != ' ')
		return span_starts(value, prefix);
	return value.len >= prefix.len &&
	       strncasecmp((const char *)value.ptr, (const char *)prefix.ptr,
		   prefix.len) == 0;
}

void
rule_free(struct rule *rule)
{
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		template_free(&rule->signed_text[i]);
		free(rule->claim[i]);
	}
	free(rule->owned);
	challenge_free(&rule->challenge);
	*rule = (struct rule){.scheme = NULL};
}
