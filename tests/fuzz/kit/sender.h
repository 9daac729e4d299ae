/*
 * sender.h - the other side: makes and signs deliveries, and says what a
 * request's signature would have to be over.
 *
 * By OpenSSL and the words of the settings alone, and by nothing that the
 * receiver reads or verifies with, so that both cannot be wrong alike.
 */
#ifndef SENDER_H
#define SENDER_H

#include <time.h>

#include "coding.h"
#include "config/config.h"
#include "letter.h"

#define SENDER_RULES   96
#define SENDER_HEADERS 24
#define SENDER_PARTS   24

enum sender_scheme {
	BY_HMAC,
	BY_TOKEN,
	BY_KEY, /* by a private key, over a text */
	BY_JWT,
	BY_DRAFT, /* HTTP signatures in their older form */
	BY_RFC9421
};

/* One entry of the settings. */
struct rule {
	const char *name;
	struct preset words;
	enum sender_scheme scheme;
	const char *digest;      /* OpenSSL's name */
	struct evp_pkey_st *key; /* or NULL: the secrets */
	const char *id;          /* as in the settings, or NULL */
	const char *signature;   /* the header, or NULL: in the body */
	const char *prefix, *timestamp;
	const char *text[PRESET_SIGNED];
	size_t ntext;
	long form; /* of its times: text.h */
	char owned[3][96];
};

/* A request; mail_free() frees it. */
struct mail {
	const struct rule *rule;
	struct bytes method, target, body, length;
	struct bytes signature; /* as it was made; no change touches it */
	struct bytes token;     /* the same, of a scheme that sends one */
	enum coding coding;     /* of the body, on its way */
	size_t flip;
	size_t nheader;
	struct header header[SENDER_HEADERS];
};

/* What a signature is over, part by part. */
struct content {
	size_t alternative, n;
	struct bytes part[SENDER_PARTS];
	struct bytes payload; /* what is to be stored */
	bool members;         /* then payload is the body they are from */
};

/*
 * Make settings with every preset and some entries more in the file path, and
 * load them.  Ends the process if that fails.
 */
struct config *sender_open(const char *dir, struct rule rule[SENDER_RULES],
    size_t *nrule, const struct log *log);

/* The same with the secret and the keys of the stranger. */
struct config *sender_open_strange(const char *dir, const struct log *log);

/*
 * Make the delivery that letter describes, with the changes that come before
 * it is signed if edits says so, and sign it.  *content is what was signed.
 * False: it has not all that is signed, and some signature.
 */
bool sender_make(struct mail *mail, struct content *content,
    const struct rule *rule, const struct letter *letter, time_t now,
    bool edits);

/* Change it behind the sender's back. */
void sender_edit(struct mail *mail, const struct edit *edit);

/* Make names and values such as a server hands on. */
void mail_clean(struct mail *mail);

/*
 * What mail is, taken as the alternative; the signature itself does not count.
 * False if it has not all that is signed.
 */
bool sender_content(
    const struct mail *mail, size_t alternative, struct content *content);

/* Whether two contents are of the same parts. */
bool content_same(const struct content *a, const struct content *b);

/* Whether both make one text, although of other parts. */
bool content_joined_same(const struct content *a, const struct content *b);

/* The only value of a header that is not empty; *n counts them. */
struct span mail_header(const struct mail *mail, const char *name, size_t *n);

/* Headers to write to: the first of that name, or NULL; one more; one less, if
 * it is not NULL. */
struct header *mail_find(struct mail *mail, const char *name);
void mail_add(struct mail *mail, const char *name, struct span value);
void mail_drop(struct mail *mail, struct header *header);

/* The event's id; empty if it has none. */
void mail_id(
    const struct mail *mail, const struct content *content, struct bytes *id);

void mail_free(struct mail *mail);
void content_free(struct content *content);

#endif
