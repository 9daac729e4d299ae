/*
 * exit_status.h - the exit statuses of hookdir: THE list of them.
 *
 * The overview of `hookdir help` and the manual's table are made from it.
 */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

#include "config/run_as.h"

/* clang-format off */
/* row(name, number, words for the overview, text of the manual) */
#define EXIT_STATUSES(row) \
	row(CLI_OK, 0, "success", \
	    "success") \
	row(CLI_WRONG, 1, "something is wrong", \
	    "something is wrong, or is not there, or is left to do; the line on " \
	    "standard error says what") \
	row(CLI_USAGE, 2, "wrong usage", \
	    "the command line is wrong") \
	row(CLI_NO_USER, 78, "no user to become", \
	    "root started the command, and the settings name no user to go on " \
	    "as, or root itself: set `user`")
/* clang-format on */

#define EXIT_STATUS_NAME(name, number, words, text) name = (number),
enum exit_status { EXIT_STATUSES(EXIT_STATUS_NAME) };
#undef EXIT_STATUS_NAME

/* The help shows the number itself. */
_Static_assert(CLI_NO_USER == RUN_AS_EXIT, "one status for it");

#endif
