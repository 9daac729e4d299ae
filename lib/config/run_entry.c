/* run_entry.c - what one entry of "run" takes, and when it tries again. */
#include <stdio.h>
#include <string.h>

#include "base/url.h"
#include "base/wildcard.h"
#include "config/run_entry.h"
#include "crypto/digest.h"
#include "http/field.h"
#include "http/header.h"

#define OWN_VARIABLE "HOOKDIR_"

const struct run_entry run_entry_default = {
    .jobs = 1,
    .order = {RUN_ORDER_NONE, NULL},
    .timeout = 300,
    .retry = {5, 300, 1800, 7200, 18000, 36000, 36000},
    .nretry = 7,
    .keep_hours = 0,
    .failed_days = RUN_FOR_EVER,
    .directory = "/",
};

/* True if no name of the path is empty. */
static bool
is_path(struct span path)
{
	while (path.ptr != NULL) {
		if (span_cut(&path, '.').len == 0)
			return false;
	}
	return true;
}

bool
run_order_parse(struct run_order *order, const char *text)
{
	struct field field;
	bool ok = false;

	*order = (struct run_order){RUN_ORDER_NONE, NULL};
	if (strcmp(text, "none") == 0)
		return true;
	if (strcmp(text, "all") == 0) {
		order->kind = RUN_ORDER_ALL;
		return true;
	}
	if (!field_parse(&field, text))
		return false;
	if (field.kind == FIELD_JSON) {
		ok = is_path(span_str(field.arg));
		*order = (struct run_order){RUN_ORDER_JSON, field.arg};
	} else if (field.kind == FIELD_HEADER) {
		ok = header_name_ok(span_str(field.arg));
		*order = (struct run_order){RUN_ORDER_HEADER, field.arg};
	}
	return ok;
}

bool
run_retry_parse(struct run_entry *entry, const char *text)
{
	struct span rest = span_str(text);

	entry->nretry = 0;
	if (rest.len == 0)
		return true;
	while (rest.ptr != NULL) {
		long long step = span_number(span_trim(span_cut(&rest, ',')));

		if (step < 0 || step > RUN_RETRY_LONGEST ||
		    entry->nretry == RUN_RETRY_MAX)
			return false;
		entry->retry[entry->nretry++] = (long)step;
	}
	return true;
}

/* --- is it of use? --- */

static bool
refuse(struct run_fault *fault, const char *setting, const char *why)
{
	fault->setting = setting;
	reason_set(&fault->why, "%s", why);
	return false;
}

static bool
is_handler_ok(const struct run_entry *entry, struct run_fault *fault)
{
	const char *program = entry->command[0];

	if (program == NULL && entry->forward == NULL)
		return refuse(fault, "command",
		    "missing: name the program that handles an event, or set "
		    "forward");
	if (program != NULL && entry->forward != NULL)
		return refuse(fault, "forward",
		    "cannot be used together with command: remove one of the "
		    "two");
	if (program != NULL && program[0] == '\0')
		return refuse(
		    fault, "command", "is empty: name the program first");
	if (program != NULL && program[0] != '/' &&
	    strchr(program, '/') != NULL)
		return refuse(fault, "command",
		    "must begin with an absolute path, or with a name that is "
		    "found in " RUN_PATH);
	if (entry->persistent && entry->forward != NULL)
		return refuse(fault, "persistent",
		    "cannot be used with forward, whose program always stays");
	return true;
}

static bool
is_forward_ok(const struct run_entry *entry, struct run_fault *fault)
{
	const char *wrong;
	struct url url;

	if (entry->forward == NULL)
		return true;
	if ((wrong = url_fault(entry->forward, URL_FORWARD)) != NULL)
		return refuse(fault, "forward", wrong);
	if (entry->insecure || !url_split(&url, span_str(entry->forward)) ||
	    strcmp(url.scheme, "https") == 0 || url_is_loopback(&url))
		return true;
	return refuse(fault, "forward",
	    "must begin with https://, since it does not lead to this machine: "
	    "with http, everybody on the way can read and change the events; "
	    "\"insecure\": true allows it");
}

