/* tables.c - the tables of the code as lists of mdoc(7). */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#include "../cli/command.h"
#include "../cli/exit_status.h"
#include "../cli/option.h"
#include "../cli/preset_list.h"
#include "base/span.h"
#include "base/stream.h"
#include "mdoc.h"
#include "preset/preset.h"
#include "verify/schemes.h"

/* The settings of the section that has this title in the list. */
static bool
put_settings(FILE *out, const char *page, const char *title)
{
	const struct setting_text *row;
	bool inside = false, any = false;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		if (row->place == SETTING_SECTION) {
			inside = strcmp(row->name, title) == 0;
			continue;
		}
		if (!inside)
			continue;
		fputs(any ? ".It" : ".Bl -tag -width Ds\n.It", out);
		any = true;
		for (struct span rest = span_str(row->name), name;
		     rest.ptr != NULL;) {
			name = span_trim(span_cut(&rest, ','));
			fprintf(out, " Cm %.*s%s", SPAN_ARGS(name),
			    rest.ptr == NULL ? "" : " ,");
		}
		fputs(" Pq No default:", out);
		if (!mdoc_arguments(out, page, row->value))
			return false;
		putc('\n', out);
		if (!mdoc_sentences(out, page, row->text))
			return false;
	}
	fputs(any ? ".El\n" : "", out);
	return any;
}

/* One row a preset: name, scheme, what it needs, for how long it retries. */
static bool
put_presets(FILE *out, const char *page, const char *argument)
{
	const struct preset *preset = preset_list_after("");
	char needs[PRESET_NEEDS_MAX];

	(void)page;
	fputs(".Bl -column standard-webhooks standard \"secret, verify_token\" "
	      "\"264 h\"\n"
	      ".It Sy preset Ta Sy scheme Ta Sy needs Ta Sy retries\n",
	    out);
	for (; preset != NULL; preset = preset_list_after(preset->name)) {
		fprintf(out, ".It Cm %s Ta %s Ta ", preset->name,
		    scheme_of(preset)->name);
		preset_list_needs(needs, preset);
		for (const char *c = needs; *c != '\0'; c++) {
			putc(*c, out);
			if (*c == ',')
				putc(' ', out);
		}
		if (preset->sender_retry_hours > 0)
			fprintf(out, " Ta %ld h\n", preset->sender_retry_hours);
		else
			fputs(" Ta \\&-\n", out);
	}
	fputs(".El\n", out);
	return argument[0] == '\0';
}

/* A row of the list of one preset, in words; none for what is not unusual. */
static void
put_fact(FILE *out, const char *name, const char *text)
{
	if (strcmp(text, "-") == 0 || strcmp(text, "in one way only") == 0)
		return;
	fprintf(out, ".It %s\n", name);
	mdoc_plain(out, text);
}

/* The same for the value of a setting. */
static void
put_value(FILE *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	fprintf(out, ".It %s\n", name);
	mdoc_code(out, value, "");
}

static void
put_status(FILE *out, const char *name, long status)
{
	char text[32];

	if (status == 0)
		return;
	snprintf(text, sizeof(text), "%ld", status);
	put_fact(out, name, text);
}

/* The words of lines "// NAME: TEXT". */
static bool
put_facts(FILE *out, char *lines)
{
	char *rest = lines, *line;

	while ((line = strtok_r(rest, "\n", &rest)) != NULL) {
		char *text = strstr(line, ": ");

		if (text == NULL)
			return false;
		*text = '\0';
		put_fact(out, line + strlen("// "), text + 2);
	}
	return true;
}

/* What preset_facts() writes of the preset: to be freed, or NULL. */
static char *
facts_of(const struct preset *preset)
{
	char *lines = NULL;
	size_t size;
	FILE *memory = open_memstream(&lines, &size);
	bool good = memory != NULL && preset_list_facts(memory, preset);

	if (memory == NULL || !stream_end(memory, &lines) || good)
		return lines;
	free(lines);
	return NULL;
}

static bool
put_coverage(FILE *out, const struct preset *preset)
{
	char *lines = facts_of(preset);
	bool good = lines != NULL && put_facts(out, lines);

	free(lines);
	return good;
}

/* The names of those that can be replayed for ever, as a sentence. */
static bool
put_replayed(FILE *out, const char *page, const char *argument)
{
	const struct preset *preset = preset_list_after("");
	const char *last = NULL;

	(void)page;
	for (; preset != NULL; preset = preset_list_after(preset->name)) {
		char *lines = facts_of(preset);

		if (lines == NULL)
			return false;
		if (strstr(lines, "\n// a replay is filed: for ever") != NULL) {
			if (last != NULL)
				fprintf(out, ".Cm %s ,\n", last);
			last = preset->name;
		}
		free(lines);
	}
	if (last != NULL)
		fprintf(out, ".Cm %s .\n", last);
	return last != NULL && argument[0] == '\0';
}

/* Where it has an event's id and type, what is kept, what is answered. */
static void
put_event(FILE *out, const struct preset *preset)
{
	if (preset->id == NULL)
		put_fact(out, "id", "the digest of the signed text");
	put_value(out, "id", preset->id);
	put_value(out, "type", preset->type);
	if (preset->keep_headers[0] != NULL)
		fputs(".It headers kept\n", out);
	for (size_t i = 0; i < PRESET_KEPT; i++) {
		const char *const *kept = &preset->keep_headers[i];

		if (kept[0] != NULL)
			mdoc_code(out, kept[0],
			    i + 1 < PRESET_KEPT && kept[1] != NULL ? "," : "");
	}
	put_value(out, "challenge", preset->challenge);
	put_status(out, "refused with", preset->reject_status);
	put_status(out, "accepted with", preset->accept_status);
	put_value(out, "accepted with", preset->accept_body);
}

