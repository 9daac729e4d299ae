# A receiver with Flask, for gunicorn. If STORE names a folder, the event is a
# file of it, on disk before the answer.
import hashlib
import hmac
import json
import os
import re

from flask import Flask, abort, request

SECRET = os.environ["SECRET"].encode()
STORE = os.environ.get("STORE")

app = Flask(__name__)


def keep(body):
    name = json.loads(body)["id"]
    if not STORE:
        return
    if not re.fullmatch(r"[\w-]+", name):
        raise ValueError("the id is no name for a file")
    with open(f"{STORE}/tmp/{name}", "xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.rename(f"{STORE}/tmp/{name}", f"{STORE}/new/{name}")
    folder = os.open(f"{STORE}/new", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@app.post("/hooks/coral")
def coral():
    body = request.get_data()
    expected = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    given = request.headers.get("X-Coral-Signature", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        abort(401)
    keep(body)
    return {"received": True}
