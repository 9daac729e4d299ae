/*
 * records.h - FastCGI records, made and changed one by one.
 *
 * Nothing of edge/ is in it.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "bytes.h"

#define RECORDS_MAX 200

enum record_type {
	RECORD_BEGIN = 1,
	RECORD_ABORT,
	RECORD_END,
	RECORD_PARAMS,
	RECORD_STDIN,
	RECORD_STDOUT,
	RECORD_STDERR,
	RECORD_DATA,
	RECORD_GET_VALUES,
	RECORD_GET_VALUES_RESULT,
	RECORD_UNKNOWN_TYPE
};

struct record {
	unsigned type, id, pad;
	struct bytes content;
};

/* Records, and bytes behind them that are none. */
struct records {
	struct record record[RECORDS_MAX];
	size_t n;
	struct bytes rest;
};

/* A conversation as a web server has it: number 1 to 9, or the plain one. */
void records_sample(struct records *r, size_t which);

void records_read(struct records *r, struct span wire);
void records_write(const struct records *r, struct bytes *wire);
void records_free(struct records *r);

/* Change one thing. */
void records_mutate(struct records *r, struct chance *chance);

#endif
