/*
 * check_place.h - one folder or file that the receiver uses: is it what it
 * must be, and can this user use it?
 *
 * Each finding names the path, whose it is, and the command that mends it.
 */
#ifndef CHECK_PLACE_H
#define CHECK_PLACE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "check.h"

enum place {
	PLACE_OK,
	PLACE_NONE,
	PLACE_WRONG /* not of this type, or out of reach: was reported */
};

/* Look at path, which must be of the type S_IFDIR or S_IFREG. */
enum place place_look(
    struct check *check, const char *path, mode_t type, struct stat *st);

/* True if this user has the rights mode (of access()); reported otherwise. */
bool place_access(struct check *check, const char *path, int mode);

/*
 * Look at the files in the folder path, which the receiver made and must be
 * able to read and write.  One report for all of them.
 */
void place_files(struct check *check, const char *path);

#endif
