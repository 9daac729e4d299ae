/*
 * pool.h - owns the strings of the settings, and what else is freed with them.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

/* Owns its strings.  A zeroed pool is empty and ready for use. */
struct pool {
	struct pool_node *first;
};

/* Copy len bytes into a string.  NULL when out of memory. */
const char *pool_copy(struct pool *pool, const void *bytes, size_t len);

/* Make the string "dir/name".  NULL when out of memory. */
const char *pool_join(struct pool *pool, const char *dir, const char *name);

/*
 * Make the string "dir/name", or a copy of name if that begins with '/'.  NULL
 * when out of memory.
 */
const char *pool_path(struct pool *pool, const char *dir, const char *name);

/*
 * Room for len bytes of any type, which are zeroed.  NULL when out of memory.
 */
void *pool_room(struct pool *pool, size_t len);

/* Free all strings and all room; harmless on an empty pool. */
void pool_free(struct pool *pool);

#endif
