/* cmd_keys.c - hookdir keys: public keys, as the receiver knows them. */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/shown.h"
#include "cli.h"
#include "keyset/fetcher.h"
#include "keyset/keycache.h"
#include "terminal.h"

static const struct table_column column[] = {{"PROVIDER", TABLE_WORD, 0},
    {"ID", TABLE_WORD, 12}, {"TYPE", TABLE_WORD, 0}, {"BITS", TABLE_NUMBER, 0},
    {"AGE", TABLE_NUMBER, 0}, {"SOURCE", TABLE_WORD, 20}};

/* One run of the command. */
struct listing {
	const struct options *opt;
	const struct config *cfg;
	int64_t now;
	char fetch[PATH_MAX];
	struct table table;
	bool one; /* a provider was named */
	bool wrong;
};

static void
complain(struct listing *l, const char *name, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", name, text);
	l->wrong = true;
}

/* "90s", "3h", "2d": whole units, of which there is more than one. */
static void
add_age(struct table *table, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char letter;
	} unit[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	size_t i = 0;
	char text[32];

	if (seconds < 0)
		seconds = 0;
	while (i < 3 && seconds < 2 * unit[i].seconds)
		i++;
	snprintf(text, sizeof(text), "%lld%c",
	    (long long)(seconds / unit[i].seconds), unit[i].letter);
	table_add(table, span_str(text));
}

static void
add_keys(struct listing *l, const struct provider *prov,
    const struct keys *keys, int64_t age)
{
	char shown[SHOWN_MAX], bits[16];

	for (size_t i = 0; i < keys->n; i++) {
		const struct key *key = &keys->item[i];
		const char *type = pubkey_kind_name(key->pub.kind);
		const char *last = strrchr(type, ' ');

		table_add(&l->table, span_str(prov->name));
		table_add(&l->table, span_mem(key->id, key->id_len));
		/* "EC P-256": the second word says it. */
		table_add(&l->table, span_str(last == NULL ? type : last + 1));
		snprintf(bits, sizeof(bits), "%d", key->pub.bits);
		table_add(&l->table, span_str(bits));
		add_age(&l->table, age);
		shown_url(shown, span_str(prov->key_source));
		table_add(&l->table, span_str(shown));
	}
}

static void
refresh(struct listing *l, const struct provider *prov)
{
	const struct keycache_terms terms = {
	    .program = l->fetch, .now = l->now};
	struct reason why = {""};

	if (keycache_refresh(prov->cache, &terms, KEYCACHE_FORCED, &why) !=
	    ST_OK)
		complain(l, prov->name, why.text);
}

static void
list_url(struct listing *l, const struct provider *prov)
{
	struct keycache_state state;
	struct reason why = {""};

	bool certs = prov->profile.certificate_url.kind != FIELD_NONE;

	/* Of certificates, a delivery says which one to fetch. */
	if (l->opt->refresh && (!certs || l->one))
		refresh(l, prov);
	if (keycache_look(prov->cache, l->now, &state, &why) != ST_OK) {
		if (certs && !l->one)
			return;
		complain(l, prov->name, why.text);
		return;
	}
	add_keys(l, prov, state.keys, state.age);
	if (state.age > state.keep && !certs)
		complain(l, prov->name,
		    "its key set is too old and is no longer used");
	keycache_put(prov->cache, state.keys);
}

static void
list_file(struct listing *l, const struct provider *prov)
{
	struct stat st;

	if (prov->keys.n > 0 && stat(prov->key_source, &st) == 0)
		add_keys(l, prov, &prov->keys, l->now - st.st_mtime);
}

static void
list_one(struct listing *l, const char *name)
{
	const struct provider *prov = cli_provider(l->opt, l->cfg, name);

	if (prov == NULL)
		l->wrong = true;
	else if (prov->cache != NULL)
		list_url(l, prov);
	else if (prov->keys.n == 0)
		complain(l, name, "uses secrets, and no public keys");
	else if (l->opt->refresh)
		complain(l, name,
		    "reads its keys from a file: there is nothing to fetch");
	else
		list_file(l, prov);
}

static void
list_all(struct listing *l)
{
	for (size_t i = 0; i < l->cfg->nprovider; i++) {
		const struct provider *prov = &l->cfg->provider[i];

		if (prov->cache != NULL)
			list_url(l, prov);
		else if (!l->opt->refresh)
			list_file(l, prov);
	}
}

int
keys_run(const struct options *opt, char *const operand[])
{
	struct config *cfg = cli_config(opt);
	struct listing l = {.opt = opt, .cfg = cfg, .now = time(NULL)};

	if (cfg == NULL)
		return CLI_WRONG;
	umask(077);
	fetcher_locate(l.fetch);
	table_init(&l.table, column, sizeof(column) / sizeof(column[0]));
	l.one = operand[0] != NULL;
	if (l.one)
		list_one(&l, operand[0]);
	else
		list_all(&l);
	if (!terminal_table(&l.table, opt))
		l.wrong = true;
	table_free(&l.table);
	config_free(cfg);
	return l.wrong ? CLI_WRONG : CLI_OK;
}
