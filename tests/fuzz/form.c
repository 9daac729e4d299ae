/* form.c - any bytes as a form: decoded in the room there is. */
#include "parse/form.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[] = {"data", "a", "", "a b"};
	struct span body = span_mem(data, size);
	size_t len = 0;
	char *text;
	int rc;

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		rc = form_field(body, name[i], &text, &len);
		must(rc == 0 || rc == 1);
		if (rc == 0)
			continue;
		must(len <= size && text[len] == '\0');
		free(text);
	}
	rc = form_sorted(body, &text, &len);
	must(rc == 0 || rc == 1);
	if (rc == 1) {
		must(len <= size && text[len] == '\0');
		free(text);
	}
	return 0;
}
