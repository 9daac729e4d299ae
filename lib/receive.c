/* receive.c - the steps from a request to its reply. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shown.h"
#include "challenge/challenge.h"
#include "event.h"
#include "event_name.h"
#include "hold/hold.h"
#include "hold/request_file.h"
#include "http/inflate.h"
#include "inbox/commit_queue.h"
#include "inbox/inbox_dircache.h"
#include "keyset/keycache.h"
#include "profile/scheme.h"
#include "receive.h"
#include "verify/verified.h"
#include "verify/verify.h"

/* How many characters of an unknown provider name are logged. */
#define ROUTE_LOG_MAX 64
/* Descriptors that are not a delivery's: settings, key sets, programs. */
#define FILES_OF_PROCESS 32

/* One delivery and the reply to it, while they are being worked on. */
struct exchange {
	const struct config *cfg;
	const struct delivery *delivery;
	struct receive_done done;      /* of receive_start() only */
	const struct provider *prov;   /* NULL until it is known */
	struct request req;            /* as it came */
	struct request plain;          /* the same, decompressed; or zeroed */
	struct inbox_failover inboxes; /* set once prov is known */
	struct verified ok;
	struct event event;    /* once it is known to be genuine */
	struct commit_job job; /* of the event */
	/* The event's id once it was made; "" before. */
	char id[EVENT_NAME_MAX + 1];
	char mark[EVENT_NAME_MAX + 1]; /* which name made it a duplicate */
	struct reason not_held;        /* why a delivery could not be held */
	struct reply_given given; /* zeroed if the status decides the reply */
	struct reason why;
};

static enum status
misconfigured(struct exchange *t, const char *text)
{
	reason_set(&t->why, "%s", text);
	return ST_MISCONFIGURED;
}

/* CONTEXT_DOCUMENT_ROOT is Apache's; for ~user pages it is public_html. */
static bool
is_published(const struct exchange *t)
{
	static const char *const name[] = {
	    "DOCUMENT_ROOT", "CONTEXT_DOCUMENT_ROOT"};

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct span root = request_variable(&t->req, name[i]);

		if (root.len > 0 &&
		    provider_secret_below(t->prov, (const char *)root.ptr))
			return true;
	}
	return false;
}

/* Find the provider, and check what can be checked before the body is read. */
static enum status
route(struct exchange *t)
{
	struct span name = t->req.route;
	char shown[SHOWN_MAX];

	if (t->cfg == NULL) {
		reason_set(&t->why, "no usable settings: %s",
		    t->delivery->unusable != NULL ? t->delivery->unusable
						  : "run `hookdir check`");
		return ST_MISCONFIGURED;
	}
	t->prov = config_provider(t->cfg, name);
	if (t->prov == NULL) {
		if (name.len > ROUTE_LOG_MAX)
			name.len = ROUTE_LOG_MAX;
		reason_set(&t->why, "no provider is called '%s'",
		    shown_name(shown, name));
		return ST_NO_ROUTE;
	}
	if (t->prov->broken)
		return misconfigured(t, t->prov->fault);
	if (!provider_takes(t->prov, t->req.method)) {
		reason_set(
		    &t->why, "the method is not %s", provider_methods(t->prov));
		return ST_BAD_METHOD;
	}
	if (is_published(t))
		return misconfigured(t,
		    "the secret file is inside the document root, where "
		    "anyone can download it: move it, and replace the secret");
	inbox_failover_of(
	    &t->inboxes, &t->cfg->inbox, t->prov->name, t->delivery->dircache);
	return ST_OK;
}

/* The request as its sender signed it. */
static const struct request *
meant(const struct exchange *t)
{
	return t->plain.env != NULL ? &t->plain : &t->req;
}

/* Reject a body that may have been cut short. */
static enum status
check_body(struct exchange *t)
{
	if (!t->req.has_length && !t->prov->profile.scheme->covers_body) {
		reason_set(&t->why,
		    "no Content-Length, and the signature would not show that "
		    "the body was cut short: let the sender send a length, or "
		    "let the web server buffer requests");
		return ST_NO_LENGTH;
	}
	if (meant(t)->body.len == 0) {
		reason_set(&t->why, "the body is empty");
		return ST_BAD_REQUEST;
	}
	return ST_OK;
}

/* True for a held delivery that is being tried again. */
static bool
is_again(const struct exchange *t)
{
	return t->delivery->arrived.tv_sec != 0;
}