/* All that there is to say of each preset. */
static bool
put_preset_facts(FILE *out, const char *page, const char *argument)
{
	const struct preset *preset = preset_list_after("");
	bool good = argument[0] == '\0';

	fputs(".Bl -tag -width Ds\n", out);
	for (; preset != NULL && good;
	     preset = preset_list_after(preset->name)) {
		fprintf(out, ".It Cm %s\n", preset->name);
		good = (preset->note == NULL ||
			mdoc_sentences(out, page, preset->note));
		fputs(".Bl -tag -width \"a replay is filed\" -compact\n", out);
		good = good && put_coverage(out, preset);
		put_event(out, preset);
		fputs(".El\n", out);
	}
	fputs(".El\n", out);
	return good;
}

/* The lines that the header of an event can have. */
static bool
put_event_lines(FILE *out, const char *page, const char *argument)
{
	static const struct {
		bool own; /* hookdir's own: its name is written as it is */
		const char *name, *when, *value, *is_signed;
	} row[] = {
#define EVENT_LINE(id, name, when, value, is_signed) \
	{true, name, when, value, is_signed},
#define EVENT_REQUEST(names, when, value, is_signed) \
	{false, names, when, value, is_signed},
#include "event_lines.h"
	};

	fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		fprintf(
		    out, ".It %s%s Pq", row[i].own ? "Li " : "", row[i].name);
		if (!mdoc_arguments(out, page, row[i].when))
			return false;
		putc('\n', out);
		if (!mdoc_sentences(out, page, row[i].value))
			return false;
		fputs(".br\n.No Signed:", out);
		if (!mdoc_arguments(out, page, row[i].is_signed))
			return false;
		fputs(" .\n", out);
	}
	fputs(".El\n", out);
	return argument[0] == '\0';
}

/* text, which has no Markdown, as arguments of a macro that takes none. */
static void
put_words(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		fprintf(out, *text == '-' ? "\\%c" : "%c", *text);
}

/* One line each: the commands and what they are for, in their groups. */
static bool
put_commands(FILE *out, const char *page, const char *argument)
{
	const struct command *cmd;
	const char *group = "";

	(void)page;
	for (size_t i = 0; (cmd = command_at(i)) != NULL; i++) {
		if (cmd->group == NULL)
			continue;
		if (strcmp(cmd->group, group) != 0)
			fprintf(out, "%s.Bl -tag -width settings -compact\n",
			    i == 0 ? "" : ".El\n.Pp\n");
		group = cmd->group;
		fprintf(out, ".It Cm %s\n", cmd->name);
		if (!mdoc_sentences(out, NULL, cmd->summary))
			return false;
	}
	fputs(".El\n", out);
	return argument[0] == '\0';
}

/* An item for an option: "-c, --config SETTINGS", and its meaning. */
static bool
put_option(FILE *out, const struct option_text *option, const char *meaning)
{
	fputs(".It", out);
	if (option->is_short)
		fprintf(out, " Fl %c ,", option->letter);
	fputs(" Fl \\-", out);
	put_words(out, option->name);
	if (option->argument != NULL)
		fprintf(out, " Ar %s", option->argument);
	putc('\n', out);
	return mdoc_sentences(out, NULL, meaning);
}

/* The options of the command; without one, those of all commands. */
static bool
put_options(FILE *out, const char *page, const char *command)
{
	const struct option_text *option;
	bool any = false;

	(void)page;
	for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
		const char *meaning = option_meaning(option->letter, command);
		bool of_all = option_meaning(option->letter, "") != NULL;

		if (meaning == NULL || of_all != (command[0] == '\0'))
			continue;
		fputs(any ? "" : ".Bl -tag -width Ds\n", out);
		any = true;
		if (!put_option(out, option, meaning))
			return false;
	}
	fputs(any ? ".El\n" : "", out);
	return true;
}

/* An item for a command: its usage, what it does, and its options. */
static bool
put_command(FILE *out, const char *page, const char *name)
{
	const struct command *cmd = command_find(name);

	if (cmd == NULL)
		return false;
	fprintf(out, ".It Cm %s ", cmd->name);
	put_words(out, cmd->arguments);
	putc('\n', out);
	return mdoc_sentences(out, NULL,
		   cmd->detail == NULL ? cmd->summary : cmd->detail) &&
	       put_options(out, page, cmd->name);
}

/* The exit statuses of the command line. */
static bool
put_exit(FILE *out, const char *page, const char *argument)
{
	static const struct {
		int number;
		const char *text;
	} row[] = {
#define ROW(name, number, words, text) {number, text},
	    EXIT_STATUSES(ROW)
#undef ROW
	};

	fputs(".Bl -tag -width 78 -compact\n", out);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		fprintf(out, ".It %d\n", row[i].number);
		if (!mdoc_sentences(out, page, row[i].text))
			return false;
	}
	fputs(".El\n", out);
	return argument[0] == '\0';
}

bool
tables_put(FILE *out, const char *page, const char *name, const char *argument)
{
	static const struct {
		const char *name;
		bool (*put)(FILE *out, const char *page, const char *argument);
	} table[] = {
	    {"settings", put_settings},
	    {"presets", put_presets},
	    {"preset-facts", put_preset_facts},
	    {"presets-replayed", put_replayed},
	    {"event-lines", put_event_lines},
	    {"commands", put_commands},
	    {"command", put_command},
	    {"options", put_options},
	    {"exit", put_exit},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].name, name) == 0)
			return table[i].put(out, page, argument);
	}
	return false;
}
