/* maxage.c - reads the directives of Cache-Control. */
#include <strings.h>

#include "maxage.h"

static bool
is_word(struct span text, const char *word)
{
	return text.len == strlen(word) &&
	       strncasecmp((const char *)text.ptr, word, text.len) == 0;
}

void
maxage_read(struct span value, int64_t *max_age)
{
	while (value.ptr != NULL) {
		struct span number = span_trim(span_cut(&value, ','));
		struct span name = span_trim(span_cut(&number, '='));
		int64_t seconds = -1;

		number = span_trim(number);
		/* The RFC wants a token, but a quoted number is understood
		 * too. */
		if (number.len > 2 && number.ptr[0] == '"')
			number = span_mem(number.ptr + 1, number.len - 2);
		if (is_word(name, "no-store") || is_word(name, "no-cache"))
			seconds = 0;
		else if (is_word(name, "max-age"))
			seconds = span_number(number);
		if (seconds >= 0 &&
		    (seconds < *max_age || *max_age == MAXAGE_DEFAULT))
			*max_age = seconds;
	}
}
