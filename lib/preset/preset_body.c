/* preset_body.c - who signs the body, with or without its URL, by a secret. */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* The secret comes by its challenge.  A heartbeat, {"events":[]}, is
	 * the same every time, and filed once in dedup_days. */
	.name = "asana",
	.signature = {"X-Hook-Signature"},
	.challenge = "echo-header:X-Hook-Secret",
	.sender_retry_hours = 24,
	.sample = "{\"events\":[{\"action\":\"added\",\"resource\":"
		  "{\"gid\":\"$ID\",\"resource_type\":\"task\"},"
		  "\"created_at\":\"$TIME\"}]}",
	.note = "the secret is X-Hook-Secret of its challenge",
    },
    {
	/* The id is the request's: a second attempt may be filed again, but
	 * to delete one branch twice has one body, and is two events. */
	.name = "bitbucket",
	.signature = {"X-Hub-Signature"},
	.prefix = "sha256=",
	.id = "header:X-Request-UUID",
	.type = "header:X-Event-Key",
	.sender_retry_hours = 1,
	.sample = "{\"repository\":{\"full_name\":\"sample/sample\"},"
		  "\"push\":{\"changes\":[{\"new\":{\"name\":\"$ID\","
		  "\"target\":{\"date\":\"$TIME\"}}}]}}",
	.note = "Cloud; on Data Center: id header:X-Request-Id",
    },
    {
	.name = "circleci",
	.signature = {"circleci-signature"},
	.prefix = "v1=",
	.separator = ",",
	.id = "json:id",
	.type = "json:type",
	.sample = "{\"type\":\"workflow-completed\",\"id\":\"$ID\","
		  "\"happened_at\":\"$TIME\"}",
    },
    {
	/* Coral signs once per active secret; a rolled secret stays active
	 * for up to a day.  The whole secret, whsec_ included, is the key. */
	.name = "coral",
	.signature = {"X-Coral-Signature"},
	.prefix = "sha256=",
	.separator = ",",
	.id = "json:id",
	.type = "json:type",
	.reject_status = 400,
	.accept_body = "{\"received\":true}",
	.sender_retry_hours = 1,
	.header = "X-Coral-Event: {json:type}",
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
	.signature_encoding = "base64",
	.signature = {"X-DocuSign-Signature-*"},
	.type = "json:event",
	.sender_retry_hours = 264,
	.sample = "{\"event\":\"envelope-sent\",\"generatedDateTime\":"
		  "\"$TIME\",\"data\":{\"envelopeId\":\"$ID\"}}",
	.note = "Connect, with HMAC keys",
    },
    {
	/* It says whose files changed, and not what: two changes have one
	 * body. */
	.name = "dropbox",
	.signature = {"X-Dropbox-Signature"},
	.id = "none",
	.challenge = "echo-query:challenge",
	.sample = "{\"list_folder\":{\"accounts\":[\"dbid:$ID\"]},"
		  "\"delta\":{\"users\":[1]}}",
	.note = "the secret is the app's secret",
    },
    {
	/* A form's signature is that of the JSON in its field. */
	.name = "gitea",
	.signature = {"X-Gitea-Signature"},
	.signed_payload = {"{body}", "{form:payload}"},
	.id = "header:X-Gitea-Delivery",
	.type = "header:X-Gitea-Event",
	.sample = "{\"ref\":\"refs/heads/main\",\"after\":\"$ID\","
		  "\"repository\":{\"full_name\":\"sample/sample\"}}",
	.note = "and Forgejo; it does not send again by itself",
    },
    {
	/* The id is the event's, and the same when it is sent again. */
	.name = "github",
	.signature = {"X-Hub-Signature-256"},
	.prefix = "sha256=",
	.id = "header:X-GitHub-Delivery",
	.type = "header:X-GitHub-Event",
	.sender_retry_hours = 72,
	.sample = "{\"action\":\"opened\",\"issue\":{\"node_id\":\"$ID\","
		  "\"created_at\":\"$TIME\"}}",
	.note = "sends again only when asked to, for 3 days",
    },
    {
	.name = "intercom",
	.digest = "sha1",
	.signature = {"X-Hub-Signature"},
	.prefix = "sha1=",
	.id = "json:id",
	.type = "json:topic",
	.challenge = "head",
	.sender_retry_hours = 2,
	.sample = "{\"type\":\"notification_event\",\"id\":\"notif_$ID\","
		  "\"topic\":\"conversation.user.created\",\"data\":{}}",
	.note = "the secret is the app's client secret",
    },
    {
	/* meta.webhook_id is not said to be one for each event. */
	.name = "lemonsqueezy",
	.signature = {"X-Signature"},
	.type = "json:meta.event_name",
	.sender_retry_hours = 1,
	.header = "X-Event-Name: {json:meta.event_name}",
	.sample = "{\"meta\":{\"event_name\":\"order_created\"},\"data\":"
		  "{\"type\":\"orders\",\"id\":\"$ID\"}}",
    },
    {
	/* Facebook, Instagram, WhatsApp.  The body is signed as it is sent,
	 * with \u for all that is not ASCII. */
	.name = "meta",
	.signature = {"X-Hub-Signature-256"},
	.prefix = "sha256=",
	.type = "json:object",
	.challenge = "meta",
	.sender_retry_hours = 36,
	.sample = "{\"object\":\"page\",\"entry\":[{\"id\":\"$ID\","
		  "\"changes\":[{\"field\":\"feed\"}]}]}",
	.note = "the secret is the app's secret",
    },
    {
	/* The request that brings the token is not signed. */
	.name = "notion",
	.signature = {"X-Notion-Signature"},
	.prefix = "sha256=",
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 24,
	.sample = "{\"id\":\"$ID\",\"timestamp\":\"$TIME\","
		  "\"type\":\"page.created\",\"attempt_number\":1}",
	.note = "the secret is the verification token",
    },
    {
	/* One version of its guide says base64, another hexadecimal: both
	 * are accepted, as everywhere. */
	.name = "nvsep",
	.signature_encoding = "base64",
	.signature = {"X-Nvsep-Hmac-Sha256"},
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 202,
	.sample = "{\"id\":\"$ID\",\"type\":\"exclusions.created\","
		  "\"createdAt\":\"$TIME\",\"version\":\"1.0\","
		  "\"data\":{\"id\":\"sample\"}}",
    },
    {
	.name = "pagerduty",
	.signature = {"X-PagerDuty-Signature"},
	.prefix = "v1=",
	.separator = ",",
	.id = "json:event.id",
	.type = "json:event.event_type",
	/* Its own library answers so; other codes are sent again. */
	.reject_status = 403,
	.sender_retry_hours = 1,
	.sample = "{\"event\":{\"id\":\"$ID\",\"event_type\":"
		  "\"incident.triggered\",\"occurred_at\":\"$TIME\"}}",
	.note = "version 3",
    },
    {
	/* data.id is the transaction's, which has several events. */
	.name = "paystack",
	.digest = "sha512",
	.signature = {"x-paystack-signature"},
	.type = "json:event",
	.sender_retry_hours = 72,
	.sample = "{\"event\":\"charge.success\",\"data\":"
		  "{\"reference\":\"$ID\",\"paid_at\":\"$TIME\"}}",
	.note = "the secret is the secret key",
    },
    {
	.name = "razorpay",
	.signature = {"X-Razorpay-Signature"},
	.id = "header:x-razorpay-event-id",
	.type = "json:event",
	.sender_retry_hours = 24,
	.sample = "{\"entity\":\"event\",\"event\":\"payment.captured\","
		  "\"payload\":{\"payment\":{\"entity\":{\"id\":\"$ID\"}}}}",
    },
    {
	/* Sentry-Hook-Timestamp is not signed. */
	.name = "sentry",
	.signature = {"Sentry-Hook-Signature"},
	.id = "header:Request-ID",
	.type = "header:Sentry-Hook-Resource",
	.sample = "{\"action\":\"created\",\"data\":{\"issue\":"
		  "{\"id\":\"$ID\",\"lastSeen\":\"$TIME\"}}}",
	.note = "client secret; it does not send again",
    },
    {
	/* X-Shopify-Event-Id is one for several topics and subscriptions;
	 * this one is a subscription's, and kept when it is sent again. */
	.name = "shopify",
	.signature_encoding = "base64",
	.signature = {"X-Shopify-Hmac-Sha256"},
	.id = "header:X-Shopify-Webhook-Id",
	.type = "header:X-Shopify-Topic",
	.sender_retry_hours = 4,
	.sample = "{\"admin_graphql_api_id\":\"gid://shopify/Order/$ID\","
		  "\"updated_at\":\"$TIME\"}",
	.note = "the secret is the app's client secret",
    },
    {
	/* The same of its newer subscriptions: their headers have no X-. */
	.name = "shopify-events",
	.signature_encoding = "base64",
	.signature = {"Shopify-Hmac-Sha256"},
	.id = "header:Shopify-Webhook-Id",
	.type = "header:Shopify-Topic",
	.sample = "{\"topic\":\"Product\",\"action\":\"update\","
		  "\"fields_changed\":[\"product.title\"],"
		  "\"query_variables\":{\"productId\":\"$ID\"}}",
	.note = "the secret is the app's client secret",
    },
    {
	.name = "square",
	.signature_encoding = "base64",
	.signature = {"x-square-hmacsha256-signature"},
	.signed_payload = {"{url}{body}"},
	.id = "json:event_id",
	.type = "json:type",
	.sender_retry_hours = 24,
	.sample = "{\"merchant_id\":\"sample\",\"type\":\"payment.created\","
		  "\"event_id\":\"$ID\",\"created_at\":\"$TIME\"}",
    },
    {
	/* One action is told to each webhook that it concerns, with one id. */
	.name = "trello",
	.digest = "sha1",
	.challenge = "head",
	.signature_encoding = "base64",
	.signature = {"X-Trello-Webhook"},
	.signed_payload = {"{body}{url}"},
	.type = "json:action.type",
	.sender_retry_hours = 1,
	.sample = "{\"action\":{\"id\":\"$ID\",\"type\":\"updateCard\","
		  "\"date\":\"$TIME\"},\"model\":{\"id\":\"sample\"}}",
	.note = "secret: the app's secret; public_url: the callbackURL",
    },
    {
	/* A call and a message keep their Sids through all of their events. */
	.name = "twilio",
	.digest = "sha1",
	.signature_encoding = "base64",
	.signature = {"X-Twilio-Signature"},
	.signed_payload = {"{url:bare}{sortedform}", "{url:port}{sortedform}",
	    "{url:bare}?bodySHA256={sha256:body}",
	    "{url:port}?bodySHA256={sha256:body}",
	    "{url:bare}&bodySHA256={sha256:body}",
	    "{url:port}&bodySHA256={sha256:body}"},
	.id = "header:I-Twilio-Idempotency-Token",
	.sender_retry_hours = 1,
	.sample_type = "application/x-www-form-urlencoded",
	.sample = "MessageSid=$ID&MessageStatus=delivered&From=%2B15005550006",
	.note = "secret: the auth token; public_url with its query",
    },
    {
	.name = "typeform",
	.signature_encoding = "base64",
	.signature = {"Typeform-Signature"},
	.prefix = "sha256=",
	.id = "json:event_id",
	.type = "json:event_type",
	.sender_retry_hours = 10,
	.sample = "{\"event_id\":\"$ID\",\"event_type\":\"form_response\","
		  "\"form_response\":{\"submitted_at\":\"$TIME\"}}",
    },
    {
	.name = "vercel",
	.digest = "sha1",
	.signature = {"x-vercel-signature"},
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 24,
	.sample = "{\"id\":\"$ID\",\"type\":\"deployment.created\","
		  "\"payload\":{}}",
    },
    {
	/* The key is the API key of the agent; no event has a type. */
	.name = "vorsto",
	.signature = {"X-Signature"},
	.id = "json:message.id",
	.type = "const:message",
	.reject_status = 403,
	.accept_body = "Webhook received",
	.sample = "{\"message\":{\"id\":\"$ID\",\"agentId\":\"sample\","
		  "\"role\":\"assistant\",\"content\":\"Hello\"}}",
	.note = "the secret is the agent's API key",
    },
    {
	/* X-WC-Webhook-Delivery-ID is a hash of the webhook's number and the
	 * second: two events of one second have the same.  So may bodies: an
	 * action's has no time. */
	.name = "woocommerce",
	.signature_encoding = "base64",
	.signature = {"X-WC-Webhook-Signature"},
	.id = "none",
	.type = "header:X-WC-Webhook-Topic",
	.sample = "{\"id\":1,\"order_key\":\"$ID\","
		  "\"date_modified_gmt\":\"$TIME\"}",
	.note = "never sends again; its unsigned ping is refused",
    },
    {
	/* X, once Twitter.  An account's activity, many events at once. */
	.name = "x",
	.signature = {"X-Twitter-Webhooks-Signature"},
	.prefix = "sha256=",
	.challenge = "crc",
	.signature_encoding = "base64",
	.sample = "{\"for_user_id\":\"1\",\"tweet_create_events\":"
		  "[{\"id_str\":\"$ID\"}]}",
	.note = "the secret is the app's consumer secret",
    },
    {
	/* Of the text of a key that looks like base64.  It wants no bodies in
	 * answers, of a refusal neither. */
	.name = "xero",
	.challenge = "probe:events=[]",
	.accept_body = "",
	.signature_encoding = "base64",
	.signature = {"x-xero-signature"},
	.sample = "{\"events\":[{\"resourceId\":\"$ID\",\"eventType\":"
		  "\"CREATE\",\"eventCategory\":\"INVOICE\"}],"
		  "\"firstEventSequence\":1,\"lastEventSequence\":1}",
    },
};

const struct preset_table preset_body = PRESET_TABLE(row);
