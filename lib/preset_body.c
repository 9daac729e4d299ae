/* preset_body.c - who signs the body, with or without its URL, by a secret. */
#include "preset_table.h"

static const struct preset row[] = {
    {
	/* The secret comes by its handshake.  A heartbeat, {"events":[]}, is
	 * the same every time, and filed once in seen_days. */
	.name = "asana",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Hook-Signature"},
	.signed_text = {"{body}"},
	.retry_hours = 24,
	PRESET_JSON,
	.sample = "{\"events\":[{\"action\":\"added\",\"resource\":"
		  "{\"gid\":\"$ID\",\"resource_type\":\"task\"},"
		  "\"created_at\":\"$TIME\"}]}",
	.note = "the secret is X-Hook-Secret of its handshake",
    },
    {
	/* The id is the request's: a second attempt may be filed again, but
	 * to delete one branch twice has one body, and is two events. */
	.name = "bitbucket",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Hub-Signature"},
	.prefix = "sha256=",
	.signed_text = {"{body}"},
	.id = "header:X-Request-UUID",
	.type = "header:X-Event-Key",
	.retry_hours = 1,
	PRESET_JSON,
	.sample = "{\"repository\":{\"full_name\":\"sample/sample\"},"
		  "\"push\":{\"changes\":[{\"new\":{\"name\":\"$ID\","
		  "\"target\":{\"date\":\"$TIME\"}}}]}}",
	.note = "Cloud; on Data Center: id header:X-Request-Id",
    },
    {
	.name = "circleci",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"circleci-signature"},
	.prefix = "v1=",
	.separator = ",",
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	PRESET_JSON,
	.sample = "{\"type\":\"workflow-completed\",\"id\":\"$ID\","
		  "\"happened_at\":\"$TIME\"}",
    },
    {
	/* Coral signs once per active secret; a rolled secret stays active
	 * for up to a day.  The whole secret, whsec_ included, is the key. */
	.name = "coral",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Coral-Signature"},
	.prefix = "sha256=",
	.separator = ",",
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	.refused = 400,
	.answer = "{\"received\":true}",
	.retry_hours = 1,
	.header = "X-Coral-Event: {json:type}",
	PRESET_JSON,
	.sample = "{\n  \"id\": \"$ID\",\n  \"createdAt\": \"$TIME\",\n"
		  "  \"data\": {\n    \"storyID\": \"sample\",\n"
		  "    \"storyURL\": \"https://example.com/story\",\n"
		  "    \"siteID\": \"sample\"\n  },\n"
		  "  \"type\": \"STORY_CREATED\",\n"
		  "  \"tenantID\": \"sample\",\n"
		  "  \"tenantDomain\": \"coral.example.com\"\n}",
	.note = "after a 5xx it does not send again",
    },
    {
	/* One header for each of up to 100 keys.  Its JSON has the time at
	 * which it was made; no field of it is one for each event. */
	.name = "docusign",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"X-DocuSign-Signature-*"},
	.signed_text = {"{body}"},
	.type = "json:event",
	.retry_hours = 264,
	PRESET_JSON,
	.sample = "{\"event\":\"envelope-sent\",\"generatedDateTime\":"
		  "\"$TIME\",\"data\":{\"envelopeId\":\"$ID\"}}",
	.note = "Connect, with HMAC keys",
    },
    {
	/* A form's signature is that of the JSON in its field. */
	.name = "gitea",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Gitea-Signature"},
	.signed_text = {"{body}", "{form:payload}"},
	.id = "header:X-Gitea-Delivery",
	.type = "header:X-Gitea-Event",
	PRESET_JSON,
	.sample = "{\"ref\":\"refs/heads/main\",\"after\":\"$ID\","
		  "\"repository\":{\"full_name\":\"sample/sample\"}}",
	.note = "and Forgejo; it does not send again by itself",
    },
    {
	/* The id is the event's, and the same when it is sent again. */
	.name = "github",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Hub-Signature-256"},
	.prefix = "sha256=",
	.signed_text = {"{body}"},
	.id = "header:X-GitHub-Delivery",
	.type = "header:X-GitHub-Event",
	.retry_hours = 72,
	PRESET_JSON,
	.sample = "{\"action\":\"opened\",\"issue\":{\"node_id\":\"$ID\","
		  "\"created_at\":\"$TIME\"}}",
	.note = "sends again only when asked to, for 3 days",
    },
    {
	.name = "intercom",
	PRESET_HMAC("sha1", "hex"),
	.signature = {"X-Hub-Signature"},
	.prefix = "sha1=",
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:topic",
	.retry_hours = 2,
	PRESET_JSON,
	.sample = "{\"type\":\"notification_event\",\"id\":\"notif_$ID\","
		  "\"topic\":\"conversation.user.created\",\"data\":{}}",
	.note = "the secret is the app's client secret",
    },
    {
	/* meta.webhook_id is not said to be one for each event. */
	.name = "lemonsqueezy",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Signature"},
	.signed_text = {"{body}"},
	.type = "json:meta.event_name",
	.retry_hours = 1,
	.header = "X-Event-Name: {json:meta.event_name}",
	PRESET_JSON,
	.sample = "{\"meta\":{\"event_name\":\"order_created\"},\"data\":"
		  "{\"type\":\"orders\",\"id\":\"$ID\"}}",
    },
    {
	/* Facebook, Instagram, WhatsApp.  The body is signed as it is sent,
	 * with \u for all that is not ASCII. */
	.name = "meta",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Hub-Signature-256"},
	.prefix = "sha256=",
	.signed_text = {"{body}"},
	.type = "json:object",
	.retry_hours = 36,
	PRESET_JSON,
	.sample = "{\"object\":\"page\",\"entry\":[{\"id\":\"$ID\","
		  "\"changes\":[{\"field\":\"feed\"}]}]}",
	.note = "the secret is the app's secret",
    },
    {
	/* The request that brings the token is not signed. */
	.name = "notion",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Notion-Signature"},
	.prefix = "sha256=",
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	.retry_hours = 24,
	PRESET_JSON,
	.sample = "{\"id\":\"$ID\",\"timestamp\":\"$TIME\","
		  "\"type\":\"page.created\",\"attempt_number\":1}",
	.note = "the secret is the verification token",
    },
    {
	/* One version of its guide says base64, another hexadecimal: both
	 * are accepted, as everywhere. */
	.name = "nvsep",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"X-Nvsep-Hmac-Sha256"},
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	.retry_hours = 202,
	PRESET_JSON,
	.sample = "{\"id\":\"$ID\",\"type\":\"exclusions.created\","
		  "\"createdAt\":\"$TIME\",\"version\":\"1.0\","
		  "\"data\":{\"id\":\"sample\"}}",
    },
    {
	.name = "pagerduty",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-PagerDuty-Signature"},
	.prefix = "v1=",
	.separator = ",",
	.signed_text = {"{body}"},
	.id = "json:event.id",
	.type = "json:event.event_type",
	/* Its own library answers so; other codes are sent again. */
	.refused = 403,
	.retry_hours = 1,
	PRESET_JSON,
	.sample = "{\"event\":{\"id\":\"$ID\",\"event_type\":"
		  "\"incident.triggered\",\"occurred_at\":\"$TIME\"}}",
	.note = "version 3",
    },
    {
	/* data.id is the transaction's, which has several events. */
	.name = "paystack",
	PRESET_HMAC("sha512", "hex"),
	.signature = {"x-paystack-signature"},
	.signed_text = {"{body}"},
	.type = "json:event",
	.retry_hours = 72,
	PRESET_JSON,
	.sample = "{\"event\":\"charge.success\",\"data\":"
		  "{\"reference\":\"$ID\",\"paid_at\":\"$TIME\"}}",
	.note = "the secret is the secret key",
    },
    {
	.name = "razorpay",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Razorpay-Signature"},
	.signed_text = {"{body}"},
	.id = "header:x-razorpay-event-id",
	.type = "json:event",
	.retry_hours = 24,
	PRESET_JSON,
	.sample = "{\"entity\":\"event\",\"event\":\"payment.captured\","
		  "\"payload\":{\"payment\":{\"entity\":{\"id\":\"$ID\"}}}}",
    },
    {
	/* Sentry-Hook-Timestamp is not signed. */
	.name = "sentry",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"Sentry-Hook-Signature"},
	.signed_text = {"{body}"},
	.id = "header:Request-ID",
	.type = "header:Sentry-Hook-Resource",
	PRESET_JSON,
	.sample = "{\"action\":\"created\",\"data\":{\"issue\":"
		  "{\"id\":\"$ID\",\"lastSeen\":\"$TIME\"}}}",
	.note = "client secret; it does not send again",
    },
    {
	/* X-Shopify-Event-Id is one for several topics and subscriptions;
	 * this one is a subscription's, and kept when it is sent again. */
	.name = "shopify",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"X-Shopify-Hmac-Sha256"},
	.signed_text = {"{body}"},
	.id = "header:X-Shopify-Webhook-Id",
	.type = "header:X-Shopify-Topic",
	.retry_hours = 4,
	PRESET_JSON,
	.sample = "{\"admin_graphql_api_id\":\"gid://shopify/Order/$ID\","
		  "\"updated_at\":\"$TIME\"}",
	.note = "the secret is the app's client secret",
    },
    {
	.name = "square",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"x-square-hmacsha256-signature"},
	.signed_text = {"{url}{body}"},
	.id = "json:event_id",
	.type = "json:type",
	.retry_hours = 24,
	PRESET_JSON,
	.sample = "{\"merchant_id\":\"sample\",\"type\":\"payment.created\","
		  "\"event_id\":\"$ID\",\"created_at\":\"$TIME\"}",
    },
    {
	/* One action is told to each webhook that it concerns, with one id. */
	.name = "trello",
	PRESET_HMAC("sha1", "base64"),
	.signature = {"X-Trello-Webhook"},
	.signed_text = {"{body}{url}"},
	.type = "json:action.type",
	.retry_hours = 1,
	PRESET_JSON,
	.sample = "{\"action\":{\"id\":\"$ID\",\"type\":\"updateCard\","
		  "\"date\":\"$TIME\"},\"model\":{\"id\":\"sample\"}}",
	.note = "the secret is the app's secret; url is the callbackURL",
    },
    {
	/* A call and a message keep their Sids through all of their events. */
	.name = "twilio",
	PRESET_HMAC("sha1", "base64"),
	.signature = {"X-Twilio-Signature"},
	.signed_text = {"{url}{sortedform}"},
	.id = "header:I-Twilio-Idempotency-Token",
	.retry_hours = 1,
	PRESET_FORM,
	.sample = "MessageSid=$ID&MessageStatus=delivered&From=%2B15005550006",
	.note = "the secret is the auth token; url with its query",
    },
    {
	.name = "typeform",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"Typeform-Signature"},
	.prefix = "sha256=",
	.signed_text = {"{body}"},
	.id = "json:event_id",
	.type = "json:event_type",
	.retry_hours = 10,
	PRESET_JSON,
	.sample = "{\"event_id\":\"$ID\",\"event_type\":\"form_response\","
		  "\"form_response\":{\"submitted_at\":\"$TIME\"}}",
    },
    {
	.name = "vercel",
	PRESET_HMAC("sha1", "hex"),
	.signature = {"x-vercel-signature"},
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	.retry_hours = 24,
	PRESET_JSON,
	.sample = "{\"id\":\"$ID\",\"type\":\"deployment.created\","
		  "\"payload\":{}}",
    },
    {
	/* The key is the API key of the agent; no event has a type. */
	.name = "vorsto",
	PRESET_HMAC("sha256", "hex"),
	.signature = {"X-Signature"},
	.signed_text = {"{body}"},
	.id = "json:message.id",
	.type = "const:message",
	.refused = 403,
	.answer = "Webhook received",
	PRESET_JSON,
	.sample = "{\"message\":{\"id\":\"$ID\",\"agentId\":\"sample\","
		  "\"role\":\"assistant\",\"content\":\"Hello\"}}",
	.note = "the secret is the agent's API key",
    },
    {
	/* X-WC-Webhook-Delivery-ID is a hash of the webhook's number and the
	 * second: two events of one second have the same. */
	.name = "woocommerce",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"X-WC-Webhook-Signature"},
	.signed_text = {"{body}"},
	.type = "header:X-WC-Webhook-Topic",
	PRESET_JSON,
	.sample = "{\"id\":1,\"order_key\":\"$ID\","
		  "\"date_modified_gmt\":\"$TIME\"}",
	.note = "never sends again; its unsigned ping is refused",
    },
    {
	/* Of the text of a key that looks like base64. */
	.name = "xero",
	PRESET_HMAC("sha256", "base64"),
	.signature = {"x-xero-signature"},
	.signed_text = {"{body}"},
	PRESET_JSON,
	.sample = "{\"events\":[{\"resourceId\":\"$ID\",\"eventType\":"
		  "\"CREATE\",\"eventCategory\":\"INVOICE\"}],"
		  "\"firstEventSequence\":1,\"lastEventSequence\":1}",
    },
};

const struct preset_table preset_body = PRESET_TABLE(row);
