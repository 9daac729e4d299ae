/* preset_time.c - providers that sign a time beside the body, with a secret. */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* When an event is sent again, header and time are new, but the id in
	 * the body is the same. */
	PRESET("box", KEY_OWN, BIND_KEY, TIME_RFC3339),
	.signature_encoding = "base64",
	.signature = {"BOX-SIGNATURE-PRIMARY", "BOX-SIGNATURE-SECONDARY"},
	.timestamp = "header:BOX-DELIVERY-TIMESTAMP",
	.tolerance = 600,
	.signed_payload = {"{body}{ts}"},
	.id = "json:id",
	.type = "json:trigger",
	.keep_headers = {"BOX-DELIVERY-ID"},
	.sample = "{\"type\":\"webhook_event\",\"id\":\"$ID\","
		  "\"created_at\":\"$TIME\",\"trigger\":\"FILE.UPLOADED\"}",
	.note = "version 2; the secret file can contain both keys",
	.makes_secret = true,
	.where = "Developer Console, your app, Webhooks, Manage "
		 "signature keys: Generate Key",
    },
    {
	PRESET("calendly", KEY_OWN, BIND_KEY, TIME_SECONDS),
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
	.where = "you choose the signing_key when you create the "
		 "webhook subscription by its API",
    },
    {
	/* A batch of events.  The documentation does not say that eventId is
	 * unique. */
	PRESET("hubspot", KEY_OWN, BIND_KEY, TIME_MILLISECONDS),
	.signature_encoding = "base64",
	.signature = {"X-HubSpot-Signature-v3"},
	.timestamp = "header:X-HubSpot-Request-Timestamp",
	.tolerance = 300,
	.signed_payload = {"{method}{url}{body}{ts}"},
	.sender_retry_hours = 24,
	.sample = "[{\"eventId\":1,\"subscriptionType\":\"contact.creation\","
		  "\"sourceId\":\"$ID\"}]",
	.note = "version 3; the secret is the app's client secret",
	.makes_secret = true,
	.where = "your app, Auth: Client secret; the URL goes to "
		 "Webhooks",
    },
    {
	/* The time is in the body, in milliseconds. */
	PRESET("linear", KEY_OWN, BIND_KEY, TIME_MILLISECONDS),
	.signature = {"Linear-Signature"},
	.timestamp = "json:webhookTimestamp",
	.tolerance = 60,
	.id = "header:Linear-Delivery",
	.type = "json:type",
	.keep_headers = {"Linear-*"},
	.sender_retry_hours = 8,
	.sample = "{\"action\":\"create\",\"type\":\"Issue\","
		  "\"createdAt\":\"$TIME\",\"webhookId\":\"$ID\","
		  "\"webhookTimestamp\":$MS}",
	.where = "Settings, API, Webhooks, the webhook: Signing secret",
    },
    {
	/* Nothing of the event is signed, only a time and a token.  The token
	 * is the id: anyone who saw one delivery cannot make another event with
	 * its signature.  Until the time is too old, such a forgery is a
	 * duplicate. */
	PRESET("mailgun", KEY_OWN, BIND_KEY, TIME_SECONDS),
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
	.makes_secret = true,
	.where = "Account settings, API security: HTTP webhook signing "
		 "key; the URL goes to Sending, Webhooks",
    },
    {
	PRESET("mux", KEY_OWN, BIND_KEY, TIME_SECONDS),
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
	.makes_secret = true,
	.where = "Settings, Webhooks, the webhook: Signing secret",
    },
    {
	/* Its own libraries allow 5 s, which is too short for any queue on the
	 * way. */
	PRESET("paddle", KEY_OWN, BIND_KEY, TIME_SECONDS),
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
	.makes_secret = true,
	.where = "Developer tools, Notifications, the destination: "
		 "Secret key",
    },
    {
	/* Events have an id.  Commands and buttons have none: they are
	 * identified by the signed text, including its time. */
	PRESET("slack", KEY_OWN, BIND_KEY, TIME_SECONDS),
	.signature = {"X-Slack-Signature"},
	.prefix = "v0=",
	.timestamp = "header:X-Slack-Request-Timestamp",
	.tolerance = 300,
	.signed_payload = {"v0:{ts}:{body}"},
	.id = "json:event_id",
	.type = "json:event.type",
	.keep_headers = {"X-Slack-*"},
	.challenge = "echo-json:type=url_verification:challenge",
	.sender_retry_hours = 1,
	.sample = "{\"type\":\"event_callback\",\"event_id\":\"$ID\","
		  "\"event\":{\"type\":\"message\",\"text\":\"Hello\"}}",
	.note = "the secret is the app's signing secret",
	.makes_secret = true,
	.where = "your app, Basic Information: Signing Secret; the URL "
		 "goes to Event Subscriptions, Request URL",
    },
    {
	/* Avaya Spaces signs Slack's text with the field "data" in place of the
	 * body.  It does not document how it sends that field.  Only the part
	 * that the matching alternative covers is stored. */
	PRESET("spaces", KEY_OWN, BIND_KEY, TIME_SECONDS),
	.signature = {"X-Spaces-Signature"},
	.timestamp = "header:X-Spaces-Request-Timestamp",
	.signed_payload = {"v0:{ts}:{form:data}", "v0:{ts}:{json:data}",
	    "v0:{ts}:{body}"},
	.type = "json:event",
	.sample = "{\"data\":\"{\\\"event\\\":\\\"space.created\\\","
		  "\\\"topicId\\\":\\\"$ID\\\"}\"}",
	.note = "Avaya Spaces",
	.makes_secret = true,
	.where = "your service app, Event Subscriptions: the secret "
		 "key behind the eye",
    },
    {
	PRESET("standard-webhooks", KEY_OWN, BIND_KEY, TIME_SECONDS),
	.scheme = "standard",
	.signature = {"webhook-signature"},
	.sender_retry_hours = 76,
	.sample = "{\"type\":\"user.created\",\"timestamp\":\"$TIME\","
		  "\"data\":{\"id\":\"$ID\"}}",
	.where = "the page of the endpoint: a secret that begins with "
		 "whsec_",
    },
    {
	/* In test mode it also sends v0=, which is not a real signature. */
	PRESET("stripe", KEY_OWN, BIND_KEY, TIME_SECONDS),
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
	.makes_secret = true,
	.where = "Developers, Webhooks, the endpoint: Signing secret, "
		 "Reveal",
    },
    {
	PRESET("svix", KEY_OWN, BIND_KEY, TIME_SECONDS),
	.scheme = "standard",
	.signature = {"svix-signature"},
	.sender_retry_hours = 28,
	.sample = "{\"type\":\"user.created\",\"timestamp\":\"$TIME\","
		  "\"data\":{\"id\":\"$ID\"}}",
	.where = "the page of the endpoint: Signing Secret",
    },
    {
	/* The type in the body is signed; the type in the header is not.  Some
	 * ids are in base64, which may end in "=". */
	PRESET("twitch", KEY_OWN, BIND_KEY, TIME_RFC3339),
	.signature = {"Twitch-Eventsub-Message-Signature"},
	.prefix = "sha256=",
	.timestamp = "header:Twitch-Eventsub-Message-Timestamp",
	.tolerance = 600,
	.signed_payload = {"{header:Twitch-Eventsub-Message-Id}{ts}{body}"},
	.header_characters = "=",
	.id = "header:Twitch-Eventsub-Message-Id",
	.type = "json:subscription.type",
	.keep_headers = {"Twitch-Eventsub-*"},
	.challenge = "echo-json:subscription.status=webhook_callback_"
		     "verification_pending:challenge",
	.sample = "{\"subscription\":{\"id\":\"$ID\",\"type\":"
		  "\"channel.follow\",\"created_at\":\"$TIME\"},\"event\":{}}",
	.note = "EventSub",
	.where = "you choose the secret when you create the EventSub "
		 "subscription by its API",
    },
    {
	PRESET("webflow", KEY_OWN, BIND_KEY, TIME_MILLISECONDS),
	.signature = {"x-webflow-signature"},
	.timestamp = "header:x-webflow-timestamp",
	.tolerance = 300,
	.signed_payload = {"{ts}:{body}"},
	.type = "json:triggerType",
	.sender_retry_hours = 1,
	.sample = "{\"triggerType\":\"form_submission\",\"payload\":"
		  "{\"id\":\"$ID\",\"submittedAt\":\"$TIME\"}}",
	.note = "only webhooks made through its API are signed",
	.makes_secret = true,
	.where = "of an app, its Client secret; otherwise the "
		 "secretKey that the API returned for the webhook",
    },
    {
	/* The customer writes the body of a trigger, and its "id" may be that
	 * of a ticket.  The invocation id identifies the event. */
	PRESET("zendesk", KEY_OWN, BIND_KEY, TIME_RFC3339),
	.signature_encoding = "base64",
	.signature = {"X-Zendesk-Webhook-Signature"},
	.timestamp = "header:X-Zendesk-Webhook-Signature-Timestamp",
	.signed_payload = {"{ts}{body}"},
	.id = "header:X-Zendesk-Webhook-Invocation-Id",
	.type = "json:type",
	.keep_headers = {"X-Zendesk-*"},
	.sender_retry_hours = 1,
	.sample = "{\"id\":\"$ID\",\"type\":"
		  "\"zen:event-type:user.created\",\"time\":\"$TIME\"}",
	.makes_secret = true,
	.where = "Admin Center, Apps and integrations, Webhooks, the "
		 "webhook: Reveal secret",
    },
    {
	/* No event has an id. */
	PRESET("zoom", KEY_OWN, BIND_KEY, TIME_SECONDS),
	.signature = {"x-zm-signature"},
	.prefix = "v0=",
	.timestamp = "header:x-zm-request-timestamp",
	.signed_payload = {"v0:{ts}:{body}"},
	.type = "json:event",
	.keep_headers = {"x-zm-trackingid"},
	.challenge = "zoom",
	.sender_retry_hours = 2,
	.sample = "{\"event\":\"meeting.started\",\"event_ts\":0,"
		  "\"payload\":{\"object\":{\"uuid\":\"$ID\"}}}",
	.note = "the secret is the app's secret token",
	.makes_secret = true,
	.where = "App Marketplace, your app, Feature: Secret Token; "
		 "the URL goes to Event Subscriptions",
    },
};

PRESET_TABLE(preset_time, row);
