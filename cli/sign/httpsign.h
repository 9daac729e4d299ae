/*
 * httpsign.h - HTTP signatures as a sender makes them, in either form.
 *
 * What is covered is what the settings require, and with it a digest of the
 * body, a time, and the URL if that is known.
 */
#ifndef HTTPSIGN_H
#define HTTPSIGN_H

#include <stdbool.h>

#include "base/status.h"
#include "signing_input.h"

/* Add digest, time and signature to the request.  False: why is set. */
bool httpsign_add(const struct signing_request *sign, struct reason *why);

#endif
