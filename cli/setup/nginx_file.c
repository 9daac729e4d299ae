/* nginx_file.c - reads the configuration of nginx as far as needed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"
#include "nginx_file.h"

#define DEPTH_MAX 64 /* blocks in blocks */
#define WORDS_MAX 64 /* of a directive; more are read and not kept */
#define INDENT    "\t"

/* --- tokens, as ngx_conf_read_token() has them --- */

enum token { WORD, SEMICOLON, OPEN, CLOSE, END, BAD };

struct lexer {
	struct span text;
	size_t at;
	unsigned line;
};

static bool
is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static unsigned char
step(struct lexer *lexer)
{
	unsigned char c = lexer->text.ptr[lexer->at++];

	lexer->line += c == '\n';
	return c;
}

static bool
at_end(const struct lexer *lexer)
{
	return lexer->at >= lexer->text.len;
}

static void
skip_blanks(struct lexer *lexer)
{
	bool comment = false;

	while (!at_end(lexer)) {
		unsigned char c = lexer->text.ptr[lexer->at];

		if (c == '#')
			comment = true;
		else if (c == '\n')
			comment = false;
		else if (!comment && !is_space(c))
			return;
		step(lexer);
	}
}

/* A word in quotes, without them.  False if they are not closed. */
static bool
read_quoted(struct lexer *lexer, unsigned char quote, struct span *word)
{
	size_t from = lexer->at;

	while (!at_end(lexer)) {
		unsigned char c = step(lexer);

		if (c == '\\' && !at_end(lexer)) {
			step(lexer);
		} else if (c == quote) {
			*word = span_mem(
			    lexer->text.ptr + from, lexer->at - 1 - from);
			return true;
		}
	}
	return false;
}

/* "${name}" does not begin a block, and "#" within a word is no comment. */
static void
read_bare(struct lexer *lexer, struct span *word)
{
	size_t from = lexer->at;
	bool variable = false;

	while (!at_end(lexer)) {
		unsigned char c = lexer->text.ptr[lexer->at];

		if (is_space(c) || c == ';' || (c == '{' && !variable))
			break;
		variable = c == '$';
		step(lexer);
		if (c == '\\' && !at_end(lexer))
			step(lexer);
	}
	*word = span_mem(lexer->text.ptr + from, lexer->at - from);
}

static enum token
next_token(struct lexer *lexer, struct span *word)
{
	unsigned char c;

	skip_blanks(lexer);
	if (at_end(lexer))
		return END;
	c = lexer->text.ptr[lexer->at];
	if (c == ';' || c == '{' || c == '}') {
		step(lexer);
		return c == ';' ? SEMICOLON : c == '{' ? OPEN : CLOSE;
	}
	if (c != '"' && c != '\'') {
		read_bare(lexer, word);
		return WORD;
	}
	step(lexer);
	return read_quoted(lexer, c, word) ? WORD : BAD;
}

/* --- directives --- */

/* Which blocks a directive is in. */
enum block { HTTP, SERVER, OTHER };

struct parser {
	struct lexer lexer;
	struct nginx_file *file;
	const char *host;
	enum block block[DEPTH_MAX];
	size_t depth;
	struct span word[WORDS_MAX];
	size_t n;
	unsigned line; /* of the first word */
};

static bool
contains(struct span text, const char *what)
{
	for (; text.len > 0; text = span_skip(text, 1)) {
		if (span_starts(text, span_str(what)))
			return true;
	}
	return false;
}

/* "example.com", "*.example.com" or ".example.com" */
static bool
is_name(struct span name, const char *host)
{
	size_t len = strlen(host);

	if (span_is_nocase(name, host))
		return true;
	if (span_starts(name, span_str("*.")))
		name = span_skip(name, 1);
	else if (span_starts(name, span_str(".")) &&
		 span_is_nocase(span_skip(name, 1), host))
		return true;
	return name.len > 1 && name.ptr[0] == '.' && len > name.len &&
	       span_is_nocase(name, host + len - name.len);
}

/* A directive of a server. */
static void
note(struct parser *parser)
{
	struct nginx_server *server =
	    &parser->file->server[parser->file->n - 1];
	const struct span first = parser->word[0];

	if (span_is(first, "client_header_timeout"))
		server->timeout = true;
	for (size_t i = 1; i < parser->n; i++) {
		const struct span word = parser->word[i];

		if (span_is(first, "listen") &&
		    (span_is(word, "ssl") || span_is(word, "quic")))
			server->ssl = true;
		if (span_is(first, "ssl") && span_is(word, "on"))
			server->ssl = true;
		if (span_is(first, "server_name") && parser->host != NULL &&
		    is_name(word, parser->host))
			server->named = true;
		if (span_is(first, "include") && contains(word, "hookdir"))
			server->hookdir = true;
	}
}

/* The block that begins: of http, also where http is in another file. */
static enum block
kind_of(const struct parser *parser)
{
	bool top = parser->depth == 0;

	if (parser->n != 1)
		return OTHER;
	if (top && span_is(parser->word[0], "http"))
		return HTTP;
	if (span_is(parser->word[0], "server") &&
	    (top || (parser->depth == 1 && parser->block[0] == HTTP)))
		return SERVER;
	return OTHER;
}

/* False when out of memory. */
static bool
add_server(struct parser *parser)
{
	struct nginx_file *file = parser->file;
	struct nginx_server *grown =
	    realloc(file->server, (file->n + 1) * sizeof(*grown));

	if (grown == NULL)
		return false;
	file->server = grown;
	grown[file->n++] = (struct nginx_server){
	    .open = parser->lexer.at, .line = parser->line};
	return true;
}

