/* held_visit.c - reads the deliveries of a hold folder. */
#include <stdlib.h>

#include "base/log.h"
#include "held_visit.h"

static bool
complain(const struct hold *hold, const char *text)
{
	log_line(&log_stderr, LVL_ERROR, "%s: %s", hold->provider, text);
	return false;
}

/* Nothing is done for a delivery that is gone by now. */
static bool
visit_item(const struct hold *hold, const struct hold_item *item,
    held_visit_fn fn, void *arg)
{
	struct reason why = {""};
	struct request_file saved;
	struct file_content content;
	bool ok;

	switch (hold_read(
	    hold, item->name, REQUEST_FILE_HEAD_MAX + 1, &content, &why)) {
	case HOLD_READ:
		break;
	case HOLD_GONE:
		return true;
	case HOLD_FAILED:
		return complain(hold, why.text);
	}
	ok = request_file_read(
	    &saved, span_mem(content.bytes, content.len), &why);
	if (ok) {
		ok = fn(arg, item, &saved);
		request_file_free(&saved);
	} else {
		log_line(&log_stderr, LVL_ERROR, "%s: %s: %s", hold->provider,
		    item->name, why.text);
	}
	free(content.bytes);
	return ok;
}

bool
held_visit(const struct hold *hold, held_visit_fn fn, void *arg)
{
	struct reason why = {""};
	struct hold_list items;
	bool ok = true;

	if (!hold_list(hold, &items, &why))
		return complain(hold, why.text);
	for (size_t i = 0; i < items.n; i++) {
		if (!visit_item(hold, &items.item[i], fn, arg))
			ok = false;
	}
	hold_list_free(&items);
	return ok;
}
