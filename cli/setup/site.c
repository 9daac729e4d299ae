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

enum lookup
site_folder(const struct site *site, const char *name, struct place *folder,
    bool *made, struct reason *why)
{
	const struct place_rights rights = folder_rights(site, name);

	if (made == NULL)
		return place_enter(folder, site->folder, name, why);
	return place_make(folder, site->folder, name, &rights, made, why)
		   ? LOOKUP_FOUND
		   : LOOKUP_INVALID;
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

bool
site_inbox(const struct site *site, bool *made, struct reason *why)
{
	struct place parent = place_none(), inbox = place_none();
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

	if (place_open_parent(&parent, site->top->inbox, &name, &why) ==
	    LOOKUP_FOUND)
		unlinkat(parent.fd, name, AT_REMOVEDIR);
	place_close(&parent);
}