/* When the delivery first arrived. */
static const struct timespec *
arrival(const struct exchange *t)
{
	return is_again(t) ? &t->delivery->arrived : &t->delivery->now;
}

/* Make the event. */
static enum status
make_event(struct exchange *t)
{
	const struct event_input in = {t->prov, meant(t), &t->ok, arrival(t)};
	enum status st = event_make(&t->event, &in, &t->why);

	if (st != ST_OK)
		return st;
	t->job.filing = (struct inbox_filing){.inboxes = &t->inboxes,
	    .file = &t->event.file,
	    .now = t->delivery->now.tv_sec};
	return ST_OK;
}

/* The event was stored, or could not be: keep what event_free() frees. */
static enum status
note_event(struct exchange *t)
{
	const struct inbox_filing *filing = &t->job.filing;
	struct span id = event_shown_id(&t->event);

	memcpy(t->id, id.ptr, id.len);
	t->id[id.len] = '\0';
	snprintf(t->mark, sizeof(t->mark), "%s",
	    filing->result.by_also ? t->event.also : t->event.name);
	t->why = filing->why;
	return filing->status;
}

static enum status
verify(struct exchange *t)
{
	const struct verify_terms terms = {
	    .arrived = arrival(t)->tv_sec,
	    .now = t->delivery->now.tv_sec,
	    .fetch = t->delivery->fetch,
	    .limit = t->delivery->limit,
	};
	enum status st =
	    verify_request(t->prov, meant(t), &terms, &t->ok, &t->why);

	/* There is something to free only if it was genuine. */
	if (st != ST_OK)
		t->ok = (struct verified){.how = NULL};
	return st;
}

static enum status
answer_challenge(
    struct exchange *t, enum challenge_stage stage, const struct verified *ok)
{
	const struct challenge_request request = {t->prov, meant(t), ok};

	return challenge_answer(stage, &request, &t->given, &t->why);
}

/*
 * Hold the rejected delivery if the settings say so; a failure is only logged.
 */
static void
hold_delivery(struct exchange *t)
{
	const struct hold hold = config_hold(t->cfg, t->prov);
	const struct timespec *now = &t->delivery->now;
	const struct refusal refusal = {.at = now,
	    .reason = &t->why,
	    .terms = &hold.terms,
	    .keep_query = t->prov->keep_query,
	    .keep_address = t->prov->keep_address};
	struct reason why = {""};
	size_t len = 0;
	char *head;

	if (hold.terms.count == 0 || is_again(t))
		return;
	head =
	    request_file_head(&t->req, &t->prov->profile, &refusal, &len, &why);
	if (head == NULL ||
	    !hold_put(&hold, span_mem(head, len), t->req.body, now, &why))
		t->not_held = why;
	free(head);
}

static enum status
verify_and_make(struct exchange *t)
{
	enum status st = check_body(t);

	if (st != ST_OK)
		return st;
	st = verify(t);
	if (st == ST_UNVERIFIED)
		hold_delivery(t);
	if (st != ST_OK)
		return st;
	st = answer_challenge(t, CHALLENGE_SIGNED, &t->ok);
	return st == ST_OK ? make_event(t) : st;
}

/* A large body is spooled to the disk that the event will be stored on. */
static enum status
read_body(struct exchange *t)
{
	const struct inbox_settings *inbox = &t->cfg->inbox;
	struct spool spool =
	    spool_of(inbox->root, inbox->fallback, inbox->group_access);
	enum status st = request_read(&t->req, (size_t)t->cfg->max_body, &spool,
	    &t->delivery->body, &t->why);

	spool_close(&spool);
	return st;
}

static enum status
decompress(struct exchange *t)
{
	const struct inbox_settings *inbox = &t->cfg->inbox;
	struct spool spool =
	    spool_of(inbox->root, inbox->fallback, inbox->group_access);
	enum status st = ST_OK;

	if (t->prov->profile.decompress)
		st = inflate_request(&t->plain, &t->req,
		    (size_t)t->cfg->max_body, &spool, &t->why);
	spool_close(&spool);
	return st;
}

/* Everything before the event is stored.  ST_OK: the event is made. */
static enum status
prepare(struct exchange *t)
{
	enum status st;

	request_open(&t->req, t->delivery->env);
	st = route(t);
	/* Some web servers lose the reply if the body was not read. */
	if (st == ST_OK)
		st = read_body(t);
	else
		request_drain(&t->req, &t->delivery->body);
	if (st == ST_OK)
		st = decompress(t);
	if (st == ST_OK)
		st = answer_challenge(t, CHALLENGE_UNSIGNED, NULL);
	if (st == ST_OK)
		st = verify_and_make(t);
	return st;
}

