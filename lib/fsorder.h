/*
 * fsorder.h - whether a file system keeps changes to folders in order.
 *
 * Little follows from POSIX after a power cut.  On ext4 with its journal and on
 * XFS two more things hold, and save a flush of the disk:
 *
 *   - fsync() of a file makes its name durable too, if it was made with it;
 *   - of changes to names, all up to some moment are found again: never a
 *     later one without the earlier.
 *
 * tests/crash/10-powercut.t shows it for both; it also showed that btrfs is not
 * one of them.  Knows nothing of inboxes.
 */
#ifndef FSORDER_H
#define FSORDER_H

#include <stdbool.h>

/*
 * True if both are known to hold for the file system of fd, which may be an
 * O_PATH descriptor.  False where either is not known: then each folder must
 * be flushed before the next step.
 */
bool fsorder_kept(int fd);

#endif
