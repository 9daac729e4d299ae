/* commit_queue.c - who commits what, what waits for whom, and who is answered. */
#define _GNU_SOURCE /* pthread_timedjoin_np() */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "inbox/commit_queue.h"

#include "../tap.h"

#define JOBS    200
#define THREADS 8
#define ROUNDS  400
#define NAMES   500 /* of a kind, in the test of many */

/* What happens to a job; there are no files. */
enum plan {
	STORES,   /* together with others */
	ALONE,    /* it is stored by itself */
	KNOWN,    /* it has a mark */
	EXISTS,   /* it has no mark, but its file is in new/ */
	NO_BEGIN, /* it cannot be begun, nor a second time */
	NO_FLUSH, /* it cannot be flushed, nor stored a second time */
	NO_LINK,  /* it is linked only at the second try */
	SLOW,     /* it is stored, and work is left after the answer */
	HANGS     /* the same, and that work waits for late */
};

struct test_job {
	struct commit_job job; /* must be the first */
	struct event_file file;
	struct inbox_failover inboxes;
	enum plan plan;
	char name[16], also[16];
	/* When, from 1 on; 0: not yet. */
	atomic_int begun, slow, flushed, linked, again, answered, finished;
	pthread_t told; /* who was told that it takes long */
	pthread_t by;   /* who answered it */
	pthread_t late; /* who did what takes long */
	unsigned then;  /* how many committed at that time */
	int known[2];   /* in the test of many: where its names are */
};

static struct commit_queue queue;
static struct test_job job[JOBS];
static atomic_int now;
static atomic_int groups, largest; /* flushes of the disk */
/* Each flush waits for go if this is set; came counts those that wait. */
static atomic_bool blocks, slowly;
static sem_t go, came;
static sem_t late, begun_late; /* of those that hang */
static atomic_int odd; /* what must never be: answered twice, and so on */

/* In the test of many: names that are locked, and those that are marked. */
static atomic_int locked[1 + 2 * NAMES], marked[1 + 2 * NAMES];

static struct test_job *
of(struct inbox_filing *filing)
{
	return (struct test_job *)filing;
}

static int
tick(void)
{
	return atomic_fetch_add(&now, 1) + 1;
}

/* --- in place of inbox_failover and group_commit --- */

static void
lock_names(struct test_job *t)
{
	for (size_t i = 0; i < 2; i++) {
		if (t->known[i] > 0 &&
		    atomic_fetch_add(&locked[t->known[i]], 1) > 0)
			odd++;
	}
}

static void
mark_names(struct test_job *t)
{
	for (size_t i = 0; i < 2; i++) {
		if (t->known[i] > 0 &&
		    atomic_fetch_add(&marked[t->known[i]], 1) > 0)
			odd++;
	}
}

static bool
is_marked(const struct test_job *t)
{
	return marked[t->known[0]] > 0 || marked[t->known[1]] > 0;
}

/* Nothing is locked any more. */
static enum inbox_filing_state
ends(struct inbox_filing *filing, enum status st)
{
	struct test_job *t = of(filing);

	if (st == ST_OK)
		mark_names(t);
	for (size_t i = 0; i < 2; i++) {
		if (t->known[i] > 0)
			locked[t->known[i]]--;
	}
	filing->status = st;
	return st == ST_TRY_LATER ? FILING_FAILED : FILING_DONE;
}

enum inbox_filing_state
inbox_failover_begin(struct inbox_filing *filing)
{
	struct test_job *t = of(filing);

	t->begun = tick();
	filing->commit.together = t->plan != ALONE;
	lock_names(t);
	if (t->plan == KNOWN || is_marked(t))
		return ends(filing, ST_DUPLICATE);
	return t->plan == NO_BEGIN ? ends(filing, ST_TRY_LATER) : FILING_OPEN;
}

static void
wait_if_told(void)
{
	if (atomic_load(&slowly))
		nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
	if (!atomic_load(&blocks))
		return;
	sem_post(&came);
	sem_wait(&go);
}

