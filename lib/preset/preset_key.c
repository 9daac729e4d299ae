/* preset_key.c - providers that sign with a private key. */
#include "preset/preset_table.h"

static const struct preset row[] = {
    {
	/* SignatureVersion 2; for version 1, set the digest sha1.  Some members
	 * of the body are signed, and only these are stored.  The signed time
	 * is that of publication, however late the delivery comes: SNS retries
	 * for 3,600 s at most, a hard limit of its documentation, and before
	 * that a throttled subscription may wait.  A delivery that is refused
	 * with 4xx is lost, while a replay within dedup_days is a duplicate:
	 * hence six hours. */
	PRESET("aws-sns", KEY_SHARED, BIND_TOPIC_ARN, TIME_RFC3339),
	.scheme = "rsa",
	.signature = {"json:Signature"},
	.timestamp = "json:Timestamp",
	.tolerance = 21600,
	.signed_payload = {"{members:Message,MessageId,Subject?,Timestamp,"
			   "TopicArn,Type}",
	    "{members:Message,MessageId,SubscribeURL,Timestamp,Token,"
	    "TopicArn,Type}"},
	.certificate_url = "json:SigningCertURL",
	.certificate_allowed_urls = {"https://sns.{region}.amazonaws.com/"
				     "SimpleNotificationService-*.pem",
	    "https://sns.{region}.amazonaws.com.cn/"
	    "SimpleNotificationService-*.pem",
	    "https://sns.{region}.amazonaws.eu/"
	    "SimpleNotificationService-*.pem"},
	.certificate_hosts = {"sns.amazonaws.com", "sns.{region}.amazonaws.com",
	    "sns-signing.{region}.amazonaws.com",
	    "sns.{region}.amazonaws.com.cn", "sns.{region}.amazonaws.eu",
	    "sns-signing.{region}.amazonaws.eu"},
	.certificate_without_issuers = true,
	.id = "json:MessageId",
	.type = "json:Type",
	.keep_headers = {"x-amz-sns-*"},
	.sender_retry_hours = 1,
	.signature_encoding = "base64",
	.sample = "{\"Type\":\"Notification\",\"MessageId\":\"$ID\","
		  "\"TopicArn\":\"arn:aws:sns:us-east-1:123456789012:sample\","
		  "\"Message\":\"Hello\",\"Timestamp\":\"$TIME\","
		  "\"SignatureVersion\":\"2\",\"Signature\":\"$MAC\","
		  "\"SigningCertURL\":\"https://sns.us-east-1.amazonaws.com/"
		  "SimpleNotificationService-sample.pem\"}",
	.note = "topics with SignatureVersion 2, named by topic_arn",
	.where = "SNS console, Topics: the ARN; then Create "
		 "subscription with protocol HTTPS and your URL",
    },
    {
	/* Its events have no id, and are signed anew each time they are
	 * sent. */
	PRESET("discord", KEY_ACCOUNT, BIND_KEY, TIME_SECONDS),
	.scheme = "ed25519",
	.signature = {"X-Signature-Ed25519"},
	.timestamp = "header:X-Signature-Timestamp",
	.signed_payload = {"{ts}{body}"},
	.type = "json:event.type",
	.challenge = "discord",
	.accept_status = 204,
	.sender_retry_hours = 1,
	.sample = "{\"version\":1,\"application_id\":\"$ID\",\"type\":1,"
		  "\"event\":{\"type\":\"APPLICATION_AUTHORIZED\","
		  "\"timestamp\":\"$TIME\"}}",
	.note = "webhook events; public_key is the application's",
	.where = "Developer Portal, your app, General Information: "
		 "Public Key; the URL goes to Webhooks, Endpoint",
    },
    {
	/* HTTP signatures with keys from a JWK set.  The headers are those
	 * that LifeOmic's own sample code looks for.  Neither an id nor a
	 * type is documented, so two deliveries with the same body are the
	 * same event. */
	PRESET("lifeomic", KEY_SHARED, BIND_PUBLIC_URL, TIME_NONE),
	.scheme = "httpsig",
	.signature = {"Authorization", "Signature", "Authentication"},
	.signature_encoding = "base64",
	.sample = "{\"id\":\"$ID\",\"expert\":\"sample\","
		  "\"status\":\"ENDED\",\"totalParticipantSeconds\":12}",
	.note = "video service (SkillSpring)",
	.where = "LifeOmic publishes its keys as a JWK set: its "
		 "documentation names the jwks_url",
    },
    {
	/* LifeOmic's other services: a token over method, URL and body. */
	PRESET("lifeomic-jwt", KEY_SHARED, BIND_PUBLIC_URL, TIME_NONE),
	.scheme = "jwt",
	.signature = {"LifeOmic-Signature"},
	.claims = {"method={method}", "url={url}", "body_sha256={sha256:body}"},
	.algorithms = {"RS256"},
	.signature_encoding = "base64",
	.sample = "{\"id\":\"$ID\",\"time\":\"$TIME\"}",
	.note = "all services but the video service",
	.where = "LifeOmic publishes its keys as a JWK set: its "
		 "documentation names the jwks_url",
    },
    {
	/* It is not documented whether each attempt is signed anew; hence the
	 * long tolerance.  Only a checksum of the body is signed. */
	PRESET("paypal", KEY_SHARED, BIND_WEBHOOK_ID, TIME_RFC3339),
	.scheme = "rsa",
	.signature = {"Paypal-Transmission-Sig"},
	.timestamp = "header:Paypal-Transmission-Time",
	.tolerance = 259200,
	.signed_payload = {"{header:Paypal-Transmission-Id}|{ts}|{webhook_id}|"
			   "{crc32:body}"},
	.certificate_url = "header:Paypal-Cert-Url",
	.certificate_allowed_urls =
	    {"https://api.paypal.com/v1/notifications/certs/*"},
	.certificate_hosts = {"messageverificationcerts.paypal.com"},
	.id = "json:id",
	.type = "json:event_type",
	.sender_retry_hours = 72,
	.signature_encoding = "base64",
	.sample = "{\"id\":\"$ID\",\"event_type\":\"sample\","
		  "\"create_time\":\"$TIME\",\"resource\":{}}",
	.note = "webhook_id is the webhook's ID at PayPal",
	.where = "Developer Dashboard, your app, Webhooks: Webhook ID",
    },
    {
	/* A batch of events, each with its own sg_event_id.  SendGrid's own
	 * code does not check the time, and a batch may be sent again for a
	 * day. */
	PRESET("sendgrid", KEY_ACCOUNT, BIND_KEY, TIME_SECONDS),
	.scheme = "ecdsa",
	.signature = {"X-Twilio-Email-Event-Webhook-Signature"},
	.timestamp = "header:X-Twilio-Email-Event-Webhook-Timestamp",
	.tolerance = 86400,
	.signed_payload = {"{ts}{body}"},
	.sender_retry_hours = 24,
	.signature_encoding = "base64",
	.sample = "[{\"event\":\"delivered\",\"sg_event_id\":\"$ID\","
		  "\"email\":\"hello@example.com\"}]\r\n",
	.note = "public_key is the verification key",
	.where = "Settings, Mail Settings, Event Webhooks, Signature "
		 "Verification: Verification Key",
    },
    {
	PRESET("telnyx", KEY_ACCOUNT, BIND_KEY, TIME_SECONDS),
	.scheme = "ed25519",
	.signature = {"telnyx-signature-ed25519"},
	.timestamp = "header:telnyx-timestamp",
	.tolerance = 300,
	.signed_payload = {"{ts}|{body}"},
	.id = "json:data.id",
	.type = "json:data.event_type",
	.signature_encoding = "base64",
	.sample = "{\"data\":{\"record_type\":\"event\",\"id\":\"$ID\","
		  "\"event_type\":\"message.received\","
		  "\"occurred_at\":\"$TIME\"}}",
	.note = "public_key is shown in the portal",
	.where = "Account Settings, Keys & Credentials: Public Key",
    },
};

PRESET_TABLE(preset_key, row);
