/* complete_line.c - which word of a command line is what. */
#include <stdio.h>
#include <string.h>

#include "complete_line.h"

/* What the words so far say. */
struct reading {
	struct complete_line *line;
	int operands; /* behind the command */
	bool all_operands;
	bool no_such;                   /* the command is none */
	const struct option_text *open; /* an option that lacks its value */
};

/* The option that word is, without a value in it; or NULL. */
static const struct option_text *
find_option(struct span word)
{
	const struct option_text *o;

	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		if (span_starts(word, span_str("--"))
			? span_is(span_skip(word, 2), o->name)
			: o->is_short && word.ptr[word.len - 1] ==
					     (unsigned char)o->letter)
			return o;
	}
	return NULL;
}

static bool
is_option(const struct reading *r, const char *word)
{
	return !r->all_operands && word[0] == '-' && word[1] != '\0';
}

static void
take_operand(struct reading *r, const char *word)
{
	const struct command *cmd;

	if (r->line->cmd != NULL) {
		if (r->operands++ == 0)
			r->line->provider = word;
		return;
	}
	for (size_t i = 0; (cmd = command_at(i)) != NULL; i++) {
		if (strcmp(cmd->name, word) == 0)
			r->line->cmd = cmd;
	}
	r->no_such = r->line->cmd == NULL;
}

/* A word that is whole. */
static void
take(struct reading *r, const char *word)
{
	const struct option_text *open = r->open;
	const char *value = strchr(word, '=');

	r->open = NULL;
	if (open != NULL) {
		if (open->letter == 'c')
			r->line->config = word;
	} else if (is_option(r, word) && strcmp(word, "--") == 0) {
		r->all_operands = true;
	} else if (is_option(r, word)) {
		open = find_option(span_before(span_str(word), '='));
		if (open != NULL && open->letter == 'c' && value != NULL)
			r->line->config = value + 1;
		if (open != NULL && open->argument != NULL && value == NULL)
			r->open = open;
	} else {
		take_operand(r, word);
	}
}

/* The word that is being written. */
static void
take_last(struct reading *r, const char *word)
{
	struct complete_line *line = r->line;
	const struct option_text *open = r->open;
	struct span letters = span_str("C");
	const char one[] = {open == NULL ? '\0' : open->operand, '\0'};

	line->word = word;
	if (open != NULL) {
		letters = span_str(one);
	} else if (!r->all_operands && word[0] == '-') {
		line->wants_option = true;
		letters = span_str("");
	} else if (line->cmd != NULL || r->no_such) {
		letters = !r->no_such && r->operands < line->cmd->max
			      ? command_operand(line->cmd, r->operands)
			      : span_str("");
	}
	snprintf(
	    line->letters, sizeof(line->letters), "%.*s", SPAN_ARGS(letters));
}

/* "--preset=gi": the value is written, behind what stays. */
static bool
take_value(struct reading *r, const char *word)
{
	const char *value = strchr(word, '=');
	const struct option_text *o;

	if (r->open != NULL || !is_option(r, word) || value == NULL)
		return false;
	o = find_option(span_before(span_str(word), '='));
	r->line->word = value + 1;
	if (o != NULL && o->argument != NULL && o->operand != 'F') {
		snprintf(
		    r->line->before, sizeof(r->line->before), "--%s=", o->name);
		r->line->letters[0] = o->operand;
	}
	return true;
}

void
complete_line_read(struct complete_line *line, char *const word[])
{
	struct reading r = {.line = line};
	size_t n = 0;

	*line = (struct complete_line){.word = ""};
	while (word[n] != NULL)
		n++;
	for (size_t i = 0; i + 1 < n; i++)
		take(&r, word[i]);
	if (n > 0 && !take_value(&r, word[n - 1]))
		take_last(&r, word[n - 1]);
}
