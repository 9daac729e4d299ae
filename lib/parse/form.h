/*
 * form.h - application/x-www-form-urlencoded bodies, as browsers write them.
 */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Most fields a form may have for form_sorted(). */
#define FORM_FIELDS_MAX 512
/* Bytes of a form: it is decoded as a whole, in memory. */
#define FORM_MAX (4UL << 20)

/*
 * Decode the one field called name: '+' is a space, %XX a byte.  *dst is
 * malloc'd, NUL-terminated, *len bytes long.
 *
 * Returns 1 when it was found, and the caller frees *dst; 0 when there is no
 * such field, more than one, its escapes are malformed, or the body is over
 * FORM_MAX; -1 when out of memory.
 */
int form_field(struct span body, const char *name, char **dst, size_t *len);

/*
 * All fields, decoded, sorted by name (then by value), each as its name right
 * before its value, equal ones once: what Twilio signs.  Results as for form_field(); 0 also
 * when there are more than FORM_FIELDS_MAX fields.
 */
int form_sorted(struct span body, char **dst, size_t *len);

#endif
