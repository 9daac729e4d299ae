/*
 * cert.c - signatures by the key of a certificate that the request names:
 * PayPal's and SNS's, with the certificate's key put where hookdir-fetch does.
 */
#include "config/config.h"
#include "event.h"
#include "keyset/keycache.h"
#include "keyset/keyfile.h"
#include "signer.h"
#include "verify/asymmetric.h"

#include "../tap.h"

#define NOW    1700000000
#define PAYPAL "https://api.paypal.com/v1/notifications/certs/CERT-1"
#define SNS \
	"https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
#define BODY    "{\"id\":\"WH-2\",\"event_type\":\"PAYMENT\"}"
#define EXPIRES 1800000000
#define TOPIC   "\"topic_arn\":[\"arn:aws:sns:y\",\"arn:aws:sns:x\"]"

static struct signer signer = {.type = "RSA"};
static struct config *cfg;

static struct config *
load(const char *entry)
{
	static char *none[] = {NULL};
	char text[4096];

	snprintf(
	    text, sizeof(text), "{\"inbox\":\"in\",\"providers\":{%s}}", entry);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), none, &sandbox_log);
}

static void
broken(const char *entry, const char *want)
{
	struct config *bad = load(entry);

	ok(bad != NULL && bad->errors == 1, "broken: %.80s", entry);
	if (!ok(sandbox_log_has(want), "for: %s", want))
		diag("%s", sandbox_logged);
	config_free(bad);
}

/* A set of one key of that URL, as it is fetched. */
static void
put_set(const struct provider *prov, const char *url, long long expires,
    int64_t fetched)
{
	struct keyfile file = {.fetched = fetched, .max_age = 86400};
	char jwk[3072], set[4096], path[SANDBOX_PATH_MAX];
	struct reason why = {""};

	signer_jwk(&signer, jwk, sizeof(jwk));
	snprintf(set, sizeof(set),
	    "{\"keys\":[{\"use\":\"sig\",\"kid\":\"%s\",\"exp\":%lld,%s}]}",
	    url, expires, jwk);
	snprintf(file.source, sizeof(file.source), "%s",
	    prov->profile.certificate_allowed_urls[0]);
	file.set = span_str(set);
	mkdir(sandbox_path("in"), 0700);
	mkdir(sandbox_path("in/.keys"), 0700);
	snprintf(path, sizeof(path), "in/.keys/%s", prov->name);
	if (!keyfile_write(&file, sandbox_path(path), &why))
		sandbox_die(why.text);
}

static enum status
verify(const struct provider *prov, const char *const env[], const char *body,
    struct verified *by, struct reason *why)
{
	struct request req;
	enum status st;

	*why = (struct reason){""};
	sandbox_request(&req, env, span_str(body));
	st = prov->profile.scheme->verify(prov, &req, NOW, by, why);
	request_free(&req);
	return st;
}

static const char *
paypal_env(const char *url, const char *text, const char *env[6])
{
	static char line[6][SIGNER_TEXT_MAX + 64];
	char sig[SIGNER_TEXT_MAX];

	signer_sign(&signer, "SHA256", false, false, text, sig);
	snprintf(line[0], sizeof(line[0]), "HTTP_PAYPAL_CERT_URL=%s", url);
	snprintf(line[1], sizeof(line[1]), "HTTP_PAYPAL_TRANSMISSION_ID=69cd");
	snprintf(line[2], sizeof(line[2]),
	    "HTTP_PAYPAL_TRANSMISSION_TIME=2023-11-14T22:13:20Z");
	snprintf(
	    line[3], sizeof(line[3]), "HTTP_PAYPAL_TRANSMISSION_SIG=%s", sig);
	for (int i = 0; i < 4; i++)
		env[i] = line[i];
	env[4] = NULL;
	return sig[0] == '\0' ? NULL : line[3];
}

