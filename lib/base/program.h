/*
 * program.h - where the programs of hookdir are that others of them start.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <limits.h>

/* Their names. */
#define PROGRAM_FETCH   "hookdir-fetch"
#define PROGRAM_FORWARD "hookdir-forward"

/*
 * Find the program called name, such as "hookdir-fetch", and write its path to
 * dst.  It is looked for in the folder of the running program, then in
 * ../lib/hookdir from there, then where it is installed by default.  If it is in
 * none of them, dst names the first place.
 */
void program_locate(char dst[static PATH_MAX], const char *name);

/* The folder where they are installed by default.  Static. */
const char *program_folder(void);

#endif
