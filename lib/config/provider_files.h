/*
 * provider_files.h - the folder providers.d: one file for each entry.
 *
 * It lies beside the settings file.  The entry of the provider NAME is the
 * content of providers.d/NAME.json, with comments as in the settings file.
 * Files with other names do not count.
 */
#ifndef PROVIDER_FILES_H
#define PROVIDER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/span.h"
#include "base/status.h"
#include "config/pool.h"
#include "profile/provider.h"

#define PROVIDER_FILES_FOLDER "providers.d"
#define PROVIDER_FILES_SUFFIX ".json"

/* The names of the entries in the folder, sorted. */
struct provider_files {
	char (*name)[PROVIDER_NAME_MAX + 1];
	size_t n;
};

/*
 * The name of the provider whose entry the file has, as a view of file; empty
 * if the file does not count.
 */
struct span provider_files_name(struct span file);

/*
 * Write the name that a text was probably to be to dst: "my-shop" for
 * "My_Shop".  False if that is not a valid name either.
 */
bool provider_files_meant(
    char dst[static PROVIDER_NAME_MAX + 1], struct span text);

/*
 * Note the state of the folder, which is zeroed if it does not exist.  False
 * with why set if every user of the machine can write there: who can decides
 * who may send events, and what handles them.
 */
bool provider_files_state(
    struct stat *st, const char *folder, struct reason *why);

/* The path of the file of the provider called name.  NULL when out of memory. */
const char *provider_files_path(
    struct pool *pool, const char *folder, struct span name);

/*
 * List the folder.  One that does not exist is empty.  False with why set if it
 * cannot be read.  The caller frees *files by provider_files_free() after
 * either.
 */
bool provider_files_list(
    struct provider_files *files, const char *folder, struct reason *why);

void provider_files_free(struct provider_files *files);

#endif
