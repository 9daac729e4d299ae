/* rules.c - settings with every preset, and the keys of both sides. */
#include <ctype.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "../fuzz.h"
#include "preset/preset.h"
#include "secrets.h"
#include "sender.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A key pair and a stranger's of the same kind. */
static struct pair {
	const char *type, *group;
	EVP_PKEY *key, *strange;
	struct bytes public[2]; /* of both, DER in base64 */
} pair[] = {
    {.type = "ED25519"},
    {.type = "EC", .group = "P-256"},
    {.type = "RSA"},
};

static EVP_PKEY *
make_key(const struct pair *p)
{
	if (p->group != NULL)
		return EVP_PKEY_Q_keygen(NULL, NULL, p->type, p->group);
	if (strcmp(p->type, "RSA") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, p->type, (size_t)2048);
	return EVP_PKEY_Q_keygen(NULL, NULL, p->type);
}

static void
put_public(EVP_PKEY *key, struct bytes *dst)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	must(n > 0);
	text_base64(span_mem(der, (size_t)n), false, dst);
	OPENSSL_free(der);
}

static void
make_pairs(void)
{
	for (size_t i = 0; i < COUNT(pair) && pair[i].key == NULL; i++) {
		struct pair *p = &pair[i];

		must((p->key = make_key(p)) != NULL);
		must((p->strange = make_key(p)) != NULL);
		put_public(p->key, &p->public[0]);
		put_public(p->strange, &p->public[1]);
	}
}

EVP_PKEY *
secret_key(EVP_PKEY *key, long which)
{
	for (size_t i = 0; which == 2 && i < COUNT(pair); i++) {
		if (pair[i].key == key)
			return pair[i].strange;
	}
	return key;
}

/* What a preset may need; those that this version does not know are left out. */
static const char *const known[] = {
#define ENTRY_SETTING(name, ...)  #name,
#define PRESET_SETTING(name, ...) #name,
#include "preset/setting_list.h"
};

static const struct {
	const char *name, *value;
} more[] = {
    {"public_url", "\"https://example.com/hooks\""},
    {"webhook_id", "\"WH-1\""},
    {"unsafe_body", "true"},
    {"topic_arn", "\"arn:aws:sns:us-east-1:123456789012:sample\""},
};

static bool
is_known(const char *name)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		if (strcmp(known[i], name) == 0)
			return true;
	}
	return false;
}

