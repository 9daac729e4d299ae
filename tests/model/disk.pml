/*
 * disk.pml - the folders of the inboxes: as programs see them, and as they are
 * after a power cut.
 *
 * now[] is what every program sees at once.  disk[] is what survives.  The
 * kernel may write back at any time; fsync() makes it do so.
 *
 * ORDERED(i) (lib/inbox/fs_journal.h): the journal is one sequence, so disk[i]
 * is always what now[i] was at one moment.  Otherwise each name reaches the
 * disk by itself, in any order, and fsync() of a folder flushes its names.
 */

/* The content of an inode. */
#define NOTHING 0 /* the inode is free */
#define PART    1 /* incomplete, or empty */
#define DIRTY   2 /* complete in memory */
#define WRITTEN 3 /* its bytes are on the device, its size is not committed */
#define CLEAN   4 /* a flush failed: only in memory, but no longer dirty */
#define SAFE    5 /* on disk */

#define NONE 0 /* no such name; inodes have the numbers from 1 */

typedef folders {
	byte tmp[SLOTS];
	byte new[FILES];
	byte cur[FILES];
	bit mark[NAMES];
};

folders now[INBOXES];
folders disk[INBOXES];

typedef inodes {
	byte is[INODES + 1];
};

inodes content[INBOXES];

/* A flush of new/ failed: this name is not dirty any more, and not on disk. */
typedef bits {
	bit is[FILES];
};

bits forsaken[INBOXES];

/* Of each delivery: the inbox that it is being filed in, and its open file. */
byte at[DELIVERIES];
byte file[DELIVERIES];
byte slot[DELIVERIES]; /* its name in tmp/ + 1; 0 without a file */

/* Only within one step. */
hidden byte k, m, n, o;
hidden byte held;
hidden byte number[INODES + 1], was[INODES + 1];

#define COMPLETE(i, inode) (content[i].is[inode] > PART)

/* st_nlink > 1, of a file that has a name in tmp/ */
inline count_links(i, inode)
{
	o = 0;
	for (k : 0 .. SLOTS - 1) {
		o = o + (now[i].tmp[k] == inode);
	}
	for (k : 0 .. FILES - 1) {
		o = o + (now[i].new[k] == inode) + (now[i].cur[k] == inode);
	};
	skip
}

#define VISIT(inode) if \
	:: inode != NONE && number[inode] == 0 -> o++; number[inode] = o \
	:: else \
	fi

/*
 * An inode that has no name, no reader and is not on disk is free.  The others
 * get their numbers anew, in the order of their names: so what differs in
 * nothing but the numbers is one state.
 */
inline free_inodes(i)
{
	o = 0;
	for (k : 1 .. INODES) {
		number[k] = 0;
		was[k] = content[i].is[k];
		content[i].is[k] = NOTHING;
	}
	for (k : 0 .. SLOTS - 1) {
		VISIT(now[i].tmp[k]);
		VISIT(disk[i].tmp[k]);
	}
	for (k : 0 .. FILES - 1) {
		VISIT(now[i].new[k]);
		VISIT(disk[i].new[k]);
		VISIT(now[i].cur[k]);
		VISIT(disk[i].cur[k]);
	}
	for (k : 0 .. DELIVERIES - 1) {
		if
		:: at[k] == i ->
			VISIT(file[k]);
			file[k] = number[file[k]]
		:: else
		fi
	}
	for (k : 0 .. SLOTS - 1) {
		now[i].tmp[k] = number[now[i].tmp[k]];
		disk[i].tmp[k] = number[disk[i].tmp[k]];
	}
	for (k : 0 .. FILES - 1) {
		now[i].new[k] = number[now[i].new[k]];
		disk[i].new[k] = number[disk[i].new[k]];
		now[i].cur[k] = number[now[i].cur[k]];
		disk[i].cur[k] = number[disk[i].cur[k]];
	}
	for (k : 1 .. INODES) {
		if
		:: number[k] != 0 -> content[i].is[number[k]] = was[k]
		:: else
		fi
	}
	skip
}

#define TMP(d) now[at[d]].tmp[slot[d] - 1]

#define SLOT_IS_FREE(i, t) (now[i].tmp[t] == NONE && disk[i].tmp[t] == NONE)
#if LEFTOVERS == 1
#define SLOT_OF(d) (SLOT_IS_FREE(at[d], NAME(d)) -> NAME(d) + 1 : 0)
#else
#define SLOT_OF(d) (SLOT_IS_FREE(at[d], NAME(d)) -> NAME(d) + 1 : \
	(SLOT_IS_FREE(at[d], NAME(d) + FILES) -> NAME(d) + FILES + 1 : 0))
#endif

/* openat(O_CREAT | O_EXCL) */
inline create(d)
{
	n = 1;
	do
	:: content[at[d]].is[n] != NOTHING -> n++
	:: else -> break
	od;
	content[at[d]].is[n] = PART;
	TMP(d) = n;
	file[d] = n;
	free_inodes(at[d])
}

/* --- to disk --- */

