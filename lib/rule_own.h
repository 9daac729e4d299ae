/*
 * rule_own.h - what the files of rule.h share, and nobody else.
 */
#ifndef RULE_OWN_H
#define RULE_OWN_H

#include "rule.h"

/* Where rule_make() says what is wrong. */
struct complaint {
	const char **key;
	struct reason *why;
};

/* Say it; false. */
bool rule_complain(
    const struct complaint *c, const char *key, const char *text);

/* True for a header that would put a password into the event's header. */
bool rule_is_password(const struct rule *rule, const char *name);

/* The templates of what is signed, or of a token's claims. */
bool rule_signed(
    struct rule *rule, const struct preset *words, const struct complaint *c);

#endif
