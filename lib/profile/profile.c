/* profile.c - makes profiles; one that would verify too little is an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "http/header.h"
#include "http/request.h"
#include "profile/binding.h"
#include "profile/kept.h"
#include "profile/profile.h"
#include "profile/scheme.h"

bool
profile_refuse(
    struct profile_fault *fault, const char *setting, const char *text)
{
	fault->setting = setting;
	reason_set(&fault->why, "%s", text);
	return false;
}

/* The index of text in a list that ends with NULL, or -1. */
static int
find_word(const char *const list[], const char *text)
{
	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], text) == 0)
			return i;
	}
	return -1;
}

/* Fill in the defaults of words that are not set. */
static bool
fill_words(
    struct profile *profile, struct preset *words, struct profile_fault *fault)
{
	const struct scheme *scheme = profile->scheme;

	if (scheme->prepare != NULL && !scheme->prepare(profile, words, fault))
		return false;
	if (words->digest == NULL)
		words->digest = "sha256";
	if (words->secret_encoding == NULL)
		words->secret_encoding = "raw";
	if (words->signature_encoding == NULL)
		words->signature_encoding = "hex";
	if (words->signed_payload[0] == NULL)
		words->signed_payload[0] = "{body}";
	return true;
}

static bool
make_words(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	static const char *const keys[] = {
	    "raw", "hex", "base64", "whsec", NULL};
	static const char *const encodings[] = {
	    "hex", "base64", "base64url", NULL};
	int i;

	if (!digest_find(span_str(words->digest), &profile->digest))
		return profile_refuse(
		    fault, "digest", "must be sha1, sha256, sha384 or sha512");
	if ((i = find_word(keys, words->secret_encoding)) < 0)
		return profile_refuse(fault, "secret_encoding",
		    "must be raw, hex, base64 or whsec");
	profile->secret_encoding = (enum secret_encoding)i;
	if ((i = find_word(encodings, words->signature_encoding)) < 0)
		return profile_refuse(fault, "signature_encoding",
		    "must be hex, base64 or base64url");
	profile->signature_encoding = (enum signature_encoding)i;
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

/* Parse one value of the setting signature; false if it is malformed. */
static bool
make_source(struct signature_source *source, const char *text)
{
	*source =
	    (struct signature_source){.in = SIGNATURE_HEADER, .text = text};
	if (field_parse(&source->field, text) &&
	    source->field.kind == FIELD_JSON) {
		source->in = SIGNATURE_JSON;
		return true;
	}
	if (strchr(text, '*') != NULL)
		source->in = SIGNATURE_NUMBERED;
	return is_header_name(text);
}

static bool
make_signature(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	const char *const *text = words->signature[0] != NULL
				      ? words->signature
				      : profile->scheme->signature;
	size_t n = 0;

	for (; n < PRESET_SIGNATURES && text[n] != NULL; n++) {
		if (!make_source(&profile->signature[n], text[n]))
			return profile_refuse(fault, "signature",
			    "must be a header name or json:PATH");
	}
	profile->nsignature = n;
	if (n == 0)
		return profile_refuse(fault, "signature",
		    "missing: set the header that has the signature");
	profile->prefix = span_str(words->prefix);
	if (words->separator != NULL) {
		if (strlen(words->separator) != 1 ||
		    strchr(",; ", words->separator[0]) == NULL)
			return profile_refuse(fault, "separator",
			    "must be a comma, a semicolon or a space");
		profile->separator = words->separator[0];
	}
	return true;
}

bool
profile_signs_in_headers(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (profile->signature[i].in != SIGNATURE_HEADER)
			return false;
	}
	return true;
}

static bool
make_fields(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (!field_parse(&profile->timestamp, words->timestamp) ||
	    profile->timestamp.kind == FIELD_CONST ||
	    profile->timestamp.kind == FIELD_FORM)
		return profile_refuse(fault, "timestamp",
		    "must be header:NAME, element:PREFIX or json:PATH");
	profile->no_id = words->id != NULL && strcmp(words->id, "none") == 0;
	if (!field_parse(&profile->id, profile->no_id ? NULL : words->id) ||
	    profile->id.kind == FIELD_ELEMENT ||
	    profile->id.kind == FIELD_CONST)
		return profile_refuse(fault, "id",
		    "must be header:NAME, json:PATH, form:NAME or none");
	if (!field_parse(&profile->type, words->type) ||
	    profile->type.kind == FIELD_ELEMENT)
		return profile_refuse(fault, "type",
		    "must be header:NAME, json:PATH, form:NAME or const:TEXT");
	if (profile->timestamp.kind != FIELD_ELEMENT)
		return true;
	if (profile->separator == '\0')
		return profile_refuse(fault, "timestamp",
		    "element:PREFIX needs a separator between the elements");
	for (size_t i = 0; i < profile->nsignature; i++) {
		if (profile->signature[i].in == SIGNATURE_JSON)
			return profile_refuse(fault, "timestamp",
			    "element:PREFIX works only if the signature is in "
			    "a header");
	}
	return true;
}

