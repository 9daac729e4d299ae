/* sample.c - the presets' samples with fresh values. */
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/stream.h"
#include "base/timestamp.h"
#include "sample.h"

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
		dst = replace(s != NULL ? s : preset_default.sample, value,
		    sizeof(value) / sizeof(value[0]), len);
	if (dst == NULL)
		reason_set(why, "out of memory, or no random bytes");
	return dst;
}
