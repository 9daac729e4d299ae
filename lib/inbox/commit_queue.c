/* commit_queue.c - the threads that bring events commit them, by turns. */
#include <string.h>

#include "inbox/commit_queue.h"

/*
 * How many must wait until one more thread commits, by the number of those that
 * do.  A group of a few costs a flush of the disk as a large one does.
 */
static const unsigned enough[] = {1, COMMIT_QUEUE_GROUP};

#define COMMITTERS_MAX (sizeof(enough) / sizeof(enough[0]))

/* Setting the machine's clock must not make a group wait. */
static bool
init_monotonic(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	bool ok;

	if (pthread_condattr_init(&attr) != 0)
		return false;
	ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
	     pthread_cond_init(cond, &attr) == 0;
	pthread_condattr_destroy(&attr);
	return ok;
}

bool
commit_queue_init(struct commit_queue *queue, unsigned max)
{
	*queue = (struct commit_queue){.max = max, .crowd = COMMIT_CROWD_NONE};
	if (!init_monotonic(&queue->crowd_is_here))
		return false;
	if (pthread_cond_init(&queue->room, NULL) == 0) {
		if (pthread_mutex_init(&queue->lock, NULL) == 0)
			return true;
		pthread_cond_destroy(&queue->room);
	}
	pthread_cond_destroy(&queue->crowd_is_here);
	return false;
}

void
commit_queue_destroy(struct commit_queue *queue)
{
	pthread_cond_destroy(&queue->crowd_is_here);
	pthread_cond_destroy(&queue->room);
	pthread_mutex_destroy(&queue->lock);
}

/* --- Lists --- */

static void
append(struct commit_list *list, struct commit_job *job)
{
	job->next = NULL;
	if (list->first == NULL)
		list->first = job;
	else
		list->last->next = job;
	list->last = job;
}

static struct commit_job *
take_first(struct commit_list *list)
{
	struct commit_job *job = list->first;

	if (job != NULL)
		list->first = job->next;
	return job;
}

/* The thread that has brought the job goes on.  With the lock held. */
static void
let_go(struct commit_queue *queue, struct commit_job *job)
{
	if (job->let_go)
		return;
	job->let_go = true;
	job->bytes = job->filing.file->head.len + job->filing.file->body.len;
	queue->held++;
	queue->bytes += job->bytes;
}

static bool
is_full(const struct commit_queue *queue)
{
	return queue->held > queue->max || queue->bytes > COMMIT_QUEUE_BYTES;
}

/*
 * A thread that waits for room is woken when there is much of it, and then works
 * without a pause: to wake one for each job would cost more than the job.  All
 * are woken when nothing is held, so that none is forgotten.  With the lock
 * held, after each job.
 */
static void
tell_of_room(struct commit_queue *queue)
{
	if (queue->stuck == 0)
		return;
	if (queue->held == 0)
		pthread_cond_broadcast(&queue->room);
	else if (queue->held == queue->max / 2)
		pthread_cond_signal(&queue->room);
}

/* A job that was let go, or not, is answered. */
static void
make_room(struct commit_queue *queue, bool counted, size_t bytes)
{
	if (!counted)
		return;
	pthread_mutex_lock(&queue->lock);
	queue->held--;
	queue->bytes -= bytes;
	tell_of_room(queue);
	pthread_mutex_unlock(&queue->lock);
}

/* --- The table of names; its functions are called with the lock held. --- */

static struct commit_name **
list_of(struct commit_queue *queue, const char *name)
{
	unsigned h = 2166136261U;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619U;
	return &queue->table[h % COMMIT_QUEUE_TABLE];
}

/* Whether both jobs are for the same inbox. */
static bool
is_near(const struct commit_job *a, const struct commit_job *b)
{
	const struct inbox *x = &a->filing.inboxes->inbox[0];
	const struct inbox *y = &b->filing.inboxes->inbox[0];

	return strcmp(x->provider, y->provider) == 0 &&
	       strcmp(x->root, y->root) == 0;
}

/* The job that has entered the name; or NULL. */
static struct commit_job *
owner_of(
    struct commit_queue *queue, const struct commit_job *job, const char *name)
{
	struct commit_name *at = name == NULL ? NULL : *list_of(queue, name);

	while (at != NULL &&
	       (strcmp(at->name, name) != 0 || !is_near(at->job, job)))
		at = at->next;
	return at == NULL ? NULL : at->job;
}