/* One line, in the one form of all lines about a delivery. */
__attribute__((format(printf, 4, 5))) static void
log_answer(const struct exchange *t, const struct reply *reply,
    enum log_level level, const char *fmt, ...)
{
	char address[REQUEST_ADDRESS_MAX], text[LOG_LINE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	request_address(address, &t->req);
	log_line(t->delivery->log, level, "%s: %s from %s: answered %d: %s",
	    t->prov == NULL ? "-" : t->prov->name,
	    t->id[0] == '\0' ? "-" : t->id, address, reply->code, text);
}

/*
 * How the event is known.  Without a place for the id its name is a digest, and
 * the id that a CloudEvent has in its header is not what counts.
 */
static const char *
known_by(const struct exchange *t)
{
	if (t->job.filing.result.by_also)
		return "its signed text";
	if (t->prov == NULL || t->prov->profile.id.kind == FIELD_NONE)
		return "its digest";
	return event_is_digest(t->mark) && strcmp(t->id, t->mark) == 0
		   ? "its digest"
		   : "its id";
}

/* Nobody else says why a sender's second try is not in the inbox. */
static void
log_duplicate(const struct exchange *t, const struct reply *reply)
{
	log_answer(t, reply, LVL_INFO,
	    "a duplicate by %s, not filed again; `hookdir forget %s %s` lets "
	    "it be filed again",
	    known_by(t), t->prov->name, t->mark);
}

/* Log the trouble with an event that was stored all the same. */
static void
log_trouble(const struct exchange *t, const struct reply *reply)
{
	const struct inbox_failover_result *filed = &t->job.filing.result;

	if (filed->fallback)
		log_answer(t, reply, LVL_WARNING,
		    "stored in the fallback %s: %s", t->cfg->inbox.fallback,
		    filed->trouble.text);
	else if (filed->again)
		log_answer(t, reply, LVL_WARNING,
		    "stored, but only at the second try: %s",
		    filed->trouble.text);
	if (filed->unsure)
		log_answer(
		    t, reply, LVL_WARNING, "stored, but %s", t->why.text);
}

static void
log_refusal(const struct exchange *t, const struct reply *reply)
{
	log_answer(t, reply,
	    status_code(reply->status) >= 500 ? LVL_ERROR : LVL_WARNING, "%s",
	    t->why.text);
	if (t->not_held.text[0] != '\0')
		log_answer(t, reply, LVL_WARNING,
		    "rejected, and could not be held: %s", t->not_held.text);
}

static void
log_outcome(const struct exchange *t, const struct reply *reply)
{
	enum status st = reply->status;

	if (st == ST_ANSWERED)
		log_answer(
		    t, reply, LVL_INFO, "a challenge; nothing is stored");
	else if (st != ST_OK && st != ST_DUPLICATE)
		log_refusal(t, reply);
	if (st == ST_DUPLICATE)
		log_duplicate(t, reply);
	if (st == ST_OK || st == ST_DUPLICATE)
		log_trouble(t, reply);
}

static void
make_reply(struct exchange *t, enum status st, const struct profile *profile,
    struct reply *reply)
{
	struct reply_style style = {.reject_status = 0};

	if (profile != NULL)
		style = (struct reply_style){
		    .reject_status = profile->reject_status,
		    .accept_status = profile->accept_status,
		    .accept_body = profile->accept_body,
		    .methods = provider_methods(t->prov),
		};
	if (st == ST_ANSWERED && t->given.code != 0)
		reply_give(reply, st, &t->given);
	else
		reply_make(reply, st, &style);
	/* A reply to HEAD has no body: RFC 3875, section 4.3.3. */
	if (span_is(t->req.method, "HEAD"))
		reply_without_body(reply);
}

/* Free what the delivery took, make the reply, and log. */
static void
end(struct exchange *t, enum status st, struct reply *reply)
{
	bool known = t->prov != NULL && !t->prov->broken;

	event_free(&t->event);
	verified_free(&t->ok);
	request_free(&t->plain);
	request_free(&t->req);
	make_reply(t, st, known ? &t->prov->profile : NULL, reply);
	log_outcome(t, reply);
}

/* The provider for which receive_upkeep() is due; or NULL. */
static const struct provider *
due(const struct exchange *t)
{
	const struct inbox_failover_result *filed = &t->job.filing.result;
	const struct provider *prov = t->prov;

	if (filed->sweep_due || filed->recover_due ||
	    (prov != NULL && !prov->broken && prov->cache != NULL &&
		keycache_due(prov->cache, t->delivery->now.tv_sec)))
		return prov;
	return NULL;
}

const struct provider *
receive(const struct config *cfg, const struct delivery *delivery,
    struct reply *reply)
{
	struct exchange t = {.cfg = cfg, .delivery = delivery};
	enum status st = prepare(&t);

