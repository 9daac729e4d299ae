/*
 * setting_list.h - THE list of settings.
 *
 * Made from it are: the parser of the settings file, the structs that settings
 * are read into, `hookdir presets`, `hookdir settings`, the comparison of
 * `hookdir explain`, and the manuals' tables.  To add a setting, add one entry
 * here and the code that uses its field.
 *
 * There is no include guard.  Before each #include, define the macros that you
 * need; this file undefines them at its end.
 *
 *	SECTION(title, about)		a section of the manuals
 *	TOP_SETTING(...)		at the top of the settings file
 *	HOLD_SETTING(...)		in the object "hold"
 *	RUN_SETTING(...)		in an object of "run"
 *	ENTRY_SETTING(...)		in an entry, but not in presets
 *	PRESET_SETTING(...)		in entries and presets
 *	SIGNING_SETTING(...)		the same, for how the provider signs;
 *					`hookdir explain` compares these
 *	NOTE(names, default, text)	what settings mean in this section alone
 *
 * A setting has these arguments:
 *
 *	name	of the setting and of its field
 *	kind	TEXT, TEXTS, BOOL, OBJECT, NUMBER, NUMBERS; OPTIONAL, a number
 *		whose default is not a number or differs between schemes; or
 *		SKIPPED, which the receiver does not look into
 *	min	the smallest number
 *	max	the largest number; for TEXTS, how many strings
 *	old	its name in older settings files, or NULL; the error for the old
 *		name says the new one
 *	default	as text; for a NUMBER, the number itself
 *	text	its meaning and its values, in a little Markdown; man/mdoc.c
 *		has the target of a link [WORDS]
 *
 * The file that includes this one must include the headers of the constants
 * that min and max use.
 */
#ifndef SECTION
#define SECTION(title, about)
#endif
#ifndef NOTE
#define NOTE(names, value, text)
#endif
#ifndef TOP_SETTING
#define TOP_SETTING(name, kind, min, max, old, value, text)
#endif
#ifndef HOLD_SETTING
#define HOLD_SETTING(name, kind, min, max, old, value, text)
#endif
#ifndef RUN_SETTING
#define RUN_SETTING(name, kind, min, max, old, value, text)
#endif
#ifndef ENTRY_SETTING
#define ENTRY_SETTING(name, kind, min, max, old, value, text)
#endif
#ifndef PRESET_SETTING
#define PRESET_SETTING(name, kind, min, max, old, value, text)
#endif
#ifndef SIGNING_SETTING
#define SIGNING_SETTING PRESET_SETTING
#endif

/* clang-format off */

SECTION("Settings", "at the top of the file")

TOP_SETTING(inbox, TEXT, 0, 0, NULL, "none",
    "the directory that contains all inboxes. hookdir makes it if its parent "
    "directory exists")
TOP_SETTING(fallback_inbox, TEXT, 0, 0, NULL, "none",
    "a second inbox, on another file system. Used when `inbox` cannot be "
    "written, so that senders that never retry do not lose events")
TOP_SETTING(providers, OBJECT, 0, 0, NULL, "none",
    "an object with one [entry] for each provider: the name, then "
    "the entry. The name is the last part of the URL and the name of the "
    "provider's inbox directory: `[a-z0-9][a-z0-9-]{0,31}`. An entry can also "
    "have a file of its own, `providers.d/NAME.json`, in a folder beside this "
    "file; the setting can then be missing")
TOP_SETTING(user, TEXT, 0, 0, NULL, "the inbox's owner",
    "the user that the receiver runs as. When root runs a command, the command "
    "goes on as this user, never as root. `hookdir add` and the Debian package "
    "write this setting")
TOP_SETTING(group, TEXT, 0, 0, NULL, "the user's",
    "with `group_access`: the group that can read the inbox. `hookdir setup` "
    "gives it the inbox")
TOP_SETTING(run_user, SKIPPED, 0, 0, NULL, "the inbox's owner",
    "the user that `hookdir run` and its handlers run as, when root starts it. "
    "The inbox's owner can read all secrets, so this is better a user of its "
    "own, in the inbox's group, with `group_access`. The Debian package writes "
    "this setting. The receiver does not read it")
TOP_SETTING(base_url, TEXT, 0, 0, NULL, "none",
    "your public URL up to the provider's name: "
    "`https://hooks.example.com/hooks`. `public_url` is then this URL, a "
    "slash, and the name")
