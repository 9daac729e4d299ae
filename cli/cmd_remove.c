/* cmd_remove.c - hookdir remove: a provider's entry, secret and inbox. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shown.h"
#include "cli.h"
#include "installation.h"
#include "setup/outline.h"
#include "setup/purge.h"
#include "setup/site.h"

/* What the child says by its exit status, besides CLI_OK: these files stay. */
#define KEEP_SECRET 0x10
#define KEEP_TOKEN  0x20

#define FILE_ROOM (PROVIDER_NAME_MAX + sizeof(".token"))

/* One provider that is being removed. */
struct removing {
	struct options opt;
	const char *name;
	struct installation inst;
	struct site site;
	bool entry;         /* it has a file in providers.d */
	bool secret, token; /* such files are there */
};

static bool
fail(const struct removing *r, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", r->name, text);
	return false;
}

/* --- as the receiver's user --- */

static bool
same_file(const char *a, const char *b)
{
	struct stat x, y;

	if (a == NULL || b == NULL)
		return false;
	return strcmp(a, b) == 0 ||
	       (stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
		   x.st_ino == y.st_ino);
}

/* Whether the file beside the settings is needed by another provider. */
static bool
is_shared(const struct config *cfg, const char *own, const char *path)
{
	for (size_t i = 0; i < cfg->nprovider; i++) {
		const struct provider *prov = &cfg->provider[i];

		if (strcmp(prov->name, own) != 0 &&
		    (same_file(prov->secret_path, path) ||
			same_file(prov->verify_token_path, path)))
			return true;
	}
	return false;
}

/* Whether a file of secrets stays, that add writes under this name. */
static bool
stays(const struct config *cfg, const char *own, const char *ending,
    const char *named)
{
	char path[CONFIG_PATH_MAX + FILE_ROOM + sizeof(SITE_SECRETS "//")];

	snprintf(path, sizeof(path), "%s/" SITE_SECRETS "/%s%s", cfg->dir, own,
	    ending);
	/* The entry names another file, so this one is somebody else's. */
	if (named != NULL && !same_file(named, path))
		return access(path, F_OK) == 0;
	return is_shared(cfg, own, path);
}

/* Count what is in both inboxes of the provider. */
static bool
count(
    const struct removing *r, const struct config *cfg, struct purge_left *left)
{
	struct reason why = {""};

	*left = (struct purge_left){.exists = false};
	return (purge_count(cfg->inbox.root, r->name, left, &why) &&
		   (cfg->inbox.fallback == NULL ||
		       purge_count(
			   cfg->inbox.fallback, r->name, left, &why))) ||
	       fail(r, why.text);
}

/* False after saying which events wait. */
static bool
may_purge(const struct removing *r, const struct config *cfg)
{
	struct purge_left left;

	if (!count(r, cfg, &left))
		return false;
	if (r->opt.force || left.new_ + left.cur == 0)
		return true;
	log_line(&log_stderr, LVL_ERROR,
	    "%s: %zu event%s in new/, %zu in cur/ and %zu refused in hold/: "
	    "nothing is purged; --force removes them too",
	    r->name, left.new_, left.new_ == 1 ? "" : "s", left.cur, left.held);
	return false;
}

/* Which files of secrets stay. */
static int
find_kept(const struct removing *r, const struct config *cfg)
{
	const struct provider *prov = config_provider(cfg, span_str(r->name));
	int keep = 0;

	if (stays(cfg, r->name, "", prov == NULL ? NULL : prov->secret_path))
		keep |= KEEP_SECRET;
	if (stays(cfg, r->name, ".token",
		prov == NULL ? NULL : prov->verify_token_path))
		keep |= KEEP_TOKEN;
	return keep;
}

/* Is there anything of it?  A command that was killed leaves no entry. */
static bool
exists(const struct removing *r, const struct config *cfg, int keep)
{
	struct purge_left left = {.exists = false};

	return r->entry || (r->secret && (keep & KEEP_SECRET) == 0) ||
	       (r->token && (keep & KEEP_TOKEN) == 0) ||
	       (r->opt.purge && count(r, cfg, &left) && left.exists);
}

/* May it be removed?  And what of it stays? */
static int
look(void *arg)
{
	const struct removing *r = arg;
	struct config *cfg = cli_config(&r->opt);
	int rc = CLI_WRONG, keep;

	if (cfg == NULL)
		return rc;
	keep = find_kept(r, cfg);
	if (!exists(r, cfg, keep))
		cli_unknown(cfg, r->name);
	else if (!r->opt.purge || may_purge(r, cfg))
		rc = keep;
	config_free(cfg);
	return rc;
}

static bool
purge(const struct removing *r, const struct config *cfg)
{
	struct reason why = {""};

	/* One more event may have come since. */
	if (!may_purge(r, cfg))
		return false;
	if (!purge_remove(cfg->inbox.root, r->name, &why) ||
	    (cfg->inbox.fallback != NULL &&
		!purge_remove(cfg->inbox.fallback, r->name, &why)))
		return fail(r, why.text);
	printf("purged     %s/%s\n", cfg->inbox.root, r->name);
	return true;
}

