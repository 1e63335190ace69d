"""Starts the real daemon on a folder of its own and talks to it. Standard library only."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

AIFPD = os.environ["AIFPD"]
AIFP = os.environ["AIFP"]
PATIENCE_S = 30


def wait_for(reached, what):
    """Polls until `reached` gives something true; fails the test after PATIENCE_S."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = reached()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("waited in vain for " + what)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(self.path)


class Project:
    """A project folder; start() runs the daemon on it."""

    def __init__(self, name=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aifp-e2e-"))
        self.root = self.folder / name if name else self.folder
        self.root.mkdir(exist_ok=True)
        (self.root / "directives").mkdir()
        self.daemon = None
        self.output = self.root / "daemon.out"

    def write(self, name, text, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def start(self, wait=True, arguments=()):
        """`arguments` may name further projects: their daemon is this one's, see shares_daemon."""
        command = [AIFPD, "--project", str(self.root), "--admin", "127.0.0.1:0",
                   "--hooks", "127.0.0.1:0", *arguments]
        with open(self.output, "ab") as out:
            self.daemon = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        if wait:
            wait_for(self.endpoints, "the daemon: " + self.said())
        return self.daemon

    def endpoints(self):
        if self.daemon.poll() is not None:
            raise AssertionError("the daemon ended: " + self.said())
        try:
            found = json.loads((self.root / ".aifp-project/run/endpoints.json").read_text())
        except (OSError, ValueError):
            return None
        return found if found["pid"] == self.daemon.pid else None

    def shares_daemon(self, other):
        """It was started by `other`, with --project for both."""
        self.daemon = other.daemon
        wait_for(self.endpoints, f"{self.root}: " + other.said())

    def token(self):
        return (self.root / ".aifp-project/run/admin.token").read_text().strip()

    def said(self):
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def stop(self, how=signal.SIGTERM):
        self.daemon.send_signal(how)
        return self.daemon.wait(timeout=PATIENCE_S)

    def remove(self):
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self, method, path, body=None):
        """Over the unix socket: (status, parsed body)."""
        connection = UnixConnection(self.endpoints()["socket"])
        return ask(connection, method, path, body)

    def admin_over_tcp(self, path, token=None, headers=None):
        """GET with the token: (status, parsed body)."""
        fields = {"Authorization": "Bearer " + token} if token else {}
        return ask(self.connect("admin"), "GET", path, headers={**fields, **(headers or {})})

    def hook(self, path, body=b"{}", headers=None, method="POST", prefix=""):
        return ask(self.connect("hooks"), method, prefix + "/hooks/" + path, body, headers)

    def connect(self, listener):
        host, port = self.endpoints()[listener].rsplit(":", 1)
        return http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)

    def decisions(self, name=None):
        path = "/api/v1/decisions?limit=500" + ("&directive=" + name if name else "")
        return self.admin("GET", path)[1]

    def cli(self, *arguments):
        return subprocess.run([AIFP, "--project", str(self.root), *arguments],
                              capture_output=True, text=True, timeout=PATIENCE_S)


def ask(connection, method, path, body=None, headers=None):
    connection.request(method, path, body=body, headers=headers or {})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    try:
        return response.status, json.loads(text)
    except ValueError:
        return response.status, text.decode(errors="replace")


class EndToEnd(unittest.TestCase):
    def setUp(self):
        self.project = Project()
        self.addCleanup(self.project.remove)
        # Before the folder goes: what a sanitizer said is a failure, however the daemon ended.
        self.addCleanup(lambda: self.assertNotIn("Sanitizer", self.project.said()))


def main():
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
