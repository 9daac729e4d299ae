/*
 * pool.h - the strings of the settings, freed together.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

/* Owns its strings.  Zeroed is empty and ready. */
struct pool {
	struct pool_node *first;
};

/* A copy of len bytes as a string, or NULL when out of memory. */
const char *pool_copy(struct pool *pool, const void *bytes, size_t len);

/* A copy of dir, "/" and name; only name when that begins with '/'. */
const char *pool_path(struct pool *pool, const char *dir, const char *name);

/* Free all strings; harmless on an empty pool. */
void pool_free(struct pool *pool);

#endif
