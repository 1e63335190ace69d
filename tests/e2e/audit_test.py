"""Each route and each tool that changes something leaves a line `change` in the lifecycle log: who, what, and how
it was before and after. What is in no table here fails: a new route or tool needs its line."""
import json
import re

from harness import EndToEnd, UnixConnection, ask, main, wait_for

LAMP = "name: lamp\ntrigger: manual\naction: {log: on}\n"
SLEEPER = "name: sleeper\nmode: parallel\nmax: 100\ntrigger: manual\nactions: [{delay: 1h}]\n"
BELL = "name: bell\ntrigger: manual\naction: {log: ring}\n"
# What a path needs in place of {…}, and a body where the route wants one to get as far as a change.
SUBJECTS = {"/directives/": "lamp", "/runs/": "RUN", "/state/": "colour", "/tokens/": "page",
            "/dependencies/": "1", "/chat/": "none"}
BODIES = {"POST /api/v1/directives": BELL, "PUT /api/v1/directives/{name}": LAMP.replace("on", "off"),
          "POST /api/v1/directives/{name}/snooze": {"for": "1h"}, "PUT /api/v1/state/{name}": {"value": "red"},
          "POST /api/v1/tokens": {"name": "page", "scopes": ["read"]}, "POST /api/v1/chat": {"message": "hello"},
          "POST /api/v1/directives/{name}/answers": {"answers": {"actions.1": "x"}},
          "POST /api/v1/runs/{run}/approval": {"answer": "yes"},
          "POST /api/v1/prompts/files": {"name": "notes.md", "content_base64": "aGVsbG8="}}
TOOLS = {"update_directive_status": {"directive_id": 1, "status": "paused"},
         "update_directive_config": {"directive_id": 1, "configuration_json": {"description": "lit"}},
         "set_directive_approval": {"directive_id": 1, "approved": True},
         "record_execution": {"directive_id": 1, "status": "success"},
         "add_dependency": {"directive_id": 1, "dependency_type": "service", "name": "broker"},
         "mark_dependency_installed": {"dependency_id": 1},
         "register_implementation": {"directive_id": 1, "implementation_file": "src/lamp.py", "entry_point": "run"},
         "update_implementation_status": {"implementation_id": 1, "status": "deployed"},
         "update_test_status": {"implementation_id": 1, "test_status": "passing"},
         "update_logging_config": {"log_type": "error", "retention_days": 10},
         "toggle_logging": {"log_type": "error", "enabled": False},
         "propose_directive": {"file": "bell.yaml", "text": BELL},
         "archive_directive": {"directive_id": 1}}


