/*
 * shown.h - what a request presents and what was signed, for human eyes.
 *
 * What is written here ends up in mails and bug reports.  So it has nothing of
 * a secret in it, and no signature: not the one that was expected, which would
 * make the message a valid one, and from which a weak secret can be guessed;
 * and not all of the one that was presented, from which it can be as well
 * where it is genuine.  Four characters tell two signatures apart.
 */
#ifndef SHOWN_H
#define SHOWN_H

#include <stdio.h>

#include "http/request.h"
#include "profile/provider.h"
#include "profile/secret.h"

/* One request to be shown. */
struct shown {
	FILE *out;
	const struct provider *prov;
	const struct request *req;
	const struct secrets *lines; /* as they stand in their file */
};

/* The headers that came, by their names alone. */
void shown_headers(const struct shown *shown);

/* Where the settings look for signatures, and what is there. */
void shown_presented(const struct shown *shown);

/* What the settings say is signed, each alternative: bounded and escaped. */
void shown_signed(const struct shown *shown);

#endif