static bool
is_password(const struct profile *profile, const char *name)
{
	if (header_is_credential(span_str(name)))
		return true;
	return !profile->scheme->storable && profile->nsignature > 0 &&
	       header_same(name, profile->signature[0].text);
}

static bool
check_password(const struct profile *profile, const struct field *field,
    const char *key, struct profile_fault *fault)
{
	if (field->kind != FIELD_HEADER || !is_password(profile, field->arg))
		return true;
	return profile_refuse(
	    fault, key, "would store a password in each event");
}

static bool
check_passwords(const struct profile *profile, struct profile_fault *fault)
{
	return check_password(
		   profile, &profile->timestamp, "timestamp", fault) &&
	       check_password(profile, &profile->id, "id", fault) &&
	       check_password(profile, &profile->type, "type", fault);
}

static bool
is_basic(struct span prefix)
{
	return span_is_nocase(prefix, "Basic ");
}

/* Reject settings that a scheme that only compares one header would ignore. */
static bool
check_plain(struct profile *profile, struct profile_fault *fault)
{
	if (profile->scheme->covers_body)
		return true;
	if (profile->nsignature != 1 || !profile_signs_in_headers(profile))
		return profile_refuse(fault, "signature",
		    "must be one header name with this scheme");
	if (profile->timestamp.kind != FIELD_NONE)
		return profile_refuse(fault, "timestamp",
		    "has no effect: this scheme checks no time");
	profile->basic = is_basic(profile->prefix);
	return true;
}

/* Check that the template has what it needs, and reveals no password. */
static bool
check_words(const struct profile *profile, const struct template *tpl,
    const char *key, struct profile_fault *fault)
{
	if (template_has(tpl, OP_TS) && profile->timestamp.kind == FIELD_NONE)
		return profile_refuse(
		    fault, key, "has {ts}, but there is no timestamp setting");
	if (template_signs_url(tpl) && profile->public_url == NULL)
		return profile_refuse(fault, key,
		    "has {url}, but there is no public_url setting");
	if (template_has(tpl, OP_WEBHOOK_ID) && profile->webhook_id == NULL)
		return profile_refuse(fault, key,
		    "has {webhook_id}, but there is no webhook_id setting");
	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == OP_HEADER &&
		    is_password(profile, tpl->part[i].arg))
			return profile_refuse(
			    fault, key, "would store a password in each event");
	}
	return true;
}

/* One body can be cut out of a text in one way only if it is there once. */
static bool
has_body_twice(const struct template *tpl)
{
	size_t n = 0;

	for (size_t i = 0; i < tpl->n; i++)
		n += tpl->part[i].op == OP_BODY ||
		     tpl->part[i].op == OP_SORTEDFORM ||
		     tpl->part[i].op == OP_MEMBERS;
	return n > 1;
}

static bool
check_template(const struct profile *profile, const struct template *tpl,
    struct profile_fault *fault)
{
	if (!template_has_payload(tpl) && !profile->unsafe_body)
		return profile_refuse(fault, "signed_payload",
		    "would cover nothing of the payload, or several fields of "
		    "it: it must have {body}, {sortedform}, or one {json:...} "
		    "or {form:...}");
	if (has_body_twice(tpl))
		return profile_refuse(fault, "signed_payload",
		    "has the body twice: nothing shows where one ends and the "
		    "other begins");
	return check_words(profile, tpl, "signed_payload", fault);
}

/* Parse one alternative; false if it is wrong or does not fit the others. */
static bool
add_signed(
    struct profile *profile, const char *text, struct profile_fault *fault)
{
	struct template *tpl = &profile->signed_payload[profile->nsigned];

	if (!template_parse(tpl, text, &fault->why)) {
		fault->setting = "signed_payload";
		return false;
	}
	profile->nsigned++;
	if (!check_template(profile, tpl, fault))
		return false;
	if (template_has(&profile->signed_payload[0], OP_TS) !=
	    template_has(tpl, OP_TS))
		return profile_refuse(fault, "signed_payload",
		    "either all alternatives or none must have {ts}");
	profile->takes_field = profile->takes_field || !template_has_body(tpl);
	return true;
}

