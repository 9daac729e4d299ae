/*
 * table.h - rows of cells as aligned columns, no wider than a terminal.
 *
 * Whatever is in the cells, each row has the same number of words and moves no
 * cursor: bytes that are not visible ASCII are written as \xNN.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/span.h"

enum table_form {
	TABLE_WORD,   /* blanks are escaped; an empty cell is "-" */
	TABLE_NUMBER, /* the same, at the right of its column */
	TABLE_TEXT,   /* with blanks, as they are */
	TABLE_PROSE   /* the same, and wrapped; only for the last column */
};

struct table_column {
	const char *name; /* for the header row */
	enum table_form form;
	/*
	 * Where the table is too wide, words are cut in the middle, to not less
	 * than this; 0: never.
	 */
	size_t least;
};

/* How to print it. */
struct table_look {
	size_t width;     /* columns of the terminal; 0: cut and wrap nothing */
	const char *mark; /* what stands for what was cut: "...", or one
			   * character of UTF-8 */
	size_t indent;    /* blanks before each row */
	bool header;      /* a row with the columns' names */
};

struct table {
	const struct table_column *column;
	size_t ncolumn;
	FILE *text; /* the cells, one after the other */
	char *bytes;
	size_t len;
	size_t *end; /* of each cell in bytes */
	size_t ncell, room;
	bool failed; /* out of memory */
};

/*
 * Begin a table.  The columns are borrowed.  The caller frees it by
 * table_free(), whatever failed.
 */
void table_init(
    struct table *table, const struct table_column *column, size_t ncolumn);

/* Add a cell; after each ncolumn of them, a row begins. */
void table_add(struct table *table, struct span text);

/* Put text behind that of the last cell, which is not a TABLE_WORD. */
void table_extend(struct table *table, struct span text);

/*
 * Print all rows; nothing, not even the header, if there are none.  No cells
 * can be added afterwards.  False: out of memory, and nothing was printed.
 */
bool table_print(struct table *table, FILE *out, const struct table_look *look);

void table_free(struct table *table);

#endif
