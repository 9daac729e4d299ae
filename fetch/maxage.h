/* maxage.h - how long an answer is good for, as its headers have it. */
#ifndef MAXAGE_H
#define MAXAGE_H

#include <stdint.h>

#include "base/span.h"

/* Seconds, where the source says nothing of it. */
#define MAXAGE_DEFAULT 3600

/*
 * Read one value of Cache-Control (RFC 9111, section 5.2) into *max_age,
 * which is MAXAGE_DEFAULT or what the value before it made of it: no-store and
 * no-cache are 0, the smallest of several counts.
 */
void maxage_read(struct span value, int64_t *max_age);

#endif