void
group_commit_flush(struct group_commit_file *group)
{
	int n = 0;

	groups++;
	wait_if_told();
	for (; group != NULL; group = group->next, n++) {
		struct test_job *t =
		    (struct test_job *)((char *)group -
					offsetof(struct test_job, job.file));

		t->flushed = tick();
		group->error = t->plan == NO_FLUSH ? EIO : 0;
	}
	if (n > largest)
		largest = n;
}

enum inbox_filing_state
inbox_failover_finish(struct inbox_filing *filing, int error)
{
	struct test_job *t = of(filing);

	if (error != 0 || t->plan == NO_LINK)
		return ends(filing, ST_TRY_LATER);
	t->linked = tick();
	return ends(filing, t->plan == EXISTS ? ST_DUPLICATE : ST_OK);
}

enum inbox_filing_state
inbox_failover_alone(struct inbox_filing *filing)
{
	struct test_job *t = of(filing);

	wait_if_told();
	t->flushed = tick();
	return inbox_failover_finish(filing, 0);
}

static void
note_late(struct test_job *t)
{
	t->late = pthread_self();
	pthread_mutex_lock(&queue.lock);
	t->then = queue.committers;
	pthread_mutex_unlock(&queue.lock);
}

void
inbox_failover_again(struct inbox_filing *filing)
{
	struct test_job *t = of(filing);

	t->again = tick();
	note_late(t);
	lock_names(t);
	if (is_marked(t))
		ends(filing, ST_DUPLICATE);
	else
		ends(filing, t->plan == NO_LINK ? ST_OK : ST_TRY_LATER);
}

static void
take_long(struct commit_job *j)
{
	struct test_job *t = (struct test_job *)j;

	if (t->slow > 0 || t->answered > 0)
		odd++;
	t->slow = tick();
	t->told = pthread_self();
}

static bool
answer(struct commit_job *j)
{
	struct test_job *t = (struct test_job *)j;

	if (t->answered != 0)
		odd++;
	t->answered = tick();
	t->by = pthread_self();
	return t->plan == SLOW || t->plan == HANGS;
}

static void
finish(struct commit_job *j)
{
	struct test_job *t = (struct test_job *)j;

	if (t->answered == 0 || t->finished != 0)
		odd++;
	if (t->plan == SLOW || t->plan == HANGS)
		note_late(t);
	if (t->plan == HANGS) {
		sem_post(&begun_late);
		sem_wait(&late);
	}
	t->finished = tick();
}

/* --- one job at a time --- */

static void
reset(void)
{
	memset(job, 0, sizeof(job));
	now = groups = largest = odd = 0;
	blocks = slowly = false;
	sem_init(&go, 0, 0);
	sem_init(&came, 0, 0);
	sem_init(&late, 0, 0);
	sem_init(&begun_late, 0, 0);
	if (!commit_queue_init(&queue, COMMIT_QUEUE_MAX))
		abort();
}

/* Nothing is left of all that there was. */
static void
end(void)
{
	int names = 0;

	for (size_t i = 0; i < COMMIT_QUEUE_TABLE; i++)
		names += queue.table[i] != NULL;
	is_int(names, 0, "no name is left");
	is_int(odd, 0, "none was answered or finished twice");
	ok(queue.queue.first == NULL && queue.left.first == NULL &&
		queue.after.first == NULL,
	    "nothing waits");
	ok(queue.waiting == 0 && queue.committers == 0 && queue.held == 0 &&
		queue.bytes == 0 && queue.stuck == 0,
	    "and nothing is counted");
	commit_queue_destroy(&queue);
}

static void
set_up(struct test_job *t, enum plan plan, const char *name, const char *also)
{
	t->plan = plan;
	snprintf(t->name, sizeof(t->name), "%s", name);
	snprintf(t->also, sizeof(t->also), "%s", also == NULL ? "" : also);
	t->file = (struct event_file){.name = t->name,
	    .head = span_str("head"),
	    .body = span_str("body"),
	    .also = also == NULL ? NULL : t->also};
	t->inboxes = (struct inbox_failover){
	    .inbox = {{.root = "/", .provider = "p"}}, .n = 1};
	t->job = (struct commit_job){
	    .takes_long = take_long, .answer = answer, .finish = finish};
	t->job.filing =
	    (struct inbox_filing){.inboxes = &t->inboxes, .file = &t->file};
}

