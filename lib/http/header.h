/*
 * header.h - names of headers, as HTTP and as CGI write them, and which headers
 * may contain a password.
 *
 * RFC 3875, section 4.1.18: a web server passes the header "X-Sig" to a CGI
 * program in the variable HTTP_X_SIG.  Content-Type and Content-Length have
 * variables without HTTP_.
 */
#ifndef HEADER_H
#define HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define HEADER_NAME_MAX 256 /* characters of a name, including the NUL */
/*
 * Before the name of a header of a request that an event's header could take
 * for a line of its own.
 */
#define HEADER_ORIGINAL "Original-"
/* Characters of the name of a header's variable, including the NUL. */
#define HEADER_VARIABLE_MAX (HEADER_NAME_MAX + sizeof("HTTP_"))

/* The character that stands for c in the name of a variable. */
char header_cgi_char(char c);

/*
 * True if the two names have the same variable: CGI ignores case, and does not
 * distinguish '-' from '_'.
 */
bool header_same(const char *a, const char *b);

/* True if the name begins with prefix, compared as header_same() does. */
bool header_starts(const char *name, const char *prefix);

/*
 * True if the name is what a setting means: NAME, NAME-* for every name that
 * begins with "NAME-" and goes on, or * for every name.
 */
bool header_matches(const char *pattern, const char *name);

/*
 * True if text is a pattern that header_matches() takes, in the characters that
 * a header of CGI can have.
 */
bool header_pattern_ok(const char *text);

/* What to say where it is not. */
#define HEADER_PATTERN_RULE                                             \
	"must be header names: NAME, NAME-* for those that begin with " \
	"NAME-, or *"

/*
 * True if name is a header name by RFC 9110, section 5.1, and shorter than
 * HEADER_NAME_MAX.
 */
bool header_name_ok(struct span name);

/*
 * Write the name of the header's variable and a NUL to dst. name must be one
 * for which header_name_ok() is true.
 */
void header_to_cgi(char dst[static HEADER_VARIABLE_MAX], struct span name);

/*
 * Write the usual spelling of the header that belongs to a variable, such as
 * "X-Sig" for HTTP_X_SIG.  Returns false if the variable is not of a header, or
 * if the name is too long.
 */
bool header_from_cgi(char dst[static HEADER_NAME_MAX], struct span variable);

/*
 * Write the usual spelling of a header name in any case, such as
 * "Content-Digest" for "content-digest".
 */
void header_spell(char dst[static HEADER_NAME_MAX], struct span name);

/*
 * True for a header that always contains a password: Authorization,
 * Proxy-Authorization and Cookie.  Some providers put a signature there
 * instead; the caller knows which.
 */
bool header_is_credential(struct span name);

/*
 * True for a header that may contain a password, judging by its name and by how
 * its value begins.
 */
bool header_may_be_credential(const char *name, struct span value);

#endif
