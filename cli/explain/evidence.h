/*
 * evidence.h - what a refused request shows when no change makes it verify.
 *
 * Says what is known, and then what remains possible, the most likely first,
 * with what to do about each.  Concludes nothing that the request does not
 * show.  Of the request's texts, only what describe.h allows is shown.
 */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include <stdint.h>

#include "describe.h"
#include "hold/request_file.h"

struct evidence {
	struct described d; /* the request and whose it is */
	const struct request_file *saved;
	int64_t now; /* the time at which it is judged */
};

/* Print it to e->d.out. */
void evidence_print(const struct evidence *e);

/*
 * The same of a request that looks like another preset's: what the body shows,
 * whoever the sender is.
 */
void evidence_print_foreign(const struct evidence *e);

#endif
