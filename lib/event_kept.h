/*
 * event_kept.h - what an event's header has of the request because the settings
 * say so, and not because hookdir needs it: headers, the query, the address.
 *
 * The signature covers none of it, unless it covers it anyway.  How much is
 * kept is bounded, so that no sender decides how large a header is.  The names
 * and values of kept headers have at most EVENT_KEPT_ROOM bytes as written, and
 * a query EVENT_QUERY_MAX; there are at most EVENT_KEPT_MAX kept headers.  What
 * does not fit is left out whole, and the header says so.  Left out too is a
 * header that came more than once, and a query with a secret of the provider.
 */
#ifndef EVENT_KEPT_H
#define EVENT_KEPT_H

#include <stdio.h>

#include "event.h"
#include "event_headers.h"

#define EVENT_KEPT_ROOM     16384 /* bytes of all kept headers */
#define EVENT_KEPT_MAX      256   /* headers that are kept */
#define EVENT_KEPT_WILDCARD 64    /* headers that one pattern may keep */
#define EVENT_QUERY_MAX     8192  /* bytes of a query */

/*
 * Write the lines: first the headers, in the order of keep_headers, and for
 * each pattern of it in the order of their names.  Those that are listed in
 * stored are there already.
 */
void event_kept(
    FILE *fp, const struct event_input *in, const struct event_headers *stored);

#endif
