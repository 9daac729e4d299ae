/* cmd_settings.c - hookdir settings: every setting and what it means. */
#include <stdio.h>
#include <string.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "cli.h"
#include "preset/setting.h"
#include "terminal.h"
#include "wrap.h"

#define INDENT 8

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
	const struct wrap wrap = {INDENT, terminal_text_width()};
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
		printf("%*s", INDENT, "");
		wrap_put(stdout, span_str(row->text), &wrap);
		putchar('\n');
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