/* Take in one token; false if it cannot be here. */
static bool
take(struct parser *parser, enum token token, struct span word)
{
	bool ok = true;

	switch (token) {
	case WORD:
		if (parser->n == 0)
			parser->line = parser->lexer.line;
		if (parser->n < WORDS_MAX)
			parser->word[parser->n++] = word;
		return true;
	case SEMICOLON:
		ok = parser->n > 0;
		if (ok && parser->depth > 0 &&
		    parser->block[parser->depth - 1] == SERVER)
			note(parser);
		break;
	case OPEN:
		ok = parser->n > 0 && parser->depth < DEPTH_MAX;
		if (!ok)
			break;
		parser->block[parser->depth] = kind_of(parser);
		ok = parser->block[parser->depth++] != SERVER ||
		     add_server(parser);
		break;
	case CLOSE:
		ok = parser->n == 0 && parser->depth > 0;
		parser->depth -= ok;
		break;
	case END:
	case BAD:
	default:
		return false;
	}
	parser->n = 0;
	return ok;
}

bool
nginx_parse(struct nginx_file *file, struct span text, const char *host,
    struct reason *why)
{
	struct parser parser = {
	    .lexer = {.text = text, .line = 1}, .file = file, .host = host};
	struct span word = {NULL, 0};
	enum token token;

	*file = (struct nginx_file){.n = 0};
	do
		token = next_token(&parser.lexer, &word);
	while (take(&parser, token, word));
	if (token == END && parser.depth == 0 && parser.n == 0)
		return true;
	reason_set(why,
	    "line %u: this is not understood: a brace, a quote or a semicolon "
	    "is missing, or there is one too many",
	    parser.lexer.line);
	free(file->server);
	file->server = NULL;
	return false;
}

/* --- which of them --- */

/* The only server with these properties; NULL if there is none or another. */
static const struct nginx_server *
only(const struct nginx_file *file, bool named, bool ssl)
{
	const struct nginx_server *found = NULL;

	for (size_t i = 0; i < file->n; i++) {
		const struct nginx_server *server = &file->server[i];

		if ((named && !server->named) || (ssl && !server->ssl))
			continue;
		if (found != NULL)
			return NULL;
		found = server;
	}
	return found;
}

static bool
any_named(const struct nginx_file *file)
{
	for (size_t i = 0; i < file->n; i++) {
		if (file->server[i].named)
			return true;
	}
	return false;
}

/* "lines 1, 20 and 31" */
static void
list_lines(char *dst, size_t room, const struct nginx_file *file)
{
	size_t len = (size_t)snprintf(dst, room, "lines");

	for (size_t i = 0; i < file->n && len < room; i++)
		len += (size_t)snprintf(dst + len, room - len, "%s %u",
		    i == 0             ? ""
		    : i + 1 == file->n ? " and"
				       : ",",
		    file->server[i].line);
}

const struct nginx_server *
nginx_choose(const struct nginx_file *file, struct reason *why)
{
	const struct nginx_server *server = NULL;
	bool named = any_named(file);
	char lines[256];

	for (size_t i = 0; i < file->n; i++) {
		if (file->server[i].hookdir)
			return &file->server[i];
	}
	server = only(file, named, false);
	if (server == NULL)
		server = only(file, named, true);
	if (server != NULL)
		return server;
	list_lines(lines, sizeof(lines), file);
	if (file->n == 0)
		reason_set(why, "there is no server { } block in it: name the "
				"file of the site, such as "
				"/etc/nginx/sites-available/default");
	else
		reason_set(why,
		    "it is not clear which of the server { } blocks, on %s, "
		    "the "
		    "hooks belong into: say it by hookdir setup --base-url "
		    "https://NAME/hooks, where NAME is a server_name of one of "
		    "them",
		    lines);
	return NULL;
}

/* --- new lines --- */

/* The end of the line, if only blanks and a comment are left of it. */
static size_t
rest_of_line(struct span text, size_t at)
{
	size_t end = at;

	while (
	    end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t' ||
				  text.ptr[end] == '\r'))
		end++;
	if (end < text.len && text.ptr[end] == '#') {
		while (end < text.len && text.ptr[end] != '\n')
			end++;
	}
	return end < text.len && text.ptr[end] == '\n' ? end + 1 : at;
}

/* The blanks before the first directive in the block. */
static struct span
indent_in(struct span text, size_t open)
{
	struct lexer lexer = {.text = text, .at = open};
	size_t from;

	skip_blanks(&lexer);
	for (from = lexer.at; from > open && (text.ptr[from - 1] == ' ' ||
						 text.ptr[from - 1] == '\t');)
		from--;
	if (at_end(&lexer) || text.ptr[lexer.at] == '}' || from == open ||
	    text.ptr[from - 1] != '\n')
		return span_str(INDENT);
	return span_mem(text.ptr + from, lexer.at - from);
}

char *
nginx_insert(struct span text, const struct nginx_server *server,
    const char *const lines[], size_t *len)
{
	const struct span indent = indent_in(text, server->open);
	size_t at = rest_of_line(text, server->open);
	char *dst = NULL;
	FILE *out = open_memstream(&dst, len);

	if (out == NULL)
		return NULL;
	fwrite(text.ptr, 1, at, out);
	if (at == server->open)
		fputs("\n", out);
	for (; *lines != NULL; lines++) {
		fwrite(indent.ptr, 1, indent.len, out);
		fprintf(out, "%s\n", *lines);
	}
	fwrite(text.ptr + at, 1, text.len - at, out);
	return stream_end(out, &dst) ? dst : NULL;
}
