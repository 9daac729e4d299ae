/* provider_keys.c - reads the secrets and keys of one provider. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/shown.h"
#include "config/provider_keys.h"
#include "crypto/sigalg.h"
#include "profile/keysource.h"
#include "profile/scheme.h"
#include "profile/secret_form.h"

#define DAY         86400L
#define CA_FILE_MAX (4UL << 20) /* bytes; the usual bundle has 200 KiB */

/*
 * Add the folder path and all folders above it to prov->above, by device and
 * inode.  path is shortened on the way.  False if there are too many.
 */
static bool
note_folder(struct provider *prov, char *path)
{
	struct stat st;

	while (path != NULL && stat(path[0] == '\0' ? "/" : path, &st) == 0) {
		if (prov->nabove == PROVIDER_DEPTH)
			return false;
		prov->above[prov->nabove].dev = st.st_dev;
		prov->above[prov->nabove++].ino = st.st_ino;
		if (path[0] == '\0')
			break;
		*strrchr(path, '/') = '\0';
	}
	return true;
}

/*
 * The real path of the folder that contains the file path, malloc'd; or NULL.
 */
static char *
folder_of(const char *path)
{
	char *copy = path == NULL ? NULL : strdup(path);
	char *real = NULL;

	if (copy != NULL) {
		*strrchr(copy, '/') = '\0';
		real = realpath(copy[0] == '\0' ? "/" : copy, NULL);
	}
	free(copy);
	return real;
}

/*
 * Note the folders above the file.  If path is a symbolic link, also note those
 * above the link: a web server might follow it and publish the file.
 */
static bool
note_folders(struct provider *prov, const char *path)
{
	char *real = realpath(path, NULL);
	char *of_file = folder_of(real), *of_link = folder_of(path);
	bool ok = note_folder(prov, of_file) && note_folder(prov, of_link);

	free(of_link);
	free(of_file);
	free(real);
	return ok;
}

/*
 * Add a stamp for the file that the setting names, even if the file does not
 * exist: config_changed() then notices when it appears.  NULL after a
 * complaint.
 */
static struct file_stamp *
new_stamp(
    const struct provider_reading *r, const char *setting, const char *name)
{
	struct file_stamp *stamp = &r->cfg->stamp[r->cfg->nstamp];

	stamp->path = pool_path(&r->cfg->pool, r->cfg->dir, name);
	if (stamp->path == NULL) {
		provider_complain(r, setting, "out of memory");
		return NULL;
	}
	r->cfg->nstamp++;
	return stamp;
}

/* Report why a file that a setting names cannot be used. Returns false. */
static bool
complain_file(const struct provider_reading *r, const char *setting,
    const char *name, const char *why)
{
	size_t len = strlen(name);
	struct reason text = {""};
	const char *hint = "";

	if (name[0] == '~' || strchr(name, '$') != NULL)
		hint = "; only a shell replaces ~ and $: write the whole path";
	else if (name[0] == ' ' || (len > 0 && name[len - 1] == ' '))
		hint = "; the setting has a blank at one of its ends: remove "
		       "it";
	else if (strstr(why, SHOWN_NOTHING) != NULL)
		hint = "; if this is a secret itself, put it into a file, and "
		       "name that file here";
	reason_set(&text, "%.380s%s", why, hint);
	return provider_complain(r, setting, text.text);
}

/* A file of secrets, and where its content goes. */
struct secret_file {
	const char *setting, *name; /* the setting and its value */
	enum secret_encoding encoding;
	struct secrets *secrets;
	const char **path;
};

/* Lines that cannot be decoded. */
struct undecoded {
	const struct provider_reading *r;
	const struct secret_file *from;
	const char *path;
};

static void
warn_form(void *arg, unsigned line, const char *advice)
{
	const struct undecoded *lines = arg;
	struct reason text = {""};

	reason_set(&text, "%.200s: line %u %s", lines->path, line, advice);
	provider_warn(lines->r, lines->from->setting, text.text);
}

