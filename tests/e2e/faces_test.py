"""The faces of a running daemon: admin API, webhooks, signals, locks."""
import http.client
import json
import hashlib
import hmac
import os
import signal
import subprocess
import time

from harness import AIFP, AIFPD, EndToEnd, ask, main, wait_for

OPEN_HOOK = """
name: open
mode: parallel
trigger: {webhook: open, auth: none}
action: {set: {seen: "{{ trigger.body.value }}"}}
"""


class Webhooks(EndToEnd):
    def test_an_accepted_call_is_in_the_ledger(self):
        self.project.write("directives/open.yaml", OPEN_HOOK)
        self.project.start()
        status, answer = self.project.hook("open", b'{"value": 5}', {"Content-Type": "application/json"})
        self.assertEqual(status, 202)
        rows = wait_for(lambda: [r for r in self.project.decisions("open") if r.get("state") == "ok"], "the run")
        self.assertEqual(rows[0]["id"], answer["run"])

    def test_a_bearer_token_is_asked_for(self):
        self.project.write(".aifp-project/secrets.yaml", "word: open-sesame-please\n", 0o600)
        self.project.write("directives/hook.yaml",
                           "name: hook\ntrigger: {webhook: hook, auth: {bearer: !secret word}}\naction: {log: in}\n")
        self.project.start()
        self.assertEqual(self.project.hook("hook")[0], 401)
        self.assertEqual(self.project.hook("hook", headers={"Authorization": "Bearer wrong"})[0], 401)
        self.assertEqual(self.project.hook("hook", headers={"Authorization": "Bearer open-sesame-please"})[0], 202)
        refused = wait_for(lambda: [r for r in self.project.decisions("hook") if r["reason"] == "signature_bad"],
                           "the refusal's row")
        self.assertIn("2 requests", refused[0]["detail"])
        self.assertNotIn("open-sesame-please", self.project.said())

    def test_a_signed_call_is_taken_once(self):
        self.project.write(".aifp-project/secrets.yaml", "key: a-long-signing-key\n", 0o600)
        self.project.write("directives/hook.yaml",
                           "name: hook\nmode: parallel\ntrigger: {webhook: hook, auth: {hmac_sha256: !secret key}}\naction: {log: in}\n")
        self.project.start()
        stamp = str(int(time.time()))
        body = b'{"a": 1}'
        signature = hmac.new(b"a-long-signing-key", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-Timestamp": stamp, "X-Signature-256": "sha256=" + signature}
        self.assertEqual(self.project.hook("hook", body, headers)[0], 202)
        self.assertEqual(self.project.hook("hook", body, headers)[0], 401)
        self.project.stop(signal.SIGKILL)
        self.project.start()
        self.assertEqual(self.project.hook("hook", body, headers)[0], 401, "the mark must outlive a crash")

    def test_waiting_gives_the_result(self):
        self.project.write("directives/hook.yaml",
                           "name: hook\ntrigger: {webhook: sum, auth: none, respond: wait}\n"
                           "action: {command: [echo, \"{{ trigger.body.a + trigger.body.b }}\"], as: sum}\n")
        self.project.start()
        status, answer = self.project.hook("sum", b'{"a": 2, "b": 3}', {"Content-Type": "application/json"})
        self.assertEqual(status, 200)
        self.assertEqual(answer["steps"]["sum"]["stdout"], "5\n")

    def test_more_than_the_rate_are_told_when_to_come_again(self):
        self.project.write("directives/open.yaml", OPEN_HOOK + "rate: 2 per hour\n")
        self.project.start()
        call = lambda: self.project.hook("open", b'{"value": 5}', {"Content-Type": "application/json"})
        self.assertEqual([call()[0] for _ in range(3)], [202, 202, 429])
        self.assertEqual(call()[1]["reason"], "rate_limited")
        connection = self.project.connect("hooks")
        connection.request("POST", "/hooks/open", body=b"{}", headers={"Content-Type": "application/json"})
        self.assertTrue(3590 < int(connection.getresponse().getheader("Retry-After")) <= 3600)
        self.project.stop(signal.SIGKILL)
        self.project.start()
        self.assertEqual(call()[0], 429, "the count must outlive a crash")

    def test_what_cannot_be_taken_is_refused(self):
        self.project.write("directives/open.yaml", OPEN_HOOK.replace("auth: none", "auth: none, max_body: 100"))
        self.project.start()
        self.assertEqual(self.project.hook("nothing")[0], 404)
        self.assertEqual(self.project.hook("open", method="GET", body=None)[0], 405)
        self.assertEqual(self.project.hook("open", b"x" * 101)[0], 413)
        self.assertEqual(self.project.hook("open", b"{", {"Content-Type": "application/json"})[0], 400)


class Admin(EndToEnd):
    def test_tcp_needs_the_token_a_loopback_host_and_no_foreign_origin(self):
        self.project.start()
        address = self.project.endpoints()["admin"]
        host, port = address.rsplit(":", 1)
        token = (self.project.root / ".aifp-project/run/admin.token").read_text().strip()
        self.assertEqual(os.stat(self.project.root / ".aifp-project/run/admin.token").st_mode & 0o777, 0o600)

        def get(headers, path="/api/v1/status"):
            return ask(http.client.HTTPConnection(host, int(port), timeout=10), "GET", path, headers=headers)[0]

        bearer = {"Authorization": "Bearer " + token}
        self.assertEqual(get({}), 401)
        self.assertEqual(get(bearer), 200)
        self.assertEqual(get({**bearer, "Host": "evil.example"}), 403)
        self.assertEqual(get({**bearer, "Origin": "http://evil.example"}), 403)
        self.assertEqual(get({**bearer, "Origin": "http://" + address, "Host": address}), 200)
        self.assertEqual(get({}, "/healthz"), 200)
        self.assertEqual(get({}, "/readyz"), 200)

    def test_routes_tell_what_is_wrong(self):
        self.project.start()
        self.assertEqual(self.project.admin("GET", "/api/v1/nothing")[0], 404)
        self.assertEqual(self.project.admin("DELETE", "/api/v1/status")[0], 405)
        self.assertEqual(self.project.admin("GET", "/api/v1/decisions?limit=many")[0], 400)
        status, answer = self.project.admin("POST", "/api/v1/directives/ghost/run")
        self.assertEqual(status, 404)
        self.assertIn("ghost", answer["error"])

    def test_helper_tools_answer_over_http_and_on_the_command_line(self):
        self.project.write("directives/open.yaml", OPEN_HOOK)
        self.project.start()
        self.assertEqual(len(self.project.admin("GET", "/api/v1/tools")[1]), 35)
        status, answer = self.project.admin("POST", "/api/v1/tools/get_directive_by_name", b'{"name": "open"}')
        self.assertEqual((status, answer["status"]), (200, "active"))
        self.assertEqual(self.project.admin("POST", "/api/v1/tools/get_active_directives")[1][0]["id"], answer["id"])
        self.assertEqual(self.project.admin("POST", "/api/v1/tools/no_such_tool")[0], 404)
        self.assertEqual(self.project.admin("POST", "/api/v1/tools/get_dependencies", b"[]")[0], 400)
        paused = self.tool("update_directive_status", f'{{"directive_id": {answer["id"]}, "status": "paused"}}')
        self.assertEqual((paused.returncode, json.loads(paused.stdout)["new_status"]), (0, "paused"))
        self.assertIn(self.project.hook("open", b"{}")[0], (404, 409), "a paused webhook takes nothing")
        refused = self.tool("update_directive_status", f'{{"directive_id": {answer["id"]}, "status": "draft"}}')
        self.assertEqual((refused.returncode, json.loads(refused.stdout)["success"]), (1, False))
        self.assertEqual(self.tool("no_such_tool").returncode, 2)

    def tool(self, *arguments):
        return subprocess.run([AIFP, "tool", *arguments, "--project", str(self.project.root)],
                              capture_output=True, text=True, timeout=30)

    def test_a_directive_is_handed_in_and_the_daemon_looked_at_on_the_command_line(self):
        self.project.write(".aifp-project/engine.yaml", "approval: required\n")
        self.project.start()
        self.project.write("bell.txt", "name: bell\ntrigger: manual\naction: {log: ring}\n")
        file = str(self.project.root / "bell.txt")
        told = self.project.cli("propose", file, "--as", "bell.yaml", "--dry")
        self.assertEqual((told.returncode, told.stdout), (0, "bell: valid\n"), told.stderr)
        self.assertEqual(self.project.admin("GET", "/api/v1/directives")[1], [])
        told = self.project.cli("propose", file, "--as", "bell.yaml")
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("directives/bell.yaml: bell waits for a yes", told.stdout)
        self.assertEqual(self.project.cli("propose", file, "--as", "bell.yaml").returncode, 1)
        self.assertEqual(self.project.cli("approve", "bell").returncode, 0)
        self.project.write("bell.txt", "name: bell\ntrigger: manual\naction: {log: rang}\n")
        told = self.project.cli("propose", file, "--replaces", "bell")
        self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)
        self.assertIn("rang", self.project.cli("show", "bell", "--json").stdout)
        self.assertIn("engine.yaml", self.project.cli("settings", "approval").stdout)
        self.assertIn("aifp_uptime_seconds ", self.project.cli("metrics").stdout)
        names = {one["name"] for one in json.loads(self.project.cli("metrics", "--json").stdout)}
        self.assertIn("aifp_build_info", names)
        self.assertEqual(self.project.cli("neighbours").returncode, 0)
        self.assertIn("0 tokens", self.project.cli("prompt", "usage").stdout)


