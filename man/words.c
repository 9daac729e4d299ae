/* words.c - words of the Makefile in the source of a page. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "base/stream.h"

#define WORD_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The text of the word that line begins with, or NULL; *len: of its name. */
static const char *
find_word(char *const words[], const char *line, size_t *len)
{
	*len = strspn(line, WORD_BYTES);
	for (; *words != NULL; words++) {
		if (strncmp(*words, line, *len) == 0 && (*words)[*len] == '=')
			return *words + *len + 1;
	}
	return NULL;
}

bool
words_put(FILE *out, char *const words[], const char *line)
{
	for (; *line != '\0'; line++) {
		size_t len = *line == '@' ? strspn(line + 1, WORD_BYTES) : 0;
		const char *text;

		if (len == 0 || line[len + 1] != '@') {
			putc(*line, out);
			continue;
		}
		if ((text = find_word(words, line + 1, &len)) == NULL)
			return false;
		fputs(text, out);
		line += len + 1;
	}
	return true;
}

char *
words_fill(char *const words[], const char *line)
{
	char *filled = NULL;
	size_t size;
	FILE *out = open_memstream(&filled, &size);
	bool good = out != NULL && words_put(out, words, line);

	if (out == NULL || !stream_end(out, &filled) || good)
		return filled;
	free(filled);
	return NULL;
}
