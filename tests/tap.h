/*
 * tap.h - the few words that a C test needs, printed as TAP for prove(1).
 *
 * Each check prints one line; one that fails says where it stands and what
 * was found in place of what was wanted.  A program ends with
 * "return done();", which prints the plan: one that dies before is a failure.
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/span.h"

/* Condition; the rest is the name of the check, as for printf(3). */
#define ok(cond, ...) tap_ok(__FILE__, __LINE__, (cond), __VA_ARGS__)
/* Whole numbers of any type. */
#define is_int(got, want, ...) \
	tap_int(__FILE__, __LINE__, (long long)(got), (want), __VA_ARGS__)
/* Strings; NULL is equal only to NULL. */
#define is_str(got, want, ...) \
	tap_str(__FILE__, __LINE__, (got), (want), __VA_ARGS__)
/* A span against the bytes of a string, or against another span. */
#define is_span(got, want, ...) \
	tap_span(__FILE__, __LINE__, (got), span_str(want), __VA_ARGS__)
#define is_mem(got, want, ...) \
	tap_span(__FILE__, __LINE__, (got), (want), __VA_ARGS__)

static unsigned tap_count, tap_failed;

__attribute__((format(printf, 4, 0))) static inline bool
tap_line(const char *file, int line, bool pass, const char *fmt, va_list ap)
{
	char name[256];

	/* Names are made of what is tested: one line all the same. */
	vsnprintf(name, sizeof(name), fmt, ap);
	for (char *c = name; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == '#')
			*c = '?';
	}
	printf("%sok %u - %s\n", pass ? "" : "not ", ++tap_count, name);
	if (!pass)
		printf("# failed at %s:%d\n", file, line);
	tap_failed += !pass;
	fflush(stdout);
	return pass;
}

/* Each of these evaluates to the outcome, for what depends on it. */
#define TAP_LINE(pass)                                           \
	do {                                                     \
		va_list ap;                                      \
		va_start(ap, fmt);                               \
		outcome = tap_line(file, line, (pass), fmt, ap); \
		va_end(ap);                                      \
	} while (0)

__attribute__((format(printf, 4, 5))) static inline bool
tap_ok(const char *file, int line, bool pass, const char *fmt, ...)
{
	bool outcome;

	TAP_LINE(pass);
	return outcome;
}

__attribute__((format(printf, 5, 6))) static inline bool
tap_int(const char *file, int line, long long got, long long want,
    const char *fmt, ...)
{
	bool outcome;

	TAP_LINE(got == want);
	if (!outcome)
		printf("#   got %lld, wanted %lld\n", got, want);
	return outcome;
}

__attribute__((format(printf, 5, 6))) static inline bool
tap_str(const char *file, int line, const char *got, const char *want,
    const char *fmt, ...)
{
	bool same =
	    got == NULL || want == NULL ? got == want : strcmp(got, want) == 0;
	bool outcome;

	TAP_LINE(same);
	if (!outcome)
		printf("#   got    %s\n#   wanted %s\n",
		    got == NULL ? "(null)" : got,
		    want == NULL ? "(null)" : want);
	return outcome;
}

__attribute__((format(printf, 5, 6))) static inline bool
tap_span(const char *file, int line, struct span got, struct span want,
    const char *fmt, ...)
{
	bool outcome;

	TAP_LINE(span_eq(got, want));
	if (!outcome)
		printf("#   got    %zu bytes: %.*s\n#   wanted %zu bytes: "
		       "%.*s\n",
		    got.len, (int)got.len,
		    got.len == 0 ? "" : (const char *)got.ptr, want.len,
		    (int)want.len, want.len == 0 ? "" : (const char *)want.ptr);
	return outcome;
}

/* Something to know when a check fails. */
__attribute__((format(printf, 1, 2))) static inline void
diag(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("# ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

/* Print the plan; what main() returns. */
static inline int
done(void)
{
	printf("1..%u\n", tap_count);
	return tap_failed == 0 && tap_count > 0 ? 0 : 1;
}

#endif
