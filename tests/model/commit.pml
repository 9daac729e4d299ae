/*
 * commit.pml - a model of how events are filed: see README.
 */
#include "world.pml"
#include "disk.pml"
#include "promises.pml"
#include "filing.pml"
#include "recovery.pml"
#ifdef QUEUE
#include "queue.pml"
#endif
#include "crashes.pml"

#ifndef QUEUE
/*
 * A sender that repeats a delivery until it is answered 200, and the receiver's
 * inbox_failover_store().
 */
proctype delivery(byte d) provided (dying == 0 || killed[d])
{
	do
	:: answered[d] -> break
	:: !answered[d] -> {
		open_inboxes(d);
		lock_event(d);
		look(d);
		write_tmp(d);
#ifdef ACKNOWLEDGED_BEFORE_FLUSH
		acknowledge(d);
#endif
#ifdef MARK_BEFORE_LINK
		mark_names(d);
#endif
#ifdef LINK_BEFORE_FLUSH
		link_new(d);
#endif
		flush_file(d);
#ifdef UNLINK_BEFORE_LINK
		unlink_tmp(d);
#endif
#ifndef LINK_BEFORE_FLUSH
		link_new(d);
#endif
		flush_new(d);
#ifdef UNLINK_BEFORE_MARK
		unlink_tmp(d);
#endif
#ifndef MARK_BEFORE_LINK
		mark_names(d);
#endif
close:		unlink_tmp(d);
next:		if
		:: d_step {
			true -> unlock(d + 1);
			file[d] = NONE;
			free_inodes(at[d]);
			if
			/* 200 */
			:: status[d] != TRY_LATER ->
				acknowledged[EVENT(d)] = true;
				check();
				answered[d] = true;
				leave(d)
			:: status[d] == TRY_LATER && try[d] < LAST_TRY ->
				try[d] = NEXT_TRY(d);
				slot[d] = (try[d] == 2 -> 0 : slot[d]);
				at[d] = (try[d] == 2);
				status[d] = OK;
				sees_other[d] = false
			/* 503: its sender sends it again. */
			:: else -> leave(d)
			fi
		   }
		fi
	   } unless {
		d_step { killed[d] -> killed[d] = false; dying-- }
	   }
	od
}
#endif
