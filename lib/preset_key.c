/* preset_key.c - who signs by a private key. */
#include "preset_table.h"

static const struct preset row[] = {
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
	PRESET_JSON,
	.sample = "{\"id\":\"$ID\",\"expert\":\"sample\","
		  "\"status\":\"ENDED\",\"totalParticipantSeconds\":12}",
	.note = "video service (SkillSpring)",
    },
};

const struct preset_table preset_key = PRESET_TABLE(row);
