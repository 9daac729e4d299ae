/*
 * httpsig_rfc9421.c - any two lines as Signature-Input and Signature.
 *
 * What is well-formed can be written as the RFC writes it, which is then its
 * own canonical form; a signature base ends in the parameters so written.
 */
#include "verify/httpsig/httpsig_rfc9421.h"
#include "fuzz.h"

static char line[][64] = {"REQUEST_URI=/p?q=1&r=%41", "HTTP_HOST=h",
    "HTTP_DATE=d", "HTTP_CONTENT_DIGEST=sha-256=:AA==:, a=1;b, c", "HTTP_A=a"};
static char *env[] = {line[0], line[1], line[2], line[3], line[4], NULL};

/* The first member of a dictionary as it should be written; malloc'd. */
static char *
write_first(struct span text, size_t *len)
{
	struct sfv_walk walk = sfv_walk(text);
	struct sfv_member member;
	char *dst = NULL;
	FILE *f = open_memstream(&dst, len);

	must(f != NULL);
	if (sfv_dict_next(&walk, &member)) {
		fputs("k=", f);
		sfv_put(f, &member.value);
	}
	must(fclose(f) == 0);
	return dst;
}

static void
check_canonical(struct span text)
{
	size_t once_len = 0, twice_len = 0;
	char *once, *twice;

	if (!sfv_dict_ok(text))
		return;
	once = write_first(text, &once_len);
	must(sfv_dict_ok(span_mem(once, once_len)));
	twice = write_first(span_mem(once, once_len), &twice_len);
	must(span_eq(span_mem(once, once_len), span_mem(twice, twice_len)));
	free(once);
	free(twice);
}

static void
check_base(const struct httpsig_rfc9421 *sig, const struct message *msg)
{
	static const char last[] = "\"@signature-params\": (";
	struct reason why = {""};
	struct span base;
	char *text;
	size_t len = 0;

	must(sig->created.seconds >= 0 && sig->expires.seconds >= 0);
	must(sig->keyid_len <= HTTPSIG_RFC9421_KEYID_MAX);
	fuzz_read(sig->signature);
	if (httpsig_rfc9421_base(sig, msg, &text, &len, &why) != ST_OK) {
		must(why.text[0] != '\0' && text == NULL);
		return;
	}
	base = span_mem(text, len);
	while (memchr(base.ptr, '\n', base.len) != NULL)
		span_cut(&base, '\n');
	must(span_starts(base, span_str(last)));
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct httpsig_rfc9421_set sigs;
	struct request req = {.env = env, .method = span_str("POST")};
	struct span rest = span_mem(data, size);
	struct span input = span_cut(&rest, '\n');
	struct reason why = {""};
	struct message msg;

	check_canonical(input);
	check_canonical(rest);
	message_make(&msg, &req, NULL);
	if (!httpsig_rfc9421_parse(&sigs, input, rest, &why)) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(sigs.n >= 1 && sigs.n <= HTTPSIG_RFC9421_LABELS_MAX);
	for (size_t i = 0; i < sigs.n; i++) {
		check_base(&sigs.item[i], &msg);
		if (httpsig_rfc9421_covers(&sigs.item[i], "content-digest"))
			must(httpsig_rfc9421_covers_digest(&sigs.item[i]));
	}
	return 0;
}