TOP_SETTING(max_body, NUMBER, 1, 64L << 20, NULL, 1048576,
    "the largest body, in bytes, at most 64 MiB. A larger body is answered "
    "413. hookdir keeps a body over 256 KiB in an unnamed file in the folder "
    "`inbox`, not in memory. Until such a body is stored, it needs twice its "
    "size on the disk. Up to `workers` such bodies, genuine or not, can be on "
    "the disk at once")
TOP_SETTING(tolerance, NUMBER, 1, 30 * 86400L, NULL, 300,
    "seconds by which a signed time may differ from this machine's clock, in "
    "either direction")
TOP_SETTING(dedup_days, NUMBER, 1, 366, "seen_days", 8,
    "days for which hookdir recognises a duplicate")
TOP_SETTING(workers, NUMBER, 1, 512, NULL, 64,
    "threads of a FastCGI process. Deliveries that arrive together share "
    "flushes of the disk, so fewer threads are slower. hookdir reads this "
    "setting only when it starts")
TOP_SETTING(hold, OBJECT, 0, 0, "held", "none",
    "an object, for example `{\"count\": 100, \"bytes\": 10485760}`: how many "
    "refused deliveries of each provider hookdir keeps. See [when signatures "
    "do not match]")
TOP_SETTING(group_access, BOOL, 0, 0, NULL, "false",
    "`true` lets the group read the inbox (modes 2770 and 0660), for a "
    "consumer that runs as another user")
TOP_SETTING(keep_query, BOOL, 0, 0, NULL, "false",
    "`true` stores the query of the request's URL in the event file, as "
    "`Hookdir-Query`. A query may have a password in it. See [the header of an "
    "event]")
TOP_SETTING(keep_address, BOOL, 0, 0, NULL, "false",
    "`true` stores the address that the request came from in the event file, "
    "as `Hookdir-Remote`. An address can be personal data. Behind a proxy it is "
    "the proxy's, unless the web server is told otherwise")

SECTION("Entries",
    "in the entry of a provider; null removes what its preset sets")

ENTRY_SETTING(preset, TEXT, 0, 0, NULL, "the entry's name",
    "the [preset] whose settings the entry starts with. By default "
    "it is the preset that has the entry's name, if there is one. `null` is "
    "none, whatever the entry is called")
ENTRY_SETTING(secret_file, TEXT, 0, 0, NULL, "none",
    "a file with one secret a line, at most eight. hookdir accepts a "
    "signature made with any of them. The file must not be readable by "
    "others, must not be empty, and must not lie inside the document root")
ENTRY_SETTING(secret_env, TEXT, 0, 0, NULL, "none",
    "in place of `secret_file`: an environment variable with the secrets, one "
    "a line. Its name must not begin with `HTTP_`")
ENTRY_SETTING(hold, OBJECT, 0, 0, "held", "as above",
    "as above, for this provider alone; `{\"count\": 0}` keeps none")
ENTRY_SETTING(run, SKIPPED, 0, 0, NULL, "none",
    "what `hookdir run` does with the events of this provider: an object, or a "
    "list of them. See [handlers]. The receiver does not read this setting")
ENTRY_SETTING(keep_query, BOOL, 0, 0, NULL, "as above",
    "as above, for this provider alone")
ENTRY_SETTING(keep_address, BOOL, 0, 0, NULL, "as above",
    "as above, for this provider alone")

SECTION("Other providers", "how the provider of an entry signs")

SIGNING_SETTING(scheme, TEXT, 0, 0, NULL, "`hmac`",
    "`hmac`; `token`: the sender sends the secret itself, as a password; "
    "`ed25519`, `ecdsa` (P-256 with `sha256`, P-384 with `sha384`), `rsa` "
    "(PKCS#1 v1.5): the sender signs with its private key; `standard`: "
    "[Standard Webhooks]; `jwt`: [signed "
    "tokens]; `httpsig`: [HTTP signatures]")
SIGNING_SETTING(digest, TEXT, 0, 0, NULL, "`sha256`",
    "`sha1`, `sha256`, `sha384`, `sha512`")
ENTRY_SETTING(public_key, TEXTS, 0, SECRETS_MAX, NULL, "none",
    "for `ed25519`, `ecdsa` and `rsa`, in place of a secret: the public key "
    "that the sender shows you (PEM, base64 of DER or of 32 bytes, "
    "hexadecimal), or a list of up to eight. hookdir accepts a signature that "
    "fits any of them")
