/*
 * mkman - make a manual page of its source.
 *
 * Usage: mkman man/NAME.SECTION [WORD=TEXT...] >build/man/NAME.SECTION
 *
 * A source is mdoc(7).  A line of it that is a mark stands for a table:
 *
 *	.\" @settings TITLE@	settings of a section of preset/setting_list.h
 *	.\" @presets@		the presets: scheme, needs, retries
 *	.\" @preset-facts@	the presets: notes, what a signature shows, events
 *	.\" @event-lines@	the lines of event_lines.h
 *
 * Elsewhere, @WORD@ in capitals stands for the TEXT that the Makefile gives.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

#define LINE_ROOM  1024
#define MARK       ".\\\" @"
#define WORD_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The text of the word that line begins with, or NULL; *len: of its name. */
static const char *
find_word(char *const words[], const char *line, size_t *len)
{
	*len = strspn(line, WORD_BYTES);
	for (; *words != NULL; words++) {
		if (strncmp(*words, line, *len) == 0 && (*words)[*len] == '=')
			return *words + *len + 1;
	}
	return NULL;
}

/* Write line with its words replaced; false if there is one without a text. */
static bool
put_line(FILE *out, char *const words[], const char *line)
{
	for (; *line != '\0'; line++) {
		size_t len = *line == '@' ? strspn(line + 1, WORD_BYTES) : 0;
		const char *text;

		if (len == 0 || line[len + 1] != '@') {
			putc(*line, out);
			continue;
		}
		if ((text = find_word(words, line + 1, &len)) == NULL)
			return false;
		fputs(text, out);
		line += len + 1;
	}
	return true;
}

/* Write the table that line, which begins with MARK, stands for. */
static bool
put_table(FILE *out, const char *page, char *line)
{
	char *name = line + strlen(MARK), *argument;
	size_t len = strlen(name);

	if (len < 2 || strcmp(name + len - 2, "@\n") != 0)
		return false;
	name[len - 2] = '\0';
	argument = name + strcspn(name, " ");
	if (*argument != '\0')
		*argument++ = '\0';
	return tables_put(out, page, name, argument);
}

static bool
put_page(FILE *out, FILE *in, const char *path, char *const words[])
{
	const char *slash = strrchr(path, '/');
	const char *page = slash == NULL ? path : slash + 1;
	char line[LINE_ROOM];

	for (int number = 1; fgets(line, sizeof(line), in) != NULL; number++) {
		if (strncmp(line, MARK, strlen(MARK)) == 0
			? put_table(out, page, line)
			: put_line(out, words, line))
			continue;
		fprintf(stderr, "%s:%d: cannot be filled in\n", path, number);
		return false;
	}
	return !ferror(in);
}

int
main(int argc, char *argv[])
{
	FILE *in;
	bool good;

	if (argc < 2 || (in = fopen(argv[1], "r")) == NULL) {
		perror(argc < 2 ? "usage: mkman SOURCE" : argv[1]);
		return EXIT_FAILURE;
	}
	good = put_page(stdout, in, argv[1], argv + 2);
	fclose(in);
	return good && fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS
							      : EXIT_FAILURE;
}
