/*
 * event_lines.h - THE list of the lines that the header of an event can have.
 *
 * Made from it are: the lines that event_head.c writes, the names that no
 * header of a request may take (event_headers.h), and the table of
 * hookdir-inbox(5).  To add a line, add one entry here and the code that writes
 * it.
 *
 * There is no include guard.  Before each #include, define the macros that you
 * need; this file undefines them at its end.
 *
 *	EVENT_LINE(id, name, when, value, is_signed)
 *				a line that hookdir itself writes; its id is
 *				LINE_id in event_headers.h
 *	EVENT_REQUEST(names, when, value, is_signed)
 *				headers of the request, which have their names
 *
 * The texts are what the manual says, in a little Markdown (man/mdoc.h).
 */
#ifndef EVENT_LINE
#define EVENT_LINE(id, name, when, value, is_signed)
#endif
#ifndef EVENT_REQUEST
#define EVENT_REQUEST(names, when, value, is_signed)
#endif

/* clang-format off */

EVENT_LINE(SPECVERSION, "Ce-Specversion", "always", "`1.0`", "no")
EVENT_LINE(ID, "Ce-Id", "always",
    "the event's id; without one, the file's name",
    "if the id is")
EVENT_LINE(SOURCE, "Ce-Source", "always",
    "`/` and the provider's name; of a CloudEvent, its own source",
    "in structured mode")
EVENT_LINE(TYPE, "Ce-Type", "always",
    "the event's type, or `unknown`", "if the type is")
EVENT_LINE(SUBJECT, "Ce-Subject", "it is a CloudEvent that has one", "its own",
    "in structured mode")
EVENT_LINE(TIME, "Ce-Time", "always",
    "when the delivery arrived, by this machine's clock, in UTC; of a "
    "CloudEvent, its own time",
    "in structured mode")
EVENT_LINE(DEDUP, "Hookdir-Dedup", "a time is signed",
    "the second name of the event", "made from what is")
EVENT_LINE(CONTENT_TYPE, "Content-Type", "always",
    "of the request; `application/octet-stream` if it has none of up to 1 KiB. "
    "If only a field of the body is stored, that field's type",
    "no")
EVENT_LINE(CONTENT_ENCODING, "Content-Encoding", "the request has it",
    "of the request: the bytes after the empty line are compressed; not if "
    "only a field of the body is stored. One line for each header",
    "no")
EVENT_LINE(DECODED, "Hookdir-Decoded", "`decompress` is true",
    "the coding of a compressed body, `gzip` or `deflate`: the bytes after the "
    "empty line are decompressed, and `Content-Encoding` is left out",
    "no")
EVENT_LINE(CONTENT_LENGTH, "Content-Length", "always",
    "bytes after the empty line", "no")
EVENT_LINE(VERIFIED, "Hookdir-Verified", "always",
    "the algorithm; `secret=N`, the line of the secret file, or `key=ID`; "
    "`signed=\"TEMPLATE\"`, unless that is `{body}`",
    "no")
EVENT_LINE(PROVIDER, "Hookdir-Provider", "it is a CloudEvent",
    "the provider's name", "no")
EVENT_LINE(RECEIVED, "Hookdir-Received", "it is a CloudEvent",
    "when the delivery arrived, by this machine's clock, in UTC", "no")
EVENT_LINE(ORIGINAL_TYPE, "Original-Content-Type",
    "it is a CloudEvent in structured mode, or a batch",
    "`Content-Type` of the request. In its place, `Content-Type` is "
    "`application/json`, or `application/octet-stream`",
    "no")
EVENT_LINE(TARGET, "Hookdir-Target",
    "the URL, its path or the method is signed",
    "the method, and the URL or path, as it was signed",
    "yes; the method, if the provider signs it")
EVENT_REQUEST("the headers of the signature", "the provider sends them",
    "what it takes to verify the event again, except a password",
    "they are the signature, or what `signed=` says")
EVENT_REQUEST("the headers of the id and the type", "the settings name them",
    "of the request, up to 1 KiB", "if the id or the type is")
EVENT_REQUEST("other headers", "`keep_headers` names them", "of the request",
    "no")
EVENT_LINE(QUERY, "Hookdir-Query", "`keep_query` is true",
    "the query of the request's URL, without its `?`",
    "only if `Hookdir-Target` has the same")
EVENT_LINE(REMOTE, "Hookdir-Remote", "`keep_address` is true",
    "the address that the request came from", "no")
EVENT_LINE(NOT_KEPT, "Hookdir-Not-Kept", "something was too much to keep",
    "`headers=N`, the number of headers; `query`", "no")

/* clang-format on */

#undef EVENT_LINE
#undef EVENT_REQUEST
