/* site.c - opens an installation, and says whose its files are. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "parse/json.h"
#include "settings_edit.h"
#include "site.h"

#define PASSWD_MAX 16384 /* bytes of an entry of the password database */

/* Where the events of a new installation are. */
#define INBOX_SYSTEM "/var/lib/hookdir"
#define INBOX_HOME   "hookdir"

struct place_rights
site_entry_rights(const struct site *site)
{
	(void)site;
	return (struct place_rights){geteuid(), getegid(), 0644};
}

struct place_rights
site_secret_rights(const struct site *site)
{
	return (struct place_rights){site->uid, site->gid, 0600};
}

/*
 * The folder of secrets remains root's, so that nobody else can put a link
 * there; the user's group gets through it.
 */
static struct place_rights
folder_rights(const struct site *site, const char *name)
{
	struct place_rights rights = site_entry_rights(site);

	rights.mode = 0755;
	if (strcmp(name, SITE_SECRETS) == 0) {
		rights.gid = site->gid;
		rights.mode = geteuid() == site->uid ? 0700 : 0750;
	}
	return rights;
}

enum lookup
site_folder(const struct site *site, const char *name, struct place *folder,
    bool *made, struct reason *why)
{
	const struct place_rights rights = folder_rights(site, name);

	if (made == NULL)
		return place_enter(folder, &site->folder, name, why);
	return place_make(folder, &site->folder, name, &rights, made, why)
		   ? LOOKUP_FOUND
		   : LOOKUP_INVALID;
}

/* The member of an object that is called name; false if there is none. */
static bool
find_member(struct span object, const char *name, struct json_member *member)
{
	struct json_walk walk;

	if (!json_walk(&walk, object, JSON_SETTINGS) || !walk.object)
		return false;
	while (json_next(&walk, member)) {
		if (span_is(member->key, name))
			return true;
	}
	return false;
}

unsigned
site_entry_line(const char *path, const char *name)
{
	struct json_member providers, entry;
	struct file_content content;
	struct reason why;
	unsigned line = 0;
	struct span text;

	if (!file_read(path, CONFIG_FILE_MAX, &content, &why))
		return 0;
	text = span_mem(content.bytes, content.len);
	if (find_member(text, "providers", &providers) &&
	    find_member(providers.value, name, &entry))
		line = json_line(text, entry.value.ptr);
	free(content.bytes);
	return line;
}

/* --- who --- */

static bool
find_group(const char *name, gid_t *gid)
{
	char *buf = malloc(PASSWD_MAX);
	struct group gr, *found = NULL;

	if (buf != NULL &&
	    getgrnam_r(name, &gr, buf, PASSWD_MAX, &found) == 0 &&
	    found != NULL)
		*gid = gr.gr_gid;
	free(buf);
	return found != NULL;
}

static bool
find_inbox_group(struct site *site, struct reason *why)
{
	site->inbox_gid = site->gid;
	if (!site->top.group_access || site->top.group == NULL ||
	    find_group(site->top.group, &site->inbox_gid))
		return true;
	reason_set(why, "group: there is no group %s", site->top.group);
	return false;
}

/* --- where --- */

/* The path of what is called tail in the home of this user. */
static bool
in_home(char dst[static CONFIG_PATH_MAX], const char *tail)
{
	char *buf = malloc(PASSWD_MAX);
	struct passwd pw, *found = NULL;
	int n = 0;

	if (buf != NULL &&
	    getpwuid_r(geteuid(), &pw, buf, PASSWD_MAX, &found) == 0 &&
	    found != NULL)
		n = snprintf(dst, CONFIG_PATH_MAX, "%s/%s", pw.pw_dir, tail);
	free(buf);
	return n > 0 && n < CONFIG_PATH_MAX;
}

void
site_locate(char dst[static CONFIG_PATH_MAX], char *const env[])
{
	char home[CONFIG_PATH_MAX];

	config_locate(dst, env);
	if (geteuid() != 0 && strcmp(dst, CONFIG_FALLBACK) == 0 &&
	    access(dst, W_OK) != 0 && in_home(home, SITE_HOME))
		memcpy(dst, home, sizeof(home));
}

/* The inbox that new settings at path name. */
static void
name_inbox(char dst[static CONFIG_PATH_MAX], const char *path)
{
	char home[CONFIG_PATH_MAX];

	snprintf(dst, CONFIG_PATH_MAX, "%s",
	    strcmp(path, CONFIG_FALLBACK) == 0 ? INBOX_SYSTEM : "inbox");
	if (in_home(home, SITE_HOME) && strcmp(path, home) == 0)
		in_home(dst, INBOX_HOME);
}

/* Open the folder of the settings file, or make it. */
static bool
open_folder(struct site *site, bool make, struct reason *why)
{
	struct place_rights rights = site_entry_rights(site);
	const char *path = site->path;
	enum lookup found =
	    place_open_parent(&site->folder, path, &site->name, why);
	char parent[CONFIG_PATH_MAX];

	rights.mode = geteuid() == 0 ? 0755 : 0700;
	if (found != LOOKUP_NONE || !make)
		return found == LOOKUP_FOUND;
	snprintf(
	    parent, sizeof(parent), "%.*s", (int)(site->name - path), path);
	site->made_folder = place_make_all(&site->folder, parent, &rights, why);
	return site->made_folder;
}

