/*
 * explain_pairs.c - the sample of each preset, at an entry of each other one:
 * `hookdir explain` must name the right preset, whatever the entry says.
 *
 * All in one process, for there are as many pairs as presets squared.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../cli/explain/known.h"
#include "../../cli/explain/macs.h"
#include "../../cli/explain/mistake.h"
#include "../../cli/sign/privkey.h"
#include "../../cli/sign/sample.h"
#include "../../cli/sign/signing.h"
#include "profile/scheme.h"
#include "verify/schemes.h"

#include "../tap.h"

#define URL "https://hooks.example.com/hooks/p"
extern char **environ;

/* One text that is a secret in each encoding that presets have. */
#define SECRET    "whsec_c2l4dGVlbiBieXRlcyBvZiBzZWNyZXQsIGFuZCAzMg=="
#define TOLERANCE 300
#define PATH_MAX_ 64

/* A preset's entry, and a delivery of its sender to the same URL. */
struct sender {
	const struct known_preset *known;
	struct preset words;
	struct provider prov;
	struct privkey key; /* of a preset that signs with one */
	struct signing_result made;
	char *body;
	struct request req;
};

struct pairs {
	struct known known;
	struct sender *sender; /* of each known preset */
	struct config cfg;
};

/* --- keys, one of each kind --- */

static const struct {
	const char *scheme, *type;
} key_type[] = {{"ed25519", "ED25519"}, {"ecdsa", "EC"}, {"rsa", "RSA"},
    {"jwt", "RSA"}, {"httpsig", "RSA"}};

#define KEYS_N (sizeof(key_type) / sizeof(key_type[0]))

static void
key_path(char dst[static PATH_MAX_], const char *scheme)
{
	snprintf(dst, PATH_MAX_, "/tmp/explain-pairs-%ld-%s.pem",
	    (long)getpid(), scheme);
}

static void
make_keys(void)
{
	for (size_t i = 0; i < KEYS_N; i++) {
		char path[PATH_MAX_];
		EVP_PKEY *key = NULL;
		FILE *f;

		if (strcmp(key_type[i].type, "RSA") == 0)
			key = EVP_RSA_gen(2048);
		else if (strcmp(key_type[i].type, "EC") == 0)
			key = EVP_EC_gen("P-256");
		else
			key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		key_path(path, key_type[i].scheme);
		f = fopen(path, "w");
		if (key == NULL || f == NULL ||
		    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) !=
			1)
			exit(1);
		fclose(f);
		EVP_PKEY_free(key);
	}
}

static void
remove_keys(void)
{
	for (size_t i = 0; i < KEYS_N; i++) {
		char path[PATH_MAX_];

		key_path(path, key_type[i].scheme);
		unlink(path);
	}
}

/* --- senders --- */

static bool
needs_url(const struct known_preset *known)
{
	return known->needs.public_url;
}

static void
make_profile(struct sender *s)
{
	struct profile_fault fault;

	if (!scheme_profile(&s->prov.profile, &s->words, TOLERANCE, &fault)) {
		diag("%s: %s", s->words.name, fault.why.text);
		exit(1);
	}
}

/* An entry of the preset, with what only its user knows. */
static void
make_entry(struct sender *s, bool with_secret)
{
	struct reason why;

	s->words = *s->known->preset;
	if (needs_url(s->known))
		s->words.public_url = URL;
	if (s->known->needs.webhook_id)
		s->words.webhook_id = "WH-1";
	if (s->known->needs.topic_arn)
		s->words.topic_arn[0] =
		    "arn:aws:sns:us-east-1:123456789012:sample";
	s->words.unsafe_body = s->known->needs.unsafe_body;
	s->prov.words = s->words;
	snprintf(s->prov.name, sizeof(s->prov.name), "p");
	make_profile(s);
	s->prov.secret_env = "EXPLAIN_PAIRS_SECRET";
	if (with_secret)
		secrets_add(&s->prov.secrets, span_str(SECRET),
		    s->prov.profile.secret_encoding, 1, &why);
}