static struct test_job *
make(int i, enum plan plan, const char *name, const char *also)
{
	set_up(&job[i], plan, name, also);
	return &job[i];
}

static struct test_job *
store(int i, enum plan plan, const char *name, const char *also)
{
	struct test_job *t = make(i, plan, name, also);

	commit_queue_store(&queue, &t->job);
	return t;
}

static void
ended(const struct test_job *t, enum status st)
{
	is_int(t->job.filing.status, st, "%s has its status", t->name);
	ok(t->answered > 0 && t->finished > t->answered,
	    "%s is answered, then finished", t->name);
}

static void
test_alone(void)
{
	struct test_job *t;

	reset();
	t = store(0, STORES, "one", NULL);
	ended(t, ST_OK);
	ok(t->begun < t->flushed && t->flushed < t->linked &&
		t->linked < t->answered,
	    "begun, flushed, linked, answered");
	ok(pthread_equal(t->by, pthread_self()) != 0, "by its own thread");
	is_int(t->slow, 0, "it does not take long");
	is_int(groups, 1, "in a group of its own");
	t = store(1, ALONE, "large", NULL);
	ended(t, ST_OK);
	is_int(groups, 1, "a large one is in no group");
	ok(t->flushed < t->answered, "and flushed before its answer");
	ok(t->begun < t->slow && t->slow < t->flushed &&
		pthread_equal(t->told, pthread_self()) != 0,
	    "its thread is told before that it takes long");
	t = store(2, KNOWN, "known", NULL);
	ended(t, ST_DUPLICATE);
	is_int(t->slow, 0, "a duplicate does not take long");
	is_int(t->flushed, 0, "a duplicate is not flushed");
	ended(store(3, EXISTS, "exists", NULL), ST_DUPLICATE);
	t = store(4, NO_BEGIN, "no-begin", NULL);
	ended(t, ST_TRY_LATER);
	ok(t->again > 0, "one that cannot be begun has a second try");
	ok(t->slow > 0 && t->slow < t->again, "of which its thread is told");
	t = store(5, NO_FLUSH, "no-flush", NULL);
	ended(t, ST_TRY_LATER);
	ok(t->linked == 0, "one that is not flushed is not linked");
	ok(t->again > 0 && t->then == 0,
	    "and has a second try when none commits");
	ended(store(6, NO_LINK, "no-link", NULL), ST_OK);
	t = store(7, SLOW, "slow", NULL);
	ended(t, ST_OK);
	is_int((long)t->then, 0, "work that is left is done then, too");
	end();
}

/* --- while a thread commits --- */

struct other {
	pthread_t thread;
	struct test_job *t;
};

static void *
run(void *arg)
{
	struct other *o = arg;

	commit_queue_store(&queue, &o->t->job);
	return NULL;
}

/* Another thread stores this job, and waits in its flush. */
static void
begin_other(struct other *o, struct test_job *t)
{
	blocks = true;
	o->t = t;
	pthread_create(&o->thread, NULL, run, o);
	sem_wait(&came);
}

/* Let it go on, and all flushes after it. */
static void
end_other(struct other *o)
{
	blocks = false;
	sem_post(&go);
	pthread_join(o->thread, NULL);
}

static void
test_group(void)
{
	struct other o;
	struct test_job *first = NULL;
	int bad = 0;

	reset();
	first = make(0, STORES, "first", NULL);
	begin_other(&o, first);
	for (int i = 1; i <= COMMIT_QUEUE_GROUP / 2; i++) {
		char name[8];

		snprintf(name, sizeof(name), "n%d", i);
		store(i, i == 5 ? NO_FLUSH : STORES, name, NULL);
		bad += job[i].answered != 0;
	}
	is_int(bad, 0, "who comes while one commits is not answered yet");
	is_int((long)queue.waiting, COMMIT_QUEUE_GROUP / 2, "they wait");
	is_int(first->answered, 0, "nor is the first before its flush");
	end_other(&o);
	is_int(groups, 2, "then all are flushed at once");
	is_int(largest, COMMIT_QUEUE_GROUP / 2, "in one group");
	for (int i = 1; i <= COMMIT_QUEUE_GROUP / 2; i++) {
		bad +=
		    job[i].job.filing.status != (i == 5 ? ST_TRY_LATER : ST_OK);
		bad += !(job[i].flushed < job[i].answered &&
			 job[i].answered < job[i].finished);
		bad += pthread_equal(job[i].by, o.thread) == 0;
	}
	is_int(bad, 0, "and answered by the one that commits; one fails");
	ok(job[5].again > job[COMMIT_QUEUE_GROUP / 2].answered,
	    "its second try keeps no other waiting");
	end();
}

