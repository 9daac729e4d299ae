/* httpsig_rfc9421.c - RFC 9421 with Content-Digest, taken and refused. */
#include "httpsig_case.h"

#define D "\"content-digest\": sha-256=:" SHA256 ":\n"
/* The last line, of what the header says. */
#define P(list, params) "\"@signature-params\": (" list ")" params
#define C               "\"content-digest\""
#define T               ";created=1700000000"
#define K               T ";keyid=\"rsa-a\""
#define KV              K ";alg=\"rsa-v1_5-sha256\""

#define A100                                                 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Signature is put beside it by test_row(). */
static const struct usual usual = {"HTTP_SIGNATURE_INPUT",
    {"REQUEST_METHOD=POST", "REQUEST_URI=/hooks/new?a=1&b=x+y&b%20c=%e4&e=",
	"HTTP_HOST=Example.com:80", "HTTP_DATE=" DATE,
	"HTTP_CONTENT_DIGEST=sha-256=:" SHA256 ":",
	"CONTENT_TYPE=application/json", "CONTENT_LENGTH=2", NULL}};

static const struct httpsig_case good[] = {
    {ROW("one digest", ST_OK, "s=(" C ")" KV, D P(C, KV)),
	.how = "rsa-v1_5-sha256"},
    {ROW("by RSA-PSS", ST_OK, "s=(" C ")" K ";alg=\"rsa-pss-sha512\"",
	 D P(C, K ";alg=\"rsa-pss-sha512\"")),
	.md = "SHA512", .pss = true, .how = "rsa-pss-sha512"},
    {ROW("by P-256, by its key alone", ST_OK, "s=(" C ")" T ";keyid=\"p256\"",
	 D P(C, T ";keyid=\"p256\"")),
	.by = EC_256, .raw = true, .how = "ecdsa-p256-sha256"},
    {ROW("by P-384", ST_OK, "s=(" C ")" T ";keyid=\"p384\"",
	 D P(C, T ";keyid=\"p384\"")),
	.by = EC_384, .md = "SHA384", .raw = true, .how = "ecdsa-p384-sha384"},
    {ROW("by Ed25519", ST_OK, "s=(" C ")" T ";keyid=\"ed\";alg=\"ed25519\"",
	 D P(C, T ";keyid=\"ed\";alg=\"ed25519\"")),
	.by = ED, .how = "ed25519"},
    {ROW("all that is derived", ST_OK,
	"s=(\"@method\" \"@target-uri\" \"@authority\" \"@scheme\" "
	"\"@request-target\" \"@path\" \"@query\" " C ")" KV,
	"\"@method\": POST\n"
	"\"@target-uri\": http://example.com/hooks/new?a=1&b=x+y&b%20c=%e4&e=\n"
	"\"@authority\": example.com\n\"@scheme\": http\n"
	"\"@request-target\": /hooks/new?a=1&b=x+y&b%20c=%e4&e=\n"
	"\"@path\": /hooks/new\n\"@query\": ?a=1&b=x+y&b%20c=%e4&e=\n" D
	"\"@signature-params\": (\"@method\" \"@target-uri\" \"@authority\" "
	"\"@scheme\" \"@request-target\" \"@path\" \"@query\" " C ")" KV)},
    {ROW("parameters of the query", ST_OK,
	"s=(\"@query-param\";name=\"b\" \"@query-param\";name=\"b%20c\" "
	"\"@query-param\";name=\"e\" " C ")" KV,
	"\"@query-param\";name=\"b\": x%20y\n"
	"\"@query-param\";name=\"b%20c\": %E4\n"
	"\"@query-param\";name=\"e\": \n" D
	"\"@signature-params\": (\"@query-param\";name=\"b\" "
	"\"@query-param\";name=\"b%20c\" \"@query-param\";name=\"e\" " C
	")" KV)},
    {ROW("a name among those that begin like it, and that it begins like",
	 ST_OK, "s=(\"@query-param\";name=\"a%7Eb\" " C ")" KV,
	 "\"@query-param\";name=\"a%7Eb\": 1\n" D P(
	     "\"@query-param\";name=\"a%7Eb\" " C, KV)),
	.env = {"REQUEST_URI=/?a~b=1&a~bc=2&a=3&a%7=4&=5&%=6"}},
    {ROW("blanks that the RFC takes out", ST_OK,
	"  s=(  " C "   \"date\" );  created=1700000000;keyid=\"rsa-a\""
	";alg=\"rsa-v1_5-sha256\" ",
	D "\"date\": " DATE "\n" P(C " \"date\"", KV))},
    {ROW("a date in place of created", ST_OK,
	 "s=(\"date\" " C ");keyid=\"p256\"",
	 "\"date\": " DATE "\n" D P("\"date\" " C, ";keyid=\"p256\"")),
	.by = EC_256, .raw = true},
    {ROW("parameters that are unknown, or true", ST_OK,
	"s=(" C ")" KV ";nonce=\"n\\\"\";tag=\"t\";x;y=?1;z=?0;w=1.5;v=-3;"
	"u=:AA==:;t=to/k",
	D P(C, KV ";nonce=\"n\\\"\";tag=\"t\";x;y;z=?0;w=1.5;v=-3;"
		  "u=:AA==:;t=to/k"))},
    {ROW("several labels, the second of them", ST_OK,
	"a=(" C ")" T ";keyid=\"none\", s=(" C ")" KV, D P(C, KV))},
    {ROW("a label that has no signature", ST_OK, "b=(" C "), s=(" C ")" KV,
	D P(C, KV))},
    {ROW("a member of the digest", ST_OK, "s=(" C ";key=\"sha-256\")" KV,
	C ";key=\"sha-256\": :" SHA256 ":\n" P(C ";key=\"sha-256\"", KV))},
    {ROW("the digest as a structured field", ST_OK, "s=(" C ";sf)" KV,
	 C ";sf: x=1;y=2, sha-256=:" SHA256 ":, z\n" P(C ";sf", KV)),
	.env = {"HTTP_CONTENT_DIGEST=x=1; y=2 , sha-256=:" SHA256 ":,z=?1"}},
    {ROW("by SHA-512, and another that is unknown", ST_OK, "s=(" C ")" KV,
	 C ": md5=:AA==:, sha-512=:" SHA512 ":\n" P(C, KV)),
	.env = {"HTTP_CONTENT_DIGEST=md5=:AA==:, sha-512=:" SHA512 ":"}},
    {ROW("a port of its own", ST_OK, "s=(\"@authority\" " C ")" KV,
	 "\"@authority\": example.com:8080\n" D P("\"@authority\" " C, KV)),
	.env = {"HTTP_HOST=EXAMPLE.com:8080"}},
    {ROW("https and its port", ST_OK, "s=(\"@target-uri\" " C ")" KV,
	 "\"@target-uri\": https://example.com/\n" D P(
	     "\"@target-uri\" " C, KV)),
	.env = {"HTTP_HOST=example.com:443", "HTTPS=on", "REQUEST_URI=/"}},
    {ROW("a target in absolute form", ST_OK,
	 "s=(\"@request-target\" \"@path\" \"@authority\" " C ")" KV,
	 "\"@request-target\": http://a.example/p?q\n\"@path\": /p\n"
	 "\"@authority\": a.example\n" D P(
	     "\"@request-target\" \"@path\" \"@authority\" " C, KV)),
	.env = {"REQUEST_URI=http://a.example/p?q"}},
    {ROW("no query", ST_OK, "s=(\"@query\" \"@path\" " C ")" KV,
	 "\"@query\": ?\n\"@path\": /p\n" D P("\"@query\" \"@path\" " C, KV)),
	.env = {"REQUEST_URI=/p"}},
    {ROW("expires, but later", ST_OK, "s=(" C ")" KV ";expires=1700000001",
	D P(C, KV ";expires=1700000001"))},
    {ROW("300 s old", ST_OK,
	"s=(" C ");created=1699999700;keyid=\"rsa-a\";alg=\"rsa-v1_5-sha256\"",
	D P(C, ";created=1699999700;keyid=\"rsa-a\";alg=\"rsa-v1_5-sha256\""))},
    {ROW("two members of the digest", ST_OK,
	 "s=(" C ";key=\"sha-256\" " C ";key=\"sha-512\")" KV,
	 C ";key=\"sha-256\": :" SHA256 ":\n" C ";key=\"sha-512\": :" SHA512
	   ":\n" P(C ";key=\"sha-256\" " C ";key=\"sha-512\"", KV)),
	.env = {"HTTP_CONTENT_DIGEST=sha-256=:" SHA256 ":, sha-512=:" SHA512
		":"}},
    {ROW("HTTPS that is off", ST_OK, "s=(\"@scheme\" " C ")" KV,
	 "\"@scheme\": http\n" D P("\"@scheme\" " C, KV)),
	.env = {"HTTPS=off"}},
    {ROW("https by another variable", ST_OK, "s=(\"@scheme\" " C ")" KV,
	 "\"@scheme\": https\n" D P("\"@scheme\" " C, KV)),
	.env = {"REQUEST_SCHEME=https"}},
    {ROW("a host of 300 bytes", ST_OK, "s=(\"@authority\" " C ")" KV,
	 "\"@authority\": " A100 A100 A100 "\n" D P("\"@authority\" " C, KV)),
	.env = {"HTTP_HOST=" A100 A100 A100}},
};