static void
test_paypal(void)
{
	/* The CRC as zlib makes it. */
	static const char text[] =
	    "69cd|2023-11-14T22:13:20Z|8PT597110X687430LKGECATA|CRC";
	char signed_text[128], longer[KEYS_ID_MAX + 2] = "";
	const struct provider *prov;
	const char *env[6];
	struct verified by;
	struct reason why;

	cfg = load("\"paypal\":{\"webhook_id\":\"8PT597110X687430LKGECATA\"}");
	if (!ok(cfg != NULL && cfg->errors == 0, "PayPal: nothing but its id"))
		sandbox_die(sandbox_logged);
	prov = &cfg->provider[0];
	snprintf(signed_text, sizeof(signed_text), "%.*s%lu",
	    (int)strlen(text) - 3, text,
	    (unsigned long)digest_crc32(span_str(BODY)));
	paypal_env(PAYPAL, signed_text, env);
	is_int(verify(prov, env, BODY, &by, &why), ST_TRY_LATER,
	    "no certificate yet");
	ok(by.lacks_key, "which can be had");
	is_str(by.key, PAYPAL, "from there");
	put_set(prov, PAYPAL, EXPIRES, NOW);
	if (is_int(verify(prov, env, BODY, &by, &why), ST_OK, "with it")) {
		is_str(by.how, "rsa-sha256", "by this");
		is_str(by.key, PAYPAL, "and that key");
		ok(strstr(by.headers, "Paypal-Cert-Url ") != NULL,
		    "the event keeps where the certificate is: %s", by.headers);
		verified_free(&by);
	} else {
		diag("%s", why.text);
	}
	is_int(verify(prov, env, BODY " ", &by, &why), ST_UNVERIFIED,
	    "another body");
	is_str(why.text,
	    "no signature fits the certificate: webhook_id or digest is wrong, "
	    "or the body was changed on its way",
	    "and why");
	ok(!by.lacks_key, "no other certificate would help");
	paypal_env(PAYPAL "2", signed_text, env);
	is_int(verify(prov, env, BODY, &by, &why), ST_UNVERIFIED,
	    "another certificate");
	ok(by.lacks_key, "may be had");
	is_str(by.key, PAYPAL "2", "from there");
	paypal_env("https://api.paypal.com.evil.example/v1/notifications/"
		   "certs/CERT-1",
	    signed_text, env);
	is_int(verify(prov, env, BODY, &by, &why), ST_UNVERIFIED,
	    "of another host");
	is_str(why.text,
	    "Paypal-Cert-Url has a URL that certificate_allowed_urls does not "
	    "allow",
	    "and why");
	ok(!by.lacks_key, "is never fetched");
	memset(longer, 'x', sizeof(longer) - 1);
	memcpy(longer, PAYPAL, strlen(PAYPAL));
	paypal_env(longer, signed_text, env);
	is_int(verify(prov, env, BODY, &by, &why), ST_UNVERIFIED,
	    "of a long name");
	ok(!by.lacks_key, "is never fetched either");
	env[0] = env[1];
	is_int(verify(prov, env, BODY, &by, &why), ST_UNVERIFIED, "none named");
	is_str(why.text,
	    "Paypal-Cert-Url is missing: it should have the URL of the "
	    "certificate",
	    "and why");
	put_set(prov, PAYPAL, NOW - 1, NOW);
	paypal_env(PAYPAL, signed_text, env);
	is_int(verify(prov, env, BODY, &by, &why), ST_UNVERIFIED,
	    "one that has expired");
	ok(by.lacks_key, "is asked for again");
	put_set(prov, PAYPAL, EXPIRES, NOW - 8 * 86400);
	is_int(verify(prov, env, BODY, &by, &why), ST_TRY_LATER,
	    "one that nobody looked at for a week");
	ok(by.lacks_key, "is asked for again");
	config_free(cfg);
}

