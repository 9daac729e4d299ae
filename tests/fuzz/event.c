/*
 * event.c - whatever a genuine delivery holds, its file has a safe name and a
 * header whose only empty line is its last.
 */
#include "event.h"
#include "base/timestamp.h"
#include "fuzz.h"
#include "inbox/inbox_left.h"
#include "verify/schemes.h"

static const struct preset words[] = {
    {.scheme = "hmac",
	.signature = {"X-Sig", "X-Sig-*"},
	.timestamp = "header:X-Time",
	.signed_payload = {"{ts}{header:X-Id}{body}"},
	.id = "header:X-Id",
	.type = "header:X-Type"},
    {.scheme = "hmac",
	.signature = {"X-Sig"},
	.signed_payload = {"{body}"},
	.id = "json:id",
	.type = "json:a.type"},
    {.scheme = "token",
	.signature = {"X-Sig"},
	.signed_payload = {"{body}"},
	.id = "form:id",
	.type = "form:type"},
};

#define RULES (sizeof(words) / sizeof(words[0]))

static void
must_be_good(const struct event *event)
{
	size_t n = strlen(event->name);

	must(n > 0 && n <= EVENT_NAME_MAX && event->name[0] != '.');
	must(strspn(event->name,
		 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		 "0123456789._-") == n);
	must(event->file.head.len > 2);
	for (size_t i = 0; i < event->file.head.len; i++) {
		unsigned char c = (unsigned char)event->head[i];

		/* A tab is a part of what was signed, as the sender wrote it. */
		must((c >= ' ' && c < 0x7f) || c == '\n' || c == '\t');
		if (c == '\n' && event->head[i - 1] == '\n')
			must(i == event->file.head.len - 1);
	}
	must(event->head[event->file.head.len - 1] == '\n');
	must(event->head[event->file.head.len - 2] == '\n');
}

/* A reader of CloudEvents finds one event, in binary mode. */
static void
must_be_binary(struct span head)
{
	static const char *const once[] = {"Ce-Specversion", "Ce-Id",
	    "Ce-Source", "Ce-Type", "Ce-Time", "Content-Type"};
	int n[sizeof(once) / sizeof(once[0])] = {0};

	while (head.len > 0) {
		struct span value = span_cut(&head, '\n');
		struct span name = span_cut(&value, ':');
		int64_t seconds;

		value = span_trim(value);
		for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++)
			n[i] += span_is_nocase(name, once[i]);
		if (span_is_nocase(name, "Content-Type"))
			must(!span_starts_nocase(
			    value, "application/cloudevents"));
		must(!span_starts_nocase(name, "Ce-") || value.len == 0 ||
		     memchr(value.ptr, '\t', value.len) == NULL);
		must(!span_has(name, "\t"));
		if (span_is_nocase(name, "Ce-Time"))
			must(timestamp_parse_rfc3339(value, &seconds));
	}
	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		must(n[i] == 1);
}

/* Recovery reads the second name out of the file as it was made. */
static void
must_be_read_again(const struct event *event)
{
	char also[INBOX_NAME_MAX + 1] = "";

	must(inbox_left_also(also, event->file.head) ==
	     (event->file.also != NULL));
	must(strcmp(also, event->also) == 0);
}

/* Anything may be in tmp/; what is read there is a safe name. */
static void
must_be_safe(struct span content)
{
	char also[INBOX_NAME_MAX + 1];

	if (!inbox_left_also(also, content))
		return;
	must(strlen(also) == strlen("sha256-") + 64);
	must(strncmp(also, "sha256-", strlen("sha256-")) == 0);
	must(strspn(also + strlen("sha256-"), "0123456789abcdef") == 64);
}

static void
try_rule(struct provider *prov, const struct request *req, struct span payload)
{
	const struct timespec now = {1700000000, 5};
	struct verified ok = {
	    .how = "hmac-sha256", .signed_as = "{ts}\"\n%{body}"};
	struct reason why = {""};
	struct event event;

	ok.timed = prov->profile.timestamp.kind != FIELD_NONE;
	ok.text.n = 1;
	ok.text.part[0] = ok.text.payload = payload;
	must(event_make(&event, &(struct event_input){prov, req, &ok, &now},
		 &why) == ST_OK);
	must(span_eq(event.file.body, payload));
	must_be_good(&event);
	must_be_binary(event.file.head);
	must_be_read_again(&event);
	event_free(&event);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct provider provider[RULES];
	struct fuzz_input in;

	for (size_t i = 0; i < RULES && provider[i].profile.scheme == NULL;
	     i++) {
		struct profile_fault fault;

		provider[i].words = words[i];
		provider[i].words.digest = "sha256";
		provider[i].words.secret_encoding = "raw";
		provider[i].words.signature_encoding = "hex";
		must(scheme_profile(
		    &provider[i].profile, &provider[i].words, 300, &fault));
		memcpy(provider[i].name, "test", 5);
	}
	fuzz_split(&in, span_mem(data, size));
	struct request req = {.env = in.env, .body = in.body};
	must_be_safe(in.body);
	for (size_t i = 0; i < RULES; i++) {
		try_rule(&provider[i], &req, in.body);
		if (in.body.len > 1)
			try_rule(&provider[i], &req, span_skip(in.body, 1));
	}
	fuzz_free(&in);
	return 0;
}
