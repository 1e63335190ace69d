"""Every operation of docs/openapi.yaml that needs no particular moment, asked of a real daemon. On its own it
holds status and shape of the answers loosely; through the proxy (tests/openapi/check.py) exactly."""
import json

from harness import EndToEnd, main, wait_for

LAMP = """
name: lamp
mode: parallel
trigger: {webhook: lamp, auth: none}
action: {set: {lamp: 1}}
"""
SLEEPER = """
name: sleeper
trigger: manual
actions: [{delay: 1h}]
"""
ASKER = """
name: asker
trigger: manual
actions: [{approval: "Shall I?"}]
"""
OPEN = "bell: When someone posts to /hooks/bell, log ring\n"


class Operations(EndToEnd):
    def setUp(self):
        super().setUp()
        for name, text in [("lamp", LAMP), ("sleeper", SLEEPER), ("asker", ASKER)]:
            self.project.write(f"directives/{name}.yaml", text)
        self.project.start()

    def ask(self, method, path, body=None, expect=200):
        status, answer = self.project.admin(method, "/api/v1" + path, None if body is None else json.dumps(body))
        self.assertEqual(status, expect, answer)
        return answer

    def run_by_hand(self, name):
        return self.ask("POST", f"/directives/{name}/run", {})["run"]

    def test_looking(self):
        self.project.hook("lamp")
        wait_for(lambda: self.ask("GET", "/executions?directive=lamp&limit=5"), "the run")
        self.assertEqual([one["name"] for one in self.ask("GET", "/directives")], ["asker", "lamp", "sleeper"])
        for path in ["/directives/lamp", "/directives/lamp/why", "/directives/lamp/why?since=1h",
                     "/directives/lamp/backtest?since=1d", "/decisions", "/decisions?before=1000&limit=1", "/runs",
                     "/state", "/state/lamp", "/status", "/report", "/neighbours", "/tools", "/dependencies",
                     "/openapi.json", "/openapi.yaml", "/directives/lamp/questions", "/directives/lamp/answers",
                     "/simulate?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&limit=5"]:
            self.ask("GET", path)
        run = self.ask("GET", "/executions?limit=1")[0]["id"]
        self.assertEqual(self.ask("GET", f"/runs/{run}/trace")["run"], run)

    def test_outside_the_versions(self):
        for path, text in [("/healthz", "ok\n"), ("/readyz", "ready\n")]:
            self.assertEqual(self.project.admin("GET", path), (200, text))
        self.assertEqual(self.project.admin("GET", "/metrics")[0], 200)

    def test_the_life_of_a_directive(self):
        for verb, body in [("pause", None), ("resume", None), ("snooze", {"for": "2h"}), ("unsnooze", None),
                           ("approve", {}), ("deactivate", {"grace_s": 1}), ("activate", None), ("archive", None),
                           ("restore", None)]:
            with self.subTest(verb):
                self.ask("POST", f"/directives/lamp/{verb}", body)
        self.ask("POST", "/directives/lamp/decline", expect=409)
        self.ask("POST", "/reload")

    def test_runs(self):
        run = self.run_by_hand("sleeper")
        wait_for(lambda: [one for one in self.ask("GET", "/runs") if one["state"] == "waiting"], "the wait")
        self.ask("POST", f"/runs/{run}/cancel")
        asking = self.run_by_hand("asker")
        wait_for(lambda: any(at["doing"] == "answer" for one in self.ask("GET", "/runs") for at in one["at"]),
                 "the question")
        self.ask("POST", f"/runs/{asking}/approval", {"answer": "yes"})
        self.ask("POST", "/directives/lamp/run", {"dry": True, "with": {"body": {}}})
        done = self.run_by_hand("lamp")
        wait_for(lambda: self.ask("GET", "/executions?directive=lamp"), "its end")
        self.ask("POST", f"/runs/{done}/replay", {})

    def test_states(self):
        self.ask("PUT", "/state/door", {"value": "open", "attributes": {"battery": 80}, "ttl": "10m"})
        self.assertEqual(self.ask("GET", "/state/door")["value"], "open")
        self.ask("DELETE", "/state/door")

    def test_questions(self):
        self.project.write("directives/bell.txt", OPEN)
        self.ask("POST", "/reload")
        self.assertTrue(self.ask("GET", "/directives/bell/questions")["questions"])
        self.ask("POST", "/directives/bell/answers", {"answers": {"triggers.1.auth": "anybody"}})
        self.ask("DELETE", "/directives/bell/answers")

    def test_texts_and_versions(self):
        verdict = self.ask("POST", "/directives/validate", {"text": LAMP, "format": "yaml"})
        self.assertEqual((verdict["valid"], verdict["directives"]), (True, ["lamp"]))
        wrong = self.ask("POST", "/directives/validate", {"text": "name: lamp\ntriger: x\n"})
        self.assertTrue(wrong["diagnostics"])
        self.ask("POST", "/directives?file=new.yaml", {"text": "name: new\ntrigger: manual\naction: {log: new}\n"})
        self.ask("PUT", "/directives/lamp", {"text": LAMP.replace("lamp: 1", "lamp: 2")})
        self.assertTrue(self.ask("GET", "/directives/lamp/versions"))
        self.ask("GET", "/directives/lamp/diff")

    def test_lists_in_pages(self):
        self.assertEqual(len(self.ask("GET", "/directives?limit=2")), 2)
        self.ask("GET", "/directives?status=active&type=trigger&name=la*&tag=none")
        self.project.hook("lamp")
        self.ask("GET", "/decisions?since=1h&cause=webhook&decision=started&limit=1")
        self.ask("GET", "/logs?type=lifecycle&level=info&limit=5")
        self.ask("GET", "/settings")

    def test_tokens(self):
        made = self.ask("POST", "/tokens", {"name": "page", "scopes": ["read"], "expires": "90d"})
        self.assertTrue(made["token"])
        self.assertEqual([one["name"] for one in self.ask("GET", "/tokens")], ["page"])
        self.ask("DELETE", "/tokens/page")

    def test_tools(self):
        self.ask("POST", "/tools/get_active_directives", {})

    def test_errors(self):
        self.ask("GET", "/directives/nobody", expect=404)
        self.ask("POST", "/directives/nobody/run", {}, expect=404)
        self.ask("GET", "/decisions?directive=nobody", expect=404)
        self.ask("PUT", "/state/door", {}, expect=400)
        self.ask("POST", "/runs/999/cancel", expect=404)
        self.ask("POST", "/tools/nothing", {}, expect=404)
        self.ask("POST", "/directives/lamp/unsnooze", expect=409)


if __name__ == "__main__":
    main()