static const struct httpsig_case bad[] = {
    {ROW("an empty header", ST_UNVERIFIED, "", NULL)},
    {ROW("no dictionary", ST_UNVERIFIED, "(" C ")", D P(C, KV))},
    {ROW("no list", ST_UNVERIFIED, "s=1", D P(C, KV))},
    {ROW("an open list", ST_UNVERIFIED, "s=(" C, D P(C, KV))},
    {ROW("a token for a component", ST_UNVERIFIED, "s=(date)" KV, D P(C, KV))},
    {ROW("another label", ST_UNVERIFIED, "q=(" C ")" KV, D P(C, KV))},
    {ROW("a label twice", ST_UNVERIFIED, "s=(" C ")" KV ", s=(" C ")" KV,
	D P(C, KV))},
    {ROW("a parameter twice", ST_UNVERIFIED, "s=(" C ")" KV T, D P(C, KV T))},
    {ROW("a component twice", ST_UNVERIFIED, "s=(" C " " C ")" KV,
	D D P(C " " C, KV))},
    {ROW("a component twice, in another order", ST_UNVERIFIED,
	"s=(" C ";sf;key=\"sha-256\" " C ";key=\"sha-256\";sf)" KV,
	C ";sf;key=\"sha-256\": :" SHA256 ":\n" C
	  ";key=\"sha-256\";sf: :" SHA256
	  ":\n" P(C ";sf;key=\"sha-256\" " C ";key=\"sha-256\";sf", KV))},
    {ROW("nothing covered", ST_UNVERIFIED, "s=()" KV, P("", KV))},
    {ROW("no digest covered", ST_UNVERIFIED, "s=(\"date\")" KV,
	"\"date\": " DATE "\n" P("\"date\"", KV))},
    {ROW("a digest that does not count", ST_UNVERIFIED,
	 "s=(" C ";key=\"md5\")" KV,
	 C ";key=\"md5\": :AA==:\n" P(C ";key=\"md5\"", KV)),
	.env = {"HTTP_CONTENT_DIGEST=md5=:AA==:, sha-256=:" SHA256 ":"}},
    {ROW("no time", ST_UNVERIFIED, "s=(" C ");keyid=\"p256\"",
	 D P(C, ";keyid=\"p256\"")),
	.by = EC_256, .raw = true},
    {ROW("no key", ST_UNVERIFIED, "s=(" C ")" T ";alg=\"rsa-v1_5-sha256\"",
	D P(C, T ";alg=\"rsa-v1_5-sha256\""))},
    {ROW("an unknown key", ST_UNVERIFIED, "s=(" C ")" T ";keyid=\"who\"",
	D P(C, T ";keyid=\"who\""))},
    {ROW("a key that is a token", ST_UNVERIFIED, "s=(" C ")" T ";keyid=rsa-a",
	D P(C, T ";keyid=rsa-a"))},
    {ROW("neither key nor signature says how", ST_UNVERIFIED, "s=(" C ")" K,
	D P(C, K))},
    {ROW("an unknown algorithm", ST_UNVERIFIED,
	"s=(" C ")" K ";alg=\"rsa-sha256\"", D P(C, K ";alg=\"rsa-sha256\""))},
    {ROW("an algorithm that is a token", ST_UNVERIFIED,
	"s=(" C ")" K ";alg=rsa-v1_5-sha256",
	D P(C, K ";alg=rsa-v1_5-sha256"))},
    {ROW("HMAC", ST_UNVERIFIED, "s=(" C ")" K ";alg=\"hmac-sha256\"",
	D P(C, K ";alg=\"hmac-sha256\""))},
    {ROW("another algorithm than it says", ST_UNVERIFIED,
	"s=(" C ")" K ";alg=\"rsa-pss-sha512\"",
	D P(C, K ";alg=\"rsa-pss-sha512\""))},
    {ROW("PSS by the other name", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.md = "SHA512", .pss = true},
    {ROW("an algorithm of another key", ST_UNVERIFIED,
	 "s=(" C ")" T ";keyid=\"p256\";alg=\"ed25519\"",
	 D P(C, T ";keyid=\"p256\";alg=\"ed25519\"")),
	.by = EC_256, .raw = true},
    {ROW("ECDSA in DER", ST_UNVERIFIED, "s=(" C ")" T ";keyid=\"p256\"",
	 D P(C, T ";keyid=\"p256\"")),
	.by = EC_256},
    {ROW("signed with another key", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.by = RSA_B},
    {ROW("signed by itself alone", ST_UNVERIFIED, "s=(" C ")" KV, P(C, KV))},
    {ROW("parameters that were not signed", ST_UNVERIFIED,
	"s=(" C ")" KV ";tag=\"x\"", D P(C, KV))},
    {ROW("301 s old", ST_UNVERIFIED,
	"s=(" C ");created=1699999699;keyid=\"rsa-a\";alg=\"rsa-v1_5-sha256\"",
	D P(C, ";created=1699999699;keyid=\"rsa-a\";alg=\"rsa-v1_5-sha256\""))},
    {ROW("301 s ahead", ST_UNVERIFIED,
	"s=(" C ");created=1700000301;keyid=\"rsa-a\";alg=\"rsa-v1_5-sha256\"",
	D P(C, ";created=1700000301;keyid=\"rsa-a\";alg=\"rsa-v1_5-sha256\""))},
    {ROW("created with a fraction", ST_UNVERIFIED,
	"s=(" C ");created=1700000000.5;keyid=\"rsa-a\"", D P(C, KV))},
    {ROW("created as a string", ST_UNVERIFIED,
	"s=(" C ");created=\"1700000000\";keyid=\"rsa-a\"", D P(C, KV))},
    {ROW("created before 1970", ST_UNVERIFIED,
	"s=(" C ");created=-1;keyid=\"rsa-a\"", D P(C, KV))},
    {ROW("an old date beside created", ST_UNVERIFIED, "s=(" C " \"date\")" KV,
	 D "\"date\": Tue, 14 Nov 2023 22:08:19 GMT\n" P(C " \"date\"", KV)),
	.env = {"HTTP_DATE=Tue, 14 Nov 2023 22:08:19 GMT"}},
    {ROW("expired", ST_UNVERIFIED, "s=(" C ")" KV ";expires=1699999699",
	D P(C, KV ";expires=1699999699"))},
    {ROW("a status", ST_UNVERIFIED, "s=(\"@status\" " C ")" KV,
	"\"@status\": 200\n" D P("\"@status\" " C, KV))},
    {ROW("an unknown derived one", ST_UNVERIFIED, "s=(\"@body\" " C ")" KV,
	"\"@body\": \n" D P("\"@body\" " C, KV))},
    {ROW("the parameters themselves", ST_UNVERIFIED,
	"s=(\"@signature-params\" " C ")" KV,
	"\"@signature-params\": \n" D P("\"@signature-params\" " C, KV))},
    {ROW("req", ST_UNVERIFIED, "s=(\"@method\";req " C ")" KV,
	"\"@method\";req: POST\n" D P("\"@method\";req " C, KV))},
    {ROW("tr", ST_UNVERIFIED, "s=(\"date\";tr " C ")" KV,
	"\"date\";tr: " DATE "\n" D P("\"date\";tr " C, KV))},
    {ROW("bs", ST_UNVERIFIED, "s=(\"date\";bs " C ")" KV,
	"\"date\";bs: :AA==:\n" D P("\"date\";bs " C, KV))},
    {ROW("sf of what is no dictionary", ST_UNVERIFIED,
	"s=(\"date\";sf " C ")" KV,
	"\"date\";sf: " DATE "\n" D P("\"date\";sf " C, KV))},
    {ROW("a key that is not there", ST_UNVERIFIED,
	"s=(" C ";key=\"sha-512\")" KV,
	C ";key=\"sha-512\": \n" P(C ";key=\"sha-512\"", KV))},
    {ROW("a name in capitals", ST_UNVERIFIED, "s=(\"Date\" " C ")" KV,
	"\"Date\": " DATE "\n" D P("\"Date\" " C, KV))},
    {ROW("an empty name", ST_UNVERIFIED, "s=(\"\" " C ")" KV,
	"\"\": \n" D P("\"\" " C, KV))},
    {ROW("a header that is missing", ST_UNVERIFIED, "s=(\"x-no\" " C ")" KV,
	"\"x-no\": \n" D P("\"x-no\" " C, KV))},
    {ROW("a parameter of the query that is missing", ST_UNVERIFIED,
	"s=(\"@query-param\";name=\"z\" " C ")" KV,
	"\"@query-param\";name=\"z\": \n" D P(
	    "\"@query-param\";name=\"z\" " C, KV))},
    {ROW("one that is there twice", ST_UNVERIFIED,
	 "s=(\"@query-param\";name=\"a\" " C ")" KV,
	 "\"@query-param\";name=\"a\": 1\n" D P(
	     "\"@query-param\";name=\"a\" " C, KV)),
	.env = {"REQUEST_URI=/?a=1&%61=1"}},
    {ROW("a parameter of the query without a name", ST_UNVERIFIED,
	"s=(\"@query-param\" " C ")" KV,
	"\"@query-param\": 1\n" D P("\"@query-param\" " C, KV))},
    {ROW("a name of something else", ST_UNVERIFIED,
	"s=(\"@query\";name=\"a\" " C ")" KV,
	"\"@query\";name=\"a\": 1\n" D P("\"@query\";name=\"a\" " C, KV))},
    {ROW("no host", ST_UNVERIFIED, "s=(\"@authority\" " C ")" KV,
	 "\"@authority\": \n" D P("\"@authority\" " C, KV)),
	.env = {"-HTTP_HOST"}},
    {ROW("two hosts", ST_UNVERIFIED, "s=(\"@authority\" " C ")" KV,
	 "\"@authority\": example.com\n" D P("\"@authority\" " C, KV)),
	.env = {"+HTTP_HOST=example.com"}},
    {ROW("another body", ST_BAD_REQUEST, "s=(" C ")" KV, D P(C, KV)),
	.body = "{ }"},
    {ROW("another digest", ST_BAD_REQUEST, "s=(" C ")" KV, D P(C, KV)),
	.env = {"HTTP_CONTENT_DIGEST=sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NM"
		"pJWZG3hSuFU=:"}},
    {ROW("one of two digests", ST_BAD_REQUEST, "s=(" C ")" KV,
	 C ": sha-256=:" SHA256 ":, sha-512=:AA==:\n" P(C, KV)),
	.env = {"HTTP_CONTENT_DIGEST=sha-256=:" SHA256 ":, sha-512=:AA==:"}},
    {ROW("a digest as the drafts write it", ST_BAD_REQUEST, "s=(" C ")" KV,
	 C ": SHA-256=" SHA256 "\n" P(C, KV)),
	.env = {"HTTP_CONTENT_DIGEST=SHA-256=" SHA256}},
    {ROW("a digest that is a string", ST_BAD_REQUEST, "s=(" C ")" KV,
	 C ": sha-256=\"" SHA256 "\"\n" P(C, KV)),
	.env = {"HTTP_CONTENT_DIGEST=sha-256=\"" SHA256 "\""}},
    {ROW("no digest that counts", ST_BAD_REQUEST, "s=(" C ")" KV,
	 C ": sha=:AA==:\n" P(C, KV)),
	.env = {"HTTP_CONTENT_DIGEST=sha=:AA==:"}},
    {ROW("no Content-Digest", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.env = {"-HTTP_CONTENT_DIGEST"}},
    {ROW("Content-Digest twice", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.env = {"+HTTP_CONTENT_DIGEST=sha-256=:" SHA256 ":"}},
    {ROW("Signature-Input twice", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.env = {"+HTTP_SIGNATURE_INPUT=x=()"}},
    {ROW("Signature twice", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.env = {"+HTTP_SIGNATURE=x=:AA==:"}},
    {ROW("no Signature", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.env = {"-HTTP_SIGNATURE"}},
    {ROW("a Signature of the drafts", ST_UNVERIFIED, "s=(" C ")" KV,
	 D P(C, KV)),
	.env = {"HTTP_SIGNATURE=keyId=\"rsa-a\",signature=\"AA\""}},
    {ROW("a Signature that is a string", ST_UNVERIFIED, "s=(" C ")" KV,
	 D P(C, KV)),
	.env = {"HTTP_SIGNATURE=s=\"AAAA\""}},
    {ROW("an empty Signature", ST_UNVERIFIED, "s=(" C ")" KV, D P(C, KV)),
	.env = {"HTTP_SIGNATURE=s=::"}},
    {ROW("a member of what is derived", ST_UNVERIFIED,
	"s=(\"@method\";key=\"x\" " C ")" KV,
	"\"@method\";key=\"x\": POST\n" D P("\"@method\";key=\"x\" " C, KV))},
    {ROW("DEL in a header", ST_UNVERIFIED, "s=(\"x\" " C ")" KV,
	 "\"x\": \x7f\n" D P("\"x\" " C, KV)),
	.env = {"HTTP_X=\x7f"}},
    {ROW("another body, and a label that does not cover it", ST_BAD_REQUEST,
	 "s=(" C ")" KV ", a=(\"date\")" KV, D P(C, KV)),
	.body = "{ }"},
    {ROW("a host of 301 bytes", ST_UNVERIFIED, "s=(\"@authority\" " C ")" KV,
	 "\"@authority\": " A100 A100 A100 "a\n" D P("\"@authority\" " C, KV)),
	.env = {"HTTP_HOST=" A100 A100 A100 "a"}},
};

/* The signature is in a header of its own: asked.h puts it behind the input. */
static void
test_row(const struct provider *prov, const struct httpsig_case *row)
{
	static char sig[SIGNER_TEXT_MAX + 64];
	char text[SIGNER_TEXT_MAX] = "";
	struct httpsig_case asked = *row;
	struct usual with = usual;
	size_t n = 0;

	while (with.env[n] != NULL)
		n++;
	if (row->text != NULL)
		signer_sign(&signer[row->by],
		    row->by == ED     ? NULL
		    : row->md == NULL ? "SHA256"
				      : row->md,
		    row->pss, row->raw, row->text, text);
	asked.text = NULL;
	snprintf(sig, sizeof(sig), "HTTP_SIGNATURE=a=:AAAA:, s=:%s:", text);
	with.env[n] = sig;
	httpsig_case_check(prov, &with, &asked);
}

/* A query is searched for each of its parameters that is covered. */
static void
test_query(const struct provider *prov)
{
	static const char uri[] = "REQUEST_URI=/";
	static char env[REQUEST_HEADER_MAX + sizeof(uri) + 2];
	struct httpsig_case row = {ROW("a query of 8192 bytes", ST_OK,
	    "s=(\"@query-param\";name=\"a\" " C ")" KV,
	    "\"@query-param\";name=\"a\": 1\n" D P(
		"\"@query-param\";name=\"a\" " C, KV))};

	memset(env, '&', sizeof(env));
	memcpy(env, uri, strlen(uri));
	memcpy(env + strlen(uri), "?a=1", 4);
	env[strlen(uri) + REQUEST_HEADER_MAX] = '\0';
	row.env[0] = env;
	test_row(prov, &row);
	env[strlen(uri) + REQUEST_HEADER_MAX] = '&';
	env[strlen(uri) + REQUEST_HEADER_MAX + 1] = '\0';
	row.name = "a query of 8193 bytes";
	row.want = ST_UNVERIFIED;
	test_row(prov, &row);
}

int
main(void)
{
	struct provider prov;

	httpsig_case_begin();
	httpsig_case_provider(&prov, preset_find(span_str("lifeomic")));
	httpsig_case_keys(&prov, NULL);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		test_row(&prov, &good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		test_row(&prov, &bad[i]);
	test_query(&prov);
	provider_free(&prov);
	httpsig_case_end();
	return done();
}
