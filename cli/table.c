/* table.c - lays out and prints the rows of a table. */
#include <stdint.h>
#include <stdlib.h>

#include "base/encode.h"
#include "base/stream.h"
#include "table.h"
#include "wrap.h"

#define COLUMNS_MAX 12
#define GAP         2 /* blanks between columns */
/* Where nothing is cut, a longer cell does not move those of other rows. */
#define UNCUT_MAX 80
/* With less room than this, prose stands on lines of its own. */
#define PROSE_LEAST  20
#define PROSE_INDENT 4

/* One print. */
struct layout {
	struct table *table;
	const struct table_look *look;
	FILE *out;
	size_t width[COLUMNS_MAX];
	size_t column;    /* where the output is in its line */
	bool prose_below; /* prose stands on lines of its own */
};

void
table_init(
    struct table *table, const struct table_column *column, size_t ncolumn)
{
	*table = (struct table){.column = column, .ncolumn = ncolumn};
	table->text = open_memstream(&table->bytes, &table->len);
	table->failed = table->text == NULL || ncolumn > COLUMNS_MAX;
}

/* Room for one more cell; false if memory is lacking. */
static bool
has_room(struct table *table)
{
	size_t room = table->room == 0 ? 256 : 2 * table->room;
	size_t *grown;

	if (table->ncell < table->room)
		return true;
	grown = realloc(table->end, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	table->end = grown;
	table->room = room;
	return true;
}

void
table_add(struct table *table, struct span text)
{
	enum table_form form =
	    table->column[table->ncell % table->ncolumn].form;
	const bool words = form == TABLE_WORD || form == TABLE_NUMBER;

	if (table->failed || !has_room(table)) {
		table->failed = true;
		return;
	}
	if (text.len == 0 && words)
		text = span_str("-");
	encode_printable(table->text, text, words ? "" : " ");
	table->end[table->ncell++] = (size_t)ftello(table->text);
}

void
table_extend(struct table *table, struct span text)
{
	if (table->failed)
		return;
	encode_printable(table->text, text, " ");
	table->end[table->ncell - 1] = (size_t)ftello(table->text);
}

static struct span
cell(const struct table *table, size_t i)
{
	size_t at = i == 0 ? 0 : table->end[i - 1];

	return span_mem(table->bytes + at, table->end[i] - at);
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* How wide each column would like to be; prose does not count. */
static void
measure(struct layout *l)
{
	const struct table *table = l->table;
	size_t most = l->look->width == 0 ? UNCUT_MAX : SIZE_MAX;

	for (size_t i = 0; i < table->ncolumn; i++)
		l->width[i] = strlen(table->column[i].name);
	for (size_t i = 0, column = 0; i < table->ncell; i++) {
		size_t len = cell(table, i).len;

		if (len <= most && table->column[column].form != TABLE_PROSE)
			l->width[column] = larger(l->width[column], len);
		column = column + 1 < table->ncolumn ? column + 1 : 0;
	}
}

/* How wide a row is, but for prose. */
static size_t
row_width(const struct layout *l)
{
	const struct table *table = l->table;
	size_t n = table->ncolumn, sum = l->look->indent;

	if (table->column[n - 1].form == TABLE_PROSE)
		n--;
	for (size_t i = 0; i < n; i++)
		sum += l->width[i] + (i + 1 < table->ncolumn ? GAP : 0);
	return sum;
}

/* Make the widest of the columns that may be cut narrower by one. */
static bool
shrink(struct layout *l)
{
	const struct table *table = l->table;
	size_t widest = table->ncolumn;

	for (size_t i = 0; i < table->ncolumn; i++) {
		size_t least = table->column[i].least;

		if (least > 0 && l->width[i] > least &&
		    (widest == table->ncolumn ||
			l->width[i] > l->width[widest]))
			widest = i;
	}
	if (widest == table->ncolumn)
		return false;
	l->width[widest]--;
	return true;
}

static void
lay_out(struct layout *l)
{
	const struct table *table = l->table;
	const bool prose =
	    table->column[table->ncolumn - 1].form == TABLE_PROSE;
	const size_t width = l->look->width;

	measure(l);
	if (width == 0)
		return;
	l->prose_below = prose && row_width(l) + PROSE_LEAST > width;
	while (row_width(l) > width && shrink(l))
		continue;
}

static void
put_blanks(struct layout *l, size_t to)
{
	if (to > l->column)
		fprintf(l->out, "%*s", (int)(to - l->column), "");
	l->column = larger(l->column, to);
}

static void
put(struct layout *l, struct span text)
{
	stream_put(l->out, text);
	l->column += text.len;
}

/* A word with its middle cut out, if it is too long for its column. */
static void
put_word(struct layout *l, struct span text, size_t width, bool may_cut)
{
	const struct span mark = span_str(l->look->mark);
	const size_t columns = wrap_columns(mark);

	if (!may_cut || l->look->width == 0 || text.len <= width ||
	    width <= columns) {
		put(l, text);
		return;
	}
	put(l, span_mem(text.ptr, (width - columns + 1) / 2));
	stream_put(l->out, mark);
	l->column += columns;
	put(l, span_skip(text, text.len - (width - columns) / 2));
}

static void
put_prose(struct layout *l, struct span text, size_t at)
{
	struct wrap wrap = {at, l->look->width};

	if (text.len == 0)
		return;
	if (l->prose_below) {
		putc('\n', l->out);
		l->column = 0;
		wrap.indent = l->look->indent + PROSE_INDENT;
	}
	put_blanks(l, wrap.indent);
	wrap_put(l->out, text, &wrap);
}

/* A row: of the cells from first on, or of the columns' names if is_header. */
static void
put_row(struct layout *l, size_t first, bool is_header)
{
	const struct table *table = l->table;
	size_t at = l->look->indent;

	l->column = 0;
	for (size_t i = 0; i < table->ncolumn; i++) {
		const struct table_column *column = &table->column[i];
		struct span text =
		    is_header ? span_str(column->name) : cell(table, first + i);

		if (column->form == TABLE_PROSE) {
			put_prose(l, text, larger(at, l->column));
			continue;
		}
		if (column->form == TABLE_NUMBER && text.len < l->width[i])
			put_blanks(l, at + l->width[i] - text.len);
		put_blanks(l, at);
		put_word(l, text, l->width[i], column->least > 0);
		/* One that was longer moves what follows. */
		at = larger(at + l->width[i], l->column) + GAP;
	}
	putc('\n', l->out);
}

bool
table_print(struct table *table, FILE *out, const struct table_look *look)
{
	struct layout l = {.table = table, .look = look, .out = out};

	if (table->text != NULL && !stream_end(table->text, &table->bytes))
		table->failed = true;
	table->text = NULL;
	if (table->failed)
		return false;
	if (table->ncell == 0)
		return true;
	lay_out(&l);
	if (look->header)
		put_row(&l, 0, true);
	for (size_t i = 0; i + table->ncolumn <= table->ncell;
	     i += table->ncolumn)
		put_row(&l, i, false);
	return true;
}

void
table_free(struct table *table)
{
	if (table->text != NULL)
		stream_end(table->text, &table->bytes);
	free(table->bytes);
	free(table->end);
	*table = (struct table){.text = NULL};
}
