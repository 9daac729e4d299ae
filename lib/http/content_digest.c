/* content_digest.c - compares the digest in a header with that of the body. */

#include "http/content_digest.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "parse/sfv.h"

static const struct {
	const char *name;
	enum digest md;
} row[] = {
    {"sha-256", DIGEST_SHA256},
    {"sha-512", DIGEST_SHA512},
};

#define ROW_N (sizeof(row) / sizeof(row[0]))

/*
 * RFC 3230, section 4.1.1: case does not matter in these names.  Returns the
 * row of the algorithm, or -1 for others.
 */
static int
find(struct span name)
{
	for (size_t i = 0; i < ROW_N; i++) {
		if (span_is_nocase(name, row[i].name))
			return (int)i;
	}
	return -1;
}

bool
content_digest_counts(struct span name)
{
	for (size_t i = 0; i < ROW_N; i++) {
		if (span_is(name, row[i].name))
			return true;
	}
	return false;
}

static enum status
bad(struct reason *why, const char *text)
{
	reason_set(why, "%s", text);
	return ST_BAD_REQUEST;
}

/*
 * The body.  It is hashed once for each algorithm, however many digests the
 * header has.
 */
struct hashed {
	struct span body;
	bool known[ROW_N];
	unsigned char digest[ROW_N][DIGEST_MAX];
};

/*
 * Compare one digest, in base64, with the body's.  ST_UNVERIFIED: it is that of
 * another body.
 */
static enum status
compare(struct hashed *h, int i, struct span base64, struct reason *why)
{
	unsigned char got[DIGEST_MAX];
	size_t len = digest_len(row[i].md);

	if (decode_base64(got, sizeof(got), base64) != (ptrdiff_t)len)
		return bad(why, "the digest of the body is malformed");
	if (!h->known[i])
		digest_hash(row[i].md, &h->body, 1, h->digest[i]);
	h->known[i] = true;
	if (digest_equal(h->digest[i], got, len))
		return ST_OK;
	reason_set(why, "the digest is of another body: the body was changed "
			"on its way");
	return ST_UNVERIFIED;
}

static enum status
none_counts(struct reason *why)
{
	return bad(why, "no SHA-256 or SHA-512 digest of the body");
}

static enum status
check_draft(struct span header, struct span body, struct reason *why)
{
	struct hashed hashed = {.body = body};
	enum status st = ST_OK;
	unsigned n = 0;

	while (header.ptr != NULL && st == ST_OK) {
		struct span item = span_trim(span_cut(&header, ','));
		struct span name = span_cut(&item, '=');
		int i = find(span_trim(name));

		if (i < 0)
			continue;
		st = compare(&hashed, i, span_trim(item), why);
		n++;
	}
	return st == ST_OK && n == 0 ? none_counts(why) : st;
}

static enum status
check_rfc9530(struct span header, struct span body, struct reason *why)
{
	struct sfv_walk walk = sfv_walk(header);
	struct hashed hashed = {.body = body};
	struct sfv_member member;
	enum status st = ST_OK;
	unsigned n = 0;

	if (!sfv_dict_ok(header))
		return bad(why,
		    "Content-Digest is malformed: not a dictionary (RFC 8941)");
	while (st == ST_OK && sfv_dict_next(&walk, &member)) {
		if (!content_digest_counts(member.key))
			continue;
		if (member.value.kind != SFV_BYTES)
			return bad(why, "Content-Digest is malformed: a digest "
					"is not in colons");
		st = compare(&hashed, find(member.key), member.value.text, why);
		n++;
	}
	return st == ST_OK && n == 0 ? none_counts(why) : st;
}

/* To a request it is the same what is wrong with its digest. */
static enum status
as_request(enum status st)
{
	return st == ST_UNVERIFIED ? ST_BAD_REQUEST : st;
}

enum status
content_digest_check_draft(
    struct span header, struct span body, struct reason *why)
{
	return as_request(check_draft(header, body, why));
}

enum status
content_digest_check(struct span header, struct span body, struct reason *why)
{
	return as_request(check_rfc9530(header, body, why));
}

enum lookup
content_digest_fits(const char *name, struct span header, struct span body)
{
	struct reason why;
	enum status st = strcmp(name, "Digest") == 0
			     ? check_draft(header, body, &why)
			     : check_rfc9530(header, body, &why);

	if (st == ST_OK)
		return LOOKUP_FOUND;
	return st == ST_UNVERIFIED ? LOOKUP_INVALID : LOOKUP_NONE;
}