static bool
make_settings(
    struct site *site, const struct site_wish *wish, struct reason *why)
{
	const struct place_rights rights = site_entry_rights(site);
	char inbox[CONFIG_PATH_MAX];

	name_inbox(inbox, site->path);
	site->made_settings = settings_edit_new(&site->folder, site->name,
	    (const struct settings_text[]){{"inbox", inbox},
		{"user", wish->user}, {"base_url", wish->base_url},
		{NULL, NULL}},
	    &rights, why);
	return site->made_settings;
}

static void
drop_old(struct site *site)
{
	free(site->old.bytes);
	site->old.bytes = NULL;
}

/* Read the settings, and write the rest of the wish to them. */
static bool
use_settings(
    struct site *site, const struct site_wish *wish, struct reason *why)
{
	enum settings_edited edited;

	if (!config_top_log(site->path, &log_stderr, &site->top)) {
		reason_set(why, "these settings cannot be used: see above");
		return false;
	}
	if (!find_inbox_group(site, why))
		return false;
	edited = settings_edit_file(&site->folder, site->name,
	    (const struct settings_text[]){{"user", wish->user},
		{"base_url", wish->base_url}, {NULL, NULL}},
	    false, why);
	if (edited != SETTINGS_EDITED)
		drop_old(site);
	return edited != SETTINGS_FAILED;
}

bool
site_open(struct site *site, const char *path, const struct site_wish *wish,
    struct reason *why)
{
	enum lookup found;
	bool ok = false;

	*site = (struct site){.path = path,
	    .folder = place_none(),
	    .lock = -1,
	    .uid = wish->uid,
	    .gid = wish->gid};
	if (!open_folder(site, wish->make, why))
		return false;
	if ((site->lock = place_lock(&site->folder, PLACE_WAIT_MS, why)) < 0)
		goto out;
	found = place_read(
	    &site->folder, site->name, CONFIG_FILE_MAX, &site->old, why);
	if (found == LOOKUP_NONE && !wish->make)
		reason_set(why, "%s: there is no such settings file", path);
	else
		ok = found == LOOKUP_FOUND ||
		     (found == LOOKUP_NONE && make_settings(site, wish, why));
	ok = ok && use_settings(site, wish, why);
out:
	if (!ok) {
		site_undo(site);
		site_close(site);
	}
	return ok;
}

bool
site_inbox(const struct site *site, bool *made, struct reason *why)
{
	struct place parent = place_none(), inbox = place_none();
	const struct place_rights rights = {
	    site->uid, site->inbox_gid, site->top.group_access ? 02770 : 0700};
	const char *name = NULL;
	bool ok = false;

	*made = false;
	if (site->top.inbox == NULL)
		reason_set(why,
		    "%s: inbox: missing: name the directory for "
		    "the events",
		    site->top.path);
	else
		ok = place_open_parent(&parent, site->top.inbox, &name, why) ==
			 LOOKUP_FOUND &&
		     place_make(&inbox, &parent, name, &rights, made, why);
	place_close(&inbox);
	place_close(&parent);
	return ok;
}

void
site_inbox_undo(const struct site *site)
{
	struct place parent = place_none();
	struct reason why = {""};
	const char *name = NULL;

	if (place_open_parent(&parent, site->top.inbox, &name, &why) ==
	    LOOKUP_FOUND)
		unlinkat(parent.fd, name, AT_REMOVEDIR);
	place_close(&parent);
}

static void
unlock(struct site *site)
{
	if (site->lock >= 0)
		place_unlock(&site->folder, site->lock);
	site->lock = -1;
}

/* The settings file as it was. */
static void
put_back(struct site *site)
{
	const struct file_content *old = &site->old;
	const struct place_rights rights = {
	    old->st.st_uid, old->st.st_gid, old->st.st_mode & 07777};
	struct reason why = {""};

	if (!place_write(&site->folder, site->name,
		span_mem(old->bytes, old->len), &rights, PLACE_REPLACE, &why))
		log_line(&log_stderr, LVL_ERROR, "%s", why.text);
	drop_old(site);
}

void
site_undo(struct site *site)
{
	struct place parent = place_none();
	struct reason why = {""};
	const char *name = NULL;

	if (site->made_settings)
		place_remove(&site->folder, site->name, &why);
	else if (site->old.bytes != NULL)
		put_back(site);
	unlock(site);
	if (site->made_folder && place_open_parent(&parent, site->folder.path,
				     &name, &why) == LOOKUP_FOUND)
		unlinkat(parent.fd, name, AT_REMOVEDIR);
	place_close(&parent);
	site->made_settings = site->made_folder = false;
}

void
site_close(struct site *site)
{
	unlock(site);
	drop_old(site);
	place_close(&site->folder);
	config_top_free(&site->top);
}
