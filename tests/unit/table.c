/* Tables: what is cut and wrapped at which width, and what never is. */
#include <stdlib.h>

#include "../../cli/table.h"
#include "../../cli/wrap.h"
#include "../tap.h"
#include "base/stream.h"

#define DOTS "..."
#define MARK "\xe2\x80\xa6"

static const struct table_column plain[] = {
    {"NAME", TABLE_WORD, 0}, {"ID", TABLE_WORD, 8}, {"SIZE", TABLE_NUMBER, 0}};
static const struct table_column noted[] = {
    {"NAME", TABLE_WORD, 0}, {"NOTE", TABLE_PROSE, 0}};

/* Print rows of n columns, whose cells end with NULL; the caller frees it. */
static char *
print(const struct table_column *column, size_t n,
    const struct table_look *look, const char *const cells[])
{
	struct table table;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	table_init(&table, column, n);
	for (size_t i = 0; cells[i] != NULL; i++)
		table_add(&table, span_str(cells[i]));
	if (f == NULL || !table_print(&table, f, look))
		abort();
	table_free(&table);
	return stream_end(f, &text) ? text : NULL;
}

static void
is_table(const struct table_column *column, size_t n,
    const struct table_look *look, const char *const cells[],
    const char *expected)
{
	char *text = print(column, n, look, cells);

	is_str(text, expected, "%s at %zu columns", column[n - 1].name,
	    look->width);
	free(text);
}

static void
test_words(void)
{
	static const char *const cells[] = {"a", "0123456789abcdef", "7", "bb",
	    "x y\x1b", "12345", "", "", "", NULL};
	static const char *const none[] = {NULL};
	struct table_look look = {0, MARK, 0, true};

	is_table(plain, 3, &look, none, "");
	is_table(plain, 3, &look, cells,
	    "NAME  ID                 SIZE\n"
	    "a     0123456789abcdef      7\n"
	    "bb    x\\x20y\\x1b        12345\n"
	    "-     -                     -\n");
	look.width = 29; /* as wide as it is */
	look.header = false;
	is_table(plain, 3, &look, cells,
	    "a     0123456789abcdef      7\n"
	    "bb    x\\x20y\\x1b        12345\n"
	    "-     -                     -\n");
	look.width = 24;
	is_table(plain, 3, &look, cells,
	    "a     01234" MARK "bcdef      7\n"
	    "bb    x\\x20y\\x1b   12345\n"
	    "-     -                -\n");
	look.mark = DOTS;
	look.width = 10; /* no narrower than the least */
	is_table(plain, 3, &look, cells,
	    "a     012...ef      7\n"
	    "bb    x\\x...1b  12345\n"
	    "-     -             -\n");
	look.indent = 2;
	look.width = 0;
	is_table(noted, 1, &look, none, "");
}

static void
test_prose(void)
{
	static const char *const cells[] = {"a", "one two three four five six",
	    "longer", "", "b\n", "averylongwordthatiswiderthanall x", NULL};
	struct table_look look = {0, DOTS, 0, true};

	is_table(noted, 2, &look, cells,
	    "NAME    NOTE\n"
	    "a       one two three four five six\n"
	    "longer\n"
	    "b\\x0a   averylongwordthatiswiderthanall x\n");
	look.width = 28;
	is_table(noted, 2, &look, cells,
	    "NAME    NOTE\n"
	    "a       one two three four\n"
	    "        five six\n"
	    "longer\n"
	    "b\\x0a   averylongwordthatiswiderthanall\n"
	    "        x\n");
	look.width = 20; /* too narrow for both */
	is_table(noted, 2, &look, cells,
	    "NAME\n"
	    "    NOTE\n"
	    "a\n"
	    "    one two three\n"
	    "    four five six\n"
	    "longer\n"
	    "b\\x0a\n"
	    "    averylongwordthatiswiderthanall\n"
	    "    x\n");
}

/* A cell that is put together; one that is far too long. */
static void
test_cells(void)
{
	struct table_look look = {0, DOTS, 0, false};
	char longer[200];
	const char *const cells[] = {"a", longer, "1", "b", "c", "2", NULL};
	struct table table;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	table_init(&table, noted, 2);
	table_add(&table, span_str("a"));
	table_add(&table, span_str("one"));
	table_extend(&table, span_str("; two\x7f"));
	ok(f != NULL && table_print(&table, f, &look), "a table");
	table_free(&table);
	ok(stream_end(f, &text), "is printed");
	is_str(text, "a     one; two\\x7f\n", "with both parts of the cell");
	free(text);

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	text = print(plain, 3, &look, cells);
	ok(strstr(text, longer) != NULL, "nothing is cut without a terminal");
	ok(strstr(text, "\nb     c      2\n") != NULL,
	    "and others stay where they are");
	free(text);
}

static void
test_wrap(void)
{
	static const struct wrap wrap = {2, 8};
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	ok(wrap_columns(span_str("a" MARK "b")) == 3, "characters of UTF-8");
	wrap_put(f, span_str("ab" MARK "de fg h"), &wrap);
	ok(stream_end(f, &text), "wrapped");
	is_str(text, "ab" MARK "de\n  fg h", "by characters");
	free(text);
}

int
main(void)
{
	test_words();
	test_prose();
	test_cells();
	test_wrap();
	return done();
}
