/*
 * digest.c - known answers, and decoders that take one spelling only.
 *
 * The answers are those of RFC 4231, RFC 2202 and FIPS 180-4's examples.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/encode.h"
#include "crypto/digest.h"

#include "../tap.h"

#define ALL (sizeof(row) / sizeof(row[0]))

static const struct {
	const char *name;
	enum digest md;
	size_t len;
	const char *abc;  /* hash of "abc" */
	const char *jefe; /* HMAC, RFC 4231 test case 2 */
} row[] = {
    {"sha1", DIGEST_SHA1, 20, "a9993e364706816aba3e25717850c26c9cd0d89d",
	"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {"sha256", DIGEST_SHA256, 32,
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"sha384", DIGEST_SHA384, 48,
	"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	"8086072ba1e7cc2358baeca134c825a7",
	"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
	"8e2240ca5e69e2c78b3239ecfab21649"},
    {"sha512", DIGEST_SHA512, 64,
	"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	"9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
};

static void
test_names(void)
{
	enum digest md;

	is_int(DIGEST__COUNT, ALL, "all are known here");
	for (size_t i = 0; i < ALL; i++) {
		ok(digest_find(span_str(row[i].name), &md) && md == row[i].md,
		    "%s is found", row[i].name);
		is_str(digest_name(row[i].md), row[i].name, "and named");
		is_int(digest_len(row[i].md), (long long)row[i].len,
		    "%s has its length", row[i].name);
	}
	ok(!digest_find(span_str("SHA256"), &md), "names are lower case");
	ok(!digest_find(span_str("md5"), &md), "md5 is none");
	ok(!digest_find(span_str("sha25"), &md), "a prefix is none");
	ok(!digest_find(span_str(""), &md), "nothing is none");
}

static void
test_known_answers(void)
{
	struct span whole = span_str("what do ya want for nothing?");
	struct span part[] = {span_str("what do ya "), {NULL, 0},
	    span_str("want for "), span_str("nothing?")};
	struct span abc[] = {span_str("a"), span_str("bc")};
	struct span key = span_str("Jefe");
	unsigned char got[DIGEST_MAX];
	char text[DIGEST_TEXT_MAX];

	for (size_t i = 0; i < ALL; i++) {
		struct span bytes = span_mem(got, row[i].len);

		digest_hash(row[i].md, abc, 2, got);
		encode_hex(text, bytes);
		is_str(text, row[i].abc, "%s of two parts", row[i].name);
		ok(digest_hmac(row[i].md, key, &whole, 1, got), "hmac-%s",
		    row[i].name);
		encode_hex(text, bytes);
		is_str(text, row[i].jefe, "HMAC of one part");
		ok(digest_hmac(row[i].md, key, part, 4, got), "in parts");
		encode_hex(text, bytes);
		is_str(text, row[i].jefe, "HMAC of parts, an empty one too");
	}
	ok(!digest_hmac(DIGEST_SHA256, span_str(""), &whole, 1, got),
	    "an empty key is refused");
	digest_hash(DIGEST_SHA256, NULL, 0, got);
	encode_hex(text, span_mem(got, 32));
	is_str(text,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855",
	    "hash of nothing is that of the empty string");
}

static void
test_long_key(void)
{
	struct span text =
	    span_str("Test Using Larger Than Block-Size Key - Hash Key First");
	unsigned char key[131], got[DIGEST_MAX];
	char hex[DIGEST_TEXT_MAX];

	memset(key, 0xaa, sizeof(key));
	ok(digest_hmac(
	       DIGEST_SHA256, span_mem(key, sizeof(key)), &text, 1, got),
	    "a key longer than a block");
	encode_hex(hex, span_mem(got, 32));
	is_str(hex,
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54",
	    "RFC 4231 test case 6");
}

/* Keys and texts that end before, at and behind the end of a block. */
static void
test_lengths(void)
{
	unsigned char bytes[300], got[DIGEST_MAX], want[DIGEST_MAX];
	unsigned tried = 0, same = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + 1);
	for (size_t i = 0; i < ALL; i++) {
		const EVP_MD *evp = EVP_get_digestbyname(row[i].name);

		for (size_t n = 1; n <= sizeof(bytes); n++) {
			struct span text = span_mem(bytes, n);
			struct span key = span_mem(bytes, sizeof(bytes) - n);

			tried++;
			digest_hash(row[i].md, &text, 1, got);
			EVP_Digest(bytes, n, want, NULL, evp, NULL);
			if (memcmp(got, want, row[i].len) != 0 ||
			    (key.len > 0 &&
				!digest_hmac(row[i].md, key, &text, 1, got)))
				continue;
			if (key.len > 0)
				HMAC(evp, key.ptr, (int)key.len, bytes, n, want,
				    NULL);
			same += memcmp(got, want, row[i].len) == 0;
		}
	}
	is_int(same, tried, "as EVP has it, whatever the lengths");
	ok(tried == 1200, "and they were tried");
}

