/*
 * text.h - encodings and digests for the sender, by OpenSSL alone.
 */
#ifndef TEXT_H
#define TEXT_H

#include <time.h>

#include "bytes.h"

void text_hex(struct span raw, struct bytes *dst);
void text_base64(struct span raw, bool url, struct bytes *dst);
void text_lower(struct span text, struct bytes *dst);

/* As a JSON string. */
void text_quote(struct span text, struct bytes *dst);

/* The digest that name begins with, "sha256:...", of data. */
void text_hex_digest(const char *name, struct span data, struct bytes *dst);

/* SHA-256 in base64. */
void text_base64_digest(struct span data, struct bytes *dst);

unsigned long text_crc32(struct span data);

/* The only field called name, decoded; false also for a broken escape. */
bool text_form_field(struct span body, const char *name, struct bytes *dst);

/* All fields as Twilio signs them. */
bool text_sorted_form(struct span body, struct bytes *dst);

void text_rfc3339(char *dst, size_t room, time_t when);
void text_imf(char *dst, size_t room, time_t when);

/* Forms of a time. */
enum text_form {
	FORM_S = 1,
	FORM_MS,
	FORM_US,
	FORM_RFC3339,
	FORM_IMF,
	FORM_NS,
	FORM_DECIMAL,
	FORM_UTC,      /* without a zone */
	FORM_OFFSET,   /* "+0000" */
	FORM_UTC_WORD, /* " UTC" */
	FORMS
};

/* A time in this form; in seconds if there is no such form. */
void text_time(char *dst, size_t room, time_t when, long form);

#endif
