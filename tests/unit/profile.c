/* profile.c - words into profiles: whatever would check too little is refused. */
#include "profile/profile.h"
#include "profile/scheme.h"
#include "verify/schemes.h"

#include "../tap.h"

#define GENERAL 300 /* seconds: the tolerance where the words have none */

/* Words that make a profile, to be changed in one place. */
static struct preset
words(void)
{
	struct preset p = preset_default;

	p.signature[0] = "X-Signature";
	return p;
}

static void
refused(const struct preset *p, const char *key, const char *text)
{
	struct profile_fault fault = {"", {""}};
	struct profile profile;

	if (ok(!scheme_profile(&profile, p, GENERAL, &fault), "refused: %s",
		text)) {
		is_str(fault.setting, key, "the setting at fault");
		is_str(fault.why.text, text, "and what is wrong with it");
		ok(profile.scheme == NULL && profile.nsigned == 0,
		    "no profile is left");
	}
	profile_free(&profile);
}

static bool
made(struct profile *profile, const struct preset *p, const char *name)
{
	struct profile_fault fault = {"", {""}};
	bool good = scheme_profile(profile, p, GENERAL, &fault);

	if (!ok(good, "%s", name))
		diag("%s: %s", fault.setting, fault.why.text);
	return good;
}

static void
test_words(void)
{
	struct preset p = words();

	p.scheme = "none";
	refused(&p, "scheme",
	    "unknown scheme: must be one of hmac, token, ed25519, ecdsa, rsa, "
	    "standard, jwt, httpsig");
	p = words();
	p.scheme = "";
	refused(&p, "scheme",
	    "unknown scheme: must be one of hmac, token, ed25519, ecdsa, rsa, "
	    "standard, jwt, httpsig");
	p = words();
	p.digest = "md5";
	refused(&p, "digest", "must be sha1, sha256, sha384 or sha512");
	p = words();
	p.secret_encoding = "text";
	refused(&p, "secret_encoding", "must be raw, hex, base64 or whsec");
	p = words();
	p.signature_encoding = "base32";
	refused(&p, "signature_encoding", "must be hex, base64 or base64url");
}

static void
test_signature(void)
{
	static const char *const bad[] = {"", "X Signature",
	    "X-Signature:", "X-Sign\n", "*", "X*", "X-*-Y", "X-**",
	    "json:", "form:x", "header:X-Signature", "X-\xc3\xa9"};
	static const char *const good[] = {
	    "x", "X-Signature", "X_Signature_256", "X-Sig-*", "json:a.b"};
	struct preset p = words();
	struct profile profile;

	p.signature[0] = NULL;
	refused(
	    &p, "signature", "missing: set the header that has the signature");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.signature[0] = bad[i];
		refused(&p, "signature", "must be a header name or json:PATH");
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		p.signature[0] = good[i];
		if (made(&profile, &p, good[i]))
			is_str(profile.signature[0].text, good[i],
			    "as it was said");
		profile_free(&profile);
	}
	p = words();
	p.signature[1] = p.signature[2] = p.signature[3] = "X-More";
	if (made(&profile, &p, "four headers"))
		is_int(profile.nsignature, 4, "all of them");
	profile_free(&profile);
	p.signature[3] = "a b";
	refused(&p, "signature", "must be a header name or json:PATH");
	for (const char *c = "|.\t=:"; *c != '\0'; c++) {
		char text[] = {*c, '\0'};

		p = words();
		p.separator = text;
		refused(
		    &p, "separator", "must be a comma, a semicolon or a space");
	}
	p.separator = "";
	refused(&p, "separator", "must be a comma, a semicolon or a space");
	p.separator = ", ";
	refused(&p, "separator", "must be a comma, a semicolon or a space");
}

static void
test_fields(void)
{
	static const char *const bad_time[] = {
	    "", "t=", "header:", "const:1614265330", "form:t", "json:"};
	static const char *const bad_id[] = {
	    "", "id", "const:1", "element:id=", "json:"};
	static const char *const bad_type[] = {"", "type", "element:t="};
	struct preset p = words();

	p.signed_payload[0] = "{ts}{body}";
	for (size_t i = 0; i < 6; i++) {
		p.timestamp = bad_time[i];
		refused(&p, "timestamp",
		    "must be header:NAME, element:PREFIX or json:PATH");
	}
	p.timestamp = "element:t=";
	refused(&p, "timestamp",
	    "element:PREFIX needs a separator between the elements");
	p.separator = ",";
	p.signature[1] = "json:signature";
	refused(&p, "timestamp",
	    "element:PREFIX works only if the signature is in a header");
	p = words();
	for (size_t i = 0; i < 5; i++) {
		p.id = bad_id[i];
		refused(&p, "id",
		    "must be header:NAME, json:PATH, form:NAME or none");
	}
	p = words();
	for (size_t i = 0; i < 3; i++) {
		p.type = bad_type[i];
		refused(&p, "type",
		    "must be header:NAME, json:PATH, form:NAME or "
		    "const:TEXT");
	}
}

