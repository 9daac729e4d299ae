/*
 * filed.h - what the receiver has filed, beside what it should have.
 */
#ifndef FILED_H
#define FILED_H

#include "sender.h"

/*
 * The number of files in new/ of the mail's provider.  Ends the process if one
 * of them is not a whole event.  *found: one has the payload of content.
 */
size_t filed_check(const char *inbox, const struct mail *mail,
    const struct content *content, bool *found);

/* Some file of new/, in which there must be one; good until the next call. */
struct span filed_read(const char *inbox, const struct rule *rule);

/* Take all that is in new/, as a consumer does. */
void filed_take(const char *inbox, const struct rule *rule);

#endif