static void
test_equal(void)
{
	unsigned char a[32], b[32];
	unsigned differ = 0;

	memset(a, 0x5a, sizeof(a));
	memcpy(b, a, sizeof(b));
	ok(digest_equal(a, b, sizeof(a)), "the same bytes");
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (unsigned char)(1U << bit % 8);
		differ += !digest_equal(a, b, sizeof(a));
		b[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	is_int(differ, 256, "each of 256 bits makes a difference");
	ok(digest_equal(a, "", 0), "no bytes are equal");
}

static void
test_unhex(void)
{
	unsigned char got[4] = {0};

	ok(decode_hex(got, 4, span_str("00fFA99a")), "either case");
	is_mem(span_mem(got, 4), span_mem("\x00\xff\xa9\x9a", 4), "bytes");
	ok(!decode_hex(got, 4, span_str("00ffa99")), "one digit less");
	ok(!decode_hex(got, 4, span_str("00ffa99a0")), "one digit more");
	ok(!decode_hex(got, 4, span_str("")), "none");
	for (const char *c = "/:@G`g \n-=+"; *c != '\0'; c++) {
		char text[] = "00ffa99a";

		text[4] = *c;
		ok(!decode_hex(got, 4, span_str(text)), "no digit: 0x%02x",
		    (unsigned)*c);
		text[4] = 'a';
		text[7] = *c;
		ok(!decode_hex(got, 4, span_str(text)), "at the end: 0x%02x",
		    (unsigned)*c);
	}
	ok(!decode_hex(got, 4, span_mem("00\0fa99a", 8)), "a NUL");
	ok(decode_hex(got, 0, span_str("")), "no bytes of no digits");
}

static void
test_unbase64(void)
{
	static const struct {
		const char *text, *want; /* NULL: malformed */
	} item[] = {
	    {"", ""}, {"Zg==", "f"}, {"Zg", "f"}, {"Zm8=", "fo"}, {"Zm8", "fo"},
	    {"Zm9v", "foo"}, {"Zm9vYmFy", "foobar"}, {"++//", "\xfb\xef\xff"},
	    {"--__", "\xfb\xef\xff"},
	    {"+-//", NULL}, /* alphabets mixed, in any order */
	    {"-+__", NULL}, {"/_AA", NULL}, {"_/AA", NULL}, {"+_AA", NULL},
	    {"Z", NULL},                    /* six bits are no byte */
	    {"Zm9vY", NULL}, {"Zg=", NULL}, /* half a padding */
	    {"Zm9v=", NULL}, {"Zm9v==", NULL}, {"Zm8==", NULL}, {"=", NULL},
	    {"==", NULL}, {"====", NULL}, {"Zg===", NULL}, {"Z===", NULL},
	    {"Zg==Zg==", NULL}, /* padding inside */
	    {"Zh==", NULL},     /* stray bits: a second spelling of "f" */
	    {"Zh", NULL}, {"Zm9=", NULL}, {"Zm9", NULL}, {" Zg==", NULL},
	    {"Zg==\n", NULL}, {"Zm\n9v", NULL}, {"Zm9.", NULL},
	    {"Z@[`{:,.", NULL}, /* the neighbours of the alphabet */
	};
	unsigned char got[16];

	for (size_t i = 0; i < sizeof(item) / sizeof(item[0]); i++) {
		ptrdiff_t n =
		    decode_base64(got, sizeof(got), span_str(item[i].text));

		if (item[i].want == NULL)
			is_int(n, -1, "malformed base64, %zu", i);
		else
			is_span(span_mem(got, n < 0 ? 0 : (size_t)n),
			    item[i].want, "base64 \"%s\"", item[i].text);
	}
	is_int(decode_base64(got, 3, span_str("Zm9v")), 3, "just fits");
	is_int(decode_base64(got, 2, span_str("Zm9v")), -1, "does not fit");
	is_int(decode_base64(got, 0, span_str("")), 0, "nothing fits");
	is_int(
	    decode_base64(got, sizeof(got), span_mem("Zm\0v", 4)), -1, "a NUL");
}

/* Decoding to other bytes is as good as a refusal: they fit no MAC. */
static bool
comes_back(const unsigned char *raw, size_t len, struct span text)
{
	unsigned char got[DIGEST_MAX];

	return decode_exactly(got, len, text) && digest_equal(raw, got, len);
}

static void
test_round_trip(enum digest md)
{
	unsigned char raw[DIGEST_MAX];
	size_t len = digest_len(md);
	char text[DIGEST_TEXT_MAX];
	unsigned taken = 0;
	size_t n;

	for (size_t i = 0; i < len; i++)
		raw[i] = (unsigned char)(i * 37 + 251);
	encode_hex(text, span_mem(raw, len));
	ok(comes_back(raw, len, span_str(text)), "%s: hex comes back",
	    digest_name(md));
	for (size_t i = 0; i < strlen(text); i++)
		taken += comes_back(raw, len, span_mem(text, i));
	is_int(taken, 0, "hex cut anywhere is refused");

	encode_base64(text, span_mem(raw, len));
	ok(comes_back(raw, len, span_str(text)), "base64 comes back");
	n = strcspn(text, "=");
	ok(comes_back(raw, len, span_mem(text, n)), "also without padding");
	for (size_t i = 0; i < strlen(text); i++)
		taken += i != n && comes_back(raw, len, span_mem(text, i));
	is_int(taken, 0, "base64 cut anywhere else is refused");
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	ok(comes_back(raw, len, span_str(text)), "base64url comes back");
	strcat(text, "A");
	ok(!comes_back(raw, len, span_str(text)), "one more is refused");
}

int
main(void)
{
	char text[8] = "x";

	test_names();
	test_known_answers();
	test_long_key();
	test_lengths();
	test_equal();
	test_unhex();
	test_unbase64();
	for (size_t i = 0; i < ALL; i++)
		test_round_trip(row[i].md);
	encode_hex(text, span_str(""));
	is_str(text, "", "hex of nothing");
	encode_base64(text, span_str("f"));
	is_str(text, "Zg==", "base64 is padded");
	return done();
}
