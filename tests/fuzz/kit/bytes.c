/* bytes.c - splicing, and a small generator of numbers. */
#include "bytes.h"

#include "../fuzz.h"

void
bytes_splice(struct bytes *b, size_t at, size_t del, struct span ins)
{
	size_t len;
	char *dst;

	if (at > b->len)
		at = b->len;
	if (del > b->len - at)
		del = b->len - at;
	len = b->len - del + ins.len;
	must((dst = malloc(len + 1)) != NULL);
	if (at > 0)
		memcpy(dst, b->ptr, at);
	if (ins.len > 0)
		memcpy(dst + at, ins.ptr, ins.len);
	if (b->len > at + del)
		memcpy(
		    dst + at + ins.len, b->ptr + at + del, b->len - at - del);
	dst[len] = '\0';
	free(b->ptr);
	*b = (struct bytes){dst, len};
}

void
bytes_add(struct bytes *b, struct span s)
{
	bytes_splice(b, b->len, 0, s);
}

void
bytes_put(struct bytes *b, const char *s)
{
	bytes_add(b, span_str(s));
}

void
bytes_replace(struct bytes *b, const char *word, struct span text)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= b->len; i++) {
		if (memcmp(b->ptr + i, word, len) == 0) {
			bytes_splice(b, i, len, text);
			i += text.len;
			if (i-- == 0)
				continue;
		}
	}
}

void
bytes_free(struct bytes *b)
{
	free(b->ptr);
	*b = (struct bytes){NULL, 0};
}

struct span
bytes_span(const struct bytes *b)
{
	return b->ptr == NULL ? span_str("") : span_mem(b->ptr, b->len);
}

struct chance
chance_of(unsigned seed)
{
	return (struct chance){seed * 0x9e3779b97f4a7c15ULL + 1};
}

size_t
chance_below(struct chance *chance, size_t n)
{
	uint64_t x = chance->state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	chance->state = x;
	return n == 0 ? 0 : (size_t)((x >> 11) % n);
}

bool
chance_one_in(struct chance *chance, size_t n)
{
	return chance_below(chance, n) == 0;
}
