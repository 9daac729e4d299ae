/*
 * httpsig_draft.c - any text as the signature header of the drafts.
 *
 * What is read out of it lies in its own copy, nothing is signed twice, and
 * the signing string has a line for each name.
 */
#include "verify/httpsig/httpsig_draft.h"
#include "fuzz.h"

static char line[][64] = {"REQUEST_URI=/p?q", "HTTP_HOST=h", "HTTP_DATE=d",
    "HTTP_DIGEST=x", "HTTP_A=a"};
static char *env[] = {line[0], line[1], line[2], line[3], line[4], NULL};

static void
check_text(const struct httpsig_draft *c)
{
	struct request req = {.env = env, .method = span_str("POST")};
	struct reason why = {""};
	struct message msg;
	size_t len = 0, lines = 1;
	char *text;

	message_make(&msg, &req, NULL);
	if (httpsig_draft_text(c, &msg, &text, &len, &why) != ST_OK) {
		must(why.text[0] != '\0' && text == NULL);
		return;
	}
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	must(lines == c->n);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct httpsig_draft c;
	struct span whole = span_mem(c.text, sizeof(c.text));
	struct reason why = {""};

	if (!httpsig_draft_parse(&c, span_mem(data, size), &why)) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(c.n >= 1 && c.n <= HTTPSIG_DRAFT_NAMES_MAX && c.used <= size);
	must(c.param[HTTPSIG_DRAFT_KEYID].len > 0 &&
	     c.param[HTTPSIG_DRAFT_SIGNATURE].len > 0);
	for (size_t i = 0; i < HTTPSIG_DRAFT__COUNT; i++)
		must(c.param[i].len == 0 || fuzz_within(c.param[i], whole));
	for (size_t i = 0; i < c.n; i++) {
		must(fuzz_within(c.name[i], whole) && c.name[i].len > 0);
		for (size_t k = 0; k < i; k++)
			must(!span_eq(c.name[i], c.name[k]));
	}
	must(httpsig_draft_time(&c, HTTPSIG_DRAFT_CREATED).seconds >= 0);
	check_text(&c);
	return 0;
}
