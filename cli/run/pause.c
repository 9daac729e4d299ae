/* pause.c - pauses that double. */
#include "pause.h"

long long
pause_take(struct pause *pause)
{
	long long now = pause->next == 0 ? pause->first : pause->next;

	pause->next = 2 * now < pause->last ? 2 * now : pause->last;
	return now;
}

void
pause_reset(struct pause *pause)
{
	pause->next = 0;
}
