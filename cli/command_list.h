/*
 * command_list.h - THE list of commands.
 *
 *	COMMAND(name, group, min, max, settings, operands,
 *	    arguments, summary, detail)
 *
 * command.h says what these mean.  The function is called NAME_run.
 */
#define ANY   INT_MAX /* operands */
#define NEVER INT_MAX

#define SETUP   "set up"
#define EVENTS  "events"
#define REFUSED "refused"
#define TRY     "try it"
#define LOOK_UP "look up"

COMMAND(add, SETUP, 1, ANY, NEVER, ". =", "[OPTION...] NAME [SETTING=VALUE...]",
    "add a provider: entry, secret and inbox; show its URL",
    "Adds a provider: writes its entry into the settings, keeps its secret, "
    "makes its inbox, and shows the URL to give to the provider. NAME is the "
    "last part of that URL. On a terminal, it asks for what is lacking; "
    "otherwise it reads the secret from standard input.")
COMMAND(setup, SETUP, 0, 0, NEVER, ".",
    "[-n] [--base-url URL] [--user USER] [--group GROUP] [--nginx FILE]",
    "make or mend what the settings need: folders, owners, modes",
    "Makes or mends the folders and files that the settings need: owners and "
    "modes of the settings, the secrets and the inboxes. It changes nothing "
    "where all is well.")
COMMAND(remove, SETUP, 1, 1, NEVER, "P", "[--purge [--force]] NAME",
    "remove a provider: its entry and its secret",
    "Removes a provider: its entry and its secret. Its inbox stays, unless "
    "--purge is given.")
COMMAND(check, SETUP, 0, 0, 0, ".", "[--document-root DIR]",
    "report what is wrong or risky on this machine",
    "Reports what is wrong or risky on this machine: in the settings, the "
    "secrets, the inboxes, the clock. Run it as the receiver's user or as "
    "root.")
COMMAND(list, EVENTS, 0, 1, 0, "P",
    "[--state STATES | --cur] [--long | --json] [--no-header] [PROVIDER]",
    "list the events that wait, oldest first",
    "Lists the events that wait in the inbox, oldest first: when each "
    "arrived, its provider, type and id, and the bytes of its body. With "
    "--state, it lists those of other states, as in `--state later,failed`, "
    "with their attempts, when they are tried again, and what their handlers "
    "said. On a terminal, long ids are cut in the middle.")
COMMAND(watch, EVENTS, 0, ANY, NEVER, "P", "[--json] [PROVIDER...]",
    "show events as they come, and as they are handled",
    "Prints a line for each event as it comes, as a handler gets it, and as it "
    "is done, put off or given up: the time, the provider, what happened, and "
    "the event's type and id. It goes on until it is stopped.")
COMMAND(cat, EVENTS, 1, 2, 2, "PF E", "PROVIDER ID | FILE",
    "print the body of an event",
    "Prints the body of an event, byte for byte as it was signed. The event is "
    "given by its provider and the id that `hookdir list` shows, or by its "
    "file; - is standard input.")
COMMAND(forget, EVENTS, 2, ANY, 0, "P M", "PROVIDER ID...",
    "let events be filed again if they are sent again",
    "Forgets that these events were filed: if their sender sends them again, "
    "they are no duplicates, and are filed again.")
COMMAND(run, EVENTS, 0, ANY, NEVER, "P .",
    "[--once] [PROVIDER...] | [OPTION...] PROVIDER --forward URL | "
    "[OPTION...] PROVIDER -- COMMAND...",
    "hand events to their handlers, and try again what failed",
    "Hands the events of each provider to the handlers that its settings name "
    "in `run`, oldest first, and tries those again that failed. With a "
    "COMMAND, that is the handler, whatever the settings say: it gets the body "
    "of one event on standard input. With --forward, each event is posted to "
    "the URL. hookdir-run(8) says more.")
COMMAND(replay, EVENTS, 1, ANY, NEVER, "P W",
    "[-n] [-y] [--failed] [--done] [--later] [FILTER] PROVIDER [ID...]",
    "hand events to their handlers again",
    "Puts events back into new/, where they wait for a handler, with no "
    "attempts: those that were given up, unless --done or --later is given. "
    "The events are given by their ids, or by FILTER, which is one or more of "
    "--since TIME, --until TIME and --type TYPE, or --all.")
