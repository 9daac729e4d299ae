/* verify.c - HMAC and token: what passes, what does not, and its words. */
#include "base/encode.h"
#include "profile/provider.h"
#include "sandbox.h"
#include "verify/schemes.h"
#include "verify/signed_text.h"
#include "verify/verified.h"

#include "../tap.h"

#define NO_FORM                                                          \
	"X-Time: the signed time is not in a known form, or not in one " \
	"whose end signed_payload shows: see timestamp_format"

#define NOW 1700000000

/* A provider of these words and secrets; the caller frees it. */
static void
make(struct provider *prov, const struct preset *p, const char *secrets)
{
	struct reason why = {""};
	struct profile_fault fault = {"", {""}};

	*prov = (struct provider){.words = *p};
	if (!scheme_profile(&prov->profile, &prov->words, 300, &fault) ||
	    !secrets_parse(&prov->secrets, span_str(secrets),
		prov->profile.secret_encoding, &why))
		sandbox_die(why.text);
}

/* Sign body as prov would, in hexadecimal. */
static const char *
sign(const struct provider *prov, size_t secret, const char *text)
{
	static char hex[4][DIGEST_TEXT_MAX];
	static unsigned turn;
	unsigned char mac[DIGEST_MAX];
	char *dst = hex[turn++ % 4];
	struct span part = span_str(text);

	if (!digest_hmac(prov->profile.digest,
		secret_at(&prov->secrets, secret), &part, 1, mac))
		sandbox_die("digest_hmac");
	encode_hex(dst, span_mem(mac, digest_len(prov->profile.digest)));
	return dst;
}

/* Verify a request of two headers; the payload is compared to stored. */
static enum status
verify(const struct provider *prov, const char *one, const char *two,
    const char *body, struct verified *ok_by, struct reason *why)
{
	const char *env[] = {one, two, NULL};
	struct request req;
	enum status st;

	*why = (struct reason){""};
	sandbox_request(&req, one == NULL ? env + 2 : env, span_str(body));
	st = prov->profile.scheme->verify(prov, &req, NOW, ok_by, why);
	if (st == ST_OK)
		is_span(ok_by->text.payload, body, "payload");
	request_free(&req);
	return st;
}

static void
refused(const struct provider *prov, const char *one, const char *two,
    const char *reason)
{
	struct verified ok_by;
	struct reason why;

	is_int(verify(prov, one, two, "{}", &ok_by, &why), ST_UNVERIFIED,
	    "refused");
	is_str(why.text, reason, "and why");
	verified_free(&ok_by);
}

static void
test_hmac(enum digest md, const char *how)
{
	struct preset p = preset_default;
	struct verified ok_by;
	struct provider prov;
	struct reason why;
	char header[512];

	p.digest = digest_name(md);
	p.signature[0] = "X-Sig";
	p.separator = ",";
	make(&prov, &p, "one\ntwo\nthree");
	for (size_t i = 0; i < 3; i++) {
		snprintf(header, sizeof(header), "HTTP_X_SIG=%s",
		    sign(&prov, i, "{}"));
		is_int(verify(&prov, header, NULL, "{}", &ok_by, &why), ST_OK,
		    "%s by secret %zu", how, i);
		is_int(ok_by.secret, (long long)i, "which one it was");
		is_str(ok_by.how, how, "and how");
		is_str(ok_by.signed_as, "{body}", "and what was signed");
		verified_free(&ok_by);
	}
	snprintf(header, sizeof(header), "HTTP_X_SIG=%s,%s",
	    sign(&prov, 0, "other"), sign(&prov, 1, "{}"));
	is_int(verify(&prov, header, NULL, "{}", &ok_by, &why), ST_OK,
	    "the second signature fits");
	verified_free(&ok_by);
	snprintf(
	    header, sizeof(header), "HTTP_X_SIG=%s", sign(&prov, 0, "{} "));
	refused(&prov, header, NULL,
	    "no signature fits: wrong secret (3 configured), or the body was "
	    "changed on its way");
	provider_free(&prov);
}

static void
test_no_secret(void)
{
	struct preset p = preset_default;
	struct provider prov;
	char header[512];

	p.signature[0] = "X-Sig";
	make(&prov, &p, "one");
	snprintf(header, sizeof(header), "HTTP_X_SIG=%s", sign(&prov, 0, "{}"));
	secrets_free(&prov.secrets);
	refused(&prov, header, NULL,
	    "no signature fits: wrong secret (0 configured), or the body was "
	    "changed on its way");
	refused(&prov, NULL, NULL,
	    "X-Sig is missing: not signed, or removed by the web server");
	provider_free(&prov);
}

/* A time of this text: NULL if it is accepted, or why it is not. */
static void
check_time(const struct provider *prov, const char *ts, const char *reason)
{
	struct verified ok_by;
	struct reason why;
	char text[128], one[512], two[128];

	snprintf(text, sizeof(text), "%s.{}", ts);
	snprintf(one, sizeof(one), "HTTP_X_SIG=%s", sign(prov, 0, text));
	snprintf(two, sizeof(two), "HTTP_X_TIME=%s", ts);
	is_int(verify(prov, one, two, "{}", &ok_by, &why),
	    reason == NULL ? ST_OK : ST_UNVERIFIED, "time \"%s\"", ts);
	is_str(why.text, reason == NULL ? "" : reason, "and why");
	verified_free(&ok_by);
}

