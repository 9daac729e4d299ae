/*
 * hookdir - the command line of the receiver: check its settings, send it
 * events, read what it filed.
 *
 * This file knows the commands by their table only.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "cli.h"

static int help_run(const struct options *opt, char *const operand[]);

static const struct command {
	const char *name;
	int (*run)(const struct options *opt, char *const operand[]);
	const char *options; /* letters of the options that it takes */
	int min, max;        /* operands */
	int file;            /* 1: the last of them is a file */
	const char *arguments, *help;
} table[] = {
    {"check", check_run, "cd", 0, 0, 0, "[--document-root DIR]",
	"report what is wrong or risky here; run it as the receiver's user\n"
	"        or as root"},
    {"sign", sign_run, "ct9ik", 1, 2, 0,
	"[-t TIME] [KEY] PROVIDER [URL] < BODY",
	"print the headers that the provider would send with this body"},
    {"send", send_run, "cts9ik", 2, 2, 0,
	"[-s] [-t TIME] [KEY] PROVIDER URL [< BODY]",
	"post it signed; with -s, or without a body, a sample event"},
    {"list", list_run, "cjw", 0, 1, 0, "[--cur] [--json] [PROVIDER]",
	"list events, oldest first: time, provider, id, type, bytes, file"},
    {"explain", explain_run, "ct", 1, 2, 1, "[-t TIME] [PROVIDER] FILE",
	"say why a saved request or a held delivery is refused, and what to\n"
	"        change; without PROVIDER, which entries and presets it fits"},
    {"hold", hold_run, "c", 0, 2, 0, "[PROVIDER [ID]]",
	"list refused deliveries that are held: time, provider, bytes, id,\n"
	"        reason; or print one as it was received"},
    {"reverify", reverify_run, "c", 1, 1, 0, "PROVIDER",
	"file the held deliveries that verify now; say how many are left"},
    {"keys", keys_run, "cr", 0, 1, 0, "[--refresh] [PROVIDER]",
	"list public keys: provider, id, type, bits, age, source"},
    {"cat", cat_run, "", 1, 1, 0, "FILE",
	"print the body of an event file; - is standard input"},
    {"sweep", sweep_run, "c", 0, 1, 0, "[PROVIDER]",
	"remove what crashes left behind, and old dedup marks"},
    {"presets", presets_run, "", 0, 1, 0, "[NAME]",
	"list presets: name, scheme, settings that it needs, how long the\n"
	"        sender retries, note; or print the entry that one stands for"},
    {"settings", settings_run, "", 0, 1, 0, "[NAME]",
	"list the settings: name, default, meaning; or print one of them"},
    {"help", help_run, "", 0, 0, 0, "", "print this"},
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

static const struct option long_option[] = {
    {"config", required_argument, NULL, 'c'},
    {"cur", no_argument, NULL, 'w'},
    {"document-root", required_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {"json", no_argument, NULL, 'j'},
    {"key", required_argument, NULL, 'k'},
    {"kid", required_argument, NULL, 'i'},
    {"refresh", no_argument, NULL, 'r'},
    {"rfc9421", no_argument, NULL, '9'},
    {"sample", no_argument, NULL, 's'},
    {"time", required_argument, NULL, 't'},
    {NULL, 0, NULL, 0},
};

static void
usage(FILE *out)
{
	fputs("usage: hookdir [-c SETTINGS] COMMAND ...\n\n", out);
	for (size_t i = 0; i < TABLE_N; i++)
		fprintf(out, "  hookdir %s%s%s\n        %s\n", table[i].name,
		    table[i].arguments[0] == '\0' ? "" : " ",
		    table[i].arguments, table[i].help);
	fputs(
	    "\nTIME is what the sender would write as the signed time.\n"
	    "KEY is for signatures by private key: --key FILE (in PEM), "
	    "--kid ID,\nand of HTTP signatures --rfc9421 for the newer form.  "
	    "--refresh fetches\nkey sets now.  --json prints one JSON object "
	    "a line; --cur lists the events\nthat consumers are working on.  "
	    "Exit status: 0 success, 1 something is\nwrong, 2 wrong usage.\n",
	    out);
}

static int
help_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	usage(stdout);
	return CLI_OK;
}

/* Where the options of a command go: a string, or else a flag. */
static const struct target {
	char letter;
	bool text;
	size_t offset;
} target[] = {
    {'c', true, offsetof(struct options, config)},
    {'d', true, offsetof(struct options, document_root)},
    {'i', true, offsetof(struct options, kid)},
    {'j', false, offsetof(struct options, json)},
    {'k', true, offsetof(struct options, key)},
    {'r', false, offsetof(struct options, refresh)},
    {'9', false, offsetof(struct options, rfc9421)},
    {'s', false, offsetof(struct options, sample)},
    {'t', true, offsetof(struct options, time)},
    {'w', false, offsetof(struct options, cur)},
};

static void
set_option(struct options *opt, int letter)
{
	const char *text = optarg;
	const bool set = true;

	for (size_t i = 0; i < sizeof(target) / sizeof(target[0]); i++) {
		if (target[i].letter != letter)
			continue;
		if (target[i].text)
			memcpy((char *)opt + target[i].offset, &text,
			    sizeof(text));
		else
			memcpy(
			    (char *)opt + target[i].offset, &set, sizeof(set));
	}
}

/* Read the options into *opt and the letters seen into given. */
static bool
read_options(int argc, char *argv[], struct options *opt, char given[256])
{
	int c;

	while (
	    (c = getopt_long(argc, argv, "c:hst:", long_option, NULL)) != -1) {
		if (c == '?')
			return false;
		set_option(opt, c);
		given[(unsigned char)c] = (char)c;
	}
	return true;
}

/* The command that the command line asks for, or NULL after complaining. */
static const struct command *
find_command(const char *name, int operands, const char given[256])
{
	struct spelling search = spelling_of(span_str(name));
	const struct command *cmd = NULL;
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];

	for (size_t i = 0; name != NULL && i < TABLE_N; i++) {
		if (strcmp(table[i].name, name) == 0)
			cmd = &table[i];
		spelling_try(&search, table[i].name);
	}
	if (cmd == NULL) {
		if (name != NULL)
			log_line(&log_stderr, LVL_ERROR,
			    "%s: no such command%s",
			    shown_name(shown, span_str(name)),
			    spelling_hint(hint, &search));
		return NULL;
	}
	for (int c = 1; c < 256; c++) {
		if (given[c] == '\0' || strchr(cmd->options, c) != NULL)
			continue;
		log_line(
		    &log_stderr, LVL_ERROR, "%s: takes no such option", name);
		return NULL;
	}
	if (operands < cmd->min || operands > cmd->max) {
		log_line(&log_stderr, LVL_ERROR, "%s: takes %s", name,
		    cmd->max == 0 ? "no arguments" : cmd->arguments);
		return NULL;
	}
	return cmd;
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

int
main(int argc, char *argv[])
{
	const struct command *cmd;
	struct options opt = {.config = NULL, .input = -1};
	char given[256] = {0}, path[CONFIG_PATH_MAX];
	int rc;

	/* A file that is opened must not become one of these three. */
	while ((rc = open("/dev/null", O_RDWR)) >= 0 && rc <= STDERR_FILENO)
		continue;
	close(rc);
	if (!read_options(argc, argv, &opt, given)) {
		usage(stderr);
		return CLI_USAGE;
	}
	if (given['h'] != '\0')
		return help_run(&opt, argv);
	cmd = find_command(argv[optind], argc - optind - 1, given);
	if (cmd == NULL) {
		usage(stderr);
		return CLI_USAGE;
	}
	/* Those that need settings.  A private key may be for root only. */
	if (strchr(cmd->options, 'c') != NULL && opt.key == NULL &&
	    !cli_leave_root(&opt, cmd->file == 0 ? NULL : argv[argc - 1], path))
		return CLI_WRONG;
	rc = cmd->run(&opt, argv + optind + 1);
	return output_ok() ? rc : CLI_WRONG;
}
