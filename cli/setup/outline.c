/* outline.c - which inboxes and files the settings name. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "outline.h"
#include "parse/json.h"
#include "profile/provider.h"

/* The settings that name a file. */
static const struct {
	const char *name;
	bool secret;
} file_setting[] = {
    {"secret_file", true},
    {"verify_token_file", true},
    {"public_key_file", false},
    {"jwks_file", false},
    {"jwks_ca_file", false},
};

#define FILE_SETTING_N (sizeof(file_setting) / sizeof(file_setting[0]))

/* Room for one more of n items of size bytes; NULL when out of memory. */
static void *
grow(void *items, size_t n, size_t size)
{
	/* At each power of two. */
	return (n & (n - 1)) != 0 ? items
				  : realloc(items, (n == 0 ? 1 : 2 * n) * size);
}

/* The text of a member as a path; NULL if it is none. */
static const char *
path_of(struct outline *outline, const struct json_member *member)
{
	const char *path = NULL;
	char *text;
	size_t len;

	if (member->kind != JSON_STRING || !json_text(member, &text, &len))
		return NULL;
	if (len > 0 && strlen(text) == len)
		path = pool_path(&outline->top.pool, outline->top.dir, text);
	free(text);
	return path;
}

static bool
is_inside(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && path[len] == '/' &&
	       strstr(path + len, "/..") == NULL;
}

static bool
add_file(struct outline *outline, const struct json_member *member, bool secret)
{
	const char *path = path_of(outline, member);
	void *grown;

	if (path == NULL)
		return true;
	grown = grow(outline->file, outline->nfile, sizeof(*outline->file));
	if (grown == NULL)
		return false;
	outline->file = grown;
	outline->file[outline->nfile++] = (struct outline_file){
	    path, secret, is_inside(path, outline->top.dir)};
	return true;
}

static bool
add_name(struct outline *outline, struct span name)
{
	const char *copy = pool_copy(&outline->top.pool, name.ptr, name.len);
	void *grown =
	    grow(outline->name, outline->nname, sizeof(*outline->name));

	if (grown != NULL)
		outline->name = grown;
	if (grown == NULL || copy == NULL)
		return false;
	outline->name[outline->nname++] = copy;
	return true;
}

/* False when out of memory. */
static bool
add_entry(struct outline *outline, struct span name, struct span entry)
{
	struct json_member member;
	struct json_walk walk;
	bool ok = add_name(outline, name);

	if (!json_walk(&walk, entry, JSON_SETTINGS))
		return ok;
	while (ok && json_next(&walk, &member)) {
		for (size_t i = 0; i < FILE_SETTING_N; i++) {
			if (span_is(member.key, file_setting[i].name))
				ok = add_file(outline, &member,
					 file_setting[i].secret) &&
				     ok;
		}
	}
	return ok;
}

static bool
add_providers(struct outline *outline, struct span object)
{
	struct json_member member;
	struct json_walk walk;
	bool ok = true;

	if (!json_walk(&walk, object, JSON_SETTINGS))
		return true;
	while (ok && json_next(&walk, &member)) {
		if (provider_name_ok(member.key))
			ok = add_entry(outline, member.key, member.value);
	}
	return ok;
}

static bool
read_settings(struct outline *outline, struct span text)
{
	struct json_member member;
	struct json_walk walk;
	bool ok = true;

	if (!json_walk(&walk, text, JSON_SETTINGS))
		return true;
	while (ok && json_next(&walk, &member)) {
		if (span_is(member.key, "fallback_inbox"))
			outline->fallback = path_of(outline, &member);
		else if (span_is(member.key, "providers"))
			ok = add_providers(outline, member.value);
	}
	return ok;
}

/* Note whose the file is. */
static void
note_owner(struct outline *outline, const struct stat *st)
{
	outline->ours = outline->ours && st->st_uid == geteuid();
}

/* False with why set. */
static bool
read_entry(struct outline *outline, const struct place *folder,
    const char *file, struct reason *why)
{
	struct file_content content;
	struct span name = provider_files_name(span_str(file));
	bool ok;

	if (name.len == 0)
		return true;
	switch (place_read(folder, file, CONFIG_FILE_MAX, &content, why)) {
	case LOOKUP_FOUND:
		break;
	case LOOKUP_NONE:
		return true;
	case LOOKUP_INVALID:
	case LOOKUP_NO_MEMORY:
	default:
		return false;
	}
	note_owner(outline, &content.st);
	ok = add_entry(outline, name, span_mem(content.bytes, content.len));
	free(content.bytes);
	if (!ok)
		reason_set(why, "out of memory");
	return ok;
}

static bool
read_folder(
    struct outline *outline, const struct place *settings, struct reason *why)
{
	struct place folder = place_none();
	enum lookup found =
	    place_enter(&folder, settings, PROVIDER_FILES_FOLDER, why);
	struct dirent *entry;
	struct stat st;
	bool ok = true;
	DIR *stream;

	if (found != LOOKUP_FOUND)
		return found == LOOKUP_NONE;
	if (fstat(folder.fd, &st) == 0)
		note_owner(outline, &st);
	if ((stream = place_list(&folder)) == NULL) {
		reason_errno(why, "%s cannot be read", folder.path);
		ok = false;
	}
	while (ok && (entry = readdir(stream)) != NULL)
		ok = read_entry(outline, &folder, entry->d_name, why);
	if (stream != NULL)
		closedir(stream);
	place_close(&folder);
	return ok;
}

/* The settings file and its folder. */
static bool
read_all(struct outline *outline, struct reason *why)
{
	struct place folder = place_none();
	struct file_content content;
	const char *name;
	struct stat st;
	bool ok = false;

	if (place_open_parent(&folder, outline->top.path, &name, why) !=
	    LOOKUP_FOUND)
		return false;
	if (fstat(folder.fd, &st) == 0)
		note_owner(outline, &st);
	if (place_read(&folder, name, CONFIG_FILE_MAX, &content, why) ==
	    LOOKUP_FOUND) {
		note_owner(outline, &content.st);
		ok = read_settings(
		    outline, span_mem(content.bytes, content.len));
		free(content.bytes);
		if (!ok)
			reason_set(why, "out of memory");
		ok = ok && read_folder(outline, &folder, why);
	}
	place_close(&folder);
	return ok;
}

bool
outline_read(struct outline *outline, const char *path, const struct log *log,
    struct reason *why)
{
	*outline = (struct outline){.ours = true};
	why->text[0] = '\0';
	if (!config_top_log(path, log, &outline->top))
		return false;
	if (read_all(outline, why))
		return true;
	outline_free(outline);
	return false;
}

void
outline_free(struct outline *outline)
{
	free(outline->name);
	free(outline->file);
	config_top_free(&outline->top);
	*outline = (struct outline){.ours = false};
}
