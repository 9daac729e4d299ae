/* complete_line.h - a command line that is not complete yet. */
#ifndef COMPLETE_LINE_H
#define COMPLETE_LINE_H

#include <stdbool.h>

#include "command.h"
#include "option.h"

#define COMPLETE_LETTERS 8 /* of one operand, NUL counted */

struct complete_line {
	const struct command *cmd; /* NULL: it is not there yet */
	const char *provider;      /* the first operand; or NULL */
	const char *config;        /* of -c; or NULL */
	/* The last word, or what is behind "--option=" of it. */
	const char *word;
	char before[64];   /* "--option=", or "" */
	bool wants_option; /* it begins with a dash */
	/* What the word can be, in the letters of command.h; "" for nothing. */
	char letters[COMPLETE_LETTERS];
};

/* Read the words, of which the last is the one that is being written. */
void complete_line_read(struct complete_line *line, char *const word[]);

#endif