ENTRY_SETTING(public_key_file, TEXT, 0, 0, NULL, "none",
    "in place of `public_key`: a file with PEM blocks, or with one such key a "
    "line")
SIGNING_SETTING(secret_encoding, TEXT, 0, 0, "key", "`raw`",
    "how the secret is written: `raw` (the text itself is the secret), `hex`, "
    "`base64`, `whsec` (base64 after `whsec_`)")
SIGNING_SETTING(signature, TEXTS, 0, PRESET_SIGNATURES, NULL, "none",
    "the header that has the signature, or a list of up to four headers; "
    "`NAME-*` for NAME-1, NAME-2 ...; `json:PATH` for a field of the body")
PRESET_SETTING(signature_encoding, TEXT, 0, 0, "encoding", "`hex`",
    "how `hookdir sign` and `hookdir send` write a signature: `hex`, "
    "`base64`, `base64url`. The receiver understands all three, whatever this "
    "setting says")
SIGNING_SETTING(prefix, TEXT, 0, 0, NULL, "none",
    "the text before each signature, such as `sha256=`")
SIGNING_SETTING(separator, TEXT, 0, 0, NULL, "none",
    "the character between several signatures in one header: a comma, a "
    "semicolon or a space")
SIGNING_SETTING(timestamp, TEXT, 0, 0, NULL, "none",
    "where the signed time is: `header:NAME`; `element:PREFIX`, for an "
    "element of the signature's header; `json:PATH`")
SIGNING_SETTING(timestamp_format, TEXT, 0, 0, NULL, "any",
    "the one form that the signed time has: `seconds` (ten digits), "
    "`milliseconds` (13), `microseconds` (16), `nanoseconds` (19), `decimal` "
    "(`1795777982.123`), `rfc3339`, `utc` (`2026-11-21T20:30:00`, without a "
    "zone), `iso8601` (with a fraction or not; the zone is `Z`, `+01:00`, "
    "`+0100`, `+01`, ` UTC`, ` GMT` or missing, which means UTC; a blank may "
    "stand for the `T`), `imf` (`Sun, 05 Jan 2014 21:31:40 GMT`). A time in "
    "another form is refused. By default any of these, told by its shape; but "
    "`seconds` where nothing in `signed_payload` shows where the time ends, as "
    "in `{ts}{body}`. A `decimal` or `iso8601` time is refused if the text "
    "beside it could be a part of a time too: a `decimal` beside a dot must be "
    "named here")
PRESET_SETTING(tolerance, OPTIONAL, 0, 30 * 86400L, NULL, "as above",
    "seconds; 0 switches the check of the time off")
SIGNING_SETTING(signed_payload, TEXTS, 0, PRESET_SIGNED, "signed", "`{body}`",
    "what the provider signs, or a list of alternatives. It is text in which "
    "hookdir replaces `{body}`, `{ts}` (the signed time), `{method}`, "
    "`{uri}`, `{url}`, `{header:NAME}`, `{json:PATH}`, `{form:NAME}`, "
    "`{sortedform}`, `{webhook_id}`; `{sha256:body}` and `{sha256:url}` (with "
    "any `digest`, in hexadecimal); `{crc32:body}` (a number; it is easy to "
    "make another body with the same number); `{url:port}` and `{url:bare}`, "
    "the URL with its port written out and without a port; `{url:query}`, "
    "`{url:port:query}` and `{url:bare:query}`, with the query of the request "
    "in place of the URL's own, if the request has one; `{url:query-NAME}` and "
    "so on, without that query's last parameter if this is NAME; "
    "`{members:A,B?}`, as SNS signs")
SIGNING_SETTING(header_characters, TEXT, 0, 0, NULL, "none",
    "more characters that a signed header may have. The value of each "
    "`{header:NAME}` must consist of `[A-Za-z0-9_-]` and these, or the "
    "delivery is refused: otherwise one could cut id, time and body at "
    "another place")
SIGNING_SETTING(public_url, TEXT, 0, 0, "url", "`base_url`/NAME",
    "the value of `{url}`: your public URL. hookdir never takes it from a "
    "request")
SIGNING_SETTING(webhook_id, TEXT, 0, 0, NULL, "none",
    "the value of `{webhook_id}` (PayPal)")