/* "NAME=VALUE", as a shell takes it. */
static bool
is_variable(const char *text)
{
	static const char first[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	size_t n = strspn(text, first);

	if (n == 0)
		return false;
	while (text[n] != '\0' && (strchr(first, text[n]) != NULL ||
				      (text[n] >= '0' && text[n] <= '9')))
		n++;
	return text[n] == '=';
}

static bool
is_own(const char *variable)
{
	return strncmp(variable, OWN_VARIABLE, strlen(OWN_VARIABLE)) == 0;
}

bool
run_variable_ok(const char *variable)
{
	return is_variable(variable) && !is_own(variable);
}

static bool
is_environment_ok(const struct run_entry *entry, struct run_fault *fault)
{
	for (size_t i = 0; entry->environment[i] != NULL; i++) {
		if (run_variable_ok(entry->environment[i]))
			continue;
		return refuse(fault, "environment",
		    is_own(entry->environment[i])
			? "must not have a name that begins with " OWN_VARIABLE
			  ": such variables tell the handler what hookdir "
			  "knows of the event"
			: "must have names of letters, digits and _, which do "
			  "not begin with a digit");
	}
	return true;
}

const char *
run_entry_path(const struct run_entry *entry)
{
	static const char name[] = "PATH=";

	for (size_t i = 0; entry->environment[i] != NULL; i++) {
		if (strncmp(entry->environment[i], name, strlen(name)) == 0)
			return entry->environment[i] + strlen(name);
	}
	return RUN_PATH;
}

bool
run_entry_ok(const struct run_entry *entry, struct run_fault *fault)
{
	*fault = (struct run_fault){.setting = ""};
	if (!is_handler_ok(entry, fault) || !is_forward_ok(entry, fault) ||
	    !is_environment_ok(entry, fault))
		return false;
	for (size_t i = 0; entry->type[i] != NULL; i++) {
		if (entry->type[i][0] == '\0')
			return refuse(fault, "type",
			    "is empty: every event has a type, at least "
			    "\"unknown\"; without this setting, events of all "
			    "types are taken");
	}
	if (entry->jobs > 1 && entry->order.kind == RUN_ORDER_ALL)
		return refuse(fault, "jobs",
		    "must be 1 with \"order\": \"all\", which handles one "
		    "event after the other");
	if (entry->directory[0] != '/')
		return refuse(
		    fault, "directory", "must be the path of a folder");
	return true;
}

/* --- what it takes --- */

bool
run_entry_takes(const struct run_entry *entry, struct span type)
{
	if (entry->type[0] == NULL)
		return true;
	for (size_t i = 0; entry->type[i] != NULL; i++) {
		if (wildcard_text(entry->type[i], type))
			return true;
	}
	return false;
}

/* --- when it tries again --- */

long
run_entry_step(const struct run_entry *entry, unsigned attempt)
{
	if (attempt < 1 || attempt > entry->nretry)
		return -1;
	return entry->retry[attempt - 1];
}

bool
run_entry_next(const struct run_entry *entry, unsigned attempt, int64_t now,
    uint64_t random, int64_t *next)
{
	long step = run_entry_step(entry, attempt);
	long tenth = step / 10;

	if (step < 0)
		return false;
	*next =
	    now + step - tenth + (int64_t)(random % (2 * (uint64_t)tenth + 1));
	return true;
}

/* --- in what order --- */

/* The value of the only line called name; false if there is none. */
static bool
find_line(struct span head, const char *name, struct span *value)
{
	unsigned hits = 0;

	while (head.ptr != NULL) {
		struct span line = span_cut(&head, '\n');
		struct span key = span_cut(&line, ':');

		if (line.ptr == NULL || !span_is_nocase(key, name))
			continue;
		*value = span_trim(line);
		hits++;
	}
	return hits == 1 && value->len > 0;
}

static void
set_key(struct run_key *key, struct span text)
{
	unsigned char digest[DIGEST_MAX];

	digest_hash(DIGEST_SHA256, &text, 1, digest);
	memcpy(key->digest, digest, sizeof(key->digest));
}

static enum lookup
json_key(const char *path, struct span body, struct run_key *key)
{
	const struct field field = {FIELD_JSON, path};
	struct field_value value;
	enum lookup found = field_get(&field, NULL, body, &value);

	if (found != LOOKUP_FOUND)
		return found;
	set_key(key, value.text);
	field_value_free(&value);
	return LOOKUP_FOUND;
}

enum lookup
run_order_key(const struct run_order *order, struct span head, struct span body,
    struct run_key *key)
{
	struct span value;

	switch (order->kind) {
	case RUN_ORDER_NONE:
		return LOOKUP_NONE;
	case RUN_ORDER_ALL:
		set_key(key, span_str(""));
		return LOOKUP_FOUND;
	case RUN_ORDER_JSON:
		return json_key(order->name, body, key);
	case RUN_ORDER_HEADER:
		if (!find_line(head, order->name, &value))
			return LOOKUP_NONE;
		set_key(key, value);
		return LOOKUP_FOUND;
	}
	return LOOKUP_NONE;
}