#define NO_PAYLOAD                                                         \
	"would cover nothing of the payload, or several fields of it: it " \
	"must have {body}, {sortedform}, or one {json:...} or {form:...}"

static void
test_signed(void)
{
	struct preset p = words();
	struct profile profile;

	p.signed_payload[0] = NULL;
	if (made(&profile, &p, "nothing said of it"))
		is_str(
		    profile.signed_payload[0].text, "{body}", "is all of it");
	profile_free(&profile);
	p.signed_payload[0] = "";
	refused(&p, "signed_payload", NO_PAYLOAD);
	p.signed_payload[0] = "{header:X-Id}{method}{uri}";
	refused(&p, "signed_payload", NO_PAYLOAD);
	p.signed_payload[0] = "{body}";
	p.signed_payload[1] = "{method}";
	refused(&p, "signed_payload", NO_PAYLOAD);
	p.signed_payload[1] = "{body";
	refused(&p, "signed_payload", "a '{' is not closed");
	p.signed_payload[1] = "{everything}";
	refused(&p, "signed_payload", "unknown variable {everything}");
	p = words();
	p.signed_payload[0] = "{ts}.{body}";
	refused(&p, "signed_payload",
	    "has {ts}, but there is no timestamp setting");
	p.signed_payload[0] = "{url}{body}";
	refused(&p, "signed_payload",
	    "has {url}, but there is no public_url setting");
	p = words();
	p.timestamp = "header:X-Time";
	p.signed_payload[0] = "{ts}{body}";
	p.signed_payload[1] = "{body}";
	refused(&p, "signed_payload",
	    "either all alternatives or none must have {ts}");
	p.signed_payload[0] = "{body}";
	p.signed_payload[1] = "{ts}{body}";
	refused(&p, "signed_payload",
	    "either all alternatives or none must have {ts}");
}

