/*
 * cli.h - what the commands of hookdir share.
 *
 * A command gets options and operands that fit command_list.h, reports on
 * descriptor 2 by log_line(), and returns an exit status (exit_status.h).
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>

#include "base/log.h"
#include "base/url.h"
#include "config/config.h"
#include "exit_status.h"
#include "hold/hold.h"
#include "profile/provider.h"

#define CLI_INPUT_MAX (64UL << 20) /* bytes; the largest max_body there is */

#define CLI_HEADERS_MAX 32 /* -H */

/* The options given on the command line; NULL or false for the others. */
struct options {
	const char *config;                  /* -c FILE */
	const char *time;                    /* -t TIME */
	const char *document_root;           /* --document-root DIR */
	const char *key;                     /* --key FILE */
	const char *kid;                     /* --kid ID */
	const char *header[CLI_HEADERS_MAX]; /* -H 'Name: value', each */
	size_t nheader;
	bool headers_over;       /* there were more */
	bool rfc9421;            /* --rfc9421 */
	bool refresh;            /* --refresh */
	bool sample;             /* -s */
	bool json;               /* --json */
	bool once;               /* --once */
	const char *jobs;        /* -j N */
	const char *order;       /* -o ORDER */
	const char *retry;       /* -r LIST */
	const char *forward;     /* --forward URL */
	const char *type;        /* -e TYPE */
	bool dashes;             /* -- stands before the operands */
	const char *state;       /* --state LIST */
	const char *since;       /* --since TIME */
	const char *until;       /* --until TIME */
	bool failed;             /* --failed */
	bool done;               /* --done */
	bool later;              /* --later */
	bool all;                /* --all */
	bool yes;                /* -y */
	bool cur;                /* --cur */
	const char *preset;      /* --preset NAME */
	const char *secret_file; /* --secret-file FILE */
	const char *public_key;  /* --public-key KEY */
	const char *base_url;    /* --base-url URL */
	const char *user;        /* --user NAME */
	const char *group;       /* --group NAME */
	const char *nginx;       /* --nginx FILE */
	bool generate;           /* --generate */
	bool force;              /* --force */
	bool purge;              /* --purge */
	bool dry_run;            /* -n */
	bool long_form;          /* --long */
	bool no_header;          /* --no-header */
	/* An operand that is a file, opened by root for one who could not; -1
	 * otherwise. */
	int input;
	int key_input; /* the same of --key; 0 otherwise */
	bool became;   /* root started it, and is the receiver's user now */
};

/* The commands; operand ends with NULL. */
int check_run(const struct options *opt, char *const operand[]);
int sign_run(const struct options *opt, char *const operand[]);
int send_run(const struct options *opt, char *const operand[]);
int list_run(const struct options *opt, char *const operand[]);
int keys_run(const struct options *opt, char *const operand[]);
int add_run(const struct options *opt, char *const operand[]);
int setup_run(const struct options *opt, char *const operand[]);
int remove_run(const struct options *opt, char *const operand[]);
int cat_run(const struct options *opt, char *const operand[]);
int run_run(const struct options *opt, char *const operand[]);
int replay_run(const struct options *opt, char *const operand[]);
int drop_run(const struct options *opt, char *const operand[]);
int pause_run(const struct options *opt, char *const operand[]);
int resume_run(const struct options *opt, char *const operand[]);
int watch_run(const struct options *opt, char *const operand[]);
int sweep_run(const struct options *opt, char *const operand[]);
int explain_run(const struct options *opt, char *const operand[]);
int forget_run(const struct options *opt, char *const operand[]);
int hold_run(const struct options *opt, char *const operand[]);
int reverify_run(const struct options *opt, char *const operand[]);
int presets_run(const struct options *opt, char *const operand[]);
int settings_run(const struct options *opt, char *const operand[]);
int help_run(const struct options *opt, char *const operand[]);
int complete_run(const struct options *opt, char *const operand[]);

/* For lib/, which does not look at the environment itself. */
extern char **environ;

/* The settings file that a command works with, into dst. */
void cli_locate(char dst[static CONFIG_PATH_MAX], const struct options *opt);

/* There is no file at path, and this is what to do. */
bool cli_no_settings(const char *path);
#define CLI_ADD "`hookdir add NAME` makes settings, with a first provider"

/*
 * Load the settings; freed by config_free().  Errors are reported only if
 * nothing can be used, and the result is NULL then.
 */
struct config *cli_config(const struct options *opt);

/*
 * The provider called name, whose settings may be at fault; NULL after saying
 * that there is none.
 */
const struct provider *cli_find(const struct config *cfg, const char *name);

/* Say that the settings have no such provider, and which one was meant. */
void cli_unknown(const struct config *cfg, const char *name);

/* The same of one in working order; NULL after saying what is wrong with it. */
const struct provider *cli_provider(
    const struct options *opt, const struct config *cfg, const char *name);

/*
 * Visit the provider called name or, if that is NULL, each of them; also those
 * whose settings are at fault.  False if a visit was false, or after saying
 * that there is none of this name.
 */
typedef bool (*cli_visit_fn)(
    const struct config *cfg, const struct provider *prov, void *arg);
bool cli_each(
    const struct config *cfg, const char *name, cli_visit_fn visit, void *arg);

#define CLI_PROFILE_MAX 128 /* NUL counted */
/* "preset stripe, hmac": how the provider signs. */
void cli_profile(char dst[static CLI_PROFILE_MAX], const struct provider *prov);

#define CLI_KEYS_MAX (URL_FETCH_MAX + 16) /* NUL counted */
/* "2 secrets", "keys of URL": what its signatures are checked with. */
void cli_keys(char dst[static CLI_KEYS_MAX], const struct provider *prov);

/*
 * For root: become the receiver's user (run_as.h).  The operand that names a
 * file, or NULL, and the private key are opened before: root may be the only
 * one who can read them.  path is where the settings' path is kept.
 *
 * CLI_OK; otherwise the exit status, after saying why.
 */
int cli_leave_root(struct options *opt, const char *operand,
    char path[static CONFIG_PATH_MAX]);

/*
 * The same for a command that works on the runner's folders: root becomes
 * run_user, if the settings name one (run_as.h).  opt->config becomes path.
 */
int cli_leave_root_beside_runner(
    struct options *opt, char path[static CONFIG_PATH_MAX]);

/*
 * Open the file that the user names, a link as well; "-" is standard input.
 * Root follows no link of another user, and waits for no FIFO of his.  Closed by
 * cli_close().  -1 with why set.
 */
int cli_open(const char *name, struct reason *why);
void cli_close(int fd);

/*
 * True for an http(s) URL without bytes that a URL cannot have; false after
 * saying so.
 */
bool cli_url_ok(const char *url);

#endif