/* Until so many jobs are counted there. */
static void
until(const unsigned *counted, unsigned n)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	bool there = false;

	while (!there) {
		pthread_mutex_lock(&queue.lock);
		there = *counted == n;
		pthread_mutex_unlock(&queue.lock);
		nanosleep(&pause, NULL);
	}
}

/*
 * A second thread commits when a whole group waits.  Those who come then wait,
 * with their threads.
 */
static void
test_second(void)
{
	struct other o, second, more[COMMIT_QUEUE_GROUP + 6];
	const int stuck = sizeof(more) / sizeof(more[0]);
	char name[8];
	int n = 1, wrong = 0;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	for (; n < COMMIT_QUEUE_GROUP; n++) {
		snprintf(name, sizeof(name), "n%d", n);
		store(n, STORES, name, NULL);
	}
	is_int((long)queue.committers, 1, "one commits");
	begin_other(&second, make(n++, STORES, "full", NULL));
	is_int((long)queue.committers, 2, "the next takes a whole group");
	is_int((long)queue.waiting, 0, "that waited");
	for (int i = 0; i < stuck; i++) {
		snprintf(name, sizeof(name), "n%d", n);
		more[i].t = make(n++, STORES, name, NULL);
		pthread_create(&more[i].thread, NULL, run, &more[i]);
	}
	until(&queue.waiting, (unsigned)stuck);
	blocks = false;
	sem_post(&go);
	sem_post(&go);
	pthread_join(o.thread, NULL);
	pthread_join(second.thread, NULL);
	for (int i = 0; i < stuck; i++)
		pthread_join(more[i].thread, NULL);
	for (int i = 0; i < n; i++)
		wrong +=
		    job[i].job.filing.status != ST_OK || job[i].finished == 0;
	is_int(wrong, 0, "all are stored");
	is_int(largest, COMMIT_QUEUE_GROUP, "no group is larger than that");
	end();
}

/* --- before a group --- */

/* So many came at a time lately; they are waited for until this. */
static void
expect(unsigned size, time_t until)
{
	queue.crowd.size = size;
	queue.crowd.flushed.tv_sec = until;
}

/* An hour that is not over in this test. */
static time_t
far(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 3600;
}

static void
test_crowd(void)
{
	struct other o;
	char name[8];

	reset();
	expect(8, far());
	o.t = make(0, STORES, "first", NULL);
	pthread_create(&o.thread, NULL, run, &o);
	until(&queue.waiting, 1);
	for (int i = 1; i < 6; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		store(i, STORES, name, NULL);
	}
	is_int((long)queue.waiting, 6, "six of eight wait for the others");
	is_int(groups, 0, "and nothing is flushed");
	store(6, STORES, "seventh", NULL);
	pthread_join(o.thread, NULL);
	is_int(groups, 1, "the seventh is enough");
	is_int(largest, 7, "for all of them");
	is_int((long)queue.crowd.size, 8, "an eighth is expected again");
	ok(queue.crowd.flushed.tv_sec < far() - 3000,
	    "for some time after that flush");
	end();
}

static void
test_late(void)
{
	reset();
	expect(8, 0);
	ended(store(0, STORES, "first", NULL), ST_OK);
	is_int(largest, 1, "when it is late, one is enough");
	is_int((long)queue.crowd.size, 6, "and fewer are expected");
	end();
	reset();
	expect(1, far());
	ended(store(0, STORES, "first", NULL), ST_OK);
	ended(store(1, STORES, "second", NULL), ST_OK);
	is_int((long)queue.crowd.size, 1, "one that sends alone never waits");
	end();
}

