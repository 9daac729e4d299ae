/*
 * written.h - the files of one provider: written as a whole, or taken back.
 *
 * The entry is written last and removed first: a provider that has an entry has
 * its secret too.
 */
#ifndef WRITTEN_H
#define WRITTEN_H

#include "draft.h"
#include "outline.h"
#include "profile/provider.h"
#include "site.h"

#define WRITTEN_FILES 3 /* secret, token, entry */

/* What was made, for taking it back. */
struct written {
	const struct site *site;
	struct place entries, secrets;
	bool made_entries, made_secrets; /* the folders */
	struct written_file {
		const struct place *folder;
		char name[PROVIDER_NAME_MAX + sizeof(".token")];
		bool done;
		struct file_content old; /* what it replaced; or no bytes */
	} file[WRITTEN_FILES];
};

/*
 * Open the folders of the files, or make them.  False with why set; the caller
 * calls written_undo() then, and written_free() in any case.
 */
bool written_begin(
    struct written *written, const struct site *site, struct reason *why);

/*
 * Write the files of the draft.  replace: those that are there are replaced;
 * otherwise they are a failure.  False with why set; the caller calls
 * written_undo() then.
 */
bool written_make(struct written *written, const struct draft *draft,
    bool replace, struct reason *why);

/*
 * Take all of it back: what was replaced is there again, and what was made is
 * gone.  False with why set:
 * what is still there.
 */
bool written_undo(struct written *written, struct reason *why);

/* Wipe the old secrets, and free everything; the files stay. */
void written_free(struct written *written);

#endif
