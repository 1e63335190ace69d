"""Several projects in one daemon: both work, and neither sees the other."""
import json
import signal
import subprocess

from harness import AIFP, AIFPD, EndToEnd, Project, ask, main, wait_for

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}}

# The same names, paths, events and state names on purpose.
DIRECTIVES = """
directives:
  - {name: beat, trigger: {every: 1s}, action: {log: "beat of OWNER"}}
  - {name: door, mode: parallel, trigger: {webhook: door, auth: none},
     actions: [{set: {seen: "OWNER {{ trigger.body.value }}"}}, {emit: opened}]}
  - {name: heard, mode: parallel, trigger: {event: opened}, action: {log: "OWNER heard {{ state.seen }}"}}
  - {name: sum, trigger: {webhook: sum, auth: none, respond: wait}, action: {command: [echo, "{{ state.seen }}"], as: sum}}
"""


class Projects(EndToEnd):
    def setUp(self):
        self.home = self.make("home")
        self.work = self.make("work")

    def make(self, name):
        project = Project(name)
        self.addCleanup(project.remove)
        project.write("directives/all.yaml", DIRECTIVES.replace("OWNER", name))
        return project

    def start(self):
        self.home.start(arguments=["--project", str(self.work.root)])
        self.work.shares_daemon(self.home)

    def ended(self, project, name):
        return [row for row in project.decisions(name) if row.get("state") == "ok"]

    def log_of(self, project):
        files = (project.root / ".aifp-project/logs/execution").glob("*.jsonl")
        return "".join(file.read_text() for file in files)

    def test_both_fire_and_share_nothing(self):
        self.start()
        self.assertEqual(self.home.hook("door", b'{"value": 1}', {"Content-Type": "application/json"}, prefix="/p/home")[0], 202)
        self.assertEqual(self.work.hook("door", b'{"value": 2}', {"Content-Type": "application/json"}, prefix="/p/work")[0], 202)
        for project, name, value in ((self.home, "home", 1), (self.work, "work", 2)):
            wait_for(lambda: self.ended(project, "heard") and self.ended(project, "beat"), "runs of " + name)
            self.assertEqual(len(project.decisions("door")), 1)
            self.assertEqual(len(project.decisions("heard")), 1)
            answer = project.hook("sum", prefix="/p/" + name)[1]
            self.assertEqual(answer["steps"]["sum"]["stdout"], f"{name} {value}\n")
            wait_for(lambda: f"{name} heard {name} {value}" in self.log_of(project), "the log of " + name)
        self.assertNotIn("work", self.log_of(self.home).replace(str(self.work.root), ""))
        self.assertNotIn("home", self.log_of(self.work).replace(str(self.home.root), ""))
        self.assertEqual(self.home.stop(), 0)

    def test_each_has_its_own_names_endpoints_socket_and_command_line(self):
        self.start()
        for project, name in ((self.home, "home"), (self.work, "work")):
            endpoints = project.endpoints()
            self.assertEqual((endpoints["name"], endpoints["prefix"]), (name, "/p/" + name))
            self.assertEqual(project.admin("GET", "/api/v1/status")[1]["project"], str(project.root))
            status, shown = project.admin("GET", f"/p/{name}/api/v1/status")
            self.assertEqual((status, shown["project"]), (200, str(project.root)))
            self.assertIn(str(project.root), project.cli("status", "--json").stdout)
            below = subprocess.run([AIFP, "status", "--json"], cwd=project.root / "directives",
                                   capture_output=True, text=True, timeout=30)
            self.assertIn(str(project.root), below.stdout)
        self.assertEqual(self.home.endpoints()["admin"], self.work.endpoints()["admin"])
        self.assertNotEqual(self.home.endpoints()["socket"], self.work.endpoints()["socket"])
        self.assertNotEqual(self.home.admin("GET", "/p/work/api/v1/status")[0], 200)
        self.assertEqual(self.home.admin("POST", "/api/v1/directives/beat/pause")[0], 200)
        self.assertEqual(self.work.admin("GET", "/api/v1/directives/beat")[1]["status"], "active")

    def test_a_token_opens_only_its_own_project(self):
        self.start()
        home, work = self.home.token(), self.work.token()
        self.assertNotEqual(home, work)
        ask = self.home.admin_over_tcp
        self.assertEqual(ask("/p/home/api/v1/status", home)[0], 200)
        self.assertEqual(ask("/p/work/api/v1/status", work)[0], 200)
        unknown = ask("/p/nobody/api/v1/status", home)
        self.assertEqual(unknown[0], 401)
        for path, token in (("/p/work/api/v1/status", home), ("/p/home/api/v1/directives", work),
                            ("/p/home/api/v1/status", None), ("/p/work/../home/api/v1/status", work),
                            ("/p/work%2f..%2fhome/api/v1/status", home), ("/p/HOME/api/v1/status", home)):
            self.assertEqual(ask(path, token)[0] in (401, 404), True, path)
        self.assertEqual(ask("/p/work/api/v1/status", home), unknown, "names can be tried out")
        self.assertEqual(ask("/api/v1/status", home)[0], 404)
        for fields in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            self.assertEqual(ask("/p/home/api/v1/status", home, fields)[0], 403)
        self.assertEqual(ask("/healthz")[0], 200)
        self.assertEqual(ask("/readyz")[0], 200)

    def test_hooks_answer_only_below_their_project(self):
        self.work.write("directives/own.yaml", "name: own\ntrigger: {webhook: own, auth: none}\naction: {log: in}\n")
        self.start()
        self.assertEqual(self.work.hook("own", prefix="/p/work")[0], 202)
        self.assertEqual(self.work.hook("own", prefix="/p/home")[0], 404)
        self.assertEqual(self.work.hook("own")[0], 404)

    def test_one_project_answers_under_both_paths(self):
        self.home.start()
        token = self.home.token()
        for prefix in ("", "/p/home"):
            self.assertEqual(self.home.admin_over_tcp(prefix + "/api/v1/status", token)[0], 200)
            self.assertEqual(self.home.hook("door", b'{"value": 1}', {"Content-Type": "application/json"}, prefix=prefix)[0], 202)

    def test_each_speaks_mcp_under_its_prefix_and_takes_long_messages_there(self):
        self.start()

        def mcp(project, name, text, token=None):
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                "name": "validate_directive", "arguments": {"text": text}, "_meta": META}})
            headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                       "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call",
                       "Mcp-Name": "validate_directive", "Authorization": "Bearer " + (token or project.token())}
            return ask(project.connect("admin"), "POST", f"/p/{name}/mcp", body, headers)

        for project, name in ((self.home, "home"), (self.work, "work")):
            status, answer = mcp(project, name, "name: x\ntrigger: manual\naction: {log: x}\n")
            self.assertEqual(status, 200, answer)
            self.assertTrue(answer["result"]["structuredContent"]["valid"], answer)
        self.assertEqual(mcp(self.home, "home", "x", self.work.token())[0], 401)
        # Other admin routes end at 1 MiB; a message may be longer.
        long = "name: x\ntrigger: manual\naction: {log: x}\n" + "# comment\n" * 102_000
        self.assertEqual(mcp(self.home, "home", long)[0], 200)
        self.assertEqual(self.home.stop(), 0)

    def test_a_project_that_fails_does_not_stop_the_other(self):
        self.work.write(".aifp-project/engine.yaml", "aproval: off\n")
        self.home.start(arguments=["--project", str(self.work.root)])
        self.assertIn("aproval", self.home.said())
        self.assertIn(str(self.work.root), self.home.said())
        self.assertEqual(self.home.hook("door", b'{"value": 1}', {"Content-Type": "application/json"}, prefix="/p/home")[0], 202)
        self.assertEqual(self.home.admin_over_tcp("/readyz")[0], 503)
        self.assertFalse((self.work.root / ".aifp-project/run/endpoints.json").exists())
        self.assertEqual(self.home.stop(), 0)

    def test_a_project_that_another_daemon_has_is_left_to_it(self):
        self.work.start()
        self.home.start(arguments=["--project", str(self.work.root)])
        self.assertIn(str(self.work.daemon.pid), self.home.said())
        self.assertEqual(self.home.stop(), 0)
        self.assertEqual(self.work.admin("GET", "/api/v1/status")[0], 200)

    def test_when_none_can_run_the_exit_code_is_the_first_ones(self):
        self.home.write(".aifp-project/engine.yaml", "aproval: off\n")
        self.work.write(".aifp-project/secrets.yaml", "a: b\n", 0o644)
        ended = subprocess.run([AIFPD, "--project", str(self.home.root), "--project", str(self.work.root)],
                               capture_output=True, text=True, timeout=30)
        self.assertEqual(ended.returncode, 78)

    def test_sighup_reloads_every_project(self):
        self.start()
        for project in (self.home, self.work):
            project.write(".aifp-project/engine.yaml", "approval: required\n")
        self.home.daemon.send_signal(signal.SIGHUP)
        for project in (self.home, self.work):
            wait_for(lambda: project.admin("GET", "/api/v1/directives/beat")[1]["status"] == "implemented", "the reload")

    def test_names_are_made_unique_and_can_be_given(self):
        other = Project("home")
        self.addCleanup(other.remove)
        self.work.write(".aifp-project/engine.yaml", "name: office\n")
        self.home.start(arguments=["--project", str(other.root), "--project", str(self.work.root)])
        for project, name in ((other, "home-2"), (self.work, "office")):
            project.shares_daemon(self.home)
            self.assertEqual(project.endpoints()["name"], name)
            self.assertEqual(self.home.admin_over_tcp(f"/p/{name}/api/v1/status", project.token())[0], 200)


if __name__ == "__main__":
    main()
