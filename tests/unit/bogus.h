/*
 * bogus.h - large bodies that nobody signed: a provider of every scheme, and
 * for each a request whose signature is well-formed, is looked at with all of
 * the body, and does not fit.
 *
 * Checked by the test of what they take of memory, and by the benchmark that
 * shows it.
 */
#ifndef BOGUS_H
#define BOGUS_H

#define ZLIB_CONST
#include <time.h>
#include <zlib.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "pairs.h"
#include "sandbox.h"

#define BOGUS_MAX   (64UL << 20) /* the largest there can be */
#define BOGUS_LARGE 0UL          /* as large as the program wants them */
#define BOGUS_EDGE  (4UL << 20)  /* the most that is copied for a signature */
#define BOGUS_SMALL 1000UL
#define BOGUS_MB    1000000UL

#define BOGUS_SECRET "a secret of the sender"
#define BOGUS_ENV    12
#define BOGUS_TEXT   4096

/* A body: first, filler over and over, last; then perhaps compressed. */
struct bogus_body {
	const char *first, *filler, *last;
	enum { BOGUS_PLAIN, BOGUS_STORED, BOGUS_BOMB } as;
};

static const struct bogus_body
    bogus_text = {"{\"d\":\"", "x", "\"}", BOGUS_PLAIN},
    bogus_escapes = {"{\"d\":\"", "\\n", "\"}", BOGUS_PLAIN},
    bogus_units = {"{\"d\":\"", "\\u00e4", "\"}", BOGUS_PLAIN},
    bogus_utf8 = {"{\"d\":\"", "\xc3\xa4", "\"}", BOGUS_PLAIN},
    bogus_mixed = {"{\"d\":\"\\n", "x", "\"}", BOGUS_PLAIN},
    bogus_list = {"{\"d\":[0", ",0", "]}", BOGUS_PLAIN},
    bogus_number = {"{\"d\":1", "0", "}", BOGUS_PLAIN},
    bogus_form = {"d=", "x", "", BOGUS_PLAIN},
    bogus_stored = {"{", "x", "}", BOGUS_STORED},
    bogus_bomb = {"{", "x", "}", BOGUS_BOMB},
    bogus_percent = {"d=", "%c3", "", BOGUS_PLAIN};

/*
 * In entry and header, a word in angle brackets stands for something made:
 * <ed>, <p256>, <p384>, <rsa>: a public key; <hex32>, <base256>: that many
 * bytes of a signature; <sha-256>, <sha-512>: the body's digest in base64;
 * <HS256> and its like: a token by that algorithm with a claim h; <now>,
 * <date>: the time.
 */
struct bogus {
	const char *name;
	const char *entry;     /* members of the provider's settings */
	const char *header[4]; /* variables */
	const struct bogus_body *body;
	size_t size; /* of the body, or BOGUS_LARGE */
	int code;    /* of the answer */
	bool copied; /* of the few whose text is made in memory */
};

#define BOGUS_SIGNED(payload)                                 \
	"\"signature\":\"X-S\",\"secret_file\":\"a.secret\"," \
	"\"public_url\":\"https://e.example/p\","             \
	"\"signed_payload\":\"" payload "\""
#define BOGUS_PACKED BOGUS_SIGNED("{body}") ",\"decompress\":true"
#define BOGUS_TIMED(payload) \
	"\"timestamp\":\"header:X-T\"," BOGUS_SIGNED(payload)
#define BOGUS_KEY(scheme, key)                             \
	"\"signature\":\"X-S\",\"scheme\":\"" scheme "\"," \
	"\"public_key\":\"" key "\""
#define BOGUS_MAC                                    \
	{                                            \
		"HTTP_X_S=<hex32>", "HTTP_X_T=<now>" \
	}
#define BOGUS_ED                   \
	{                          \
		"HTTP_X_S=<hex64>" \
	}
#define BOGUS_DER                           \
	{                                   \
		"HTTP_X_S=3006020101020101" \
	}
#define BOGUS_RSA                    \
	{                            \
		"HTTP_X_S=<base256>" \
	}
