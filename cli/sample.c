/* sample.c - the presets' samples with fresh values. */
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "digest.h"
#include "sample.h"
#include "timestamp.h"

bool
sample_uuid(char dst[static UUID_TEXT_MAX])
{
	unsigned char b[16];
	char hex[2 * sizeof(b) + 1];

	if (RAND_bytes(b, sizeof(b)) != 1)
		return false;
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	digest_hex(hex, span_mem(b, sizeof(b)));
	snprintf(dst, UUID_TEXT_MAX, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
	    hex + 12, hex + 16, hex + 20);
	return true;
}

char *
sample_make(const struct provider *prov, size_t *len, struct reason *why)
{
	const char *s = prov->words.sample;
	char id[UUID_TEXT_MAX], when[TIMESTAMP_TEXT_MAX];
	struct timespec now;
	char *dst = NULL;
	FILE *f = NULL;

	if (s == NULL)
		s = preset_default.sample;
	clock_gettime(CLOCK_REALTIME, &now);
	timestamp_format(when, &now);
	if (!sample_uuid(id) || (f = open_memstream(&dst, len)) == NULL) {
		reason_set(why, "out of memory, or no random bytes");
		return NULL;
	}
	while (*s != '\0') {
		if (strncmp(s, "$ID", 3) == 0) {
			fputs(id, f);
			s += 3;
		} else if (strncmp(s, "$TIME", 5) == 0) {
			fputs(when, f);
			s += 5;
		} else if (strncmp(s, "$MS", 3) == 0) {
			fprintf(f, "%lld%03ld", (long long)now.tv_sec,
			    now.tv_nsec / 1000000);
			s += 3;
		} else {
			fputc(*s++, f);
		}
	}
	if (fclose(f) == 0)
		return dst;
	reason_set(why, "out of memory");
	free(dst);
	return NULL;
}