static void
enter(struct commit_queue *queue, struct commit_name *entry,
    struct commit_job *job, const char *name)
{
	struct commit_name **list;

	entry->name = name;
	if (name == NULL)
		return;
	list = list_of(queue, name);
	entry->job = job;
	entry->next = *list;
	*list = entry;
}

static void
leave(struct commit_queue *queue, struct commit_name *entry)
{
	struct commit_name **at;

	if (entry->name == NULL)
		return;
	for (at = list_of(queue, entry->name); *at != entry;)
		at = &(*at)->next;
	*at = entry->next;
}

/*
 * Enter the names of a new job.  False if another job has one of them: this one
 * is then on the list of that.
 */
static bool
claim(struct commit_queue *queue, struct commit_job *job)
{
	const struct event_file *file = job->filing.file;
	struct commit_job *first;

	pthread_mutex_lock(&queue->lock);
	first = owner_of(queue, job, file->name);
	if (first == NULL)
		first = owner_of(queue, job, file->also);
	if (first == NULL) {
		enter(queue, &job->name, job, file->name);
		enter(queue, &job->also, job, file->also);
	} else {
		let_go(queue, job);
		append(&first->copies, job);
	}
	pthread_mutex_unlock(&queue->lock);
	return first == NULL;
}

/* --- The end of a job --- */

/* This thread does it later, unless one that waits for room is quicker. */
static void
leave_to_do(
    struct commit_queue *queue, struct commit_job *job, enum commit_next then)
{
	job->then = then;
	pthread_mutex_lock(&queue->lock);
	append(then == COMMIT_FINISH ? &queue->after : &queue->left, job);
	if (queue->stuck > 0)
		pthread_cond_signal(&queue->room);
	pthread_mutex_unlock(&queue->lock);
}

/* What is left to do, answers first; or NULL.  With the lock held. */
static struct commit_job *
take_left(struct commit_queue *queue)
{
	struct commit_job *job = take_first(&queue->left);

	return job != NULL ? job : take_first(&queue->after);
}

static void
answer(struct commit_queue *queue, struct commit_job *job)
{
	bool counted = job->let_go;
	size_t bytes = job->bytes;

	if (job->answer(job))
		leave_to_do(queue, job, COMMIT_FINISH);
	else
		job->finish(job);
	make_room(queue, counted, bytes);
}

/* The first was stored: what a look for marks would say of its copies. */
static void
make_duplicates(const struct commit_job *first, struct commit_job *copy)
{
	const struct event_file *file = first->filing.file;

	for (; copy != NULL; copy = copy->next) {
		const char *name = copy->filing.file->name;

		copy->filing.status = ST_DUPLICATE;
		copy->filing.result.by_also =
		    strcmp(name, file->name) != 0 &&
		    (file->also == NULL || strcmp(name, file->also) != 0);
	}
}

/* The outcome of a job is known, and it holds no locks any more. */
static void
settle(struct commit_queue *queue, struct commit_job *job)
{
	bool stored = job->filing.status == ST_OK;
	struct commit_list copies;
	struct commit_job *copy;

	pthread_mutex_lock(&queue->lock);
	leave(queue, &job->name);
	leave(queue, &job->also);
	pthread_mutex_unlock(&queue->lock);
	/* Nobody finds the job now, so nobody adds to its copies. */
	copies = job->copies;
	if (stored)
		make_duplicates(job, copies.first);
	answer(queue, job);
	while ((copy = take_first(&copies)) != NULL) {
		if (stored)
			answer(queue, copy);
		else
			leave_to_do(queue, copy, COMMIT_STORE);
	}
}

/* By a thread that is not a committer: a second try takes long. */
static void
conclude(struct commit_queue *queue, struct commit_job *job,
    enum inbox_filing_state state)
{
	if (state == FILING_FAILED)
		inbox_failover_again(&job->filing);
	settle(queue, job);
}

/* --- Committers --- */

/* Wait for those that are likely to come.  With the lock held. */
static void
gather(struct commit_queue *queue)
{
	const struct timespec until = commit_crowd_deadline(&queue->crowd);
	bool late = false;

	/* Another committer may take what waits. */
	while (!late && queue->waiting > 0 &&
	       !commit_crowd_is_here(&queue->crowd, queue->waiting))
		late = pthread_cond_timedwait(
			   &queue->crowd_is_here, &queue->lock, &until) != 0;
	if (late)
		commit_crowd_is_late(&queue->crowd, queue->waiting);
}

/*
 * Take the next group out of the queue, n jobs; NULL if nothing waits.  With the
 * lock held.
 */