/* The private key of its sender, and the public one of the entry. */
static void
take_key(struct sender *s, char path[static PATH_MAX_])
{
	struct reason why;

	key_path(path, s->prov.profile.scheme->name);
	if (!privkey_read(&s->key, path, 0, &why)) {
		diag("%s", why.text);
		exit(1);
	}
	s->prov.keys = s->key.public;
}

static bool
add_header(struct sender *s, const struct field *field, const char *value)
{
	struct reason why;

	return field->kind != FIELD_HEADER ||
	       headers_add(&s->made.headers, field->arg, span_str(value), &why);
}

/* Nobody can sign by a certificate of theirs: what only looks like it. */
static bool
pretend(struct sender *s, struct reason *why)
{
	static const char url[] = "https://api.paypal.com/v1/notifications/"
				  "certs/CERT-1";
	const struct profile *profile = &s->prov.profile;
	char base64[345], *at;

	memset(base64, 'A', 344);
	memcpy(base64 + 342, "==", 3);
	if (!headers_init(&s->made.headers, "/hooks/p", why) ||
	    !add_header(s, &profile->timestamp, "2026-11-21T20:30:00Z") ||
	    !add_header(s, &profile->certificate_url, url))
		return false;
	if (profile->signature[0].in == SIGNATURE_HEADER)
		return headers_add(&s->made.headers, profile->signature[0].text,
		    span_str(base64), why);
	/* The sample has a MAC where a signature would be. */
	free(s->body);
	s->body = malloc(4096);
	if (s->body == NULL || (at = strstr(s->words.sample, "$MAC")) == NULL)
		return false;
	snprintf(s->body, 4096, "%.*s%s%s", (int)(at - s->words.sample),
	    s->words.sample, base64, at + strlen("$MAC"));
	return true;
}

/* What its sender sends. */
static void
make_delivery(struct sender *s)
{
	struct signing_input in = {.prov = &s->prov, .url = URL};
	bool certificate = s->prov.profile.certificate_url.kind != FIELD_NONE;
	char path[PATH_MAX_];
	struct reason why = {""};
	size_t len = 0;

	s->body = sample_make(&s->prov, &len, &why);
	in.body = span_mem(s->body, len);
	if (s->known->needs.keys && !certificate) {
		take_key(s, path);
		in.key = path;
		if (s->prov.profile.scheme->timed)
			in.kid = "key-1";
	}
	if (s->body == NULL ||
	    !(certificate ? pretend(s, &why)
			  : signing_make(&in, &s->made, &why))) {
		diag("%s: %s", s->words.name, why.text);
		exit(1);
	}
	s->req = (struct request){.env = s->made.headers.env,
	    .method = span_str("POST"),
	    .body = certificate ? span_str(s->body) : s->made.body};
}

/* --- verdicts --- */

/* True if text names the preset: "preset": "NAME", or among the others. */
static bool
names(const char *text, const char *preset)
{
	char quoted[64];

	snprintf(quoted, sizeof(quoted), "\"%s\"", preset);
	return strstr(text, quoted) != NULL;
}

/* The sender's entry, as one who needs no secret of ours would have it. */
static bool
verifies(
    const struct pairs *p, const struct sender *at, const struct request *req)
{
	struct attempt attempt;
	struct attempt_result result;

	attempt_init(&attempt, &p->cfg, &at->prov, req, time(NULL));
	return attempt_run_now(&attempt, &result);
}

/* --- what is proposed is written into the settings --- */

/* One setting of an entry as its file has it. */
struct line {
	const char *name, *value; /* of JSON */
};

/* True if the proposal writes or removes the setting. */
static bool
changes(const char *said, const char *name)
{
	char quoted[64];

	snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	return strstr(said, quoted) != NULL;
}

