/* mdoc.c - the texts of tables, with all that means something to roff. */
#include "../../man/mdoc.h"

#include <stdlib.h>

#include "base/stream.h"

#include "../tap.h"

/* What is written of text: as sentences, or else as arguments. */
static char *
written(const char *text, bool sentences)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);
	bool good = sentences ? mdoc_sentences(out, "hookdir.json.5", text)
			      : mdoc_arguments(out, "hookdir.json.5", text);

	if (stream_end(out, &got) && good)
		return got;
	free(got);
	return NULL;
}

static void
test_sentences(void)
{
	static const struct {
		const char *text, *want;
	} row[] = {
	    {"a word", "A word.\n"},
	    {"Ends.", "Ends.\n"},
	    {"hookdir keeps it", "hookdir keeps it.\n"},
	    {"é is small", "\\[u00E9] is small.\n"},
	    {"one. Two. hookdir: three", "One.\nTwo.\nhookdir: three.\n"},
	    {"one. `max_body` is two", "One.\n.Cm max_body\nis two.\n"},
	    {"RFC 9421. `x`", "RFC 9421.\n.Ql \\&x .\n"},
	    {"a is e.g. b", "A is e.g. b.\n"},
	    /* What roff would take for a request, an escape or a macro. */
	    {".TH 'x' is not `.TH`", "\\&.TH 'x' is not\n.Ql \\&.TH .\n"},
	    {"'tis", "\\&'tis.\n"},
	    {"a \\ and a \"\"", "A \\e and a \\(dq\\(dq.\n"},
	    {"`\\n`, ~ ^ …", ".Ql \\&\\en ,\n\\(ti \\(ha \\[u2026].\n"},
	    {"`Fl Ar`", ".Ql \"Fl Ar\" .\n"},
	    {"`No`", ".Ql \\&No .\n"},
	    {"`.`", ".Ql \\&. .\n"},
	    {"`\"\"`", ".Ql \\&\\(dq\\(dq .\n"},
	    {"`{\"a\": 'b-c'}`", ".Ql \"{\\(dqa\\(dq: \\(aqb\\-c\\(aq}\" .\n"},
	    {"`Bearer ` and ` UTC`", ".Ql Bearer\\ \nand\n.Ql \\ UTC .\n"},
	    /* What stands beside code. */
	    {"(`id`), (`/etc/x`)", ".Cm ( \\&id ) ,\n.Pa ( /etc/x ) .\n"},
	    {"`/` is short", ".Ql \\&/\nis short.\n"},
	    {"`~/x`", ".Pa \\&\\(ti/x .\n"},
	    {"the `NAME-*`s", "The\n.So Li NAME\\-* Sc Ns No \\&s .\n"},
	    {"x`id`: y", ".No \\&X Ns Cm \\&id :\ny.\n"},
	    {"`one`/`two`-x", ".So Li \\&one Sc Ns No \\&/ Ns So Li \\&two Sc "
			      "Ns No \\&-x .\n"},
	    /* Links. */
	    {"an [entry], see [challenges]",
		"An entry, see\n.Sx CHALLENGES .\n"},
	    {"see [the header of an event]", "See\n.Xr hookdir-inbox 5 .\n"},
	    {"[Standard Webhooks]; x",
		"Standard Webhooks in\n.Xr hookdir-signatures 7 ;\nx.\n"},
	    {"`[entry]`", ".Ql [entry] .\n"},
	    {"[nowhere]", NULL},
	    {"", NULL},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = written(row[i].text, true);

		is_str(got, row[i].want, "sentences: %s", row[i].text);
		free(got);
	}
}

static void
test_no_links(void)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);
	bool good = mdoc_sentences(out, NULL, "takes [--kid ID] and `[x]`");

	if (stream_end(out, &got) && good)
		is_str(got, "Takes [--kid ID] and\n.Ql \\&[x] .\n",
		    "a text without links");
	free(got);
}

static void
test_long(void)
{
	char *got = written("`a` word is put into a line, and where that "
			    "would be too long, it begins a line of its own",
	    true);

	is_str(got,
	    ".Ql \\&a\nword is put into a line, and where that would be too "
	    "long, it begins a\nline of its own.\n",
	    "lines are filled");
	free(got);
}

static void
test_arguments(void)
{
	static const struct {
		const char *text, *want;
	} row[] = {
	    {"none", " No none"},
	    {"8", " No \\&8"},
	    {"In the system's", " No \\&In \\&the system's"},
	    {"`hmac`", " So Li hmac Sc"},
	    {"`Authorization`, `Bearer `",
		" So Li Authorization Sc , So Li Bearer\\  Sc"},
	    {"`public_url`/NAME", " Cm public_url Ns No /NAME"},
	    {"it is `true`", " No \\&it \\&is So Li true Sc"},
	    {"`decompress` is true", " Cm decompress No \\&is true"},
	    {"[nowhere]", NULL},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = written(row[i].text, false);

		is_str(got, row[i].want, "arguments: %s", row[i].text);
		free(got);
	}
}

static void
test_values(void)
{
	static const struct {
		const char *text, *after, *want;
	} row[] = {
	    {"json:id", "", ".So Li json:id Sc\n"},
	    {"X-*", ",", ".So Li \\&X\\-* Sc ,\n"},
	    {"echo-json:subscription.status=webhook_verification_pending:"
	     "challenge",
		"",
		".So Li echo\\-json:subscription.status=\n.br\n"
		".Li webhook_verification_pending:challenge Sc\n"},
	    {"not_a_place_to_break_this_text_which_is_too_long_for_one_line",
		"",
		".So Li not_a_place_to_break_this_text_which_is_too_long_for_"
		"one_line Sc\n"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = NULL;
		size_t size;
		FILE *out = open_memstream(&got, &size);

		mdoc_code(out, row[i].text, row[i].after);
		if (stream_end(out, &got))
			is_str(got, row[i].want, "value: %s", row[i].text);
		free(got);
	}
}

static void
test_literal(void)
{
	static const struct {
		const char *line, *want;
	} row[] = {
	    {"a -b 'c' \"d\"\n", "a \\-b \\(aqc\\(aq \\(dqd\\(dq\n"},
	    {".Pp\n", "\\&.Pp\n"},
	    {"'\\n'\n", "\\&\\(aq\\en\\(aq\n"},
	    {"\t`x` ~ ^ …\n", "\t\\(gax\\(ga \\(ti \\(ha \\[u2026]\n"},
	    {"\n", "\n"},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = NULL;
		size_t size;
		FILE *out = open_memstream(&got, &size);

		mdoc_literal(out, row[i].line);
		if (stream_end(out, &got))
			is_str(got, row[i].want, "literal: %s", row[i].line);
		free(got);
	}
}

int
main(void)
{
	test_sentences();
	test_no_links();
	test_long();
	test_arguments();
	test_values();
	test_literal();
	return done();
}
