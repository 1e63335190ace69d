"""Starts the real daemon on a folder of its own and talks to it. Standard library only."""
import http.client
import json
import os
import pathlib
import re
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
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
# Set by tests/openapi/check.py: the command line of a proxy that holds every call of the admin API, and its
# answer, against docs/openapi.yaml. The proxy's last arguments are added here.
PROXY = json.loads(os.environ.get("AIFP_OPENAPI_PROXY", "null"))


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


class Proxy:
    """Stands before the admin listener of one daemon."""

    def __init__(self, admin):
        self.admin = admin
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([*PROXY, "http://" + admin, "--port", str(self.port)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        wait_for(self.listens, "the proxy")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self):
        self.process.kill()
        self.process.wait()

    def ask(self, method, path, body, token):
        """As ask(); fails the test when call or answer are not as described. A call that the daemon refused may
        be wrong: tests do that on purpose."""
        headers = {"Authorization": "Bearer " + token}
        if body:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        connection.close()
        found = json.loads(response.getheader("sl-violations", "[]"))
        wrong = [one for one in found if one.get("severity") == "Error"
                 and (one["location"][0] == "response" or response.status < 400)]
        if wrong or "stoplight.io/prism/errors" in text:
            raise AssertionError(f"{method} {path} is not as docs/openapi.yaml says: {wrong} {response.status} {text[:500]}")
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text


class Project:
    """A project folder; start() runs the daemon on it."""

    def __init__(self, name=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aifp-e2e-"))
        self.root = self.folder / name if name else self.folder
        self.root.mkdir(exist_ok=True)
        (self.root / "directives").mkdir()
        self.daemon = None
        self.proxy = None
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
        if self.proxy is not None:
            self.proxy.end()
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def admin(self, method, path, body=None):
        """Over the unix socket, or through the proxy: (status, parsed body)."""
        endpoints = self.endpoints()
        if PROXY:
            return self.proxy_to(endpoints["admin"]).ask(method, path, body, self.token())
        return ask(UnixConnection(endpoints["socket"]), method, path, body)

    def proxy_to(self, admin):
        if self.proxy is not None and self.proxy.admin != admin:
            self.proxy.end()
            self.proxy = None
        if self.proxy is None:
            self.proxy = Proxy(admin)
        return self.proxy

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


def copy_example(folder, project):
    """As the first lines of secrets.example.yaml say."""
    shutil.rmtree(project.root)
    shutil.copytree(folder, project.root, ignore=shutil.ignore_patterns("__pycache__"))
    # Only the owner may write there, whatever mask the checkout was made with.
    subprocess.run(["chmod", "-R", "go-w", str(project.root)], check=True)
    example = folder / "secrets.example.yaml"
    if example.exists():
        project.write(".aifp-project/secrets.yaml", example.read_text(), 0o600)


class Outside:
    """The stand-in of an example (examples/stand_in.py), at a free port."""

    def __init__(self, program, project):
        port_file = project.folder.with_name(project.folder.name + ".port")
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(program), "--port", "0", "--port-file", str(port_file),
             "--project", str(project.root)], stdout=subprocess.DEVNULL)
        self.port = int(wait_for(lambda: port_file.exists() and port_file.read_text(), "its port"))
        port_file.unlink()

    def end(self):
        self.process.kill()
        self.process.wait()

    def ask(self, method, path, value=None):
        """What it answers, which must be a success."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        status, answer = ask(connection, method, path, json.dumps(value or {}))
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer

    def trouble(self, path, status=503, times=1, **more):
        self.ask("POST", "/trouble", {"path": path, "status": status, "times": times, **more})

    def asked(self, method, path, status=None):
        """What was asked of it, the oldest first; the path as a whole."""
        return [one for one in self.ask("GET", "/asked")
                if (one["method"], one["path"]) == (method, path) and status in (None, one["status"])]

    def messages(self):
        return [one["body"]["message"] for one in self.asked("POST", "/messages", 201)]

    def wait_for_message(self, part):
        return wait_for(lambda: [text for text in self.messages() if part in text],
                        f"a message with {part!r}")[0]


class ExampleEndToEnd(EndToEnd):
    """A copy of examples/NAME with its stand-in; start() checks the files and runs the daemon."""

    example = None
    program = "outside.py"

    def setUp(self):
        super().setUp()
        folder = EXAMPLES / self.example
        copy_example(folder, self.project)
        self.outside = Outside(folder / self.program, self.project)
        self.addCleanup(self.outside.end)
        for path in [*self.project.root.glob("directives/*.yaml"),
                     self.project.root / ".aifp-project/engine.yaml"]:
            text = path.read_text()
            path.write_text(re.sub(r"http://127\.0\.0\.1:778\d",
                                   f"http://127.0.0.1:{self.outside.port}", text))

    def shorten(self, file, *changes):
        """The same directives with shorter times: pairs of a text that is there and another."""
        path = self.project.root / "directives" / file
        text = path.read_text()
        for before, after in changes:
            self.assertIn(before, text)
            text = text.replace(before, after)
        path.write_text(text)

    def start(self):
        checked = self.project.cli("check", str(self.project.root), "--json")
        self.assertEqual((checked.returncode, checked.stdout.strip()), (0, "[]"))
        self.project.start()

    def kill_and_start(self):
        self.project.stop(signal.SIGKILL)
        self.project.start()

    def run_by_hand(self, name):
        status, answer = self.project.admin("POST", f"/api/v1/directives/{name}/run", "{}")
        self.assertEqual(status, 200, answer)
        return answer["run"]

    def rows(self, name, *states):
        """The ledger's rows of a directive, the newest first; of ended runs the state says how."""
        return [row for row in self.project.decisions(name)
                if not states or row.get("state") in states]

    def ended(self, name, run=None):
        """The row of the newest run, or of this one, once it has ended."""
        under_way = (None, "queued", "running", "waiting")
        return wait_for(lambda: [row for row in self.rows(name) if row.get("state") not in under_way
                                 and run in (None, row["id"])], f"{name} to end")[0]

    def waiting(self, name, doing, count=1):
        """Once so many runs of this directive wait for such a thing (see GET /api/v1/runs): one of them."""
        def found():
            runs = [one for one in self.project.admin("GET", "/api/v1/runs")[1]
                    if one["directive"] == name and one["state"] == "waiting"
                    and any(at["doing"] == doing for at in one["at"])]
            return runs if len(runs) >= count else None
        return wait_for(found, f"{count} x {name} to wait ({doing})")[0]["run"]

    def answer(self, name, yes_or_no):
        """Says so to the run of this directive that asks; gives its number."""
        run = self.waiting(name, "answer")
        said = self.project.cli("approve-run", str(run), yes_or_no)
        self.assertEqual(said.returncode, 0, said.stderr)
        return run

    def state(self, name):
        status, answer = self.project.admin("GET", "/api/v1/state/" + name)
        return answer["value"] if status == 200 else None

    def wait_for_state(self, name, value):
        wait_for(lambda: self.state(name) == value, f"the state {name} to be {value!r}")


def main():
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
