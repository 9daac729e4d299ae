/* stream.c - ends a text of open_memstream(), or frees it. */
#include <stdlib.h>

#include "base/stream.h"

void
stream_put(FILE *f, struct span bytes)
{
	/* The pointer of an empty span may be NULL, which fwrite() must not
	 * get. */
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
