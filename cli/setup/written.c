/* written.c - writes a provider's files, and takes them back. */
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "written.h"

/* One file that is to be written. */
struct wanted {
	const char *ending; /* after the provider's name */
	const struct place *folder;
	struct span bytes; /* none: no such file */
	struct place_rights rights;
};

/* What is there, to be put back; it is a failure if it cannot be read. */
static bool
keep_old(struct written_file *file, struct reason *why)
{
	return place_read(file->folder, file->name, CONFIG_FILE_MAX, &file->old,
		   why) != LOOKUP_INVALID;
}

static bool
write_one(struct written_file *file, const struct wanted *wanted, bool replace,
    struct reason *why)
{
	struct reason inner;
	struct stat st;

	file->done = (replace ? place_replace : place_create)(
	    file->folder, file->name, wanted->bytes, &wanted->rights, why);
	if (!file->done && !replace &&
	    fstatat(file->folder->fd, file->name, &st, AT_SYMLINK_NOFOLLOW) ==
		0 &&
	    S_ISREG(st.st_mode)) {
		inner = *why;
		reason_set(why,
		    "%.300s: perhaps of an add that was killed: --force "
		    "replaces it",
		    inner.text);
	}
	return file->done;
}

static bool
write_all(struct written *written, const struct wanted wanted[], bool replace,
    struct reason *why)
{
	/* What is in the way is found before anything is written. */
	for (size_t i = 0; i < WRITTEN_FILES; i++) {
		place_settle(wanted[i].folder, written->file[i].name);
		if (wanted[i].bytes.len > 0 && replace &&
		    !keep_old(&written->file[i], why))
			return false;
	}
	for (size_t i = 0; i < WRITTEN_FILES; i++) {
		if (wanted[i].bytes.len > 0 &&
		    !write_one(&written->file[i], &wanted[i], replace, why))
			return false;
	}
	return true;
}

bool
written_begin(
    struct written *written, const struct site *site, struct reason *why)
{
	*written = (struct written){
	    .site = site, .entries = place_none(), .secrets = place_none()};
	return site_folder(site, PROVIDER_FILES_FOLDER, &written->entries,
		   &written->made_entries, why) == LOOKUP_FOUND &&
	       site_folder(site, SITE_SECRETS, &written->secrets,
		   &written->made_secrets, why) == LOOKUP_FOUND;
}

bool
written_make(struct written *written, const struct draft *draft, bool replace,
    struct reason *why)
{
	const struct place_rights secret = site_secret_rights(written->site);
	size_t len = 0;
	char *entry = entry_text_write(&draft->entry, &len);
	const struct wanted wanted[WRITTEN_FILES] = {
	    {"", &written->secrets,
		span_mem(draft->secret.text, draft->secret.len), secret},
	    {".token", &written->secrets,
		span_mem(draft->token.text, draft->token.len), secret},
	    {".json", &written->entries, span_mem(entry, len),
		site_entry_rights()},
	};
	bool ok = false;

	for (size_t i = 0; i < WRITTEN_FILES; i++) {
		written->file[i].folder = wanted[i].folder;
		snprintf(written->file[i].name, sizeof(written->file[i].name),
		    "%s%s", draft->name, wanted[i].ending);
	}
	if (entry == NULL)
		reason_set(why, "out of memory");
	else
		ok = write_all(written, wanted, replace, why);
	free(entry);
	return ok;
}

static bool
undo_one(struct written_file *file, struct reason *why)
{
	if (!file->done)
		return true;
	file->done = false;
	return place_put_back(file->folder, file->name, &file->old, why);
}

bool
written_undo(struct written *written, struct reason *why)
{
	int at = written->site->folder->fd;
	bool ok = true;

	for (size_t i = WRITTEN_FILES; i-- > 0;) {
		if (!undo_one(&written->file[i], why))
			ok = false;
	}
	/* Not if somebody else has put something into them meanwhile. */
	if (written->made_secrets)
		unlinkat(at, SITE_SECRETS, AT_REMOVEDIR);
	if (written->made_entries)
		unlinkat(at, PROVIDER_FILES_FOLDER, AT_REMOVEDIR);
	written->made_secrets = written->made_entries = false;
	return ok;
}

void
written_free(struct written *written)
{
	for (size_t i = 0; i < WRITTEN_FILES; i++) {
		struct file_content *old = &written->file[i].old;

		if (old->bytes != NULL)
			OPENSSL_cleanse(old->bytes, old->len);
		free(old->bytes);
		old->bytes = NULL;
	}
	place_close(&written->entries);
	place_close(&written->secrets);
}