class Lifetime(EndToEnd):
    def test_a_second_daemon_names_the_first(self):
        first = self.project.start()
        second = subprocess.run([AIFPD, "--project", str(self.project.root)], capture_output=True, text=True, timeout=30)
        self.assertEqual(second.returncode, 1)
        self.assertIn(str(first.pid), second.stderr)

    def test_a_stop_waits_for_a_run_and_ends_with_0(self):
        self.project.write("directives/slow.yaml",
                           "name: slow\ntrigger: {webhook: slow, auth: none}\naction: {command: [sleep, \"0.5\"]}\n")
        self.project.start()
        self.assertEqual(self.project.hook("slow")[0], 202)
        self.assertEqual(self.project.stop(), 0)
        self.project.start()
        self.assertEqual(self.project.decisions("slow")[0]["state"], "ok")

    def test_a_saved_file_is_picked_up_in_every_way_editors_save(self):
        self.project.start()
        self.project.write("directives/a.yaml", "name: a\ntrigger: manual\naction: {log: a}\n")
        names = lambda: {row["name"]: row["status"] for row in self.project.admin("GET", "/api/v1/directives")[1]}
        wait_for(lambda: names().get("a") == "active", "a written file")
        renamed = self.project.write("directives/.b.tmp", "name: b\ntrigger: manual\naction: {log: b}\n")
        renamed.rename(self.project.root / "directives/b.yaml")
        wait_for(lambda: names().get("b") == "active", "a renamed file")
        target = self.project.write("elsewhere/c.yaml", "name: c\ntrigger: manual\naction: {log: c}\n")
        (self.project.root / "directives/c.yaml").symlink_to(target)
        wait_for(lambda: names().get("c") == "active", "a linked file")
        (self.project.root / "directives/a.yaml").unlink()
        wait_for(lambda: names().get("a") == "archived", "a removed file")
        self.project.write("directives/deep/er/d.yaml", "name: d\ntrigger: manual\naction: {log: d}\n")
        wait_for(lambda: names().get("d") == "active", "a file in new folders")

    def test_sighup_takes_new_settings_and_refuses_broken_ones(self):
        self.project.write("directives/a.yaml", "name: a\ntrigger: manual\naction: {log: a}\n")
        self.project.start()
        status = lambda: self.project.admin("GET", "/api/v1/directives/a")[1]["status"]
        self.assertEqual(status(), "active")
        self.project.write(".aifp-project/engine.yaml", "approval: required\n")
        self.project.daemon.send_signal(signal.SIGHUP)
        wait_for(lambda: status() == "implemented", "approval: required")
        self.project.write(".aifp-project/engine.yaml", "aproval: off\n")
        self.project.daemon.send_signal(signal.SIGHUP)
        wait_for(lambda: "aproval" in self.project.said(), "the complaint")
        self.assertEqual(status(), "implemented")

    def test_wrong_settings_at_start_end_with_78(self):
        self.project.write(".aifp-project/engine.yaml", "durabilty: full\n")
        self.project.start(wait=False)
        self.assertEqual(self.project.daemon.wait(timeout=30), 78)
        self.assertIn("durability", self.project.said())

    def test_readable_secrets_are_refused(self):
        self.project.write(".aifp-project/secrets.yaml", "a: b\n", 0o644)
        self.project.start(wait=False)
        self.assertEqual(self.project.daemon.wait(timeout=30), 78)
        self.assertIn("600", self.project.said())


class Actions(EndToEnd):
    def test_an_implementation_gets_its_line_and_gives_its_result(self):
        self.project.write("src/greet.py", "def greet(name, times=1):\n    print('working')\n    return {'text': ('hello ' + name) * times}\n")
        self.project.write("directives/greet.yaml",
                           "name: greet\ntrigger: {webhook: greet, auth: none, respond: wait}\n"
                           "action: {run: src/greet.py, entry: greet, with: {name: \"{{ trigger.query.who }}\"}, as: said}\n")
        self.project.start()
        status, answer = self.project.hook("greet?who=Zo%C3%AB")
        self.assertEqual((status, answer["steps"]["said"]), (200, {"text": "hello Zoë"}))

    def test_a_failing_script_tells_why(self):
        self.project.write("src/fail.sh", "echo no paper >&2; exit 3\n")
        self.project.write("directives/fail.yaml",
                           "name: fail\ntrigger: {webhook: fail, auth: none, respond: wait}\naction: {run: src/fail.sh}\n")
        self.project.start()
        status, answer = self.project.hook("fail")
        self.assertEqual(status, 500)
        self.assertIn("exit code 3: no paper", answer["error"])


if __name__ == "__main__":
    main()
