/*
 * form.h - application/x-www-form-urlencoded bodies, as browsers write them.
 */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

/* Most fields a form may have for form_sorted(). */
#define FORM_FIELDS_MAX 512
/* Bytes of a form: what is decoded of it is held in memory. */
#define FORM_MAX (4UL << 20)

/*
 * Decode the one field called name: '+' is a space, %XX a byte.
 *
 * LOOKUP_FOUND: the caller frees *dst, which is NUL-terminated and *len bytes
 * long.  LOOKUP_NONE: there is no such field, or more than one, the escapes of
 * any field are malformed, or the body is over FORM_MAX.
 */
enum lookup form_field(
    struct span body, const char *name, char **dst, size_t *len);

/*
 * All fields, decoded, sorted by name (then by value), each as its name right
 * before its value, equal ones once: what Twilio signs.  Results as for
 * form_field(); LOOKUP_NONE also for more than FORM_FIELDS_MAX fields.
 */
enum lookup form_sorted(struct span body, char **dst, size_t *len);

#endif