static void
test_crowd_grows(void)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	struct other o;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	store(1, STORES, "second", NULL);
	store(2, STORES, "third", NULL);
	is_int((long)queue.crowd.flushing, 1, "one is flushed, and two come");
	is_int((long)queue.crowd.size, 3, "that is three at a time");
	nanosleep(&pause, NULL);
	end_other(&o);
	is_int((long)queue.crowd.flushing, 0, "now none is");
	is_int(largest, 2, "the two are one group");
	end();
	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	nanosleep(&pause, NULL);
	end_other(&o);
	ok(queue.crowd.flush_ns >= pause.tv_nsec, "a flush is timed");
	end();
}

/* --- copies --- */

static void
test_copies(void)
{
	struct other o;
	struct test_job *near, *moved;

	reset();
	begin_other(&o, make(0, STORES, "name", "also"));
	store(1, STORES, "name", "also");
	store(2, STORES, "name", "other");
	store(3, STORES, "another", "also");
	store(4, STORES, "also", NULL);
	near = make(5, STORES, "name", NULL);
	near->inboxes.inbox[0].provider = "q";
	commit_queue_store(&queue, &near->job);
	moved = make(6, STORES, "name", NULL);
	moved->inboxes.inbox[0].root = "/new";
	commit_queue_store(&queue, &moved->job);
	for (int i = 1; i <= 4; i++)
		ok(job[i].begun == 0 && job[i].answered == 0,
		    "%s, %s: a copy waits, and is not begun", job[i].name,
		    job[i].also);
	ok(near->begun > 0, "one of another provider is none");
	ok(moved->begun > 0, "nor one of another inbox, by new settings");
	is_int((long)queue.held, 7, "all of them are counted");
	end_other(&o);
	ended(&job[0], ST_OK);
	for (int i = 1; i <= 4; i++) {
		ended(&job[i], ST_DUPLICATE);
		is_int(job[i].job.filing.result.by_also, i == 3,
		    "by its own name, or by the second");
		ok(job[i].answered > job[0].answered, "after the first");
	}
	ended(near, ST_OK);
	ended(moved, ST_OK);
	end();
}

/* A first that was not stored says nothing of its copies. */
static void
test_other_copies(void)
{
	static const struct {
		enum plan first;
		enum status st;
	} row[] = {{EXISTS, ST_DUPLICATE}, {NO_FLUSH, ST_TRY_LATER}};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct other o;

		reset();
		begin_other(&o, make(0, row[i].first, "name", "also"));
		store(1, STORES, "name", "other");
		store(2, NO_FLUSH, "new", "also");
		store(3, STORES, "new", NULL);
		is_int(job[1].begun + job[2].begun, 0, "two copies wait");
		end_other(&o);
		ended(&job[0], row[i].st);
		ended(&job[1], ST_OK);
		ok(job[1].begun > job[0].answered, "a copy is begun by itself");
		ended(&job[2], ST_TRY_LATER);
		ended(&job[3], ST_OK);
		end();
	}
}

/* --- what is left to do, and room --- */

/* The thread that brought this copy is busy elsewhere: it must not be told. */
static void
test_copy_alone(void)
{
	struct other o;

	reset();
	begin_other(&o, make(0, EXISTS, "name", NULL));
	store(1, ALONE, "name", NULL);
	end_other(&o);
	ended(&job[1], ST_OK);
	is_int(job[1].slow, 0, "nobody is told of a copy that takes long");
	end();
}

static void
test_left(void)
{
	struct other o;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	store(1, SLOW, "slow", NULL);
	store(2, NO_LINK, "no-link", NULL);
	/* The second group: it leaves two to do, and waits in the third. */
	blocks = true;
	sem_post(&go);
	sem_wait(&came);
	store(3, STORES, "third", NULL);
	sem_post(&go);
	sem_wait(&came);
	ok(job[1].answered > 0 && job[1].finished == 0,
	    "a thread that commits does not do what is slow");
	ok(job[2].answered == 0, "nor a second try");
	store(4, KNOWN, "known", NULL);
	ended(&job[1], ST_OK);
	ended(&job[2], ST_OK);
	ok(pthread_equal(job[1].late, pthread_self()) != 0 &&
		pthread_equal(job[2].late, pthread_self()) != 0,
	    "another does it");
	is_int(job[3].answered, 0, "while that goes on");
	end_other(&o);
	ended(&job[3], ST_OK);
	end();
}

