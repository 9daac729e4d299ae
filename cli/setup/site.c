/* site.c - opens an installation, and says whose its files are. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/file.h"
#include "parse/json.h"
#include "site.h"

struct place_rights
site_entry_rights(void)
{
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
	struct place_rights rights = site_entry_rights();

	rights.mode = 0755;
	if (strcmp(name, SITE_SECRETS) == 0) {
		rights.gid = site->gid;
		rights.mode = geteuid() == site->uid ? 0700 : 0750;
	}
	return rights;
}

/* Who can put files there decides who may send events.  False with why set. */
static bool
is_safe(const struct site *site, const struct place *folder, struct reason *why)
{
	char owner[ACCOUNT_SHOWN_MAX];
	struct stat st;

	if (fstat(folder->fd, &st) != 0)
		reason_errno(why, "%s cannot be looked at", folder->path);
	else if (st.st_uid != geteuid() && st.st_uid != site->uid)
		reason_set(why, "%s belongs to %s: chown it, if it is right",
		    folder->path, account_user(owner, st.st_uid));
	else if ((st.st_mode & S_IWOTH) != 0)
		reason_set(why,
		    "%s can be written by every user of this machine: look at "
		    "what is in it, and chmod o-w",
		    folder->path);
	else
		return true;
	return false;
}

enum lookup
site_folder(const struct site *site, const char *name, struct place *folder,
    bool *made, struct reason *why)
{
	const struct place_rights rights = folder_rights(site, name);

	if (made == NULL)
		return place_enter(folder, site->folder, name, why);
	if (!place_make(folder, site->folder, name, &rights, why))
		return LOOKUP_INVALID;
	*made = folder->made;
	if (is_safe(site, folder, why))
		return LOOKUP_FOUND;
	place_close(folder);
	return LOOKUP_INVALID;
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
	if (json_written(text, "providers", &providers) &&
	    json_written(providers.value, name, &entry))
		line = json_line(text, entry.value.ptr);
	free(content.bytes);
	return line;
}

/* The group of the inbox.  False with why set. */
static bool
find_group(const struct site *site, gid_t *gid, struct reason *why)
{
	const struct config_top *top = site->top;

	*gid = site->gid;
	if (!top->group_access || top->group == NULL ||
	    account_find_group(top->group, gid))
		return true;
	reason_set(why, "%s:%u: group: there is no group %s", top->path,
	    top->group_line, top->group);
	return false;
}

/* Open or make the inbox's folder.  False with why set. */
static bool
make_inbox(const struct site *site, const struct place *parent,
    const struct place_rights *rights, bool *made, struct reason *why)
{
	const char *name = strrchr(site->top->inbox, '/') + 1;
	struct place inbox = place_none();
	struct stat st;
	bool ok = site->top->owner == 0 || geteuid() != 0 ||
		  fstatat(parent->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
		  place_is_users(parent, name, site->uid, why);

	ok = ok && place_make(&inbox, parent, name, rights, why);
	*made = ok && inbox.made;
	place_close(&inbox);
	return ok;
}

bool
site_inbox(const struct site *site, bool *made, struct reason *why)
{
	struct place parent = place_none();
	struct place_rights rights = {
	    site->uid, site->gid, site->top->group_access ? 02770 : 0700};
	const char *name = NULL;
	bool ok = false;

	*made = false;
	if (site->top->inbox == NULL)
		reason_set(why,
		    "%s: inbox: missing: name the directory for "
		    "the events",
		    site->top->path);
	else
		ok = find_group(site, &rights.gid, why) &&
		     place_open_parent(&parent, site->top->inbox, &name, why) ==
			 LOOKUP_FOUND &&
		     make_inbox(site, &parent, &rights, made, why);
	place_close(&parent);
	return ok;
}

void
site_inbox_undo(const struct site *site)
{
	struct place parent = place_none();
	struct reason why = {""};
	const char *name = NULL;

	if (place_open_parent(&parent, site->top->inbox, &name, &why) ==
	    LOOKUP_FOUND)
		unlinkat(parent.fd, name, AT_REMOVEDIR);
	place_close(&parent);
}
