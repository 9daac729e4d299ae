/*
 * cli.h - what the commands of hookdir share.
 *
 * A command gets its options and operands checked as far as the table in
 * main.c says, reports on descriptor 2 by log_line(), and returns one of the
 * three exit codes.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>

#include "base/log.h"
#include "config/config.h"
#include "hold/hold.h"
#include "profile/provider.h"

#define CLI_OK    0
#define CLI_WRONG 1
#define CLI_USAGE 2

/* What was said on the command line; NULL or false where it was not. */
struct options {
	const char *config;        /* -c FILE */
	const char *time;          /* -t TIME */
	const char *document_root; /* --document-root DIR */
	const char *key;           /* --key FILE */
	const char *kid;           /* --kid ID */
	bool rfc9421;              /* --rfc9421 */
	bool refresh;              /* --refresh */
	bool sample;               /* -s */
	bool json;                 /* --json */
	bool cur;                  /* --cur */
};

/* The commands; operand ends with NULL. */
int check_run(const struct options *opt, char *const operand[]);
int sign_run(const struct options *opt, char *const operand[]);
int send_run(const struct options *opt, char *const operand[]);
int list_run(const struct options *opt, char *const operand[]);
int keys_run(const struct options *opt, char *const operand[]);
int cat_run(const struct options *opt, char *const operand[]);
int sweep_run(const struct options *opt, char *const operand[]);
int explain_run(const struct options *opt, char *const operand[]);
int hold_run(const struct options *opt, char *const operand[]);
int reverify_run(const struct options *opt, char *const operand[]);
int presets_run(const struct options *opt, char *const operand[]);
int settings_run(const struct options *opt, char *const operand[]);

/* The environment, for the lib, which has none of its own. */
extern char **environ;

/* The settings file that a command works with, into dst. */
void cli_locate(char dst[static CONFIG_PATH_MAX], const struct options *opt);

/*
 * Load the settings.  What is wrong with them is said only if they are of no
 * use at all: NULL then.  For more there is check.  Freed by config_free().
 */
struct config *cli_config(const struct options *opt);

/*
 * The provider called name, in working order, or NULL after saying what is
 * wrong with it.
 */
const struct provider *cli_provider(
    const struct options *opt, const struct config *cfg, const char *name);

/*
 * True for an http(s) URL without bytes that a URL cannot have; false after
 * saying so.
 */
bool cli_url_ok(const char *url);

#endif
