/* preset_key.c - who signs by a private key. */
#include "preset_table.h"

static const struct preset row[] = {
    {
	/* Its events have no id, and are signed anew when sent again. */
	.name = "discord",
	.scheme = "ed25519",
	.signature = {"X-Signature-Ed25519"},
	.timestamp = "header:X-Signature-Timestamp",
	.signed_text = {"{ts}{body}"},
	.type = "json:event.type",
	.challenge = "discord",
	.accepted = 204,
	.retry_hours = 1,
	.sample = "{\"version\":1,\"application_id\":\"$ID\",\"type\":1,"
		  "\"event\":{\"type\":\"APPLICATION_AUTHORIZED\","
		  "\"timestamp\":\"$TIME\"}}",
	.note = "webhook events; public_key is the application's",
    },
    {
	/* HTTP signatures with keys from a JWK set.  The names are those that
	 * its own sample code looks for; neither an id nor a type is
	 * documented, so the same body is the same event. */
	.name = "lifeomic",
	.scheme = "httpsig",
	.signature = {"Authorization", "Signature", "Authentication"},
	.encoding = "base64",
	.sample = "{\"id\":\"$ID\",\"expert\":\"sample\","
		  "\"status\":\"ENDED\",\"totalParticipantSeconds\":12}",
	.note = "video service (SkillSpring)",
    },
    {
	/* LifeOmic's other services: a token over method, URL and body. */
	.name = "lifeomic-jwt",
	.scheme = "jwt",
	.signature = {"LifeOmic-Signature"},
	.claims = {"method={method}", "url={url}", "body_sha256={sha256:body}"},
	.algorithms = {"RS256"},
	.sample = "{\"id\":\"$ID\",\"time\":\"$TIME\"}",
	.note = "all but the video service",
    },
    {
	/* A batch of events, each with its sg_event_id.  Its documents check
	 * no age, and a batch may be sent again for a day. */
	.name = "sendgrid",
	.scheme = "ecdsa",
	.signature = {"X-Twilio-Email-Event-Webhook-Signature"},
	.timestamp = "header:X-Twilio-Email-Event-Webhook-Timestamp",
	.tolerance = 86400,
	.signed_text = {"{ts}{body}"},
	.retry_hours = 24,
	.encoding = "base64",
	.sample = "[{\"event\":\"delivered\",\"sg_event_id\":\"$ID\","
		  "\"email\":\"hello@example.com\"}]\r\n",
	.note = "public_key is the verification key",
    },
    {
	.name = "telnyx",
	.scheme = "ed25519",
	.signature = {"telnyx-signature-ed25519"},
	.timestamp = "header:telnyx-timestamp",
	.tolerance = 300,
	.signed_text = {"{ts}|{body}"},
	.id = "json:data.id",
	.type = "json:data.event_type",
	.encoding = "base64",
	.sample = "{\"data\":{\"record_type\":\"event\",\"id\":\"$ID\","
		  "\"event_type\":\"message.received\","
		  "\"occurred_at\":\"$TIME\"}}",
	.note = "public_key is that of the portal",
    },
};

const struct preset_table preset_key = PRESET_TABLE(row);
