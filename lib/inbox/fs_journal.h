/*
 * fs_journal.h - whether a file system keeps changes to folders in order.
 *
 * Little follows from POSIX after a power cut.  On ext4 with its journal and on
 * XFS three more things hold, and save flushes of the disk:
 *
 *   - fsync() of a file makes its name durable too, if it was made with it;
 *   - of changes to names, all up to some moment are found again: never a
 *     later one without the earlier;
 *   - the same of where the bytes of files are: fsync() of the file that was
 *     changed last makes every earlier change durable, of files whose bytes
 *     were written out before (group_commit.h).
 *
 * tests/crash/10-powercut.t shows it for both; it also showed that btrfs is not
 * one of them.  Knows nothing of inboxes.
 */
#ifndef FS_JOURNAL_H
#define FS_JOURNAL_H

#include <stdbool.h>

/*
 * True if all are known to hold for the file system of fd, which may be an
 * O_PATH descriptor.  False where one is not known: then each folder must
 * be flushed before the next step.
 */
bool fs_journal_ordered(int fd);

#endif
