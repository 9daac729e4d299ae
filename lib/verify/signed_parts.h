/*
 * signed_parts.h - is there only one way to cut a signed text into its parts?
 *
 * A signature covers the bytes of a text, not the places at which the text was
 * put together.  If the id of a header, a time and a body touch in it, or if the
 * id may have the bytes that separate them, then somebody who has seen one
 * delivery can send the same text cut at other places: another id, another time
 * and another body, with the same signature.
 */
#ifndef SIGNED_PARTS_H
#define SIGNED_PARTS_H

#include "base/status.h"
#include "profile/profile.h"
#include "profile/template.h"

/*
 * Check the parts of a text that template_fill() made of tpl.  A signed header
 * may have the bytes of coverage_header_byte() alone, and {uri} only those of a
 * URL.  Each such part, each number of unknown length and each field must end
 * at a byte that it cannot have.  A time whose form is known needs no such byte.
 * A form after {url} must not begin as a URL could go on, nor end as another
 * alternative does.
 *
 * ST_OK.  ST_UNVERIFIED, with why set.
 */
enum status signed_parts_check(const struct profile *profile,
    const struct template *tpl, const struct signed_text *text,
    struct reason *why);

#endif
