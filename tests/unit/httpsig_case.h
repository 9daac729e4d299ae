/*
 * httpsig_case.h - requests with an HTTP signature, made of a table's rows, and
 * the provider that judges them.
 */
#ifndef HTTPSIG_CASE_H
#define HTTPSIG_CASE_H

#include "profile/provider.h"
#include "signer.h"
#include "verify/httpsig/httpsig.h"
#include "verify/schemes.h"

#include "../tap.h"

#define NOW    1700000000
#define DATE   "Tue, 14 Nov 2023 22:13:20 GMT"
#define BODY   "{}"
#define SHA256 "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="
#define SHA512                                                         \
	"J8dGcK23UHX60FjVzq97IMTneGyDuuijL2Jvl4KvNMmjPCBG72D9Knh403ji" \
	"n+yFGAa72aZ4ePOp8c2kgwdj/Q=="

/* The keys that sign; httpsig_case_begin() makes them. */
enum { RSA_A, RSA_B, EC_256, EC_384, ED, SIGNERS };

static struct signer signer[SIGNERS] = {
    {"rsa-a", "RSA", NULL, NULL, 0, NULL},
    {"rsa-b", "RSA", NULL, NULL, 0, NULL},
    {"p256", "EC", "P-256", "P-256", 32, NULL},
    {"p384", "EC", "P-384", "P-384", 48, NULL},
    {"ed", "ED25519", NULL, "Ed25519", 0, NULL},
};

/* One request. "$" in header stands for the signature. */
struct httpsig_case {
	const char *name;
	enum status want;
	const char *header;
	const char *text; /* what is signed */
	/*
	 * Variables beside or in place of the usual ones: "NAME=value", "-NAME"
	 * to leave one out, "+NAME=value" for one more of the same name.
	 */
	const char *env[6];
	const char *body; /* NULL: BODY */
	const char *how;  /* NULL: not looked at */
	int by;           /* signer */
	const char *md;   /* NULL: SHA256 */
	bool pss, raw;
};

/* The first fields of a row. */
#define ROW(row_name, row_want, row_header, row_text)             \
	.name = row_name, .want = row_want, .header = row_header, \
	.text = row_text

/* What every request has; the first is where header goes. */
struct usual {
	const char *header;
	const char *env[12];
};

struct httpsig_case_env {
	char text[24][10240];
	char *env[25];
	size_t n;
};

static inline void
httpsig_case_put(struct httpsig_case_env *e, const char *entry)
{
	size_t len = strcspn(entry + (*entry == '-'), "=");
	const char *name = entry + (*entry == '-' || *entry == '+');

	if (*entry == '+')
		len--;
	for (size_t i = 0; i < e->n && *entry != '+'; i++) {
		if (strncmp(e->text[i], name, len) != 0 ||
		    e->text[i][len] != '=')
			continue;
		memmove(e->text[i], e->text[e->n - 1], sizeof(e->text[i]));
		e->n--;
		break;
	}
	if (*entry != '-')
		snprintf(e->text[e->n++], sizeof(e->text[0]), "%s", name);
}

/* The request of a row, into e. */
static inline void
httpsig_case_make(struct httpsig_case_env *e, const struct usual *usual,
    const struct httpsig_case *row)
{
	const char *md = row->by == ED     ? NULL
			 : row->md == NULL ? "SHA256"
					   : row->md;
	const char *at = row->header == NULL ? NULL : strchr(row->header, '$');
	char sig[SIGNER_TEXT_MAX] = "", header[10200];

	e->n = 0;
	for (size_t i = 0; usual->env[i] != NULL; i++)
		httpsig_case_put(e, usual->env[i]);
	if (row->text != NULL)
		signer_sign(
		    &signer[row->by], md, row->pss, row->raw, row->text, sig);
	if (at != NULL)
		snprintf(header, sizeof(header), "%s=%.*s%s%s", usual->header,
		    (int)(at - row->header), row->header, sig, at + 1);
	else if (row->header != NULL)
		snprintf(header, sizeof(header), "%s=%s", usual->header,
		    row->header);
	if (row->header != NULL)
		httpsig_case_put(e, header);
	for (size_t i = 0; i < 6 && row->env[i] != NULL; i++)
		httpsig_case_put(e, row->env[i]);
	for (size_t i = 0; i < e->n; i++)
		e->env[i] = e->text[i];
	e->env[e->n] = NULL;
}

/* Judge a row's request; ok is the caller's if it is OK. */
static inline enum status
httpsig_case_judge(const struct provider *prov, const struct usual *usual,
    const struct httpsig_case *row, struct verified *verdict,
    struct reason *why)
{
	static struct httpsig_case_env e;
	struct request req = {.method = span_str("POST"),
	    .body = span_str(row->body != NULL ? row->body : BODY)};

	httpsig_case_make(&e, usual, row);
	req.env = e.env;
	*why = (struct reason){""};
	return verify_httpsig(prov, &req, NOW, verdict, why);
}

/* A row and its outcome. */
static inline void
httpsig_case_check(const struct provider *prov, const struct usual *usual,
    const struct httpsig_case *row)
{
	struct verified verdict;
	struct reason why;
	enum status st = httpsig_case_judge(prov, usual, row, &verdict, &why);

	is_int(st, row->want, "%s", row->name);
	if (st != row->want)
		diag("%s", why.text);
	if (st == ST_OK) {
		if (row->how != NULL)
			is_str(verdict.how, row->how, "by this algorithm");
		is_span(verdict.text.payload,
		    row->body != NULL ? row->body : BODY,
		    "and the body is what is stored");
		verified_free(&verdict);
	} else {
		ok(why.text[0] != '\0', "refused for a reason");
	}
}

/* A provider of these words, without keys. */
static inline void
httpsig_case_provider(struct provider *prov, const struct preset *words)
{
	struct profile_fault fault = {"", {""}};

	*prov = (struct provider){.words = *words};
	/* The scheme is looked at here, not what a preset needs. */
	prov->words.bound_by = BIND_KEY;
	if (!scheme_profile(&prov->profile, &prov->words, 300, &fault))
		sandbox_die(fault.why.text);
}

/* Give it the public halves of all signers; alg may say more of each. */
static inline void
httpsig_case_keys(struct provider *prov, const char *const more[])
{
	static char text[16384];
	char jwk[4096];
	struct reason why = {""};
	size_t used = 0;

	used += (size_t)snprintf(text, sizeof(text), "{\"keys\":[");
	for (int i = 0; i < SIGNERS; i++) {
		signer_jwk(&signer[i], jwk, sizeof(jwk));
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s{%s,\"kid\":\"%s\"%s}", i > 0 ? "," : "", jwk,
		    signer[i].id,
		    more == NULL || more[i] == NULL ? "" : more[i]);
	}
	snprintf(text + used, sizeof(text) - used, "]}");
	keys_free(&prov->keys);
	if (!keys_from_jwks(&prov->keys, span_str(text), 2048, &why))
		sandbox_die(why.text);
}

static inline void
httpsig_case_begin(void)
{
	for (int i = 0; i < SIGNERS; i++)
		signer_make(&signer[i], 2048);
}

static inline void
httpsig_case_end(void)
{
	for (int i = 0; i < SIGNERS; i++)
		EVP_PKEY_free(signer[i].pkey);
}

#endif