#define BOGUS_BODY &bogus_text, BOGUS_LARGE, 401, false
#define BOGUS_DATE "HTTP_DATE=<date>"
#define BOGUS_HEAD \
	{          \
		"HTTP_WEBHOOK_ID=1", "HTTP_WEBHOOK_TIMESTAMP=<now>"
#define BOGUS_SET(k) "\"scheme\":\"httpsig\",\"public_key\":\"" k "\""
#define BOGUS_DRAFT(digest, alg, n)                                        \
	{                                                                  \
		BOGUS_DATE, "HTTP_DIGEST=" digest,                         \
		    "HTTP_AUTHORIZATION=Signature "                        \
		    "keyId=\"k\",algorithm=\"" alg                         \
		    "\",headers=\"date digest\",signature=\"<base" n ">\"" \
	}
#define BOGUS_9421(digest, alg, n)                                             \
	{                                                                      \
		"HTTP_CONTENT_DIGEST=" digest,                                 \
		    "HTTP_SIGNATURE=s=:<base" n ">:",                          \
		    "HTTP_SIGNATURE_INPUT=s=(\"@method\" \"content-digest\");" \
		    "created=<now>;keyid=\"k\";alg=\"" alg "\""                \
	}
#define BOGUS_JWT(source) \
	"\"scheme\":\"jwt\",\"claims\":\"h={sha256:body}\"," source
#define BOGUS_BEARER(alg)                             \
	{                                             \
		"HTTP_AUTHORIZATION=Bearer <" alg ">" \
	}
#define BOGUS_CLAIM &bogus_text, BOGUS_LARGE, 400, false

/* clang-format off */
static const struct bogus bogus_row[] = {
    {"hmac, sha1", BOGUS_SIGNED("{body}") ",\"digest\":\"sha1\"",
	{"HTTP_X_S=<hex20>", "HTTP_X_T=<now>"}, BOGUS_BODY},
    {"hmac, sha256", BOGUS_SIGNED("{body}"), BOGUS_MAC, BOGUS_BODY},
    {"hmac, sha512", BOGUS_SIGNED("{body}") ",\"digest\":\"sha512\"",
	{"HTTP_X_S=<hex64>", "HTTP_X_T=<now>"}, BOGUS_BODY},
    {"hmac, {ts}.{body}", BOGUS_TIMED("{ts}.{body}"), BOGUS_MAC, BOGUS_BODY},
    {"hmac, {url}{body}", BOGUS_SIGNED("{url}{body}"), BOGUS_MAC, BOGUS_BODY},
    {"hmac, {body}{url}", BOGUS_SIGNED("{body}{url}"), BOGUS_MAC, BOGUS_BODY},
    {"hmac, {method}{uri}{header:X-T}{body}",
	BOGUS_SIGNED("{method}{uri}{header:X-T}{body}"), BOGUS_MAC, BOGUS_BODY},
    {"hmac, {sha256:body}", BOGUS_TIMED("{ts}{sha256:body}"), BOGUS_MAC,
	BOGUS_BODY},
    {"hmac, {crc32:body}", BOGUS_TIMED("{ts}|{crc32:body}"), BOGUS_MAC,
	BOGUS_BODY},
    {"hmac, {json:d}, a list", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_list, BOGUS_LARGE, 401, false},
    {"hmac, {json:d}, large", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_text, BOGUS_LARGE, 413, true},
    {"hmac, {json:d}, a number", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_number, BOGUS_EDGE, 413, true},
    {"hmac, {json:d}", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_text, BOGUS_EDGE, 401, true},
    {"hmac, {json:d}, escapes", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_escapes, BOGUS_EDGE, 401, true},
    {"hmac, {json:d}, one escape", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_mixed, BOGUS_EDGE, 401, true},
    {"hmac, {json:d}, \\u", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_units, BOGUS_EDGE, 401, true},
    {"hmac, {json:d}, UTF-8", BOGUS_SIGNED("{json:d}"), BOGUS_MAC,
	&bogus_utf8, BOGUS_EDGE, 401, true},
    {"hmac, {json:d} twice", BOGUS_SIGNED("{json:d}{json:d}{body}"),
	BOGUS_MAC, &bogus_text, BOGUS_EDGE, 413, true},
    {"hmac, {form:d}, large", BOGUS_SIGNED("{form:d}"), BOGUS_MAC,
	&bogus_form, BOGUS_LARGE, 413, true},
    {"hmac, {form:d}", BOGUS_SIGNED("{form:d}"), BOGUS_MAC,
	&bogus_form, BOGUS_EDGE, 401, true},
    {"hmac, {form:d}, escapes", BOGUS_SIGNED("{form:d}"), BOGUS_MAC,
	&bogus_percent, BOGUS_EDGE, 401, true},
    {"hmac, {form:d} twice", BOGUS_SIGNED("{form:d}{form:d}{body}"), BOGUS_MAC,
	&bogus_form, BOGUS_EDGE, 413, true},
    {"hmac, {sortedform}, large", BOGUS_SIGNED("{url}{sortedform}"),
	BOGUS_MAC, &bogus_form, BOGUS_LARGE, 413, true},
    {"hmac, {sortedform}", BOGUS_SIGNED("{url}{sortedform}"), BOGUS_MAC,
	&bogus_form, BOGUS_EDGE, 401, true},
    {"hmac, gzip that is as large", BOGUS_PACKED,
	{"HTTP_X_S=<hex32>", "HTTP_CONTENT_ENCODING=gzip"},
	&bogus_stored, BOGUS_MAX - (1UL << 20), 401, false},
    {"hmac, gzip of 1000 times as much", BOGUS_PACKED,
	{"HTTP_X_S=<hex32>", "HTTP_CONTENT_ENCODING=gzip"},
	&bogus_bomb, BOGUS_LARGE, 413, false},
    {"hmac, held", BOGUS_SIGNED("{body}")
	",\"hold\":{\"count\":1,\"bytes\":100000000}", BOGUS_MAC, BOGUS_BODY},
    {"hmac, time, id and signature in JSON", "\"signature\":[\"X-S\","
	"\"json:d\"],\"timestamp\":\"json:d\",\"id\":\"json:d\","
	"\"secret_file\":\"a.secret\"", BOGUS_MAC, &bogus_escapes, BOGUS_EDGE,
	401, true},
    {"token", "\"signature\":\"X-S\",\"scheme\":\"token\","
	"\"secret_file\":\"a.secret\"", BOGUS_MAC, BOGUS_BODY},
    {"ed25519", BOGUS_KEY("ed25519", "<ed>"), BOGUS_ED, BOGUS_BODY},
    {"ed25519, {ts}{body}", BOGUS_KEY("ed25519", "<ed>")
	",\"timestamp\":\"header:X-T\",\"signed_payload\":\"{ts}{body}\"",
	{"HTTP_X_S=<hex64>", "HTTP_X_T=<now>"}, BOGUS_BODY},
    {"ed25519, {body}-, large", BOGUS_KEY("ed25519", "<ed>")
	",\"signed_payload\":\"{body}-\"", BOGUS_ED, &bogus_text, BOGUS_LARGE,
	413, true},
    {"ed25519, {body}-", BOGUS_KEY("ed25519", "<ed>")
	",\"signed_payload\":\"{body}-\"", BOGUS_ED, &bogus_text,
	BOGUS_EDGE - 1, 401, true},
    {"ed25519, {json:d}", BOGUS_KEY("ed25519", "<ed>")
	",\"signed_payload\":\"{json:d}\"", BOGUS_ED, &bogus_escapes,
	BOGUS_EDGE, 401, true},
    {"ed25519, {json:d}-", BOGUS_KEY("ed25519", "<ed>")
	",\"signed_payload\":\"{json:d}-\"", BOGUS_ED, &bogus_text, BOGUS_EDGE,
	413, true},
    {"ecdsa, P-256", BOGUS_KEY("ecdsa", "<p256>"), BOGUS_DER, BOGUS_BODY},
    {"ecdsa, P-256, r and s", BOGUS_KEY("ecdsa", "<p256>"), BOGUS_ED,
	BOGUS_BODY},
    {"ecdsa, P-384", BOGUS_KEY("ecdsa", "<p384>") ",\"digest\":\"sha384\"",
	BOGUS_DER, BOGUS_BODY},
    {"rsa, sha256", BOGUS_KEY("rsa", "<rsa>"), BOGUS_RSA, BOGUS_BODY},
    {"rsa, sha512", BOGUS_KEY("rsa", "<rsa>") ",\"digest\":\"sha512\"",
	BOGUS_RSA, BOGUS_BODY},
    {"rsa, {members:d}, large", BOGUS_KEY("rsa", "<rsa>")
	",\"signed_payload\":\"{members:d}\"", BOGUS_RSA, &bogus_text,
	BOGUS_LARGE, 413, true},
    {"rsa, {members:d}, 4 MiB", BOGUS_KEY("rsa", "<rsa>")
	",\"signed_payload\":\"{members:d}\"", BOGUS_RSA, &bogus_text,
	BOGUS_EDGE, 413, true},
    {"rsa, {members:d}, escapes", BOGUS_KEY("rsa", "<rsa>")
	",\"signed_payload\":\"{members:d}\"", BOGUS_RSA, &bogus_escapes,
	640 << 10, 401, true},
    {"rsa, {members:d}", BOGUS_KEY("rsa", "<rsa>")
	",\"signed_payload\":\"{members:d}\"", BOGUS_RSA, &bogus_text,
	640 << 10, 401, true},
    {"standard, v1", "\"scheme\":\"standard\",\"secret_file\":\"w.secret\"",
	BOGUS_HEAD, "HTTP_WEBHOOK_SIGNATURE=v1,<base32>"}, BOGUS_BODY},
    {"standard, v1a", "\"scheme\":\"standard\",\"public_key\":\"<ed>\"",
	BOGUS_HEAD, "HTTP_WEBHOOK_SIGNATURE=v1a,<base64>"}, BOGUS_BODY},
    {"httpsig, draft, rsa-sha256", BOGUS_SET("<rsa>"),
	BOGUS_DRAFT("SHA-256=<sha-256>", "rsa-sha256", "256"), BOGUS_BODY},
    {"httpsig, draft, rsa-sha512", BOGUS_SET("<rsa>"),
	BOGUS_DRAFT("SHA-512=<sha-512>", "rsa-sha512", "256"), BOGUS_BODY},
    {"httpsig, draft, ecdsa-sha256", BOGUS_SET("<p256>"),
	BOGUS_DRAFT("SHA-256=<sha-256>", "ecdsa-sha256", "64"), BOGUS_BODY},
    {"httpsig, draft, ed25519", BOGUS_SET("<ed>"),
	BOGUS_DRAFT("SHA-256=<sha-256>", "ed25519", "64"), BOGUS_BODY},
    {"httpsig, rsa-v1_5-sha256", BOGUS_SET("<rsa>"),
	BOGUS_9421("sha-256=:<sha-256>:", "rsa-v1_5-sha256", "256"),
	BOGUS_BODY},
    {"httpsig, rsa-pss-sha512", BOGUS_SET("<rsa>"),
	BOGUS_9421("sha-512=:<sha-512>:", "rsa-pss-sha512", "256"),
	BOGUS_BODY},
    {"httpsig, ecdsa-p256-sha256", BOGUS_SET("<p256>"),
	BOGUS_9421("sha-256=:<sha-256>:", "ecdsa-p256-sha256", "64"),
	BOGUS_BODY},
    {"httpsig, ecdsa-p384-sha384", BOGUS_SET("<p384>"),
	BOGUS_9421("sha-512=:<sha-512>:", "ecdsa-p384-sha384", "96"),
	BOGUS_BODY},
    {"httpsig, ed25519", BOGUS_SET("<ed>"),
	BOGUS_9421("sha-256=:<sha-256>:", "ed25519", "64"), BOGUS_BODY},
    {"httpsig, hmac-sha256",
	"\"scheme\":\"httpsig\",\"secret_file\":\"a.secret\"",
	BOGUS_9421("sha-256=:<sha-256>:", "hmac-sha256", "32"), BOGUS_BODY},
    {"httpsig, another body's digest",
	"\"scheme\":\"httpsig\",\"secret_file\":\"a.secret\"",
	BOGUS_9421("sha-256=:<base32>:", "hmac-sha256", "32"), BOGUS_CLAIM},
    {"jwt, HS256", BOGUS_JWT("\"secret_file\":\"a.secret\""),
	BOGUS_BEARER("HS256"), BOGUS_CLAIM},
    {"jwt, RS256", BOGUS_JWT("\"public_key\":\"<rsa>\""),
	BOGUS_BEARER("RS256"), BOGUS_CLAIM},
    {"jwt, PS256", BOGUS_JWT("\"public_key\":\"<rsa>\""),
	BOGUS_BEARER("PS256"), BOGUS_CLAIM},
    {"jwt, ES256", BOGUS_JWT("\"public_key\":\"<p256>\""),
	BOGUS_BEARER("ES256"), BOGUS_CLAIM},
    {"jwt, EdDSA", BOGUS_JWT("\"public_key\":\"<ed>\""),
	BOGUS_BEARER("EdDSA"), BOGUS_CLAIM},
};
/* clang-format on */