/*
 * Another thread stores this job, the nth that is held: true if the thread does
 * not come back.
 */
static bool
stays(struct other *o, unsigned n)
{
	struct timespec soon;

	pthread_create(&o->thread, NULL, run, o);
	until(&queue.held, n);
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec += 50000000;
	soon.tv_sec += soon.tv_nsec / 1000000000;
	soon.tv_nsec %= 1000000000;
	return pthread_timedjoin_np(o->thread, NULL, &soon) == ETIMEDOUT;
}

static void
test_room(void)
{
	struct other o, last;
	char name[8];

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	for (int i = 1; i < COMMIT_QUEUE_MAX; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		store(i, STORES, i % 2 == 0 ? "first" : name, NULL);
	}
	is_int((long)queue.held, COMMIT_QUEUE_MAX, "so many are let go");
	last.t = make(COMMIT_QUEUE_MAX, STORES, "first", NULL);
	ok(stays(&last, COMMIT_QUEUE_MAX + 1), "the thread of one more waits");
	end_other(&o);
	pthread_join(last.thread, NULL);
	ended(last.t, ST_DUPLICATE);
	end();

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	last.t = make(1, STORES, "large", NULL);
	last.t->file.body.len = COMMIT_QUEUE_BYTES;
	ok(stays(&last, 2), "or that of a large one");
	end_other(&o);
	pthread_join(last.thread, NULL);
	ended(last.t, ST_OK);
	end();
}

/* One of the threads that wait for room goes on when there is half of it. */
static void
test_half(void)
{
	struct other o, more[4];
	char name[8];
	int n = 1;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	for (; n < COMMIT_QUEUE_MAX; n++) {
		snprintf(name, sizeof(name), "n%d", n);
		store(n, STORES, n <= 40 ? "first" : name, NULL);
	}
	for (int i = 0; i < 4; i++, n++) {
		snprintf(name, sizeof(name), "n%d", n);
		more[i].t = make(n, STORES, name, NULL);
		pthread_create(&more[i].thread, NULL, run, &more[i]);
	}
	until(&queue.stuck, 4);
	/* The copies are answered, and the next group waits in its flush. */
	sem_post(&go);
	sem_wait(&came);
	until(&queue.stuck, 3);
	ok(queue.held > 0, "one thread goes on while others' jobs wait");
	blocks = false;
	sem_post(&go);
	pthread_join(o.thread, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(more[i].thread, NULL);
	end();
}

/* Who waits for an answer does not wait for what comes after another's. */
static void
test_answers_first(void)
{
	struct other o;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	store(1, SLOW, "slow", NULL);
	store(2, NO_LINK, "no-link", NULL);
	store(3, EXISTS, "exists", "also");
	store(4, STORES, "copy", "also");
	end_other(&o);
	for (int i = 0; i < 5; i++)
		ok(job[i].answered < job[1].finished,
		    "%s is answered before what is slow is finished",
		    job[i].name);
	end();
}

/*
 * Threads that wait for room do what is left; what was answered takes none.  The
 * work after an answer hangs here, in as many threads as there are of it.
 */
static void
test_stuck(void)
{
	struct other o, more[4];
	char name[8];
	int n = 1, unanswered = 0;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	for (; n <= COMMIT_QUEUE_MAX / 2; n++) {
		snprintf(name, sizeof(name), "n%d", n);
		store(n, n <= 3 ? HANGS : STORES, name, NULL);
	}
	for (; n < COMMIT_QUEUE_MAX; n++)
		store(n, STORES, "first", NULL);
	for (int i = 0; i < 4; i++, n++) {
		more[i].t = make(n, STORES, "first", NULL);
		pthread_create(&more[i].thread, NULL, run, &more[i]);
	}
	until(&queue.stuck, 4);
	blocks = false;
	sem_post(&go);
	for (int i = 0; i < 3; i++)
		sem_wait(&begun_late);
	ok(true, "several threads do what is left");
	until(&queue.held, 0);
	ok(true, "what is answered takes no room");
	until(&queue.stuck, 0);
	ok(true, "so no thread waits for room");
	for (int i = 0; i < n; i++)
		unanswered += job[i].answered == 0;
	is_int(unanswered, 0, "all are answered");
	for (int i = 0; i < 3; i++)
		sem_post(&late);
	pthread_join(o.thread, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(more[i].thread, NULL);
	end();
}

/* A whole group fails, and its committer waits for the next one's flush. */
static void
test_failed_group(void)
{
	struct other o, more[2];
	char name[8];
	int unanswered = 0;

	reset();
	begin_other(&o, make(0, STORES, "first", NULL));
	for (int i = 1; i < 4; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		store(i, NO_FLUSH, name, NULL);
	}
	/* Nobody goes on before all are answered. */
	pthread_mutex_lock(&queue.lock);
	queue.max = 0;
	pthread_mutex_unlock(&queue.lock);
	/* Each has no room, and waits: one in the group, one for the next. */
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "more%d", i);
		more[i].t = make(4 + i, i == 0 ? NO_FLUSH : STORES, name, NULL);
		pthread_create(&more[i].thread, NULL, run, &more[i]);
		until(&queue.stuck, (unsigned)i + 1);
		sem_post(&go);
		sem_wait(&came);
	}
	until(&queue.held, 1);
	for (int i = 0; i < 5; i++)
		unanswered += job[i].answered == 0;
	is_int(unanswered, 0, "second tries are made by who waits for room");
	is_int(more[1].t->answered, 0, "while that goes on");
	end_other(&o);
	for (int i = 0; i < 2; i++)
		pthread_join(more[i].thread, NULL);
	end();
}

