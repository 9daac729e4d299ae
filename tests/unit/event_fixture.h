/*
 * event_fixture.h - one event made of a provider's words and a request.
 */
#ifndef EVENT_FIXTURE_H
#define EVENT_FIXTURE_H

#include <stdio.h>

#include "event.h"
#include "sandbox.h"
#include "verify/schemes.h"

static const struct timespec noon = {1700000000, 123456789};

/* A provider made of words alone; a request of env and body; its event. */
struct event_fixture {
	struct preset words;
	struct provider prov;
	struct request req;
	struct verified ok;
	struct event event;
	bool noted; /* headers are those that the profile uses */
	char head[65536];
};

static inline void
play(struct event_fixture *s, const char *const env[], struct span body,
    struct span payload)
{
	struct reason why = {""};
	struct profile_fault fault = {"", {""}};

	snprintf(s->prov.name, sizeof(s->prov.name), "test");
	if (!scheme_profile(&s->prov.profile, &s->words, 300, &fault))
		sandbox_die(fault.why.text);
	sandbox_request(&s->req, env, body);
	s->ok.text.n = 1;
	s->ok.text.part[0] = payload.ptr == NULL ? s->req.body : payload;
	s->ok.text.payload = s->ok.text.part[0];
	if (s->ok.how == NULL)
		s->ok.how = "hmac-sha256";
	s->noted = s->ok.headers == NULL && s->prov.profile.scheme->storable;
	if (s->noted &&
	    !verified_note_headers(&s->ok, &s->prov.profile, &s->req))
		sandbox_die("no memory");
	if (event_make(&s->event,
		&(struct event_input){&s->prov, &s->req, &s->ok, &noon},
		&why) != ST_OK)
		sandbox_die(why.text);
	snprintf(s->head, sizeof(s->head), "%.*s", (int)s->event.file.head.len,
	    s->event.head);
}

static inline void
end(struct event_fixture *s)
{
	event_free(&s->event);
	if (s->noted) {
		free(s->ok.headers);
		s->ok.headers = NULL;
	}
	request_free(&s->req);
	profile_free(&s->prov.profile);
}

static inline struct event_fixture
event_fixture(void)
{
	struct event_fixture s = {.words = preset_default};

	s.words.signature[0] = "X-Sig";
	s.words.id = "json:id";
	s.words.type = "json:type";
	return s;
}

#endif
