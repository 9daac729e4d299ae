/* vector.h - read a file of tests/vectors; its README has the format. */
#ifndef VECTOR_H
#define VECTOR_H

#include <dirent.h>
#include <stdint.h>

#include "sandbox.h"

#define VECTOR_HEADERS 16
#define VECTOR_FOLDER  "tests/vectors"
#define VECTOR_FILES   256
#define VECTOR_MAX     16384 /* bytes of a file */

struct vector {
	char text[VECTOR_MAX + 1];
	bool verified;
	bool certs; /* jwks are those of certificates */
	struct span source, needs, provider, entry, method, uri;
	struct span signature, stored, body, jwks, id, type;
	struct {
		struct span name, value;
	} header[VECTOR_HEADERS];
	size_t nheader;
	char secrets[2048]; /* the secret file */
	char keys[4096];    /* the file of public keys */
	int64_t now;
	long long length;
};

static inline void
vector_header(struct vector *v, struct span value)
{
	if (v->nheader == VECTOR_HEADERS)
		sandbox_die("a vector has too many headers");
	v->header[v->nheader].name = span_cut(&value, ':');
	v->header[v->nheader++].value = span_trim(value);
}

static inline void
vector_append(char *dst, size_t room, struct span value)
{
	size_t used = strlen(dst);

	snprintf(dst + used, room - used, "%.*s\n", (int)value.len,
	    (const char *)value.ptr);
}

/* Take one line of the head; false for a key that the README lacks. */
static inline bool
vector_line(struct vector *v, struct span line)
{
	const struct {
		const char *key;
		struct span *dst;
	} row[] = {
	    {"source", &v->source},
	    {"needs", &v->needs},
	    {"provider", &v->provider},
	    {"entry", &v->entry},
	    {"method", &v->method},
	    {"uri", &v->uri},
	    {"signature", &v->signature},
	    {"stored", &v->stored},
	    {"jwks", &v->jwks},
	    {"certs", &v->jwks},
	    {"id", &v->id},
	    {"type", &v->type},
	};
	struct span value = line;
	struct span key = span_cut(&value, ':');

	value = value.len > 0 ? span_skip(value, 1) : value;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (span_is(key, row[i].key)) {
			*row[i].dst = value;
			v->certs = v->certs || span_is(key, "certs");
			return true;
		}
	}
	if (span_is(key, "header"))
		vector_header(v, value);
	else if (span_is(key, "secret"))
		vector_append(v->secrets, sizeof(v->secrets), value);
	else if (span_is(key, "key"))
		vector_append(v->keys, sizeof(v->keys), value);
	else if (span_is(key, "now"))
		v->now = span_number(value);
	else if (span_is(key, "length"))
		v->length = span_number(value);
	else if (span_is(key, "want"))
		v->verified = span_is(value, "verified");
	else
		return span_is(key, "about") || span_is(key, "url");
	return true;
}

/* A header as CGI names it, into dst; the bytes used. */
static inline size_t
vector_variable(char *dst, size_t room, struct span name, struct span value)
{
	const char *prefix = span_is(name, "Content-Type") ? "" : "HTTP_";
	size_t n = (size_t)snprintf(dst, room, "%s%.*s=%.*s", prefix,
	    (int)name.len, (const char *)name.ptr, (int)value.len,
	    (const char *)value.ptr);

	for (size_t i = 0; i < strlen(prefix) + name.len; i++) {
		if (dst[i] >= 'a' && dst[i] <= 'z')
			dst[i] = (char)(dst[i] - 'a' + 'A');
		else if (dst[i] == '-')
			dst[i] = '_';
	}
	return n + 1;
}

/* Read the file at path into *v, which borrows nothing. */
static inline bool
vector_read(struct vector *v, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct span rest, line;
	ssize_t n;

	memset(v, 0, sizeof(*v));
	n = fd < 0 ? -1 : read(fd, v->text, sizeof(v->text));
	if (fd >= 0)
		close(fd);
	if (n <= 0 || n > VECTOR_MAX)
		return false;
	v->length = -1;
	v->entry = span_str("{}");
	v->method = span_str("POST");
	rest = span_mem(v->text, (size_t)n);
	while ((line = span_cut(&rest, '\n')).len > 0) {
		if (!vector_line(v, line))
			return false;
	}
	v->body = rest;
	return v->length == (long long)rest.len && v->provider.len > 0 &&
	       v->now > 0;
}

static inline int
vector_by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the files in order, each malloc'd; returns how many. */
static inline size_t
vector_list(char *name[static VECTOR_FILES])
{
	DIR *dir = opendir(VECTOR_FOLDER);
	struct dirent *entry;
	size_t n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strstr(entry->d_name, ".vector") != NULL &&
		    n < VECTOR_FILES)
			name[n++] = strdup(entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	qsort(name, n, sizeof(*name), vector_by_name);
	return n;
}

#endif
