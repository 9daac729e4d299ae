/*
 * wycheproof.c - Project Wycheproof's cases against the verifier.
 *
 * Every valid signature must be accepted and every invalid one refused; what
 * they call acceptable may be either.
 */
#include <fcntl.h>

#include "base/encode.h"
#include "crypto/digest.h"
#include "crypto/keys.h"
#include "crypto/sigalg.h"
#include "parse/json.h"
#include "sandbox.h"
#include "verify_one.h"

#include "../tap.h"

#define FOLDER   "tests/vectors/wycheproof"
#define FILE_MAX (1024 * 1024)

static unsigned char bytes[FILE_MAX];

static const struct {
	const char *file;
	unsigned alg;
	enum alg_names names;
	unsigned cases; /* at least; an empty file proves nothing */
} row[] = {
    {"rsa_signature_2048_sha256_test.json", ALG_RSA_SHA256, ALG_NAMES_DRAFT,
	259},
    {"rsa_signature_3072_sha256_test.json", ALG_RSA_SHA256, ALG_NAMES_DRAFT,
	259},
    {"rsa_signature_2048_sha512_test.json", ALG_RSA_SHA512, ALG_NAMES_DRAFT,
	259},
    {"rsa_pss_4096_sha512_mgf1_64_test.json", ALG_RSA_PSS_SHA512,
	ALG_NAMES_RFC9421, 179},
    {"ecdsa_secp256r1_sha256_test.json", ALG_P256_SHA256, ALG_NAMES_DRAFT, 484},
    {"ecdsa_secp256r1_sha256_p1363_test.json", ALG_P256_SHA256,
	ALG_NAMES_RFC9421, 262},
    {"ecdsa_secp384r1_sha384_p1363_test.json", ALG_P384_SHA384,
	ALG_NAMES_RFC9421, 280},
    {"ed25519_test.json", ALG_ED25519, ALG_NAMES_RFC9421, 151},
};

static const struct {
	const char *file;
	enum digest md;
} hmac_row[] = {
    {"hmac_sha1_test.json", DIGEST_SHA1},
    {"hmac_sha256_test.json", DIGEST_SHA256},
    {"hmac_sha512_test.json", DIGEST_SHA512},
};

static struct span
read_file(const char *name)
{
	char path[SANDBOX_PATH_MAX];
	size_t len = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return span_mem(NULL, 0);
	while ((n = read(fd, bytes + len, sizeof(bytes) - len)) > 0)
		len += (size_t)n;
	close(fd);
	return span_mem(bytes, len);
}

/* A string field as text; the caller frees it. NULL if there is none. */
static char *
text_of(struct span object, const char *path, size_t *len)
{
	struct json_member member;
	char *text;

	if (!json_find(object, path, &member) ||
	    !json_text(&member, &text, len))
		return NULL;
	return text;
}

/* A field in hexadecimal, decoded. */
static unsigned char *
bytes_of(struct span object, const char *path, size_t *len)
{
	char *text = text_of(object, path, len);
	unsigned char *dst = malloc(*len / 2 + 1);

	if (text == NULL || dst == NULL)
		sandbox_die(path);
	*len /= 2;
	if (!decode_hex(dst, *len, span_mem(text, 2 * *len)))
		sandbox_die(text);
	free(text);
	return dst;
}

/* How a group's cases came out. */
struct count {
	unsigned cases, wrong;
};

static void
judge(struct count *count, struct span test, bool accepted)
{
	struct json_member id;
	size_t len;
	char *result = text_of(test, "result", &len);

	count->cases++;
	if (result == NULL)
		sandbox_die("a case without a result");
	if (strcmp(result, accepted ? "invalid" : "valid") == 0) {
		count->wrong++;
		if (json_find(test, "tcId", &id))
			diag("case %.*s is %s", (int)id.value.len,
			    (const char *)id.value.ptr, result);
	}
	free(result);
}

static void
run_signatures(
    struct span group, const struct key *key, size_t i, struct count *count)
{
	struct json_member tests, test;
	struct json_walk walk;

	if (!json_find(group, "tests", &tests) ||
	    !json_walk(&walk, tests.value, JSON_STRICT))
		sandbox_die("no tests");
	while (json_next(&walk, &test)) {
		size_t msg_len, sig_len;
		unsigned char *msg = bytes_of(test.value, "msg", &msg_len);
		unsigned char *sig = bytes_of(test.value, "sig", &sig_len);
		enum status st = verify_one(row[i].alg, row[i].names, &key->pub,
		    span_mem(msg, msg_len), span_mem(sig, sig_len));

		judge(count, test.value, st == ST_OK);
		free(msg);
		free(sig);
	}
}

/* The group's key, as PEM, and as a JWK where it has one. */
static void
run_group(struct span group, size_t i, struct count *count)
{
	static const char *const jwk[] = {"publicKeyJwk", "keyJwk"};
	struct json_member member;
	struct reason why = {""};
	char text[8192];
	struct keys keys;
	size_t len = 0;
	char *pem = text_of(group, "publicKeyPem", &len);

	if (pem == NULL ||
	    !keys_from_pem(&keys, span_mem(pem, len), 2048, &why))
		sandbox_die(why.text);
	run_signatures(group, &keys.item[0], i, count);
	keys_free(&keys);
	free(pem);
	for (size_t k = 0; k < 2; k++) {
		if (!json_find(group, jwk[k], &member) ||
		    member.kind != JSON_OBJECT)
			continue;
		snprintf(text, sizeof(text), "{\"keys\":[%.*s]}",
		    (int)member.value.len, (const char *)member.value.ptr);
		/* Some of these are named after an algorithm they are not. */
		if (!keys_from_jwks(&keys, span_str(text), 2048, &why)) {
			diag("%s: %s", row[i].file, why.text);
			continue;
		}
		run_signatures(group, &keys.item[0], i, count);
		keys_free(&keys);
	}
}

