/*
 * finding.h - what a refused request shows: facts, and what remains possible.
 *
 * Each is a sentence for the administrator.  They are printed in the order of
 * their ranks, and within one rank in the order in which they were added.
 */
#ifndef FINDING_H
#define FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define FINDINGS_MAX     10  /* sentences; later ones are left out */
#define FINDING_TEXT_MAX 700 /* bytes of one, its NUL counted */

enum finding_rank {
	FINDING_KNOWN,  /* a fact */
	FINDING_SHOWN,  /* possible, and a fact points to it */
	FINDING_LIKELY, /* possible, and the usual cause */
	FINDING_MAYBE,
	FINDING_LEAST
};

struct findings {
	size_t n;
	struct {
		enum finding_rank rank;
		char text[FINDING_TEXT_MAX];
	} item[FINDINGS_MAX];
};

/* Add a sentence, unless there is no room for it. */
__attribute__((format(printf, 3, 4))) void finding_add(
    struct findings *findings, enum finding_rank rank, const char *fmt, ...);

/* True if one of this rank was added. */
bool findings_have(const struct findings *findings, enum finding_rank rank);

/* Print the facts as "known ...", and then the others as "possible ...". */
void findings_print(FILE *out, const struct findings *findings);

#endif
