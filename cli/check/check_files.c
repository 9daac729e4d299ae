/* check_files.c - settings and secrets: who owns them, who can read them. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shown.h"
#include "check.h"
#include "profile/secret_form.h"

#define SECRET_SHORT 15 /* bytes, as Dropbox has them; fewer can be guessed */

/* The part of path that exists, resolved; false if there is none. */
static bool
resolve(char dst[static PATH_MAX], const char *path)
{
	char part[PATH_MAX];
	char *slash;

	snprintf(part, sizeof(part), "%s", path);
	while (realpath(part, dst) == NULL) {
		slash = strrchr(part, '/');
		if (slash == NULL || slash[1] == '\0')
			return false;
		slash[slash == part] = '\0';
	}
	return true;
}

static bool
is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	if (strcmp(root, "/") == 0)
		return true;
	return strncmp(path, root, len) == 0 &&
	       (path[len] == '/' || path[len] == '\0');
}

/* The part of path whose name usually means that it is published, or NULL. */
static const char *
looks_published(const char *path)
{
	static const char *const usual[] = {"public_html", "htdocs", "httpdocs",
	    "wwwroot", "www", "cgi-bin", NULL};
	struct span rest = span_str(path);

	while (rest.ptr != NULL) {
		struct span name = span_cut(&rest, '/');

		for (size_t i = 0; usual[i] != NULL; i++) {
			if (span_is(name, usual[i]))
				return usual[i];
		}
	}
	return NULL;
}

void
check_published(struct check *check, const char *path)
{
	char real[PATH_MAX];
	const char *part;

	if (!resolve(real, path))
		return;
	if (check->document_root != NULL) {
		if (is_below(real, check->document_root))
			log_line(&check->log, LVL_ERROR,
			    "%s: inside the document root %s, where the web "
			    "server publishes it",
			    path, check->document_root);
	} else if ((part = looks_published(real)) != NULL) {
		log_line(&check->log, LVL_WARNING,
		    "%s: may be published, since a folder is called %s: move "
		    "it, or "
		    "give --document-root to be sure",
		    path, part);
	}
}

void
check_folder(struct check *check, const char *path)
{
	char folder[PATH_MAX];
	struct stat st;
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	if ((slash = strrchr(folder, '/')) == NULL)
		return;
	slash[slash == folder] = '\0';
	if (stat(folder, &st) != 0 || (st.st_mode & S_IWOTH) == 0 ||
	    (st.st_mode & S_ISVTX) != 0)
		return;
	log_line(&check->log, LVL_ERROR,
	    "%s: every user of this machine can replace it, since the folder "
	    "has mode %04o: chmod o-w %s",
	    path, (unsigned)(st.st_mode & 07777), folder);
}

/* Checks of settings and secrets alike. */
static void
check_file(struct check *check, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return; /* config_load() has reported it */
	if ((st.st_mode & S_IWGRP) != 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: its group can write it: chmod g-w", path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		log_line(&check->log, LVL_WARNING,
		    "%s: belongs to another user (uid %ld), who can change it",
		    path, (long)st.st_uid);
	check_folder(check, path);
	check_published(check, path);
}

/* If it belongs to another user, its group can read it on purpose. */
static void
check_secret_file(struct check *check, const char *path)
{
	struct stat st;

	if (path == NULL)
		return;
	check_file(check, path);
	if (stat(path, &st) == 0 && (st.st_mode & S_IRGRP) != 0 &&
	    st.st_uid == geteuid())
		log_line(&check->log, LVL_WARNING,
		    "%s: its group can read it: chmod g-r", path);
}

/* What config_load() could not read, and has reported. */
static void
check_shut(struct check *check, const char *path)
{
	struct stat st;

	if (path != NULL && access(path, R_OK) != 0 && lstat(path, &st) == 0 &&
	    S_ISREG(st.st_mode) && (st.st_uid == 0 || st.st_uid == geteuid()))
		check->setup = true;
}

/* Where the lines are that are looked at. */
struct source {
	struct check *check;
	const char *place; /* a file, or a variable */
};

static void
report_form(void *arg, unsigned line, const char *advice)
{
	const struct source *from = arg;

	log_line(&from->check->log, LVL_WARNING, "%s: line %u %s", from->place,
	    line, advice);
}

/* The lines as they stand: what was copied along, or instead. */
static void
check_lines(struct check *check, const struct provider *prov)
{
	const struct secret_owner owner = {
	    prov->words.name, prov->profile.secret_encoding};
	/* Tokens of no provider's making. */
	const struct secret_owner nobody = {NULL, SECRET_RAW};
	const char *value =
	    prov->secret_env == NULL ? NULL : getenv(prov->secret_env);
	struct source from = {check, prov->secret_path};
	struct secrets lines;
	struct reason why;
	struct stat st;

	if (prov->secret_path != NULL &&
	    secrets_read(&lines, prov->secret_path, SECRET_RAW, &st, &why)) {
		secret_form_look(&lines, &owner, report_form, &from);
		secrets_free(&lines);
	}
	from.place = prov->secret_env;
	if (value != NULL &&
	    secrets_parse(&lines, span_str(value), SECRET_RAW, &why)) {
		secret_form_look(&lines, &owner, report_form, &from);
		secrets_free(&lines);
	}
	from.place = prov->verify_token_path;
	secret_form_look(&prov->verify_tokens, &nobody, report_form, &from);
}