/* Entries without a preset: what no preset does. */
static const struct {
	const char *name, *entry, *sample;
} own[] = {
    {.name = "own-element",
	.entry =
	    "\"signature\":\"X-Own\",\"prefix\":\"v1=\",\"separator\":\",\","
	    "\"timestamp\":\"element:t=\",\"signed_payload\":\"{ts}.{body}\","
	    "\"digest\":\"sha384\",\"type\":\"json:type\""},
    {.name = "own-target",
	.entry = "\"signature\":\"X-Own\",\"timestamp\":\"header:X-Time\","
		 "\"signed_payload\":\"{method} "
		 "{uri}\\n{header:X-Id}\\n{ts}\\n{body}\","
		 "\"id\":\"header:X-Id\",\"separator\":\";\""},
    {.name = "own-json",
	.entry = "\"signature\":\"json:sig\",\"signed_payload\":"
		 "\"{json:data}\",\"id\":\"json:id\"",
	.sample = "{\"data\":{\"id\":\"$ID\"},\"sig\":\"$MAC\"}"},
    {.name = "own-form",
	.entry = "\"signature\":\"X-Own\",\"signed_payload\":"
		 "\"{form:data}\",\"id\":\"json:id\"",
	.sample = "data=%7B%22id%22:%22$ID%22%7D&more=1"},
    {.name = "own-digest",
	.entry = "\"signature\":\"X-Own\",\"signed_payload\":"
		 "\"{method}:{sha512:body}\",\"id\":\"form:id\"",
	.sample = "a=b&id=$ID"},
    {.name = "own-ecdsa",
	.entry = "\"scheme\":\"ecdsa\",\"signature\":\"X-Own\",\"timestamp\":"
		 "\"json:ts\",\"id\":\"none\"",
	.sample = "{\"ts\":$SEC,\"id\":\"$ID\"}"},
    {.name = "own-rsa",
	.entry = "\"scheme\":\"rsa\",\"signature\":[\"X-Own\",\"X-Other\"],"
		 "\"digest\":\"sha512\",\"signed_payload\":\"{body}\""},
    {.name = "own-standard",
	.entry = "\"scheme\":\"standard\",\"secret_encoding\":\"raw\""},
    {.name = "own-v1a", .entry = "\"scheme\":\"standard\""},
    {.name = "own-token",
	.entry = "\"scheme\":\"token\",\"signature\":\"Authorization\","
		 "\"prefix\":\"Bearer \""},
    {.name = "own-jwt",
	.entry = "\"scheme\":\"jwt\",\"claims\":[\"h={sha256:body}\","
		 "\"u={uri}\"]"},
    {.name = "own-decimal",
	.entry = "\"signature\":\"X-Own\",\"timestamp\":\"header:X-Time\","
		 "\"timestamp_format\":\"decimal\","
		 "\"signed_payload\":\"{ts}.{body}\",\"id\":\"json:id\""},
    {.name = "own-iso8601",
	.entry = "\"signature\":\"X-Own\",\"timestamp\":\"header:X-Time\","
		 "\"timestamp_format\":\"iso8601\","
		 "\"signed_payload\":\"{body} {ts}\",\"id\":\"json:id\""},
    {.name = "own-packed",
	.entry = "\"signature\":\"X-Own\",\"decompress\":true,"
		 "\"keep_headers\":[\"X-Other\",\"*\"],\"keep_query\":true,"
		 "\"keep_address\":true"},
    {.name = "own-packed-time",
	.entry = "\"signature\":\"X-Own\",\"timestamp\":\"header:X-Time\","
		 "\"signed_payload\":\"{ts}:{body}\",\"decompress\":true,"
		 "\"id\":\"json:id\",\"type\":\"header:Ce-Type\","
		 "\"keep_headers\":[\"X-*\",\"Ce-*\"]"},
    {.name = "own-packed-jwt",
	.entry = "\"scheme\":\"jwt\",\"claims\":[\"h={sha256:body}\"],"
		 "\"decompress\":true"},
    {.name = "own-packed-9421",
	.entry = "\"scheme\":\"httpsig\",\"required_components\":"
		 "[\"@method\",\"@target-uri\",\"content-digest\"],"
		 "\"public_url\":\"https://example.com/hooks\","
		 "\"decompress\":true"},
    {.name = "own-9421",
	.entry = "\"scheme\":\"httpsig\",\"required_components\":"
		 "[\"@method\",\"@target-uri\",\"content-digest\"],"
		 "\"public_url\":\"https://example.com/hooks\""},
};

static const struct preset *
words_of(const char *name, struct preset *dst)
{
	const struct preset *preset = preset_find(span_str(name));

	if (preset != NULL)
		return preset;
	*dst = (struct preset){.name = name};
	for (size_t i = 0; i < COUNT(own); i++) {
		const char *at = strstr(own[i].entry, "\"scheme\":\"");

		if (strcmp(own[i].name, name) == 0 && at != NULL) {
			static char scheme[COUNT(own)][16];

			snprintf(scheme[i], sizeof(scheme[i]), "%.*s",
			    (int)strcspn(at + 10, "\""), at + 10);
			dst->scheme = scheme[i];
		}
	}
	return dst;
}

/* The pair that an entry of this name and scheme signs with; NULL: secrets. */
static struct pair *
pair_of(const char *name, const char *scheme)
{
	if (strcmp(name, "own-v1a") == 0 || strcmp(name, "lifeomic") == 0 ||
	    (scheme != NULL && strcmp(scheme, "ed25519") == 0))
		return &pair[0];
	if (scheme != NULL && strcmp(scheme, "ecdsa") == 0)
		return &pair[1];
	if (strcmp(name, "lifeomic-jwt") == 0 ||
	    (scheme != NULL && strcmp(scheme, "rsa") == 0))
		return &pair[2];
	return NULL;
}

/* Which settings: with what in them, and where the file is to be. */
struct making {
	const char *dir;
	bool strange;  /* of the stranger's secret and keys */
	unsigned mask; /* of more */
};

