/* handler_env.c - variables of a handler, and its program in its PATH. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/account.h"
#include "base/encode.h"
#include "base/shown.h"
#include "base/stream.h"
#include "config/run_entry.h"
#include "handler_env.h"

#define OURS "HOOKDIR_"

/* Variables as they are written. */
struct writer {
	FILE *f;
	size_t count;
	const char *const *more; /* replaces others; may be NULL */
};

/* True if the setting has a variable of this name. */
static bool
is_replaced(const struct writer *w, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; w->more != NULL && w->more[i] != NULL; i++) {
		if (strncmp(w->more[i], name, len) == 0 &&
		    w->more[i][len] == '=' && run_variable_ok(w->more[i]))
			return true;
	}
	return false;
}

/* A NULL value is a variable that is not set. */
static void
put(struct writer *w, const char *name, const char *value)
{
	if (value == NULL || is_replaced(w, name))
		return;
	fprintf(w->f, "%s=%s%c", name, value, '\0');
	w->count++;
}

static void
put_more(struct writer *w)
{
	for (size_t i = 0; w->more != NULL && w->more[i] != NULL; i++) {
		if (!run_variable_ok(w->more[i]))
			continue;
		fprintf(w->f, "%s%c", w->more[i], '\0');
		w->count++;
	}
}

/* A value of an event; len bytes of text, which is changed. */
static void
put_text(struct writer *w, const char *name, unsigned char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
	}
	fprintf(w->f, OURS "%s=", name);
	stream_put(w->f, span_mem(text, len));
	fputc('\0', w->f);
	w->count++;
}

static bool
put_value(
    struct writer *w, const char *name, struct span value, bool is_encoded)
{
	unsigned char *text = malloc(value.len + 1);
	size_t len = value.len;

	if (text == NULL)
		return false;
	if (len > 0)
		memcpy(text, value.ptr, len);
	if (is_encoded)
		len = decode_percent_all(text, len);
	put_text(w, name, text, len);
	free(text);
	return true;
}

static bool
put_event(struct writer *w, const struct handler_event *event)
{
	fprintf(w->f, OURS "FILE=%s%c", event->file, '\0');
	fprintf(w->f, OURS "ATTEMPT=%u%c", event->attempt, '\0');
	w->count += 2;
	return put_value(w, "ID", event->id, true) &&
	       put_value(w, "TYPE", event->type, true) &&
	       put_value(w, "TIME", event->time, false) &&
	       put_value(w, "CONTENT_TYPE", event->media_type, false);
}

/* The pointers to count strings, one after the other in text. */
static char **
point_at(char *text, size_t count)
{
	char **vars = calloc(count + 1, sizeof(*vars));

	for (size_t i = 0; vars != NULL && i < count; i++) {
		vars[i] = text;
		text += strlen(text) + 1;
	}
	return vars;
}

bool
handler_env_make(struct handler_env *env, const struct handler_base *base,
    const char *const *more, const char *provider,
    const struct handler_event *event)
{
	struct writer w = {.more = more};
	size_t len;
	bool is_whole;

	*env = (struct handler_env){NULL, NULL};
	if ((w.f = open_memstream(&env->text, &len)) == NULL)
		return false;
	put(&w, "PATH", RUN_PATH);
	put(&w, "HOME", base->home);
	put(&w, "LANG", base->lang);
	put(&w, "TZ", base->tz);
	put(&w, OURS "CONFIG", base->config);
	put(&w, OURS "PROVIDER", provider);
	put_more(&w);
	is_whole = event == NULL || put_event(&w, event);
	if (!stream_end(w.f, &env->text))
		return false;
	if (is_whole)
		env->vars = point_at(env->text, w.count);
	if (env->vars == NULL)
		handler_env_free(env);
	return env->vars != NULL;
}

void
handler_env_free(struct handler_env *env)
{
	free(env->vars);
	free(env->text);
	*env = (struct handler_env){NULL, NULL};
}

void
handler_base_read(struct handler_base *base, char home[static PATH_MAX])
{
	size_t len;

	*base = (struct handler_base){.lang = getenv("LANG"),
	    .tz = getenv("TZ"),
	    .config = getenv(OURS "CONFIG")};
	if (!account_home(home, PATH_MAX, ""))
		return;
	len = strlen(home);
	while (len > 1 && home[len - 1] == '/')
		home[--len] = '\0';
	base->home = home;
}

static const char *
variable(const struct handler_env *env, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; env->vars[i] != NULL; i++) {
		if (strncmp(env->vars[i], name, len) == 0 &&
		    env->vars[i][len] == '=')
			return env->vars[i] + len + 1;
	}
	return "";
}

/* As execvp(3) does: whatever else fails, EACCES is what is reported. */
static bool
is_program(const char *path, int *error)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
			return true;
		*error = EACCES;
	}
	return false;
}

bool
handler_find(char dst[static PATH_MAX], const char *name,
    const struct handler_env *env, struct reason *why)
{
	struct span rest = span_str(variable(env, "PATH")), folder;
	char shown[SHOWN_MAX];
	int error = ENOENT;

	if (strchr(name, '/') != NULL) {
		if ((size_t)snprintf(dst, PATH_MAX, "%s", name) < PATH_MAX)
			return true;
		error = ENAMETOOLONG;
		rest.ptr = NULL;
	}
	while (rest.ptr != NULL) {
		folder = span_cut(&rest, ':');
		if (!span_starts(folder, span_str("/")) ||
		    (size_t)snprintf(dst, PATH_MAX, "%.*s/%s",
			SPAN_ARGS(folder), name) >= PATH_MAX)
			continue;
		if (is_program(dst, &error))
			return true;
	}
	errno = error;
	reason_errno(why, "there is no program %.200s in the PATH of handlers",
	    shown_name(shown, span_str(name)));
	return false;
}
