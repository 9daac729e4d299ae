/*
 * cmd_complete.c - hookdir complete: what could come next on a command line.
 *
 * A shell puts what is printed here onto a command line.  Ids are the words of
 * strangers: what a shell might read as more than a word is never printed.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "complete_line.h"
#include "event_folder.h"
#include "outbox/outbox_name.h"
#include "preset/preset.h"
#include "preset/setting.h"

#define WORDS_MAX 500 /* nobody reads more */

/* One run. */
struct completion {
	struct complete_line line;
	struct config *cfg; /* NULL: it cannot be read */
	unsigned printed;
};

/* True for a word that no shell changes or runs. */
static bool
is_plain(const char *word)
{
	for (const char *p = word; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c >= 0x80 ||
		    (!isalnum(c) && strchr("._:@%+=,/-", c) == NULL))
			return false;
	}
	return word[0] != '\0';
}

/* Print before, word and behind, if that could be the word. */
static void
offer(struct completion *c, const char *before, struct span word,
    const char *behind)
{
	char text[256];
	int n = snprintf(
	    text, sizeof(text), "%s%.*s%s", before, SPAN_ARGS(word), behind);

	if (n < 0 || (size_t)n >= sizeof(text) || !is_plain(text) ||
	    !span_starts(span_str(text), span_str(c->line.word)) ||
	    c->printed >= WORDS_MAX)
		return;
	c->printed++;
	printf("%s%s\n", c->line.before, text);
}

static void
offer_options(struct completion *c)
{
	const struct option_text *o;
	const struct command *cmd = c->line.cmd;

	for (size_t i = 0; (o = option_at(i)) != NULL; i++) {
		/* Before the command, those that all commands have. */
		if (option_meaning(o->letter, cmd == NULL ? "" : cmd->name) !=
			NULL ||
		    (cmd == NULL && o->letter == 'V'))
			offer(c, "--", span_str(o->name), "");
	}
}

static void
offer_commands(struct completion *c)
{
	const struct command *cmd;

	for (size_t i = 0; (cmd = command_at(i)) != NULL; i++) {
		if (cmd->group != NULL)
			offer(c, "", span_str(cmd->name), "");
	}
}

static void
offer_presets(struct completion *c)
{
	const struct preset *preset;

	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		offer(c, "", span_str(preset->name), "");
}

/* For `add` only those of an entry, with a '=' behind. */
static void
offer_settings(struct completion *c, bool of_entry)
{
	const struct setting_text *row;

	for (size_t i = 0; (row = setting_text_at(i)) != NULL; i++) {
		struct span rest = span_str(row->name);

		if (row->place == SETTING_SECTION ||
		    row->place == SETTING_NOTE ||
		    (of_entry && row->place != SETTING_ENTRY &&
			row->place != SETTING_PRESET))
			continue;
		while (rest.ptr != NULL)
			offer(c, "", span_trim(span_cut(&rest, ',')),
			    of_entry ? "=" : "");
	}
}

static void
offer_providers(struct completion *c)
{
	for (size_t i = 0; c->cfg != NULL && i < c->cfg->nprovider; i++)
		offer(c, "", span_str(c->cfg->provider[i].name), "");
}

/* The files of a folder, which is closed; their names are ids. */
static void
offer_files(struct completion *c, int fd)
{
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.' && entry->d_name[0] != '-')
			offer(c, "", span_str(entry->d_name), "");
	}
	closedir(stream);
}

/* Of an inbox: what waits and what is worked on, or what is marked as filed. */
static void
offer_events(struct completion *c, const char *root, bool filed)
{
	const char *provider = c->line.provider;
	const struct dirent *entry;
	DIR *stream = NULL;
	int fd;

	if (root == NULL)
		return;
	offer_files(c, event_folder(root, provider, "cur"));
	if (!filed) {
		offer_files(c, event_folder(root, provider, "new"));
		return;
	}
	fd = event_folder(root, provider, "dedup");
	if (fd >= 0 && (stream = fdopendir(fd)) == NULL)
		close(fd);
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.')
			offer_files(c, openat(fd, entry->d_name,
					   O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					       O_CLOEXEC));
	}
	if (stream != NULL)
		closedir(stream);
}

/* Of an inbox: what can be replayed or dropped. */
static void
offer_outbox(struct completion *c, const char *root)
{
	static const enum outbox_state state[] = {
	    OUTBOX_NEW, OUTBOX_LATER, OUTBOX_FAILED, OUTBOX_DONE};
	const char *provider = c->line.provider;
	const struct dirent *entry;
	struct outbox_name name;

	for (size_t i = 0; i < sizeof(state) / sizeof(state[0]); i++) {
		const char *sub = outbox_state_name(state[i]);
		int fd = root == NULL ? -1 : event_folder(root, provider, sub);
		DIR *stream = fd < 0 ? NULL : fdopendir(fd);

		if (fd >= 0 && stream == NULL)
			close(fd);
		while (stream != NULL && (entry = readdir(stream)) != NULL) {
			if (outbox_name_read(&name, state[i], entry->d_name))
				offer(c, "", span_str(name.id), "");
		}
		if (stream != NULL)
			closedir(stream);
	}
}

static void
offer_held(struct completion *c)
{
	const struct provider *prov =
	    config_provider(c->cfg, span_str(c->line.provider));
	struct hold_list list;
	struct reason why;
	struct hold hold;

	if (prov == NULL)
		return;
	hold = config_hold(c->cfg, prov);
	if (!hold_list(&hold, &list, &why))
		return;
	for (size_t i = 0; i < list.n; i++)
		offer(c, "", span_str(list.item[i].name), "");
	hold_list_free(&list);
}

static void
offer_ids(struct completion *c, char letter)
{
	if (c->cfg == NULL || c->line.provider == NULL)
		return;
	if (letter == 'H') {
		offer_held(c);
		return;
	}
	if (letter == 'W') {
		offer_outbox(c, c->cfg->inbox.root);
		offer_outbox(c, c->cfg->inbox.fallback);
		return;
	}
	offer_events(c, c->cfg->inbox.root, letter == 'M');
	offer_events(c, c->cfg->inbox.fallback, letter == 'M');
}

static void
offer_operand(struct completion *c, char letter)
{
	switch (letter) {
	case 'C':
		offer_commands(c);
		break;
	case 'P':
		offer_providers(c);
		break;
	case 'R':
		offer_presets(c);
		break;
	case 'S':
	case '=':
		offer_settings(c, letter == '=');
		break;
	case 'E':
	case 'H':
	case 'M':
	case 'W':
		offer_ids(c, letter);
		break;
	default:
		break;
	}
}

/* As the receiver's user; without a word if they cannot be read. */
static struct config *
read_settings(const struct options *opt, const char *file)
{
	char path[CONFIG_PATH_MAX];
	struct options own = *opt;

	if (file != NULL)
		own.config = file;
	return cli_leave_root(&own, NULL, path) == CLI_OK ? cli_config(&own)
							  : NULL;
}

int
complete_run(const struct options *opt, char *const operand[])
{
	struct completion c = {.cfg = NULL};
	struct span letters;

	complete_line_read(&c.line, operand);
	letters = span_str(c.line.letters);
	puts(span_has(letters, "F") ? "files" : "words");
	if (c.line.wants_option)
		offer_options(&c);
	for (size_t i = 0; i < letters.len; i++) {
		const char letter = (char)letters.ptr[i];

		if (strchr("PEHMW", letter) != NULL && c.cfg == NULL)
			c.cfg = read_settings(opt, c.line.config);
		offer_operand(&c, letter);
	}
	config_free(c.cfg);
	return CLI_OK;
}
