/*
 * httpsig.c - the settings of HTTP signatures, where their keys come from, and
 * what is remembered of a request.
 */
#include "config/config.h"
#include "httpsig_case.h"

#define TEXT "date: " DATE "\ndigest: SHA-256=" SHA256
#define KEY  "Signature keyId=\"rsa-a\",algorithm=\"rsa-sha256\","

static const struct usual usual = {"HTTP_AUTHORIZATION",
    {"REQUEST_METHOD=POST", "REQUEST_URI=/inner/x?a=1", "HTTP_HOST=inner:8080",
	"HTTP_DATE=" DATE, "HTTP_DIGEST=SHA-256=" SHA256,
	"HTTP_CONTENT_DIGEST=sha-256=:" SHA256 ":",
	"CONTENT_TYPE=application/json", "CONTENT_LENGTH=2", NULL}};

static char *none[] = {NULL};

/* A request of the draft, with these headers signed. */
static struct httpsig_case
draft(const char *name, enum status want, const char *header, const char *text)
{
	return (struct httpsig_case){
	    .name = name, .want = want, .header = header, .text = text};
}

static void
run(const struct preset *words, const char *const more[],
    const struct httpsig_case *asked)
{
	struct provider prov;

	httpsig_case_provider(&prov, words);
	httpsig_case_keys(&prov, more);
	httpsig_case_check(&prov, &usual, asked);
	provider_free(&prov);
}

static void
test_required(void)
{
	struct preset p = *preset_find(span_str("lifeomic"));
	struct httpsig_case plain = draft("date and digest", ST_UNVERIFIED,
	    KEY "headers=\"date digest\",signature=\"$\"", TEXT);
	struct httpsig_case full = draft("and the target", ST_OK,
	    KEY "headers=\"(request-target) date digest\",signature=\"$\"",
	    "(request-target): post /inner/x?a=1\n" TEXT);

	p.required_components[0] = "(request-target)";
	run(&p, NULL, &plain);
	run(&p, NULL, &full);
	p.required_components[1] = "host";
	full.want = ST_UNVERIFIED;
	run(&p, NULL, &full);
	/* What only the other form can cover is asked of that alone. */
	p.required_components[0] = "@method";
	p.required_components[1] = "digest";
	plain.want = ST_OK;
	run(&p, NULL, &plain);
	p.required_components[0] = "x-more";
	plain.want = ST_UNVERIFIED;
	run(&p, NULL, &plain);
}

static void
test_algorithms(void)
{
	static const char *const rs512[SIGNERS] = {",\"alg\":\"RS512\""};
	static const char *const rs256[SIGNERS] = {",\"alg\":\"RS256\""};
	struct preset p = *preset_find(span_str("lifeomic"));
	struct httpsig_case asked = draft("any algorithm", ST_OK,
	    KEY "headers=\"date digest\",signature=\"$\"", TEXT);

	run(&p, NULL, &asked);
	run(&p, rs256, &asked);
	asked.name = "the key is for another";
	asked.want = ST_UNVERIFIED;
	run(&p, rs512, &asked);
	p.algorithms[0] = "rsa-sha512";
	asked.name = "only another";
	run(&p, NULL, &asked);
	p.algorithms[1] = "rsa-v1_5-sha256";
	asked.name = "that one too, by its other name";
	asked.want = ST_OK;
	run(&p, NULL, &asked);
	p.algorithms[0] = "rsa-sha256";
	p.algorithms[1] = "ed25519";
	asked.name = "and in another order";
	run(&p, NULL, &asked);
}

static void
test_tolerance(void)
{
	struct preset p = *preset_find(span_str("lifeomic"));
	struct httpsig_case asked = draft("an old date, any age allowed", ST_OK,
	    KEY "headers=\"date digest\",signature=\"$\"",
	    "date: Sun, 05 Jan 2014 21:31:40 GMT\ndigest: SHA-256=" SHA256);

	asked.env[0] = "HTTP_DATE=Sun, 05 Jan 2014 21:31:40 GMT";
	p.tolerance = -1;
	run(&p, NULL, &asked);
	asked.name = "but it has expired";
	asked.want = ST_UNVERIFIED;
	asked.header = KEY "expires=1699999999,headers=\"date digest\","
			   "signature=\"$\"";
	run(&p, NULL, &asked);
	asked = draft("a date that is none", ST_OK,
	    KEY "headers=\"date digest\",signature=\"$\"",
	    "date: x\ndigest: SHA-256=" SHA256);
	asked.env[0] = "HTTP_DATE=x";
	run(&p, NULL, &asked);
	asked.text = "date: Sun, 05 Jan 2014 21:31:40 GMT\n"
		     "digest: SHA-256=" SHA256;
	asked.env[0] = "HTTP_DATE=Sun, 05 Jan 2014 21:31:40 GMT";
	asked.header = KEY "expires=1699999999,headers=\"date digest\","
			   "signature=\"$\"";
	p.tolerance = 400000000;
	asked.name = "a tolerance of years";
	asked.want = ST_OK;
	run(&p, NULL, &asked);
}

