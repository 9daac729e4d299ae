/*
 * queue.pml - the hand-over, with -DQUEUE: lib/inbox/commit_queue.c.  All
 * deliveries are in one process, and its inbox keeps changes in order.  A thread
 * begins a delivery and leaves it to a committer, or becomes one.  What is done
 * under the queue's mutex is one step.
 */

/* Where a job is: the states in commit_queue.h. */
#define DONE          0
#define COPY          1 /* on the list of the first */
#define BEGUN         2
#define WAITING       3 /* in the queue */
#define TAKEN         4 /* in the group of a committer */
#define LEFT_TO_STORE 5 /* a copy, to be begun */
#define LEFT_TO_TRY   6 /* failed, to be tried again */

byte job[DELIVERIES];
byte first[DELIVERIES]; /* of a copy: the number of the first, + 1 */
byte taker[DELIVERIES]; /* its committer, + 1 */
bit failed[DELIVERIES]; /* its bytes could not be written, or not committed */
bit broken[DELIVERIES]; /* it was so with this one */
bit busy[DELIVERIES];   /* the thread is in commit_queue_store() */

#define COMMITTERS 2
bit commits[COMMITTERS]; /* a thread is this committer */
bit stopped[COMMITTERS]; /* its process is killed */

hidden byte each_is_answered_once, failures_are_of_one, nothing_taken_stays;

#define IN_TABLE(d) (job[d] == BEGUN || job[d] == WAITING || \
	job[d] == TAKEN || job[d] == LEFT_TO_TRY)

#define ARE_COPIES(a, b) (NAME(a) == NAME(b) || \
	(SECOND_NAMES && ALSO(a) == ALSO(b)))

/* claim(): a copy goes to the list of the first */
inline claim(d)
{
	job[d] = BEGUN;
	for (k : 0 .. DELIVERIES - 1) {
		if
		:: k != d && IN_TABLE(k) && ARE_COPIES(k, d) ->
			job[d] = COPY; first[d] = k + 1
		:: else
		fi
	}
	skip
}

/* answer(), finish() */
inline answer(d)
{
	each_is_answered_once = (job[d] != DONE);
	assert(each_is_answered_once);
	if
	:: status[d] != TRY_LATER ->
		acknowledged[EVENT(d)] = true;
		answered[d] = true;
		check()
	:: else
	fi;
	job[d] = DONE;
	first[d] = 0;
	taker[d] = 0;
	failed[d] = false;
	broken[d] = false;
	leave(d)
}

#ifdef COPIES_OF_WHAT_FAILED_ARE_DUPLICATES
#define MAKES_DUPLICATES(status) true
#else
#define MAKES_DUPLICATES(status) (status == OK)
#endif

/* settle(): its copies are duplicates, or left to be begun */
inline settle_copies(d, outcome)
{
#ifndef COPIES_ARE_FORGOTTEN
	for (x : 0 .. DELIVERIES - 1) {
		if
		:: job[x] == COPY && first[x] == d + 1 ->
			first[x] = 0;
			if
			:: MAKES_DUPLICATES(outcome) ->
				status[x] = DUPLICATE;
				answer(x)
			:: else -> job[x] = LEFT_TO_STORE
			fi
		:: else
		fi
	}
	x = 0
#else
	skip
#endif
}

/* inbox_dir_close(), and what comes of the job */
inline conclude(d)
{
	d_step {
		true -> unlock(d + 1);
		file[d] = NONE;
		free_inodes(0);
		if
		:: status[d] == TRY_LATER && try[d] == 0 ->
			job[d] = LEFT_TO_TRY;
			taker[d] = 0;
			failed[d] = false;
			broken[d] = false;
			status[d] = OK;
			try[d] = 1
		:: else ->
			outcome = status[d];
			answer(d);
			settle_copies(d, outcome);
			outcome = 0
		fi
	}
}

/* --- a committer --- */

/*
 * gather(): none waits, or all do that are expected, or it is late. Time is not
 * modelled, so it may be late at any time.
 */
#ifdef NOBODY_IS_LATE
#define GOES_ON ((job[0] == WAITING) == (job[1] == WAITING))
#else
#define GOES_ON true
#endif

/* take_group(); or the end, in the moment in which nothing waits */
inline take_group()
{
	d_step {
		GOES_ON -> o = 0;
		for (x : 0 .. DELIVERIES - 1) {
			if
			:: job[x] == WAITING -> taker[x] = c + 1; o++
#ifndef WHAT_IS_TAKEN_STAYS_IN_THE_QUEUE
				job[x] = TAKEN
#endif
			:: else
			fi
		}
		x = 0;
		ends = (o == 0);
#ifndef COMMITTER_ENDS_WITHOUT_A_LOOK
		commits[c] = !ends
#endif
	};
#ifdef COMMITTER_ENDS_WITHOUT_A_LOOK
	if
	:: ends -> commits[c] = false
	:: else
	fi
#endif
}

