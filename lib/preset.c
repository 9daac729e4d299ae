/* preset.c - the table. */
#include "preset.h"

const struct preset preset_default = {
    .scheme = "hmac",
    .sample_type = "application/json",
    .sample = "{\"id\":\"$ID\",\"type\":\"sample\",\"time\":\"$TIME\"}",
};

static const struct preset table[] = {
    {
	/* Avaya Spaces signs Slack's string with the field "data" in place of
	 * the body, and does not say how it sends that field; only what the
	 * matching alternative covers is stored. */
	.name = "spaces",
	.scheme = "hmac",
	.digest = "sha256",
	.key = "raw",
	.signature = {"X-Spaces-Signature"},
	.timestamp = "header:X-Spaces-Request-Timestamp",
	.signed_text = {"v0:{ts}:{form:data}", "v0:{ts}:{json:data}",
	    "v0:{ts}:{body}"},
	.type = "json:event",
	.encoding = "hex",
	.sample_type = "application/json",
	.sample = "{\"data\":\"{\\\"event\\\":\\\"space.created\\\","
		  "\\\"topicId\\\":\\\"$ID\\\"}\"}",
    },
    {
	/* Coral signs once per active secret; a rolled secret stays active
	 * for up to a day.  The whole secret, whsec_ included, is the key. */
	.name = "coral",
	.scheme = "hmac",
	.digest = "sha256",
	.key = "raw",
	.signature = {"X-Coral-Signature"},
	.prefix = "sha256=",
	.separator = ",",
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	.refused = 400,
	.answer = "{\"received\":true}",
	.encoding = "hex",
	.header = "X-Coral-Event: {json:type}",
	.sample_type = "application/json",
	.sample = "{\n  \"id\": \"$ID\",\n  \"createdAt\": \"$TIME\",\n"
		  "  \"data\": {\n    \"storyID\": \"sample\",\n"
		  "    \"storyURL\": \"https://example.com/story\",\n"
		  "    \"siteID\": \"sample\"\n  },\n"
		  "  \"type\": \"STORY_CREATED\",\n"
		  "  \"tenantID\": \"sample\",\n"
		  "  \"tenantDomain\": \"coral.example.com\"\n}",
    },
    {
	/* HTTP signatures with keys from a JWK set.  The names are those that
	 * its own sample code looks for; neither an id nor a type is
	 * documented, so the same body is the same event. */
	.name = "lifeomic",
	.scheme = "httpsig",
	.digest = "sha256",
	.key = "raw",
	.signature = {"Authorization", "Signature", "Authentication"},
	.signed_text = {"{body}"},
	.encoding = "base64",
	.sample_type = "application/json",
	.sample = "{\"id\":\"$ID\",\"expert\":\"sample\","
		  "\"status\":\"ENDED\",\"totalParticipantSeconds\":12}",
    },
    {
	/* One version of its guide says base64, another hexadecimal: both
	 * are accepted, as everywhere. */
	.name = "nvsep",
	.scheme = "hmac",
	.digest = "sha256",
	.key = "raw",
	.signature = {"X-Nvsep-Hmac-Sha256"},
	.signed_text = {"{body}"},
	.id = "json:id",
	.type = "json:type",
	.encoding = "base64",
	.sample_type = "application/json",
	.sample = "{\"id\":\"$ID\",\"type\":\"exclusions.created\","
		  "\"createdAt\":\"$TIME\",\"version\":\"1.0\","
		  "\"data\":{\"id\":\"sample\"}}",
    },
    {
	/* The key is the API key of the agent; no event has a type. */
	.name = "vorsto",
	.scheme = "hmac",
	.digest = "sha256",
	.key = "raw",
	.signature = {"X-Signature"},
	.signed_text = {"{body}"},
	.id = "json:message.id",
	.type = "const:message",
	.refused = 403,
	.answer = "Webhook received",
	.encoding = "hex",
	.sample_type = "application/json",
	.sample = "{\"message\":{\"id\":\"$ID\",\"agentId\":\"sample\","
		  "\"role\":\"assistant\",\"content\":\"Hello\"}}",
    },
};

const struct preset *
preset_find(struct span name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (span_is(name, table[i].name))
			return &table[i];
	}
	return NULL;
}

const struct preset *
preset_at(size_t i)
{
	return i < sizeof(table) / sizeof(table[0]) ? &table[i] : NULL;
}