static struct commit_job *
take_group(struct commit_queue *queue, unsigned *n)
{
	struct commit_job *group = queue->queue.first, *last = group;

	if (group == NULL)
		return NULL;
	for (*n = 1; *n < COMMIT_QUEUE_GROUP && last->next != NULL; ++*n)
		last = last->next;
	queue->queue.first = last->next;
	last->next = NULL;
	queue->waiting -= *n;
	commit_crowd_goes(&queue->crowd, *n);
	return group;
}

static void
flush(struct commit_queue *queue, struct commit_job *group, unsigned n)
{
	struct timespec from, to;
	struct commit_job *job;

	for (job = group; job != NULL; job = job->next)
		job->file = (struct group_commit_file){
		    .next = job->next == NULL ? NULL : &job->next->file,
		    .fd = job->filing.commit.fd};
	clock_gettime(CLOCK_MONOTONIC, &from);
	group_commit_flush(&group->file);
	clock_gettime(CLOCK_MONOTONIC, &to);
	pthread_mutex_lock(&queue->lock);
	commit_crowd_flushed(&queue->crowd, n, &from, &to);
	pthread_mutex_unlock(&queue->lock);
}

static void
commit_group(struct commit_queue *queue, struct commit_job *group, unsigned n)
{
	struct commit_job *job, *next;

	flush(queue, group, n);
	for (job = group; job != NULL; job = next) {
		next = job->next;
		if (inbox_failover_finish(&job->filing, job->file.error) ==
		    FILING_DONE)
			settle(queue, job);
		else
			leave_to_do(queue, job, COMMIT_AGAIN);
	}
}

/* Called by a thread that has just become a committer. */
static void
commit_all(struct commit_queue *queue)
{
	struct commit_job *group;
	unsigned n;

	pthread_mutex_lock(&queue->lock);
	gather(queue);
	while ((group = take_group(queue, &n)) != NULL) {
		pthread_mutex_unlock(&queue->lock);
		commit_group(queue, group, n);
		pthread_mutex_lock(&queue->lock);
		gather(queue);
	}
	queue->committers--;
	pthread_mutex_unlock(&queue->lock);
}

/* --- The threads that bring events --- */

/* A job that can be flushed with others. */
static void
enqueue(struct commit_queue *queue, struct commit_job *job)
{
	bool commits;

	pthread_mutex_lock(&queue->lock);
	append(&queue->queue, job);
	commit_crowd_came(&queue->crowd, ++queue->waiting);
	let_go(queue, job);
	commits = queue->committers < COMMITTERS_MAX &&
		  queue->waiting >= enough[queue->committers];
	if (commits)
		queue->committers++;
	else if (commit_crowd_is_here(&queue->crowd, queue->waiting))
		pthread_cond_signal(&queue->crowd_is_here);
	pthread_mutex_unlock(&queue->lock);
	if (commits)
		commit_all(queue);
}

/* is_own: this thread has brought the job. */
static void
store(struct commit_queue *queue, struct commit_job *job, bool is_own)
{
	enum inbox_filing_state state;

	if (!claim(queue, job))
		return;
	state = inbox_failover_begin(&job->filing);
	if (state == FILING_OPEN && job->filing.commit.together) {
		enqueue(queue, job);
		return;
	}
	if (is_own && state != FILING_DONE)
		job->takes_long(job);
	if (state == FILING_OPEN)
		state = inbox_failover_alone(&job->filing);
	conclude(queue, job, state);
}

static void
do_next(struct commit_queue *queue, struct commit_job *job)
{
	switch (job->then) {
	case COMMIT_STORE:
		store(queue, job, false);
		break;
	case COMMIT_AGAIN:
		conclude(queue, job, FILING_FAILED);
		break;
	case COMMIT_FINISH:
	default:
		job->finish(job);
		break;
	}
}

void
commit_queue_store(struct commit_queue *queue, struct commit_job *job)
{
	store(queue, job, true);
	pthread_mutex_lock(&queue->lock);
	for (;;) {
		if ((job = take_left(queue)) != NULL) {
			pthread_mutex_unlock(&queue->lock);
			do_next(queue, job);
			pthread_mutex_lock(&queue->lock);
		} else if (is_full(queue)) {
			queue->stuck++;
			pthread_cond_wait(&queue->room, &queue->lock);
			queue->stuck--;
		} else {
			break;
		}
	}
	pthread_mutex_unlock(&queue->lock);
}
