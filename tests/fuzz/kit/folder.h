/*
 * folder.h - a folder for one fuzzer, in memory if the machine has such a disk.
 */
#ifndef FOLDER_H
#define FOLDER_H

/* Make it; it is removed when the process ends as it should. */
const char *folder_make(void);

/* Remove all that is at path. */
void folder_remove(const char *path);

#endif
