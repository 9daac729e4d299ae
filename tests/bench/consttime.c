/*
 * consttime.c - does the time of a comparison tell where two values differ?
 *
 *	consttime [SECONDS]
 *
 * In the way of dudect (Reparaz, Balasch and Verbauwhede, 2017): two classes of
 * inputs in random order, the time of each measured, and Welch's t test says
 * whether their means differ.  |t| below 5 says that nothing was found; from 10
 * on there is a difference.  The first row is memcmp(), which does tell: if
 * that is not found, the machine is too noisy for the others to mean a thing.
 *
 * Exit status 1 where a comparison of ours differs, or memcmp() does not.
 */
#include <math.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/sandbox.h"
#include "base/encode.h"
#include "crypto/digest.h"
#include "profile/provider.h"
#include "profile/scheme.h"
#include "verify/schemes.h"
#include "verify/verified.h"

#define LEN     DIGEST_MAX
#define SAMPLES 20000 /* between two looks at the clock */
#define LEARN   2000  /* of these, to see which are too slow to count */
#define FOUND   10.0

/* Class 0 differs in the first byte, class 1 in the last. */
struct input {
	unsigned char want[LEN], got[LEN];
	const struct provider *prov;
	struct request req;
	bool token;     /* what req presents: got itself, or hexadecimal */
	size_t len;     /* how much of got counts */
	char text[256]; /* the header of req */
	char *env[2];
	int class;
};

static volatile unsigned sink;

static int
run_memcmp(const struct input *in)
{
	return memcmp(in->want, in->got, LEN) != 0;
}

static int
run_equal(const struct input *in)
{
	return digest_equal(in->want, in->got, LEN);
}

/* A whole request whose signature is wrong in its first or its last byte. */
static int
run_verify(const struct input *in)
{
	struct verified ok;
	struct reason why;

	return in->prov->profile.scheme->verify(
		   in->prov, &in->req, 1700000000, &ok, &why) == ST_OK;
}

static const struct {
	const char *name;
	int (*run)(const struct input *in);
	unsigned batch;     /* calls that are timed as one */
	bool tells;         /* it is expected to */
	const char *scheme; /* of the request, or NULL */
} test[] = {
    {"memcmp, which tells", run_memcmp, 32, true, NULL},
    {"digest_equal", run_equal, 32, false, NULL},
    {"a request with a MAC", run_verify, 1, false, "hmac"},
    {"a request with a token", run_verify, 1, false, "token"},
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Mean and variance as they come (Welford). */
struct moments {
	double n, mean, m2;
};

static void
push(struct moments *m, double x)
{
	double delta = x - m->mean;

	m->n += 1;
	m->mean += delta / m->n;
	m->m2 += delta * (x - m->mean);
}

static double
welch(const struct moments m[2])
{
	double a = m[0].m2 / (m[0].n - 1) / m[0].n;
	double b = m[1].m2 / (m[1].n - 1) / m[1].n;

	return (m[0].mean - m[1].mean) / sqrt(a + b + 1e-12);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The header, in the same place whatever its class. */
static void
present(struct input *in)
{
	char *dst = in->text + strlen("HTTP_X_SIG=");

	if (in->token)
		memcpy(dst, in->got, in->len);
	else
		encode_hex(dst, span_mem(in->got, in->len));
}

static double
measure(struct input *in, size_t i)
{
	double before;
	unsigned sum = 0;

	in->class = rand() & 1;
	memcpy(in->got, in->want, LEN);
	in->got[in->class == 0 ? 0 : in->len - 1] ^= 1;
	if (in->prov != NULL)
		present(in);
	before = now();
	for (unsigned k = 0; k < test[i].batch; k++) {
		/* Else one call could stand for all. */
		__asm__ volatile("" : : "r"(in) : "memory");
		sum += (unsigned)test[i].run(in);
	}
	before = now() - before;
	sink += sum;
	return before;
}

/* What takes far longer than usual was interrupted, and says nothing. */
static double
find_limit(struct input *in, size_t i)
{
	static double seen[LEARN];

	for (size_t k = 0; k < LEARN; k++)
		seen[k] = measure(in, i);
	qsort(seen, LEARN, sizeof(*seen), by_value);
	return seen[LEARN / 10 * 9];
}

static double
run_test(struct input *in, size_t i, double seconds)
{
	struct moments m[2] = {{0, 0, 0}, {0, 0, 0}};
	double end, limit;

	limit = find_limit(in, i);
	end = now() + seconds * 1e9;
	while (now() < end) {
		for (int k = 0; k < SAMPLES; k++) {
			double t = measure(in, i);

			if (t <= limit)
				push(&m[in->class], t);
		}
	}
	printf("%-24s %9.0f %9.1f %9.1f %8.1f\n", test[i].name, m[0].n + m[1].n,
	    m[0].mean / test[i].batch, m[1].mean / test[i].batch, welch(m));
	return fabs(welch(m));
}

/* A request of that scheme, and what it should present. */
static void
make_request(struct input *in, struct provider *prov, const char *scheme)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	struct profile_fault fault = {"", {""}};
	struct reason why = {""};
	struct span body = span_str("{\"a\":1}");

	*prov = (struct provider){.words = preset_default};
	prov->words.scheme = scheme;
	prov->words.signature[0] = "X-Sig";
	if (!scheme_profile(&prov->profile, &prov->words, 300, &fault))
		sandbox_die(fault.why.text);
	if (!secrets_parse(
		&prov->secrets, span_str(secret), SECRET_RAW, &why) ||
	    !digest_hmac(DIGEST_SHA256, span_str(secret), &body, 1, in->want))
		sandbox_die(why.text);
	in->token = strcmp(scheme, "token") == 0;
	in->len = DIGEST_SHA256_LEN;
	if (in->token)
		memcpy(in->want, secret, in->len);
	strcpy(in->text, "HTTP_X_SIG=");
	memset(in->text + strlen(in->text), 0, 2 * LEN + 1);
	in->env[0] = in->text;
	in->req = (struct request){
	    .env = in->env, .method = span_str("POST"), .body = body};
	in->prov = prov;
}

int
main(int argc, char *argv[])
{
	double seconds = argc > 1 ? atof(argv[1]) : 2;
	int rc = EXIT_SUCCESS;
	struct input in = {.len = LEN};
	struct provider prov;

	srand((unsigned)time(NULL));
	if (RAND_bytes(in.want, LEN) != 1)
		sandbox_die("no random bytes");
	printf("%-24s %9s %9s %9s %8s\n", "", "samples", "first, ns",
	    "last, ns", "t");
	for (size_t i = 0; i < sizeof(test) / sizeof(test[0]); i++) {
		double t;

		prov = (struct provider){.broken = false};
		if (test[i].scheme != NULL)
			make_request(&in, &prov, test[i].scheme);
		t = run_test(&in, i, seconds);
		if ((t >= FOUND) != test[i].tells)
			rc = EXIT_FAILURE;
		provider_free(&prov);
	}
	return rc;
}
