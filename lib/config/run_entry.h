/*
 * run_entry.h - one entry of "run": which events it takes, what handles them,
 * and when what failed is tried again.
 *
 * run_config.h makes entries from the settings, `hookdir run PROVIDER --
 * COMMAND` makes one from its options; run_entry_fault() judges both.  The
 * questions that the runner, the relay and the sweep ask of an entry are here
 * too.  This module reads no file, no clock and no random numbers.
 */
#ifndef RUN_ENTRY_H
#define RUN_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

/* The PATH that handlers get, unless their environment has another one. */
#define RUN_PATH "/usr/local/bin:/usr/bin:/bin"

#define RUN_COMMAND_MAX     128 /* the program and its arguments */
#define RUN_TYPES_MAX       32
#define RUN_ENVIRONMENT_MAX 64
#define RUN_JOBS_MAX        256
#define RUN_TIMEOUT_MAX     86400L        /* seconds */
#define RUN_RETRY_MAX       100           /* values in the list */
#define RUN_RETRY_LONGEST   (30 * 86400L) /* seconds; the largest of them */

/* In what order an entry's events are handled. */
enum run_order_kind {
	RUN_ORDER_NONE,   /* oldest first; a failure holds nobody up */
	RUN_ORDER_ALL,    /* strictly one after the other */
	RUN_ORDER_JSON,   /* those of one key so; it is a member of the body */
	RUN_ORDER_HEADER, /* the same; it is a line of the event's header */
};

struct run_order {
	enum run_order_kind kind;
	const char *name; /* the path or the line's name; borrowed */
};

/* One entry.  All strings are borrowed. */
struct run_entry {
	/* Where it is in the settings, as messages show it: the dotted path,
	 * "providers.stripe.run[1]", and the line.  NULL and 0 elsewhere. */
	const char *key;
	unsigned line;
	/* The handler: one of these two. */
	const char *command[RUN_COMMAND_MAX + 1]; /* ends with NULL; or empty */
	const char *forward;                      /* a URL, or NULL */
	const char *type[RUN_TYPES_MAX + 1]; /* wildcards; empty takes all */
	long jobs;                           /* handlers at once */
	struct run_order order;
	long timeout; /* seconds */
	/* Seconds between the attempts, which are one more. */
	long retry[RUN_RETRY_MAX];
	size_t nretry;
	long keep_hours;       /* of done/; 0: nothing is kept there */
	long failed_days;      /* of failed/; RUN_FOR_EVER */
	bool persistent;       /* the command stays; never with forward */
	const char *directory; /* where it runs; absolute */
	/* "NAME=VALUE", ends with NULL. */
	const char *environment[RUN_ENVIRONMENT_MAX + 1];
	const char *forward_secret_file; /* absolute, or NULL */
	const char *forward_ca_file;     /* the same */
	bool insecure; /* forward may use http to another host */
};

#define RUN_FOR_EVER (-1L)

/* An entry with the defaults of all settings, and no handler yet. */
extern const struct run_entry run_entry_default;

/*
 * Read the setting order: "none", "all", "json:PATH", "header:NAME".  *order
 * borrows from text.  False for anything else.
 */
bool run_order_parse(struct run_order *order, const char *text);

/* What to say then. */
#define RUN_ORDER_RULE "must be none, all, json:PATH or header:NAME"

/*
 * Read the setting retry from a list of seconds with commas between them, or
 * nothing for the empty list.  False for anything else, and for values that the
 * setting cannot have; RUN_RETRY_RULE is what to say then.
 */
bool run_retry_parse(struct run_entry *entry, const char *text);

#define RUN_RETRY_RULE                                                    \
	"must be up to 100 numbers of seconds with commas between them, " \
	"each at most 2592000, which is 30 days"

/* What an entry cannot be: the setting, and what is wrong with it. */
struct run_fault {
	const char *setting; /* static */
	struct reason why;   /* to be read after "SETTING: " */
};

/*
 * Judge an entry as a whole.  False, with *fault set, for an entry that cannot
 * be used: without a handler or with two, with an empty text, a URL that
 * nothing may be sent to, variables that are hookdir's, and settings that
 * exclude each other.  No message quotes a value.
 */
bool run_entry_ok(const struct run_entry *entry, struct run_fault *fault);

/*
 * True if "NAME=VALUE" can be a variable of a handler: the name consists of
 * letters, digits and underscores, and begins neither with a digit nor with
 * HOOKDIR_.
 */
bool run_variable_ok(const char *variable);

/* The folders in which a command without a slash is found: its PATH. */
const char *run_entry_path(const struct run_entry *entry);

/* True if the entry takes events of this type, which is decoded. */
bool run_entry_takes(const struct run_entry *entry, struct span type);

/*
 * The seconds between the attempt of this number, counted from 1, and the next
 * one; -1 if it was the last.
 */
long run_entry_step(const struct run_entry *entry, unsigned attempt);

/*
 * When an event is to be tried again whose attempt of this number, counted from
 * 1, has failed softly now: one step later, and up to a tenth of the step
 * earlier or later, as random says, which is any number.  False if it was the
 * last attempt.
 */
bool run_entry_next(const struct run_entry *entry, unsigned attempt,
    int64_t now, uint64_t random, int64_t *next);

/* The key of an event: the digest of its text, so that all take the same room.
 */
struct run_key {
	unsigned char digest[16];
};

/*
 * The key by which an event is put in order.  head is the header of the event's
 * file, without the empty line; body is what follows that.  The name of a line
 * is compared without regard to case.
 *
 * LOOKUP_FOUND: *key is set.  LOOKUP_NONE: the event has no key, and nothing
 * waits for it: the order is by key, and the member or line is missing, empty,
 * there twice, or neither a string nor a number; or the order is RUN_ORDER_NONE.
 * With RUN_ORDER_ALL, all events have the same key.  LOOKUP_NO_MEMORY.
 */
enum lookup run_order_key(const struct run_order *order, struct span head,
    struct span body, struct run_key *key);

#endif
