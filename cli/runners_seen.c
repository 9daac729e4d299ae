/* runners_seen.c - the runners below /proc, and which of them meet. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli.h"
#include "config/run_as.h"
#include "config/run_config.h"
#include "option.h"
#include "runners_seen.h"

#define RUNNERS_MAX 32
#define TEXT_MAX    (256UL * 1024) /* of a command line, of an environment */
#define PID_SHOWN   32             /* with what stands before it */

/* A process that is a runner. */
struct runner {
	long pid, parent;
	long long uid;
	char *line;        /* its command line, in which these words lie */
	char **word;       /* malloc'd */
	const char *file;  /* -c, or NULL */
	char *const *name; /* of its providers; none: all that have a "run" */
	bool reported;
};

struct search {
	const struct run_config *cfg;
	struct stat settings;
	bool has_run_user;
	uid_t run_user;
	struct runner runner[RUNNERS_MAX];
	size_t n;
};

enum text {
	TEXT_OK,   /* the caller frees it */
	TEXT_SHUT, /* another user's */
	TEXT_NONE  /* the process has ended, or the text is too long */
};

static enum text
read_text(long pid, const char *what, char **text, size_t *len)
{
	char path[64];
	struct reason why;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES || errno == EPERM ? TEXT_SHUT
							 : TEXT_NONE;
	*text = file_read_all(fd, TEXT_MAX, len, &why);
	file_close(fd);
	if (*text == NULL)
		return TEXT_NONE;
	if (*len < TEXT_MAX)
		return TEXT_OK;
	free(*text);
	return TEXT_NONE;
}

/* The strings that lie in text, up to a NULL: malloc'd.  NULL: no memory. */
static char **
split(char *text, size_t len, int *n)
{
	char **word;
	size_t most = 2; /* the last one may have no end; and the NULL */

	for (size_t i = 0; i < len; i++)
		most += text[i] == '\0';
	*n = 0;
	word = calloc(most, sizeof(*word));
	for (char *at = text; word != NULL && at < text + len;
	     at += strlen(at) + 1)
		word[(*n)++] = at;
	return word;
}

/* --- is it a runner --- */

static bool
is_hookdir(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash == NULL ? program : slash + 1, "hookdir") == 0;
}

/* Its words have the meaning that cmd_run.c gives them. */
static bool
read_words(struct runner *runner, int n)
{
	struct option_line line = {.opt = {.config = NULL, .input = -1}};
	char **operand = runner->word + option_read(n, runner->word, &line);

	if (line.bad[0] != '\0' || line.given['h'] || line.given['V'] ||
	    line.opt.once || *operand == NULL || strcmp(*operand, "run") != 0)
		return false;
	operand++;
	/* What follows the provider is its handler. */
	if ((line.opt.dashes || line.opt.forward != NULL) && *operand != NULL)
		operand[1] = NULL;
	runner->name = operand;
	runner->file = line.opt.config;
	return true;
}

static bool
read_status(struct runner *runner)
{
	struct span rest;
	size_t len;
	char *text;

	if (read_text(runner->pid, "status", &text, &len) != TEXT_OK)
		return false;
	runner->parent = -1;
	runner->uid = -1;
	rest = span_mem(text, len);
	while (rest.ptr != NULL) {
		struct span value = span_cut(&rest, '\n');
		const struct span key = span_cut(&value, ':');

		value = span_before(span_trim(value), '\t');
		if (span_is(key, "PPid"))
			runner->parent = (long)span_number(value);
		else if (span_is(key, "Uid"))
			runner->uid = span_number(value);
	}
	free(text);
	return runner->uid >= 0;
}

/* --- does it use these settings --- */

/* Is what the process calls path the settings file? */
static bool
is_file(const struct search *search, const struct runner *runner,
    const char *path, bool shut)
{
	char full[CONFIG_PATH_MAX + 64] = "";
	struct stat st;

	if (shut && path[0] != '/')
		return false;
	/* It may have another root, and has its own working directory. */
	if (!shut)
		snprintf(full, sizeof(full), "/proc/%ld/%s", runner->pid,
		    path[0] == '/' ? "root" : "cwd/");
	snprintf(full + strlen(full), sizeof(full) - strlen(full), "%s", path);
	return stat(full, &st) == 0 && st.st_dev == search->settings.st_dev &&
	       st.st_ino == search->settings.st_ino;
}

static bool
is_known_user(const struct search *search, long long uid)
{
	return uid == geteuid() ||
	       (search->has_run_user && uid == search->run_user);
}