/* One form of a time, and one way to cut a text. */
static void
test_forms(void)
{
	static const struct {
		const char *payload, *format;
		enum timestamp_form want;
	} row[] = {
	    {"{ts}.{body}", NULL, TIMESTAMP_ANY},
	    {"v0:{ts}:{body}", NULL, TIMESTAMP_ANY},
	    {"{body}.{ts}", NULL, TIMESTAMP_ANY},
	    {"{ts}.{body}", "seconds", TIMESTAMP_SECONDS},
	    {"{ts}.{body}", "milliseconds", TIMESTAMP_MILLISECONDS},
	    {"{ts}.{body}", "microseconds", TIMESTAMP_MICROSECONDS},
	    {"{ts}.{body}", "rfc3339", TIMESTAMP_RFC3339},
	    {"{ts}.{body}", "imf", TIMESTAMP_IMF},
	    {"{ts}{body}", NULL, TIMESTAMP_SECONDS},
	    {"{body}{ts}", NULL, TIMESTAMP_SECONDS},
	    {"v0{ts}.{body}", NULL, TIMESTAMP_SECONDS},
	    {"{ts}0.{body}", NULL, TIMESTAMP_SECONDS},
	    {"{header:X-Id}{ts}.{body}", NULL, TIMESTAMP_SECONDS},
	    {"{ts}-{body}", NULL, TIMESTAMP_SECONDS},
	    {"{ts}{body}", "rfc3339", TIMESTAMP_RFC3339},
	    {"{ts}{body}", "utc", TIMESTAMP_UTC},
	    {"{body}{ts}", "nanoseconds", TIMESTAMP_NANOSECONDS},
	    {"{ts}.{body}", "decimal", TIMESTAMP_DECIMAL},
	    {"v1:{ts}:{body}", "iso8601", TIMESTAMP_ISO8601},
	};
	static const char *const hides[] = {"{ts}{body}", "{body}{ts}",
	    "{ts}5{body}", "v1{ts}.{body}", "{ts}{method}:{body}"};
	struct preset p = words();
	struct profile profile;

	p.timestamp = "header:X-Time";
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		p.signed_payload[0] = row[i].payload;
		p.timestamp_format = row[i].format;
		if (made(&profile, &p, row[i].payload))
			is_int(profile.coverage.form, row[i].want, "its form");
		profile_free(&profile);
	}
	p.timestamp_format = NULL;
	p.signed_payload[0] = "{ts}.{body}";
	p.signed_payload[1] = "{ts}{body}";
	if (made(&profile, &p, "where one of several hides the time"))
		is_int(profile.coverage.form, TIMESTAMP_SECONDS, "seconds");
	profile_free(&profile);
	p.timestamp_format = "ms";
	refused(&p, "timestamp_format",
	    "must be seconds, milliseconds, microseconds, nanoseconds, "
	    "decimal, rfc3339, utc, iso8601 or imf");
	p.signed_payload[1] = NULL;
	for (size_t i = 0; i < sizeof(hides) / sizeof(hides[0]); i++) {
		p.signed_payload[0] = hides[i];
		p.timestamp_format = i % 2 == 0 ? "decimal" : "iso8601";
		refused(&p, "timestamp_format",
		    "signed_payload must show where such a time ends, by a "
		    "character such as a dot on either side of it");
	}
	p = words();
	p.timestamp_format = "seconds";
	refused(&p, "timestamp_format",
	    "has no effect without a timestamp setting");
	p = words();
	p.header_characters = ".";
	refused(&p, "header_characters",
	    "has no effect: signed_payload has no {header:NAME}");
	p.signed_payload[0] = "{header:X-Id}|{body}";
	made(&profile, &p, "with a header");
	profile_free(&profile);
	p.header_characters = "=|";
	refused(&p, "header_characters",
	    "has the character that stands beside {header:...} in "
	    "signed_payload: nothing would show where the header ends");
	p.signed_payload[0] = "{body}|{header:X-Id}";
	refused(&p, "header_characters",
	    "has the character that stands beside {header:...} in "
	    "signed_payload: nothing would show where the header ends");
	p.signed_payload[0] = "|{body}.{header:X-Id}.|";
	made(&profile, &p, "with another one beside it");
	profile_free(&profile);
	p = words();
	p.signed_payload[0] = "{body}.{body}";
	refused(&p, "signed_payload",
	    "has the body twice: nothing shows where one ends and the other "
	    "begins");
	p.signed_payload[0] = "{body}.{sha256:body}";
	made(&profile, &p, "and its digest");
	profile_free(&profile);
}

static void
test_no_id(void)
{
	struct preset p = words();
	struct profile profile;

	if (made(&profile, &p, "an id that is not said"))
		ok(!profile.no_id, "is the digest");
	profile_free(&profile);
	p.id = "none";
	if (made(&profile, &p, "no id at all"))
		ok(profile.no_id && profile.id.kind == FIELD_NONE, "is none");
	profile_free(&profile);
	p.id = "None";
	refused(&p, "id", "must be header:NAME, json:PATH, form:NAME or none");
	p = words();
	p.type = "none";
	refused(&p, "type",
	    "must be header:NAME, json:PATH, form:NAME or const:TEXT");
}

/* A time that anybody could change protects against nothing. */
static void
test_unsigned_time(void)
{
	static const char text[] = "is not signed: anyone could change it";
	struct preset p = words();
	struct profile profile;

	p.timestamp = "header:X-Time";
	refused(&p, "timestamp", text);
	p.timestamp = "element:t=";
	p.separator = ",";
	refused(&p, "timestamp", text);
	p = words();
	p.timestamp = "json:time";
	if (made(&profile, &p, "a time inside the signed body"))
		is_int(profile.timestamp.kind, FIELD_JSON, "is signed with it");
	profile_free(&profile);
	p.signed_payload[0] = "{json:data}";
	refused(&p, "timestamp", text);
	p.signed_payload[0] = "{body}";
	p.signed_payload[1] = "{json:data}";
	refused(&p, "timestamp", text);
	p.signed_payload[0] = "{json:data}";
	p.signed_payload[1] = "{body}";
	refused(&p, "timestamp", text);
	p.signed_payload[0] = "{json:time}{json:data}";
	p.signed_payload[1] = NULL;
	p.unsafe_body = true;
	made(&profile, &p, "a time that is signed as a field");
	profile_free(&profile);
	p.signed_payload[1] = "{json:other}{json:data}";
	refused(&p, "timestamp", text);
	p.timestamp = "json:tim";
	p.signed_payload[1] = NULL;
	refused(&p, "timestamp", text);
	p.timestamp = "json:time";
	p.unsafe_body = false;
	p.signed_payload[0] = "{ts}{json:data}";
	if (made(&profile, &p, "a time of the body, signed by itself"))
		ok(template_has(&profile.signed_payload[0], OP_TS), "has {ts}");
	profile_free(&profile);
}