PRESET_SETTING(topic_arn, TEXTS, 0, PRESET_BOUND, NULL, "none",
    "the `TopicArn` that a delivery must have, or a list of up to eight (SNS): "
    "your own topics. Anybody with an account there can send you deliveries of "
    "other topics, and their signatures are right")
PRESET_SETTING(id, TEXT, 0, 0, NULL, "the digest",
    "where the event's id is: `header:NAME`, `json:PATH`, `form:NAME`. Two "
    "deliveries with the same id are the same event. By default the id is the "
    "digest of the signed text; with `token`, `jwt` and `httpsig`, of the "
    "body. `none`: each delivery is an event of its own, and a delivery that "
    "is sent again is stored again")
PRESET_SETTING(type, TEXT, 0, 0, NULL, "none",
    "where the event's type is: as for `id`, without `none`; also "
    "`const:TEXT`")
PRESET_SETTING(keep_headers, TEXTS, 0, PRESET_KEPT, NULL, "none",
    "headers of the request that the event file has too, although hookdir does "
    "not need them: a name, or a list of up to 32. `NAME-*` stands for all "
    "headers that begin with `NAME-`, and `*` for all. Headers that may have a "
    "password are never kept. See [the header of an event]")
PRESET_SETTING(challenge, TEXT, 0, 0, NULL, "`none`",
    "how the URL proves that it is yours: see [challenges]")
PRESET_SETTING(reject_status, OPTIONAL, 400, 499, "refused", "401",
    "the answer to a bad signature, 400 to 499, but not 408, 410 or 429")
PRESET_SETTING(accept_status, OPTIONAL, 200, 204, "accepted", "200",
    "the answer to a stored event, 200 to 204")
PRESET_SETTING(sender_retry_hours, OPTIONAL, 0, 24 * 366, "retry_hours",
    "none",
    "for how long the sender retries. `hookdir check` warns if `dedup_days` "
    "is shorter")
PRESET_SETTING(unsafe_body, BOOL, 0, 0, NULL, "false",
    "`true` stores the whole body although `signed_payload` does not cover it "
    "(Mailgun). Then only TLS, and a signature that others cannot make up, "
    "protect the body")
PRESET_SETTING(decompress, BOOL, 0, 0, NULL, "false",
    "`true` if the sender compresses the body after it has signed it "
    "(GetStream). If the request has `Content-Encoding: gzip` or `deflate`, "
    "hookdir decompresses the body before it checks the signature, and stores "
    "what was signed. The limit `max_body` applies to both sizes. With false, "
    "the signature is that of the bytes as they came")
PRESET_SETTING(accept_body, TEXT, 0, 0, "answer", "none",
    "the body of the answer to a stored event, at most 4096 bytes; with `\"\"`, "
    "no answer has a body")

SECTION("Challenges", "in an entry with the challenge `meta`")

ENTRY_SETTING(verify_token_file, TEXT, 0, 0, NULL, "none",
    "a file like a secret file, with one token a line. The provider shows one "
    "of these tokens in its challenge. Without this file, hookdir does not "
    "answer the challenge `meta`")

SECTION("Signed tokens", "in an entry with the scheme `jwt`")

SIGNING_SETTING(claims, TEXTS, 0, PRESET_SIGNED, NULL, "none",
    "`NAME=TEMPLATE`, or a list of up to eight: the value that the claim must "
    "have, written as in `signed_payload`. A digest in the token may be in "
    "hexadecimal or base64")
NOTE("signature, prefix", "`Authorization`, `Bearer `",
    "the header that has the token, and the text before the token")
NOTE("secret_file, secret_env", "none", "for HS256, HS384 and HS512")
NOTE("jwks_url, jwks_file, public_key, public_key_file", "none",
    "for all other algorithms, in place of a secret: as with [HTTP "
    "signatures]")
NOTE("algorithms", "all",
    "the allowed algorithms: `HS256`, `RS256`, `PS256` and the longer forms "
    "of these, `ES256`, `ES384`, `EdDSA`")
NOTE("tolerance", "as above",
    "seconds for `iat`, in either direction, and for `exp` and `nbf`. A token "
    "must have `iat` or `exp`")

SECTION("Certificates", "in an entry with the scheme `rsa`")

PRESET_SETTING(certificate_url, TEXT, 0, 0, "cert", "none",
    "where the request has the URL of the certificate, `header:NAME` or "
    "`json:PATH`")
