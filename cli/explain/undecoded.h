/*
 * undecoded.h - an entry whose secrets cannot be decoded, made ready for
 * explain.
 *
 * To the receiver such an entry is broken.  What is wrong with the secrets can
 * still be found out: explain tries them as they stand in their file.
 */
#ifndef UNDECODED_H
#define UNDECODED_H

#include <stdbool.h>

#include "config/config.h"
#include "profile/provider.h"

/*
 * Make *dst of broken, without any secret.  True: the caller frees *dst with
 * undecoded_free(); it borrows from broken and cfg.  False: it is broken for
 * another reason.
 */
bool undecoded_make(struct provider *dst, const struct config *cfg,
    const struct provider *broken);

/* Free what undecoded_make() made.  Harmless on a zeroed provider. */
void undecoded_free(struct provider *prov);

#endif
