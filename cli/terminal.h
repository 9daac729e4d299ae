/* terminal.h - how wide standard output is, and what it can show. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include "cli.h"
#include "table.h"

/*
 * Columns of the terminal that standard output is: $COLUMNS, or what the
 * terminal says.  0: it is none.
 */
size_t terminal_width(void);

/*
 * Columns for sentences: at most WRAP_USUAL, since nobody reads longer lines.
 */
size_t terminal_text_width(void);

/* How a command with these options prints a table. */
struct table_look terminal_look(const struct options *opt);

/* Print the table so; false after saying that memory is lacking. */
bool terminal_table(struct table *table, const struct options *opt);

#endif
