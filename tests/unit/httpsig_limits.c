/* httpsig_limits.c - one too many, and shared secrets. */
#include "base/encode.h"
#include "httpsig_case.h"
#include "verify/httpsig/httpsig_draft.h"

#define TEXT "date: " DATE "\ndigest: SHA-256=" SHA256
#define KEY  "Signature keyId=\"rsa-a\",algorithm=\"rsa-sha256\","
#define SIG  "headers=\"date digest\",signature=\"$\""
#define D    "\"content-digest\": sha-256=:" SHA256 ":\n"

static const struct usual usual = {"HTTP_AUTHORIZATION",
    {"REQUEST_METHOD=POST", "REQUEST_URI=/inner/x?a=1", "HTTP_HOST=inner:8080",
	"HTTP_DATE=" DATE, "HTTP_DIGEST=SHA-256=" SHA256,
	"HTTP_CONTENT_DIGEST=sha-256=:" SHA256 ":",
	"CONTENT_TYPE=application/json", "CONTENT_LENGTH=2", NULL}};

static struct httpsig_case
draft(const char *name, enum status want, const char *header, const char *text)
{
	return (struct httpsig_case){
	    .name = name, .want = want, .header = header, .text = text};
}

/* A header that signs n names besides the usual two, and what is signed. */
static void
add_names(char *header, char *text, size_t room, int n)
{
	size_t used =
	    (size_t)snprintf(header, room, KEY "headers=\"date digest");
	size_t len = (size_t)snprintf(text, room, "%s", TEXT);

	for (int i = 0; i < n; i++) {
		char name[] = "x------";

		/* Names that are one name to CGI are several here. */
		for (int bit = 0; bit < 6; bit++)
			name[bit + 1] = i >> bit & 1 ? '_' : '-';
		used +=
		    (size_t)snprintf(header + used, room - used, " %s", name);
		len +=
		    (size_t)snprintf(text + len, room - len, "\n%s: 1", name);
	}
	snprintf(header + used, room - used, "\",signature=\"$\"");
}

/* What is one too long, or one too many. */
static void
test_limits(const struct provider *prov)
{
	static char header[10000], value[REQUEST_HEADER_MAX + 32], text[10000];
	struct httpsig_case asked = {.header = header, .text = text};

	for (int extra = 0; extra <= 1; extra++) {
		size_t len = REQUEST_HEADER_MAX + (size_t)extra;

		asked.want = extra ? ST_UNVERIFIED : ST_OK;
		asked.name = extra ? "33 parameters" : "32 parameters";
		snprintf(text, sizeof(text), "%s", TEXT);
		snprintf(header, sizeof(header), KEY SIG);
		for (int i = 4; i < 32 + extra; i++) {
			size_t used = strlen(header);

			snprintf(
			    header + used, sizeof(header) - used, ",x%d=1", i);
		}
		httpsig_case_check(prov, &usual, &asked);

		asked.name = extra ? "65 names" : "64 names";
		asked.env[0] = "HTTP_X______=1";
		add_names(header, text, sizeof(header), 62 + extra);
		httpsig_case_check(prov, &usual, &asked);

		asked.name = extra ? "8193 bytes" : "8192 bytes";
		snprintf(value, sizeof(value), "HTTP_X=");
		memset(value + 7, 'v', len);
		value[7 + len] = '\0';
		asked.env[0] = value;
		snprintf(header, sizeof(header),
		    KEY "headers=\"x date digest\",signature=\"$\"");
		snprintf(text, sizeof(text), "x: %s\n" TEXT, value + 7);
		httpsig_case_check(prov, &usual, &asked);
		asked.env[0] = NULL;
	}
	asked.name = "a header of 9 KB";
	snprintf(text, sizeof(text), "%s", TEXT);
	memset(value, 'v', sizeof(value) - 1);
	snprintf(
	    header, sizeof(header), KEY SIG ",x=\"%s%.900s\"", value, value);
	httpsig_case_check(prov, &usual, &asked);
}

