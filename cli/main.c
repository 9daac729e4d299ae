/*
 * hookdir - the command line of the receiver: check its settings, send it
 * events, read what it filed.
 *
 * This file knows the commands by their table only.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
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
	bool as_root;        /* what root starts remains root */
	const char *arguments, *help;
} table[] = {
    {"add", add_run, "BFKPSUGcg", 1, INT_MAX, 0, true,
	"[OPTION...] NAME [SETTING=VALUE...]",
	"add a provider: its entry, its secret, its inbox; show its URL"},
    {"setup", setup_run, "BGUcnx", 0, 0, 0, true,
	"[-n] [--base-url URL] [--user USER] [--group GROUP] [--nginx FILE]",
	"make or mend what the settings need: folders, owners, modes"},
    {"remove", remove_run, "Fcp", 1, 1, 0, true, "[--purge [--force]] NAME",
	"remove a provider: its entry and its secret"},
    {"check", check_run, "cd", 0, 0, 0, false, "[--document-root DIR]",
	"report what is wrong or risky here; run it as the receiver's user\n"
	"        or as root"},
    {"sign", sign_run, "ct9ikH", 1, 2, 0, false,
	"[-t TIME] [-H HEADER] [KEY] PROVIDER [URL] < BODY",
	"print the headers that the provider would send with this body; and\n"
	"        the body, if the signature is in it"},
    {"send", send_run, "cts9ikH", 2, 2, 0, false,
	"[-s] [-t TIME] [-H HEADER] [KEY] PROVIDER URL [< BODY]",
	"post it signed; with -s, or without a body, a sample event"},
    {"list", list_run, "cjw", 0, 1, 0, false, "[--cur] [--json] [PROVIDER]",
	"list events, oldest first: time, provider, id, type, bytes, file"},
    {"explain", explain_run, "ct", 1, 2, 1, false, "[-t TIME] [PROVIDER] FILE",
	"say why a saved request or a held delivery is refused, and what to\n"
	"        change; without PROVIDER, which entries and presets it fits"},
    {"hold", hold_run, "c", 0, 2, 0, false, "[PROVIDER [ID]]",
	"list refused deliveries that are held: time, provider, bytes, id,\n"
	"        reason; or print one as it was received"},
    {"reverify", reverify_run, "c", 1, 1, 0, false, "PROVIDER",
	"file the held deliveries that verify now; say how many are left"},
    {"keys", keys_run, "cr", 0, 1, 0, false, "[--refresh] [PROVIDER]",
	"list public keys: provider, id, type, bits, age, source"},
    {"cat", cat_run, "", 1, 1, 0, false, "FILE",
	"print the body of an event file; - is standard input"},
    {"sweep", sweep_run, "c", 0, 1, 0, false, "[PROVIDER]",
	"remove what crashes left behind, and old dedup marks"},
    {"forget", forget_run, "c", 2, INT_MAX, 0, false, "PROVIDER ID...",
	"file these events again if their sender sends them again"},
    {"presets", presets_run, "", 0, 1, 0, false, "[NAME]",
	"list presets: name, scheme, settings that it needs, how long the\n"
	"        sender retries, note; or print the entry that one stands for"},
    {"settings", settings_run, "", 0, 1, 0, false, "[NAME]",
	"list the settings: name, default, meaning; or print one of them"},
    {"help", help_run, "", 0, 0, 0, false, "", "print this"},
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

static const struct option long_option[] = {
    {"base-url", required_argument, NULL, 'B'},
    {"config", required_argument, NULL, 'c'},
    {"cur", no_argument, NULL, 'w'},
    {"document-root", required_argument, NULL, 'd'},
    {"dry-run", no_argument, NULL, 'n'},
    {"force", no_argument, NULL, 'F'},
    {"generate", no_argument, NULL, 'g'},
    {"group", required_argument, NULL, 'G'},
    {"header", required_argument, NULL, 'H'},
    {"help", no_argument, NULL, 'h'},
    {"json", no_argument, NULL, 'j'},
    {"key", required_argument, NULL, 'k'},
    {"kid", required_argument, NULL, 'i'},
    {"long", no_argument, NULL, 'l'},
    {"nginx", required_argument, NULL, 'x'},
    {"preset", required_argument, NULL, 'P'},
    {"public-key", required_argument, NULL, 'K'},
    {"purge", no_argument, NULL, 'p'},
    {"refresh", no_argument, NULL, 'r'},
    {"rfc9421", no_argument, NULL, '9'},
    {"sample", no_argument, NULL, 's'},
    {"secret-file", required_argument, NULL, 'S'},
    {"time", required_argument, NULL, 't'},
    {"user", required_argument, NULL, 'U'},
    {NULL, 0, NULL, 0},
};

static void
put_command(FILE *out, const struct command *cmd)
{
	fprintf(out, "hookdir %s%s%s\n", cmd->name,
	    cmd->arguments[0] == '\0' ? "" : " ", cmd->arguments);
}

/* How to use the command or, if it is NULL, the program. */
static void
usage(FILE *out, const struct command *cmd)
{
	fputs("usage: ", out);
	if (cmd != NULL)
		put_command(out, cmd);
	else
		fputs("hookdir [-c SETTINGS] COMMAND ...\n"
		      "`hookdir help` lists the commands.\n",
		    out);
}

static void
help(FILE *out)
{
	fputs("usage: hookdir [-c SETTINGS] COMMAND ...\n\n", out);
	for (size_t i = 0; i < TABLE_N; i++) {
		fputs("  ", out);
		put_command(out, &table[i]);
		fprintf(out, "        %s\n", table[i].help);
	}
	fputs(
	    "\nTIME is what the sender would write as the signed time.\n"
	    "HEADER is 'Name: value', sent as well; -H may be repeated.\n"
	    "KEY is for signatures by private key: --key FILE (in PEM), "
	    "--kid ID,\nand of HTTP signatures --rfc9421 for the newer form.  "
	    "--refresh fetches\nkey sets now.  --json prints one JSON object "
	    "a line; --cur lists the events\nthat consumers are working on.  "
	    "Options may stand before or after COMMAND.\nExit status: 0 "
	    "success, 1 something is wrong, 2 wrong usage.\n",
	    out);
}

static int
help_run(const struct options *opt, char *const operand[])
{
	(void)opt;
	(void)operand;
	help(stdout);
	return CLI_OK;
}

/* Where the options of a command go: a string, or else a flag. */
static const struct target {
	char letter;
	bool text;
	size_t offset;
} target[] = {
    {'B', true, offsetof(struct options, base_url)},
    {'F', false, offsetof(struct options, force)},
    {'G', true, offsetof(struct options, group)},
    {'K', true, offsetof(struct options, public_key)},
    {'P', true, offsetof(struct options, preset)},
    {'S', true, offsetof(struct options, secret_file)},
    {'U', true, offsetof(struct options, user)},
    {'c', true, offsetof(struct options, config)},
    {'d', true, offsetof(struct options, document_root)},
    {'i', true, offsetof(struct options, kid)},
    {'g', false, offsetof(struct options, generate)},
    {'j', false, offsetof(struct options, json)},
    {'k', true, offsetof(struct options, key)},
    {'l', false, offsetof(struct options, long_form)},
    {'n', false, offsetof(struct options, dry_run)},
    {'p', false, offsetof(struct options, purge)},
    {'r', false, offsetof(struct options, refresh)},
    {'9', false, offsetof(struct options, rfc9421)},
    {'s', false, offsetof(struct options, sample)},
    {'t', true, offsetof(struct options, time)},
    {'w', false, offsetof(struct options, cur)},
    {'x', true, offsetof(struct options, nginx)},
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
	if (letter == 'H' && opt->nheader < CLI_HEADERS_MAX)
		opt->header[opt->nheader++] = text;
	else if (letter == 'H')
		opt->headers_over = true;
}

/* What the command line says, and what is wrong with its options. */
struct request_line {
	struct options opt;
	char given[256];     /* the letters of the options */
	char bad[SHOWN_MAX]; /* the option that is wrong, or "" */
	bool no_value;       /* its value is missing */
};

/* Keep the name of the option at which getopt_long() has just failed. */
static void
note_bad(struct request_line *line, const char *argument)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	/* Within "-xyz", the argument is not the one that it stands in. */
	const bool is_long = strncmp(argument, "--", 2) == 0 &&
			     (optopt == 0 || strchr(":hnstH", optopt) == NULL);

	shown_name(line->bad,
	    is_long ? span_before(span_str(argument), '=') : span_str(letter));
}

