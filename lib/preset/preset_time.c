/* preset_time.c - providers that sign a time beside the body, with a secret. */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* When an event is sent again, header and time are new, but the id in
	 * the body is the same. */
	.name = "box",
	.signature_encoding = "base64",
	.signature = {"BOX-SIGNATURE-PRIMARY", "BOX-SIGNATURE-SECONDARY"},
	.timestamp = "header:BOX-DELIVERY-TIMESTAMP",
	.time = "rfc3339",
	.tolerance = 600,
	.signed_payload = {"{body}{ts}"},
	.id = "json:id",
	.type = "json:trigger",
	.sample = "{\"type\":\"webhook_event\",\"id\":\"$ID\","
		  "\"created_at\":\"$TIME\",\"trigger\":\"FILE.UPLOADED\"}",
	.note = "version 2; the secret file can contain both keys",
    },
    {
	.name = "calendly",
	.signature = {"Calendly-Webhook-Signature"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.tolerance = 180,
	.signed_payload = {"{ts}.{body}"},
	.type = "json:event",
	.sender_retry_hours = 24,
	.sample = "{\"event\":\"invitee.created\",\"created_at\":\"$TIME\","
		  "\"payload\":{\"uri\":\"https://example.com/$ID\"}}",
    },
    {
	/* A batch of events.  The documentation does not say that eventId is
	 * unique. */
	.name = "hubspot",
	.signature_encoding = "base64",
	.signature = {"X-HubSpot-Signature-v3"},
	.timestamp = "header:X-HubSpot-Request-Timestamp",
	.time = "ms",
	.tolerance = 300,
	.signed_payload = {"{method}{url}{body}{ts}"},
	.sender_retry_hours = 24,
	.sample = "[{\"eventId\":1,\"subscriptionType\":\"contact.creation\","
		  "\"sourceId\":\"$ID\"}]",
	.note = "version 3; the secret is the app's client secret",
    },
    {
	/* The time is in the body, in milliseconds. */
	.name = "linear",
	.signature = {"Linear-Signature"},
	.timestamp = "json:webhookTimestamp",
	.tolerance = 60,
	.id = "header:Linear-Delivery",
	.type = "json:type",
	.sender_retry_hours = 8,
	.sample = "{\"action\":\"create\",\"type\":\"Issue\","
		  "\"createdAt\":\"$TIME\",\"webhookId\":\"$ID\","
		  "\"webhookTimestamp\":$MS}",
    },
    {
	/* Nothing of the event is signed, only a time and a token.  The token
	 * is the id: anyone who saw one delivery cannot make another event with
	 * its signature.  Until the time is too old, such a forgery is a
	 * duplicate. */
	.name = "mailgun",
	.signature = {"json:signature.signature"},
	.timestamp = "json:signature.timestamp",
	.tolerance = 28800,
	.signed_payload = {"{json:signature.timestamp}{json:signature.token}"},
	.id = "json:signature.token",
	.type = "json:event-data.event",
	.sender_retry_hours = 8,
	.sample = "{\"signature\":{\"timestamp\":\"$SEC\",\"token\":\"$ID\","
		  "\"signature\":\"$MAC\"},\"event-data\":"
		  "{\"event\":\"delivered\",\"id\":\"sample\"}}",
	.note = "the secret is the HTTP webhook signing key",
    },
    {
	.name = "mux",
	.signature = {"Mux-Signature"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.tolerance = 300,
	.signed_payload = {"{ts}.{body}"},
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 24,
	.sample = "{\"type\":\"video.asset.ready\",\"id\":\"$ID\","
		  "\"created_at\":\"$TIME\"}",
    },
    {
	/* Its own libraries allow 5 s, which is too short for any queue on the
	 * way. */
	.name = "paddle",
	.signature = {"Paddle-Signature"},
	.prefix = "h1=",
	.separator = ";",
	.timestamp = "element:ts=",
	.signed_payload = {"{ts}:{body}"},
	.id = "json:event_id",
	.type = "json:event_type",
	.sender_retry_hours = 72,
	.sample = "{\"event_id\":\"$ID\",\"event_type\":"
		  "\"transaction.completed\",\"occurred_at\":\"$TIME\"}",
	.note = "Billing",
    },
    {
	/* Events have an id.  Commands and buttons have none: they are
	 * identified by the signed text, including its time. */
	.name = "slack",
	.signature = {"X-Slack-Signature"},
	.prefix = "v0=",
	.timestamp = "header:X-Slack-Request-Timestamp",
	.tolerance = 300,
	.signed_payload = {"v0:{ts}:{body}"},
	.id = "json:event_id",
	.type = "json:event.type",
	.challenge = "echo-json:type=url_verification:challenge",
	.sender_retry_hours = 1,
	.sample = "{\"type\":\"event_callback\",\"event_id\":\"$ID\","
		  "\"event\":{\"type\":\"message\",\"text\":\"Hello\"}}",
	.note = "the secret is the app's signing secret",
    },
    {
	/* Avaya Spaces signs Slack's text with the field "data" in place of the
	 * body.  It does not document how it sends that field.  Only the part
	 * that the matching alternative covers is stored. */
	.name = "spaces",
	.signature = {"X-Spaces-Signature"},
	.timestamp = "header:X-Spaces-Request-Timestamp",
	.signed_payload = {"v0:{ts}:{form:data}", "v0:{ts}:{json:data}",
	    "v0:{ts}:{body}"},
	.type = "json:event",
	.sample = "{\"data\":\"{\\\"event\\\":\\\"space.created\\\","
		  "\\\"topicId\\\":\\\"$ID\\\"}\"}",
	.note = "Avaya Spaces",
    },
    {
	.name = "standard-webhooks",
	.scheme = "standard",
	.signature = {"webhook-signature"},
	.sender_retry_hours = 76,
	.sample = "{\"type\":\"user.created\",\"timestamp\":\"$TIME\","
		  "\"data\":{\"id\":\"$ID\"}}",
    },
    {
	/* In test mode it also sends v0=, which is not a real signature. */
	.name = "stripe",
	.signature = {"Stripe-Signature"},
	.prefix = "v1=",
	.separator = ",",
	.timestamp = "element:t=",
	.tolerance = 300,
	.signed_payload = {"{ts}.{body}"},
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 72,
	.sample = "{\"id\":\"evt_$ID\",\"object\":\"event\","
		  "\"type\":\"payment_intent.succeeded\"}",
	.note = "the secret is the whole text, including whsec_",
    },
    {
	.name = "svix",
	.scheme = "standard",
	.signature = {"svix-signature"},
	.sender_retry_hours = 28,
	.sample = "{\"type\":\"user.created\",\"timestamp\":\"$TIME\","
		  "\"data\":{\"id\":\"$ID\"}}",
    },
    {
	/* The type in the body is signed; the type in the header is not. */
	.name = "twitch",
	.signature = {"Twitch-Eventsub-Message-Signature"},
	.prefix = "sha256=",
	.timestamp = "header:Twitch-Eventsub-Message-Timestamp",
	.time = "rfc3339",
	.tolerance = 600,
	.signed_payload = {"{header:Twitch-Eventsub-Message-Id}{ts}{body}"},
	.id = "header:Twitch-Eventsub-Message-Id",
	.type = "json:subscription.type",
	.challenge = "echo-json:subscription.status=webhook_callback_"
		     "verification_pending:challenge",
	.sample = "{\"subscription\":{\"id\":\"$ID\",\"type\":"
		  "\"channel.follow\",\"created_at\":\"$TIME\"},\"event\":{}}",
	.note = "EventSub",
    },
    {
	.name = "webflow",
	.signature = {"x-webflow-signature"},
	.timestamp = "header:x-webflow-timestamp",
	.time = "ms",
	.tolerance = 300,
	.signed_payload = {"{ts}:{body}"},
	.type = "json:triggerType",
	.sender_retry_hours = 1,
	.sample = "{\"triggerType\":\"form_submission\",\"payload\":"
		  "{\"id\":\"$ID\",\"submittedAt\":\"$TIME\"}}",
	.note = "only webhooks made through its API are signed",
    },
    {
	/* The customer writes the body of a trigger, and its "id" may be that
	 * of a ticket.  The invocation id identifies the event. */
	.name = "zendesk",
	.signature_encoding = "base64",
	.signature = {"X-Zendesk-Webhook-Signature"},
	.timestamp = "header:X-Zendesk-Webhook-Signature-Timestamp",
	.time = "rfc3339",
	.signed_payload = {"{ts}{body}"},
	.id = "header:X-Zendesk-Webhook-Invocation-Id",
	.type = "json:type",
	.sender_retry_hours = 1,
	.sample = "{\"id\":\"$ID\",\"type\":"
		  "\"zen:event-type:user.created\",\"time\":\"$TIME\"}",
    },
    {
	/* No event has an id. */
	.name = "zoom",
	.signature = {"x-zm-signature"},
	.prefix = "v0=",
	.timestamp = "header:x-zm-request-timestamp",
	.signed_payload = {"v0:{ts}:{body}"},
	.type = "json:event",
	.challenge = "zoom",
	.sender_retry_hours = 2,
	.sample = "{\"event\":\"meeting.started\",\"event_ts\":0,"
		  "\"payload\":{\"object\":{\"uuid\":\"$ID\"}}}",
	.note = "the secret is the app's secret token",
    },
};

const struct preset_table preset_time = PRESET_TABLE(row);
