/* cmd_check.c - hookdir check: report all that is wrong or risky. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shown.h"
#include "check/check.h"
#include "cli.h"
#include "profile/scheme.h"
#include "runners_seen.h"

/* Print a line of log.h without the program's name, and count it. */
static void
write_finding(void *arg, const char *line, size_t len)
{
	struct check *check = arg;
	struct span rest = span_skip(span_mem(line, len), strlen("hookdir: "));

	if (span_starts(rest, span_str("error: "))) {
		check->errors++;
	} else if (span_starts(rest, span_str("warning: "))) {
		check->warnings++;
	} else {
		fputs("ok: ", stdout);
		rest = span_skip(rest, strlen("info: "));
	}
	fwrite(rest.ptr, 1, rest.len, stdout);
}

/* The document root of the option or of the server, resolved into dst. */
static void
find_document_root(
    struct check *check, const char *path, char dst[static PATH_MAX])
{
	char shown[SHOWN_MAX];
	struct stat st;

	if (path == NULL)
		path = getenv("DOCUMENT_ROOT");
	if (path == NULL || path[0] == '\0')
		return;
	if (realpath(path, dst) == NULL || stat(dst, &st) != 0)
		log_line(&check->log, LVL_ERROR, "document root %s: %s",
		    shown_path(shown, path), strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		log_line(&check->log, LVL_ERROR,
		    "document root %s: not a folder", path);
	else
		check->document_root = dst;
}

/* A duplicate that comes after its dedup mark is gone is filed again. */
static void
check_retries(struct check *check, const struct provider *prov)
{
	long hours = prov->words.sender_retry_hours;

	if (hours > check->cfg->inbox.dedup_days * 24)
		log_line(&check->log, LVL_WARNING,
		    "%s: retries for %ld hours, but duplicates are recognised "
		    "for %ld hours only: set dedup_days to %ld",
		    prov->name, hours, check->cfg->inbox.dedup_days * 24,
		    (hours + 23) / 24);
}

/* A replay that comes then, while its time is still accepted, is filed again. */
static void
check_tolerance(struct check *check, const struct provider *prov)
{
	long days = check->cfg->inbox.dedup_days, hour = 3600, day = 24 * hour;
	long tolerance = prov->profile.tolerance;

	if (prov->profile.coverage.time && tolerance > days * day)
		log_line(&check->log, LVL_WARNING,
		    "%s: signed times may be %ld hours old (tolerance), but "
		    "duplicates are recognised for %ld hours only: set "
		    "dedup_days to %ld",
		    prov->name, (tolerance + hour - 1) / hour, days * 24,
		    (tolerance + day - 1) / day);
}

/* Whether the provider's challenge is answered. */
static void
describe_challenge(struct check *check, const struct provider *prov)
{
	enum challenge_kind kind = prov->profile.challenge.kind;

	if (kind == CHALLENGE_NONE)
		return;
	if (kind == CHALLENGE_META && prov->verify_tokens.n == 0)
		log_line(&check->log, LVL_INFO,
		    "%s: its challenge is not answered: there is no "
		    "verify_token_file",
		    prov->name);
	else
		log_line(&check->log, LVL_INFO,
		    "%s: its challenge is answered: %s (challenge %s)",
		    prov->name, challenge_word_says(kind),
		    prov->words.challenge);
}

static void
describe_providers(struct check *check)
{
	const struct config *cfg = check->cfg;

	if (cfg->nprovider == 0)
		log_line(&check->log, LVL_WARNING,
		    "%s: no providers, and none in %s", cfg->path, cfg->folder);
	for (size_t i = 0; i < cfg->nprovider; i++) {
		const struct provider *prov = &cfg->provider[i];
		const struct profile *profile = &prov->profile;
		char text[CLI_PROFILE_MAX], keys[CLI_KEYS_MAX];

		if (prov->broken)
			continue;
		cli_profile(text, prov);
		cli_keys(keys, prov);
		log_line(&check->log, LVL_INFO,
		    "%s: %s %s, %s, posted to .../%s", prov->name, text,
		    profile->scheme->covers_body ? digest_name(profile->digest)
						 : profile->signature[0].text,
		    keys, prov->name);
		describe_challenge(check, prov);
		check_retries(check, prov);
		check_tolerance(check, prov);
	}
}

static bool
is_shut(const char *path, int rights)
{
	return access(path, rights) != 0 && errno == EACCES;
}

/* Settings that root keeps from the receiver's user, and so from this check. */
static bool
are_settings_shut(const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir = slash == NULL ? 0 : (int)(slash - path) + 1;
	char entries[CONFIG_PATH_MAX + sizeof(PROVIDER_FILES_FOLDER)];

	snprintf(
	    entries, sizeof(entries), "%.*s" PROVIDER_FILES_FOLDER, dir, path);
	return is_shut(path, R_OK) || is_shut(entries, R_OK | X_OK);
}

int
check_run(const struct options *opt, char *const operand[])
{
	struct check check = {.log = {write_finding, &check}};
	char path[CONFIG_PATH_MAX], root[PATH_MAX];
	struct config *cfg;

	(void)operand;
	check.now = time(NULL);
	cli_locate(path, opt);
	find_document_root(&check, opt->document_root, root);
	check.cfg = cfg = config_load(path, environ, &check.log);
	if (cfg == NULL && cli_no_settings(path))
		printf("to do: " CLI_ADD "\n");
	if (opt->became)
		log_line(&check.log, LVL_INFO,
		    "started by root: all is looked at as uid %ld, %s",
		    (long)geteuid(),
		    cfg == NULL         ? "the receiver's user"
		    : cfg->user != NULL ? "the user of the settings"
					: "to whom the inbox belongs");
	if (cfg != NULL) {
		check_settings(&check);
		check_files(&check);
		check_inbox(&check);
		check_keys(&check);
		check_hold(&check);
		check_handlers(&check);
		runners_seen(cfg->path, &check.log);
		check_host(&check);
		describe_providers(&check);
	} else {
		check.setup = are_settings_shut(path);
	}
	if (check.setup)
		printf("to do: hookdir setup mends owners and modes%s\n",
		    cfg == NULL || cfg->user == NULL ? "" : ": run it as root");
	printf("%u error%s, %u warning%s\n", check.errors,
	    check.errors == 1 ? "" : "s", check.warnings,
	    check.warnings == 1 ? "" : "s");
	config_free(cfg);
	return check.errors == 0 ? CLI_OK : CLI_WRONG;
}
