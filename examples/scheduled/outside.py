#!/usr/bin/env python3
"""A backup server and an office's notice board.

    PUT    /backups/NAME    stores the body; X-Sha256 must be its sum
    GET    /backups         [{"name", "bytes", "sha256"}], the oldest first
    DELETE /backups/NAME
    POST   /board           {"title", "text"}: hangs up a report
    POST   /messages        what arrives on the phone

All but the last want the server's Authorization. For you and the tests:

    GET    /shelf           what is stored and what hangs on the board
    POST   /shelf           {"name"}: puts an old backup there

Trouble, /asked and the options: ../stand_in.py.
"""
import hashlib
import hmac
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from stand_in import Refused, World, route, serve  # noqa: E402

ROOM_BYTES = 8 << 20


class Vault(World):
    name = "vault"

    def __init__(self, engine):
        super().__init__(engine)
        self.backups = {}
        self.reports = []

    def admitted(self, request):
        request.needs_authorization(self.engine.secret("vault_authorization"))
        return request

    @route("PUT", "/backups/([A-Za-z0-9_.-]+)")
    def store(self, request, name):
        body = self.admitted(request).body
        digest = hashlib.sha256(body).hexdigest()
        if not hmac.compare_digest(request.headers.get("X-Sha256", ""), digest):
            raise Refused(422, "what came is not what was sent")
        if sum(map(len, self.backups.values())) + len(body) > ROOM_BYTES:
            raise Refused(507, "no room is left")
        self.backups[name] = body
        request.says = f"backup {name}: {len(body)} bytes"
        return 201, {"name": name, "bytes": len(body), "sha256": digest}

    @route("GET", "/backups")
    def list_backups(self, request):
        self.admitted(request)
        return self.listed()

    def listed(self):
        return [{"name": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
                for name, body in sorted(self.backups.items())]

    @route("DELETE", "/backups/([A-Za-z0-9_.-]+)")
    def remove(self, request, name):
        self.admitted(request)
        if self.backups.pop(name, None) is None:
            raise Refused(404, f"there is no backup {name}")
        request.says = f"backup {name} is gone"
        return {"name": name}

    @route("POST", "/board")
    def hang_up(self, request):
        report = self.admitted(request).json()
        self.reports.append(report)
        request.says = f"board: {report.get('title')}"
        return 201, {"reports": len(self.reports)}

    @route("GET", "/shelf")
    def shelf(self, _):
        return {"backups": self.listed(), "reports": self.reports}

    @route("POST", "/shelf")
    def put_on_shelf(self, request):
        self.backups[request.json()["name"]] = b"an old one"
        return self.listed()

    @route("POST", "/messages")
    def message(self, request):
        request.says = "phone: " + str(request.json().get("message"))
        return 201, {}


if __name__ == "__main__":
    serve(Vault, "A backup server and a notice board.", 7782, HERE)
