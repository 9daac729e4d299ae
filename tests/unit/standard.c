/*
 * standard.c - Standard Webhooks: what the scheme says itself, and secrets
 * and keys beside each other.
 */
#include "verify/standard.h"
#include "config/config.h"
#include "profile/scheme.h"
#include "sandbox.h"
#include "verify/verified.h"

#include "../tap.h"

#define WHSEC "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define WHPK  "whpk_JkSGPiYfPTeNNyy5Ci3XgsW8eAe6t0kMnvcgVBc45IM="
#define V1    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define OTHER "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
#define V1A                                                  \
	"v1a,oGAq6tQM/Z847hBOXGo3YgcXCK1Ria/Kpd10MxGK7Qh5W/" \
	"0QG10MZjFdNEBE5dCuz5CkcL3YHeGZYJqsUWHgAQ=="

static struct config *
load(const char *members)
{
	static char *none[] = {NULL};
	char text[2048];

	snprintf(text, sizeof(text),
	    "{\"inbox\":\"in\",\"providers\":{\"p\":{\"scheme\":\"standard\"%s"
	    "}}}",
	    members);
	sandbox_log_clear();
	return config_load(
	    sandbox_text("hookdir.json", text, 0600), none, &sandbox_log);
}

static struct config *
good(const char *members)
{
	struct config *cfg = load(members);

	ok(cfg != NULL && cfg->errors == 0, "good: %s", members);
	if (sandbox_logged[0] != '\0')
		diag("%s", sandbox_logged);
	if (cfg == NULL || cfg->nprovider == 0 || cfg->errors > 0)
		sandbox_die("settings");
	return cfg;
}

static void
broken(const char *members, const char *want)
{
	struct config *cfg = load(members);

	ok(cfg != NULL && cfg->errors == 1, "broken: %s", members);
	if (!ok(sandbox_log_has(want), "for: %s", want))
		diag("%s", sandbox_logged);
	config_free(cfg);
}

static const char *how; /* static, of the last that was verified */

static enum status
verify(const struct config *cfg, const char *stem, const char *sig,
    struct verified *by, struct reason *why)
{
	const struct provider *prov = &cfg->provider[0];
	char header[3][512];
	const char *env[] = {header[0], header[1], header[2], NULL};
	struct request req;
	enum status st;

	snprintf(header[0], sizeof(header[0]),
	    "HTTP_%s_ID=msg_p5jXN8AQM9LWM0D4loKWxJek", stem);
	snprintf(
	    header[1], sizeof(header[1]), "HTTP_%s_TIMESTAMP=1614265330", stem);
	snprintf(
	    header[2], sizeof(header[2]), "HTTP_%s_SIGNATURE=%s", stem, sig);
	*why = (struct reason){""};
	sandbox_request(&req, env, span_str("{\"test\": 2432232314}"));
	st = prov->profile.scheme->verify(prov, &req, 1614265330, by, why);
	if (st == ST_OK) {
		is_span(by->text.payload, "{\"test\": 2432232314}", "stored");
		how = by->how;
		verified_free(by);
	}
	request_free(&req);
	return st;
}

static void
test_words(void)
{
	struct config *cfg = good(",\"secret_file\":\"s\"");
	const struct profile *profile = &cfg->provider[0].profile;

	is_str(profile->signature[0].text, "webhook-signature", "its header");
	is_str(profile->id.arg, "webhook-id", "its id");
	is_str(profile->type.arg, "type", "its type");
	is_str(profile->timestamp.arg, "webhook-timestamp", "its time");
	is_str(profile->signed_payload[0].text,
	    "{header:webhook-id}.{ts}.{body}", "what is signed");
	is_int(profile->signature_encoding, ENC_BASE64, "in base64");
	is_int(profile->tolerance, 300, "the general tolerance");
	config_free(cfg);
	cfg = good(",\"secret_file\":\"s\",\"signature\":\"X-Own-Signature\","
		   "\"id\":\"json:id\",\"type\":\"json:kind\"");
	profile = &cfg->provider[0].profile;
	is_str(profile->timestamp.arg, "X-Own-timestamp", "another stem");
	is_str(profile->signed_payload[0].text, "{header:X-Own-id}.{ts}.{body}",
	    "is everywhere");
	is_str(profile->id.arg, "id", "another id");
	is_str(profile->type.arg, "kind", "another type");
	config_free(cfg);
}

