/*
 * jws.c - the form of tokens, their algorithms and their keys.
 */
#include "tokens.h"

static void
test_form(void)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	static const char parts[] =
	    "the token does not consist of three parts in base64url";
	static const char objects[] =
	    "the token has a header or claims that are not JSON objects";
	char text[8700], *at;
	size_t len;
	struct reason why;
	unsigned fooled = 0;

	use(PLAIN);
	snprintf(text, sizeof(text), "%s", token(claims));
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		for (unsigned char c = 1; c != 0; c = (unsigned char)(c << 1)) {
			text[i] = (char)(text[i] ^ c);
			fooled += text[i] != '\0' &&
				  verify(text, BODY, NOW, &why) == ST_OK;
			text[i] = (char)(text[i] ^ c);
		}
	}
	is_int(fooled, 0, "no bit of a token can be changed");
	for (size_t i = 0; i < len; i++) {
		char cut = text[i];

		text[i] = '\0';
		fooled += verify(text, BODY, NOW, &why) == ST_OK;
		text[i] = cut;
	}
	is_int(fooled, 0, "nor can it be cut short anywhere");
	at = strpbrk(text, "-_");
	if (ok(at != NULL, "it has one of base64url's own characters")) {
		*at = *at == '-' ? '+' : '/';
		refused(text, parts);
		*at = *at == '+' ? '-' : '_';
	}
	strcpy(text + len, "=");
	refused(text, parts);
	strcpy(text + len, ".");
	refused(text, parts);
	strcpy(text + len, "A");
	ok(verify(text, BODY, NOW, &why) != ST_OK, "nor can anything be added");
	text[len] = '\0';
	passes(text);
	at = strrchr(text, '.');
	at[1] = '\0';
	refused(text, parts);
	refused("", parts);
	refused("a", parts);
	refused("..", parts);
	refused("e30.e30", parts);
	refused("e30.W10.AA", objects);
	refused("W10.e30.AA", objects);
	refused("e30.e30.AA", "the token names no algorithm (alg)");
	refused(
	    token_by(DIGEST_SHA256, SECRET, "{\"alg\":\"HS256\"} x", claims),
	    objects);
	memset(text, 'A', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	refused(text, "the token is too long");
}

static void
test_algorithms(void)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	static const char unknown[] =
	    "the token names an algorithm that is unknown or not allowed";
	static const struct {
		const char *header, *want;
	} row[] = {
	    {"{\"alg\":\"none\"}", unknown},
	    {"{\"alg\":\"hs256\"}", unknown},
	    {"{\"alg\":\"HS256 \"}", unknown},
	    {"{\"alg\":\"\"}", unknown},
	    {"{\"alg\":\"HS384\"}", "the signature has the wrong length"},
	    {"{\"alg\":\"RS256\"}",
		"not signed with an HMAC, but the provider has only secrets"},
	    {"{\"alg\":[\"HS256\"]}", "the token names no algorithm (alg)"},
	    {"{\"alg\":\"HS256\",\"alg\":\"HS256\"}", TWICE},
	    {"{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}", TWICE},
	    {"{\"alg\":\"HS256\",\"\\u0063rit\":[],\"cr\\u0069t\":[]}", TWICE},
	    {"{\"alg\":\"HS256\",\"x\":1,\"\\u0078\":1}", TWICE},
	    {"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
		"the token has an unsupported critical extension (crit)"},
	    {"{\"alg\":\"HS256\",\"crit\":[],\"crit\":[]}", TWICE},
	    {"{\"alg\":\"HS256\",\"\\u0063rit\":[]}",
		"the token has an unsupported critical extension (crit)"},
	};

	use(PLAIN);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		refused(token_by(DIGEST_SHA256, SECRET, row[i].header, claims),
		    row[i].want);
	refused(token_by(DIGEST_SHA256, "wrong", "{\"alg\":\"HS256\"}", claims),
	    "no secret fits the signature: the secret is wrong, or the request "
	    "was changed on its way");
	use(PLAIN ",\"algorithms\":[\"HS512\"]");
	refused(token(claims), unknown);
	passes(token_by(DIGEST_SHA512, SECRET, "{\"alg\":\"HS512\"}", claims));
}

