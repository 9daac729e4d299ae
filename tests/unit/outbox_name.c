/* outbox_name.c - names that are events', and all that are not. */
#include "outbox/outbox_name.h"

#include <string.h>

#include "../tap.h"

#define LETTER_64 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONGEST LETTER_64 LETTER_64

static const struct name_case {
	enum outbox_state state;
	const char *file;
	const char *id; /* NULL: it is no event's */
	unsigned attempts;
	time_t next;
} names[] = {
    {OUTBOX_NEW, "evt_1", "evt_1", 0, 0},
    {OUTBOX_NEW, "A", "A", 0, 0},
    {OUTBOX_NEW, "0.b-c_d", "0.b-c_d", 0, 0},
    {OUTBOX_NEW, "1.x", "1.x", 0, 0},
    {OUTBOX_NEW, LONGEST, LONGEST, 0, 0},
    {OUTBOX_NEW, LONGEST "a", NULL, 0, 0},
    {OUTBOX_NEW, "", NULL, 0, 0},
    {OUTBOX_NEW, ".", NULL, 0, 0},
    {OUTBOX_NEW, "..", NULL, 0, 0},
    {OUTBOX_NEW, ".hidden", NULL, 0, 0},
    {OUTBOX_NEW, "-rf", NULL, 0, 0},
    {OUTBOX_NEW, "_x", NULL, 0, 0},
    {OUTBOX_NEW, "a b", NULL, 0, 0},
    {OUTBOX_NEW, "a/b", NULL, 0, 0},
    {OUTBOX_NEW, "a\nb", NULL, 0, 0},
    {OUTBOX_NEW, "a:2,S", NULL, 0, 0},
    {OUTBOX_NEW, "\xc3\xa4", NULL, 0, 0},
    {OUTBOX_NEW, "a~", NULL, 0, 0},
    {OUTBOX_FAILED, "evt", "evt", 0, 0},
    {OUTBOX_DONE, "evt", "evt", 0, 0},
    {OUTBOX_DONE, "#evt#", NULL, 0, 0},
    {OUTBOX_BUSY, "1.evt", "evt", 1, 0},
    {OUTBOX_BUSY, "1.2.3", "2.3", 1, 0},
    {OUTBOX_BUSY, "10.evt", "evt", 10, 0},
    {OUTBOX_BUSY, "999.evt", "evt", 999, 0},
    {OUTBOX_BUSY, "999." LONGEST, LONGEST, 999, 0},
    {OUTBOX_BUSY, "999." LONGEST "a", NULL, 0, 0},
    {OUTBOX_BUSY, "1000.evt", NULL, 0, 0},
    {OUTBOX_BUSY, "0.evt", NULL, 0, 0},
    {OUTBOX_BUSY, "01.evt", NULL, 0, 0},
    {OUTBOX_BUSY, "+1.evt", NULL, 0, 0},
    {OUTBOX_BUSY, " 1.evt", NULL, 0, 0},
    {OUTBOX_BUSY, "-1.evt", NULL, 0, 0},
    {OUTBOX_BUSY, "1", NULL, 0, 0},
    {OUTBOX_BUSY, "1.", NULL, 0, 0},
    {OUTBOX_BUSY, "1..evt", NULL, 0, 0},
    {OUTBOX_BUSY, ".evt", NULL, 0, 0},
    {OUTBOX_BUSY, "evt", NULL, 0, 0},
    {OUTBOX_BUSY, "99999999999999999999.evt", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z.1.evt", "evt", 1, 1700000000},
    {OUTBOX_LATER, "20231114T221320Z.12.a.b", "a.b", 12, 1700000000},
    {OUTBOX_LATER, "19700101T000000Z.1.evt", "evt", 1, 0},
    {OUTBOX_LATER, "99991231T235959Z.999." LONGEST, LONGEST, 999, 253402300799},
    {OUTBOX_LATER, "99991231T235959Z.999." LONGEST "a", NULL, 0, 0},
    {OUTBOX_LATER, "20240229T000000Z.1.e", "e", 1, 1709164800},
    {OUTBOX_LATER, "20230229T000000Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231131T000000Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231301T000000Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T240000Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T236000Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20161231T235960Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "19691231T235959Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114t221320Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "2023-11-14T22:13:20Z.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z0.1.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z.0.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z.1000.e", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z.1.", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z.1", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z", NULL, 0, 0},
    {OUTBOX_LATER, "20231114T221320Z.evt", NULL, 0, 0},
    {OUTBOX_LATER, "1.evt", NULL, 0, 0},
    {OUTBOX_LATER, "", NULL, 0, 0},
};

static void
test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct name_case *c = &names[i];
		char file[OUTBOX_FILE_MAX];
		struct outbox_name name;
		bool read = outbox_name_read(&name, c->state, c->file);

		is_int(read, c->id != NULL, "%s/%.60s",
		    outbox_state_name(c->state), c->file);
		if (!read || c->id == NULL)
			continue;
		is_str(name.id, c->id, "its id");
		is_int(name.attempts, c->attempts, "its attempts");
		is_int(name.next, c->next, "its time");
		outbox_name_write(file, c->state, &name);
		is_str(file, c->file, "is written as it was");
	}
}

/* What is beyond the form is written as the last that it has. */
static void
test_beyond(void)
{
	struct outbox_name name = {.id = "e", .attempts = 1000, .next = -1};
	char file[OUTBOX_FILE_MAX];

	outbox_name_write(file, OUTBOX_LATER, &name);
	is_str(file, "19700101T000000Z.999.e", "before the first time");
	name.next = (time_t)1 << 60;
	outbox_name_write(file, OUTBOX_LATER, &name);
	is_str(file, "99991231T235959Z.999.e", "after the last one");
	outbox_name_write(file, OUTBOX_DONE, &name);
	is_str(file, "e", "elsewhere only the id");
}

int
main(void)
{
	test_names();
	test_beyond();
	ok(outbox_name_hash("a") != outbox_name_hash("b"), "two ids differ");
	ok(outbox_name_is_id("a"), "an id");
	ok(!outbox_name_is_id(".part"), "none");
	return done();
}