static void
put_entry(struct bytes *dst, const char *name, const struct making *making)
{
	struct preset made;
	const struct preset *words = words_of(name, &made);
	struct pair *p = pair_of(name, words->scheme);

	bytes_put(dst, "\"");
	bytes_put(dst, name);
	bytes_put(dst, "\":{");
	if (p == NULL) {
		bytes_put(dst, "\"secret_env\":\"S\"");
		/* An entry of ours is as its words say. */
		if (strncmp(name, "own-", 4) != 0 || words->scheme == NULL ||
		    strcmp(words->scheme, "token") == 0)
			bytes_put(dst, ",\"secret_encoding\":\"raw\"");
	} else if (words->certificate_url != NULL) {
		bytes_put(dst, "\"jwks_stale_days\":1");
	} else {
		bytes_put(dst, "\"public_key\":\"");
		bytes_add(dst, bytes_span(&p->public[making->strange]));
		bytes_put(dst, "\"");
	}
	/* It signs what anybody asks for, so its secret must be its own. */
	if (words->challenge != NULL && strcmp(words->challenge, "crc") == 0)
		bytes_put(dst, ",\"challenge\":\"none\"");
	for (size_t i = 0; i < COUNT(own); i++) {
		if (strcmp(own[i].name, name) == 0) {
			bytes_put(dst, ",");
			bytes_put(dst, own[i].entry);
		}
	}
	for (size_t i = 0; i < COUNT(more); i++) {
		if ((making->mask >> i & 1) == 0)
			continue;
		bytes_put(dst, ",\"");
		bytes_put(dst, more[i].name);
		bytes_put(dst, "\":");
		bytes_put(dst, more[i].value);
	}
	bytes_put(dst, "}");
}

static struct config *
load(const struct making *making, const struct bytes *entries,
    const struct log *log)
{
	static char secrets[128] = "S=";
	static char *const env[] = {secrets, NULL};
	struct config *cfg;
	char path[128];
	FILE *fp;

	snprintf(secrets, sizeof(secrets), "S=%s\n%s",
	    secret_text[making->strange ? 2 : 0], secret_text[1]);
	snprintf(path, sizeof(path), "%s/hookdir.json", making->dir);
	must((fp = fopen(path, "w")) != NULL);
	fprintf(fp,
	    "{\"inbox\":\"inbox\",\"max_body\":%lu,\"hold\":{\"count\":2},"
	    "\"providers\":{%s}}",
	    LETTER_MAX + LETTER_FILL + 4096, entries->ptr);
	must(fclose(fp) == 0);
	cfg = config_load(path, env, log);
	unlink(path);
	return cfg;
}

static void
forget(void *arg, const char *line, size_t len)
{
	(void)arg;
	(void)line;
	(void)len;
}

static bool
is_enough(const struct making *making, const char *name)
{
	static const struct log quiet = {forget, NULL};
	struct bytes entry = {NULL, 0};
	struct config *cfg;
	bool good;

	for (size_t i = 0; i < COUNT(more); i++) {
		if ((making->mask >> i & 1) != 0 && !is_known(more[i].name))
			return false;
	}
	put_entry(&entry, name, making);
	cfg = load(making, &entry, &quiet);
	good = cfg != NULL && cfg->nprovider == 1 && !cfg->provider[0].broken;
	config_free(cfg);
	bytes_free(&entry);
	return good;
}

/* An entry with the least that it needs beside its secret or key. */
static void
put_one(struct bytes *entries, struct making *making, const char *name)
{
	for (making->mask = 0; making->mask < 1U << COUNT(more); making->mask++)
		if (is_enough(making, name))
			break;
	if (making->mask == 1U << COUNT(more)) {
		fprintf(stderr, "%s: no settings for it were found\n", name);
		abort();
	}
	bytes_put(entries, entries->len > 0 ? "," : "");
	put_entry(entries, name, making);
}

/* What the scheme of Standard Webhooks fixes. */
static void
make_standard(struct rule *rule)
{
	const char *header = rule->words.signature[0];
	int stem;

	if (header == NULL)
		header = "webhook-signature";
	stem = (int)(strlen(header) - strlen("signature"));
	snprintf(rule->owned[0], sizeof(rule->owned[0]), "header:%.*sid", stem,
	    header);
	snprintf(rule->owned[1], sizeof(rule->owned[1]), "header:%.*stimestamp",
	    stem, header);
	snprintf(rule->owned[2], sizeof(rule->owned[2]),
	    "{header:%.*sid}.{ts}.{body}", stem, header);
	if (rule->id == NULL)
		rule->id = rule->owned[0];
	rule->signature = header;
	rule->timestamp = rule->owned[1];
	rule->text[0] = rule->owned[2];
	rule->ntext = 1;
	rule->prefix = rule->key != NULL ? "v1a," : "v1,";
	rule->words.separator = " ";
	if (rule->words.signature_encoding == NULL)
		rule->words.signature_encoding = "base64";
}