/* Say why, as far as their look says it. */
static void
warn_lines(const struct provider_reading *r, const struct secret_file *from,
    const char *path)
{
	const struct secret_owner owner = {r->prov->words.name, from->encoding};
	struct undecoded undecoded = {r, from, path};
	struct secrets lines;
	struct reason why;
	struct stat st;

	if (!secrets_read(&lines, path, SECRET_RAW, &st, &why))
		return;
	secret_form_look(&lines, &owner, warn_form, &undecoded);
	secrets_free(&lines);
}

static bool
read_secret_file(
    const struct provider_reading *r, const struct secret_file *from)
{
	struct file_stamp *stamp = new_stamp(r, from->setting, from->name);
	struct reason why = {""};

	if (stamp == NULL)
		return false;
	*from->path = stamp->path;
	if (!secrets_read(
		from->secrets, stamp->path, from->encoding, &stamp->st, &why)) {
		warn_lines(r, from, stamp->path);
		return complain_file(r, from->setting, from->name, why.text);
	}
	if (!note_folders(r->prov, stamp->path))
		return provider_complain(
		    r, from->setting, "its path has too many directories");
	return true;
}

static bool
read_secrets(const struct provider_reading *r)
{
	const struct secret_file from = {"secret_file", r->words.secret_file,
	    r->prov->profile.secret_encoding, &r->prov->secrets,
	    &r->prov->secret_path};

	return from.name == NULL || read_secret_file(r, &from);
}

/*
 * Verify tokens appear in URLs, and so in the logs of web servers and proxies.
 */
static bool
read_verify_tokens(const struct provider_reading *r)
{
	struct provider *prov = r->prov;
	const struct secret_file from = {"verify_token_file",
	    r->words.verify_token_file, SECRET_RAW, &prov->verify_tokens,
	    &prov->verify_token_path};
	size_t which;

	if (from.name == NULL)
		return true;
	if (prov->profile.challenge.kind != CHALLENGE_META)
		return provider_complain(r, from.setting,
		    "has no effect: the challenge is not meta");
	if (!read_secret_file(r, &from))
		return false;
	for (size_t i = 0; i < prov->verify_tokens.n; i++) {
		if (secrets_match(&prov->secrets,
			secret_at(&prov->verify_tokens, i), &which))
			return provider_complain(r, from.setting,
			    "contains the secret that signs the events: choose "
			    "another token, because tokens are sent in URLs");
	}
	return true;
}

static bool
read_secret_env(const struct provider_reading *r)
{
	const char *name = r->words.secret_env;
	struct provider *prov = r->prov;
	struct reason why = {""};
	size_t len = name == NULL ? 0 : strlen(name);

	if (name == NULL)
		return true;
	if (span_starts(span_str(name), span_str("HTTP_")))
		return provider_complain(r, "secret_env",
		    "clients can set every HTTP_ variable: use another name");
	for (char *const *env = r->env; *env != NULL; env++) {
		if (strncmp(*env, name, len) != 0 || (*env)[len] != '=')
			continue;
		prov->secret_env = name;
		return secrets_parse(&prov->secrets, span_str(*env + len + 1),
			   prov->profile.secret_encoding, &why) ||
		       provider_complain(r, "secret_env", why.text);
	}
	if (name[0] == '$')
		return provider_complain(r, "secret_env",
		    "begins with $: write the name of the variable alone");
	if (strchr(name, '=') != NULL)
		return provider_complain(r, "secret_env",
		    "has a value in it, which belongs into the receiver's "
		    "environment: write the name of the variable alone");
	return provider_complain(r, "secret_env",
	    "this variable is not in the receiver's environment");
}

static bool
read_key_file(const struct provider_reading *r, enum keysource_form form,
    const char *setting, const char *name)
{
	struct file_stamp *stamp = new_stamp(r, setting, name);
	struct reason why = {""};

	if (stamp == NULL)
		return false;
	r->prov->key_source = stamp->path;
	return keysource_read(r->prov, form, stamp->path, &stamp->st, &why) ||
	       complain_file(r, setting, name, why.text);
}