static void
read_options(int argc, char *argv[], struct request_line *line)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:hnst:H:", long_option, NULL)) !=
	       -1) {
		if (c != '?' && c != ':') {
			set_option(&line->opt, c);
			line->given[(unsigned char)c] = (char)c;
		} else if (line->bad[0] == '\0') {
			note_bad(line, argv[optind - 1]);
			line->no_value = c == ':';
		}
	}
}

/* An option that cannot be read: unknown, or without its value. */
static void
complain_option(const struct request_line *line, const char *command)
{
	struct spelling search = spelling_of(span_str(line->bad));
	char known[sizeof(long_option) / sizeof(long_option[0])][32];
	char hint[SPELLING_HINT_MAX];

	for (size_t i = 0; long_option[i].name != NULL; i++) {
		snprintf(
		    known[i], sizeof(known[i]), "--%s", long_option[i].name);
		spelling_try(&search, known[i]);
	}
	if (line->no_value)
		log_line(&log_stderr, LVL_ERROR, "%s: %s lacks its value",
		    command, line->bad);
	else if (search.nearest != NULL && search.distance == 0)
		log_line(&log_stderr, LVL_ERROR, "%s: %s takes no value",
		    command, line->bad);
	else
		log_line(&log_stderr, LVL_ERROR, "%s: there is no option %s%s",
		    command, line->bad, spelling_hint(hint, &search));
}