/* True if every alternative covers the body. */
static bool
signs_body(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (!template_has_body(&profile->signed_payload[i]))
			return false;
	}
	return true;
}

/* Parse the claim "NAME=TEMPLATE". */
static bool
add_claim(
    struct profile *profile, const char *text, struct profile_fault *fault)
{
	struct template *tpl = &profile->signed_payload[profile->nsigned];
	size_t len = strcspn(text, "=");

	if (len == 0 || text[len] == '\0')
		return profile_refuse(fault, "claims",
		    "must be NAME=TEMPLATE, such as sha256={sha256:body}");
	if (!template_parse(tpl, text + len + 1, &fault->why)) {
		fault->setting = "claims";
		return false;
	}
	profile->claim[profile->nsigned++] = strndup(text, len);
	if (profile->claim[profile->nsigned - 1] == NULL)
		return profile_refuse(fault, "claims", "out of memory");
	return check_words(profile, tpl, "claims", fault);
}

static bool
make_claims(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	bool covered = false;

	for (size_t i = 0; i < PRESET_SIGNED && words->claims[i] != NULL; i++) {
		if (!add_claim(profile, words->claims[i], fault))
			return false;
		covered =
		    covered || template_has_body(&profile->signed_payload[i]);
	}
	if (!covered)
		return profile_refuse(fault, "claims",
		    "would cover nothing of the payload: one claim must be a "
		    "digest of the body, such as sha256={sha256:body}");
	if (profile->unsafe_body)
		return profile_refuse(
		    fault, "unsafe_body", "has no effect with this scheme");
	return true;
}

/* True if every alternative signs the JSON field that has the time. */
static bool
signs_time(const struct profile *profile)
{
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		if (!template_signs_json(tpl, profile->timestamp.arg))
			return false;
	}
	return true;
}

static bool
make_signed(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (profile->scheme->claims)
		return make_claims(profile, words, fault);
	if (words->claims[0] != NULL)
		return profile_refuse(fault, "claims",
		    "has no effect: only the scheme jwt has claims");
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		if (words->signed_payload[i] == NULL)
			break;
		if (!add_signed(profile, words->signed_payload[i], fault))
			return false;
	}
	if (profile->unsafe_body &&
	    (signs_body(profile) || !profile->scheme->covers_body))
		return profile_refuse(fault, "unsafe_body",
		    "has no effect: the whole body is signed, or nothing is");
	/* A field of a signed body is signed too, and so is {json:PATH}
	 * itself. */
	if (profile->timestamp.kind != FIELD_NONE &&
	    !template_has(&profile->signed_payload[0], OP_TS) &&
	    (profile->timestamp.kind != FIELD_JSON ||
		(!signs_body(profile) && !signs_time(profile))))
		return profile_refuse(fault, "timestamp",
		    "is not signed: anyone could change it");
	return true;
}

/*
 * A connection takes so much at once, whoever is at its other end: the thread
 * that answers one event has others to answer after it (inbox/commit_queue.h).
 */
#define ACCEPT_BODY_MAX 4096

static bool
make_limits(struct profile *profile, const struct preset *words, long tolerance,
    struct profile_fault *fault)
{
	if (words->tolerance != 0 && profile->timestamp.kind == FIELD_NONE &&
	    !profile->scheme->timed)
		return profile_refuse(fault, "tolerance",
		    "has no effect without a timestamp setting");
	profile->tolerance =
	    words->tolerance != 0 ? words->tolerance : tolerance;
	profile->reject_status =
	    words->reject_status != 0 ? (int)words->reject_status : 401;
	if (profile->reject_status == 408 || profile->reject_status == 410 ||
	    profile->reject_status == 429)
		return profile_refuse(fault, "reject_status",
		    "must not be this code: senders would retry, or stop for "
		    "good");
	profile->accept_status =
	    words->accept_status != 0 ? (int)words->accept_status : 200;
	profile->accept_body = words->accept_body;
	if (profile->accept_status == 204 && words->accept_body != NULL)
		return profile_refuse(
		    fault, "accept_body", "a 204 has no body");
	if (words->accept_body != NULL &&
	    strlen(words->accept_body) > ACCEPT_BODY_MAX)
		return profile_refuse(
		    fault, "accept_body", "must be at most 4096 bytes");
	return true;
}

