/* event_folder.h - the folders of a provider's inbox, opened. */
#ifndef EVENT_FOLDER_H
#define EVENT_FOLDER_H

/*
 * Open the folder sub ("new") of a provider in the inbox at root, one level
 * after the other; no symbolic links below root.  -1 with errno set, ENOENT for
 * what cannot be the name of a provider.
 */
int event_folder(const char *root, const char *provider, const char *sub);

#endif
