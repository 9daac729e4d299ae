/*
 * binding.h - what binds a delivery to this user.
 *
 * If a provider signs with one key for all its customers, a right signature
 * shows only that some customer's event came.  A setting must then say whose
 * events are meant.  Which setting that is, is a preset's (preset.h); what the
 * setting is compared with is a row of this module.
 */
#ifndef BINDING_H
#define BINDING_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"
#include "http/field.h"
#include "http/request.h"
#include "preset/preset.h"

struct profile;       /* profile.h */
struct profile_fault; /* profile.h */

/* The setting that a preset needs to be bound, or NULL: its key is enough. */
const char *binding_setting(const struct preset *preset);

/* True if words have that setting, or need none. */
bool binding_is_set(const struct preset *words);

/*
 * Take the settings that bind from words.  False, with *fault set: the one that
 * is needed is missing, or one has a value that no delivery could have.
 */
bool binding_make(struct profile *profile, const struct preset *words,
    struct profile_fault *fault);

/*
 * Check that profile, whose templates are made, signs the setting that words
 * need to be bound, where it is a part of what is signed.  False, with *fault
 * set: an alternative leaves it out, or no claim has it.
 */
bool binding_check_signed(const struct profile *profile,
    const struct preset *words, struct profile_fault *fault);

/*
 * Check that a genuine delivery is meant for this user.  payload is the signed
 * part of the body.  ST_OK.  ST_UNVERIFIED, with why set: it is another's, or
 * does not say whose it is.  ST_TRY_LATER: out of memory.
 */
enum status binding_check(const struct profile *profile,
    const struct request *req, struct span payload, struct reason *why);

#endif
