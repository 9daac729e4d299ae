/*
 * header.h - names of header fields: as HTTP writes them and as CGI does.
 *
 * RFC 3875, section 4.1.18: a server passes the field "X-Sig" on as the variable
 * HTTP_X_SIG; Content-Type and Content-Length have variables of their own.
 */
#ifndef HEADER_H
#define HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define HEADER_NAME_MAX 256 /* characters of a name, NUL counted */
/* Of the variable that stands for it. */
#define HEADER_VARIABLE_MAX (HEADER_NAME_MAX + sizeof("HTTP_"))

/* c as it is in the name of a variable. */
char header_cgi_char(char c);

/*
 * True if the two names are one to CGI, which knows neither case nor '-' from
 * '_'.
 */
bool header_same(const char *a, const char *b);

/* True for a name of RFC 9110, section 5.1, that is not too long. */
bool header_name_ok(struct span name);

/* The variable of the header called name, which header_name_ok(). */
void header_to_cgi(char dst[static HEADER_VARIABLE_MAX], struct span name);

/*
 * The usual spelling of the header that the variable stands for: "X-Sig" of
 * HTTP_X_SIG.  False if it stands for none, or for one that is too long.
 */
bool header_from_cgi(char dst[static HEADER_NAME_MAX], struct span variable);

/* The same of a name in any case, such as "content-digest". */
void header_spell(char dst[static HEADER_NAME_MAX], struct span name);

/*
 * True for a header that always holds a password: Authorization, Cookie and
 * their like.  What a scheme of signatures puts there is another matter, which
 * is the caller's.
 */
bool header_is_credential(struct span name);

/*
 * True for a header that may hold a password by its name, or by the way in
 * which its value begins.
 */
bool header_may_be_credential(const char *name, struct span value);

#endif