static void
test_token(void)
{
	struct preset p = words();
	struct profile profile;

	p.scheme = "token";
	p.signature[0] = "json:token";
	refused(&p, "signature", "must be one header name with this scheme");
	p.signature[0] = "X-Token-*";
	refused(&p, "signature", "must be one header name with this scheme");
	p.signature[0] = "X-Token";
	p.signature[1] = "X-Other";
	refused(&p, "signature", "must be one header name with this scheme");
	p.signature[1] = NULL;
	p.timestamp = "header:X-Time";
	p.signed_payload[0] = "{ts}{body}";
	refused(&p, "timestamp", "has no effect: this scheme checks no time");
	p = words();
	p.scheme = "token";
	p.id = "header:x-sig";
	p.signature[0] = "X-Sig";
	refused(&p, "id", "would store a password in each event");
	p.id = NULL;
	p.type = "header:X-Sig";
	refused(&p, "type", "would store a password in each event");
	p.type = "header:X_Sig"; /* the same to CGI */
	refused(&p, "type", "would store a password in each event");
	p = words();
	p.id = "header:authorization";
	refused(&p, "id", "would store a password in each event");
	p.id = "header:Proxy_Authorization";
	refused(&p, "id", "would store a password in each event");
	p.id = NULL;
	p.signed_payload[0] = "{header:Authorization}.{body}";
	refused(&p, "signed_payload", "would store a password in each event");
	p.signed_payload[0] = "{ts}.{body}";
	p.timestamp = "header:cookie";
	refused(&p, "timestamp", "would store a password in each event");
	p = words();
	p.id = NULL;
	p.type = "header:Cookie";
	refused(&p, "type", "would store a password in each event");
	p = words();
	p.scheme = "token";
	p.prefix = "Bearer ";
	if (made(&profile, &p, "a token")) {
		is_str(profile.scheme->name, "token", "of the token scheme");
		is_span(profile.prefix, "Bearer ", "behind its prefix");
	}
	profile_free(&profile);
}

static void
test_limits(void)
{
	struct preset p = words();
	struct profile profile;

	p.tolerance = 60;
	refused(&p, "tolerance", "has no effect without a timestamp setting");
	p.tolerance = -1;
	refused(&p, "tolerance", "has no effect without a timestamp setting");
	p = words();
	for (int code = 408; code <= 429; code++) {
		p.reject_status = code;
		if (code == 408 || code == 410 || code == 429)
			refused(&p, "reject_status",
			    "must not be this code: senders would retry, or "
			    "stop for good");
	}
	p.reject_status = 409;
	if (made(&profile, &p, "409 is a plain refusal"))
		is_int(profile.reject_status, 409, "so it is");
	profile_free(&profile);
	p.reject_status = 0;
	p.timestamp = "header:X-Time";
	p.signed_payload[0] = "{ts}{body}";
	for (long tolerance = -1; tolerance <= 1; tolerance++) {
		p.tolerance = tolerance;
		if (made(&profile, &p, "tolerance"))
			is_int(profile.tolerance,
			    tolerance == 0 ? GENERAL : tolerance,
			    "its own, or the general one");
		is_int(
		    profile.reject_status, 401, "refused by the general code");
		profile_free(&profile);
	}
}

static void
test_values(void)
{
	static const struct {
		const char *key, *encoding;
		enum secret_encoding want_key;
		enum signature_encoding want_encoding;
	} row[] = {
	    {"raw", "hex", SECRET_RAW, ENC_HEX},
	    {"hex", "base64", SECRET_HEX, ENC_BASE64},
	    {"base64", "base64url", SECRET_BASE64, ENC_BASE64URL},
	    {"whsec", "hex", SECRET_WHSEC, ENC_HEX},
	};
	struct preset p = words();
	struct profile profile = {.scheme = NULL};

	profile_free(&profile);
	p.challenge = "none";
	p.separator = ";";
	p.accept_body = "ok";
	p.public_url = "https://example.com/";
	p.signed_payload[3] = p.signed_payload[2] = p.signed_payload[1] =
	    "{url}{body}";
	for (size_t i = 0; i < 4; i++) {
		p.secret_encoding = row[i].key;
		p.signature_encoding = row[i].encoding;
		if (!made(&profile, &p, row[i].key))
			continue;
		is_int(profile.secret_encoding, row[i].want_key, "key");
		is_int(profile.signature_encoding, row[i].want_encoding,
		    "encoding");
		is_int(profile.separator, ';', "separator");
		is_int(profile.nsigned, 4, "alternatives");
		is_int(profile.digest, DIGEST_SHA256, "digest");
		is_str(profile.accept_body, "ok", "answer");
		profile_free(&profile);
		profile_free(&profile);
	}
}

