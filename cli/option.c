/* option.c - the list of options, and getopt_long() that fills it in. */
#include <getopt.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"
#include "option.h"

/* One option, and where it goes. */
struct row {
	struct option_text text;
	size_t offset; /* in struct options; of a string, or else of a flag */
};

#define AT(field) offsetof(struct options, field)
#define NONE      SIZE_MAX

static const struct row list[] = {
    {{'A', "all", NULL, '.', false}, AT(all)},
    {{'B', "base-url", "URL", '.', false}, AT(base_url)},
    {{'w', "cur", NULL, '.', false}, AT(cur)},
    {{'d', "document-root", "DIR", 'F', false}, AT(document_root)},
    {{'D', "done", NULL, '.', false}, AT(done)},
    {{'n', "dry-run", NULL, '.', true}, AT(dry_run)},
    {{'X', "failed", NULL, '.', false}, AT(failed)},
    {{'F', "force", NULL, '.', false}, AT(force)},
    {{'W', "forward", "URL", '.', false}, AT(forward)},
    {{'g', "generate", NULL, '.', false}, AT(generate)},
    {{'G', "group", "GROUP", '.', false}, AT(group)},
    {{'H', "header", "HEADER", '.', true}, NONE},
    {{'j', "jobs", "N", '.', true}, AT(jobs)},
    {{'J', "json", NULL, '.', false}, AT(json)},
    {{'k', "key", "FILE", 'F', false}, AT(key)},
    {{'i', "kid", "ID", '.', false}, AT(kid)},
    {{'L', "later", NULL, '.', false}, AT(later)},
    {{'l', "long", NULL, '.', true}, AT(long_form)},
    {{'x', "nginx", "FILE", 'F', false}, AT(nginx)},
    {{'N', "no-header", NULL, '.', false}, AT(no_header)},
    {{'O', "once", NULL, '.', false}, AT(once)},
    {{'o', "order", "ORDER", '.', true}, AT(order)},
    {{'P', "preset", "PRESET", 'R', false}, AT(preset)},
    {{'K', "public-key", "KEY", '.', false}, AT(public_key)},
    {{'p', "purge", NULL, '.', false}, AT(purge)},
    {{'f', "refresh", NULL, '.', false}, AT(refresh)},
    {{'r', "retry", "LIST", '.', true}, AT(retry)},
    {{'9', "rfc9421", NULL, '.', false}, AT(rfc9421)},
    {{'s', "sample", NULL, '.', true}, AT(sample)},
    {{'S', "secret-file", "FILE", 'F', false}, AT(secret_file)},
    {{'b', "since", "TIME", '.', false}, AT(since)},
    {{'T', "state", "STATES", '.', false}, AT(state)},
    {{'t', "time", "TIME", '.', true}, AT(time)},
    {{'e', "type", "TYPE", '.', true}, AT(type)},
    {{'u', "until", "TIME", '.', false}, AT(until)},
    {{'U', "user", "USER", '.', false}, AT(user)},
    {{'y', "yes", NULL, '.', true}, AT(yes)},
    {{'c', "config", "SETTINGS", 'F', true}, AT(config)},
    {{'h', "help", NULL, '.', true}, NONE},
    {{'V', "version", NULL, '.', true}, NONE},
};

#define LIST_N (sizeof(list) / sizeof(list[0]))

/* What the options mean.  commands: their names, or NULL for each of them. */
static const struct meaning {
	char letter;
	const char *commands, *text;
} meaning[] = {
    {'A', "replay drop", "every event there is"},
    {'B', "add setup",
	"the public URL up to the provider's name, such as "
	"https://hooks.example.com/hooks"},
    {'w', "list", "the events in cur/, which consumers are working on"},
    {'d', "check", "the web server's folder; nothing may lie open in it"},
    {'D', "replay", "events that were handled: those in done/"},
    {'n', "setup", "change nothing, only say what would be changed"},
    {'n', "replay drop", "change nothing, only list the events"},
    {'X', "replay", "events that were given up: those in failed/"},
    {'X', "drop", "remove events that were given up, for good"},
    {'F', "add", "replace the entry and the secret that are there"},
    {'F', "remove", "with --purge: also if events still wait"},
    {'W', "run", "post each event to this URL, in place of a COMMAND"},
    {'g', "add", "make a secret, and print it once"},
    {'G', "add setup", "the group of those who may read the events"},
    {'H', "sign send",
	"a header to send as well, as 'Name: value'; can be repeated"},
    {'j', "run", "how many handlers at once: 1"},
    {'J', "list", "a JSON object on each line, with the event's file"},
    {'J', "watch", "a JSON object on each line"},
    {'k', "sign send", "the private key to sign with, in PEM"},
    {'i', "sign send", "the id of that key"},
    {'l', "list", "cut nothing, and show the event's file"},
    {'L', "replay", "events that are to be tried again later: now instead"},
    {'x', "setup", "put hookdir into the server block of this file of nginx"},
    {'N', "list hold keys presets", "no line with the columns' names"},
    {'O', "run", "handle what is there and due now, and end: for cron"},
    {'o', "run",
	"none, all, json:PATH or header:NAME: what is handled one at a time"},
    {'P', "add", "how the provider signs: see `hookdir presets`"},
    {'K', "add", "the provider's public key"},
    {'p', "remove", "remove the inbox as well, with its events"},
    {'f', "keys", "fetch the keys from their URLs now"},
    {'r', "run",
	"seconds between the attempts: 5,300,1800; '' tries once only"},
    {'9', "sign send",
	"HTTP signatures of the newer form (RFC 9421), not of the draft"},
    {'s', "send", "send a sample event, whatever standard input is"},
    {'S', "add", "the file that has the secret"},
    {'b', "replay drop",
	"only events that arrived then or later: a time, a day, or 2h for "
	"two hours ago"},
    {'T', "list",
	"events of these states: new, busy, later, failed, done, hold"},
    {'t', "sign send", "the signed time, as the provider writes it"},
    {'t', "explain", "when the request arrived, as the provider writes it"},
    {'t', "run", "seconds that a handler may take: 300"},
    {'e', "run replay drop", "only events of this type; * stands for anything"},
    {'u', "replay drop", "only events that arrived before that"},
    {'U', "add setup", "the user that the receiver runs as"},
    {'y', "replay drop", "do not ask"},
    {'c', NULL, "the settings file to use"},
    {'h', NULL, "print this"},
    {'V', "help", "print the version"},
};

