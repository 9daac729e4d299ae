/* gate.c - one group inside, one that gathers. */
#include "gate.h"

#define SECOND 1000000000L

bool
gate_init(struct gate *gate)
{
	pthread_condattr_t attr;
	int failed = 0;

	*gate = (struct gate){.crowd = 1};
	if (pthread_condattr_init(&attr) != 0)
		return false;
	/* A clock that is set must not make a group wait. */
	if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&gate->first, &attr) != 0)
		failed = 1;
	else if (pthread_cond_init(&gate->open, NULL) != 0)
		failed = 2;
	else if (pthread_mutex_init(&gate->lock, NULL) != 0)
		failed = 3;
	pthread_condattr_destroy(&attr);
	if (failed > 1)
		pthread_cond_destroy(&gate->first);
	if (failed > 2)
		pthread_cond_destroy(&gate->open);
	return failed == 0;
}

void
gate_destroy(struct gate *gate)
{
	pthread_mutex_destroy(&gate->lock);
	pthread_cond_destroy(&gate->open);
	pthread_cond_destroy(&gate->first);
}

static long
between(const struct timespec *from, const struct timespec *to)
{
	/* No more than that matters, and more might not fit. */
	if (to->tv_sec - from->tv_sec > 1)
		return SECOND;
	return (to->tv_sec - from->tv_sec) * SECOND + to->tv_nsec -
	       from->tv_nsec;
}

/* Until when the first of a group waits for others. */
static struct timespec
deadline(const struct gate *gate, const struct timespec *came)
{
	long linger = between(&gate->in, &gate->out);
	struct timespec until =
	    between(came, &gate->out) > 0 ? gate->out : *came;

	until.tv_nsec += linger < GATE_LINGER_NS ? linger : GATE_LINGER_NS;
	until.tv_sec += until.tv_nsec / SECOND;
	until.tv_nsec %= SECOND;
	return until;
}

static bool
is_large(const struct gate *gate)
{
	return gate->waiting >= (gate->crowd + 1) / 2;
}

/* The group goes in, and whoever comes now belongs to the next. */
static void
let_in(struct gate *gate)
{
	gate->inside = gate->waiting;
	gate->waiting = 0;
	gate->group++;
	clock_gettime(CLOCK_MONOTONIC, &gate->in);
	pthread_cond_broadcast(&gate->open);
	/* The first of this group, not the one of the next. */
	pthread_cond_broadcast(&gate->first);
}

/* Of each group, the first alone watches the clock. */
static void
wait_as_first(struct gate *gate)
{
	unsigned long mine = gate->group;
	struct timespec came, until;
	bool late = false;

	clock_gettime(CLOCK_MONOTONIC, &came);
	while (gate->group == mine) {
		if (gate->inside > 0) {
			pthread_cond_wait(&gate->first, &gate->lock);
		} else if (late || is_large(gate)) {
			/* Some were waited for in vain, and may be gone. */
			if (late)
				gate->crowd -=
				    (gate->crowd - gate->waiting + 3) / 4;
			let_in(gate);
		} else {
			until = deadline(gate, &came);
			late = pthread_cond_timedwait(
				   &gate->first, &gate->lock, &until) != 0;
		}
	}
}

void
gate_enter(struct gate *gate)
{
	unsigned long mine;

	if (gate == NULL)
		return;
	pthread_mutex_lock(&gate->lock);
	mine = gate->group;
	gate->waiting++;
	if (gate->crowd < gate->waiting + gate->inside)
		gate->crowd = gate->waiting + gate->inside;
	if (gate->waiting == 1)
		wait_as_first(gate);
	else if (gate->inside == 0 && is_large(gate))
		let_in(gate);
	while (gate->group == mine)
		pthread_cond_wait(&gate->open, &gate->lock);
	pthread_mutex_unlock(&gate->lock);
}

void
gate_leave(struct gate *gate)
{
	if (gate == NULL)
		return;
	pthread_mutex_lock(&gate->lock);
	if (--gate->inside == 0) {
		clock_gettime(CLOCK_MONOTONIC, &gate->out);
		pthread_cond_signal(&gate->first);
	}
	pthread_mutex_unlock(&gate->lock);
}
