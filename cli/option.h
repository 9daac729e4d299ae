/*
 * option.h - the options of the command line: THE list of them, and what each
 * means to which command.
 */
#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/shown.h"
#include "cli.h"

struct option_text {
	char letter;          /* by which the options are told apart */
	const char *name;     /* without its two dashes */
	const char *argument; /* what it is called in texts; NULL: none */
	char operand;         /* what that is: a letter of command.h */
	bool is_short;        /* the letter is an option as well: -c */
};

/* Option i of the list, or NULL behind the last.  Static. */
const struct option_text *option_at(size_t i);

/*
 * What the option means to the command called name, or NULL if the command
 * does not take it.  Static.
 */
const char *option_meaning(char letter, const char *command);

#define OPTION_LETTERS 128 /* all of them are ASCII */

/* What the command line says, and what is wrong with its options. */
struct option_line {
	struct options opt;
	bool given[OPTION_LETTERS];
	char bad[SHOWN_MAX]; /* the first option that cannot be read, or "" */
	bool no_value;       /* its value is missing */
};

/*
 * Read the options of argv, which is put into another order.  Returns where the
 * operands begin: they are last.  line is zeroed before, but for its opt.
 */
int option_read(int argc, char *argv[], struct option_line *line);

#endif