static void
test_refused(void)
{
	broken("", "secret_file: missing: without a secret nothing");
	broken(",\"secret_file\":\"s\",\"prefix\":\"v2,\"",
	    "prefix: has no effect: it is fixed in Standard Webhooks");
	broken(",\"secret_file\":\"s\",\"separator\":\",\"", "separator: has");
	broken(",\"secret_file\":\"s\",\"timestamp\":\"header:T\"",
	    "timestamp: has no effect");
	broken(",\"secret_file\":\"s\",\"signed_payload\":\"{body}\"",
	    "signed_payload: has no effect");
	broken(",\"secret_file\":\"s\",\"required_components\":\"date\"",
	    "required_components: has no effect");
	broken(",\"secret_file\":\"s\",\"algorithms\":\"ed25519\"",
	    "algorithms: has no effect");
	broken(",\"secret_file\":\"s\",\"digest\":\"sha512\"",
	    "digest: must be sha256: it is fixed in Standard Webhooks");
	broken(",\"secret_file\":\"s\",\"signature\":\"X-Sig\"",
	    "signature: must be one header name that ends in -signature");
	broken(",\"secret_file\":\"s\",\"signature\":\"-signature\"",
	    "signature: must be one header name");
	broken(",\"secret_file\":\"s\",\"signature\":[\"webhook-signature\","
	       "\"svix-signature\"]",
	    "signature: must be one header name");
	broken(",\"secret_file\":\"s\",\"unsafe_body\":true",
	    "unsafe_body: has no effect");
	broken(",\"secret_file\":\"s\",\"secret_env\":\"S\"",
	    "secret_env: conflicts with secret_file: use only one of the two");
	broken(",\"secret_file\":\"s\",\"jwks_file\":\"s\"",
	    "jwks_file: cannot be used with the scheme standard");
	broken(",\"public_key\":\"" WHPK "\",\"public_key_file\":\"s\"",
	    "public_key_file: conflicts with public_key: use only one of the "
	    "two");
	sandbox_text("bad", "whsec_not base64\n", 0600);
	broken(",\"secret_file\":\"bad\"",
	    "line 1 is not in the form that \"secret_encoding\" says");
}

static void
test_both(void)
{
	static const char secret[] = ",\"secret_file\":\"s\"";
	static const char key[] = ",\"public_key\":\"" WHPK "\"";
	static const char both[] =
	    ",\"secret_file\":\"s\",\"public_key\":\"" WHPK "\"";
	static const struct {
		const char *members, *sig, *how;
	} row[] = {
	    {secret, V1, "hmac-sha256"},
	    {secret, V1A, NULL},
	    {secret, OTHER " " V1A, NULL},
	    {secret, OTHER " v2,AAAA " V1, "hmac-sha256"},
	    {key, V1A, "ed25519"},
	    {key, V1, NULL},
	    {key, V1 " " V1A, "ed25519"},
	    {both, V1, "hmac-sha256"},
	    {both, V1A, "ed25519"},
	    {both, OTHER " " V1A, "ed25519"},
	    {both, V1A " " V1, "hmac-sha256"},
	    {both, OTHER, NULL},
	    {both, "v1", NULL},
	    {both, "v1a,", NULL},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct config *cfg = good(row[i].members);
		struct verified by;
		struct reason why;
		enum status st = verify(cfg, "WEBHOOK", row[i].sig, &by, &why);

		if (row[i].how == NULL) {
			is_int(st, ST_UNVERIFIED, "refused: %.30s", row[i].sig);
			ok(why.text[0] != '\0', "for a reason");
		} else if (is_int(st, ST_OK, "good: %.30s", row[i].sig)) {
			is_str(how, row[i].how, "by this");
		}
		config_free(cfg);
	}
}

static void
test_svix(void)
{
	struct config *cfg =
	    good(",\"secret_file\":\"s\",\"signature\":\"svix-signature\"");
	struct verified by;
	struct reason why;

	is_int(verify(cfg, "SVIX", V1, &by, &why), ST_OK, "Svix's own names");
	is_int(verify(cfg, "WEBHOOK", V1, &by, &why), ST_UNVERIFIED,
	    "and no others");
	is_str(why.text,
	    "svix-signature is missing: not signed, or removed by the web "
	    "server",
	    "and why");
	config_free(cfg);
}

/* Polar's key is the text itself. */
static void
test_raw_key(void)
{
	struct config *cfg =
	    good(",\"secret_file\":\"s\",\"secret_encoding\":\"raw\"");
	struct verified by;
	struct reason why;

	is_span(secret_at(&cfg->provider[0].secrets, 0), WHSEC, "as it stands");
	is_int(verify(cfg, "WEBHOOK", V1, &by, &why), ST_UNVERIFIED,
	    "which is another key");
	config_free(cfg);
}

int
main(void)
{
	sandbox_make();
	sandbox_text("s", WHSEC "\n", 0600);
	test_words();
	test_refused();
	test_both();
	test_svix();
	test_raw_key();
	sandbox_remove(sandbox_dir);
	return done();
}
