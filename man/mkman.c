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
 *	.\" @presets-replayed@	the presets whose deliveries can be replayed for ever
 *	.\" @event-lines@	the lines of event_lines.h
 *	.\" @commands@		the commands of command_list.h, a line each
 *	.\" @command NAME@	an item of a list: one command and its options
 *	.\" @options NAME@	the options of one command; without NAME, of all
 *	.\" @exit@		the exit statuses of hookdir
 *
 * An example stands in it as it is, to be pasted and tested, between
 *
 *	.\" @example LANGUAGE...@	such as sh or json; for tests
 *	.\" @example LANGUAGE... wide@	not indented
 *	.\" @end@
 *
 * Elsewhere, @WORD@ in capitals stands for the TEXT that the Makefile gives.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mdoc.h"
#include "tables.h"
#include "words.h"

#define LINE_ROOM 1024
#define MARK      ".\\\" @"
#define EXAMPLE   MARK "example "
#define WIDE      " wide@\n"
#define END       MARK "end@\n"

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

/* Write line, which is of an example. */
static bool
put_example(FILE *out, char *const words[], const char *line)
{
	char *filled = words_fill(words, line);

	if (filled != NULL)
		mdoc_literal(out, filled);
	free(filled);
	return filled != NULL;
}

/* Write a line of the source, which is in an example or not. */
static bool
put_any(
    FILE *out, const char *page, char *const words[], char *line, bool *example)
{
	if (strncmp(line, EXAMPLE, strlen(EXAMPLE)) == 0) {
		fprintf(out, ".Bd -literal%s\n",
		    strstr(line, WIDE) == NULL ? " -offset indent" : "");
		*example = true;
		return true;
	}
	if (strcmp(line, END) == 0) {
		fputs(".Ed\n", out);
		*example = false;
		return true;
	}
	if (*example)
		return put_example(out, words, line);
	if (strncmp(line, MARK, strlen(MARK)) == 0)
		return put_table(out, page, line);
	return words_put(out, words, line);
}

static bool
put_page(FILE *out, FILE *in, const char *path, char *const words[])
{
	const char *slash = strrchr(path, '/');
	const char *page = slash == NULL ? path : slash + 1;
	char line[LINE_ROOM];
	bool example = false;

	for (int number = 1; fgets(line, sizeof(line), in) != NULL; number++) {
		if (strchr(line, '\n') != NULL &&
		    put_any(out, page, words, line, &example))
			continue;
		fprintf(stderr, "%s:%d: cannot be filled in\n", path, number);
		return false;
	}
	if (example)
		fprintf(stderr, "%s: an example has no end\n", path);
	return !example && !ferror(in);
}

int
main(int argc, char *argv[])
{
	FILE *in;
	bool good;

	if (argc < 2) {
		fputs("usage: mkman SOURCE [WORD=TEXT...]\n", stderr);
		return EXIT_FAILURE;
	}
	if ((in = fopen(argv[1], "r")) == NULL) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	good = put_page(stdout, in, argv[1], argv + 2);
	fclose(in);
	return good && fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS
							      : EXIT_FAILURE;
}