/* --- many --- */

static struct test_job many[THREADS][ROUNDS];

/* A job with names of which others have some. */
static void
make_any(struct test_job *t, unsigned seed)
{
	static const enum plan plan[] = {STORES, STORES, STORES, STORES, STORES,
	    STORES, STORES, STORES, STORES, ALONE, EXISTS, NO_BEGIN, NO_FLUSH,
	    NO_LINK, SLOW};
	char name[16], also[16];
	bool two = (seed >> 8) % 2 == 0;

	t->known[0] = 1 + (int)((seed >> 10) % NAMES);
	t->known[1] = two ? 1 + NAMES + (int)((seed >> 20) % NAMES) : 0;
	snprintf(name, sizeof(name), "n%d", t->known[0]);
	snprintf(also, sizeof(also), "n%d", t->known[1]);
	set_up(t, plan[(seed >> 4) % (sizeof(plan) / sizeof(plan[0]))], name,
	    two ? also : NULL);
}

static void *
run_many(void *arg)
{
	struct test_job *mine = arg;
	unsigned seed = 1 + (unsigned)((mine - many[0]) / ROUNDS);

	for (int i = 0; i < ROUNDS; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		make_any(&mine[i], seed);
		commit_queue_store(&queue, &mine[i].job);
	}
	return NULL;
}

static void
test_many(void)
{
	int n[ST__MAX] = {0}, unfinished = 0, sum = 0;
	pthread_t thread[THREADS];

	reset();
	slowly = true;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, run_many, many[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < THREADS * ROUNDS; i++) {
		const struct test_job *t = &many[i / ROUNDS][i % ROUNDS];

		unfinished += t->answered == 0 || t->finished == 0;
		n[t->job.filing.status]++;
		sum += t->job.filing.status == ST_OK && !is_marked(t);
	}
	is_int(unfinished, 0, "of many, all are answered and finished");
	is_int(sum, 0, "what is stored is marked");
	ok(n[ST_OK] > NAMES / 2 && n[ST_DUPLICATE] > NAMES &&
		n[ST_TRY_LATER] > 10,
	    "%d stored, %d duplicates, %d failed", n[ST_OK], n[ST_DUPLICATE],
	    n[ST_TRY_LATER]);
	ok(largest > 1, "in %d groups, at most %d together", groups, largest);
	end();
}

int
main(void)
{
	/* What waits for ever has failed. */
	alarm(30);
	test_alone();
	test_group();
	test_second();
	test_crowd();
	test_late();
	test_crowd_grows();
	test_copies();
	test_other_copies();
	test_copy_alone();
	test_left();
	test_room();
	test_half();
	test_answers_first();
	test_stuck();
	test_failed_group();
	test_many();
	return done();
}