static void
test_time(void)
{
	struct preset p = preset_default;
	struct provider prov;
	char old[512], two[64];

	p.signature[0] = "X-Sig";
	p.timestamp = "header:X-Time";
	p.signed_payload[0] = "{ts}.{body}";
	make(&prov, &p, "one");
	check_time(&prov, "1700000000", NULL);
	check_time(&prov, "1699999700", NULL);
	check_time(&prov, "1700000300", NULL);
	check_time(&prov, "1700000300999", NULL);
	check_time(&prov, "2023-11-14T22:13:20Z", NULL);
	check_time(&prov, "Tue, 14 Nov 2023 22:13:20 GMT", NULL);
	check_time(&prov, "1699999699",
	    "X-Time: signed 301 s ago by this machine's clock, more than the "
	    "tolerance of 300 s: an old delivery, or a wrong clock");
	check_time(&prov, "1700000301",
	    "X-Time: signed 301 s ahead by this machine's clock, more than the "
	    "tolerance of 300 s: an old delivery, or a wrong clock");
	check_time(&prov, "0",
	    "X-Time: signed 1700000000 s ago by this machine's clock, more "
	    "than the tolerance of 300 s: an old delivery, or a wrong clock");
	check_time(&prov, "now", NO_FORM);
	check_time(&prov, "-1", NO_FORM);
	/* A fresh time does not bring an old signature back. */
	snprintf(
	    old, sizeof(old), "HTTP_X_SIG=%s", sign(&prov, 0, "1600000000.{}"));
	snprintf(two, sizeof(two), "HTTP_X_TIME=%d", NOW);
	refused(&prov, old, two,
	    "no signature fits: wrong secret (1 configured), or the body was "
	    "changed on its way");
	provider_free(&prov);
	p.tolerance = -1;
	make(&prov, &p, "one");
	check_time(&prov, "0", NULL);
	check_time(&prov, "now", NULL);
	provider_free(&prov);
}

static void
test_alternatives(void)
{
	struct preset p = preset_default;
	struct verified ok_by;
	struct provider prov;
	struct reason why;
	char header[512];

	p.signature[0] = "X-Sig";
	p.signed_payload[0] = "a{json:missing}";
	p.signed_payload[1] = "b{body}";
	p.signed_payload[2] = "c{body}";
	make(&prov, &p, "one");
	snprintf(
	    header, sizeof(header), "HTTP_X_SIG=%s", sign(&prov, 0, "c{}"));
	is_int(verify(&prov, header, NULL, "{}", &ok_by, &why), ST_OK,
	    "the third alternative");
	is_str(ok_by.signed_as, "c{body}", "is named");
	is_str(why.text, "", "and nothing complained about");
	verified_free(&ok_by);
	provider_free(&prov);
}

static void
test_token(void)
{
	struct preset p = preset_default;
	struct verified ok_by;
	struct provider prov;
	struct reason why;
	char header[REQUEST_HEADER_MAX + 64];

	p.scheme = "token";
	p.signature[0] = "Authorization";
	p.prefix = "Bearer ";
	make(&prov, &p, "one\ntwo");
	is_int(verify(&prov, "HTTP_AUTHORIZATION=Bearer two", NULL, "", &ok_by,
		   &why),
	    ST_OK, "the second token, and no body");
	is_int(ok_by.secret, 1, "which one it was");
	is_str(ok_by.how, "token", "and how");
	is_str(ok_by.signed_as, NULL, "nothing was signed");
	verified_free(&ok_by);
	for (const char *const *bad =
		 (const char *const[]){"HTTP_AUTHORIZATION=Bearer tw",
		     "HTTP_AUTHORIZATION=Bearer twox",
		     "HTTP_AUTHORIZATION=Bearer Two",
		     "HTTP_AUTHORIZATION=Bearer  two",
		     "HTTP_AUTHORIZATION=Bearer two ",
		     "HTTP_AUTHORIZATION=Bearer ",
		     "HTTP_AUTHORIZATION=Bearer one\ntwo", NULL};
	     *bad != NULL; bad++)
		refused(&prov, *bad, NULL,
		    "Authorization has a wrong secret (2 configured)");
	is_int(verify(&prov, "HTTP_AUTHORIZATION=bEARER one", NULL, "", &ok_by,
		   &why),
	    ST_OK, "the word may be in any case");
	verified_free(&ok_by);
	refused(&prov, "HTTP_AUTHORIZATION=two", NULL,
	    "Authorization is too long, or does not begin with the prefix of "
	    "the settings");
	refused(&prov, "HTTP_AUTHORIZATION=Bearer", NULL,
	    "Authorization is too long, or does not begin with the prefix of "
	    "the settings");
	refused(&prov, "HTTP_AUTHORIZATION=", NULL,
	    "Authorization is missing: not sent, or removed by the web server");
	refused(&prov, "HTTP_AUTHORIZATION=Bearer two",
	    "HTTP_AUTHORIZATION=Bearer two",
	    "Authorization came more than once");
	strcpy(header, "HTTP_AUTHORIZATION=Bearer ");
	memset(header + 26, 'x', sizeof(header) - 26);
	header[19 + REQUEST_HEADER_MAX] = '\0';
	refused(&prov, header, NULL,
	    "Authorization has a wrong secret (2 configured)");
	strcat(header, "x");
	refused(&prov, header, NULL,
	    "Authorization is too long, or does not begin with the prefix of "
	    "the settings");
	provider_free(&prov);
}

