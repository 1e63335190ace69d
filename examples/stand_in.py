"""What the stand-ins for the outside world share: a small HTTP server on this machine.

Each example has an `outside.py` that describes its world with this module. Every stand-in takes

    --port PORT        0: any free port
    --port-file FILE   where to write the port, once it listens
    --project FOLDER   whose secrets it knows and whose engine it calls (default: the example)

and answers, besides what it stands for,

    GET  /asked     what was asked of it, oldest first: [{method, path, query, body, status}]
    POST /trouble   {"path": "/v1/x", "status": 503, "times": 2}: answers so to the next requests
                    whose path begins like that; with "method" only to those, with "headers" with
                    them. {"times": 0} ends all trouble

Each request is one line on standard output. Python's standard library is all it needs.
"""
import argparse
import collections
import datetime
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import signal
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 4 << 20
REMEMBERED = 2000  # requests, and bytes of a body that is no JSON


class Refused(Exception):
    """The request is answered with this status; the text says why."""

    def __init__(self, status, why, headers=None):
        super().__init__(why)
        self.status = status
        self.headers = headers or {}


class Request:
    """One request as the routes see it."""

    def __init__(self, method, target, headers, body):
        parts = urllib.parse.urlsplit(target)
        self.method = method
        self.path = urllib.parse.unquote(parts.path)
        self.query = dict(urllib.parse.parse_qsl(parts.query))
        self.headers = headers
        self.body = body
        self.says = ""  # what a route wants to see in the line about it

    def json(self):
        """The body, which must be a JSON object; an empty one counts as {}."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            raise Refused(400, "the body is not JSON") from None
        if not isinstance(value, dict):
            raise Refused(400, "the body must be a JSON object")
        return value

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(errors="replace")))

    def needs_authorization(self, *good):
        """One of these texts must be the Authorization header."""
        given = self.headers.get("Authorization", "").encode()
        if not any(hmac.compare_digest(given, text.encode()) for text in good):
            raise Refused(401, "who are you? The token is missing or wrong")

    def as_asked(self, status):
        try:
            body = json.loads(self.body)
        except ValueError:
            body = self.body[:REMEMBERED].decode(errors="replace")
        return {"method": self.method, "path": self.path, "query": self.query, "body": body,
                "status": status}


class Engine:
    """The engine of one project, as the outside sees it."""

    def __init__(self, project):
        self.project = pathlib.Path(project)

    def secret(self, name):
        """What the project and the outside have agreed upon."""
        for file in (".aifp-project/secrets.yaml", "secrets.example.yaml"):
            path = self.project / file
            found = path.exists() and re.search(rf"^{name}: *(.+)$", path.read_text(), re.M)
            if found:
                return found[1].strip(" '\"")
        raise Refused(500, f"{self.project} has no secret {name}")

    def post_hook(self, path, value, headers=None):
        """Calls a webhook: (status, text of the answer). 0: nobody is there."""
        try:
            told = json.loads((self.project / ".aifp-project/run/endpoints.json").read_text())
            address = told["hooks"]
        except (OSError, ValueError, KeyError):
            address = "127.0.0.1:7718"
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
        try:
            connection.request("POST", "/hooks/" + path, body=json.dumps(value).encode(),
                               headers={"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as problem:
            return 0, str(problem)
        finally:
            connection.close()

    def post_signed_hook(self, path, value, key, delivery):
        """As GitHub and others do it: the sender proves that it knows the key."""
        now = str(int(time.time()))
        text = now.encode() + b"." + json.dumps(value).encode()
        signature = hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
        return self.post_hook(path, value, {"X-Timestamp": now, "X-Delivery": delivery,
                                            "X-Signature-256": "sha256=" + signature})


class World:
    """Base of the stand-ins. A route is a method with @route; one runs at a time.

    A route gets the request and the texts of the groups in its pattern, and returns a JSON value,
    or (status, value).
    """

    name = "outside"

    def __init__(self, engine):
        self.engine = engine
        self.lock = threading.RLock()
        self._asked = collections.deque(maxlen=REMEMBERED)
        self._troubles = []
        self._routes = [(*getattr(type(self), name).route, getattr(self, name))
                        for name in dir(type(self)) if hasattr(getattr(type(self), name), "route")]

    def answer(self, request):
        """(status, value, headers) for a request, which is remembered."""
        with self.lock:
            own = request.path in ("/asked", "/trouble")
            try:
                status, value, headers = self._own(request) if own else self._found(request)
            except Refused as refused:
                status, value, headers = refused.status, {"error": str(refused)}, refused.headers
            if not own:
                self._asked.append(request.as_asked(status))
            return status, value, headers

    def _own(self, request):
        if request.path == "/asked":
            return 200, list(self._asked), {}
        trouble = request.json()
        if trouble.get("times") == 0:
            self._troubles.clear()
        else:
            self._troubles.append(trouble)
        return 200, {"trouble": len(self._troubles)}, {}

    def _found(self, request):
        self._meet_trouble(request)
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                answer = handler(request, *match.groups())
                return (*answer, {}) if isinstance(answer, tuple) else (200, answer, {})
        raise Refused(404, f"{request.method} {request.path}: there is no such thing here")

    def _meet_trouble(self, request):
        for trouble in self._troubles:
            if (request.path.startswith(trouble.get("path", "/"))
                    and trouble.get("method", request.method) == request.method):
                trouble["times"] = trouble.get("times", 1) - 1
                if trouble["times"] <= 0:
                    self._troubles.remove(trouble)
                raise Refused(trouble.get("status", 503), "trouble, as somebody wished",
                              trouble.get("headers"))


def route(method, pattern):
    """Marks a method of a World as what answers such requests."""
    def mark(function):
        function.route = (method, re.compile(pattern))
        return function
    return mark


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "stand-in/1"
    timeout = 30

    def handle_any(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            return self.refuse(400, "send the body with Content-Length")
        if int(length) > MAX_BODY_BYTES:
            return self.refuse(413, f"the body may have {MAX_BODY_BYTES} bytes")
        request = Request(self.command, self.path, self.headers, self.rfile.read(int(length)))
        status, value, headers = self.server.world.answer(request)
        self.send(status, value, headers)
        if request.path not in ("/asked", "/trouble"):
            self.tell(request.says or f"{request.method} {request.path}: {status}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def refuse(self, status, why):
        self.close_connection = True
        self.send(status, {"error": why}, {})

    def send(self, status, value, headers):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, field in headers.items():
            self.send_header(name, str(field))
        self.end_headers()
        self.wfile.write(text)

    def tell(self, what):
        now = datetime.datetime.now().strftime("%H:%M:%S")
        # The path came from outside: only what can be printed. One write for the whole line:
        # the engine writes to the same terminal.
        sys.stdout.write(f"{now}  [{self.server.world.name}] "
                         f"{what if what.isprintable() else ascii(what)}\n")
        sys.stdout.flush()

    def log_message(self, format, *args):
        """Each request has its own line already."""


class Server(ThreadingHTTPServer):
    daemon_threads = True


def write_whole(path, text):
    """The file appears with all of its text or not at all."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(temporary, path)


def serve(make_world, description, port, project):
    """Runs a stand-in until it is told to end. `project` is the default of --project."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=port, help="0: any free port")
    parser.add_argument("--port-file", help="where to write the port")
    parser.add_argument("--project", default=project,
                        help="whose secrets it knows and whose engine it calls")
    options = parser.parse_args()
    world = make_world(Engine(options.project))
    try:
        server = Server((options.host, options.port), Handler)
    except OSError as problem:
        sys.exit(f"{world.name}: cannot listen on {options.host}:{options.port}: "
                 f"{problem.strerror}")
    server.world = world
    port = server.server_address[1]
    print(f"[{world.name}] at http://{options.host}:{port}", flush=True)
    if options.port_file:
        write_whole(options.port_file, f"{port}\n")
    # shutdown() waits for serve_forever(), so it may not run in the thread that serves.
    signal.signal(signal.SIGTERM,
                  lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    server.server_close()