static int
end(void *arg)
{
	const struct removing *r = arg;
	struct config *cfg = cli_config(&r->opt);
	struct purge_left left;
	bool ok = cfg != NULL;

	if (ok && r->opt.purge)
		ok = purge(r, cfg);
	else if (ok && count(r, cfg, &left) && left.exists)
		printf("inbox      %s/%s stays, with %zu event%s: --purge "
		       "removes it\n",
		    cfg->inbox.root, r->name, left.new_ + left.cur,
		    left.new_ + left.cur == 1 ? "" : "s");
	config_free(cfg);
	fflush(stdout);
	return ok ? CLI_OK : CLI_WRONG;
}

/* --- as who called it --- */

/* Remove one file beside the settings, if it is there. */
static bool
remove_file(const struct removing *r, const char *folder, const char *ending)
{
	struct place place = place_none();
	struct reason why = {""};
	char name[FILE_ROOM];
	enum lookup found = site_folder(&r->site, folder, &place, NULL, &why);
	struct stat st;
	bool ok = found == LOOKUP_NONE;

	snprintf(name, sizeof(name), "%s%s", r->name, ending);
	if (found == LOOKUP_FOUND &&
	    fstatat(place.fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		ok = place_remove(&place, name, &why);
		if (ok)
			printf("removed    %s/%s\n", place.path, name);
	} else if (found == LOOKUP_FOUND) {
		ok = true;
	}
	place_close(&place);
	return ok || fail(r, why.text);
}

/* The entry goes first: no delivery is refused for want of a secret. */
static bool
remove_files(const struct removing *r, int keep)
{
	return remove_file(r, PROVIDER_FILES_FOLDER, ".json") &&
	       ((keep & KEEP_SECRET) != 0 ||
		   remove_file(r, SITE_SECRETS, "")) &&
	       ((keep & KEEP_TOKEN) != 0 ||
		   remove_file(r, SITE_SECRETS, ".token"));
}

/* Look for one file beside the settings; false after saying what is wrong. */
static bool
find_file(const struct removing *r, const char *folder, const char *ending,
    bool *there)
{
	struct place place = place_none();
	struct reason why = {""};
	enum lookup found = site_folder(&r->site, folder, &place, NULL, &why);
	char name[FILE_ROOM];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", r->name, ending);
	*there = found == LOOKUP_FOUND &&
		 fstatat(place.fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	place_close(&place);
	return found != LOOKUP_INVALID || fail(r, why.text);
}

/* What there is of it.  False after saying that it cannot be removed. */
static bool
find_entry(struct removing *r)
{
	unsigned line = site_entry_line(r->inst.path, r->name);

	if (!find_file(r, PROVIDER_FILES_FOLDER, ".json", &r->entry) ||
	    !find_file(r, SITE_SECRETS, "", &r->secret) ||
	    !find_file(r, SITE_SECRETS, ".token", &r->token))
		return false;
	if (r->entry || line == 0)
		return true;
	log_line(&log_stderr, LVL_ERROR,
	    "%s: its entry is in %s:%u: remove it there by hand", r->name,
	    r->inst.path, line);
	return false;
}

static int
remove_provider(struct removing *r)
{
	int keep;

	if (!find_entry(r))
		return CLI_WRONG;
	keep = become_child(&r->inst.who, look, r);
	if ((keep & ~(KEEP_SECRET | KEEP_TOKEN)) != 0)
		return keep;
	if (!remove_files(r, keep))
		return CLI_WRONG;
	if ((keep & KEEP_SECRET) != 0)
		printf("stays      %s/" SITE_SECRETS "/%s: it is not this "
		       "provider's alone\n",
		    r->inst.folder.path, r->name);
	fflush(stdout);
	return become_child(&r->inst.who, end, r);
}

int
/* cppcheck-suppress constParameter ; all commands have this type */
remove_run(const struct options *opt, char *const operand[])
{
	struct removing r = {.opt = *opt, .name = operand[0]};
	char shown[SHOWN_MAX], path[CONFIG_PATH_MAX];
	struct config_top top;
	int rc;

	if (!provider_name_ok(span_str(r.name))) {
		log_line(&log_stderr, LVL_ERROR,
		    "remove: %s: no provider can have this name",
		    shown_name(shown, span_str(r.name)));
		return CLI_USAGE;
	}
	/* Where there are no settings, none are made. */
	cli_locate(path, opt);
	if (!config_top_log(path, &log_stderr, &top))
		return CLI_WRONG;
	config_top_free(&top);
	rc = installation_open(&r.inst, opt);
	if (rc == CLI_OK) {
		r.opt.config = r.inst.path;
		r.site = (struct site){.folder = &r.inst.folder};
		rc = remove_provider(&r);
	}
	installation_close(&r.inst);
	return rc;
}
