/* macs.c - a table of the MACs that were computed. */
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "macs.h"
#include "profile/scheme.h"
#include "profile/signature.h"

#define SLOTS_MAX 4096 /* a power of two */
/* How many times the cost of a MAC a check by a public key has: SHA-512. */
#define KEY_READS 4
/* Parts of a name: digest and lengths, the secret, those of the text. */
#define NAME_PARTS (2 + 2 * TEMPLATE_PARTS)

struct macs_slot {
	bool used;
	unsigned char name[DIGEST_SHA256_LEN];
	unsigned char mac[DIGEST_MAX];
};

bool
macs_init(struct macs *macs, struct span body)
{
	*macs = (struct macs){.body = body,
	    .slot = calloc(SLOTS_MAX, sizeof(*macs->slot)),
	    .bound = MACS_BYTES_MAX};
	if (body.len < MACS_BYTES_MIN / MACS_BODIES)
		macs->bound = MACS_BYTES_MIN;
	else if (body.len < MACS_BYTES_MAX / MACS_BODIES)
		macs->bound = MACS_BODIES * body.len;
	return macs->slot != NULL;
}

void
macs_free(struct macs *macs)
{
	if (macs->slot != NULL)
		OPENSSL_cleanse(macs->slot, SLOTS_MAX * sizeof(*macs->slot));
	free(macs->slot);
	*macs = (struct macs){.slot = NULL};
}

/* Take so many bytes of what may be read; false: there are not so many left. */
static bool
spend(struct macs *macs, size_t bytes)
{
	if (bytes > macs->bound - macs->bytes)
		return false;
	macs->bytes += bytes;
	return true;
}

static bool
is_body(const struct macs *macs, struct span part)
{
	return part.ptr == macs->body.ptr && part.len == macs->body.len;
}

/*
 * Name a MAC by what it is made of.  The body itself is not read for it, and
 * the name of a part that is the body has no bytes, only a length.
 */
static void
make_name(const struct macs *macs, enum digest digest, struct span secret,
    const struct signed_text *text, unsigned char dst[static DIGEST_MAX])
{
	uint64_t head[1 + TEMPLATE_PARTS] = {(uint64_t)digest};
	struct span part[NAME_PARTS];
	size_t n = 0;

	part[n++] = span_mem(head, sizeof(head));
	part[n++] = secret;
	for (size_t i = 0; i < text->n; i++) {
		bool body = is_body(macs, text->part[i]);

		head[1 + i] = ((uint64_t)text->part[i].len << 1) | body;
		if (!body)
			part[n++] = text->part[i];
	}
	digest_hash(DIGEST_SHA256, part, n, dst);
}

/* The slot of that name, or the free one where it belongs. */
static struct macs_slot *
find_slot(const struct macs *macs, const unsigned char name[DIGEST_SHA256_LEN])
{
	uint32_t at;

	memcpy(&at, name, sizeof(at));
	for (;;) {
		struct macs_slot *slot = &macs->slot[at++ % SLOTS_MAX];

		if (!slot->used ||
		    memcmp(slot->name, name, DIGEST_SHA256_LEN) == 0)
			return slot;
	}
}

/* Is the text made of the body that was given, and of little else? */
static bool
is_worth_it(const struct macs *macs, const struct signed_text *text)
{
	size_t len = 0;

	for (size_t i = 0; i < text->n; i++) {
		if (!is_body(macs, text->part[i]))
			len += text->part[i].len;
	}
	return len <= REQUEST_HEADER_MAX && macs->nslot < SLOTS_MAX / 2;
}

static size_t
text_len(const struct signed_text *text)
{
	size_t len = 0;

	for (size_t i = 0; i < text->n; i++)
		len += text->part[i].len;
	return len;
}