static void
test_unsafe_body(void)
{
	struct preset p = words();
	struct profile profile;

	p.timestamp = "json:signature.timestamp";
	p.signed_payload[0] = "{ts}{header:X-Token}";
	refused(&p, "signed_payload",
	    "would cover nothing of the payload, or several fields of it: it "
	    "must have {body}, {sortedform}, or one {json:...} or {form:...}");
	p.unsafe_body = true;
	if (made(&profile, &p, "unless the user says so")) {
		ok(profile.unsafe_body, "and the profile knows");
		profile_free(&profile);
	}
	p.signed_payload[0] = "{ts}{body}";
	refused(&p, "unsafe_body",
	    "has no effect: the whole body is signed, or nothing is");
	p = words();
	p.scheme = "token";
	p.unsafe_body = true;
	refused(&p, "unsafe_body",
	    "has no effect: the whole body is signed, or nothing is");
}

static void
test_accepted(void)
{
	static char body[4096 + 2];
	struct preset p = words();
	struct profile profile;

	if (made(&profile, &p, "no code for a stored event")) {
		is_int(profile.accept_status, 200, "is 200");
		profile_free(&profile);
	}
	p.accept_status = 204;
	if (made(&profile, &p, "another one")) {
		is_int(profile.accept_status, 204, "is taken");
		profile_free(&profile);
	}
	p.accept_body = "";
	refused(&p, "accept_body", "a 204 has no body");
	p.accept_status = 0;
	memset(body, 'a', sizeof(body) - 1);
	p.accept_body = body;
	refused(&p, "accept_body", "must be at most 4096 bytes");
	body[4096] = '\0';
	if (made(&profile, &p, "a long body"))
		profile_free(&profile);
}

static void
test_webhook_id(void)
{
	struct preset p = words();
	struct profile profile;

	p.signed_payload[0] = "{webhook_id}{body}";
	refused(&p, "signed_payload",
	    "has {webhook_id}, but there is no webhook_id setting");
	p.webhook_id = "WH-1";
	if (made(&profile, &p, "with one"))
		is_str(profile.webhook_id, "WH-1", "the profile has it");
	profile_free(&profile);
}

/* Which headers may be kept beside those that are needed. */
static void
test_keep_headers(void)
{
	static const char *const bad[] = {"", "X Shop", "X-Shop:", "X*", "**",
	    "X-*-Y", "X-**", "*-X", "header:X-Shop", "X-\xc3\xa9"};
	static const char *const password[] = {"Authorization", "cookie",
	    "X_Api_Key", "X-My-Token", "X-Secret-Id", "Proxy-Authorization"};
	static const char *const good[] = {
	    "x", "X-Shop-Domain", "X_Shop", "X-Shop-*", "*", "X-My-*"};
	struct preset p = words();
	struct profile profile;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.keep_headers[0] = bad[i];
		refused(&p, "keep_headers",
		    "must be header names: NAME, NAME-* for those that begin "
		    "with NAME-, or *");
	}
	for (size_t i = 0; i < sizeof(password) / sizeof(password[0]); i++) {
		p.keep_headers[0] = password[i];
		refused(
		    &p, "keep_headers", "would store a password in each event");
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		p.keep_headers[0] = good[i];
		if (made(&profile, &p, good[i]))
			is_int(profile.nkeep_headers, 1, "one");
		profile_free(&profile);
	}
	p = words();
	p.id = "header:X-Idempotency-Token";
	p.keep_headers[0] = "x_idempotency_token";
	made(&profile, &p, "one that each event has already");
	profile_free(&profile);
	p = words();
	p.scheme = "token";
	p.keep_headers[0] = "x_other";
	made(&profile, &p, "beside a password");
	profile_free(&profile);
	p.keep_headers[0] = p.signature[0];
	refused(&p, "keep_headers", "would store a password in each event");
}

int
main(void)
{
	test_words();
	test_signature();
	test_fields();
	test_signed();
	test_unsigned_time();
	test_forms();
	test_no_id();
	test_token();
	test_limits();
	test_values();
	test_unsafe_body();
	test_accepted();
	test_webhook_id();
	test_keep_headers();
	return done();
}
