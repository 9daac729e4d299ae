/* sfv_put.c - structured fields written as RFC 8941 section 4.1 does. */
#include "parse/sfv.h"

static void
put(FILE *f, struct span text)
{
	if (text.len > 0)
		fwrite(text.ptr, 1, text.len, f);
}

static void
put_bare(FILE *f, const struct sfv_value *value)
{
	const char *around = value->kind == SFV_STRING  ? "\""
			     : value->kind == SFV_BYTES ? ":"
							: "";

	fputs(around, f);
	put(f, value->text);
	fputs(around, f);
}

void
sfv_put_params(FILE *f, struct span params)
{
	struct sfv_walk walk = sfv_walk(params);
	struct sfv_member param;

	while (sfv_param_next(&walk, &param)) {
		putc(';', f);
		put(f, param.key);
		if (param.value.kind == SFV_TRUE)
			continue;
		putc('=', f);
		put_bare(f, &param.value);
	}
}

void
sfv_put(FILE *f, const struct sfv_value *value)
{
	struct sfv_walk walk = sfv_walk(value->text);
	struct sfv_value item;

	if (value->kind == SFV_TRUE) {
		fputs("?1", f);
	} else if (value->kind == SFV_LIST) {
		putc('(', f);
		while (sfv_list_next(&walk, &item)) {
			if (walk.n > 1)
				putc(' ', f);
			put_bare(f, &item);
			sfv_put_params(f, item.params);
		}
		putc(')', f);
	} else {
		put_bare(f, value);
	}
	sfv_put_params(f, value->params);
}
