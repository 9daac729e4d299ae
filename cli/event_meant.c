/* event_meant.c - names of files, made from what a user writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "event_meant.h"
#include "event_name.h"

bool
event_meant(char name[static EVENT_NAME_MAX + 1], const char *id,
    enum event_meaning meaning)
{
	unsigned char *text;
	size_t len = strlen(id);

	if (len == 0)
		return false;
	if (meaning == MEANT_ID) {
		event_name_of_id(name, span_str(id));
		return true;
	}
	if (meaning == MEANT_NAME) {
		if (!event_is_digest(id))
			return false;
		snprintf(name, EVENT_NAME_MAX + 1, "%s", id);
		return len <= EVENT_NAME_MAX && strchr(id, '/') == NULL;
	}
	if (strchr(id, '%') == NULL || (text = malloc(len + 1)) == NULL)
		return false;
	memcpy(text, id, len + 1);
	len = decode_percent_all(text, len);
	event_name_of_id(name, span_mem(text, len));
	free(text);
	return true;
}
