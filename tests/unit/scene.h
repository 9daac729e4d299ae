/*
 * scene.h - one event made of a provider's words and a request.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdio.h>

#include "box.h"
#include "event.h"

static const struct timespec noon = {1700000000, 123456789};

/* A provider made of words alone; a request of env and body; its event. */
struct scene {
	struct preset words;
	struct provider prov;
	struct request req;
	struct verified ok;
	struct event event;
	char head[16384];
};

static inline void
play(struct scene *s, const char *const env[], struct span body,
    struct span payload)
{
	struct reason why = {""};
	const char *key = "";

	snprintf(s->prov.name, sizeof(s->prov.name), "test");
	if (!rule_make(&s->prov.rule, &s->words, 300, &key, &why))
		box_die(why.text);
	box_request(&s->req, env, body);
	s->ok.text.n = 1;
	s->ok.text.part[0] = payload.ptr == NULL ? s->req.body : payload;
	s->ok.text.payload = s->ok.text.part[0];
	if (s->ok.how == NULL)
		s->ok.how = "hmac-sha256";
	if (event_make(&s->event, &s->prov, &s->req, &s->ok, &noon, &why) !=
	    ST_OK)
		box_die(why.text);
	snprintf(s->head, sizeof(s->head), "%.*s", (int)s->event.head_len,
	    s->event.head);
}

static inline void
end(struct scene *s)
{
	event_free(&s->event);
	request_free(&s->req);
	rule_free(&s->prov.rule);
}

static inline struct scene
scene(void)
{
	struct scene s = {.words = preset_default};

	s.words.signature[0] = "X-Sig";
	s.words.id = "json:id";
	s.words.type = "json:type";
	return s;
}

#endif
