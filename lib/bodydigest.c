/* bodydigest.c - compare what a header says of the body with the body. */
#include <strings.h>

#include "bodydigest.h"
#include "digest.h"
#include "sfv.h"

static const struct {
	const char *name;
	enum digest md;
} row[] = {
    {"sha-256", DIGEST_SHA256},
    {"sha-512", DIGEST_SHA512},
};

#define ROW_N (sizeof(row) / sizeof(row[0]))

/* RFC 3230 section 4.1.1: these names ignore case. Returns -1 for others. */
static int
find(struct span name)
{
	for (size_t i = 0; i < ROW_N; i++) {
		if (strlen(row[i].name) == name.len &&
		    strncasecmp(
			row[i].name, (const char *)name.ptr, name.len) == 0)
			return (int)i;
	}
	return -1;
}

bool
bodydigest_counts(struct span name)
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

/* One digest, in base64, against the body. */
static enum status
compare(int i, struct span base64, struct span body, struct reason *why)
{
	unsigned char want[DIGEST_MAX], got[DIGEST_MAX];
	size_t len = digest_len(row[i].md);

	if (digest_unbase64(got, sizeof(got), base64) != (ptrdiff_t)len)
		return bad(why, "a digest of the body is malformed");
	if (!digest_hash(row[i].md, &body, 1, want)) {
		reason_set(why, "out of memory while hashing the body");
		return ST_TRY_LATER;
	}
	if (!digest_equal(want, got, len))
		return bad(why,
		    "the digest is that of another body: it was changed on "
		    "its way");
	return ST_OK;
}

static enum status
none_counts(struct reason *why)
{
	return bad(why, "no digest of the body by SHA-256 or SHA-512");
}

enum status
bodydigest_check(struct span header, struct span body, struct reason *why)
{
	enum status st = ST_OK;
	unsigned n = 0;

	while (header.ptr != NULL && st == ST_OK) {
		struct span item = span_trim(span_cut(&header, ','));
		struct span name = span_cut(&item, '=');
		int i = find(span_trim(name));

		if (i < 0)
			continue;
		st = compare(i, span_trim(item), body, why);
		n++;
	}
	return st == ST_OK && n == 0 ? none_counts(why) : st;
}

enum status
bodydigest_check_content(
    struct span header, struct span body, struct reason *why)
{
	struct sfv_walk walk = sfv_walk(header);
	struct sfv_member member;
	enum status st = ST_OK;
	unsigned n = 0;

	if (!sfv_dict_ok(header))
		return bad(why, "Content-Digest is not a dictionary");
	while (st == ST_OK && sfv_dict_next(&walk, &member)) {
		if (!bodydigest_counts(member.key))
			continue;
		if (member.value.kind != SFV_BYTES)
			return bad(why, "Content-Digest holds no bytes");
		st = compare(find(member.key), member.value.text, body, why);
		n++;
	}
	return st == ST_OK && n == 0 ? none_counts(why) : st;
}
