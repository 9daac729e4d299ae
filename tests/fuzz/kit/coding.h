/*
 * coding.h - how a sender compresses a body behind its signature, well or ill.
 */
#ifndef CODING_H
#define CODING_H

#include "bytes.h"

enum coding {
	CODING_NONE,
	CODING_GZIP,
	CODING_DEFLATE, /* RFC 1950: in a frame of zlib */
	CODING_MEMBERS, /* gzip in two parts */
	CODING_STORED,  /* gzip that makes nothing smaller */
	CODING_NAMED,   /* gzip with all fields that its header can have */
	CODING_RIGHT,   /* all before this one are right, and those after not */
	CODING_TWICE,
	CODING_TAIL, /* bytes follow the end */
	CODING_CUT,
	CODING_RAW,   /* deflate without a frame */
	CODING_OTHER, /* gzip, called deflate */
	CODING_KINDS
};

/* Content-Encoding; NULL for CODING_NONE. */
const char *coding_name(enum coding coding);

/* Put text into dst in this coding. */
void coding_pack(enum coding coding, struct span text, struct bytes *dst);

#endif
