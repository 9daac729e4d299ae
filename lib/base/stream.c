/* stream.c - all of a text, or nothing. */
#include <stdlib.h>

#include "base/stream.h"

bool
stream_end(FILE *f, char **text)
{
	bool whole = ferror(f) == 0;

	if (fclose(f) == 0 && whole && *text != NULL)
		return true;
	free(*text);
	*text = NULL;
	return false;
}
