/* terminal.c - asks the terminal and the environment. */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"
#include "wrap.h"

#define WIDTH_USUAL 80    /* of a terminal that does not know it */
#define WIDTH_MAX   10000 /* more is a mistake */

size_t
terminal_width(void)
{
	const char *text = getenv("COLUMNS");
	long long columns = span_number(span_str(text));
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (columns > 0 && columns <= WIDTH_MAX)
		return (size_t)columns;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return WIDTH_USUAL;
}

size_t
terminal_text_width(void)
{
	size_t width = terminal_width();

	return width == 0 || width > WRAP_USUAL ? WRAP_USUAL : width;
}

/* What stands for what is cut. */
static const char *
cut_mark(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8 = locale != (locale_t)0 &&
		    strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	if (locale != (locale_t)0)
		freelocale(locale);
	return utf8 ? "\xe2\x80\xa6" : "...";
}

struct table_look
terminal_look(const struct options *opt)
{
	struct table_look look = {.header = !opt->no_header, .mark = ""};

	if (!opt->long_form)
		look.width = terminal_width();
	if (look.width > 0)
		look.mark = cut_mark();
	return look;
}

bool
terminal_table(struct table *table, const struct options *opt)
{
	const struct table_look look = terminal_look(opt);

	if (table_print(table, stdout, &look))
		return true;
	log_line(&log_stderr, LVL_ERROR, "out of memory");
	return false;
}
