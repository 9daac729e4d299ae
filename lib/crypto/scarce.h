/*
 * scarce.h - did memory run out in OpenSSL?
 *
 * OpenSSL then says that a signature does not fit, or that a key is none.  Such
 * an answer must not be final: it would be given to genuine deliveries.
 */
#ifndef SCARCE_H
#define SCARCE_H

#include <stdbool.h>

#define SCARCE_TEXT "out of memory, or libcrypto cannot be loaded"

/*
 * True if an error of OpenSSL in this thread says that memory ran out or that
 * an algorithm is missing, as one is if memory ran out while OpenSSL was set
 * up; or if memory is out now, or if there is no OpenSSL.  Not every function
 * of OpenSSL leaves such an error.  Removes all errors, so that they do not
 * show up as another call's.
 */
bool scarce_memory(void);

#endif
