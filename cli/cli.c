/* cli.c - settings for the commands. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shown.h"
#include "base/spelling.h"
#include "base/url.h"
#include "cli.h"
#include "config/run_as.h"
#include "profile/scheme.h"

void
cli_locate(char dst[static CONFIG_PATH_MAX], const struct options *opt)
{
	if (opt->config == NULL)
		config_locate(dst, environ);
	else
		snprintf(dst, CONFIG_PATH_MAX, "%s", opt->config);
}

bool
cli_no_settings(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

/* The settings cannot be read, as was said. */
static void
advise(const struct log *log, const char *path)
{
	if (cli_no_settings(path))
		log_line(log, LVL_INFO, CLI_ADD);
}

static struct config *
load(const struct options *opt, const struct log *log)
{
	char path[CONFIG_PATH_MAX];
	struct config *cfg;

	cli_locate(path, opt);
	cfg = config_load(path, environ, log);
	if (cfg == NULL)
		advise(log, path);
	return cfg;
}

struct config *
cli_config(const struct options *opt)
{
	struct config *cfg = load(opt, &log_silent);

	/* Read again for the reason.  Otherwise it is not wanted: a user who
	 * lists events need not be able to read the secrets. */
	return cfg != NULL ? cfg : load(opt, &log_stderr);
}

void
cli_unknown(const struct config *cfg, const char *name)
{
	struct spelling search = spelling_of(span_str(name));
	char hint[SPELLING_HINT_MAX], shown[SHOWN_MAX];

	for (size_t i = 0; i < cfg->nprovider; i++)
		spelling_try(&search, cfg->provider[i].name);
	log_line(&log_stderr, LVL_ERROR, "%s: no provider of this name in %s%s",
	    shown_name(shown, span_str(name)), cfg->path,
	    spelling_hint(hint, &search));
}

const struct provider *
cli_find(const struct config *cfg, const char *name)
{
	const struct provider *prov = config_provider(cfg, span_str(name));

	if (prov == NULL)
		cli_unknown(cfg, name);
	return prov;
}

const struct provider *
cli_provider(
    const struct options *opt, const struct config *cfg, const char *name)
{
	const struct provider *prov = cli_find(cfg, name);

	if (prov != NULL && prov->broken) {
		config_free(load(opt, &log_stderr));
		log_line(&log_stderr, LVL_ERROR,
		    "%s: its settings are at fault: see above", name);
		return NULL;
	}
	return prov;
}

bool
cli_each(
    const struct config *cfg, const char *name, cli_visit_fn visit, void *arg)
{
	const struct provider *prov;
	bool ok = true;

	if (name != NULL) {
		prov = cli_find(cfg, name);
		return prov != NULL && visit(cfg, prov, arg);
	}
	for (size_t i = 0; i < cfg->nprovider; i++) {
		if (!visit(cfg, &cfg->provider[i], arg))
			ok = false;
	}
	return ok;
}

void
cli_profile(char dst[static CLI_PROFILE_MAX], const struct provider *prov)
{
	const char *preset = prov->words.name;

	snprintf(dst, CLI_PROFILE_MAX, "%s%s, %s",
	    preset == NULL ? "" : "preset ",
	    preset == NULL ? "own profile" : preset,
	    prov->profile.scheme->name);
}

void
cli_keys(char dst[static CLI_KEYS_MAX], const struct provider *prov)
{
	bool keys = prov->key_source != NULL;
	char shown[SHOWN_MAX];
	size_t n = keys ? prov->keys.n : prov->secrets.n;

	if (prov->cache != NULL)
		snprintf(dst, CLI_KEYS_MAX, "keys of %s",
		    shown_url(shown, span_str(prov->key_source)));
	else
		snprintf(dst, CLI_KEYS_MAX, "%zu %s%s", n,
		    keys ? "key" : "secret", n == 1 ? "" : "s");
}

/*
 * Open the files that only root may be able to read.  What cannot be opened is
 * left to the command, which says why.
 */
static void
open_early(struct options *opt, const char *operand)
{
	struct reason why;
	int fd = -1;

	if (operand != NULL && strcmp(operand, "-") != 0)
		opt->input = cli_open(operand, &why);
	/* O_NONBLOCK: it may be a FIFO, which is refused. */
	if (opt->key != NULL)
		fd = open(opt->key, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd > 0)
		opt->key_input = fd;
}

/* The exit status after root has become somebody, or has not. */
static int
became(struct options *opt, const char *path, enum become_status status)
{
	opt->became = status == BECOME_OK;
	if (opt->became)
		return CLI_OK;
	advise(&log_stderr, path);
	return status == BECOME_NOBODY ? CLI_NO_USER : CLI_WRONG;
}

int
cli_leave_root(
    struct options *opt, const char *operand, char path[static CONFIG_PATH_MAX])
{
	if (geteuid() != 0)
		return CLI_OK;
	/* The new user may have a home, with other settings in it. */
	cli_locate(path, opt);
	opt->config = path;
	open_early(opt, operand);
	return became(opt, path, become_settings(path, &log_stderr));
}

int
cli_leave_root_beside_runner(
    struct options *opt, char path[static CONFIG_PATH_MAX])
{
	cli_locate(path, opt);
	opt->config = path;
	return geteuid() != 0
		   ? CLI_OK
		   : became(opt, path, become_beside_runner(path, &log_stderr));
}

/* What another user gave that name, root opens only if it is a file of his. */
static int
open_anothers(const char *name, int flags, struct reason *why)
{
	struct stat st;
	int fd = open(name, flags | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0) {
		reason_errno(why, "cannot be opened");
		return -1;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	reason_set(why, "not a regular file, and another user's");
	close(fd);
	return -1;
}

int
cli_open(const char *name, struct reason *why)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
	struct stat st;
	int fd;

	if (strcmp(name, "-") == 0)
		return STDIN_FILENO;
	if (geteuid() == 0 && lstat(name, &st) == 0 && st.st_uid != 0) {
		if (!S_ISLNK(st.st_mode))
			return open_anothers(name, flags, why);
		reason_set(why, "a symbolic link of another user, which root "
				"does not follow");
		return -1;
	}
	fd = open(name, flags);
	if (fd < 0)
		reason_errno(why, "cannot be opened");
	return fd;
}

void
cli_close(int fd)
{
	if (fd > STDIN_FILENO)
		close(fd);
}

bool
cli_url_ok(const char *url)
{
	const char *fault = url_fault(url, URL_SEND);
	char shown[SHOWN_MAX];

	if (fault != NULL)
		log_line(&log_stderr, LVL_ERROR, "%s: not a URL: %s",
		    shown_url(shown, span_str(url)), fault);
	return fault == NULL;
}