/* The kernel writes back one name of an inbox that is not ordered. */
inline write_new(i, name)
{
	if
#ifndef NO_POWER_CUTS
	:: !forsaken[i].is[name] -> disk[i].new[name] = now[i].new[name]
#endif
	:: else
	fi
}

/* The journal of an inbox that is ordered. */
inline commit_journal(i)
{
#ifndef NO_POWER_CUTS
	for (k : 0 .. SLOTS - 1) {
		disk[i].tmp[k] = now[i].tmp[k];
	}
	for (k : 0 .. FILES - 1) {
		disk[i].new[k] = now[i].new[k];
		disk[i].cur[k] = now[i].cur[k];
	}
	for (k : 0 .. NAMES - 1) {
		disk[i].mark[k] = now[i].mark[k];
	}
#endif
	for (k : 1 .. INODES) {
		if
		:: content[i].is[k] == WRITTEN -> content[i].is[k] = SAFE
		:: else
		fi
	}
	free_inodes(i);
}

/*
 * fsync() of a file.  Where changes keep their order, it makes the file's name
 * in tmp/ durable too, with everything before it; but if nothing of the file
 * is left to be committed, it commits nothing (commit() in group_commit.c).
 */
inline fsync_file(i, inode, t)
{
	if
	:: content[i].is[inode] == DIRTY -> content[i].is[inode] = WRITTEN
	:: else
	fi;
	if
	:: !ORDERED(i) && content[i].is[inode] == WRITTEN ->
		content[i].is[inode] = SAFE
	:: ORDERED(i) && (content[i].is[inode] == WRITTEN ||
	    disk[i].tmp[t] != inode) ->
		commit_journal(i)
	:: else
	fi
}

/* The kernel takes the pages for clean, whatever became of them. */
inline fsync_file_fails(i, inode)
{
	if
	:: content[i].is[inode] == DIRTY || content[i].is[inode] == WRITTEN ->
		content[i].is[inode] = CLEAN
	:: else
	fi
}

inline fsync_new(i)
{
	if
	:: ORDERED(i) -> commit_journal(i)
	:: else ->
		for (k : 0 .. FILES - 1) {
			write_new(i, k);
		}
		free_inodes(i)
	fi
}

inline fsync_new_fails(i)
{
	if
#ifndef FOLDERS_FORGET
	:: true
#endif
	:: ORDERED(i)
	:: else ->
		for (k : 0 .. FILES - 1) {
			forsaken[i].is[k] =
			    (disk[i].new[k] != now[i].new[k]);
		}
	fi
}

/* --- the power is cut --- */

inline lose_memory(i)
{
	for (k : 0 .. SLOTS - 1) {
		now[i].tmp[k] = disk[i].tmp[k];
	}
	for (k : 0 .. FILES - 1) {
		now[i].new[k] = disk[i].new[k];
		now[i].cur[k] = disk[i].cur[k];
		forsaken[i].is[k] = false;
	}
	for (k : 0 .. NAMES - 1) {
		now[i].mark[k] = disk[i].mark[k];
	}
	for (k : 1 .. INODES) {
		if
		:: content[i].is[k] != NOTHING && content[i].is[k] != SAFE ->
			content[i].is[k] = PART
		:: else
		fi
	}
	free_inodes(i);
}

/* --- what the kernel does on its own, at any time --- */

proctype journal(byte i) provided (dying == 0)
{
end:	do
	:: d_step { commit_journal(i) }
	od
}

proctype writes_content(byte i, x) provided (dying == 0)
{
end:	do
	:: d_step {
		content[i].is[x] == DIRTY;
		content[i].is[x] = (ORDERED(i) -> WRITTEN : SAFE)
	   }
	/* What is clean may leave the memory. */
	:: d_step { content[i].is[x] == CLEAN -> content[i].is[x] = PART }
	od
}

proctype writes_tmp(byte i, t) provided (dying == 0)
{
end:	do
	:: d_step {
		disk[i].tmp[t] != now[i].tmp[t];
		disk[i].tmp[t] = now[i].tmp[t];
		free_inodes(i)
	   }
	od
}

proctype writes_file(byte i, x) provided (dying == 0)
{
end:	do
	:: d_step {
		disk[i].new[x] != now[i].new[x] && !forsaken[i].is[x];
		disk[i].new[x] = now[i].new[x];
		free_inodes(i)
	   }
	:: d_step {
		disk[i].cur[x] != now[i].cur[x];
		disk[i].cur[x] = now[i].cur[x];
		free_inodes(i)
	   }
	od
}

proctype writes_mark(byte i, x) provided (dying == 0)
{
end:	do
	:: d_step {
		disk[i].mark[x] != now[i].mark[x];
		disk[i].mark[x] = now[i].mark[x]
	   }
	od
}

inline start_kernel(i)
{
	for (x : 1 .. INODES) {
		run writes_content(i, x)
	}
	if
	:: ORDERED(i) -> run journal(i)
	:: !ORDERED(i) ->
		for (x : 0 .. SLOTS - 1) {
			run writes_tmp(i, x)
		}
		for (x : 0 .. FILES - 1) {
			run writes_file(i, x)
		}
		for (x : 0 .. NAMES - 1) {
			run writes_mark(i, x)
		}
	fi
}