/* True if text begins, or ends, with one of the header_characters. */
static bool
touches(const struct profile *profile, const struct template *tpl, size_t i,
    bool at_end)
{
	struct span text;

	if (i >= tpl->n || tpl->part[i].op != OP_LITERAL)
		return false;
	text = tpl->part[i].literal;
	return strchr(profile->header_characters,
		   text.ptr[at_end ? text.len - 1 : 0]) != NULL;
}

/* A header could then have the text that shows where it ends. */
static bool
hides_end(const struct profile *profile, const struct template *tpl)
{
	for (size_t i = 0; i < tpl->n; i++) {
		if (tpl->part[i].op == OP_HEADER &&
		    (touches(profile, tpl, i + 1, false) ||
			(i > 0 && touches(profile, tpl, i - 1, true))))
			return true;
	}
	return false;
}

static bool
check_characters(const struct profile *profile, struct profile_fault *fault)
{
	if (profile->header_characters == NULL)
		return true;
	if (!profile->coverage.headers)
		return profile_refuse(fault, "header_characters",
		    "has no effect: signed_payload has no {header:NAME}");
	for (size_t i = 0; i < profile->nsigned; i++) {
		if (hides_end(profile, &profile->signed_payload[i]))
			return profile_refuse(fault, "header_characters",
			    "has the character that stands beside {header:...} "
			    "in signed_payload: nothing would show where the "
			    "header ends");
	}
	return true;
}

static bool
make_coverage(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	enum timestamp_form form = TIMESTAMP_ANY;

	profile->header_characters = words->header_characters;
	if (words->timestamp_format != NULL) {
		if (!timestamp_form_named(
			span_str(words->timestamp_format), &form))
			return profile_refuse(fault, "timestamp_format",
			    "must be " TIMESTAMP_FORM_NAMES);
		if (profile->timestamp.kind == FIELD_NONE)
			return profile_refuse(fault, "timestamp_format",
			    "has no effect without a timestamp setting");
	}
	profile->coverage = coverage_of(profile, form);
	if (timestamp_form_is_open(form) && !profile->coverage.ends)
		return profile_refuse(fault, "timestamp_format",
		    "signed_payload must show where such a time ends, by a "
		    "character such as a dot on either side of it");
	return check_characters(profile, fault);
}

/*
 * Some challenges sign a text of the caller's choice with the secret.  With any
 * scheme but hmac, the answer would reveal what must stay secret.
 */
static bool
make_challenge(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (!challenge_word_parse(
		&profile->challenge, words->challenge, &fault->why)) {
		fault->setting = "challenge";
		return false;
	}
	if (challenge_word_signs(profile->challenge.kind) &&
	    strcmp(profile->scheme->name, "hmac") != 0)
		return profile_refuse(
		    fault, "challenge", "works only with the scheme hmac");
	if (profile->challenge.kind == CHALLENGE_ECHO_HEADER &&
	    !profile_signs_in_headers(profile))
		return profile_refuse(fault, "challenge",
		    "needs signatures in headers of fixed names: they "
		    "distinguish an event from a challenge");
	return true;
}

/*
 * A star in a host could stand for a host that is anybody's.  Only the first
 * label of a certificate's name may be one, as in certificates themselves: the
 * certificate must come from a host that has no star.
 */
static bool
check_hosts(const struct preset *words, struct profile_fault *fault)
{
	static const char text[] =
	    "must not have a * in the host, which could stand for a host that "
	    "is anybody's: write the host, or {region} for a region's name";

	for (size_t i = 0; i < PRESET_CERTS; i++) {
		const char *url = words->certificate_allowed_urls[i];
		const char *host = words->certificate_hosts[i];
		struct url parts;

		if (url != NULL && url_split(&parts, span_str(url)) &&
		    parts.authority.len > 0 &&
		    memchr(parts.authority.ptr, '*', parts.authority.len) !=
			NULL)
			return profile_refuse(
			    fault, "certificate_allowed_urls", text);
		if (host != NULL && strncmp(host, "*.", 2) == 0)
			host += 2;
		if (host != NULL && strchr(host, '*') != NULL)
			return profile_refuse(fault, "certificate_hosts", text);
	}
	return true;
}

/* The URL that a pattern stands for, for one region; false if it is long. */
static bool
example_url(char dst[static URL_FETCH_MAX + 2], const char *pattern)
{
	static const char word[] = "{region}";
	const char *at = strstr(pattern, word);
	int n = snprintf(dst, URL_FETCH_MAX + 2, "%.*s%s%s",
	    at == NULL ? 0 : (int)(at - pattern), pattern,
	    at == NULL ? "" : "us-east-1",
	    at == NULL ? pattern : at + strlen(word));

	return n >= 0 && n < URL_FETCH_MAX + 2;
}

