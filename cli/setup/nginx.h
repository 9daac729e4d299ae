/*
 * nginx.h - puts the lines that include hookdir into a site of nginx.
 */
#ifndef NGINX_H
#define NGINX_H

#include <stdbool.h>

/*
 * Put the lines into the server { } block of the file at path that hooks belong
 * into (nginx_file.h); host is that of base_url, or NULL.  A link is followed,
 * as sites-enabled has them.  Prints the change; with dry_run that is all.
 * Otherwise the old file is kept beside it, as .NAME.hookdir-old, which no
 * pattern of nginx's includes, and the change is taken back if `nginx -t` does
 * not like it.  Does nothing if the block includes hookdir already.
 *
 * False after saying why.
 */
bool nginx_setup(const char *path, const char *host, bool dry_run);

#endif
