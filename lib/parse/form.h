/*
 * form.h - reading bodies of type application/x-www-form-urlencoded.
 *
 * The encoding is that of the URL standard, as browsers write it: '+' is a
 * space, %XX is a byte.  Nothing is decoded but the fields that the caller asks
 * for.
 */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

/* Most fields that form_sorted() accepts. */
#define FORM_FIELDS_MAX 512
/* Bytes of the longest form: decoded fields are held in memory. */
#define FORM_MAX (4UL << 20)

/*
 * Decode the field called name.
 *
 * LOOKUP_FOUND: the caller frees *dst, which is NUL-terminated and *len bytes
 * long.  LOOKUP_NONE: there is no such field, or more than one; or an escape in
 * any field is malformed; or the body is longer than FORM_MAX.
 * LOOKUP_NO_MEMORY.
 */
enum lookup form_field(
    struct span body, const char *name, char **dst, size_t *len);

/*
 * Decode all fields, sort them by name and then by value, and join them: each
 * name right before its value, and equal fields only once.  This is the text
 * that Twilio signs.  Results as for form_field(); LOOKUP_NONE also for more
 * than FORM_FIELDS_MAX fields.
 */
enum lookup form_sorted(struct span body, char **dst, size_t *len);

#endif
