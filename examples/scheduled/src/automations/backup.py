#!/usr/bin/env python3
"""Packs a folder and sends it away. A program as the engine runs it: one JSON line comes on standard
input, {"with": {"folder", "api", "name"}, ...}; a JSON line on standard output is the result.

Exit code 75 means that another try may help; everything else is for a person to look at.
"""
import hashlib
import io
import json
import os
import sys
import tarfile
import urllib.error
import urllib.request

TRY_AGAIN = 75


def packed(folder):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.add(folder, arcname=os.path.basename(folder))
    return buffer.getvalue()


def send(api, name, body):
    digest = hashlib.sha256(body).hexdigest()
    request = urllib.request.Request(f"{api}/backups/{name}", data=body, method="PUT", headers={
        "Authorization": os.environ["VAULT_AUTHORIZATION"],
        "Content-Type": "application/gzip",
        "X-Sha256": digest})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return {"name": name, "bytes": len(body), "sha256": digest}


def main():
    what = json.load(sys.stdin)["with"]
    body = packed(what["folder"])
    print(f"{what['folder']} packed: {len(body)} bytes")
    try:
        result = send(what["api"], what["name"], body)
    except urllib.error.HTTPError as refusal:
        print(f"the server answered {refusal.code}", file=sys.stderr)
        sys.exit(TRY_AGAIN if refusal.code in (429, 500, 502, 503, 504) else 1)
    except OSError as problem:
        print(f"the server cannot be reached: {problem}", file=sys.stderr)
        sys.exit(TRY_AGAIN)
    print(json.dumps({"result": result}))


if __name__ == "__main__":
    main()