/* Sign with a private key, in the name of kid. */
static const char *
token_asymmetric(const struct signer *s, const char *md, bool pss, bool raw,
    const char *header)
{
	static const char claims[] = "{\"iat\":1700000000,\"h\":\"" HASH "\"}";
	static char text[16384];
	char part[3][4096];

	signer_base64(
	    part[0], (const unsigned char *)header, strlen(header), true);
	signer_base64(
	    part[1], (const unsigned char *)claims, strlen(claims), true);
	snprintf(text, sizeof(text), "%s.%s", part[0], part[1]);
	signer_sign(s, md, pss, raw, text, part[2]);
	for (char *c = part[2]; *c != '\0'; c++) {
		if (*c == '+')
			*c = '-';
		else if (*c == '/')
			*c = '_';
		else if (*c == '=')
			*c = '\0';
	}
	snprintf(text, sizeof(text), "%s.%s.%s", part[0], part[1], part[2]);
	return text;
}

static void
test_keys(void)
{
	struct signer s[] = {
	    {.id = "r", .type = "RSA"},
	    {.id = "p",
		.type = "EC",
		.group = "P-256",
		.crv = "P-256",
		.len = 32},
	    {.id = "q",
		.type = "EC",
		.group = "P-384",
		.crv = "P-384",
		.len = 48},
	    {.id = "e", .type = "ED25519", .crv = "Ed25519"},
	};
	/* flags: p PSS, r two numbers side by side, l the key is lacking */
	static const struct {
		const char *header, *md, *flags;
		int signer;
		const char *want;
	} row[] = {
	    {"{\"alg\":\"RS256\",\"kid\":\"r\"}", "SHA256", "", 0, NULL},
	    {"{\"alg\":\"RS384\",\"kid\":\"r\"}", "SHA384", "", 0, NULL},
	    {"{\"alg\":\"RS512\",\"kid\":\"r\"}", "SHA512", "", 0, NULL},
	    {"{\"alg\":\"PS256\",\"kid\":\"r\"}", "SHA256", "p", 0, NULL},
	    {"{\"alg\":\"PS384\",\"kid\":\"r\"}", "SHA384", "p", 0, NULL},
	    {"{\"alg\":\"PS512\",\"kid\":\"r\"}", "SHA512", "p", 0, NULL},
	    {"{\"alg\":\"ES256\",\"kid\":\"p\"}", "SHA256", "r", 1, NULL},
	    {"{\"alg\":\"ES384\",\"kid\":\"q\"}", "SHA384", "r", 2, NULL},
	    {"{\"alg\":\"EdDSA\",\"kid\":\"e\"}", NULL, "", 3, NULL},
	    /* DER, which is not for tokens. */
	    {"{\"alg\":\"ES256\",\"kid\":\"p\"}", "SHA256", "", 1,
		"the signature does not fit: made with another key, or the "
		"request was changed on its way"},
	    {"{\"alg\":\"RS256\",\"kid\":\"p\"}", "SHA256", "", 0,
		"signed with an algorithm that the key or \"algorithms\" does "
		"not allow"},
	    {"{\"alg\":\"HS256\",\"kid\":\"r\"}", "SHA256", "", 0,
		"signed with an algorithm that the key or \"algorithms\" does "
		"not allow"},
	    {"{\"alg\":\"RS256\",\"kid\":\"x\"}", "SHA256", "l", 0,
		"no key is called 'x'"},
	    {"{\"alg\":\"RS256\"}", "SHA256", "l", 0, "no key is called ''"},
	};
	char set[8192] = "{\"keys\":[", jwk[4096];

	for (size_t i = 0; i < 4; i++) {
		signer_make(&s[i], 2048);
		signer_jwk(&s[i], jwk, sizeof(jwk));
		snprintf(set + strlen(set), sizeof(set) - strlen(set),
		    "%s{\"kid\":\"%s\",%s}", i == 0 ? "" : ",", s[i].id, jwk);
	}
	strcat(set, "]}");
	sandbox_text("set", set, 0644);
	use(",\"jwks_file\":\"set\",\"claims\":\"h={sha256:body}\"");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *value = token_asymmetric(&s[row[i].signer],
		    row[i].md, strchr(row[i].flags, 'p') != NULL,
		    strchr(row[i].flags, 'r') != NULL, row[i].header);

		if (row[i].want == NULL)
			passes(value);
		else
			refused(value, row[i].want);
		is_int(lacked, strchr(row[i].flags, 'l') != NULL,
		    "a newer set might have the key");
	}
	for (size_t i = 0; i < 4; i++)
		EVP_PKEY_free(s[i].pkey);
}

int
main(void)
{
	sandbox_make();
	sandbox_text("s", SECRET "\nanother\n", 0600);
	test_form();
	test_algorithms();
	test_keys();
	config_free(cfg);
	sandbox_remove(sandbox_dir);
	return done();
}
