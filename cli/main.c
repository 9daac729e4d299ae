/*
 * hookdir - the command line of the receiver: check its settings, send it
 * events, read what it filed.
 *
 * This file knows the commands by their list only.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "cli.h"
#include "cmd_help.h"
#include "command.h"
#include "option.h"
#include "usage.h"

/* In the order of command_at(). */
static int (*const run[])(const struct options *opt, char *const operand[]) = {
#define COMMAND(name, ...) name##_run,
#include "command_list.h"
#undef COMMAND
};

/* The command that the line is about; NULL after saying what it lacks. */
static const struct command *
find_command(const struct option_line *line, const char *name)
{
	if (name != NULL)
		return command_find(name);
	if (line->bad[0] != '\0')
		usage_bad_option(line, NULL);
	else
		log_line(&log_stderr, LVL_ERROR, "no command");
	return NULL;
}

/* A full disk behind a redirection shows only at the end. */
static bool
output_ok(void)
{
	if (fflush(stdout) != 0) {
		log_line(&log_stderr, LVL_ERROR, "standard output: %s",
		    strerror(errno));
		return false;
	}
	if (ferror(stdout)) {
		log_line(&log_stderr, LVL_ERROR,
		    "standard output: not all of it could be written");
		return false;
	}
	return true;
}

/* --help, --version; false if the line has neither. */
static bool
is_question(const struct option_line *line, const char *name, int *rc)
{
	const struct command *cmd;

	if (line->bad[0] != '\0' || !(line->given['h'] || line->given['V']))
		return false;
	*rc = CLI_OK;
	if (line->given['V']) {
		puts("hookdir " HOOKDIR_VERSION);
	} else if (name == NULL) {
		help_overview();
	} else if ((cmd = command_find(name)) == NULL) {
		usage_hint(NULL);
		*rc = CLI_USAGE;
	} else if (!help_command(cmd)) {
		*rc = CLI_WRONG;
	}
	return true;
}

/* Those that read the settings go on as the receiver's user. */
static int
run_command(const struct command *cmd, struct options *opt,
    char *const operand[], int operands)
{
	char path[CONFIG_PATH_MAX];
	const int last = operands - 1;
	const char *file = NULL;
	size_t i = 0;
	int rc;

	if (last >= 0 && span_has(command_operand(cmd, last), "F"))
		file = operand[last];
	if (operands >= cmd->settings) {
		rc = cli_leave_root(opt, file, path);
		if (rc != CLI_OK)
			return rc;
	}
	while (command_at(i) != cmd)
		i++;
	return run[i](opt, operand);
}

int
main(int argc, char *argv[])
{
	const struct command *cmd;
	struct option_line line = {.opt = {.config = NULL, .input = -1}};
	char **operand;
	int rc, at;

	/* A file that is opened must not become one of these three. */
	while ((rc = open("/dev/null", O_RDWR)) >= 0 && rc <= STDERR_FILENO)
		continue;
	close(rc);
	at = option_read(argc, argv, &line);
	if (!is_question(&line, argv[at], &rc)) {
		cmd = find_command(&line, argv[at]);
		operand = argv + at + 1;
		if (cmd == NULL || !usage_fits(cmd, &line, argc - at - 1)) {
			usage_hint(cmd);
			return CLI_USAGE;
		}
		rc = run_command(cmd, &line.opt, operand, argc - at - 1);
	}
	return output_ok() ? rc : CLI_WRONG;
}
