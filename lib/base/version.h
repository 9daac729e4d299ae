/* version.h - the version, which the Makefile says. */
#ifndef VERSION_H
#define VERSION_H

#ifndef HOOKDIR_VERSION
#define HOOKDIR_VERSION "unknown"
#endif

#endif