class Audit(EndToEnd):
    def setUp(self):
        super().setUp()
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.write("directives/sleeper.yaml", SLEEPER)
        self.project.write("src/lamp.py", "def run(context):\n    return {}\n")
        self.project.write(".aifp-project/engine.yaml", "mcp: {scope: [read, author, operate, approve]}\n")
        self.project.start()

    def changes(self, what):
        lines = self.project.admin("GET", "/api/v1/logs?type=lifecycle&limit=1000")[1]
        return [line for line in lines if line["event"] == "change" and line["what"] == what]

    def line_of(self, what, count=1):
        """The newest line of so many; the log's thread may be a little behind."""
        return wait_for(lambda: len(self.changes(what)) >= count and self.changes(what), f"a line: {what}")[-1]

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/yaml" if isinstance(body, str) else "application/json"}
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        return ask(UnixConnection(self.project.endpoints()["socket"]), method, path, text, headers)

    def changing_routes(self):
        document = self.project.admin("GET", "/api/v1/openapi.json")[1]
        return [(method.upper(), path) for path, methods in document["paths"].items()
                for method, operation in methods.items()
                if isinstance(operation, dict) and operation.get("x-scope", "read") != "read" and method != "get"]

    def subject_of(self, path):
        for part, subject in SUBJECTS.items():
            if path.startswith("/api/v1" + part):
                return self.run_number if subject == "RUN" else subject
        self.fail(path + " has no subject here")

    def test_every_route_that_changes_something_leaves_a_line(self):
        routes = self.changing_routes()
        self.assertGreater(len(routes), 25)
        for method, path in routes:
            with self.subTest(f"{method} {path}"):
                self.run_number = str(self.ask("POST", "/api/v1/directives/sleeper/run", {})[1]["run"])
                asked = re.sub(r"\{[a-z]+\}", lambda _: self.subject_of(path), path)
                query = "?file=bell.yaml" if f"{method} {path}" == "POST /api/v1/directives" else ""
                self.ask(method, asked + query, BODIES.get(f"{method} {path}"))
                line = self.line_of(f"{method} {asked}")
                self.assertRegex(line["who"], "^uid ")
                self.assertIn("outcome", line)

    def test_a_line_tells_before_and_after(self):
        self.ask("POST", "/api/v1/directives/lamp/pause")
        line = self.line_of("POST /api/v1/directives/lamp/pause")
        self.assertEqual((line["before"]["status"], line["after"]["status"]), ("active", "paused"))
        run = self.ask("POST", "/api/v1/directives/sleeper/run", {})[1]["run"]
        wait_for(lambda: [one for one in self.project.admin("GET", "/api/v1/runs")[1] if one["state"] == "waiting"],
                 "the run to wait")
        self.ask("POST", f"/api/v1/runs/{run}/cancel")
        line = self.line_of(f"POST /api/v1/runs/{run}/cancel")
        self.assertEqual(line["before"], {"directive": "sleeper", "state": "waiting"})
        self.ask("POST", "/api/v1/directives?file=bell.yaml", BELL)
        line = self.line_of("POST /api/v1/directives")
        self.assertEqual((line["before"], line["after"]["directives"]), (None, ["bell"]))

    def test_a_streamed_chat_leaves_a_line_too(self):
        self.ask("POST", "/api/v1/chat", {"message": "hello", "stream": True})
        self.assertNotEqual(self.line_of("POST /api/v1/chat")["outcome"], "done")

    def mcp_session(self):
        connection = self.project.connect("admin")
        headers = {"Authorization": "Bearer " + self.project.token(), "Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream"}
        connection.request("POST", "/mcp", json.dumps(
            {"jsonrpc": "2.0", "id": 1, "method": "initialize",
             "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                        "clientInfo": {"name": "test", "version": "1"}}}), headers)
        response = connection.getresponse()
        response.read()
        headers["Mcp-Session-Id"] = response.getheader("Mcp-Session-Id")
        self.addCleanup(connection.close)

        def call(method, params):
            message = {"jsonrpc": "2.0", "method": method, "params": params}
            message |= {} if method.startswith("notifications/") else {"id": 2}
            connection.request("POST", "/mcp", json.dumps(message), headers)
            text = connection.getresponse().read().decode()
            found = [line[6:] for line in text.splitlines() if line.startswith("data: {")]
            return json.loads(found[-1] if found else text or "{}")
        call("notifications/initialized", {})
        return call

    def test_every_tool_that_changes_something_leaves_a_line_over_mcp(self):
        call = self.mcp_session()
        tools = call("tools/list", {})["result"]["tools"]
        changing = {tool["name"] for tool in tools if not tool["annotations"]["readOnlyHint"]}
        self.assertEqual(changing, set(TOOLS))
        for name, arguments in TOOLS.items():
            with self.subTest(name):
                call("tools/call", {"name": name, "arguments": arguments})
                line = self.line_of("tool " + name)
                self.assertIn("mcp", line["who"])
                self.assertEqual(line["outcome"], "done", line)
                self.assertEqual(line["with"].keys() & arguments.keys(), arguments.keys())
                self.assertNotEqual(line["after"], None)

    def test_what_a_tool_changed_stands_in_its_line(self):
        call = self.mcp_session()
        for name in ("add_dependency", "mark_dependency_installed", "update_logging_config", "propose_directive"):
            call("tools/call", {"name": name, "arguments": TOOLS[name]})
        line = self.line_of("tool mark_dependency_installed")
        self.assertEqual((line["before"]["is_installed"], line["after"]["is_installed"]), (False, True))
        line = self.line_of("tool update_logging_config")
        self.assertEqual((line["before"]["retention_days"], line["after"]["retention_days"]), (90, 10))
        line = self.line_of("tool propose_directive")
        self.assertEqual((line["before"], line["after"]["directives"]), (None, ["bell"]))
        self.assertEqual(line["with"]["file"], "bell.yaml")


if __name__ == "__main__":
    main()
