/* quote.h - for settings_diff.c alone, until that calls encode_printable(). */
#ifndef QUOTE_H
#define QUOTE_H

#include "base/encode.h"

static inline void
quote_text(FILE *out, struct span text, const char *also)
{
	encode_printable(out, text, also);
}

#endif
