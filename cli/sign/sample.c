/* sample.c - the presets' samples with fresh values. */
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/timestamp.h"
#include "crypto/digest.h"
#include "sample.h"
#include "verify/signed_text.h"

bool
sample_uuid(char dst[static UUID_TEXT_MAX])
{
	unsigned char b[16];
	char hex[2 * sizeof(b) + 1];

	if (RAND_bytes(b, sizeof(b)) != 1)
		return false;
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	encode_hex(hex, span_mem(b, sizeof(b)));
	snprintf(dst, UUID_TEXT_MAX, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
	    hex + 12, hex + 16, hex + 20);
	return true;
}

/* Fresh values, each behind the name that samples give it. */
struct value {
	const char *name, *text;
};

/* A copy of s with each name replaced by its text; malloc'd, or NULL. */
static char *
replace(const char *s, const struct value value[], size_t n, size_t *len)
{
	char *dst = NULL;
	FILE *f = open_memstream(&dst, len);

	if (f == NULL)
		return NULL;
	while (*s != '\0') {
		size_t i = 0;

		while (i < n &&
		       strncmp(s, value[i].name, strlen(value[i].name)) != 0)
			i++;
		if (i < n) {
			fputs(value[i].text, f);
			s += strlen(value[i].name);
		} else {
			fputc(*s++, f);
		}
	}
	return stream_end(f, &dst) ? dst : NULL;
}

/*
 * The signature that a sender puts into the body itself, over other fields of
 * it; the sample's secret is the first.
 */
static bool
sign_body(const struct provider *prov, struct span body,
    char dst[static DIGEST_TEXT_MAX])
{
	unsigned char mac[SECRETS_MAX][DIGEST_MAX];
	char *none[] = {NULL};
	struct request req = {.env = none, .body = body};
	struct template_input in;
	struct signed_text text = {.n = 0};
	struct field_value ts = {.owned = NULL};
	bool ok = false;

	if (field_get(&prov->profile.timestamp, &req, body, &ts) ==
	    LOOKUP_NO_MEMORY)
		return false;
	in = profile_input(&prov->profile, &req, ts.text);
	in.unsafe_body = true;
	if (template_fill(&prov->profile.signed_payload[0], &in, &text) ==
		ST_OK &&
	    verify_macs(prov, &text, mac)) {
		encode_hex(
		    dst, span_mem(mac[0], digest_len(prov->profile.digest)));
		ok = true;
	}
	signed_text_free(&text);
	field_value_free(&ts);
	OPENSSL_cleanse(mac, sizeof(mac));
	return ok;
}

/* Put the signature where the sample says. */
static char *
put_mac(const struct provider *prov, char *body, size_t *len)
{
	char hex[DIGEST_TEXT_MAX];
	const struct value value = {"$MAC", hex};
	char *dst = NULL;

	if (body == NULL || strstr(body, value.name) == NULL)
		return body;
	if (sign_body(prov, span_mem(body, *len), hex))
		dst = replace(body, &value, 1, len);
	free(body);
	return dst;
}

char *
sample_make(const struct provider *prov, size_t *len, struct reason *why)
{
	const char *s = prov->words.sample;
	char id[UUID_TEXT_MAX], when[TIMESTAMP_TEXT_MAX], sec[24], ms[48];
	const struct value value[] = {
	    {"$ID", id}, {"$TIME", when}, {"$SEC", sec}, {"$MS", ms}};
	struct timespec now;
	char *dst = NULL;

	clock_gettime(CLOCK_REALTIME, &now);
	timestamp_format(when, &now);
	snprintf(sec, sizeof(sec), "%lld", (long long)now.tv_sec);
	snprintf(ms, sizeof(ms), "%s%03ld", sec, now.tv_nsec / 1000000);
	if (sample_uuid(id))
		dst = put_mac(prov,
		    replace(s != NULL ? s : preset_default.sample, value,
			sizeof(value) / sizeof(value[0]), len),
		    len);
	if (dst == NULL)
		reason_set(why, "out of memory, or no random bytes");
	return dst;
}
