/*
 * preset_body.c - providers that sign the body, with or without the URL, with a
 * secret.
 */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* The secret is sent in the challenge.  A heartbeat, {"events":[]}, has
	 * the same body every time, so it is filed once in dedup_days. */
	PRESET("asana", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Hook-Signature"},
	.challenge = "echo-header:X-Hook-Secret",
	.sender_retry_hours = 24,
	.sample = "{\"events\":[{\"action\":\"added\",\"resource\":"
		  "{\"gid\":\"$ID\",\"resource_type\":\"task\"},"
		  "\"created_at\":\"$TIME\"}]}",
	.note = "the secret is the X-Hook-Secret of the challenge",
	.makes_secret = true,
	.where = "Asana has no page for it: create the webhook by its "
		 "API, after the entry exists",
    },
    {
	/* The id is that of the request, so an event that is sent again may be
	 * filed again.  The body would be worse: deleting a branch twice makes
	 * two events with the same body. */
	PRESET("bitbucket", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Hub-Signature"},
	.prefix = "sha256=",
	.id = "header:X-Request-UUID",
	.type = "header:X-Event-Key",
	.keep_headers = {"X-Attempt-Number", "X-Hook-UUID"},
	.sender_retry_hours = 1,
	.sample = "{\"repository\":{\"full_name\":\"sample/sample\"},"
		  "\"push\":{\"changes\":[{\"new\":{\"name\":\"$ID\","
		  "\"target\":{\"date\":\"$TIME\"}}}]}}",
	.note = "for Cloud; for Data Center: id header:X-Request-Id",
	.where = "repository settings, Webhooks, Add webhook: you "
		 "choose the Secret",
    },
    {
	PRESET("circleci", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"circleci-signature"},
	.prefix = "v1=",
	.separator = ",",
	.id = "json:id",
	.type = "json:type",
	.keep_headers = {"circleci-event-type"},
	.sample = "{\"type\":\"workflow-completed\",\"id\":\"$ID\","
		  "\"happened_at\":\"$TIME\"}",
	.where = "Project Settings, Webhooks, Add Webhook: you choose "
		 "the Secret token",
    },
    {
	/* Coral makes one signature with each active secret.  A secret that was
	 * rolled stays active for up to a day.  The secret is the whole text,
	 * including whsec_. */
	PRESET("coral", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Coral-Signature"},
	.prefix = "sha256=",
	.separator = ",",
	.id = "json:id",
	.type = "json:type",
	.keep_headers = {"X-Coral-Event"},
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
	.note = "does not send again after a 5xx",
	.makes_secret = true,
	.where = "Admin, Configure, Webhooks, the endpoint: Signing "
		 "secret",
    },
    {
	/* There is one header for each of up to 100 keys.  The JSON contains
	 * the time at which it was made; no field identifies the event. */
	PRESET("docusign", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"X-DocuSign-Signature-*"},
	.type = "json:event",
	.keep_headers = {"X-DocuSign-AccountId"},
	.sender_retry_hours = 264,
	.sample = "{\"event\":\"envelope-sent\",\"generatedDateTime\":"
		  "\"$TIME\",\"data\":{\"envelopeId\":\"$ID\"}}",
	.note = "Connect, with HMAC keys",
	.makes_secret = true,
	.where = "Settings, Connect, Connect Keys: Add Secret Key; in "
		 "the Connect configuration, Include HMAC Signature",
    },
    {
	/* The body says whose files changed, but not what changed: two changes
	 * have the same body. */
	PRESET("dropbox", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Dropbox-Signature"},
	.id = "none",
	.challenge = "echo-query:challenge",
	.sample = "{\"list_folder\":{\"accounts\":[\"dbid:$ID\"]},"
		  "\"delta\":{\"users\":[1]}}",
	.note = "the secret is the app's secret",
	.makes_secret = true,
	.where = "App Console, your app, Settings: App secret; the URL "
		 "goes to Webhook URIs",
    },
    {
	/* If the body is a form, the JSON in its field is signed. */
	PRESET("gitea", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Gitea-Signature"},
	.signed_payload = {"{body}", "{form:payload}"},
	.id = "header:X-Gitea-Delivery",
	.type = "header:X-Gitea-Event",
	.keep_headers = {"X-Gitea-*"},
	.sample = "{\"ref\":\"refs/heads/main\",\"after\":\"$ID\","
		  "\"repository\":{\"full_name\":\"sample/sample\"}}",
	.note = "also for Forgejo; does not send again by itself",
	.where = "repository, Settings, Webhooks, Add Webhook: you "
		 "choose the Secret",
    },
    {
	/* The id is that of the event, and is the same when it is sent
	 * again. */
	PRESET("github", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Hub-Signature-256"},
	.prefix = "sha256=",
	.id = "header:X-GitHub-Delivery",
	.type = "header:X-GitHub-Event",
	.keep_headers = {"X-GitHub-*"},
	.sender_retry_hours = 72,
	.sample = "{\"action\":\"opened\",\"issue\":{\"node_id\":\"$ID\","
		  "\"created_at\":\"$TIME\"}}",
	.note = "sends again only on request, for 3 days",
	.where = "Settings, Webhooks, Add webhook: you choose the "
		 "Secret; set Content type to application/json, for "
		 "the default is a form",
    },
    {
	PRESET("intercom", KEY_OWN, BIND_KEY, TIME_NONE),
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
	.makes_secret = true,
	.where = "Developer Hub, your app, Basic information: Client "
		 "secret; the URL goes to Webhooks",
    },
    {
	/* The documentation does not say that meta.webhook_id is unique for
	 * each event. */
	PRESET("lemonsqueezy", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Signature"},
	.type = "json:meta.event_name",
	.keep_headers = {"X-Event-Name"},
	.sender_retry_hours = 1,
	.header = "X-Event-Name: {json:meta.event_name}",
	.sample = "{\"meta\":{\"event_name\":\"order_created\"},\"data\":"
		  "{\"type\":\"orders\",\"id\":\"$ID\"}}",
	.where = "Settings, Webhooks: you choose the Signing secret",
    },
    {
	/* Facebook, Instagram, WhatsApp.  The signature is over the body as
	 * sent, in which all characters that are not ASCII are written as
	 * \u. */
	PRESET("meta", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Hub-Signature-256"},
	.prefix = "sha256=",
	.type = "json:object",
	.challenge = "meta",
	.sender_retry_hours = 36,
	.sample = "{\"object\":\"page\",\"entry\":[{\"id\":\"$ID\","
		  "\"changes\":[{\"field\":\"feed\"}]}]}",
	.note = "the secret is the app's secret",
	.makes_secret = true,
	.where = "App Dashboard, App settings, Basic: App secret; the "
		 "URL and the token go to Webhooks, Callback URL and "
		 "Verify token",
    },
    {
	/* The request that sends the token is not signed. */
	PRESET("notion", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Notion-Signature"},
	.prefix = "sha256=",
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 24,
	.sample = "{\"id\":\"$ID\",\"timestamp\":\"$TIME\","
		  "\"type\":\"page.created\",\"attempt_number\":1}",
	.note = "the secret is the verification token",
	.makes_secret = true,
	.where = "your integration, Webhooks: Notion sends the token "
		 "to the URL, and you enter it there to confirm",
    },
    {
	/* One version of its guide says base64, another hexadecimal.  Both are
	 * accepted, as for all providers. */
	PRESET("nvsep", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"X-Nvsep-Hmac-Sha256"},
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 202,
	.sample = "{\"id\":\"$ID\",\"type\":\"exclusions.created\","
		  "\"createdAt\":\"$TIME\",\"version\":\"1.0\","
		  "\"data\":{\"id\":\"sample\"}}",
	.makes_secret = true,
	.where = "NVSEP Portal: Webhook Signing Key",
    },
    {
	PRESET("pagerduty", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-PagerDuty-Signature"},
	.prefix = "v1=",
	.separator = ",",
	.id = "json:event.id",
	.type = "json:event.event_type",
	.keep_headers = {"X-Webhook-Subscription"},
	/* Its own library answers 403.  Other codes make it send again. */
	.reject_status = 403,
	.sender_retry_hours = 1,
	.sample = "{\"event\":{\"id\":\"$ID\",\"event_type\":"
		  "\"incident.triggered\",\"occurred_at\":\"$TIME\"}}",
	.note = "version 3",
	.makes_secret = true,
	.where = "Integrations, Generic Webhooks (v3), New Webhook: "
		 "the secret is shown once",
    },
    {
	/* data.id identifies the transaction, which has several events. */
	PRESET("paystack", KEY_OWN, BIND_KEY, TIME_NONE),
	.digest = "sha512",
	.signature = {"x-paystack-signature"},
	.type = "json:event",
	.sender_retry_hours = 72,
	.sample = "{\"event\":\"charge.success\",\"data\":"
		  "{\"reference\":\"$ID\",\"paid_at\":\"$TIME\"}}",
	.note = "the secret is the secret key",
	.makes_secret = true,
	.where = "Settings, API Keys & Webhooks: Secret Key; the URL "
		 "goes to Webhook URL",
    },
    {
	PRESET("razorpay", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Razorpay-Signature"},
	.id = "header:x-razorpay-event-id",
	.type = "json:event",
	.sender_retry_hours = 24,
	.sample = "{\"entity\":\"event\",\"event\":\"payment.captured\","
		  "\"payload\":{\"payment\":{\"entity\":{\"id\":\"$ID\"}}}}",
	.where = "Account & Settings, Webhooks, Add New Webhook: you "
		 "choose the Secret",
    },
    {
	/* Sentry-Hook-Timestamp is not signed. */
	PRESET("sentry", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"Sentry-Hook-Signature"},
	.id = "header:Request-ID",
	.type = "header:Sentry-Hook-Resource",
	.keep_headers = {"Sentry-Hook-*"},
	.sample = "{\"action\":\"created\",\"data\":{\"issue\":"
		  "{\"id\":\"$ID\",\"lastSeen\":\"$TIME\"}}}",
	.note = "the secret is the client secret; never sends again",
	.makes_secret = true,
	.where = "Settings, Developer Settings, your integration: "
		 "Client Secret; the URL goes to Webhook URL",
    },
    {
	/* X-Shopify-Event-Id is the same for several topics and subscriptions.
	 * This id is that of one subscription, and stays when sent again. */
	PRESET("shopify", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"X-Shopify-Hmac-Sha256"},
	.id = "header:X-Shopify-Webhook-Id",
	.type = "header:X-Shopify-Topic",
	.keep_headers = {"X-Shopify-*"},
	.sender_retry_hours = 4,
	.sample = "{\"admin_graphql_api_id\":\"gid://shopify/Order/$ID\","
		  "\"updated_at\":\"$TIME\"}",
	.note = "the secret is the app's client secret",
	.makes_secret = true,
	.where = "the app, Client secret; for webhooks of the admin "
		 "pages, Settings, Notifications, Webhooks",
    },
    {
	/* Shopify's newer subscriptions: their headers have no X-. */
	PRESET("shopify-events", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"Shopify-Hmac-Sha256"},
	.id = "header:Shopify-Webhook-Id",
	.type = "header:Shopify-Topic",
	.keep_headers = {"Shopify-*"},
	.sample = "{\"topic\":\"Product\",\"action\":\"update\","
		  "\"fields_changed\":[\"product.title\"],"
		  "\"query_variables\":{\"productId\":\"$ID\"}}",
	.note = "the secret is the app's client secret",
	.makes_secret = true,
	.where = "the app, Client secret",
    },
    {
	PRESET("square", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"x-square-hmacsha256-signature"},
	.signed_payload = {"{url}{body}"},
	.id = "json:event_id",
	.type = "json:type",
	.keep_headers = {"square-*"},
	.sender_retry_hours = 24,
	.sample = "{\"merchant_id\":\"sample\",\"type\":\"payment.created\","
		  "\"event_id\":\"$ID\",\"created_at\":\"$TIME\"}",
	.makes_secret = true,
	.where = "Developer Console, your app, Webhooks, "
		 "Subscriptions, the subscription: Signature Key",
    },
    {
	/* Each webhook that an action concerns gets it, with the same id. */
	PRESET("trello", KEY_OWN, BIND_KEY, TIME_NONE),
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
	.makes_secret = true,
	.where = "Power-Up admin page, your app, API Key: Secret; the "
		 "webhook is created by its API",
    },
    {
	/* All events of a call or a message have the same Sid. */
	PRESET("twilio", KEY_OWN, BIND_KEY, TIME_NONE),
	.digest = "sha1",
	.signature_encoding = "base64",
	.signature = {"X-Twilio-Signature"},
	.signed_payload = {"{url:bare:query}{sortedform}",
	    "{url:port:query}{sortedform}",
	    "{url:bare:query-bodySHA256}?bodySHA256={sha256:body}",
	    "{url:port:query-bodySHA256}?bodySHA256={sha256:body}",
	    "{url:bare:query-bodySHA256}&bodySHA256={sha256:body}",
	    "{url:port:query-bodySHA256}&bodySHA256={sha256:body}",
	    /* If a proxy changes the query, the one of public_url counts. */
	    "{url:bare}{sortedform}", "{url:port}{sortedform}"},
	.id = "header:I-Twilio-Idempotency-Token",
	.keep_headers = {"X-Twilio-*"},
	.sender_retry_hours = 1,
	.sample_type = "application/x-www-form-urlencoded",
	.sample = "MessageSid=$ID&MessageStatus=delivered&From=%2B15005550006",
	.note = "the secret is the auth token; a query may vary",
	.makes_secret = true,
	.where = "Console, Account Info: Auth Token; the URL goes to "
		 "the number or the service",
    },
    {
	PRESET("typeform", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"Typeform-Signature"},
	.prefix = "sha256=",
	.id = "json:event_id",
	.type = "json:event_type",
	.sender_retry_hours = 10,
	.sample = "{\"event_id\":\"$ID\",\"event_type\":\"form_response\","
		  "\"form_response\":{\"submitted_at\":\"$TIME\"}}",
	.where = "the form, Connect, Webhooks, Edit: you choose the "
		 "Secret",
    },
    {
	PRESET("vercel", KEY_OWN, BIND_KEY, TIME_NONE),
	.digest = "sha1",
	.signature = {"x-vercel-signature"},
	.id = "json:id",
	.type = "json:type",
	.sender_retry_hours = 24,
	.sample = "{\"id\":\"$ID\",\"type\":\"deployment.created\","
		  "\"payload\":{}}",
	.makes_secret = true,
	.where = "team Settings, Webhooks, Create Webhook: the secret "
		 "is shown once",
    },
    {
	/* The secret is the agent's API key.  No event has a type. */
	PRESET("vorsto", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Signature"},
	.id = "json:message.id",
	.type = "const:message",
	.reject_status = 403,
	.accept_body = "Webhook received",
	.sample = "{\"message\":{\"id\":\"$ID\",\"agentId\":\"sample\","
		  "\"role\":\"assistant\",\"content\":\"Hello\"}}",
	.note = "the secret is the agent's API key",
	.makes_secret = true,
	.where = "the page of the agent: its API key",
    },
    {
	/* X-WC-Webhook-Delivery-ID is a hash of the webhook's number and the
	 * second: two events within a second have the same id.  Two events can
	 * also have the same body: the body of an action contains no time. */
	PRESET("woocommerce", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature_encoding = "base64",
	.signature = {"X-WC-Webhook-Signature"},
	.id = "none",
	.type = "header:X-WC-Webhook-Topic",
	.keep_headers = {"X-WC-Webhook-*"},
	.sample = "{\"id\":1,\"order_key\":\"$ID\","
		  "\"date_modified_gmt\":\"$TIME\"}",
	.note = "never sends again; its unsigned ping is refused",
	.where = "WooCommerce, Settings, Advanced, Webhooks, the "
		 "webhook: Secret",
    },
    {
	/* X, formerly Twitter.  The activity of an account; a delivery has many
	 * events. */
	PRESET("x", KEY_OWN, BIND_KEY, TIME_NONE),
	.signature = {"X-Twitter-Webhooks-Signature"},
	.prefix = "sha256=",
	.challenge = "crc",
	.signature_encoding = "base64",
	.sample = "{\"for_user_id\":\"1\",\"tweet_create_events\":"
		  "[{\"id_str\":\"$ID\"}]}",
	.note = "the secret is the app's consumer secret",
	.makes_secret = true,
	.where = "Developer Portal, your app, Keys and tokens: API Key "
		 "Secret",
    },
    {
	/* The secret looks like base64, but its text is the key.  Xero wants no
	 * answer to have a body, not even a refusal. */
	PRESET("xero", KEY_OWN, BIND_KEY, TIME_NONE),
	.challenge = "probe:events=[]",
	.accept_body = "",
	.signature_encoding = "base64",
	.signature = {"x-xero-signature"},
	.sample = "{\"events\":[{\"resourceId\":\"$ID\",\"eventType\":"
		  "\"CREATE\",\"eventCategory\":\"INVOICE\"}],"
		  "\"firstEventSequence\":1,\"lastEventSequence\":1}",
	.makes_secret = true,
	.where = "My Apps, your app, Webhooks: Webhooks key",
    },
};

PRESET_TABLE(preset_body, row);