/* The same secret in two lines: one of them was to be another. */
static void
check_repeated(struct check *check, const struct provider *prov)
{
	const struct secrets *secrets = &prov->secrets;
	size_t which;

	for (size_t i = 1; i < secrets->n; i++) {
		struct secrets before = *secrets;

		before.n = i;
		if (!secrets_match(&before, secret_at(secrets, i), &which))
			continue;
		log_line(&check->log, LVL_WARNING,
		    "%s: line %u has the same secret as line %u: remove one of "
		    "them",
		    prov->secret_path != NULL ? prov->secret_path
					      : prov->secret_env,
		    secrets->item[i].line, secrets->item[which].line);
	}
}

static bool
is_oracle(const struct provider *prov)
{
	return challenge_word_signs(prov->profile.challenge.kind);
}

static void
check_secrets(struct check *check, const struct provider *prov)
{
	const struct config *cfg = check->cfg;

	for (size_t i = 0; i < prov->secrets.n; i++) {
		if (prov->secrets.item[i].len < SECRET_SHORT)
			log_line(&check->log, LVL_WARNING,
			    "%s: secret %zu has fewer than %d bytes and may "
			    "be guessed",
			    prov->name, i + 1, SECRET_SHORT);
	}
	check_repeated(check, prov);
	/* One report is enough. */
	for (const struct provider *other = cfg->provider; other < prov;
	     other++) {
		if (!provider_shares_secret(prov, other))
			continue;
		log_line(&check->log, LVL_WARNING,
		    "%s: shares a secret with %s: anyone who knows it can send "
		    "events as either%s",
		    prov->name, other->name,
		    is_oracle(prov) || is_oracle(other)
			? ", and a challenge makes hookdir sign texts of a "
			  "caller's choice with it: use another secret"
			: "");
		break;
	}
}

/*
 * The name that a file in providers.d was to have; its stem is that of a
 * provider, or nearly.  Empty for the leftovers of editors and of packages,
 * "x.json~", ".x.json.swp", "x.json.dpkg-new", "#x.json#".
 */
static struct span
misnamed_stem(struct span file)
{
	static const char *const suffix[] = {
	    ".json", ".jsonc", ".json5", ".js", ".conf", ""};

	for (size_t i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		size_t len = strlen(suffix[i]);
		struct span stem = file;

		if (file.len <= len ||
		    !span_is_nocase(span_skip(file, file.len - len), suffix[i]))
			continue;
		stem.len -= len;
		/* Without a suffix it can be anything, but a valid name. */
		if (len > 0 || provider_name_ok(stem))
			return file.ptr[0] == '.' ? span_mem(file.ptr, 0)
						  : stem;
	}
	return span_mem(file.ptr, 0);
}

/* A file in providers.d that was to count, and does not. */
static void
check_names(struct check *check)
{
	DIR *stream = opendir(check->cfg->folder);
	char shown[SHOWN_MAX], meant[PROVIDER_NAME_MAX + 1];
	struct dirent *entry;

	if (stream == NULL)
		return; /* it need not exist; config_load() reports the rest */
	while ((entry = readdir(stream)) != NULL) {
		struct span file = span_str(entry->d_name);
		struct span stem = misnamed_stem(file);

		if (stem.len == 0 || provider_files_name(file).len > 0)
			continue;
		if (provider_files_meant(meant, stem))
			log_line(&check->log, LVL_WARNING,
			    "%s/%s: does not count: call it "
			    "%s" PROVIDER_FILES_SUFFIX,
			    check->cfg->folder, shown_name(shown, file), meant);
		else
			log_line(&check->log, LVL_WARNING,
			    "%s/%s: does not count: a name has 1 to %d of a-z, "
			    "0-9 and -, and " PROVIDER_FILES_SUFFIX
			    " at its end",
			    check->cfg->folder, shown_name(shown, file),
			    PROVIDER_NAME_MAX);
	}
	closedir(stream);
}

void
check_files(struct check *check)
{
	const struct config *cfg = check->cfg;

	check_file(check, cfg->path);
	check_file(check, cfg->folder);
	check_names(check);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		const struct provider *prov = &cfg->provider[i];

		if (config_has_file(cfg, prov))
			check_file(check, prov->path);
		check_shut(check, prov->secret_path);
		check_shut(check, prov->verify_token_path);
		if (prov->broken)
			continue;
		check_secret_file(check, prov->secret_path);
		check_secret_file(check, prov->verify_token_path);
		check_lines(check, prov);
		check_secrets(check, prov);
	}
}
