/* tables.h - the tables of the manual, made from those of the code. */
#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Write the table called name for page, such as "hookdir.json.5".  argument is
 * the rest of its mark, or "": see the list in mkman.c.  Returns false, after
 * saying why, if there is no such table or it cannot be made.
 */
bool tables_put(
    FILE *out, const char *page, const char *name, const char *argument);

#endif