/* A key that goes by any name must still be given one. */
static void
test_parse(void)
{
	static struct httpsig_draft c;
	struct reason why = {""};

	ok(!httpsig_draft_parse(&c,
	       span_str("algorithm=\"rsa-sha256\",headers=\"date\","
			"signature=\"AA==\""),
	       &why),
	    "no keyId, by itself");
	is_str(why.text, "the signature header has no keyId", "and why");
}

/* RFC 9421 with a shared secret, and nothing else with one. */
static void
test_secret(void)
{
	static const char params[] =
	    "(\"content-digest\");created=1700000000;keyid=\"rsa-a\"";
	struct preset p = *preset_find(span_str("lifeomic"));
	struct span secret = span_str("not the secret\nthe secret");
	char base[1024], sig[128], header[512];
	unsigned char mac[DIGEST_MAX];
	struct usual with = usual;
	struct span text;
	struct httpsig_case asked = {.name = "a secret", .header = NULL};
	struct reason why;
	struct provider prov;

	snprintf(base, sizeof(base), D "\"@signature-params\": %s", params);
	text = span_str(base);
	if (!digest_hmac(DIGEST_SHA256, span_str("the secret"), &text, 1, mac))
		sandbox_die("HMAC");
	encode_base64(sig, span_mem(mac, DIGEST_SHA256_LEN));
	snprintf(header, sizeof(header), "HTTP_SIGNATURE=s=:%s:", sig);
	with.header = "HTTP_SIGNATURE_INPUT";
	asked.env[0] = header;
	asked.header =
	    "s=(\"content-digest\");created=1700000000;keyid=\"rsa-a\"";
	asked.how = "hmac-sha256";
	httpsig_case_provider(&prov, &p);
	if (!secrets_parse(&prov.secrets, secret, SECRET_RAW, &why))
		sandbox_die(why.text);
	httpsig_case_check(&prov, &with, &asked);
	header[sizeof("HTTP_SIGNATURE=s=:") + 3] ^= 1;
	asked.name = "another signature";
	asked.want = ST_UNVERIFIED;
	httpsig_case_check(&prov, &with, &asked);
	header[sizeof("HTTP_SIGNATURE=s=:") + 3] ^= 1;
	snprintf(header, sizeof(header), "HTTP_SIGNATURE=s=:%.20s:", sig);
	asked.name = "a part of the signature";
	httpsig_case_check(&prov, &with, &asked);
	snprintf(header, sizeof(header), "HTTP_SIGNATURE=s=:%.43sA:", sig);
	asked.name = "the signature and more";
	httpsig_case_check(&prov, &with, &asked);
	/* A right MAC, said to be something else. */
	snprintf(base, sizeof(base),
	    D "\"@signature-params\": %s;alg=\"ed25519\"", params);
	text = span_str(base);
	digest_hmac(DIGEST_SHA256, span_str("the secret"), &text, 1, mac);
	encode_base64(sig, span_mem(mac, DIGEST_SHA256_LEN));
	snprintf(header, sizeof(header), "HTTP_SIGNATURE=s=:%s:", sig);
	asked.header = "s=(\"content-digest\");created=1700000000;"
		       "keyid=\"rsa-a\";alg=\"ed25519\"";
	asked.name = "by another algorithm than it says";
	httpsig_case_check(&prov, &with, &asked);
	asked = draft("a key's signature", ST_UNVERIFIED,
	    KEY "headers=\"date digest\",signature=\"$\"", TEXT);
	httpsig_case_check(&prov, &usual, &asked);
	provider_free(&prov);
}

int
main(void)
{
	struct provider prov;

	httpsig_case_begin();
	httpsig_case_provider(&prov, preset_find(span_str("lifeomic")));
	httpsig_case_keys(&prov, NULL);
	test_limits(&prov);
	test_parse();
	test_secret();
	provider_free(&prov);
	httpsig_case_end();
	return done();
}
