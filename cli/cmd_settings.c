/* cmd_settings.c - hookdir settings: every setting and what it means. */
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "cli.h"
#include "preset/setting.h"

#define INDENT 8
#define WIDTH  79

/* Characters of UTF-8, of which each is one column here. */
static size_t
columns(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += (text.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* Print text in lines of at most WIDTH columns, unless a word is longer. */
static void
print_wrapped(const char *text)
{
	struct span rest = span_str(text);
	size_t column = 0;

	while (rest.ptr != NULL) {
		struct span word = span_cut(&rest, ' ');
		size_t width = columns(word);

		if (column > 0 && column + 1 + width <= WIDTH) {
			putchar(' ');
			column++;
		} else {
			if (column > 0)
				putchar('\n');
			printf("%*s", INDENT, "");
			column = INDENT;
		}
		fwrite(word.ptr, 1, word.len, stdout);
		column += width;
	}
	putchar('\n');
}

/* Whether a row, which may be about several settings, is about name. */
static bool
is_about(const struct setting_text *row, struct span name)
{
	struct span rest = span_str(row->name);

	while (row->place != SETTING_SECTION && rest.ptr != NULL) {
		struct span one = span_cut(&rest, ',');

		if (span_eq(span_trim(one), name))
			return true;
	}
	return false;
}

/* Print what the list says of name, or all of it if that is NULL. */
static bool
print_settings(const char *name)
{
	const struct setting_text *row, *section = NULL;
	bool any = false;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (row->place == SETTING_SECTION) {
			section = row;
			continue;
		}
		if (name != NULL && !is_about(row, span_str(name)))
			continue;
		if (section != NULL) {
			printf("%s%s: %s\n", any ? "\n" : "", section->name,
			    section->text);
			section = NULL;
		}
		printf("\n  %s (default: %s)\n", row->name, row->value);
		print_wrapped(row->text);
		any = true;
	}
	return any;
}

static void
complain_unknown(const char *name)
{
	struct spelling search = spelling_of(span_str(name));
	const struct setting_text *row;
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (row->old != NULL && strcmp(row->old, name) == 0) {
			log_line(&log_stderr, LVL_ERROR,
			    "\"%s\" is now called \"%s\"", name, row->name);
			return;
		}
		if (row->place != SETTING_SECTION && row->place != SETTING_NOTE)
			spelling_try(&search, row->name);
	}
	log_line(&log_stderr, LVL_ERROR, "there is no setting called \"%s\"%s",
	    shown_name(shown, span_str(name)), spelling_hint(hint, &search));
}

int
settings_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	if (print_settings(operand[0]))
		return CLI_OK;
	complain_unknown(operand[0]);
	return CLI_WRONG;
}
