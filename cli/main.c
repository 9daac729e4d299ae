/*
 * hookdir - the command line of the receiver: check its settings, send it
 * events, read what it filed.
 *
 * This file knows the commands by their table only.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/spelling.h"
#include "cli.h"

static int help_run(const struct options *opt, char *const operand[]);

static const struct command {
	const char *name;
	int (*run)(const struct options *opt, char *const operand[]);
	const char *options; /* letters of the options that it takes */
	int min, max;        /* operands */
	const char *arguments, *help;
} table[] = {
    {"check", check_run, "cd", 0, 0, "[--document-root DIR]",
	"say what is wrong or unwise here; run it as the receiver's user"},
    {"sign", sign_run, "ct9ik", 1, 2, "[-t TIME] [KEY] PROVIDER [URL] < BODY",
	"print the headers that the provider would send with this body"},
    {"send", send_run, "cts9ik", 2, 2,
	"[-s] [-t TIME] [KEY] PROVIDER URL [< BODY]",
	"post it signed; a sample with -s, or where there is no body"},
    {"list", list_run, "cjw", 0, 1, "[--cur] [--json] [PROVIDER]",
	"events, oldest first: time, provider, id, type, bytes, file"},
    {"explain", explain_run, "ct", 2, 2, "[-t TIME] PROVIDER FILE",
	"why a saved request or a held delivery is refused, and what to "
	"change"},
    {"hold", hold_run, "c", 0, 2, "[PROVIDER [ID]]",
	"refused deliveries that are kept: time, provider, bytes, id, reason;\n"
	"        or one of them, as it came"},
    {"reverify", reverify_run, "c", 1, 1, "PROVIDER",
	"file those that verify now, and say how many are left"},
    {"keys", keys_run, "cr", 0, 1, "[--refresh] [PROVIDER]",
	"public keys: provider, id, type, bits, age, source"},
    {"cat", cat_run, "", 1, 1, "FILE",
	"print the body of an event file; - is standard input"},
    {"sweep", sweep_run, "c", 0, 1, "[PROVIDER]",
	"remove what crashes left behind, and marks that are too old"},
    {"presets", presets_run, "", 0, 1, "[NAME]",
	"known providers: name, scheme, what the entry must say, how long it\n"
	"        sends again, note; or one of them as the entry it stands for"},
    {"settings", settings_run, "", 0, 1, "[NAME]",
	"what the settings file may say: name, default, meaning; or one of "
	"them"},
    {"help", help_run, "", 0, 0, "", "print this"},
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
	    "KEY is for HTTP signatures: --key FILE (a private key in PEM), "
	    "--kid ID,\nand --rfc9421 for the newer form.  --refresh fetches "
	    "key sets now.\n"
	    "--json gives one JSON object a line; --cur lists the events\n"
	    "that consumers are working on.  Exit status: 0 fine, 1 something\n"
	    "is wrong, 2 wrong usage.\n",
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

/* Read the options into *opt and the letters seen into given. */
static bool
read_options(int argc, char *argv[], struct options *opt, char given[256])
{
	int c;

	while (
	    (c = getopt_long(argc, argv, "c:hst:", long_option, NULL)) != -1) {
		switch (c) {
		case 'c':
			opt->config = optarg;
			break;
		case 'd':
			opt->document_root = optarg;
			break;
		case 'h':
			break;
		case 'j':
			opt->json = true;
			break;
		case 'i':
			opt->kid = optarg;
			break;
		case 'k':
			opt->key = optarg;
			break;
		case 'r':
			opt->refresh = true;
			break;
		case '9':
			opt->rfc9421 = true;
			break;
		case 's':
			opt->sample = true;
			break;
		case 't':
			opt->time = optarg;
			break;
		case 'w':
			opt->cur = true;
			break;
		default:
			return false;
		}
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
	char hint[SPELLING_HINT_MAX];

	for (size_t i = 0; name != NULL && i < TABLE_N; i++) {
		if (strcmp(table[i].name, name) == 0)
			cmd = &table[i];
		spelling_try(&search, table[i].name);
	}
	if (cmd == NULL) {
		if (name != NULL)
			log_line(&log_stderr, LVL_ERROR,
			    "%s: no such command%s", name,
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

int
main(int argc, char *argv[])
{
	const struct command *cmd;
	struct options opt = {.config = NULL};
	char given[256] = {0};
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
	rc = cmd->run(&opt, argv + optind + 1);
	/* A full disk behind a redirection shows only now. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_line(&log_stderr, LVL_ERROR, "standard output: %s",
		    strerror(errno));
		rc = CLI_WRONG;
	}
	return rc;
}
