/* pool.c - a list of strings, freed together. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/pool.h"

struct pool_node {
	struct pool_node *next;
	_Alignas(max_align_t) char text[];
};

static char *
pool_alloc(struct pool *pool, size_t len)
{
	struct pool_node *node = malloc(sizeof(*node) + len + 1);

	if (node == NULL)
		return NULL;
	node->next = pool->first;
	pool->first = node;
	node->text[len] = '\0';
	return node->text;
}

void *
pool_room(struct pool *pool, size_t len)
{
	char *room = pool_alloc(pool, len);

	return room == NULL ? NULL : memset(room, 0, len);
}

const char *
pool_copy(struct pool *pool, const void *bytes, size_t len)
{
	char *text = pool_alloc(pool, len);

	if (text != NULL && len > 0)
		memcpy(text, bytes, len);
	return text;
}

const char *
pool_join(struct pool *pool, const char *dir, const char *name)
{
	size_t len = strlen(dir) + 1 + strlen(name);
	char *text = pool_alloc(pool, len);

	if (text != NULL)
		snprintf(text, len + 1, "%s/%s", dir, name);
	return text;
}

const char *
pool_path(struct pool *pool, const char *dir, const char *name)
{
	if (name[0] == '/')
		return pool_copy(pool, name, strlen(name));
	return pool_join(pool, dir, name);
}

void
pool_free(struct pool *pool)
{
	while (pool->first != NULL) {
		struct pool_node *node = pool->first;

		pool->first = node->next;
		free(node);
	}
}
