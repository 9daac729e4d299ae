/*
 * preset_token.c - who sends a password and signs nothing.  Such a sender is as
 * good as its TLS, and no more: see README.md.
 */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* X-Gitlab-Event-UUID is one for all events that follow from another;
	 * this key is the delivery's, and kept when it is sent again. */
	.name = "gitlab",
	.scheme = "token",
	.signature = {"X-Gitlab-Token"},
	.id = "header:Idempotency-Key",
	.type = "header:X-Gitlab-Event",
	.sample = "{\"object_kind\":\"push\",\"after\":\"$ID\","
		  "\"project\":{\"name\":\"sample\"}}",
	.note = "with a signing token: preset standard-webhooks",
    },
    {
	.name = "okta",
	.scheme = "token",
	.signature = {"Authorization"},
	.id = "json:eventId",
	.type = "json:eventType",
	.challenge = "okta",
	.sender_retry_hours = 1,
	.sample = "{\"eventType\":\"com.okta.event_hook\",\"eventId\":"
		  "\"$ID\",\"eventTime\":\"$TIME\"}",
	.note = "the header and the secret are your choice there",
    },
};

const struct preset_table preset_token = PRESET_TABLE(row);
