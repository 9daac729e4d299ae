/* stream.c - all of a text, or nothing. */
#include <stdlib.h>

#include "base/stream.h"

void
stream_put(FILE *f, struct span bytes)
{
	/* An empty one may be NULL, which fwrite() must not be given. */
	if (bytes.len > 0)
		fwrite(bytes.ptr, 1, bytes.len, f);
}

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