PRESET_SETTING(certificate_allowed_urls, TEXTS, 0, PRESET_CERTS, "cert_urls",
    "none",
    "which URLs are allowed, up to eight patterns. After the host, `*` stands "
    "for letters, digits, `-` and `_`. In the host, `{region}` stands for the "
    "name of a region (`us-east-1`), and a `*` is an error: it could stand for "
    "a host that is anybody's")
PRESET_SETTING(certificate_hosts, TEXTS, 0, PRESET_CERTS, "cert_names", "none",
    "the host names that the certificate may be issued for, as the same kind "
    "of patterns; here the first label may be a `*`")
PRESET_SETTING(certificate_without_issuers, BOOL, 0, 0, "cert_alone", "false",
    "`true` if the URL has the certificate without its issuers (SNS): the "
    "certificate is then trusted because of the URL it was fetched from. With "
    "false, it must be issued by a certificate authority of the system, or of "
    "`jwks_ca_file`")
NOTE("jwks_stale_days", "7",
    "a known certificate is fetched again if no certificate of the provider "
    "was fetched for so many days")

SECTION("HTTP signatures", "in an entry with the scheme `httpsig`")

NOTE("jwks_url", "none",
    "the URL at which the sender publishes its JWK set: see [key sets by URL]")
ENTRY_SETTING(jwks_file, TEXT, 0, 0, NULL, "none",
    "in place of `jwks_url`: a file with a JWK set (RSA from 2048 bits, EC "
    "P-256 and P-384, Ed25519). The signature must name the key by its exact "
    "`kid`")
NOTE("public_key_file", "none",
    "in place of `jwks_url`: a file with one or more PEM `PUBLIC KEY` blocks, "
    "or with one key a line. These keys have no names, so hookdir ignores the "
    "key's name in the signature. `public_key` has such keys in the entry "
    "itself")
NOTE("secret_file, secret_env", "none",
    "in place of keys: secrets for RFC 9421's `hmac-sha256`")
SIGNING_SETTING(required_components, TEXTS, 0, PRESET_REQUIRED, "required",
    "none",
    "what the signature must cover too: header names in lower case. Words "
    "such as `(request-target)` are required of the drafts' form alone, and "
    "words such as `@method` of RFC 9421 alone")
SIGNING_SETTING(algorithms, TEXTS, 0, PRESET_ALGORITHMS, NULL, "all",
    "the allowed algorithms: `rsa-sha256`, `rsa-sha512`, `ecdsa-sha256`, "
    "`ed25519`, and the names of RFC 9421. The key and the signature must "
    "determine one of them, or this setting must name only one")
NOTE("public_url", "`base_url`/NAME",
    "the URL that you gave to the sender, if a proxy changes its host, scheme "
    "or path on the way. Without `base_url` it is that of the request")
NOTE("tolerance", "as above",
    "seconds for every signed time, and after a signed `expires`")

SECTION("Key sets by URL", "in an entry with the scheme `httpsig` or `jwt`")

ENTRY_SETTING(jwks_url, TEXT, 0, 0, NULL, "none",
    "the URL at which the sender publishes its JWK set: `https://...`. "
    "hookdir-fetch verifies the certificate and the host name, and follows "
    "redirects to https only. It uses no proxy")
ENTRY_SETTING(jwks_ca_file, TEXT, 0, 0, NULL, "the system's",
    "a PEM file with the CA certificates to trust for this URL, and no "
    "others. The system's CA certificates are in Debian's package "
    "`ca-certificates`")
ENTRY_SETTING(jwks_stale_days, NUMBER, 0, 366, "jwks_keep_days", 7,
    "for how many days hookdir uses the last set if it cannot fetch a newer "
    "one, 0 to 366. It uses a set at least for as long as its source allows")

SECTION("When signatures do not match", "in the object `hold`")

HOLD_SETTING(count, NUMBER, 0, HOLD_COUNT_MAX, NULL, 100,
    "how many deliveries of each provider hookdir keeps, 0 to 10000; new ones "
    "replace the oldest. 0 keeps none")
HOLD_SETTING(bytes, NUMBER, 1, HOLD_BYTES_MAX, NULL, 10485760,
    "how many bytes they may have together, up to 1 GiB")
HOLD_SETTING(headers, TEXTS, 0, HOLD_HEADERS_MAX, NULL, "none",
    "a header, or a list of up to 16, that hookdir keeps although it may be a "
    "password: `X-Api-Token`. `NAME-*` stands for all headers that begin with "
    "`NAME-`, and `*` for all. Name one only if the sender signs with it, or "
    "if it is no password")

