/*
 * request.h - one HTTP request, as the CGI environment describes it (RFC 3875).
 *
 * A request is read once and checked once, and does not change afterwards.  It
 * borrows the environment, which FastCGI frees at the next accept; so a request
 * must not outlive its turn of the loop.  It owns the body.  A large body is in
 * a file that is mapped into memory.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "http/spool.h"

/* Bytes of the longest header value that any check looks at. */
#define REQUEST_HEADER_MAX 8192
/* Bytes of the longest body that is held in memory if there is a spool. */
#define REQUEST_KEEP (256UL << 10)
/* Time for a body in milliseconds, and bytes that give it a second more. */
#define REQUEST_GRACE 10000UL
#define REQUEST_PACE  (64UL << 10)

struct request {
	char *const *env;     /* borrowed: NAME=value strings, then NULL */
	struct span method;   /* REQUEST_METHOD */
	struct span route;    /* the provider's name, as sent */
	struct span body;     /* a view of owned or of map */
	unsigned char *owned; /* malloc'd; NULL: the body is empty or mapped */
	struct spool_map map; /* the mapping of a large body's file */
	int fd;               /* that file, which has only the body; 0: none */
	bool has_length;      /* there is a valid Content-Length */
	/* The coding that was taken off the body (inflate.h), or NULL.
	 * Static. */
	const char *decoded;
};

enum { REQUEST_LOST = -1, REQUEST_LATE = -2 };

/*
 * Read up to len bytes of the body into buf.  Wait for them until so many
 * milliseconds after the request began as allowed says.  Returns the number of
 * bytes read (1..len), 0 at the end of the body, REQUEST_LATE if nothing came
 * in time, or REQUEST_LOST if the connection broke off.  Fewer than len bytes
 * do not mean the end.
 */
typedef ptrdiff_t (*request_read_fn)(
    void *arg, unsigned char *buf, size_t len, long allowed);

/* Where the body comes from. */
struct request_source {
	request_read_fn read;
	void *arg; /* for read */
};

/*
 * Set up *req from the environment.  Reads nothing of the body, and leaves
 * nothing to free.
 */
void request_open(struct request *req, char *const env[]);

/*
 * Read the whole body of a request for which request_open() was called.
 *
 *	body_max  length of the largest body that is accepted, in bytes; the
 *	          length is checked before anything is allocated
 *	spool     takes a body of more than REQUEST_KEEP bytes; must be empty;
 *	          the caller closes it afterwards. NULL: memory takes all
 *
 * The body is read to its end even if the answer is already known, because some
 * servers (mod_cgid) lose an answer that comes earlier.  There are limits to how
 * much is read in this way, and how long that takes.
 *
 * The sender has REQUEST_GRACE milliseconds for the body, and a second more for
 * each REQUEST_PACE bytes that have arrived.
 *
 * ST_OK: the caller must call request_free().  With any other status why is set
 * and the body is empty, but env, method and route can still be used:
 * ST_BAD_REQUEST (the length is not a number or was given twice, or the body is
 * shorter than its length), ST_NO_LENGTH (no length, and the connection broke
 * off), ST_TOO_LARGE, ST_TRY_LATER (out of memory, the spool failed, the body
 * was too slow, or the connection broke off before its end).
 */
enum status request_read(struct request *req, size_t body_max,
    struct spool *spool, const struct request_source *source,
    struct reason *why);

/*
 * Read all that source has, whatever the headers say of its length: as
 * request_read() does, with the same results.
 */
enum status request_read_all(struct request *req, size_t body_max,
    struct spool *spool, const struct request_source *source,
    struct reason *why);

/*
 * Read the body of an open request and throw it away: at most 32 MiB of it, and
 * for at most two seconds.
 */
void request_drain(
    const struct request *req, const struct request_source *source);

/*
 * Write the parts right before a large body in memory, without copying the
 * body.  *whole is then the parts and the body together, until the next call.
 * Returns false if that is not possible: the body is not mapped from a file, or
 * the parts are longer than SPOOL_HEADROOM.
 */
bool request_prefix(const struct request *req, const struct span part[],
    size_t nparts, struct span *whole);

/* How often a request has a header, as far as it matters. */
enum request_count { REQUEST_NONE, REQUEST_ONE, REQUEST_SEVERAL };

/*
 * Find an HTTP header by its usual name, such as "X-Hub-Signature-256".  Case
 * does not matter.  *value borrows the environment.
 *
 * REQUEST_NONE: the header is missing or empty; servers differ on whether they
 * pass an empty header on.  REQUEST_SEVERAL: the server passed the header more
 * than once, perhaps once with an empty value; *value is the first value that
 * is not empty.  Authorization is also found if an internal redirect of Apache
 * renamed it.
 */
enum request_count request_header(
    const struct request *req, const char *name, struct span *value);

/*
 * Step through the values of a header that may come several times, in the order
 * of the environment.  *at is 0 before the first call.  Empty values are skipped.
 * Returns false if there are no more.
 */
bool request_header_next(const struct request *req, const char *name,
    size_t *at, struct span *value);

/*
 * The provider's name as the client wrote it, from the environment alone, which
 * it borrows.
 */
struct span request_route(char *const env[]);

/* True if the request came over https, according to the server. */
bool request_is_https(const struct request *req);

/*
 * The query of the request's target, with its '?', as sent.  Empty: it has
 * none.
 */
struct span request_query(const struct request *req);

/* The value of a CGI variable such as REQUEST_URI, or the empty span. */
struct span request_variable(const struct request *req, const char *name);

/* Free the body and make it empty.  Harmless on a zeroed request. */
void request_free(struct request *req);

#endif
