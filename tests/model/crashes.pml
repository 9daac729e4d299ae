/*
 * crashes.pml - whoever else is there: the consumer, and what crashes.
 */

/* The delivery is in no process any more. */
inline leave(d)
{
	inside[d] = false;
	status[d] = OK;
	sees_other[d] = false;
	at[d] = 0;
	try[d] = 0;
	slot[d] = 0
}

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
		for (x : 0 .. DELIVERIES - 1) {
			if
			:: inside[x] -> kill(x)
			:: else
			fi
		}
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
			run delivery(x)
		}
		for (x : 0 .. FILES - 1) {
			run consumer(0, x);
#ifdef TWO_INBOXES
			run consumer(1, x)
#endif
		}
#ifndef NO_CRASHES
#ifndef NO_KILLS
		run recovery();
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
