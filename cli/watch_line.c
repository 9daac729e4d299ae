/* watch_line.c - prints what has happened to an event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/encode.h"
#include "base/timestamp.h"
#include "parse/json.h"
#include "watch_line.h"

static const char *const words[] = {
    [WATCH_NEW] = "new",
    [WATCH_STARTED] = "started",
    [WATCH_DONE] = "done",
    [WATCH_LATER] = "later",
    [WATCH_FAILED] = "failed",
    [WATCH_DROPPED] = "dropped",
    [WATCH_REPLAYED] = "replayed",
    [WATCH_PUT_BACK] = "put-back",
};

/* The same id may come from two providers. */
static uint64_t
hash_of(const char *provider, const char *id)
{
	uint64_t hash = outbox_name_hash(id) * 31 + outbox_name_hash(provider);

	return hash == 0 ? 1 : hash;
}

bool
watch_last(const struct watch_memory *memory, const char *provider,
    const struct outbox_name *name, enum watch_word *word)
{
	const uint64_t hash = hash_of(provider, name->id);
	const struct watch_known *known = &memory->known[hash % WATCH_KNOWN];

	*word = known->word;
	return known->hash == hash;
}

static void
copy(char *dst, size_t room, struct span text)
{
	snprintf(dst, room, "%.*s", SPAN_ARGS(text));
}

/* What is known of the event; another one may have to make room. */
static struct watch_known *
remember(struct watch_memory *memory, const struct watch_news *news)
{
	const uint64_t hash = hash_of(news->provider, news->name->id);
	struct watch_known *known = &memory->known[hash % WATCH_KNOWN];

	if (known->hash != hash) {
		*known = (struct watch_known){.hash = hash};
		copy(known->id, sizeof(known->id), span_str(news->name->id));
		known->attempts = UINT32_MAX;
	}
	if (news->file != NULL) {
		copy(known->id, sizeof(known->id), news->file->id);
		copy(known->type, sizeof(known->type), news->file->type);
	}
	return known;
}

static void
format_time(char dst[static TIMESTAMP_TEXT_MAX], time_t when)
{
	struct tm tm;

	dst[0] = '\0';
	if (gmtime_r(&when, &tm) != NULL)
		strftime(dst, TIMESTAMP_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
put_word(const char *word)
{
	putchar(' ');
	if (word[0] == '\0')
		putchar('-');
	else
		encode_printable(stdout, span_str(word), "");
}

static void
print_text(const struct watch_news *news, const struct watch_known *known,
    const char *time, const char *next)
{
	fputs(time, stdout);
	put_word(news->provider);
	printf(" %-8s", words[news->word]);
	put_word(known->type);
	put_word(known->id);
	if (news->name->attempts > 0)
		printf(" attempt %u", news->name->attempts);
	if (next[0] != '\0')
		printf(" next %s", next);
	if (news->reason.len > 0) {
		fputs(": ", stdout);
		encode_printable(stdout, news->reason, " ");
	}
	putchar('\n');
}

static void
put_member(const char *name, struct span value)
{
	printf(",\"%s\":", name);
	if (value.len > 0)
		json_put_string(stdout, value, JSON_ASCII);
	else
		fputs("null", stdout);
}

/* As `hookdir list --json` decodes them. */
static void
put_attribute(const char *name, const char *value)
{
	unsigned char text[sizeof(((struct watch_known *)NULL)->id)];
	size_t len = strlen(value);

	memcpy(text, value, len + 1);
	put_member(name, span_mem(text, decode_percent_all(text, len)));
}

static void
print_json(const struct watch_news *news, const struct watch_known *known,
    const char *time, const char *next)
{
	printf("{\"time\":\"%s\"", time);
	put_member("provider", span_str(news->provider));
	put_member("event", span_str(words[news->word]));
	put_attribute("id", known->id);
	put_attribute("type", known->type);
	printf(",\"attempts\":%u", news->name->attempts);
	put_member("next", span_str(next));
	put_member("reason", news->reason);
	puts("}");
}

bool
watch_line(struct watch_memory *memory, const struct watch_news *news)
{
	struct watch_known *known = remember(memory, news);
	char now[TIMESTAMP_TEXT_MAX], next[TIMESTAMP_TEXT_MAX] = "";

	if (known->attempts == news->name->attempts &&
	    known->word == news->word)
		return false;
	known->attempts = news->name->attempts;
	known->word = news->word;
	format_time(now, time(NULL));
	if (news->name->next != 0)
		format_time(next, news->name->next);
	(memory->json ? print_json : print_text)(news, known, now, next);
	return true;
}
