/*
 * words.h - @WORD@ in the source of a page: texts that the Makefile gives.
 *
 * A word is in capitals.  words are strings "WORD=TEXT", and NULL behind the
 * last.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stdio.h>

/* Write line with its words replaced; false if there is one without a text. */
bool words_put(FILE *out, char *const words[], const char *line);

/* The same as a string, which is to be freed; NULL also without memory. */
char *words_fill(char *const words[], const char *line);

#endif
