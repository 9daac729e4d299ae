/* usage.h - what is said of a command line that does not fit. */
#ifndef USAGE_H
#define USAGE_H

#include <stdio.h>

#include "command.h"
#include "option.h"

/* The usage line of a command, without its newline. */
void usage_put(FILE *out, const struct command *cmd);

/*
 * True if the options and the number of operands fit cmd.  False after saying
 * what does not, in one line.
 */
bool usage_fits(
    const struct command *cmd, const struct option_line *line, int operands);

/* Say which option cannot be read; cmd is NULL where there is no command. */
void usage_bad_option(
    const struct option_line *line, const struct command *cmd);

/* The second line of a usage error; cmd can be NULL. */
void usage_hint(const struct command *cmd);

#endif