static void
test_basic(void)
{
	struct preset p = preset_default;
	struct verified ok_by;
	struct provider prov;
	struct reason why;

	p.scheme = "token";
	p.signature[0] = "Authorization";
	p.prefix = "Basic ";
	make(&prov, &p, "user:one\nAladdin:open sesame");
	is_int(verify(&prov,
		   "HTTP_AUTHORIZATION=Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
		   NULL, "x", &ok_by, &why),
	    ST_OK, "RFC 7617's own example");
	is_int(ok_by.secret, 1, "which one it was");
	verified_free(&ok_by);
	refused(&prov,
	    "HTTP_AUTHORIZATION=Basic QWxhZGRpbjpvcGVuIHNlc2FtZA==", NULL,
	    "Authorization has a wrong secret (2 configured)");
	refused(&prov, "HTTP_AUTHORIZATION=Basic QWxhZGRpbjpvcGVuIHNlc2Ft",
	    NULL, "Authorization has a wrong secret (2 configured)");
	refused(&prov, "HTTP_AUTHORIZATION=Basic Aladdin:open sesame", NULL,
	    "Authorization is not base64");
	refused(&prov, "HTTP_AUTHORIZATION=Basic ", NULL,
	    "Authorization has a wrong secret (2 configured)");
	refused(&prov, "HTTP_AUTHORIZATION=Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ",
	    NULL,
	    "Authorization is too long, or does not begin with the prefix of "
	    "the settings");
	provider_free(&prov);
}

static void
test_macs(void)
{
	struct preset p = preset_default;
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	struct signed_text text = {
	    .n = 2, .part = {span_str("{"), span_str("}")}};
	struct provider prov;
	char hex[DIGEST_TEXT_MAX];

	p.signature[0] = "X-Sig";
	make(&prov, &p, "1\n2\n3\n4\n5\n6\n7\n8");
	ok(verify_macs(&prov, &text, mac), "MACs under eight secrets");
	for (size_t i = 0; i < SECRETS_MAX; i++) {
		encode_hex(hex, span_mem(mac[i], DIGEST_SHA256_LEN));
		is_str(hex, sign(&prov, i, "{}"), "of secret %zu", i);
	}
	provider_free(&prov);
}

/* A time in a signed body: looked for only where the signature fits. */
static void
test_late_time(void)
{
	static const struct {
		const char *body;
		const char *fault; /* NULL: accepted */
	} row[] = {
	    {"{\"at\":1700000000}", NULL},
	    {"{\"at\":1699990000}", "at: signed 10000 s ago"},
	    {"{\"at\":1700000000", "at (the signed time) is missing"},
	    {"{\"at\":1700000000,\"a\\u0074\":1}", "at (the signed time) is"},
	    {"{}", "at (the signed time) is missing"},
	};
	struct preset p = preset_default;
	struct provider prov;

	p.signature[0] = "X-Sig";
	p.timestamp = "json:at";
	make(&prov, &p, "secret");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char good[128], bad[128];
		struct verified by;
		struct reason why;

		snprintf(good, sizeof(good), "HTTP_X_SIG=%s",
		    sign(&prov, 0, row[i].body));
		snprintf(bad, sizeof(bad), "HTTP_X_SIG=%s",
		    sign(&prov, 0, "another body"));
		is_int(verify(&prov, good, NULL, row[i].body, &by, &why),
		    row[i].fault == NULL ? ST_OK : ST_UNVERIFIED, "%s",
		    row[i].body);
		if (row[i].fault == NULL)
			verified_free(&by);
		else
			ok(strstr(why.text, row[i].fault) != NULL, "for: %s",
			    why.text);
		is_int(verify(&prov, bad, NULL, row[i].body, &by, &why),
		    ST_UNVERIFIED, "not signed");
		ok(strstr(why.text, "no signature fits") != NULL,
		    "which is said, whatever the time: %s", why.text);
	}
	provider_free(&prov);
}

int
main(void)
{
	test_hmac(DIGEST_SHA1, "hmac-sha1");
	test_hmac(DIGEST_SHA256, "hmac-sha256");
	test_hmac(DIGEST_SHA384, "hmac-sha384");
	test_hmac(DIGEST_SHA512, "hmac-sha512");
	test_no_secret();
	test_time();
	test_late_time();
	test_alternatives();
	test_token();
	test_basic();
	test_macs();
	return done();
}
