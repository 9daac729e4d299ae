/* account.c - the names of users and groups, and the groups of a user. */
#include <stdbool.h>
#include <string.h>

#include "base/account.h"

#include "../tap.h"

#define NOBODY 4294967001U /* no machine has such an account */

static void
test_names(void)
{
	char name[ACCOUNT_SHOWN_MAX];

	is_str(account_user(name, 0), "root", "the user of a uid");
	is_str(account_user(name, NOBODY), "uid 4294967001", "a uid of nobody");
	is_str(account_group(name, 0), "root", "the group of a gid");
	is_str(
	    account_group(name, NOBODY), "gid 4294967001", "a gid of no group");
}

static void
test_groups(void)
{
	gid_t gid = NOBODY, group[4] = {NOBODY, NOBODY, NOBODY, NOBODY};

	ok(account_find_group("root", &gid), "a group is found");
	is_int(gid, 0, "by its name");
	gid = NOBODY;
	ok(!account_find_group("no such group", &gid), "none of that name");
	is_int(gid, NOBODY, "and nothing is said");
	is_int(account_groups("no such user", 7, group, 4), 1, "only his own");
	is_int(group[0], 7, "which was given");
	is_int(group[1], NOBODY, "and no other");
	group[0] = NOBODY;
	is_int(account_groups("no such user", 7, group, 0), 0, "no room");
	is_int(group[0], NOBODY, "nothing is written");
}

int
main(void)
{
	test_names();
	test_groups();
	return done();
}
