/*
 * content.h - what the sender needs of content.c, besides sender.h.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include "sender.h"

/* Add the parts of a template's text; false if a variable has no value. */
bool content_fill(
    const struct mail *mail, const char *text, struct content *content);

/* Add all parts to dst, one after the other. */
void content_join(const struct content *content, struct bytes *dst);

/* Add the target that an HTTP signature covers. */
void mail_target(const struct mail *mail, struct bytes *dst);

#endif
