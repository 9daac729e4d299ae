/*
 * fuzz.h - what the fuzzers share.
 *
 * Each file beside this one is one entry: libFuzzer calls it (tools/fuzz), and
 * replay.c calls it with what is kept in corpus/, as a test like the others.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/span.h"
#include "http/request.h"

#define FUZZ_ENV_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer's own mutator, which knows the dictionary; NULL in a replay. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
    __attribute__((weak));

/* What must hold for every input; a finding if it does not. */
#define must(cond)                                                          \
	do {                                                                \
		if (!(cond)) {                                              \
			fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, \
			    __LINE__, #cond);                               \
			abort();                                            \
		}                                                           \
	} while (0)

/* True if part lies within whole, or is empty. */
static inline bool
fuzz_within(struct span part, struct span whole)
{
	return part.len == 0 ||
	       (part.ptr >= whole.ptr &&
		   part.ptr + part.len <= whole.ptr + whole.len);
}

/* Touch every byte, so that a sanitizer sees a span that points astray. */
static inline void
fuzz_read(struct span s)
{
	volatile unsigned char sum = 0;

	for (size_t i = 0; i < s.len; i++)
		sum = (unsigned char)(sum + s.ptr[i]);
}

/* Whether word is somewhere in text. */
static inline bool
fuzz_has(struct span text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++) {
		if (memcmp(text.ptr + i, word, len) == 0)
			return true;
	}
	return false;
}

/* A string of a span, cut at its first NUL as the environment would be. */
static inline char *
fuzz_string(struct span s)
{
	char *text = malloc(s.len + 1);

	must(text != NULL);
	if (s.len > 0)
		memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	return text;
}

/* A request taken from an input: a variable a line, an empty line, a body. */
struct fuzz_input {
	char *env[FUZZ_ENV_MAX + 1];
	size_t nenv;
	struct span body;
};

static inline void
fuzz_split(struct fuzz_input *in, struct span data)
{
	struct span line;

	*in = (struct fuzz_input){.nenv = 0};
	while (
	    in->nenv < FUZZ_ENV_MAX && (line = span_cut(&data, '\n')).len > 0)
		in->env[in->nenv++] = fuzz_string(line);
	in->body = data;
}

static inline void
fuzz_free(struct fuzz_input *in)
{
	for (size_t i = 0; i < in->nenv; i++)
		free(in->env[i]);
}

/* A body that comes in pieces. */
struct fuzz_body {
	struct span rest;
	size_t chunk; /* 1 or more */
};

static inline ptrdiff_t
fuzz_body_read(void *arg, unsigned char *buf, size_t len, long allowed)
{
	struct fuzz_body *body = arg;
	size_t n = body->rest.len < len ? body->rest.len : len;

	(void)allowed;
	if (n > body->chunk)
		n = body->chunk;
	if (n > 0)
		memcpy(buf, body->rest.ptr, n);
	body->rest = span_skip(body->rest, n);
	return (ptrdiff_t)n;
}

/* A log whose lines are checked and forgotten. */
static inline void
fuzz_log_write(void *arg, const char *line, size_t len)
{
	(void)arg;
	must(len > 0 && len <= LOG_LINE_MAX);
	must(memchr(line, '\n', len) == line + len - 1);
}

static const struct log fuzz_log = {fuzz_log_write, NULL};

#endif
