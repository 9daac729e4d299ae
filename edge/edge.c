/* edge.c - what is said to an exchange, the edge that it came by hears. */
#include "edge.h"

bool
edge_reply(struct edge_exchange *x, const struct reply *reply)
{
	return x->reply(x, reply);
}

void
edge_end(struct edge_exchange *x)
{
	x->end(x);
}
