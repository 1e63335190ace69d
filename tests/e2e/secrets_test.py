"""Plants a secret in every path that a value can take, and looks for it everywhere: all files of the
project, all answers, all that the daemon says. What waits goes on with the true value after a kill."""
import base64
import http.client
import http.server
import json
import os
import signal
import socketserver
import subprocess
import threading
import time
import urllib.parse

from harness import AIFP, EndToEnd, UnixConnection, main, wait_for

# Each path has a value of its own, so that a leak names itself. One has letters that JSON and URLs escape.
VALUES = {name: f"{name}-Qz7'x\"\\{len(name)}é" if name == "odd" else f"zz-{name}-5e2c9f"
          for name in ("header", "json", "env_out", "env_err", "state", "emit", "call", "output", "hook",
                       "key", "odd", "api", "query", "pin", "basic")}
VALUES["pem"] = "-----BEGIN PRIVATE KEY-----\n" + "".join(f"zzPem{i}{'Qx7/+' * 11}\n" for i in range(100)) + "-----END PRIVATE KEY-----\n"
VARIABLE = "zz-variable-5e2c9f"
DIRECTIVES = """\
directives:
  - name: asks
    trigger: {webhook: asks, auth: none, respond: wait}
    actions:
      - http_request: "POST http://127.0.0.1:%(port)d/echo"
        headers: {X-Token: !secret header, X-Env: "${PLANTED}"}
        json: {token: !secret json, odd: !secret odd}
        as: echoed
      - {log: "echoed {{ steps.echoed.body }}"}
  - name: refused
    trigger: {webhook: refused, auth: none, respond: wait}
    action: {http_request: "POST http://127.0.0.1:%(port)d/refuse", json: {token: !secret json}}
  - name: nowhere
    trigger: {webhook: nowhere, auth: none, respond: wait}
    action: {http_request: "GET http://${PLANTED}.invalid/", timeout: 5s}
  - name: child
    trigger: {webhook: child, auth: none, respond: wait}
    actions:
      - shell: "echo out $OUT; printf 'ann:%%s' \\"$BASIC\\" | base64 -w0; echo; echo \\"$PEM\\"; echo err $ERR >&2; exit 3"
        env: {OUT: !secret env_out, ERR: !secret env_err, BASIC: !secret basic, PEM: !secret pem}
  - name: encodes
    trigger: {webhook: encodes, auth: none, respond: wait}
    actions:
      - {shell: "printf 'ann:%%s' \\"$BASIC\\" | base64 -w0; echo; echo \\"$PEM\\"", env: {BASIC: !secret basic, PEM: !secret pem}, as: said}
      - {log: "said {{ steps.said.stdout }}"}
      - {shell: "exit 3"}
  - name: posts
    trigger: {webhook: posts, auth: none, respond: wait}
    action: {http_request: "POST http://127.0.0.1:%(port)d/quiet", body: "{\\"user\\": \\"ann\\", \\"password\\": \\"zz-written-5e2c9f\\"}"}
  - name: keeps
    trigger: {webhook: keeps, auth: none}
    action: {set: {kept: "{{ trigger.body.token }}", odd: "{{ trigger.body.odd }}"}}
  - name: tells
    trigger: {state: kept}
    actions: [{log: "kept {{ state.kept }}"}, {notify: "kept {{ state.kept }}"}]
  - name: emits
    trigger: {webhook: emits, auth: none}
    action: {emit: planted, data: {token: !secret emit}}
  - name: hears
    mode: queued
    key: "{{ trigger.data.token }}"
    trigger: {event: planted}
    variables: {token: "{{ trigger.data.token }}"}
    actions: [{wait_for: {event: go}, timeout: 1h}, *send]
  - name: calls
    trigger: {webhook: calls, auth: none}
    action: {call: called, with: {token: !secret call, odd: !secret odd}}
  - name: called
    trigger: manual
    actions:
      - {variables: {token: "{{ trigger.token }}", odd: "{{ trigger.odd }}", both: "Bearer {{ trigger.token }}"}}
      - {wait_for: {event: go}, timeout: 1h}
      - {http_request: "POST http://127.0.0.1:%(port)d/sent", json: {by: called, token: "{{ vars.both }}", odd: "{{ vars.odd }}"}}
  - name: remembers
    trigger: {webhook: remembers, auth: none}
    actions:
      - {shell: "printf %%s \\"$OUT\\"", env: {OUT: !secret output}, as: said}
      - {wait_for: {event: go}, timeout: 1h}
      - {http_request: "POST http://127.0.0.1:%(port)d/sent", json: {by: remembers, token: "{{ steps.said.stdout }}"}}
  - name: slow
    mode: queued
    key: "{{ trigger.body.key }}"
    trigger: {webhook: slow, auth: none}
    actions:
      - {wait_for: {event: go}, timeout: 1h}
      - {http_request: "POST http://127.0.0.1:%(port)d/sent", json: {by: slow, token: "{{ trigger.body.token }}"}}
  - {name: go, trigger: {webhook: go, auth: none}, action: {emit: go}}
  - name: refuses
    trigger: {webhook: refuses, auth: none}
    condition: "state.kept == 'other' and trigger.body.token == 'other'"
    action: {log: never}
"""
SEND = '{http_request: "POST http://127.0.0.1:%d/sent", json: {by: hears, token: "{{ vars.token }}"}}'


