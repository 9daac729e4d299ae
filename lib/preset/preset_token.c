/*
 * preset_token.c - providers that send a password and sign nothing.  Such a
 * provider is only as safe as its TLS connection: see hookdir-signatures(7).
 */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* X-Gitlab-Event-UUID is the same for all events that result from one
	 * another.  Idempotency-Key is that of the delivery, and stays the same
	 * when it is sent again. */
	PRESET("gitlab", KEY_OWN, BIND_KEY, TIME_NONE),
	.scheme = "token",
	.signature = {"X-Gitlab-Token"},
	.id = "header:Idempotency-Key",
	.type = "header:X-Gitlab-Event",
	.keep_headers = {"X-Gitlab-*"},
	.sample = "{\"object_kind\":\"push\",\"after\":\"$ID\","
		  "\"project\":{\"name\":\"sample\"}}",
	.note = "for a signing token, use preset standard-webhooks",
	.where = "Settings, Webhooks, Add new webhook: you choose the "
		 "Secret token",
    },
    {
	PRESET("okta", KEY_OWN, BIND_KEY, TIME_NONE),
	.scheme = "token",
	.signature = {"Authorization"},
	.id = "json:eventId",
	.type = "json:eventType",
	.challenge = "okta",
	.sender_retry_hours = 1,
	.sample = "{\"eventType\":\"com.okta.event_hook\",\"eventId\":"
		  "\"$ID\",\"eventTime\":\"$TIME\"}",
	.note = "you choose the header and the secret at Okta",
	.where = "Admin Console, Workflow, Event Hooks: Authentication "
		 "field is the header, Authentication secret the "
		 "secret",
    },
};

PRESET_TABLE(preset_token, row);
