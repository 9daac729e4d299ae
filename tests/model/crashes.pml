/*
 * crashes.pml - whoever else is there: the consumer, and what crashes.
 */

inline kill(d)
{
	killed[d] = true;
	dying++;
	unlock(d + 1);
	file[d] = NONE;
	free_inodes(at[d]);
	leave(d)
}

inline kill_recovery()
{
	recovery_killed = true;
	dying++;
	recovering = false;
	unlock(RECOVERY);
}

/* Takes what is in new/, works on it in cur/, and removes it. */
proctype consumer(byte i, x) provided (dying == 0)
{
end:	do
	:: d_step {
		now[i].new[x] != NONE ->
		now[i].cur[x] = now[i].new[x];
		now[i].new[x] = NONE;
		forsaken[i].is[x] = false;
		taken[EVENT_OF(x)] = true;
		free_inodes(i)
	   }
	:: d_step {
		now[i].cur[x] != NONE ->
		now[i].cur[x] = NONE;
		free_inodes(i)
	   }
	od
}

/* The process of one delivery is killed, or that of a recovery. */
proctype killer(byte x) provided (dying == 0)
{
end:	do
	:: d_step { inside[x] -> kill(x); crashed(false) }
	:: d_step { recovering -> kill_recovery(); crashed(false) }
	od
}

proctype power() provided (dying == 0)
{
	byte x;

end:	do
	:: d_step {
		for (x : 0 .. INBOXES - 1) {
			lose_memory(x);
		}
#ifdef QUEUE
		kill_process();
#else
		for (x : 0 .. DELIVERIES - 1) {
			if
			:: inside[x] -> kill(x)
			:: else
			fi
		}
#endif
		if
		:: recovering -> kill_recovery()
		:: else
		fi;
		crashed(true);
		x = 0
	   }
	od
}

init {
	byte x;

	atomic {
		for (x : 0 .. DELIVERIES - 1) {
#ifdef QUEUE
			run thread(x)
#else
			run delivery(x)
#endif
		}
#ifdef QUEUE
		run committer(0);
		run committer(1);
#endif
#ifndef NO_CONSUMER
		for (x : 0 .. FILES - 1) {
			run consumer(0, x);
#ifdef TWO_INBOXES
			run consumer(1, x)
#endif
		}
#endif
#ifndef NO_CRASHES
#ifndef NO_RECOVERY
		run recovery();
#endif
#ifndef NO_KILLS
		for (x : 0 .. DELIVERIES - 1) {
			run killer(x)
		}
#endif
#ifndef NO_POWER_CUTS
		start_kernel(0);
#ifdef TWO_INBOXES
		start_kernel(1);
#endif
		run power()
#endif
#endif
	}
}