#define BOGUS_ROWS (sizeof(bogus_row) / sizeof(bogus_row[0]))

/* How much more memory than for a small body the body of a row may take. */
static inline size_t
bogus_bound(const struct bogus *row)
{
	return (row->copied ? 5 : 1) * BOGUS_MB;
}

/* In gzip, as well or as badly as it can. */
static inline struct span
bogus_pack(struct span text, bool well)
{
	static unsigned char bytes[BOGUS_MAX];
	z_stream z = {.next_in = text.ptr, .avail_in = (uInt)text.len};

	if (deflateInit2(&z, well ? 9 : 0, Z_DEFLATED, 31, 9,
		Z_DEFAULT_STRATEGY) != Z_OK)
		sandbox_die("deflateInit2");
	z.next_out = bytes;
	z.avail_out = sizeof(bytes);
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		sandbox_die("deflate");
	deflateEnd(&z);
	return span_mem(bytes, sizeof(bytes) - z.avail_out);
}

/* A body of so many bytes, or nearly; good until the next. */
static inline struct span
bogus_make(const struct bogus_body *body, size_t size)
{
	static unsigned char bytes[BOGUS_MAX];
	size_t first = strlen(body->first), last = strlen(body->last),
	       step = strlen(body->filler), n;
	size_t whole = (size - first - last) / step * step, have = step;
	unsigned char *at = bytes + first;

	memcpy(bytes, body->first, first);
	memcpy(at, body->filler, step);
	for (; have < whole; have += n) {
		n = have < whole - have ? have : whole - have;
		memcpy(at + have, at, n);
	}
	memcpy(at + whole, body->last, last);
	if (body->as != BOGUS_PLAIN)
		return bogus_pack(span_mem(bytes, first + whole + last),
		    body->as == BOGUS_BOMB);
	return span_mem(bytes, first + whole + last);
}

