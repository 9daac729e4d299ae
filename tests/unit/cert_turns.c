/* cert_turns.c - which unknown certificate is fetched, and which one waits. */
#include "keyset/cert_turns.h"
#include "sandbox.h"

#include "../tap.h"

#define NOW 1700000000
#define URL "https://certs.invalid/"

static char path[SANDBOX_PATH_MAX];

static const char *
name_of(enum cert_turn turn)
{
	static const char *const name[] = {
	    [CERT_TURN_NOW] = "now",
	    [CERT_TURN_TRIED] = "tried",
	    [CERT_TURN_CROWDED] = "crowded",
	    [CERT_TURN_FAULT] = "fault",
	};

	return name[turn];
}

static const char *
asks(const char *url, const char *client, bool known, int64_t now)
{
	enum cert_turn turn = CERT_TURN_FAULT;
	struct cert_turns turns;
	struct reason why = {""};

	if (cert_turns_open(&turns, path, url, span_str(client), &why) &&
	    cert_turns_lock(&turns, LOCK_NO_WAIT) == LOCK_TAKEN)
		turn = cert_turns_take(&turns, known, now, &why);
	cert_turns_close(&turns);
	return name_of(turn);
}

static const char *
wants(const char *url, int64_t now)
{
	return asks(url, "192.0.2.1", false, now);
}

/*
 * Nothing was asked for yet.  The key of the hashes is not random here: which
 * URLs and clients share a cell or a row must not change from run to run.
 */
static void
anew(void)
{
	static const char head[112] = "turns 1\n0123456789abcdef";
	FILE *f;

	unlink(path);
	f = fopen(path, "w");
	if (f == NULL || fwrite(head, sizeof(head), 1, f) != 1 ||
	    fclose(f) != 0)
		sandbox_die(path);
}

/* The key was used, and so there is nothing random in this test. */
static void
test_key(void)
{
	char head[24] = "";
	FILE *f;

	anew();
	wants(URL "a", NOW);
	f = fopen(path, "r");
	if (f == NULL || fread(head, sizeof(head), 1, f) != 1)
		sandbox_die(path);
	fclose(f);
	is_mem(span_mem(head, sizeof(head)),
	    span_str("turns 1\n0123456789abcdef"), "the file of the test");
	unlink(path);
	wants(URL "a", NOW);
	f = fopen(path, "r");
	if (f == NULL || fread(head, sizeof(head), 1, f) != 1)
		sandbox_die(path);
	fclose(f);
	ok(memcmp(head, "turns 1\n", 8) == 0 &&
		memcmp(head + 8, "0123456789abcdef", 16) != 0,
	    "a new one has a key of its own");
}

static void
test_one_client(void)
{
	anew();
	is_str(wants(URL "a", NOW), "now", "the first");
	is_str(wants(URL "b", NOW), "crowded", "another");
	is_str(wants(URL "b", NOW), "now", "which comes again");
	is_str(wants(URL "c", NOW), "crowded", "a third");
	is_str(wants(URL "c", NOW), "crowded", "again, within the second");
	is_str(wants(URL "c", NOW + 1), "now", "and after it");
	is_str(wants(URL "a", NOW + 59), "tried", "the first has failed");
	is_str(wants(URL "d", NOW + 59), "now", "which holds up no other");
	is_str(wants(URL "a", NOW + 64), "now", "after a minute it has a turn");
	is_str(wants(URL "a", NOW + 64 + 599), "tried", "it failed twice");
	is_str(wants(URL "a", NOW + 64 + 600), "now", "which is ten minutes");
	is_str(wants(URL "e", NOW + 668), "crowded", "four seconds later");
	is_str(wants(URL "f", NOW + 669), "now", "and five");
	is_str(wants(URL "e", NOW + 668 + 3600), "now", "an hour later");
	is_str(wants(URL "g", NOW), "now", "a clock that was set back");
}

/* One for those that came again, one for those of five seconds, one of sixty. */
static void
test_ages(void)
{
	char url[64];

	anew();
	wants(URL "first", NOW);
	for (int i = 0; i < 8; i++) {
		snprintf(url, sizeof(url), URL "%d", i);
		is_str(wants(url, NOW + i / 4), "crowded", "%d waits", i);
	}
	wants(URL "second", NOW + 5);
	is_str(wants(URL "0", NOW + 5), "now", "one came again");
	is_str(wants(URL "1", NOW + 5), "now", "one is old enough");
	is_str(wants(URL "2", NOW + 5), "crowded", "a third has to wait");
	is_str(wants(URL "4", NOW + 5), "crowded", "a younger one too");
	wants(URL "third", NOW + 61);
	is_str(wants(URL "2", NOW + 61), "now", "again");
	is_str(wants(URL "3", NOW + 61), "now", "five seconds");
	is_str(wants(URL "4", NOW + 61), "now", "a minute");
	is_str(wants(URL "5", NOW + 61), "crowded", "no more");
}

/*
 * The genuine one is sent once a second beside these; the number of tries until
 * it has a turn, or 0.
 */
static int
tries_beside(const char *(*flood)(int second, int n), int rate, int seconds)
{
	for (int s = 0; s < seconds; s++) {
		for (int n = 0; n < rate; n++) {
			wants(flood(s, n), NOW + s);
			if (n == rate / 2 &&
			    strcmp(wants(URL "genuine", NOW + s), "now") == 0)
				return s + 1;
		}
	}
	return 0;
}