static bool
uses_settings(const struct search *search, const struct runner *runner)
{
	char path[CONFIG_PATH_MAX] = CONFIG_FALLBACK, *text, **env = NULL;
	enum text status;
	size_t len;
	int n;

	status = read_text(runner->pid, "environ", &text, &len);
	if (status == TEXT_NONE ||
	    (status == TEXT_SHUT && !is_known_user(search, runner->uid)))
		return false;
	if (status == TEXT_OK) {
		/* It is of this process's user: they have one home. */
		env = split(text, len, &n);
		if (env != NULL)
			config_locate(path, env);
		free(env);
		free(text);
	}
	return is_file(search, runner,
	    runner->file != NULL ? runner->file : path, status == TEXT_SHUT);
}

/* --- all of them --- */

static void
look_at(struct search *search, long pid)
{
	struct runner runner = {.pid = pid};
	size_t len;
	int n;

	if (read_text(pid, "cmdline", &runner.line, &len) != TEXT_OK)
		return;
	runner.word = split(runner.line, len, &n);
	if (runner.word != NULL && n > 1 && is_hookdir(runner.word[0]) &&
	    read_words(&runner, n) && read_status(&runner) &&
	    uses_settings(search, &runner)) {
		search->runner[search->n++] = runner;
		return;
	}
	free(runner.word);
	free(runner.line);
}

static void
look_at_all(struct search *search)
{
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	while (proc != NULL && search->n < RUNNERS_MAX &&
	       (entry = readdir(proc)) != NULL) {
		const long long pid = span_number(span_str(entry->d_name));

		if (pid > 0)
			look_at(search, (long)pid);
	}
	if (proc != NULL)
		closedir(proc);
}

/* --- which of them meet --- */

static bool
handles(const struct runner *runner, const struct run_provider *prov)
{
	if (runner->name[0] == NULL)
		return prov->n > 0 || prov->broken;
	for (size_t i = 0; runner->name[i] != NULL; i++) {
		if (strcmp(runner->name[i], prov->name) == 0)
			return true;
	}
	return false;
}

/* A handler that is about to be started is a copy of its runner. */
static bool
is_copy(const struct search *search, const struct runner *runner)
{
	for (size_t i = 0; i < search->n; i++) {
		if (search->runner[i].pid == runner->parent)
			return true;
	}
	return false;
}

static bool
meet(
    const struct search *search, const struct runner *a, const struct runner *b)
{
	if (is_copy(search, a) || is_copy(search, b))
		return false;
	for (size_t i = 0; i < search->cfg->n; i++) {
		const struct run_provider *prov = &search->cfg->provider[i];

		if (handles(a, prov) && handles(b, prov))
			return true;
	}
	return false;
}

/* Report runner i with those behind it that it meets. */
static void
report(struct search *search, size_t i, const struct log *log)
{
	char list[RUNNERS_MAX * PID_SHOWN] = "";
	long last = search->runner[i].pid;
	size_t n = 1, len = 0;

	for (size_t j = i + 1; j < search->n; j++) {
		if (!meet(search, &search->runner[i], &search->runner[j]))
			continue;
		search->runner[j].reported = true;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%ld",
		    n == 1 ? "" : ", ", last);
		last = search->runner[j].pid;
		n++;
	}
	if (n > 1)
		log_line(log, LVL_WARNING,
		    "%s: %zu runners use these settings, processes %s and "
		    "%ld: one of them gets the events of a provider, the "
		    "others wait until it ends: end all but one",
		    search->cfg->path, n, list, last);
}

void
runners_seen(const char *path, const struct log *log)
{
	struct search search = {.n = 0};
	struct run_config *cfg =
	    run_config_load(path, &log_silent, &log_silent);
	struct reason why;
	struct become who;

	if (cfg == NULL)
		return;
	search.cfg = cfg;
	if (cfg->run_user != NULL &&
	    become_named(&who, cfg->run_user, "run_user", &why) == BECOME_OK) {
		search.has_run_user = true;
		search.run_user = who.uid;
	}
	if (stat(cfg->path, &search.settings) == 0)
		look_at_all(&search);
	for (size_t i = 0; i < search.n; i++) {
		if (!search.runner[i].reported)
			report(&search, i, log);
	}
	for (size_t i = 0; i < search.n; i++) {
		free(search.runner[i].word);
		free(search.runner[i].line);
	}
	run_config_free(cfg);
}
