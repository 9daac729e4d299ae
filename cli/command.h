/*
 * command.h - the commands of hookdir as data: what each takes, what it is for.
 *
 * The one list is command_list.h.  The command line, its help, completion and
 * the manual page are made from it.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "base/span.h"

struct command {
	const char *name;
	const char *group; /* of the overview; NULL: not for people */
	int min, max;      /* operands */
	/*
	 * With so many operands or more, it reads the settings, and root
	 * becomes the receiver's user.
	 */
	int settings;
	/*
	 * What the operands are, for completion: one word each, of which the
	 * last counts for all that follow.  The letters of a word:
	 *
	 *	P  a provider       E  an event's id    H  a held delivery's id
	 *	F  a file           R  a preset         S  a setting
	 *	=  a setting and a '='                  C  a command
	 *	M  the id of an event that was filed before
	 *	W  the id of an event in new/, later/, failed/ or done/
	 *	.  nothing that could be known
	 */
	const char *operands;
	const char *arguments; /* of the usage line */
	const char *summary;   /* one line for the overview */
	const char *detail;    /* sentences; NULL: the summary says it all */
};

/* Command i of the list, or NULL behind the last.  Static. */
const struct command *command_at(size_t i);

/*
 * The command called name, or NULL after saying that there is none, and which
 * one was probably meant.
 */
const struct command *command_find(const char *name);

/* The letters of the word for operand i, which counts from 0. */
struct span command_operand(const struct command *cmd, int i);

#endif