/* Many connections count in step: each URL comes often, and then no more. */
static const char *
in_step(int second, int n)
{
	static char url[64];

	snprintf(url, sizeof(url), URL "step-%d", second * 10 + n / 20);
	return url;
}

/* The same ones, for ever. */
static const char *
of_fifty(int second, int n)
{
	static char url[64];

	snprintf(url, sizeof(url), URL "same-%d", (second + n) % 50);
	return url;
}

static void
test_repeated(void)
{
	int tries;

	anew();
	tries = tries_beside(in_step, 200, 60);
	ok(tries > 0 && tries <= 7, "each made-up URL twenty times: %d", tries);
	anew();
	tries = tries_beside(of_fifty, 200, 300);
	ok(tries > 0 && tries <= 100, "fifty of them for ever: %d", tries);
}

/* The flood of the finding: every URL is new, and the sender's own comes. */
static void
test_flood(void)
{
	char url[64];
	int fetched = 0, tries = 0;
	const char *turn = "";

	anew();
	for (int i = 0; i < 3000; i++) {
		snprintf(url, sizeof(url), URL "made-up-%d", i);
		fetched += strcmp(wants(url, NOW + i / 100), "now") == 0;
		if (i % 100 != 50 || strcmp(turn, "now") == 0)
			continue;
		turn = wants(URL "genuine", NOW + i / 100);
		tries++;
	}
	is_str(turn, "now", "the new certificate has a turn");
	ok(tries <= 2, "when it is named for the second time: %d", tries);
	ok(fetched <= 7, "one made-up URL in five seconds: %d", fetched);
}

static void
test_clients(void)
{
	char client[32], url[64];
	int turns = 0;

	anew();
	for (int i = 0; i < 200; i++) {
		snprintf(client, sizeof(client), "198.51.100.%d", i);
		snprintf(url, sizeof(url), URL "%d", i);
		turns += strcmp(asks(url, client, false, NOW), "now") == 0;
	}
	is_int(turns, CERT_TURNS_CLIENTS, "all rows have had their turn");
	anew();
	is_str(asks(URL "a", "2001:db8::1", false, NOW), "now", "IPv6");
	is_str(asks(URL "b", "2001:db8::2:1", false, NOW), "crowded",
	    "the same network");
	anew();
	is_str(asks(URL "c", "", false, NOW), "now", "or none at all");
}

static void
test_known(void)
{
	anew();
	is_str(wants(URL "a", NOW), "now", "an unknown one");
	is_str(asks(URL "k", "192.0.2.1", true, NOW), "now", "a known one");
	is_str(asks(URL "l", "192.0.2.1", true, NOW), "now", "and another");
	is_str(asks(URL "k", "192.0.2.1", true, NOW + 4), "tried", "too soon");
	is_str(asks(URL "k", "192.0.2.1", true, NOW + 5), "now", "and later");
	is_str(wants(URL "b", NOW + 5), "now", "they take no other's turn");
}

static void
test_lock(void)
{
	struct cert_turns one, same, other;
	struct reason why = {""};

	anew();
	ok(cert_turns_open(&one, path, URL "a", span_str(""), &why) &&
		cert_turns_open(&same, path, URL "a", span_str(""), &why) &&
		cert_turns_open(&other, path, URL "b", span_str(""), &why),
	    "three");
	is_int(cert_turns_lock(&one, LOCK_NO_WAIT), LOCK_TAKEN, "one URL");
	is_int(cert_turns_lock(&same, 50), LOCK_BUSY, "is locked");
	is_int(cert_turns_lock(&other, LOCK_NO_WAIT), LOCK_TAKEN, "alone");
	cert_turns_close(&one);
	is_int(cert_turns_lock(&same, LOCK_NO_WAIT), LOCK_TAKEN, "and free");
	cert_turns_close(&same);
	cert_turns_close(&other);
}

static void
test_file(void)
{
	char url[64];
	struct stat st;

	unlink(path);
	for (int i = 0; i < 2000; i++) {
		snprintf(url, sizeof(url), URL "%d", i);
		wants(url, NOW);
	}
	if (stat(path, &st) != 0)
		sandbox_die(path);
	ok(st.st_size < 700 * 1024, "its size is bounded: %lld",
	    (long long)st.st_size);
	is_int(st.st_mode & 07777, 0600, "it is the receiver's alone");
	sandbox_text("turns", "junk", 0600);
	is_str(wants(URL "a", NOW), "now", "what is damaged begins anew");
	is_str(wants(URL "a", NOW), "tried", "and counts");
	unlink(path);
	if (symlink("elsewhere", path) != 0)
		sandbox_die("symlink");
	is_str(wants(URL "a", NOW), "fault", "a link is not followed");
}

int
main(void)
{
	sandbox_make();
	umask(077);
	snprintf(path, sizeof(path), "%s/turns", sandbox_dir);
	test_key();
	test_one_client();
	test_ages();
	test_repeated();
	test_flood();
	test_clients();
	test_known();
	test_lock();
	test_file();
	sandbox_remove(sandbox_dir);
	return done();
}