static void
test_sns(void)
{
	static const char text[] =
	    "Message\nHello\nMessageId\n22b8\nSubject\nFirst\nTimestamp\n"
	    "2023-11-14T22:13:20.655Z\nTopicArn\narn:aws:sns:x\nType\n"
	    "Notification\n";
	static const char form[] =
	    "{\"Type\":\"Notification\",\"MessageId\":\"22b8\",\"TopicArn\":"
	    "\"arn:aws:sns:x\",\"Subject\":\"First\",\"Message\":\"%s\","
	    "\"Timestamp\":\"2023-11-14T22:13:20.655Z\",\"SignatureVersion\":"
	    "\"2\",\"Signature\":\"%s\",\"SigningCertURL\":\"" SNS
	    "\",\"UnsubscribeURL\":\"https://evil.example/\"}";
	static const char stored[] =
	    "{\"Message\":\"Hello\",\"MessageId\":\"22b8\",\"Subject\":"
	    "\"First\",\"Timestamp\":\"2023-11-14T22:13:20.655Z\","
	    "\"TopicArn\":\"arn:aws:sns:x\",\"Type\":\"Notification\"}";
	static char body[8192], large[(1 << 20) + 2];
	char sig[SIGNER_TEXT_MAX];
	struct timespec now = {NOW, 0};
	const char *const env[] = {NULL};
	const struct provider *prov;
	struct verified by;
	struct reason why;
	struct request req;
	struct event event;

	cfg = load("\"aws-sns\":{" TOPIC "}");
	if (!ok(cfg != NULL && cfg->errors == 0, "SNS: nothing to say"))
		sandbox_die(sandbox_logged);
	prov = &cfg->provider[0];
	put_set(prov, SNS, EXPIRES, NOW);
	signer_sign(&signer, "SHA256", false, false, text, sig);
	snprintf(body, sizeof(body), form, "Hello", sig);
	sandbox_request(&req, env, span_str(body));
	if (is_int(prov->profile.scheme->verify(prov, &req, NOW, &by, &why),
		ST_OK, "a notification")) {
		is_span(by.text.payload, stored, "its members, and no others");
		is_int(event_make(&event,
			   &(struct event_input){prov, &req, &by, &now}, &why),
		    ST_OK, "an event");
		is_str(event.name, "22b8", "of its id");
		ok(strstr(event.head, "\nCe-Type: Notification\n") != NULL &&
			strstr(event.head,
			    "\nContent-Type: application/json\n") != NULL,
		    "and type");
		event_free(&event);
		verified_free(&by);
	} else {
		diag("%s", why.text);
	}
	config_free(cfg);
	cfg = load("\"aws-sns\":{\"topic_arn\":\"arn:aws:sns:y\"}");
	is_int(verify(&cfg->provider[0], env, body, &by, &why), ST_UNVERIFIED,
	    "another's topic");
	is_str(why.text,
	    "TopicArn is arn:aws:sns:x, which is not in topic_arn: genuine, "
	    "but another's, or one that the settings do not name",
	    "and which");
	config_free(cfg);
	cfg = load("\"aws-sns\":{" TOPIC ",\"tolerance\":1}");
	is_int(cfg->provider[0].profile.scheme->verify(
		   &cfg->provider[0], &req, NOW + 2, &by, &why),
	    ST_UNVERIFIED, "an old one");
	request_free(&req);
	config_free(cfg);
	cfg = load("\"aws-sns\":{" TOPIC "}");
	prov = &cfg->provider[0];
	snprintf(body, sizeof(body), form, "Hell0", sig);
	is_int(verify(prov, env, body, &by, &why), ST_UNVERIFIED,
	    "another message");
	memset(large, ' ', sizeof(large) - 1);
	memcpy(large, body, strlen(body));
	is_int(verify(prov, env, large, &by, &why), ST_TOO_LARGE,
	    "a body of more than 1 MiB is not looked through");
	signer_sign(&signer, "SHA1", false, false, text, sig);
	snprintf(body, sizeof(body), form, "Hello", sig);
	is_int(verify(prov, env, body, &by, &why), ST_UNVERIFIED,
	    "SHA-1 is not taken");
	config_free(cfg);
	cfg = load("\"aws-sns\":{\"digest\":\"sha1\"," TOPIC "}");
	is_int(verify(&cfg->provider[0], env, body, &by, &why), ST_OK,
	    "unless the settings say so");
	verified_free(&by);
	config_free(cfg);
}

#define CERT                                                                 \
	"\"p\":{\"scheme\":\"rsa\",\"signature\":\"S\",\"certificate_url\":" \
	"\"header:C\""