static void
test_url(void)
{
	static const struct {
		const char *url, *target, *host;
	} row[] = {
	    {NULL, "/inner/x?a=1", "inner:8080"},
	    {"https://Hooks.example:443/hooks/x", "/hooks/x?a=1",
		"hooks.example"},
	    {"https://hooks.example/hooks/x?b=2", "/hooks/x?b=2",
		"hooks.example"},
	    {"http://hooks.example:443", "/inner/x?a=1", "hooks.example:443"},
	    {"HTTP://hooks.example/", "/?a=1", "hooks.example"},
	};
	char text[1024];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct preset p = *preset_find(span_str("lifeomic"));
		struct httpsig_case asked =
		    draft(row[i].url == NULL ? "no url" : row[i].url, ST_OK,
			KEY "headers=\"(request-target) host date digest\","
			    "signature=\"$\"",
			text);

		p.public_url = row[i].url;
		snprintf(text, sizeof(text),
		    "(request-target): post %s\nhost: %s\n" TEXT, row[i].target,
		    row[i].host);
		run(&p, NULL, &asked);
	}
}

static void
test_no_keys(void)
{
	struct httpsig_case asked = draft("no set of keys", ST_TRY_LATER,
	    KEY "headers=\"date digest\",signature=\"$\"", TEXT);
	struct provider prov;

	httpsig_case_provider(&prov, preset_find(span_str("lifeomic")));
	httpsig_case_check(&prov, &usual, &asked);
	provider_free(&prov);
}

/* What goes into the event. */
static void
test_remembered(void)
{
	struct httpsig_case asked = draft("what is remembered", ST_OK,
	    KEY "headers=\"(request-target) x-one date digest authorization "
		"cookie proxy-authorization content-type\",signature=\"$\"",
	    NULL);
	struct preset p = *preset_find(span_str("lifeomic"));
	struct verified ok_by;
	struct provider prov;
	struct usual with = usual;
	struct reason why;

	p.public_url = "https://hooks.example/hooks/x";
	with.header = "HTTP_AUTHENTICATION";
	asked.env[0] = "HTTP_X_ONE=1";
	asked.env[1] = "HTTP_AUTHORIZATION=Bearer t";
	asked.env[2] = "HTTP_COOKIE=c";
	asked.env[3] = "HTTP_PROXY_AUTHORIZATION=p";
	asked.text = "(request-target): post /hooks/x?a=1\nx-one: 1\n" TEXT
		     "\nauthorization: Bearer t\ncookie: c\n"
		     "proxy-authorization: p\n"
		     "content-type: application/json";
	httpsig_case_provider(&prov, &p);
	httpsig_case_keys(&prov, NULL);
	if (ok(httpsig_case_judge(&prov, &with, &asked, &ok_by, &why) == ST_OK,
		"it is genuine")) {
		is_str(ok_by.headers,
		    "Authentication X-One Date Digest Content-Type",
		    "its headers, but for passwords");
		is_str(ok_by.target, "POST https://hooks.example/hooks/x?a=1",
		    "its target");
		is_str(ok_by.key, "rsa-a", "its key");
		is_int(ok_by.text.n, 1, "one part names it");
		is_span(ok_by.text.part[0], BODY, "its body");
		verified_free(&ok_by);
	} else {
		diag("%s", why.text);
	}
	provider_free(&prov);
}

/* The same by settings: the key from files. */
static struct config *
load(const char *entry)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\"p\":{\"scheme\":\"httpsig\"%s}}"
	    "}",
	    entry);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), none, &sandbox_log);
}

static void
broken(const char *entry, const char *want)
{
	struct config *cfg = load(entry);

	if (ok(cfg != NULL && cfg->errors == 1 && cfg->provider[0].broken,
		"broken: %.60s", entry))
		is_int(cfg->provider[0].keys.n, 0, "without keys");
	if (!ok(sandbox_log_has(want), "and why"))
		diag("%s", sandbox_logged);
	config_free(cfg);
}

static void
write_pem(const char *name, const struct signer *s)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	PEM_write_bio_PUBKEY(bio, s->pkey);
	len = BIO_get_mem_data(bio, &text);
	sandbox_write(name, span_mem(text, (size_t)len), 0644);
	BIO_free(bio);
}

static void
write_jwks(const char *name, const struct signer *s)
{
	char jwk[4096], set[8192];

	signer_jwk(s, jwk, sizeof(jwk));
	snprintf(set, sizeof(set), "{\"keys\":[{\"kid\":\"rsa-a\",%s}]}", jwk);
	sandbox_text(name, set, 0644);
}