static enum sender_scheme
scheme_of(const struct rule *rule)
{
	const char *name = rule->words.scheme;

	if (name == NULL || strcmp(name, "hmac") == 0)
		return BY_HMAC;
	if (strcmp(name, "token") == 0)
		return BY_TOKEN;
	if (strcmp(name, "jwt") == 0)
		return BY_JWT;
	if (strcmp(name, "httpsig") == 0)
		return rule->key != NULL ? BY_DRAFT : BY_RFC9421;
	return rule->key != NULL ? BY_KEY : BY_HMAC;
}

static void
make_rule(struct rule *rule, const struct provider *prov)
{
	struct preset made;
	struct pair *p =
	    pair_of(prov->name, words_of(prov->name, &made)->scheme);
	const struct preset *words = &prov->words;

	*rule = (struct rule){.name = prov->name,
	    .words = *words,
	    .key = p == NULL ? NULL : p->key,
	    .digest = words->digest == NULL ? "sha256" : words->digest,
	    .id = words->id,
	    .prefix = words->prefix == NULL ? "" : words->prefix,
	    .timestamp = words->timestamp};
	for (size_t i = 0; i < COUNT(own); i++) {
		if (strcmp(own[i].name, prov->name) == 0)
			rule->words.sample = own[i].sample;
	}
	for (size_t i = 0; i < PRESET_SIGNED; i++) {
		if (words->signed_payload[i] != NULL)
			rule->text[rule->ntext++] = words->signed_payload[i];
	}
	if (rule->ntext == 0)
		rule->text[rule->ntext++] = "{body}";
	for (size_t i = PRESET_SIGNATURES; i-- > 0;) {
		const char *name = words->signature[i];

		if (name != NULL && strncmp(name, "json:", 5) != 0)
			rule->signature = name;
	}
	rule->scheme = scheme_of(rule);
	if (words->scheme != NULL && strcmp(words->scheme, "standard") == 0)
		make_standard(rule);
	if (rule->scheme == BY_JWT && rule->signature == NULL) {
		rule->signature = "Authorization";
		rule->prefix = "Bearer ";
	}
	if (rule->scheme == BY_DRAFT)
		rule->signature = "Authorization";
	if (rule->scheme == BY_RFC9421)
		rule->signature = "Signature";
}

/* In place of a certificate that would be fetched: its key. */
static void
give_key(struct provider *prov, bool strange)
{
	struct reason why = {""};

	if (prov->profile.certificate_url.kind == FIELD_NONE)
		return;
	keycache_free(prov->cache);
	prov->cache = NULL;
	must(keys_add_text(
	    &prov->keys, bytes_span(&pair[2].public[strange]), 2048, &why));
}

static struct config *
make_config(const char *dir, bool strange, const struct log *log)
{
	struct making making = {dir, strange, 0};
	struct bytes entries = {NULL, 0};
	struct config *cfg;

	make_pairs();
	for (size_t i = 0; preset_at(i) != NULL; i++)
		put_one(&entries, &making, preset_at(i)->name);
	for (size_t i = 0; i < COUNT(own); i++)
		put_one(&entries, &making, own[i].name);
	cfg = load(&making, &entries, log);
	bytes_free(&entries);
	must(cfg != NULL && cfg->errors == 0);
	must(cfg->nprovider <= SENDER_RULES);
	for (size_t i = 0; i < cfg->nprovider; i++)
		give_key(&cfg->provider[i], strange);
	return cfg;
}

struct config *
sender_open(const char *dir, struct rule rule[SENDER_RULES], size_t *nrule,
    const struct log *log)
{
	struct config *cfg = make_config(dir, false, log);

	*nrule = cfg->nprovider;
	for (size_t i = 0; i < cfg->nprovider; i++)
		make_rule(&rule[i], &cfg->provider[i]);
	return cfg;
}

struct config *
sender_open_strange(const char *dir, const struct log *log)
{
	return make_config(dir, true, log);
}
