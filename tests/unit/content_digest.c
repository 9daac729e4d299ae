/* content_digest.c - RFC 9530's own examples, and what is no proof of a body. */
#include "http/content_digest.h"

#include "../tap.h"

#define S256 "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="
#define S512                                                               \
	"YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8M" \
	"jkM7iw7yZ/WkppmM44T3qg=="

/* RFC 9530 appendix B: an object and the line end after it. */
static const char body[] = "{\"hello\": \"world\"}\n";

static const struct {
	const char *header;
	enum status draft, content; /* as Digest, as Content-Digest */
} row[] = {
    {"sha-256=:" S256 ":", ST_BAD_REQUEST, ST_OK},
    {"sha-512=:" S512 ":", ST_BAD_REQUEST, ST_OK},
    {"sha-256=:" S256 ":, sha-512=:" S512 ":", ST_BAD_REQUEST, ST_OK},
    {"SHA-256=" S256, ST_OK, ST_BAD_REQUEST},
    {"sha-512=" S512 ",sha-512=" S512, ST_OK, ST_BAD_REQUEST},
    {"sha-256=:" S512 ":", ST_BAD_REQUEST, ST_BAD_REQUEST},
    {"md5=:AA==:, unixsum=1", ST_BAD_REQUEST, ST_BAD_REQUEST},
    {"sha-256", ST_BAD_REQUEST, ST_BAD_REQUEST},
    {"", ST_BAD_REQUEST, ST_BAD_REQUEST},
};

int
main(void)
{
	struct reason why;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct span header = span_str(row[i].header);

		is_int(content_digest_check_draft(header, span_str(body), &why),
		    row[i].draft, "as Digest: %s", row[i].header);
		is_int(content_digest_check(header, span_str(body), &why),
		    row[i].content, "as Content-Digest: %s", row[i].header);
	}
	is_int(
	    content_digest_check(span_str(row[0].header), span_str("{}"), &why),
	    ST_BAD_REQUEST, "of another body");
	return done();
}
