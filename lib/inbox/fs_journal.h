/*
 * fs_journal.h - tells whether a file system keeps changes in order.
 *
 * POSIX promises little about the state after a power cut.  ext4 with a journal
 * and XFS promise three more things, which save flushes of the disk:
 *
 *   - fsync() of a new file also makes the name durable under which the file
 *     was created.
 *   - Changes to names become durable in order: a later change never survives
 *     without the earlier ones.
 *   - So do changes to files' sizes and block maps.  If the bytes of some files
 *     have been written out, fsync() of the file that was changed last makes
 *     all of those files durable (group_commit.h).
 *
 * tests/crash/10-powercut.t checks this for both; it also showed that btrfs
 * does not qualify.  The module knows nothing of inboxes.
 */
#ifndef FS_JOURNAL_H
#define FS_JOURNAL_H

#include <stdbool.h>

/*
 * True if all three are known to hold for the file system of fd, which may be
 * an O_PATH descriptor.  If false, the caller must flush each folder that it
 * changed before the next step.
 */
bool fs_journal_ordered(int fd);

#endif