/* begin() and write_out() of each, in group_commit.c; commit() of all */
inline flush_group()
{
	do
	:: x < DELIVERIES && taker[x] != c + 1 -> x++
	:: d_step {
		x < DELIVERIES && taker[x] == c + 1;
#ifndef GROUP_IS_NOT_WRITTEN_OUT
		if
		:: content[0].is[file[x]] == DIRTY ->
			content[0].is[file[x]] = WRITTEN
		:: else
		fi;
#endif
		x++
	   }
	:: d_step {
		x < DELIVERIES && taker[x] == c + 1 && FAILS;
		fsync_file_fails(0, file[x]);
		broken[x] = true;
		failed[x] = true;
#ifdef A_FAILURE_IS_OF_ALL
		for (k : 0 .. DELIVERIES - 1) {
			failed[k] = failed[k] || taker[k] == c + 1;
		}
#endif
		x++
	   }
	:: x == DELIVERIES -> break
	od;
	if
	:: d_step {
		true -> x = 0;
#ifdef GROUP_IS_NOT_TOUCHED
		/* If nothing of the first file is left, nothing is committed. */
		do
		:: taker[x] != c + 1 || failed[x] -> x++
		:: else -> break
		od;
		fsync_file(0, file[x], slot[x] - 1);
		x = 0
#else
		/* One alone is flushed as it is; of a group one is changed first. */
		o = 0;
		for (n : 0 .. DELIVERIES - 1) {
			if
			:: taker[n] == c + 1 -> o++; x = n
			:: else
			fi
		}
		if
		:: o == 1 -> fsync_file(0, file[x], slot[x] - 1)
		:: else -> commit_journal(0)
		fi;
		x = 0
#endif
	   }
	:: d_step {
		FAILS;
		for (k : 0 .. DELIVERIES - 1) {
			if
			:: taker[k] == c + 1 ->
				fsync_file_fails(0, file[k]);
				broken[k] = true;
				failed[k] = true
			:: else
			fi
		}
		x = 0
	   }
	fi
}

/* inbox_finish() */
inline finish_one()
{
	if
	:: d_step {
		failed[x];
		failures_are_of_one = broken[x];
		assert(failures_are_of_one)
	   }
		give_up(x)
	:: !failed[x] ->
		link_new(x);
		mark_names(x)
	fi;
close:	unlink_tmp(x);
	d = x;
	x = 0;
	conclude(d);
	x = d;
	d = 0
}

proctype committer(byte c) provided (dying == 0 || stopped[c])
{
	byte x, d, outcome;
	bit ends;

end:	do
	:: {
		commits[c] -> take_group();
		/* Once it has ended, another thread may be this committer. */
		if
		:: !ends ->
			flush_group();
			do
			:: x < DELIVERIES && taker[x] == c + 1 -> finish_one()
			:: x < DELIVERIES && taker[x] != c + 1 -> x++
			:: x == DELIVERIES -> x = 0; break
			od
		:: ends -> ends = false
		fi
	   } unless {
		d_step {
			stopped[c] -> stopped[c] = false; dying--;
			x = 0; d = 0; outcome = 0; ends = false
		}
	   }
	od
}

/* --- a thread --- */

/*
 * enqueue(): the first committer comes with the first job, the second one when
 * many wait.
 */
inline enqueue(d)
{
	d_step {
		true -> job[d] = WAITING;
#ifdef ANSWERED_BEFORE_THE_FLUSH
		acknowledged[EVENT(d)] = true;
		check();
#endif
		o = 0;
		for (k : 0 .. DELIVERIES - 1) {
			o = o + (job[k] == WAITING);
		}
		if
		:: !commits[0] -> commits[0] = true; as = 1
		:: commits[0] && !commits[1] && o > 1 ->
			commits[1] = true; as = 2
		:: else
		fi
	}
	/* The thread is the committer until that one ends. */
	if
	:: as == 0 || !commits[as - 1] -> as = 0
	fi
}

/* A sender, and the thread that takes what it sends. */
proctype thread(byte w) provided (dying == 0 || killed[w])
{
	byte d, x, as, outcome;
	bit begins; /* job d is this thread's own */

end:	do
	:: {
		if
		:: d_step {
			!answered[w] && !inside[w] && !busy[w];
			busy[w] = true; inside[w] = true; d = w;
			claim(d);
			begins = (job[d] == BEGUN)
		   }
		:: busy[w] ->
			/* What is left to do is done before it returns. */
			if
			:: d_step {
				for (k : 0 .. DELIVERIES - 1) {
					if
					:: job[k] >= LEFT_TO_STORE -> d = k + 1
					:: else
					fi
				}
				if
				:: d == 0 -> busy[w] = false;
					o = 0;
					held = false;
					for (k : 0 .. DELIVERIES - 1) {
						o = o + busy[k];
						held = held || job[k] != DONE;
					}
					nothing_taken_stays = (o > 0 || !held);
					assert(nothing_taken_stays)
				:: else -> d--;
					if
					:: job[d] == LEFT_TO_STORE -> claim(d)
					:: else -> job[d] = BEGUN
					fi;
					begins = (job[d] == BEGUN)
				fi
			   }
			fi
		fi;
		if
		:: begins ->
			lock_event(d);
			look(d);
			write_tmp(d);
			if
			:: try[d] == 0 -> enqueue(d)
			:: else ->
				flush_file(d);
				link_new(d);
				mark_names(d);
close:				unlink_tmp(d);
				conclude(d)
			fi
		:: else
		fi;
		d_step { d = 0; begins = false }
	   } unless {
		d_step {
			killed[w] -> killed[w] = false; dying--;
			d = 0; x = 0; as = 0; outcome = 0; begins = false
		}
	   }
	od
}

/* The process is gone, with all its threads. */
inline kill_process()
{
	for (x : 0 .. DELIVERIES - 1) {
		if
		:: busy[x] -> busy[x] = false; killed[x] = true; dying++
		:: else
		fi;
		unlock(x + 1);
		file[x] = NONE;
		leave(x);
		job[x] = DONE;
		first[x] = 0;
		taker[x] = 0;
		failed[x] = false;
		broken[x] = false
	}
	for (x : 0 .. COMMITTERS - 1) {
		if
		:: commits[x] -> commits[x] = false; stopped[x] = true; dying++
		:: else
		fi
	}
	x = 0;
	free_inodes(0)
}
