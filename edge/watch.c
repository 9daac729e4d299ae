/* watch.c - a count of workers, and those that wait until it is lower. */
#include "watch.h"

bool
watch_init(struct watch *watch, unsigned usual)
{
	*watch = (struct watch){.usual = usual};
	if (pthread_mutex_init(&watch->lock, NULL) != 0)
		return false;
	if (pthread_cond_init(&watch->turn, NULL) == 0)
		return true;
	pthread_mutex_destroy(&watch->lock);
	return false;
}

void
watch_free(struct watch *watch)
{
	pthread_cond_destroy(&watch->turn);
	pthread_mutex_destroy(&watch->lock);
}

/* With the lock held. */
static bool
is_enough(const struct watch *watch)
{
	return watch->on_watch >= watch->usual + watch->extra && !watch->over;
}

void
watch_join(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	while (is_enough(watch)) {
		watch->resting++;
		pthread_cond_wait(&watch->turn, &watch->lock);
		watch->resting--;
	}
	watch->on_watch++;
	pthread_mutex_unlock(&watch->lock);
}

void
watch_leave(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	watch->on_watch--;
	if (watch->resting > 0)
		pthread_cond_signal(&watch->turn);
	pthread_mutex_unlock(&watch->lock);
}

bool
watch_stay(struct watch *watch)
{
	bool stays;

	pthread_mutex_lock(&watch->lock);
	if (watch->extra > 0)
		watch->extra--;
	stays = watch->over || watch->on_watch <= watch->usual + watch->extra;
	if (!stays)
		watch->on_watch--;
	pthread_mutex_unlock(&watch->lock);
	return stays;
}

void
watch_extend(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	if (watch->resting > 0) {
		watch->extra += watch->usual + watch->extra;
		pthread_cond_broadcast(&watch->turn);
	}
	pthread_mutex_unlock(&watch->lock);
}

void
watch_end(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	watch->over = true;
	pthread_cond_broadcast(&watch->turn);
	pthread_mutex_unlock(&watch->lock);
}
