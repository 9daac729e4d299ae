#!/usr/bin/python3
# A persistent handler of hookdir run that does what handle.c does: see there.
import os, sys, time

log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
print("ready", flush=True)
for line in sys.stdin:
    began = time.monotonic_ns()
    path = line.rstrip("\n")
    id = os.path.basename(path).split(".", 1)[1]
    with open(path, "rb") as event:
        event.read()
    os.write(log, b"%s %d\n" % (id.encode(), began))
    print(id, 0, flush=True)