SECTION("Handlers", "in an object of `run`")

RUN_SETTING(command, TEXTS, 0, RUN_COMMAND_MAX, NULL, "none",
    "the program that handles an event, and its arguments, as a list: "
    "`[\"/usr/local/bin/on-push\", \"--live\"]`. No shell reads it, and nothing "
    "of the event becomes an argument. The program is an absolute path, or a "
    "name that is found in `/usr/local/bin`, `/usr/bin` or `/bin`")
RUN_SETTING(forward, TEXT, 0, 0, NULL, "none",
    "in place of `command`: a URL that each event is posted to, with the same "
    "body. The URL begins with `https://`, or leads to this machine: "
    "`http://127.0.0.1:3000/stripe`")
RUN_SETTING(type, TEXTS, 0, RUN_TYPES_MAX, NULL, "all",
    "which events this object takes, by their type: a type, or a list of up to "
    "32. A `*` stands for any characters, as in `invoice.*`. An event goes to "
    "the first object that takes it, and to no other. An event that none takes "
    "stays in `new/`. The type of an event without one is `unknown`")
RUN_SETTING(jobs, NUMBER, 1, RUN_JOBS_MAX, NULL, 1,
    "how many handlers run at once, 1 to 256")
RUN_SETTING(order, TEXT, 0, 0, NULL, "`none`",
    "`none`: the oldest event is handled first, and an event whose handler "
    "failed holds up no other. `all`: one event after the other; an event that "
    "is to be tried again holds up all later ones. `json:PATH` and "
    "`header:NAME`: events with the same value at this place of the body, or "
    "in this line of the event's header, are handled one after the other, and "
    "an event that is to be tried again holds up those with its value alone. "
    "An event without a value there waits for no other. The order is that of "
    "arrival among the events that are there, not that of the sender")
RUN_SETTING(timeout, NUMBER, 1, RUN_TIMEOUT_MAX, NULL, 300,
    "seconds for one event, up to a day. Then hookdir ends the handler, and "
    "tries the event again later")
RUN_SETTING(retry, NUMBERS, 0, RUN_RETRY_LONGEST, NULL,
    "`[5, 300, 1800, 7200, 18000, 36000, 36000]`",
    "how many seconds hookdir waits before it tries an event again: the first "
    "time, the second time and so on, up to 100 times and 30 days each. Each "
    "wait is up to a tenth shorter or longer. After the last attempt the event "
    "goes to `failed/`. With `[]`, it goes there after the first")
RUN_SETTING(keep_hours, NUMBER, 0, 24 * 366, NULL, 0,
    "for how many hours hookdir keeps a handled event in `done/`, up to a "
    "year. With 0 it is removed at once")
RUN_SETTING(failed_days, OPTIONAL, 1, 3660, NULL, "for ever",
    "for how many days hookdir keeps an event in `failed/`")
RUN_SETTING(persistent, BOOL, 0, 0, NULL, "false",
    "`true` if the command handles one event after the other, and hookdir "
    "tells it the name of each file")
RUN_SETTING(directory, TEXT, 0, 0, NULL, "`/`",
    "the directory that the command runs in")
RUN_SETTING(environment, OBJECT, 0, 0, NULL, "none",
    "an object with more variables for the command: "
    "`{\"APP_ENV\": \"production\"}`. Names that begin with `HOOKDIR_` are "
    "hookdir's own. Others can read the settings, so no variable should have a "
    "password")
RUN_SETTING(forward_secret_file, TEXT, 0, 0, NULL, "none",
    "with `forward`: a file with a secret. With it hookdir signs what it "
    "sends, in the form of [Standard Webhooks]")
RUN_SETTING(forward_ca_file, TEXT, 0, 0, NULL, "the system's",
    "with `forward`: a PEM file with the CA certificates to trust for this "
    "URL, and no others")
RUN_SETTING(insecure, BOOL, 0, 0, NULL, "false",
    "`true` lets `forward` use `http://` to another machine. Everybody on the "
    "way can then read and change the events")

/* clang-format on */

#undef SECTION
#undef NOTE
#undef TOP_SETTING
#undef HOLD_SETTING
#undef RUN_SETTING
#undef ENTRY_SETTING
#undef PRESET_SETTING
#undef SIGNING_SETTING