COMMAND(drop, EVENTS, 1, ANY, NEVER, "P W",
    "[-n] [-y] [--failed] [FILTER] PROVIDER [ID...]",
    "give events up that wait, or remove failed ones",
    "Moves events that wait, or are to be tried again later, into failed/. "
    "With --failed, it removes events from there for good. The events are "
    "given by their ids, or by FILTER, which is one or more of --since TIME, "
    "--until TIME and --type TYPE, or --all.")
COMMAND(pause, EVENTS, 1, 1, NEVER, "P", "PROVIDER",
    "start no handlers for a while",
    "Has `hookdir run` start no handlers for the events of this provider, "
    "until `hookdir resume`. Events are filed as before, and handlers that run "
    "end as usual.")
COMMAND(resume, EVENTS, 1, 1, NEVER, "P", "PROVIDER",
    "start handlers again after a pause", NULL)
COMMAND(sweep, EVENTS, 0, 1, 0, "P", "[PROVIDER]",
    "remove what was kept for long enough, and what crashes left",
    "Removes old dedup marks, what crashes left behind, and the events in "
    "done/ and failed/ that were kept as long as `keep_hours` and "
    "`failed_days` say.")
COMMAND(hold, REFUSED, 0, 2, 0, "P H", "[--no-header] [PROVIDER [ID]]",
    "list the refused deliveries that are held, or print one",
    "Lists the refused deliveries that are held, with the reason why each was "
    "refused. With an ID, it prints that delivery as it was received.")
COMMAND(explain, REFUSED, 1, 2, 0, "PF FH", "[-t TIME] [PROVIDER] FILE",
    "say why a delivery is refused, and what to change",
    "Says why a saved request or a held delivery is refused, and what to "
    "change. FILE is a saved request, - is standard input; with a PROVIDER, it "
    "can be the id of a held delivery. Without a PROVIDER, it says which "
    "entries and presets the request fits.")
COMMAND(reverify, REFUSED, 1, 1, 0, "P", "PROVIDER",
    "file the held deliveries that verify now",
    "Checks the held deliveries again, files those that verify now, and says "
    "how many are left.")
COMMAND(send, TRY, 1, 2, 0, "P .",
    "[-s] [-t TIME] [-H HEADER] [KEY] PROVIDER [URL] [< BODY]",
    "post a signed sample event, and show it in the inbox",
    "Posts standard input, signed as the provider signs; with -s, or if "
    "standard input is empty or a terminal, a sample event. Without a URL, it "
    "posts to the web server of this machine, and shows the event in the inbox "
    "afterwards. KEY is for providers that sign with a private key: --key FILE "
    "[--kid ID] [--rfc9421].")
COMMAND(sign, TRY, 1, 2, 0, "P .",
    "[-t TIME] [-H HEADER] [KEY] PROVIDER [URL] < BODY",
    "print the headers that the provider would send",
    "Prints the headers that the provider would send with the body on standard "
    "input; and the body, if the signature is in it. KEY is for providers that "
    "sign with a private key: --key FILE [--kid ID] [--rfc9421].")
COMMAND(keys, LOOK_UP, 0, 1, 0, "P", "[--refresh] [--no-header] [PROVIDER]",
    "list the public keys that are in use",
    "Lists the public keys that are in use: of which provider, their ids, "
    "types and sizes, when they were fetched or changed, and from where.")
COMMAND(presets, LOOK_UP, 0, 1, NEVER, "R", "[--no-header] [PRESET]",
    "list the presets, or show what one stands for",
    "Lists the presets: how each signs, the settings that its entry needs, "
    "how long the provider retries, and what to mind. With a PRESET, it prints "
    "the entry that this one stands for.")
COMMAND(settings, LOOK_UP, 0, 1, NEVER, "S", "[SETTING]",
    "say what each setting means, or one of them",
    "Lists the settings with their defaults and meanings, or one of them.")
COMMAND(help, LOOK_UP, 0, 1, NEVER, "C", "[COMMAND]",
    "print this, or the help of one command", NULL)
COMMAND(complete, NULL, 0, ANY, NEVER, ".", "[--] [WORD...]",
    "print what could come next, for the shell",
    "Prints what could take the place of the last WORD of a command line whose "
    "words these are, hookdir itself left out. The first line is `words` or, "
    "if names of files could come as well, `files`.")

#undef ANY
#undef NEVER
#undef SETUP
#undef EVENTS
#undef REFUSED
#undef TRY
#undef LOOK_UP
