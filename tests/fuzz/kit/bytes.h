/*
 * bytes.h - a run of bytes that a mutator changes, and where it gets chance.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Owned; ptr is malloc'd, and a NUL stands behind the bytes. */
struct bytes {
	char *ptr;
	size_t len;
};

/* Cut del bytes out at at, and put what is in ins there; both are clipped. */
void bytes_splice(struct bytes *b, size_t at, size_t del, struct span ins);

/* Put s at the end. */
void bytes_add(struct bytes *b, struct span s);
void bytes_put(struct bytes *b, const char *s);

/* Replace every word by text. */
void bytes_replace(struct bytes *b, const char *word, struct span text);

void bytes_free(struct bytes *b);

/* A view of b, never of NULL. */
struct span bytes_span(const struct bytes *b);

/* Numbers that follow from a seed alone. */
struct chance {
	uint64_t state;
};

struct chance chance_of(unsigned seed);

/* A number below n; 0 for n = 0. */
size_t chance_below(struct chance *chance, size_t n);

/* True once in n. */
bool chance_one_in(struct chance *chance, size_t n);

#endif
