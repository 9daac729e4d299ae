/* edge.c - what is said to an exchange, the edge that it came by hears. */
#include "edge.h"

void
edge_takes_long(struct edge_exchange *x)
{
	if (x->takes_long != NULL)
		x->takes_long(x);
}

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