static void
run_hmacs(struct span group, size_t i, struct count *count)
{
	size_t whole = digest_len(hmac_row[i].md);
	struct json_member tests, test;
	struct json_walk walk;

	if (!json_find(group, "tests", &tests) ||
	    !json_walk(&walk, tests.value, JSON_STRICT))
		sandbox_die("no tests");
	while (json_next(&walk, &test)) {
		unsigned char mac[DIGEST_MAX], want[DIGEST_MAX];
		size_t key_len, msg_len, tag_len;
		unsigned char *key = bytes_of(test.value, "key", &key_len);
		unsigned char *msg = bytes_of(test.value, "msg", &msg_len);
		char *tag = text_of(test.value, "tag", &tag_len);
		struct span text = span_mem(msg, msg_len);
		bool same =
		    digest_hmac(hmac_row[i].md, span_mem(key, key_len), &text,
			1, mac) &&
		    decode_exactly(want, whole, span_mem(tag, tag_len)) &&
		    digest_equal(mac, want, whole);

		/* Half of a MAC is none here, however right it is. */
		if (tag_len == 2 * whole)
			judge(count, test.value, same);
		else if (same)
			count->wrong++;
		free(key);
		free(msg);
		free(tag);
	}
}

static void
run_file(struct span text, size_t i, bool hmac, struct count *count)
{
	struct json_member groups, group;
	struct json_walk walk;

	if (!json_find(text, "testGroups", &groups) ||
	    !json_walk(&walk, groups.value, JSON_STRICT))
		sandbox_die("no groups");
	while (json_next(&walk, &group)) {
		if (hmac)
			run_hmacs(group.value, i, count);
		else
			run_group(group.value, i, count);
	}
}

/* A JWS in compact form, RFC 7515, with the one key of a set. */
static bool
jws_fits(const struct keys *keys, struct span jws)
{
	struct span head = jws, rest = jws, sig;
	unsigned char raw[2048], header[2048];
	unsigned alg = 0;
	ptrdiff_t n, h;
	char *name;
	size_t len;

	span_cut(&rest, '.');
	span_cut(&rest, '.');
	sig = rest;
	head.len = (size_t)(sig.ptr - jws.ptr) - 1;
	rest = head;
	h = decode_base64(header, sizeof(header), span_cut(&rest, '.'));
	n = decode_base64(raw, sizeof(raw), sig);
	if (h < 0 || n < 0 ||
	    (name = text_of(span_mem(header, (size_t)h), "alg", &len)) == NULL)
		return false;
	alg = sigalg_named(ALG_NAMES_JOSE, span_mem(name, len));
	free(name);
	return sigalg_is_one(alg & keys->item[0].algorithms) &&
	       verify_one(alg, ALG_NAMES_RFC9421, &keys->item[0].pub, head,
		   span_mem(raw, (size_t)n)) == ST_OK;
}

/*
 * A group without a public key has secrets that both sides hold.  A set never
 * makes such a key verify here, so that its valid cases are refused as well.
 */
static void
run_jwk_group(struct span group, struct count *count)
{
	struct json_member set, tests, test;
	bool public = json_find(group, "public", &set), usable;
	struct reason why = {""};
	struct json_walk walk;
	struct keys keys;
	char text[8192];

	if ((!public && !json_find(group, "private", &set)) ||
	    !json_find(group, "tests", &tests) ||
	    !json_walk(&walk, tests.value, JSON_STRICT))
		sandbox_die("no keys or no tests");
	snprintf(text, sizeof(text), "{\"keys\":[%.*s]}", (int)set.value.len,
	    (const char *)set.value.ptr);
	/* Some are a set already. */
	usable = keys_from_jwks(&keys, set.value, 2048, &why) ||
		 keys_from_jwks(&keys, span_str(text), 2048, &why);
	while (json_next(&walk, &test)) {
		size_t len;
		char *jws = text_of(test.value, "jws", &len);
		bool fits = usable && jws_fits(&keys, span_mem(jws, len));

		if (public) {
			judge(count, test.value, fits);
		} else {
			count->cases++;
			count->wrong += fits;
		}
		free(jws);
	}
	if (usable)
		keys_free(&keys);
}

static void
run_jwk(struct span text)
{
	struct json_member groups, group;
	struct count count = {0, 0};
	struct json_walk walk;

	if (!json_find(text, "testGroups", &groups) ||
	    !json_walk(&walk, groups.value, JSON_STRICT))
		sandbox_die("no groups");
	while (json_next(&walk, &group))
		run_jwk_group(group.value, &count);
	ok(count.cases >= 26, "JSON web keys: %u cases", count.cases);
	is_int(count.wrong, 0, "and none came out wrong");
}

int
main(void)
{
	struct span text;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct count count = {0, 0};

		text = read_file(row[i].file);
		if (!ok(text.len > 0, "%s is there", row[i].file))
			continue;
		run_file(text, i, false, &count);
		ok(count.cases >= row[i].cases, "%u cases", count.cases);
		is_int(count.wrong, 0, "and none came out wrong");
	}
	for (size_t i = 0; i < sizeof(hmac_row) / sizeof(hmac_row[0]); i++) {
		struct count count = {0, 0};

		text = read_file(hmac_row[i].file);
		if (!ok(text.len > 0, "%s is there", hmac_row[i].file))
			continue;
		run_file(text, i, true, &count);
		ok(count.cases >= 80, "%u cases", count.cases);
		is_int(count.wrong, 0, "and none came out wrong");
	}
	if (ok((text = read_file("json_web_key_test.json")).len > 0, "keys"))
		run_jwk(text);
	return done();
}