/* The same time for all of them. */
static inline time_t
bogus_now(void)
{
	static time_t now;

	if (now == 0)
		now = time(NULL);
	return now;
}

/* A token of ours, whose claim h is the digest of another body. */
static inline void
bogus_token(const char *alg, char *dst, size_t room)
{
	int key = alg[0] == 'E' ? (alg[1] == 'S' ? P256 : ED) : RSA2048;
	char head[64], claims[128], part[3][SIGNER_TEXT_MAX];
	unsigned char mac[DIGEST_MAX];
	struct span text;

	snprintf(head, sizeof(head), "{\"alg\":\"%s\"}", alg);
	snprintf(claims, sizeof(claims), "{\"iat\":%lld,\"h\":\"%064d\"}",
	    (long long)bogus_now(), 1);
	encode_base64url(part[0], span_str(head));
	encode_base64url(part[1], span_str(claims));
	snprintf(dst, room, "%s.%s", part[0], part[1]);
	text = span_str(dst);
	if (alg[0] != 'H') {
		signer_sign(&signer[key], key == ED ? NULL : "SHA256",
		    alg[0] == 'P', key == P256, dst, part[2]);
	} else {
		if (!digest_hmac(
			DIGEST_SHA256, span_str(BOGUS_SECRET), &text, 1, mac))
			sandbox_die("HMAC");
		encode_base64(part[2], span_mem(mac, DIGEST_SHA256_LEN));
	}
	/* base64url of base64. */
	for (char *c = part[2]; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	part[2][strcspn(part[2], "=")] = '\0';
	snprintf(dst + text.len, room - text.len, ".%s", part[2]);
}

/* What a word in angle brackets stands for. */
static inline void
bogus_word(struct span word, struct span body, char *dst, size_t room)
{
	unsigned char bytes[512];
	char name[32];
	size_t n;

	snprintf(
	    name, sizeof(name), "%.*s", (int)word.len, (const char *)word.ptr);
	for (size_t i = 0; i <= RSA2048; i++) {
		if (strcmp(name, signer[i].id) == 0) {
			snprintf(dst, room, "%s", der64[i]);
			return;
		}
	}
	/* Below every modulus and order. */
	memset(bytes, 1, sizeof(bytes));
	n = (size_t)strtoul(name + strcspn(name, "0123456789"), NULL, 10);
	if (strcmp(name, "now") == 0) {
		snprintf(dst, room, "%lld", (long long)bogus_now());
	} else if (strcmp(name, "date") == 0) {
		strftime(dst, room, "%a, %d %b %Y %H:%M:%S GMT",
		    gmtime(&(time_t){bogus_now()}));
	} else if (strncmp(name, "sha-", 4) == 0) {
		digest_hash(
		    n == 256 ? DIGEST_SHA256 : DIGEST_SHA512, &body, 1, bytes);
		encode_base64(dst, span_mem(bytes, n / 8));
	} else if (strncmp(name, "hex", 3) == 0) {
		encode_hex(dst, span_mem(bytes, n));
	} else if (strncmp(name, "base", 4) == 0) {
		encode_base64(dst, span_mem(bytes, n));
	} else {
		bogus_token(name, dst, room);
	}
}

/* Copy text, each word in angle brackets filled in. */
static inline void
bogus_fill(const char *text, struct span body, char dst[static BOGUS_TEXT])
{
	struct span rest = span_str(text);
	size_t used = 0;

	while (rest.ptr != NULL) {
		struct span before = span_cut(&rest, '<');

		used += (size_t)snprintf(dst + used, BOGUS_TEXT - used, "%.*s",
		    (int)before.len, (const char *)before.ptr);
		if (rest.ptr == NULL)
			break;
		bogus_word(
		    span_cut(&rest, '>'), body, dst + used, BOGUS_TEXT - used);
		used += strlen(dst + used);
	}
}

/* Keys, secrets and settings in the sandbox: provider pN for row N. */
static inline const char *
bogus_settings(void)
{
	static char text[BOGUS_ROWS * BOGUS_TEXT];
	char entry[BOGUS_TEXT];
	size_t used;

	for (int i = 0; i <= RSA2048; i++)
		make_signer(i);
	sandbox_text("a.secret", BOGUS_SECRET "\n", 0600);
	sandbox_text(
	    "w.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", 0600);
	used = (size_t)snprintf(text, sizeof(text),
	    "{\"inbox\":\"inbox\",\"max_body\":%lu,"
	    "\"providers\":{",
	    BOGUS_MAX);
	for (size_t i = 0; i < BOGUS_ROWS; i++) {
		bogus_fill(bogus_row[i].entry, span_str(""), entry);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s\"p%zu\":{%s}", i == 0 ? "" : ",\n", i, entry);
	}
	snprintf(text + used, sizeof(text) - used, "}}\n");
	return sandbox_text("hookdir.json", text, 0600);
}

/* The variables of row i with this body; good until the next. */
static inline char **
bogus_env(size_t i, struct span body)
{
	static char text[BOGUS_ENV][BOGUS_TEXT];
	static char *env[BOGUS_ENV];
	size_t n = 0;

	snprintf(text[n++], BOGUS_TEXT, "REQUEST_METHOD=POST");
	snprintf(text[n++], BOGUS_TEXT, "REQUEST_URI=/hooks/p%zu", i);
	snprintf(text[n++], BOGUS_TEXT, "PATH_INFO=/p%zu", i);
	snprintf(text[n++], BOGUS_TEXT, "HTTP_HOST=e.example");
	snprintf(text[n++], BOGUS_TEXT, "CONTENT_LENGTH=%zu", body.len);
	for (size_t k = 0; k < 4 && bogus_row[i].header[k] != NULL; k++)
		bogus_fill(bogus_row[i].header[k], body, text[n++]);
	for (size_t k = 0; k < n; k++)
		env[k] = text[k];
	env[n] = NULL;
	return env;
}

#endif
