/*
 * request.h - one HTTP request as the CGI environment describes it.
 *
 * A request is read once, checked once, and constant afterwards.  It borrows
 * the environment (FastCGI frees it at the next accept, so a request must not
 * outlive its turn of the loop) and owns the body, which is a file if it is
 * large.  This is the only place that knows how CGI spells an HTTP header.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "http/spool.h"

/* Longest header value that any check looks at, in bytes. */
#define REQUEST_HEADER_MAX 8192
/* Bytes of a body that are held in memory, if there is a spool for more. */
#define REQUEST_KEEP (256UL << 10)

struct request {
	char *const *env;     /* borrowed: NAME=value strings, NULL ends */
	struct span method;   /* REQUEST_METHOD */
	struct span route;    /* the provider's name as the client wrote it */
	struct span body;     /* a view of owned or of map */
	unsigned char *owned; /* malloc'd; NULL: the body is empty or mapped */
	struct spool_map map; /* of the file of a large body */
	int fd;          /* that file, which holds the body alone; 0: none */
	bool has_length; /* the client said how long the body is */
};

/*
 * Fetch up to len body bytes into buf.  Returns how many were stored (1..len),
 * 0 at the end of the input, or -1 on an error.  Short counts are fine.
 */
typedef ptrdiff_t (*request_read_fn)(void *arg, unsigned char *buf, size_t len);

/* Where a body comes from. */
struct request_source {
	request_read_fn read;
	void *arg; /* for read */
};

/* Look at the environment; nothing is read, and nothing to be freed. */
void request_open(struct request *req, char *const env[]);

/*
 * Read the whole body of an open request.
 *
 * body_max  largest body accepted, in bytes; the length is checked before
 *           anything is allocated.
 * spool     takes what is over REQUEST_KEEP bytes, or NULL: all is held in
 *           memory.  It must be empty; the caller closes it afterwards.
 *
 * The body is read to its end even when the answer is already known, up to a
 * limit, since some servers (mod_cgid) lose an answer that comes before.
 *
 * On ST_OK the caller must call request_free().  On any other status the body
 * is empty and why is set, but env, method and route can still be used.
 * Errors: ST_BAD_REQUEST (length not a number or given twice, or the body did
 * not end where it said), ST_NO_LENGTH (no length and the input broke off),
 * ST_TOO_LARGE, ST_TRY_LATER (out of memory, the spool failed, or the input
 * broke off before the length that was said).
 */
enum status request_read(struct request *req, size_t body_max,
    struct spool *spool, const struct request_source *source,
    struct reason *why);

/* Read the body of an open request, and forget it. */
void request_drain(
    const struct request *req, const struct request_source *source);

/*
 * Put the parts right before the body of a large request, where that takes no
 * copy of it: *whole is both, until the next call.  False where there is no
 * room for that: a body in memory, or parts over SPOOL_HEADROOM.
 */
bool request_prefix(const struct request *req, const struct span part[],
    size_t nparts, struct span *whole);

/* How often a header came, as far as it matters. */
enum request_count { REQUEST_NONE, REQUEST_ONE, REQUEST_SEVERAL };

/*
 * Look up an HTTP header by its usual name, case ignored
 * ("X-Hub-Signature-256").  *value borrows the environment.  An empty value
 * alone counts as none, since servers differ on whether they pass it on.
 * REQUEST_SEVERAL: the server passed it more than once, one of them perhaps
 * empty; *value is the first that is not.
 * Authorization is also found where an internal redirect of Apache puts it.
 */
enum request_count request_header(
    const struct request *req, const char *name, struct span *value);

/* The provider's name as the client wrote it, of env alone; borrows it. */
struct span request_route(char *const env[]);

/* True if it came by https, as the server says. */
bool request_is_https(const struct request *req);

/* Value of a CGI variable (REQUEST_URI, ...), or the empty span. */
struct span request_variable(const struct request *req, const char *name);

/* Free the body and empty it.  Harmless on a zeroed request. */
void request_free(struct request *req);

#endif
