/*
 * forwarder.h - the handler of an entry of "run" that has `forward`.
 *
 * That is the program hookdir-forward, which stays, and which is no other than
 * any persistent handler once it is set up: forward/main.c.
 */
#ifndef FORWARDER_H
#define FORWARDER_H

#include <stdbool.h>

#include "config/run_config.h"

/*
 * Put hookdir-forward into each entry that has `forward`, as its command.
 * Settings that have no effect with `forward` get none.  False: out of memory.
 */
bool forwarder_fill(struct run_config *cfg);

#endif