class Peer:
    """Says back what it was sent; keeps what came to /sent."""

    def __init__(self):
        peer = self
        self.sent = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                if self.path == "/sent":
                    peer.sent.append(json.loads(body))
                text = f"{self.headers} {body} {urllib.parse.quote(body)} {in_escapes(body)}".encode()
                text += b" " + base64.b64encode(f"ann:{body}".encode())
                text = b"" if self.path == "/quiet" else text
                self.send_response(500 if self.path == "/refuse" else 200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def in_escapes(text):
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def base64_cores(value):
    """What of the base64 of a text with the value in it depends on the value alone, wherever it stands."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + value.encode()).decode()
        yield whole[-(-8 * before // 6):8 * (before + len(value.encode())) // 6]


def forms_of(value):
    lines = {line for line in value.split("\n") if len(line) >= 16 and not line.startswith("-----")}
    return lines | {value, urllib.parse.quote(value, safe="-._~"), json.dumps(value)[1:-1], in_escapes(value),
                    json.dumps(value, ensure_ascii=False)[1:-1], *base64_cores(value)}


class Secrets(EndToEnd):
    def setUp(self):
        super().setUp()
        self.peer = Peer()
        self.addCleanup(self.peer.server.shutdown)
        self.answers = []
        self.project.write(".aifp-project/secrets.yaml",
                           "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in VALUES.items()), 0o600)
        text = DIRECTIVES % {"port": self.peer.port}
        self.project.write("directives/all.yaml", text.replace("*send", SEND % self.peer.port))
        self.addCleanup(os.environ.pop, "PLANTED", None)
        os.environ["PLANTED"] = VARIABLE
        self.project.write(".aifp-project/engine.yaml", "traces: all\n")

    def start(self):
        self.project.start()
        refused = [one for one in self.ask("GET", "/api/v1/directives")[1] if not one["armed"] and one["name"] != "called"]
        self.assertEqual(refused, [], self.project.said())
        self.assertNotIn("error:", self.project.said())

    def ask(self, method, path, body=None):
        status, answer = self.project.admin(method, path, body and json.dumps(body))
        self.answers.append((path, json.dumps(answer, ensure_ascii=False)))
        return status, answer

    def hook(self, path, body=None):
        status, answer = self.project.hook(path, json.dumps(body or {}), {"Content-Type": "application/json"})
        self.answers.append(("/hooks/" + path, json.dumps(answer, ensure_ascii=False)))
        return status, answer

    def test_no_secret_stands_anywhere(self):
        self.start()
        stream = self.watch_states()
        self.plant()
        wait_for(lambda: len(self.waiting()) >= 5, "five runs to wait")
        self.look_at_everything()
        self.answers.append(("watch", stream.kill_and_read()))
        self.project.stop(signal.SIGKILL)
        self.check("after the kill")
        self.start()
        self.look_at_everything()
        for sent in (4, 5):  # the queued one waits for a word of its own
            wait_for(self.waiting, "runs to wait")
            self.assertEqual(self.hook("go")[0], 202)
            wait_for(lambda: len(self.peer.sent) == sent, f"{sent} to be sent")
        self.assertEqual({(one["by"], one["token"]) for one in self.peer.sent},
                         {("hears", VALUES["emit"]), ("called", "Bearer " + VALUES["call"]),
                          ("remembers", VALUES["output"]), ("slow", VALUES["hook"])})
        self.assertEqual([one["odd"] for one in self.peer.sent if one["by"] == "called"], [VALUES["odd"]])
        self.look_at_everything()
        self.project.stop()
        self.check("at the end")

    def plant(self):
        for path in ("asks", "refused", "nowhere", "child", "encodes", "posts"):
            self.hook(path)
        self.assertEqual(self.hook("keeps", {"token": VALUES["state"], "odd": VALUES["odd"]})[0], 202)
        for path in ("emits", "calls", "remembers"):
            self.assertEqual(self.hook(path)[0], 202)
        for _ in range(2):  # the second waits its turn
            self.assertEqual(self.hook("slow", {"token": VALUES["hook"], "key": VALUES["key"]})[0], 202)
        wait_for(lambda: self.ask("GET", "/api/v1/state/kept")[0] == 200, "the state")
        self.hook("refuses", {"token": VALUES["hook"]})
        self.ask("PUT", "/api/v1/state/told", {"value": VALUES["api"]})
        self.ask("GET", "/api/v1/directives/" + VALUES["query"])
        self.ask("POST", "/api/v1/tools/validate_directive", {"text": f"name: x\naction: {{log: {VALUES['query']}}}\n"})

    def waiting(self):
        return [one for one in self.ask("GET", "/api/v1/runs")[1] if one["state"] == "waiting"]

    def look_at_everything(self):
        directives = [one["name"] for one in self.ask("GET", "/api/v1/directives")[1]]
        for name in directives:
            for part in ("", "/why", "/questions", "/backtest?since=1d"):
                self.ask("GET", f"/api/v1/directives/{name}{part}")
            self.ask("POST", f"/api/v1/directives/{name}/run", {"dry": True})
        runs = self.ask("GET", "/api/v1/decisions?limit=500")[1]
        for run in runs:
            self.ask("GET", f"/api/v1/runs/{run['id']}/trace")
        for path in ("executions?limit=500", "runs", "state", "status", "report", "dependencies", "neighbours"):
            self.ask("GET", "/api/v1/" + path)
        for tool in ("explain", "read_logs"):
            self.answers.append((tool, self.over_mcp(tool, {"directive": "asks"})))

    def over_mcp(self, tool, arguments):
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                   "params": {"name": tool, "arguments": arguments, "_meta": meta}}
        done = subprocess.run([AIFP, "--project", str(self.project.root), "mcp"], text=True, timeout=30,
                              input=json.dumps(message) + "\n", capture_output=True)
        self.assertIn('"result"', done.stdout, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def watch_states(self):
        connection = UnixConnection(self.project.endpoints()["socket"])
        connection.request("GET", "/api/v1/watch/state")
        response = connection.getresponse()
        pieces = []

        def read():
            try:
                while piece := response.read1(4096):
                    pieces.append(piece)
            except (OSError, http.client.HTTPException):
                pass

        thread = threading.Thread(target=read, daemon=True)
        thread.start()

        class Stream:
            def kill_and_read(_):
                wait_for(lambda: b"kept" in b"".join(pieces) and b"told" in b"".join(pieces), "the change in the stream")
                return b"".join(pieces).decode()

        return Stream()

    def check(self, when):
        leaks = []
        for name, value in {**VALUES, "variable": VARIABLE}.items():
            for form in forms_of(value):
                leaks += [f"{name} in {path}" for path, text in self.answers
                          if form in text or json.dumps(form, ensure_ascii=False)[1:-1] in text]
                for file in self.project.root.rglob("*"):
                    if file.is_file() and file.name != "secrets.yaml" and form.encode() in file.read_bytes():
                        leaks.append(f"{name} in {file.relative_to(self.project.root)}")
        written = "zz-written-5e2c9f"  # in the directive's file, so also in its versions; not in what it did
        leaks += [f"the password of a body in {path}" for path, text in self.answers
                  if written in text and ("trace" in path or "executions" in path or "hooks" in path)]
        leaks += [f"the password of a body in {file.name}" for file in (self.project.root / ".aifp-project/logs").rglob("*")
                  if file.is_file() and written.encode() in file.read_bytes()]
        self.assertEqual(sorted(set(leaks)), [], when)


if __name__ == "__main__":
    main()