/* Check that the file can be read; hookdir-fetch parses the certificates. */
static bool
check_ca_file(const struct provider_reading *r, const char **path)
{
	struct file_stamp *stamp =
	    new_stamp(r, "jwks_ca_file", r->words.jwks_ca_file);
	struct reason why = {""}, inner = {""};
	struct file_content content;
	char shown[SHOWN_MAX];
	bool ok;

	if (stamp == NULL)
		return false;
	*path = stamp->path;
	content.st = stamp->st;
	ok = file_read(stamp->path, CA_FILE_MAX, &content, &inner);
	stamp->st = content.st;
	free(content.bytes);
	if (ok)
		return true;
	reason_set(
	    &why, "%s: %.300s", shown_path(shown, stamp->path), inner.text);
	return provider_complain(r, "jwks_ca_file", why.text);
}

static bool
make_cache(const struct provider_reading *r)
{
	struct provider *prov = r->prov;
	bool cert = prov->profile.certificate_url.kind != FIELD_NONE;
	const char *url = cert ? prov->profile.certificate_allowed_urls[0]
			       : r->words.jwks_url;
	struct keycache_source source = {
	    .root = r->cfg->inbox.root,
	    .group_access = r->cfg->inbox.group_access,
	    .provider = prov->name,
	    .url = url,
	    .keep = DAY * r->words.jwks_stale_days,
	    .certificate_hosts = cert ? prov->words.certificate_hosts : NULL,
	    .certificate_urls = prov->profile.certificate_allowed_urls,
	    .certificate_without_issuers =
		prov->words.certificate_without_issuers,
	};
	/* Patterns of certificates were checked with the profile. */
	const char *fault = cert ? NULL : url_fault(url, URL_FETCH);

	if (fault != NULL)
		return provider_complain(r, "jwks_url", fault);
	if (r->words.jwks_ca_file != NULL && !check_ca_file(r, &source.ca_file))
		return false;
	prov->key_source = url;
	prov->cache = keycache_new(&source);
	return prov->cache != NULL ||
	       provider_complain(r, "jwks_url", "out of memory");
}

/* Read the keys that are written in the settings themselves. */
static bool
take_keys(const struct provider_reading *r)
{
	const char *const *text = r->words.public_key;
	struct provider *prov = r->prov;
	struct reason why = {""};

	prov->key_source = "public_key";
	for (size_t i = 0; i < SECRETS_MAX && text[i] != NULL; i++) {
		if (!keys_add_text(
			&prov->keys, span_str(text[i]), PUBKEY_RSA_BITS, &why))
			return provider_complain(r, "public_key", why.text);
	}
	return true;
}

/*
 * There must be exactly one source of secrets or keys, of a kind that the
 * scheme can use.  A scheme that mixes may have one of each kind.
 */
static bool
check_sources(const struct provider_reading *r)
{
	const struct entry_words *words = &r->words;
	const struct provider *prov = r->prov;
	const struct scheme *scheme = prov->profile.scheme;
	const struct {
		const char *name, *value;
		unsigned kind;
	} row[] = {
	    {"secret_file", words->secret_file, SCHEME_SECRETS},
	    {"secret_env", words->secret_env, SCHEME_SECRETS},
	    {"jwks_file", words->jwks_file, SCHEME_SETS},
	    {"public_key", words->public_key[0], SCHEME_KEYS},
	    {"public_key_file", words->public_key_file, SCHEME_KEYS},
	    {"jwks_url", words->jwks_url, SCHEME_SETS},
	};
	const char *found = NULL, *first = "";
	unsigned kinds = 0;
	char text[160];

	if (prov->profile.certificate_url.kind != FIELD_NONE)
		found = "certificate_url";
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bool fits = (scheme->sources & row[i].kind) != 0;

		if (fits && first[0] == '\0')
			first = row[i].name;
		if (row[i].value == NULL)
			continue;
		if (!fits) {
			snprintf(text, sizeof(text),
			    "cannot be used with the scheme %s", scheme->name);
			return provider_complain(r, row[i].name, text);
		}
		if (found != NULL &&
		    (!scheme->mixes || (kinds & row[i].kind) != 0)) {
			snprintf(text, sizeof(text),
			    "conflicts with %s: use only one of the two",
			    found);
			return provider_complain(r, row[i].name, text);
		}
		found = row[i].name;
		kinds |= row[i].kind;
	}
	if (found != NULL)
		return true;
	if ((scheme->sources & SCHEME_SETS) != 0)
		return provider_complain(r, "jwks_url",
		    "missing: without keys nothing can be verified; "
		    "jwks_file, public_key_file or secret_file will also do");
	snprintf(text, sizeof(text),
	    "missing: without a %s nothing can be verified",
	    first[0] == 's' ? "secret" : "key");
	return provider_complain(r, first, text);
}