static void
test_files(void)
{
	static const char *const entry[] = {
	    ",\"jwks_file\":\"jwks\"", ",\"public_key_file\":\"pem\""};
	struct httpsig_case asked = draft("by a key of a file", ST_OK,
	    KEY "headers=\"date digest\",signature=\"$\"", TEXT);

	for (size_t i = 0; i < 2; i++) {
		struct config *cfg;

		write_jwks("jwks", &signer[RSA_A]);
		write_pem("pem", &signer[RSA_A]);
		cfg = load(entry[i]);
		if (!ok(cfg != NULL && cfg->errors == 0, "%s", entry[i]))
			sandbox_die(sandbox_logged);
		is_str(cfg->provider[0].profile.signature[0].text,
		    "Authorization", "the header goes without saying");
		is_int(cfg->nstamp, 3, "watched: settings, providers.d, keys");
		ok(!config_changed(cfg), "and as it was");
		asked.want = ST_OK;
		httpsig_case_check(&cfg->provider[0], &usual, &asked);
		write_jwks("jwks", &signer[RSA_B]);
		write_pem("pem", &signer[RSA_B]);
		ok(config_changed(cfg), "another key in it is noticed");
		config_free(cfg);
		cfg = load(entry[i]);
		asked.want = ST_UNVERIFIED;
		httpsig_case_check(&cfg->provider[0], &usual, &asked);
		config_free(cfg);
	}
}

static void
test_mistakes(void)
{
	sandbox_text("secret", "s", 0600);
	sandbox_text("empty", "", 0600);
	write_pem("public", &signer[ED]);
	sandbox_text("open", "{\"keys\":[]}", 0666);
	broken("", "jwks_url: missing: without keys nothing can be");
	broken(",\"jwks_file\":\"jwks\",\"public_key_file\":\"pem\"",
	    "public_key_file: conflicts with jwks_file: use only one of the "
	    "two");
	broken(",\"jwks_file\":\"jwks\",\"secret_file\":\"secret\"",
	    "jwks_file: conflicts with secret_file: use only one of the two");
	broken(",\"jwks_file\":\"nothing\"", "nothing: cannot be opened");
	broken(",\"jwks_file\":\"empty\"", "empty: not a JWK set");
	broken(",\"jwks_file\":\"public\"", "public: not a JWK set");
	broken(",\"jwks_file\":\"open\"", "open: every user of this machine");
	broken(",\"public_key_file\":\"jwks\"",
	    "key 1 is a JWK: put it into a set");
	broken(",\"public_key_file\":\".\"", ".: not a regular file");
	broken(",\"jwks_file\":\"jwks\",\"required_components\":[\"Date\"]",
	    "required_components: must be header names in lower case");
	broken(",\"jwks_file\":\"jwks\",\"required_components\":\"(status)\"",
	    "required_components: must be");
	broken(",\"jwks_file\":\"jwks\",\"required_components\":\"@status\"",
	    "required_components: must be");
	broken(",\"jwks_file\":\"jwks\",\"algorithms\":\"rsa-sha1\"",
	    "algorithms: must be rsa-sha256");
	broken(",\"jwks_file\":\"jwks\",\"algorithms\":\"hs2019\"",
	    "algorithms: must be rsa-sha256");
	broken(",\"jwks_file\":\"jwks\",\"prefix\":\"x\"",
	    "prefix: has no effect");
	broken(",\"jwks_file\":\"jwks\",\"separator\":\",\"",
	    "separator: has no effect");
	broken(",\"jwks_file\":\"jwks\",\"timestamp\":\"header:Date\"",
	    "timestamp: has no effect");
	broken(",\"jwks_file\":\"jwks\",\"signed_payload\":\"x{body}\"",
	    "signed_payload: has no effect");
	broken(",\"jwks_file\":\"jwks\",\"signature\":\"json:sig\"",
	    "signature: must be one or more header names");
	broken(",\"jwks_file\":\"jwks\",\"signature\":\"X-Sig-*\"",
	    "signature: must be one or more header names");
	broken(",\"jwks_file\":\"jwks\",\"public_url\":\"hooks.example\"",
	    "public_url: must be the URL");
	broken(",\"jwks_file\":\"jwks\",\"public_url\":\"https://\"",
	    "public_url: must be the URL");
	broken(",\"jwks_file\":\"jwks\",\"public_url\":\"https://a b\"",
	    "public_url: must be the URL");
	broken(",\"jwks_file\":\"jwks\",\"scheme\":\"hmac\"",
	    "scheme: duplicate setting");
}

int
main(void)
{
	sandbox_make();
	httpsig_case_begin();
	test_required();
	test_algorithms();
	test_tolerance();
	test_url();
	test_no_keys();
	test_remembered();
	test_files();
	test_mistakes();
	httpsig_case_end();
	sandbox_remove(sandbox_dir);
	return done();
}