/* Write the entry with the change that was proposed. */
static bool
write_settings(const char *path, const struct line *line, const char *said)
{
	size_t len = strcspn(said, ";");

	FILE *f = fopen(path, "w");

	if (f == NULL)
		return false;
	fprintf(f, "{\"inbox\": \"/tmp\", \"providers\": {\"p\": {");
	for (; line->name != NULL; line++) {
		if (line->value != NULL && !changes(said, line->name))
			fprintf(f, "\"%s\": %s,\n", line->name, line->value);
	}
	fprintf(f, "%.*s}}}\n", (int)len, said);
	return fclose(f) == 0;
}

/* With the change, the settings are right and the delivery verifies. */
static bool
can_be_applied(const struct line *line, const struct request *req,
    const struct keys *keys, const char *said)
{
	char path[PATH_MAX_];
	struct config *cfg = NULL;
	struct attempt attempt;
	struct attempt_result result;
	bool ok = false;

	snprintf(
	    path, sizeof(path), "/tmp/explain-pairs-%ld.json", (long)getpid());
	if (write_settings(path, line, said))
		cfg = config_load(path, environ, &log_stderr);
	if (cfg != NULL && cfg->errors == 0) {
		attempt_init(&attempt, cfg, &cfg->provider[0], req, time(NULL));
		if (keys != NULL)
			attempt.prov.keys = *keys;
		ok = attempt_run_now(&attempt, &result);
		if (!ok)
			diag("%s", result.why.text);
	}
	config_free(cfg);
	unlink(path);
	return ok;
}

/* The entry of a sender. */
static bool
can_be_written(
    const struct sender *from, const struct sender *at, const char *said)
{
	static const char arn[] =
	    "\"arn:aws:sns:us-east-1:123456789012:sample\"";
	char preset[64];
	const struct line line[] = {{"preset", preset},
	    {"secret_env", "\"EXPLAIN_PAIRS_SECRET\""},
	    {"public_url", needs_url(at->known) ? "\"" URL "\"" : NULL},
	    {"webhook_id", at->known->needs.webhook_id ? "\"WH-1\"" : NULL},
	    {"topic_arn", at->known->needs.topic_arn ? arn : NULL},
	    {"unsafe_body", at->known->needs.unsafe_body ? "true" : NULL},
	    {NULL, NULL}};

	snprintf(preset, sizeof(preset), "\"%s\"", at->words.name);
	return can_be_applied(line, &from->req, NULL, said);
}

/* --- pairs --- */

/*
 * What is expected of a delivery at an entry: it verifies there, or explain
 * names the sender and with it each preset that verifies it as well.
 */