/* An option that has no meaning for cmd: say for which commands it has one. */
static void
complain_useless(const struct command *cmd, int letter)
{
	const struct option *o = long_option;
	char others[256] = "";
	size_t len = 0;

	while (o->name != NULL && o->val != letter)
		o++;
	for (size_t i = 0; i < TABLE_N && len < sizeof(others); i++) {
		if (strchr(table[i].options, letter) != NULL)
			len +=
			    (size_t)snprintf(others + len, sizeof(others) - len,
				"%s%s", len == 0 ? "" : ", ", table[i].name);
	}
	log_line(&log_stderr, LVL_ERROR,
	    "%s: takes no --%s: that option is for %s", cmd->name, o->name,
	    others);
}

/* The command of this name, or NULL after saying that there is none. */
static const struct command *
find_command(const char *name)
{
	struct spelling search = spelling_of(span_str(name));
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];

	for (size_t i = 0; name != NULL && i < TABLE_N; i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
		spelling_try(&search, table[i].name);
	}
	if (name != NULL)
		log_line(&log_stderr, LVL_ERROR, "%s: no such command%s",
		    shown_name(shown, span_str(name)),
		    spelling_hint(hint, &search));
	return NULL;
}

/* True if the command line fits cmd; false after saying what does not. */
static bool
fits(const struct command *cmd, const struct request_line *line, int operands)
{
	if (line->bad[0] != '\0') {
		complain_option(line, cmd->name);
		return false;
	}
	/* -c does no harm where no settings are needed. */
	for (int c = 1; c < 256; c++) {
		if (c == 'c' || line->given[c] == '\0' ||
		    strchr(cmd->options, c) != NULL)
			continue;
		complain_useless(cmd, c);
		return false;
	}
	if (line->opt.headers_over) {
		log_line(&log_stderr, LVL_ERROR, "%s: more than %d times -H",
		    cmd->name, CLI_HEADERS_MAX);
		return false;
	}
	if (operands < cmd->min || operands > cmd->max) {
		log_line(&log_stderr, LVL_ERROR, "%s: takes %s", cmd->name,
		    cmd->max == 0 ? "no arguments" : cmd->arguments);
		return false;
	}
	return true;
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
	struct request_line line = {.opt = {.config = NULL, .input = -1}};
	struct options *opt = &line.opt;
	char path[CONFIG_PATH_MAX];
	int rc;

	/* A file that is opened must not become one of these three. */
	while ((rc = open("/dev/null", O_RDWR)) >= 0 && rc <= STDERR_FILENO)
		continue;
	close(rc);
	read_options(argc, argv, &line);
	if (line.given['h'] != '\0' && line.bad[0] == '\0')
		return help_run(opt, argv);
	cmd = find_command(argv[optind]);
	if (cmd == NULL && argv[optind] == NULL && line.bad[0] != '\0')
		complain_option(&line, "hookdir");
	if (cmd == NULL || !fits(cmd, &line, argc - optind - 1)) {
		usage(stderr, cmd);
		return CLI_USAGE;
	}
	rc = CLI_OK;
	if (strchr(cmd->options, 'c') != NULL && !cmd->as_root)
		rc = cli_leave_root(
		    opt, cmd->file == 0 ? NULL : argv[argc - 1], path);
	if (rc != CLI_OK)
		return rc;
	rc = cmd->run(opt, argv + optind + 1);
	return output_ok() ? rc : CLI_WRONG;
}