static bool
make_cert(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (!field_parse(&profile->certificate_url, words->certificate_url) ||
	    (profile->certificate_url.kind != FIELD_NONE &&
		profile->certificate_url.kind != FIELD_HEADER &&
		profile->certificate_url.kind != FIELD_JSON))
		return profile_refuse(fault, "certificate_url",
		    "must be header:NAME or json:PATH");
	if (profile->certificate_url.kind == FIELD_NONE &&
	    words->certificate_allowed_urls[0] != NULL)
		return profile_refuse(fault, "certificate_allowed_urls",
		    "has no effect without a certificate_url setting");
	if (profile->certificate_url.kind == FIELD_NONE)
		return true;
	if ((profile->scheme->sources & SCHEME_CERTS) == 0)
		return profile_refuse(fault, "certificate_url",
		    "has no effect: only the scheme rsa has certificates");
	if (words->certificate_allowed_urls[0] == NULL ||
	    words->certificate_hosts[0] == NULL)
		return profile_refuse(fault,
		    words->certificate_allowed_urls[0] == NULL
			? "certificate_allowed_urls"
			: "certificate_hosts",
		    "missing: without it, anyone could present a certificate");
	for (size_t i = 0; i < PRESET_CERTS; i++) {
		const char *url = words->certificate_allowed_urls[i];
		char example[URL_FETCH_MAX + 2];

		profile->certificate_allowed_urls[i] = url;
		if (url == NULL)
			continue;
		/*
		 * To url_fault(), the * of a pattern is an ordinary character.
		 */
		if (!example_url(example, url) ||
		    url_fault(example, URL_FETCH) != NULL)
			return profile_refuse(fault, "certificate_allowed_urls",
			    url_fault(example, URL_FETCH));
	}
	return check_hosts(words, fault);
}

/* Let the scheme check what only it knows. */
static bool
make_own(struct profile *profile, const struct preset *words,
    struct profile_fault *fault)
{
	if (profile->scheme->make != NULL)
		return profile->scheme->make(profile, words, fault);
	if (words->required_components[0] != NULL)
		return profile_refuse(fault, "required_components",
		    "has no effect with this scheme");
	if (words->algorithms[0] != NULL)
		return profile_refuse(
		    fault, "algorithms", "has no effect with this scheme");
	return true;
}

bool
profile_make(struct profile *profile, const struct preset *words,
    const struct scheme *scheme, long tolerance, struct profile_fault *fault)
{
	struct preset full = *words;

	*profile = (struct profile){.scheme = scheme,
	    .public_url = words->public_url,
	    .webhook_id = words->webhook_id,
	    .unsafe_body = words->unsafe_body,
	    .decompress = words->decompress};
	if (binding_make(profile, words, fault) &&
	    fill_words(profile, &full, fault) &&
	    make_words(profile, &full, fault) &&
	    make_signature(profile, &full, fault) &&
	    make_fields(profile, &full, fault) &&
	    make_own(profile, &full, fault) &&
	    make_cert(profile, &full, fault) && check_plain(profile, fault) &&
	    check_passwords(profile, fault) &&
	    make_signed(profile, &full, fault) &&
	    binding_check_signed(profile, words, fault) &&
	    make_limits(profile, &full, tolerance, fault) &&
	    make_coverage(profile, &full, fault) &&
	    make_challenge(profile, &full, fault) &&
	    kept_make(profile, &full, fault))
		return true;
	profile_free(profile);
	return false;
}

/* The case of an authentication scheme does not matter (RFC 9110, 11.1). */
bool
profile_has_prefix(const struct profile *profile, struct span value)
{
	struct span prefix = profile->prefix;

	if (prefix.len == 0 || prefix.ptr[prefix.len - 1] != ' ')
		return span_starts(value, prefix);
	return value.len >= prefix.len &&
	       span_eq_nocase(span_mem(value.ptr, prefix.len), prefix);
}

struct template_input
profile_input(
    const struct profile *profile, const struct request *req, struct span ts)
{
	return (struct template_input){
	    .req = req,
	    .ts = ts,
	    .url = profile->public_url,
	    .webhook_id = profile->webhook_id,
	    .takes_field = profile->takes_field,
	    .unsafe_body = profile->unsafe_body,
	};
}

void
profile_free(struct profile *profile)
{
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		template_free(&profile->signed_payload[i]);
		free(profile->claim[i]);
	}
	free(profile->owned);
	challenge_word_free(&profile->challenge);
	*profile = (struct profile){.scheme = NULL};
}