/* For an asymmetric scheme, check that it can use each of the keys. */
static bool
check_keys(const struct provider_reading *r)
{
	const struct entry_words *words = &r->words;
	const struct provider *prov = r->prov;
	const char *key =
	    words->public_key_file != NULL ? "public_key_file" : "public_key";
	char text[128];

	if (!prov->profile.scheme->asymmetric)
		return true;
	if (prov->keys.n > SECRETS_MAX) {
		snprintf(text, sizeof(text), "more than %d keys", SECRETS_MAX);
		return provider_complain(r, key, text);
	}
	for (size_t i = 0; i < prov->keys.n; i++) {
		const struct key *item = &prov->keys.item[i];

		if ((item->algorithms & prov->profile.algorithms) != 0)
			continue;
		snprintf(text, sizeof(text),
		    "key %zu is of the kind %s, which %s cannot use", i + 1,
		    pubkey_kind_name(item->pub.kind),
		    sigalg_name(ALG_NAMES_PLAIN, prov->profile.algorithms));
		return provider_complain(r, key, text);
	}
	return true;
}

static bool
read_keys(const struct provider_reading *r)
{
	const struct entry_words *words = &r->words;

	if (words->jwks_url != NULL ||
	    r->prov->profile.certificate_url.kind != FIELD_NONE)
		return make_cache(r);
	if (words->jwks_ca_file != NULL)
		return provider_complain(
		    r, "jwks_ca_file", "has no effect without jwks_url");
	if (r->stale_days_said)
		return provider_complain(
		    r, "jwks_stale_days", "has no effect without jwks_url");
	if (words->jwks_file != NULL)
		return read_key_file(
		    r, KEYSOURCE_JWKS, "jwks_file", words->jwks_file);
	if (words->public_key_file != NULL)
		return read_key_file(r, KEYSOURCE_TEXT, "public_key_file",
		    words->public_key_file);
	return words->public_key[0] == NULL || take_keys(r);
}

static const char *
secret_key(const struct provider *prov)
{
	return prov->secret_path != NULL ? "secret_file" : "secret_env";
}

/* Basic credentials consist of a user and a password (RFC 7617). */
static bool
check_basic(const struct provider_reading *r)
{
	const struct provider *prov = r->prov;

	for (size_t i = 0; prov->profile.basic && i < prov->secrets.n; i++) {
		struct span secret = secret_at(&prov->secrets, i);

		if (memchr(secret.ptr, ':', secret.len) == NULL)
			return provider_complain(r, secret_key(prov),
			    "must be USER:PASSWORD with the prefix Basic");
	}
	return true;
}

static void
warn_space(const struct provider_reading *r, const char *setting,
    const struct secrets *secrets)
{
	if (secrets->stray_space)
		provider_warn(r, setting,
		    "a secret begins or ends with white space, which counts as "
		    "part of the secret");
}

bool
provider_keys_read(const struct provider_reading *r)
{
	if (!check_sources(r) || !read_keys(r) || !check_keys(r) ||
	    !read_secrets(r) || !read_secret_env(r) || !check_basic(r) ||
	    !read_verify_tokens(r))
		return false;
	warn_space(r, secret_key(r->prov), &r->prov->secrets);
	warn_space(r, "verify_token_file", &r->prov->verify_tokens);
	return true;
}