/* The MAC of text by one secret.  False: it may not be computed. */
static bool
get_mac(struct macs *macs, enum digest digest, struct span secret,
    const struct signed_text *text, unsigned char mac[static DIGEST_MAX])
{
	unsigned char name[DIGEST_MAX];
	struct macs_slot *slot = NULL;

	if (is_worth_it(macs, text)) {
		make_name(macs, digest, secret, text, name);
		slot = find_slot(macs, name);
		if (slot->used) {
			memcpy(mac, slot->mac, DIGEST_MAX);
			return true;
		}
	}
	if (!spend(macs, text_len(text)) ||
	    !digest_hmac(digest, secret, text->part, text->n, mac))
		return false;
	macs->computed++;
	if (slot != NULL) {
		slot->used = true;
		memcpy(slot->name, name, DIGEST_SHA256_LEN);
		memcpy(slot->mac, mac, DIGEST_MAX);
		macs->nslot++;
	}
	return true;
}

/* Compare the MACs of one text with the signatures. */
static enum macs_answer
ask_text(struct macs *macs, const struct provider *prov,
    const struct signatures *sigs, const struct signed_text *text)
{
	enum digest digest = prov->profile.digest;
	enum macs_answer answer = MACS_NO;
	unsigned char mac[DIGEST_MAX] = {0};

	for (size_t i = 0; i < prov->secrets.n && answer == MACS_NO; i++) {
		if (!get_mac(
			macs, digest, secret_at(&prov->secrets, i), text, mac))
			answer = MACS_LEFT_OUT;
		for (size_t k = 0; k < sigs->n && answer == MACS_NO; k++) {
			if (digest_equal(
				mac, sigs->item[k], digest_len(digest)))
				answer = MACS_MAYBE;
		}
	}
	OPENSSL_cleanse(mac, sizeof(mac));
	return answer;
}

static enum macs_answer
ask_template(struct macs *macs, const struct provider *prov,
    const struct request *req, const struct signatures *sigs, size_t i)
{
	const struct profile *profile = &prov->profile;
	struct template_input in = profile_input(profile, req, sigs->ts);
	struct signed_text text = {.n = 0};
	enum macs_answer answer = MACS_NO;
	enum status st;

	st = template_fill(&profile->signed_payload[i], &in, &text);
	if (st == ST_OK)
		answer = ask_text(macs, prov, sigs, &text);
	else if (st != ST_UNVERIFIED)
		answer = MACS_MAYBE;
	signed_text_free(&text);
	return answer;
}

static bool
reads_body(enum template_op op)
{
	return op == OP_JSON || op == OP_FORM || op == OP_SORTEDFORM ||
	       op == OP_HASH || op == OP_CRC32 || op == OP_MEMBERS;
}

/* How often the body is read before a MAC is computed. */
static size_t
count_reads(const struct profile *profile)
{
	size_t n = profile->timestamp.kind == FIELD_JSON;

	for (size_t i = 0; i < profile->nsignature; i++)
		n += profile->signature[i].in == SIGNATURE_JSON;
	for (size_t i = 0; i < profile->nsigned; i++) {
		const struct template *tpl = &profile->signed_payload[i];

		for (size_t k = 0; k < tpl->n; k++)
			n += reads_body(tpl->part[k].op);
	}
	return n;
}

enum macs_answer
macs_ask(
    struct macs *macs, const struct provider *prov, const struct request *req)
{
	const struct profile *profile = &prov->profile;
	enum macs_answer answer = MACS_NO;
	struct signatures *sigs;
	struct reason why;

	if (!profile->scheme->macs && !profile->scheme->asymmetric)
		return spend(macs, req->body.len) ? MACS_MAYBE : MACS_LEFT_OUT;
	/* A signature in the body is looked for first of all. */
	if (!spend(macs, count_reads(profile) * req->body.len))
		return MACS_LEFT_OUT;
	if ((sigs = malloc(sizeof(*sigs))) == NULL)
		return MACS_MAYBE;
	if (signatures_collect(sigs, profile, req, &why) == ST_OK) {
		if (sigs->nasymmetric > 0 &&
		    (prov->keys.n > 0 || prov->cache != NULL))
			answer = spend(macs, KEY_READS * req->body.len)
				     ? MACS_MAYBE
				     : MACS_LEFT_OUT;
		for (size_t i = 0; i < profile->nsigned && answer == MACS_NO;
		     i++)
			answer = ask_template(macs, prov, req, sigs, i);
		signatures_free(sigs);
	}
	free(sigs);
	return answer;
}