	if (st == ST_OK) {
		inbox_failover_store(&t.job.filing);
		st = note_event(&t);
	}
	end(&t, st, reply);
	return due(&t);
}

/* Returns true if work is left that may take long. */
static bool
give(struct exchange *t, enum status st)
{
	struct reply reply;
	bool slow;

	end(t, st, &reply);
	slow = t->done.reply(t->done.arg, &reply);
	reply_free(&reply);
	return slow || due(t) != NULL;
}

static void
take_long(struct commit_job *job)
{
	const struct exchange *t = job->arg;

	t->done.takes_long(t->done.arg);
}

static bool
answer_job(struct commit_job *job)
{
	struct exchange *t = job->arg;

	return give(t, note_event(t));
}

static void
finish_job(struct commit_job *job)
{
	struct exchange *t = job->arg;

	t->done.finish(t->done.arg, due(t));
}

long
receive_files(const struct config *cfg, long threads, long waiting)
{
	const struct inbox_settings none = {.root = NULL};
	/* With its connection. */
	long each = inbox_failover_files(cfg == NULL ? &none : &cfg->inbox) + 1;
	long kept = inbox_dircache_files(cfg == NULL ? 0 : cfg->nprovider);

	/* A thread has an epoll instance. */
	return FILES_OF_PROCESS + kept + threads + (threads + waiting) * each;
}

size_t
receive_room(void)
{
	return sizeof(struct exchange);
}

void
receive_start(const struct config *cfg, const struct delivery *delivery,
    const struct receive_done *done, void *room)
{
	struct exchange *t = room;
	enum status st;

	*t = (struct exchange){.cfg = cfg,
	    .delivery = delivery,
	    .done = *done,
	    .job = {.takes_long = take_long,
		.answer = answer_job,
		.finish = finish_job,
		.arg = t}};
	st = prepare(t);
	if (st == ST_OK) {
		commit_queue_store(delivery->queue, &t->job);
		return;
	}
	give(t, st);
	finish_job(&t->job);
}

/* Recover the inboxes of one provider. */
static void
recover(const struct inbox_failover *inboxes, const char *name,
    const struct delivery *delivery)
{
	struct reason why = {""};
	size_t n;

	if (!inbox_failover_recover(inboxes, delivery->now.tv_sec, &n, &why))
		log_line(delivery->log, LVL_ERROR,
		    "%s: recovery after a crash is incomplete: %s; solve this "
		    "and run `hookdir sweep`",
		    name, why.text);
	if (n > 0)
		log_line(delivery->log, LVL_INFO,
		    "%s: %zu event%s that a crash had left in tmp/ %s in new/",
		    name, n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
}

void
receive_recover(const struct config *cfg, const struct delivery *delivery)
{
	struct inbox_failover inboxes;

	for (size_t i = 0; cfg != NULL && i < cfg->nprovider; i++) {
		inbox_failover_of(
		    &inboxes, &cfg->inbox, cfg->provider[i].name, NULL);
		recover(&inboxes, cfg->provider[i].name, delivery);
	}
}

void
receive_upkeep(const struct config *cfg, const struct provider *prov,
    const struct delivery *delivery)
{
	time_t now = delivery->now.tv_sec;
	const struct keycache_terms fetch = {
	    .program = delivery->fetch, .now = now, .limit = delivery->limit};
	struct reason why = {""};
	struct inbox_failover inboxes;

	inbox_failover_of(&inboxes, &cfg->inbox, prov->name, NULL);
	recover(&inboxes, prov->name, delivery);
	if (!inbox_failover_sweep(&inboxes, now, &why))
		log_line(
		    delivery->log, LVL_WARNING, "%s: %s", prov->name, why.text);
	if (prov->cache != NULL && keycache_due(prov->cache, now) &&
	    keycache_refresh(prov->cache, &fetch, KEYCACHE_OLD, &why) != ST_OK)
		log_line(delivery->log, LVL_WARNING,
		    "%s: the old key set stays in use: %s", prov->name,
		    why.text);
}