static bool
judge(const struct pairs *p, const struct sender *from, const struct sender *at,
    char *said, size_t room)
{
	struct attempt base;
	struct mistake mistake;
	bool right;

	said[0] = '\0';
	if (verifies(p, at, &from->req))
		return true;
	attempt_init(&base, &p->cfg, &at->prov, &from->req, time(NULL));
	if (!mistake_find(&base, &p->known, &mistake)) {
		snprintf(said, room, "nothing");
		return false;
	}
	snprintf(said, room, "%s", mistake.text);
	free(mistake.text);
	right = strstr(said, "\"preset\": \"") != NULL &&
		names(said, from->words.name);
	for (size_t i = 0; i < p->known.n && right; i++) {
		const struct sender *other = &p->sender[i];

		if (other->prov.secrets.n > 0 && !mistake.likely &&
		    verifies(p, other, &from->req))
			right = names(said, other->words.name);
	}
	if (right && !mistake.likely && from->prov.secrets.n > 0)
		right = can_be_written(from, at, said);
	return right;
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
test_pairs(const struct pairs *p)
{
	double begun = seconds();
	unsigned pairs = 0;
	char said[1024];

	for (size_t i = 0; i < p->known.n; i++) {
		const struct sender *from = &p->sender[i];
		unsigned wrong = 0;

		for (size_t k = 0; k < p->known.n; k++) {
			if (k == i)
				continue;
			pairs++;
			if (judge(p, from, &p->sender[k], said, sizeof(said)))
				continue;
			wrong++;
			diag("%s at %s: %s", from->words.name,
			    p->sender[k].words.name, said);
		}
		is_int(wrong, 0, "%s: recognised at each other preset's entry",
		    from->words.name);
	}
	diag("%u pairs in %.2f s of CPU", pairs, seconds() - begun);
}

/* --- a preset's way of signing, in a header that nobody knows --- */

#define ACME "Acme-Signature"

/* Make a sender that signs as a preset does; false: in no header. */
static bool
make_variant(struct sender *s, const struct sender *like)
{
	if (like->prov.profile.signature[0].in == SIGNATURE_JSON ||
	    like->prov.secrets.n == 0)
		return false;
	*s = (struct sender){.known = like->known};
	make_entry(s, true);
	memset(s->words.signature, 0, sizeof(s->words.signature));
	s->words.signature[0] = ACME;
	profile_free(&s->prov.profile);
	s->prov.words = s->words;
	make_profile(s);
	make_delivery(s);
	return true;
}

static void
free_sender(struct sender *s)
{
	signing_free(&s->made);
	free(s->body);
	s->prov.keys = (struct keys){.n = 0};
	provider_free(&s->prov);
	privkey_free(&s->key);
}

/* An entry with these settings must get a change that can be written. */
static bool
judge_variant(const struct pairs *p, const struct sender *from,
    const struct line *line, char *said, size_t room)
{
	char path[PATH_MAX_];
	struct config *cfg;
	struct attempt base;
	struct attempt_result result;
	struct mistake mistake;
	bool right = false;

	snprintf(
	    path, sizeof(path), "/tmp/explain-pairs-%ld.json", (long)getpid());
	if (!write_settings(path, line, "\"digest\": \"sha256\"") ||
	    (cfg = config_load(path, environ, &log_stderr)) == NULL)
		return false;
	unlink(path);
	attempt_init(&base, cfg, &cfg->provider[0], &from->req, time(NULL));
	snprintf(said, room, "nothing");
	if (attempt_run_now(&base, &result)) {
		right = true;
		said[0] = 0;
	} else if (mistake_find(&base, &p->known, &mistake)) {
		snprintf(said, room, "%s", mistake.text);
		free(mistake.text);
		right = can_be_applied(line, &from->req, NULL, said);
	}
	config_free(cfg);
	return right;
}

/* The id and the type are not those of a preset whose header did not come. */
static bool
is_safe(const char *said)
{
	return said[0] == '\0' || strstr(said, "\"id\": null") != NULL ||
	       strncmp(said, "\"preset\"", 8) == 0;
}

static void
test_variants(const struct pairs *p)
{
	static const struct line own[] = {
	    {"secret_env", "\"EXPLAIN_PAIRS_SECRET\""},
	    {"signature", "\"" ACME "\""}, {"public_url", "\"" URL "\""},
	    {NULL, NULL}};
	static const struct line other[] = {
	    {"secret_env", "\"EXPLAIN_PAIRS_SECRET\""},
	    {"signature", "\"X-Own\""}, {"public_url", "\"" URL "\""},
	    {NULL, NULL}};
	static const struct line foreign[] = {{"preset", "\"nvsep\""},
	    {"secret_env", "\"EXPLAIN_PAIRS_SECRET\""},
	    {"public_url", "\"" URL "\""}, {NULL, NULL}};
	char said[1024];

	for (size_t i = 0; i < p->known.n; i++) {
		const char *name = p->sender[i].words.name;
		struct sender s;

		if (!make_variant(&s, &p->sender[i]))
			continue;
		if (!ok(judge_variant(p, &s, own, said, sizeof(said)),
			"as %s, in the entry's header", name))
			diag("%s", said);
		if (!ok(judge_variant(p, &s, other, said, sizeof(said)),
			"as %s, in another header", name))
			diag("%s", said);
		if (!ok(judge_variant(p, &s, foreign, said, sizeof(said)) &&
			    is_safe(said),
			"as %s, at a preset's entry", name))
			diag("%s", said);
		free_sender(&s);
	}
}

/* --- what a large body costs --- */

/* JSON of len bytes, in which each form of writing it changes something. */
static char *
make_body(size_t len)
{
	static const char piece[] = "{\"a\":\"<b>/\\u00e9\xc3\xa9\"},\n";
	char *body = malloc(len + sizeof(piece));
	size_t n = 1;

	if (body == NULL)
		exit(1);
	body[0] = '[';
	while (n + sizeof(piece) < len) {
		memcpy(body + n, piece, strlen(piece));
		n += strlen(piece);
	}
	snprintf(body + n, sizeof(piece), "{}]");
	return body;
}

/* A signature that fits nothing, over a body of len bytes. */
static void
explain_large(const struct pairs *p, size_t len, struct mistake *mistake)
{
	char *body = make_body(len), head[256];
	char *env[] = {head, NULL};
	struct request req = {.env = env, .body = span_str(body)};
	const struct sender *stripe = NULL;
	struct attempt base;

	for (size_t i = 0; i < p->known.n; i++) {
		if (strcmp(p->sender[i].words.name, "stripe") == 0)
			stripe = &p->sender[i];
	}
	if (stripe == NULL)
		exit(1);
	snprintf(head, sizeof(head), "HTTP_STRIPE_SIGNATURE=t=%lld,v1=%064d",
	    (long long)time(NULL), 0);
	attempt_init(&base, &p->cfg, &stripe->prov, &req, time(NULL));
	ok(!mistake_find(&base, &p->known, mistake), "nothing fits %zu bytes",
	    len);
	free(body);
}

static void
test_large(const struct pairs *p)
{
	const size_t mib = 1UL << 20;
	struct mistake mistake;

	explain_large(p, mib, &mistake);
	is_int(mistake.left_out, 0, "all is tried of 1 MiB");
	ok(mistake.tried > 200 && mistake.macs < 200,
	    "by fewer MACs than it could take: %u for %u", mistake.macs,
	    mistake.tried);
	ok(mistake.bytes < 260 * mib, "over few bytes: %zu MiB",
	    mistake.bytes / mib);
	explain_large(p, 24 * mib, &mistake);
	ok(mistake.left_out > 0, "of 24 MiB, something is left out");
	ok(mistake.bytes <= MACS_BYTES_MAX, "within the bound: %zu MiB",
	    mistake.bytes / mib);
}

/* The same question costs nothing the second time. */
static void
test_macs(const struct pairs *p)
{
	const struct sender *s = &p->sender[0];
	struct macs macs;

	if (!ok(macs_init(&macs, s->req.body), "a table of MACs"))
		return;
	is_int(macs_ask(&macs, &s->prov, &s->req), MACS_MAYBE, "one fits");
	is_int(macs.computed, 1, "by one MAC");
	is_int(macs_ask(&macs, &s->prov, &s->req), MACS_MAYBE, "still");
	is_int(macs.computed, 1, "by none more");
	is_int(macs_ask(&macs, &s->prov, &p->sender[1].req), MACS_NO,
	    "no signature, no MAC");
	is_int(macs.computed, 1, "as the count says");
	macs_free(&macs);
}

int
main(void)
{
	struct pairs p = {.cfg = {.tolerance = TOLERANCE}};

	setenv("EXPLAIN_PAIRS_SECRET", SECRET, 1);
	make_keys();
	if (!known_make(&p.known, TOLERANCE))
		return 1;
	p.sender = calloc(p.known.n, sizeof(*p.sender));
	for (size_t i = 0; i < p.known.n && p.sender != NULL; i++) {
		struct sender *s = &p.sender[i];

		s->known = &p.known.item[i];
		make_entry(s, s->known->needs.secret);
		make_delivery(s);
	}
	if (p.sender != NULL) {
		test_pairs(&p);
		test_variants(&p);
		test_large(&p);
		test_macs(&p);
	}
	remove_keys();
	for (size_t i = 0; i < p.known.n && p.sender != NULL; i++)
		free_sender(&p.sender[i]);
	free(p.sender);
	known_free(&p.known);
	return done();
}
