/*
 * check_value.h - values of settings that are allowed, and never do what was
 * meant.
 *
 * Each function returns true if the value is odd, and sets advice: what is odd
 * about it and what to do, to be read after "SETTING: ".  No advice quotes a
 * value but by base/shown.
 */
#ifndef CHECK_VALUE_H
#define CHECK_VALUE_H

#include "config/config.h"

struct value {
	const struct config *cfg;
	const char *entry; /* the name of the entry */
	const char *text;  /* the value itself */
};

/* The entry's own URL, as its sender has it. */
bool value_odd_url(const struct value *value, struct reason *advice);

/* The public URL up to the names of the entries. */
bool value_odd_base(const struct value *value, struct reason *advice);

/* A URL of others, or a pattern of such. */
bool value_odd_source(const struct value *value, struct reason *advice);

/* "header:NAME", "json:PATH" and the like. */
bool value_odd_place(const struct value *value, struct reason *advice);

/* What has signatures: the name of a header alone, or "json:PATH". */
bool value_odd_signature(const struct value *value, struct reason *advice);

/* The id of an event: the same, and whether many events have it. */
bool value_odd_id(const struct value *value, struct reason *advice);

/* A header of keep_headers, or one of hold.headers. */
bool value_odd_kept(const struct value *value, struct reason *advice);
bool value_odd_held(const struct value *value, struct reason *advice);

/* A template, or a claim with one. */
bool value_odd_template(const struct value *value, struct reason *advice);

/* A challenge with paths in it. */
bool value_odd_challenge(const struct value *value, struct reason *advice);

/* The name of a host, or a pattern of such. */
bool value_odd_host(const struct value *value, struct reason *advice);

bool value_odd_prefix(const struct value *value, struct reason *advice);
bool value_odd_topic(const struct value *value, struct reason *advice);
bool value_odd_webhook_id(const struct value *value, struct reason *advice);

#endif
