/*
 * httpsig_draft.c - draft-cavage signatures, as senders write them and as
 * nobody should.
 */
#include "httpsig_case.h"

#define TEXT "date: " DATE "\ndigest: SHA-256=" SHA256
#define KEY  "keyId=\"rsa-a\",algorithm=\"rsa-sha256\","
#define SIG  "headers=\"date digest\",signature=\"$\""

static const struct usual usual = {"HTTP_AUTHORIZATION",
    {"REQUEST_METHOD=POST", "REQUEST_URI=/hooks/lifeomic?x=1",
	"HTTP_HOST=example.com", "HTTP_DATE=" DATE,
	"HTTP_DIGEST=SHA-256=" SHA256, "CONTENT_TYPE=application/json",
	"CONTENT_LENGTH=2", NULL}};

static const struct httpsig_case good[] = {
    {ROW("date and digest", ST_OK, "Signature " KEY SIG, TEXT),
	.how = "rsa-sha256"},
    {ROW("the other key", ST_OK,
	 "Signature keyId=\"rsa-b\",algorithm=\"rsa-sha256\"," SIG, TEXT),
	.by = RSA_B},
    {ROW("by SHA-512", ST_OK,
	 "Signature keyId=\"rsa-a\",algorithm=\"rsa-sha512\"," SIG, TEXT),
	.md = "SHA512", .how = "rsa-sha512"},
    {ROW("by ECDSA, in DER", ST_OK,
	 "Signature keyId=\"p256\",algorithm=\"ecdsa-sha256\"," SIG, TEXT),
	.by = EC_256, .how = "ecdsa-sha256"},
    {ROW("by Ed25519", ST_OK,
	 "Signature keyId=\"ed\",algorithm=\"ed25519\"," SIG, TEXT),
	.by = ED, .how = "ed25519"},
    {ROW("by Ed25519, as node calls it", ST_OK,
	 "Signature keyId=\"ed\",algorithm=\"ed25519-sha512\"," SIG, TEXT),
	.by = ED},
    {ROW("an algorithm in capitals", ST_OK,
	"Signature keyId=\"rsa-a\",algorithm=\"RSA-SHA256\"," SIG, TEXT)},
    {ROW("the word in lower case", ST_OK, "signature " KEY SIG, TEXT)},
    {ROW("parameters in another order", ST_OK,
	"Signature signature=\"$\",headers=\"date digest\","
	"algorithm=\"rsa-sha256\",keyId=\"rsa-a\"",
	TEXT)},
    {ROW("blanks around commas and equals", ST_OK,
	"Signature  keyId = \"rsa-a\" ,\talgorithm=\"rsa-sha256\", headers= "
	"\"date digest\" , signature=\"$\" ",
	TEXT)},
    {ROW("a comma at the end, and two in a row", ST_OK,
	"Signature " KEY "," SIG ",", TEXT)},
    {ROW("an algorithm without quotes", ST_OK,
	"Signature keyId=rsa-a,algorithm=rsa-sha256," SIG, TEXT)},
    {ROW("names of parameters in lower case", ST_OK,
	"Signature keyid=\"rsa-a\",ALGORITHM=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("escapes in quotes", ST_OK,
	"Signature keyId=\"rs\\a-a\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("unknown parameters", ST_OK, "Signature v=\"1\"," KEY "x-y=z," SIG,
	TEXT)},
    {ROW("names in capitals, more blanks", ST_OK,
	"Signature " KEY "headers=\" Date  DIGEST \",signature=\"$\"", TEXT)},
    {ROW("the target and the host", ST_OK,
	"Signature " KEY "headers=\"(request-target) host date digest\","
	"signature=\"$\"",
	"(request-target): post /hooks/lifeomic?x=1\nhost: "
	"example.com\n" TEXT)},
    {ROW("content type and length", ST_OK,
	"Signature " KEY "headers=\"content-type content-length date digest\","
	"signature=\"$\"",
	"content-type: application/json\ncontent-length: 2\n" TEXT)},
    {ROW("x-date in place of date", ST_OK,
	 "Signature " KEY "headers=\"x-date digest\",signature=\"$\"",
	 "x-date: " DATE "\ndigest: SHA-256=" SHA256),
	.env = {"HTTP_X_DATE=" DATE, "-HTTP_DATE"}},
    {ROW("created in place of date, quoted", ST_OK,
	 "Signature " KEY "created=\"1700000000\","
	 "headers=\"(created) digest\",signature=\"$\"",
	 "(created): 1700000000\ndigest: SHA-256=" SHA256),
	.env = {"-HTTP_DATE"}},
    {ROW("created and expires, not quoted", ST_OK,
	"Signature " KEY "created=1700000000,expires=1700000030.5,"
	"headers=\"(created) (expires) digest\",signature=\"$\"",
	"(created): 1700000000\n(expires): 1700000030.5\n"
	"digest: SHA-256=" SHA256)},
    {ROW("key, algorithm and something opaque are signed", ST_OK,
	"Signature " KEY "opaque=\"o p\",headers=\"(keyid) (algorithm) "
	"(opaque) date digest\",signature=\"$\"",
	"(keyid): rsa-a\n(algorithm): rsa-sha256\n(opaque): o p\n" TEXT)},
    {ROW("an empty header", ST_OK,
	 "Signature " KEY "headers=\"x-empty date digest\",signature=\"$\"",
	 "x-empty: \n" TEXT),
	.env = {"HTTP_X_EMPTY="}},
    {ROW("blanks around a value are not signed", ST_OK,
	 "Signature " KEY "headers=\"x-odd date digest\",signature=\"$\"",
	 "x-odd: a  b\n" TEXT),
	.env = {"HTTP_X_ODD= \ta  b "}},
    {ROW("300 s old", ST_OK, "Signature " KEY SIG,
	 "date: Tue, 14 Nov 2023 22:08:20 GMT\ndigest: SHA-256=" SHA256),
	.env = {"HTTP_DATE=Tue, 14 Nov 2023 22:08:20 GMT"}},
    {ROW("300 s ahead", ST_OK, "Signature " KEY SIG,
	 "date: Tue, 14 Nov 2023 22:18:20 GMT\ndigest: SHA-256=" SHA256),
	.env = {"HTTP_DATE=Tue, 14 Nov 2023 22:18:20 GMT"}},
    {ROW("expired within the tolerance", ST_OK,
	"Signature " KEY "expires=1699999700," SIG, TEXT)},
    {ROW("by SHA-512, in lower case", ST_OK, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: sha-512=" SHA512),
	.env = {"HTTP_DIGEST=sha-512=" SHA512}},
    {ROW("several digests, an unknown one too", ST_OK, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: md5=AA==, SHA-256=" SHA256
	 " ,SHA-512=" SHA512),
	.env = {"HTTP_DIGEST=md5=AA==, SHA-256=" SHA256 " ,SHA-512=" SHA512}},
    {ROW("the same digest three times", ST_OK, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: SHA-256=" SHA256 ", sha-256=" SHA256
	 ", SHA-256=" SHA256),
	.env = {"HTTP_DIGEST=SHA-256=" SHA256 ", sha-256=" SHA256
		", SHA-256=" SHA256}},
    {ROW("base64 for URLs, without padding", ST_OK, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: SHA-256=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9"
	 "hyq_4o"),
	.env = {"HTTP_DIGEST=SHA-256=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_"
		"4o"}},
    {ROW("an empty body", ST_OK, "Signature " KEY SIG,
	 "date: " DATE
	 "\ndigest: SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
	.env = {"HTTP_DIGEST=SHA-256=47DEQpj8HBSa+/"
		"TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
	.body = ""},
};

static const struct httpsig_case bad[] = {
    {ROW("no signature", ST_UNVERIFIED, NULL, NULL)},
    {ROW("Bearer", ST_UNVERIFIED, "Bearer abc", NULL)},
    {ROW("the word alone", ST_UNVERIFIED, "Signature", NULL)},
    {ROW("the word and a blank", ST_UNVERIFIED, "Signature ", NULL)},
    {ROW("no blank behind the word", ST_UNVERIFIED, "Signature" KEY SIG, TEXT)},
    {ROW("no key", ST_UNVERIFIED, "Signature algorithm=\"rsa-sha256\"," SIG,
	TEXT)},
    {ROW("an empty key", ST_UNVERIFIED,
	"Signature keyId=\"\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("an unknown key", ST_UNVERIFIED,
	"Signature keyId=\"rsa-c\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("a key in capitals", ST_UNVERIFIED,
	"Signature keyId=\"RSA-A\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("a part of a key's name", ST_UNVERIFIED,
	"Signature keyId=\"rsa-\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("a URL for a key", ST_UNVERIFIED,
	"Signature "
	"keyId=\"http://localhost/jwks\",algorithm=\"rsa-sha256\"," SIG,
	TEXT)},
    {ROW("the other key's name", ST_UNVERIFIED,
	"Signature keyId=\"rsa-b\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW(
	"no algorithm", ST_UNVERIFIED, "Signature keyId=\"rsa-a\"," SIG, TEXT)},
    {ROW("hs2019", ST_UNVERIFIED,
	 "Signature keyId=\"rsa-a\",algorithm=\"hs2019\"," SIG, TEXT),
	.md = "SHA512", .pss = true},
    {ROW("rsa-sha1", ST_UNVERIFIED,
	 "Signature keyId=\"rsa-a\",algorithm=\"rsa-sha1\"," SIG, TEXT),
	.md = "SHA1"},
    {ROW("hmac-sha256", ST_UNVERIFIED,
	"Signature keyId=\"rsa-a\",algorithm=\"hmac-sha256\"," SIG, TEXT)},
    {ROW("dsa-sha256", ST_UNVERIFIED,
	"Signature keyId=\"rsa-a\",algorithm=\"dsa-sha256\"," SIG, TEXT)},
    {ROW("an algorithm of RFC 9421", ST_UNVERIFIED,
	"Signature keyId=\"rsa-a\",algorithm=\"rsa-v1_5-sha256\"," SIG, TEXT)},
    {ROW("PSS", ST_UNVERIFIED,
	 "Signature keyId=\"rsa-a\",algorithm=\"rsa-pss-sha512\"," SIG, TEXT),
	.md = "SHA512", .pss = true},
    {ROW("the other hash", ST_UNVERIFIED,
	"Signature keyId=\"rsa-a\",algorithm=\"rsa-sha512\"," SIG, TEXT)},
    {ROW("another kind of key", ST_UNVERIFIED,
	"Signature keyId=\"p256\",algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("another kind of algorithm", ST_UNVERIFIED,
	 "Signature keyId=\"rsa-a\",algorithm=\"ecdsa-sha256\"," SIG, TEXT),
	.by = EC_256},
    {ROW("ECDSA not in DER", ST_UNVERIFIED,
	 "Signature keyId=\"p256\",algorithm=\"ecdsa-sha256\"," SIG, TEXT),
	.by = EC_256, .raw = true},
    {ROW("P-384", ST_UNVERIFIED,
	 "Signature keyId=\"p384\",algorithm=\"ecdsa-sha256\"," SIG, TEXT),
	.by = EC_384},
    {ROW("no signature among the parameters", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date digest\"", NULL)},
    {ROW("an empty signature", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date digest\",signature=\"\"", NULL)},
    {ROW("a signature of four bytes", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date digest\",signature=\"AAAAAA==\"",
	NULL)},
    {ROW("a signature that is not base64", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date digest\",signature=\"!$\"", TEXT)},
    {ROW(
	"no headers", ST_UNVERIFIED, "Signature " KEY "signature=\"$\"", TEXT)},
    {ROW("empty headers", ST_UNVERIFIED,
	"Signature " KEY "headers=\"\",signature=\"$\"", TEXT)},
    {ROW("blank headers", ST_UNVERIFIED,
	"Signature " KEY "headers=\"  \",signature=\"$\"", TEXT)},
    {ROW("only the date", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date\",signature=\"$\"", "date: " DATE)},
    {ROW("only the digest", ST_UNVERIFIED,
	"Signature " KEY "headers=\"digest\",signature=\"$\"",
	"digest: SHA-256=" SHA256)},
    {ROW("created, but not signed", ST_UNVERIFIED,
	"Signature " KEY "created=1700000000,headers=\"digest\","
	"signature=\"$\"",
	"digest: SHA-256=" SHA256)},
    {ROW("expires is not a time of signing", ST_UNVERIFIED,
	"Signature " KEY "expires=1700000000,headers=\"(expires) digest\","
	"signature=\"$\"",
	"(expires): 1700000000\ndigest: SHA-256=" SHA256)},
    {ROW("a header twice", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date date digest\",signature=\"$\"",
	"date: " DATE "\n" TEXT)},
    {ROW("a header that is missing", ST_UNVERIFIED,
	"Signature " KEY "headers=\"x-no date digest\",signature=\"$\"",
	"x-no: \n" TEXT)},
    {ROW("created without a value", ST_UNVERIFIED,
	"Signature " KEY "headers=\"(created) date digest\",signature=\"$\"",
	"(created): \n" TEXT)},
    {ROW("an unknown word", ST_UNVERIFIED,
	"Signature " KEY "headers=\"(status) date digest\",signature=\"$\"",
	"(status): \n" TEXT)},
    {ROW("request-line", ST_UNVERIFIED,
	"Signature " KEY "headers=\"request-line date digest\","
	"signature=\"$\"",
	"POST /hooks/lifeomic?x=1 HTTP/1.1\n" TEXT)},
    {ROW("a parameter twice", ST_UNVERIFIED,
	"Signature " KEY SIG ",keyId=rsa-a", TEXT)},
    {ROW("a parameter twice, in another case", ST_UNVERIFIED,
	"Signature " KEY SIG ",KEYID=rsa-a", TEXT)},
    {ROW("an unknown parameter twice", ST_UNVERIFIED,
	"Signature x=1,x=1," KEY SIG, TEXT)},
    {ROW("no comma", ST_UNVERIFIED,
	"Signature keyId=\"rsa-a\" algorithm=\"rsa-sha256\"," SIG, TEXT)},
    {ROW("no value", ST_UNVERIFIED, "Signature x=," KEY SIG, TEXT)},
    {ROW("no name", ST_UNVERIFIED, "Signature =1," KEY SIG, TEXT)},
    {ROW("no equals", ST_UNVERIFIED, "Signature x," KEY SIG, TEXT)},
    {ROW("an open quote", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date digest\",signature=\"$", TEXT)},
    {ROW("a backslash at the end", ST_UNVERIFIED,
	"Signature " KEY "headers=\"date digest\",signature=\"$\\", TEXT)},
    {ROW("behind the quote", ST_UNVERIFIED, "Signature " KEY SIG "x", TEXT)},
    {ROW(
	"control bytes", ST_UNVERIFIED, "Signature x=\"\x01\"," KEY SIG, TEXT)},
    {ROW("DEL", ST_UNVERIFIED, "Signature x=\"\x7f\"," KEY SIG, TEXT)},
    {ROW("a line feed", ST_UNVERIFIED, "Signature \n" KEY SIG, TEXT)},
    {ROW("two signatures in one", ST_UNVERIFIED,
	"Signature " KEY SIG ", Signature " KEY SIG, TEXT)},
    {ROW("the header twice", ST_UNVERIFIED, "Signature " KEY SIG, TEXT),
	.env = {"+HTTP_AUTHORIZATION=Signature x=1"}},
    {ROW("another date than was signed", ST_UNVERIFIED, "Signature " KEY SIG,
	 TEXT),
	.env = {"HTTP_DATE=Tue, 14 Nov 2023 22:13:21 GMT"}},
    {ROW("the date twice", ST_UNVERIFIED, "Signature " KEY SIG, TEXT),
	.env = {"+HTTP_DATE=" DATE}},
    {ROW("the digest twice", ST_UNVERIFIED, "Signature " KEY SIG, TEXT),
	.env = {"+HTTP_DIGEST=SHA-256=" SHA256}},
    {ROW("no date", ST_UNVERIFIED, "Signature " KEY SIG, TEXT),
	.env = {"-HTTP_DATE"}},
    {ROW("no digest", ST_UNVERIFIED, "Signature " KEY SIG, TEXT),
	.env = {"-HTTP_DIGEST"}},
    {ROW("an empty digest", ST_BAD_REQUEST, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: "),
	.env = {"HTTP_DIGEST="}},
    {ROW("a date that is none", ST_UNVERIFIED, "Signature " KEY SIG,
	 "date: yesterday\ndigest: SHA-256=" SHA256),
	.env = {"HTTP_DATE=yesterday"}},
    {ROW("301 s old", ST_UNVERIFIED, "Signature " KEY SIG,
	 "date: Tue, 14 Nov 2023 22:08:19 GMT\ndigest: SHA-256=" SHA256),
	.env = {"HTTP_DATE=Tue, 14 Nov 2023 22:08:19 GMT"}},
    {ROW("301 s ahead", ST_UNVERIFIED, "Signature " KEY SIG,
	 "date: Tue, 14 Nov 2023 22:18:21 GMT\ndigest: SHA-256=" SHA256),
	.env = {"HTTP_DATE=Tue, 14 Nov 2023 22:18:21 GMT"}},
    {ROW("an old x-date beside a fresh date", ST_UNVERIFIED,
	 "Signature " KEY "headers=\"x-date date digest\",signature=\"$\"",
	 "x-date: Tue, 14 Nov 2023 22:08:19 GMT\n" TEXT),
	.env = {"HTTP_X_DATE=Tue, 14 Nov 2023 22:08:19 GMT"}},
    {ROW("an old date beside a fresh x-date", ST_UNVERIFIED,
	 "Signature " KEY "headers=\"x-date date digest\",signature=\"$\"",
	 "x-date: " DATE "\ndate: Tue, 14 Nov 2023 22:08:19 GMT\n"
	 "digest: SHA-256=" SHA256),
	.env = {"HTTP_X_DATE=" DATE,
	    "HTTP_DATE=Tue, 14 Nov 2023 22:08:19 GMT"}},
    {ROW("created too early", ST_UNVERIFIED,
	"Signature " KEY "created=1699999699,headers=\"(created) digest\","
	"signature=\"$\"",
	"(created): 1699999699\ndigest: SHA-256=" SHA256)},
    {ROW("created in the future", ST_UNVERIFIED,
	"Signature " KEY "created=1700000301," SIG, TEXT)},
    {ROW("created is no number", ST_UNVERIFIED,
	"Signature " KEY "created=soon," SIG, TEXT)},
    {ROW("expired", ST_UNVERIFIED, "Signature " KEY "expires=1699999699," SIG,
	TEXT)},
    {ROW("expires is no number", ST_UNVERIFIED,
	"Signature " KEY "expires=\"-1\"," SIG, TEXT)},
    {ROW("expires has a fraction that is none", ST_UNVERIFIED,
	"Signature " KEY "expires=1700000030.," SIG, TEXT)},
    {ROW("another body", ST_BAD_REQUEST, "Signature " KEY SIG, TEXT),
	.body = "{ }"},
    {ROW("a body cut short", ST_BAD_REQUEST, "Signature " KEY SIG, TEXT),
	.body = "{"},
    {ROW("a digest of another body", ST_BAD_REQUEST, "Signature " KEY SIG,
	 TEXT),
	.env = {"HTTP_DIGEST=SHA-256=47DEQpj8HBSa+/"
		"TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},
    {ROW("one of two digests is of another body", ST_BAD_REQUEST,
	 "Signature " KEY SIG, TEXT),
	.env = {"HTTP_DIGEST=SHA-256=" SHA256 ",SHA-512=AA" SHA512}},
    {ROW("two by the same algorithm, the second of another body",
	 ST_BAD_REQUEST, "Signature " KEY SIG, TEXT),
	.env = {"HTTP_DIGEST=SHA-256=" SHA256
		",SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},
    {ROW("a digest by MD5 alone", ST_BAD_REQUEST, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: MD5=mZFLkyvTelC5g8XnyQrpOw=="),
	.env = {"HTTP_DIGEST=MD5=mZFLkyvTelC5g8XnyQrpOw=="}},
    {ROW("a digest by SHA-1 alone", ST_BAD_REQUEST, "Signature " KEY SIG,
	 "date: " DATE "\ndigest: SHA=vyGp6PvFo4RvsFtPoIWeCReyIC8="),
	.env = {"HTTP_DIGEST=SHA=vyGp6PvFo4RvsFtPoIWeCReyIC8="}},
    {ROW("a digest without a name", ST_BAD_REQUEST, "Signature " KEY SIG, TEXT),
	.env = {"HTTP_DIGEST=" SHA256}},
    {ROW("a digest without a value", ST_BAD_REQUEST, "Signature " KEY SIG,
	 TEXT),
	.env = {"HTTP_DIGEST=SHA-256="}},
    {ROW("another target than was signed", ST_UNVERIFIED,
	"Signature " KEY "headers=\"(request-target) date digest\","
	"signature=\"$\"",
	"(request-target): post /hooks/lifeomic\n" TEXT)},
    {ROW("another method than was signed", ST_UNVERIFIED,
	"Signature " KEY "headers=\"(request-target) date digest\","
	"signature=\"$\"",
	"(request-target): put /hooks/lifeomic?x=1\n" TEXT)},
    {ROW("two lines in one header", ST_UNVERIFIED,
	 "Signature " KEY "headers=\"digest date\",signature=\"$\"",
	 "digest: SHA-256=" SHA256 "\nx: 1\ndate: " DATE),
	.env = {"HTTP_DIGEST=SHA-256=" SHA256 "\nx: 1"}},
};

static void
test_rows(const struct provider *prov)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		httpsig_case_check(prov, &usual, &good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		httpsig_case_check(prov, &usual, &bad[i]);
}

/* Where else the same header may come. */
static void
test_places(const struct provider *prov)
{
	static const struct {
		const char *name, *header, *env;
		enum status want;
	} row[] = {
	    {"HTTP_SIGNATURE", KEY SIG, NULL, ST_OK},
	    {"HTTP_AUTHENTICATION", "Signature " KEY SIG, NULL, ST_OK},
	    {"REDIRECT_HTTP_AUTHORIZATION", "Signature " KEY SIG, NULL, ST_OK},
	    {"HTTP_SIGNATURE", KEY SIG, "HTTP_AUTHORIZATION=Bearer x", ST_OK},
	    {"HTTP_SIGNATURE", KEY SIG, "HTTP_AUTHORIZATION=Basic x", ST_OK},
	    {"HTTP_SIGNATURE", KEY SIG, "HTTP_AUTHORIZATION=Signature x=1",
		ST_UNVERIFIED},
	    {"HTTP_SIGNATURE", "Signature " KEY SIG, NULL, ST_UNVERIFIED},
	    {"HTTP_AUTHORIZATION", KEY SIG, NULL, ST_UNVERIFIED},
	    {"HTTP_AUTHENTICATION", KEY SIG, NULL, ST_UNVERIFIED},
	    {"HTTP_PROXY_AUTHORIZATION", "Signature " KEY SIG, NULL,
		ST_UNVERIFIED},
	    /* The successor's header says that it is not the draft. */
	    {"HTTP_SIGNATURE", KEY SIG, "HTTP_SIGNATURE_INPUT=", ST_UNVERIFIED},
	    {"HTTP_AUTHORIZATION", "Signature " KEY SIG,
		"HTTP_SIGNATURE_INPUT=sig=();created=1700000000",
		ST_UNVERIFIED},
	    {"HTTP_SIGNATURE", "sig1=:$:", NULL, ST_UNVERIFIED},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct usual there = usual;
		struct httpsig_case asked = {.name = row[i].name,
		    .want = row[i].want,
		    .header = row[i].header,
		    .text = TEXT,
		    .env = {row[i].env}};

		there.header = row[i].name;
		httpsig_case_check(prov, &there, &asked);
	}
}

int
main(void)
{
	struct provider prov;

	httpsig_case_begin();
	httpsig_case_provider(&prov, preset_find(span_str("lifeomic")));
	httpsig_case_keys(&prov, NULL);
	test_rows(&prov);
	test_places(&prov);
	provider_free(&prov);
	httpsig_case_end();
	return done();
}
