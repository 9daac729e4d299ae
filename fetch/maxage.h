/* maxage.h - how long an answer stays fresh, by its headers. */
#ifndef MAXAGE_H
#define MAXAGE_H

#include <stdint.h>

#include "base/span.h"

/* Seconds, if no header says it. */
#define MAXAGE_DEFAULT 3600

/*
 * Read one value of Cache-Control (RFC 9111, section 5.2) into *max_age, in
 * seconds.  *max_age is MAXAGE_DEFAULT before the first value. no-store and
 * no-cache count as 0; the smallest of several numbers counts.
 */
void maxage_read(struct span value, int64_t *max_age);

#endif
