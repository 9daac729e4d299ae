/*
 * lacking.h - says which part of a request is signed and is not there.
 */
#ifndef LACKING_H
#define LACKING_H

#include "base/status.h"
#include "profile/template.h"

/*
 * Set why to what the request of in lacks for tpl, and where the user gives it:
 * for a template that could not be filled in.
 */
void lacking_say(const struct template *tpl, const struct template_input *in,
    struct reason *why);

#endif