const struct option_text *
option_at(size_t i)
{
	return i < LIST_N ? &list[i].text : NULL;
}

/* True if name is one of the words of commands. */
static bool
has_word(const char *commands, const char *name)
{
	struct span rest = span_str(commands);

	while (rest.ptr != NULL) {
		if (span_is(span_cut(&rest, ' '), name))
			return true;
	}
	return false;
}

const char *
option_meaning(char letter, const char *command)
{
	for (size_t i = 0; i < sizeof(meaning) / sizeof(meaning[0]); i++) {
		if (meaning[i].letter == letter &&
		    (meaning[i].commands == NULL ||
			has_word(meaning[i].commands, command)))
			return meaning[i].text;
	}
	return NULL;
}

static void
set_option(struct options *opt, const struct row *row, const char *value)
{
	const bool set = true;

	if (row->offset == NONE)
		return;
	if (row->text.argument != NULL)
		memcpy((char *)opt + row->offset, &value, sizeof(value));
	else
		memcpy((char *)opt + row->offset, &set, sizeof(set));
}

static void
add_header(struct options *opt, const char *value)
{
	if (opt->nheader < CLI_HEADERS_MAX)
		opt->header[opt->nheader++] = value;
	else
		opt->headers_over = true;
}

/* The list as getopt_long() wants it: ":c:hn..." and the long ones. */
static void
make_tables(
    char letters[static 2 * LIST_N + 2], struct option longs[static LIST_N + 1])
{
	*letters++ = ':';
	for (size_t i = 0; i < LIST_N; i++) {
		const struct option_text *o = &list[i].text;
		const bool argument = o->argument != NULL;

		longs[i] = (struct option){o->name,
		    argument ? required_argument : no_argument, NULL,
		    o->letter};
		if (o->is_short)
			*letters++ = o->letter;
		if (o->is_short && argument)
			*letters++ = ':';
	}
	*letters = '\0';
	longs[LIST_N] = (struct option){NULL, 0, NULL, 0};
}

/* True if argument is "--NAME" or "--NAME=..." of the option, or shorter. */
static bool
is_long_form(struct span argument, int letter)
{
	struct span name = span_before(argument, '=');

	if (!span_starts(name, span_str("--")))
		return false;
	name = span_skip(name, 2);
	for (size_t i = 0; i < LIST_N; i++) {
		if (list[i].text.letter == letter)
			return span_starts(span_str(list[i].text.name), name);
	}
	return letter == 0;
}

/* Keep the name of the option at which getopt_long() has just failed. */
static void
note_bad(struct option_line *line, const char *argument)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	struct span text = span_str(argument);

	/* Within "-xyz", the argument is not the one that it stands in. */
	shown_name(line->bad, is_long_form(text, optopt)
				  ? span_before(text, '=')
				  : span_str(letter));
}

int
option_read(int argc, char *argv[], struct option_line *line)
{
	char letters[2 * LIST_N + 2];
	struct option longs[LIST_N + 1];
	int c;

	make_tables(letters, longs);
	opterr = 0;
	optind = 0; /* of another argv, getopt_long() begins anew */
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if ((c == '?' || c == ':') && line->bad[0] == '\0') {
			note_bad(line, argv[optind - 1]);
			line->no_value = c == ':';
		}
		if (c == 'H')
			add_header(&line->opt, optarg);
		for (size_t i = 0; i < LIST_N; i++) {
			if (list[i].text.letter != c)
				continue;
			set_option(&line->opt, &list[i], optarg);
			line->given[c] = true;
		}
	}
	line->opt.dashes = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
	return optind;
}