static void
test_settings(void)
{
	broken(CERT "}", "certificate_allowed_urls: missing: without it, "
			 "anyone could present a");
	broken(CERT ",\"certificate_allowed_urls\":\"https://a/*\"}",
	    "certificate_hosts: missing");
	broken(CERT ",\"certificate_allowed_urls\":\"http://a/"
		    "*\",\"certificate_hosts\":\"a\"}",
	    "certificate_allowed_urls: must begin with https://");
	broken(CERT ",\"certificate_allowed_urls\":\"https://a/"
		    "*\",\"certificate_hosts\":\"a\","
		    "\"public_key\":\"x\"}",
	    "public_key: conflicts with certificate_url: use only one of the "
	    "two");
	broken("\"p\":{\"scheme\":\"rsa\",\"signature\":\"S\","
	       "\"certificate_allowed_urls\":\"https://a/*\"}",
	    "certificate_allowed_urls: has no effect without a certificate_url "
	    "setting");
	broken("\"p\":{\"signature\":\"S\",\"certificate_url\":\"header:C\","
	       "\"secret_file\":\"s\"}",
	    "certificate_url: has no effect: only the scheme rsa has "
	    "certificates");
	broken("\"p\":{\"scheme\":\"rsa\",\"signature\":\"S\","
	       "\"certificate_url\":\"form:C\"}",
	    "certificate_url: must be header:NAME or json:PATH");
	broken(CERT ",\"certificate_allowed_urls\":\"https://sns.*.a.com/"
		    "x\",\"certificate_hosts\":\"a\"}",
	    "certificate_allowed_urls: must not have a * in the host");
	broken(CERT ",\"certificate_allowed_urls\":\"https://a:*/"
		    "x\",\"certificate_hosts\":\"a\"}",
	    "certificate_allowed_urls: must not have a * in the host");
	broken(CERT ",\"certificate_allowed_urls\":\"https://a/"
		    "*\",\"certificate_hosts\":[\"a\",\"*.b\",\"a.*.b\"]}",
	    "certificate_hosts: must not have a * in the host");
	broken("\"paypal\":{}", "webhook_id: missing: the provider signs with "
				"one key for all its customers");
	broken("\"aws-sns\":{}", "topic_arn: missing: the provider signs with "
				 "one key for all its customers");
	broken("\"paypal\":{\"webhook_id\":\"W\",\"signed_payload\":"
	       "[\"{ts}{webhook_id}{body}\",\"{ts}{crc32:body}\"]}",
	    "signed_payload: must have {webhook_id}: the provider signs with "
	    "one key for all its customers");
	broken("\"aws-sns\":{\"topic_arn\":\"mine\"}",
	    "topic_arn: must be the whole name of a topic");
	broken("\"aws-sns\":{\"topic_arn\":\"arn:aws:sns:*\"}",
	    "topic_arn: must be the whole name of a topic");
}

/* One more is fetched only if it is not there and has a turn. */
static void
test_fetch(void)
{
	char program[SANDBOX_PATH_MAX];
	const struct provider *prov;
	struct reason why = {""};
	struct keycache_terms terms = {.program = program, .now = NOW};

	cfg = load("\"aws-sns\":{" TOPIC "}");
	prov = &cfg->provider[0];
	put_set(prov, SNS, EXPIRES, NOW);
	sandbox_text("fetch",
	    "#!/bin/sh\necho \"$@\" >>\"${0%fetch}asked\"\nexit 1\n", 0755);
	snprintf(program, sizeof(program), "%s/fetch", sandbox_dir);
	is_int(keycache_fetch(prov->cache, &terms, SNS, &why), ST_OK,
	    "one that is there");
	ok(access(sandbox_path("asked"), F_OK) != 0, "is not fetched");
	is_int(keycache_fetch(prov->cache, &terms, SNS "2", &why), ST_TRY_LATER,
	    "one that is not");
	ok(access(sandbox_path("asked"), F_OK) == 0, "is");
	unlink(sandbox_path("asked"));
	terms.now = NOW + 4;
	is_int(keycache_fetch(prov->cache, &terms, SNS "3", &why), ST_TRY_LATER,
	    "four seconds later, another");
	ok(access(sandbox_path("asked"), F_OK) != 0, "is not");
	ok(strstr(why.text, "is tried again in a few seconds") != NULL,
	    "and why");
	terms.now = NOW + 5;
	is_int(keycache_fetch(prov->cache, &terms, SNS "3", &why), ST_TRY_LATER,
	    "but then");
	if (!ok(access(sandbox_path("asked"), F_OK) == 0, "it is"))
		diag("%s", why.text);
	ok(!keycache_due(prov->cache, NOW + 90 * 86400),
	    "nothing is fetched by itself");
	is_int(keycache_refresh(prov->cache, &terms, KEYCACHE_FORCED, &why),
	    ST_TRY_LATER, "nor by command");
	is_str(why.text,
	    "certificates are fetched when a delivery names one, not before",
	    "and why");
	config_free(cfg);
}

int
main(void)
{
	sandbox_make();
	signer_make(&signer, 2048);
	test_paypal();
	test_sns();
	test_settings();
	test_fetch();
	EVP_PKEY_free(signer.pkey);
	sandbox_remove(sandbox_dir);
	return done();
}
