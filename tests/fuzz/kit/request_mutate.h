/*
 * request_mutate.h - requests in files, changed line by line.
 */
#ifndef REQUEST_MUTATE_H
#define REQUEST_MUTATE_H

#include "bytes.h"

/* Change one thing of a request in text (hold/request_file.h). */
void request_mutate(struct bytes *text, struct chance *chance);

#endif
