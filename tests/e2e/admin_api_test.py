"""The admin API of a running daemon: tokens and scopes, problem details, repeated requests, lists in
pages, proposals, logs."""
import http.client
import json
import signal

from harness import EndToEnd, UnixConnection, main, wait_for

LAMP = "name: lamp\ntags: [home, light]\ntrigger: manual\naction: {log: on}\n"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()
        self.type = response.getheader("Content-Type")

    @property
    def json(self):
        return json.loads(self.text)


class AdminApi(EndToEnd):
    def setUp(self):
        super().setUp()
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()

    def ask(self, method, path, body=None, token=None, headers=None):
        """Over TCP with a token, else over the unix socket as the owner."""
        fields = dict(headers or {})
        if token:
            fields["Authorization"] = "Bearer " + token
            connection = self.project.connect("admin")
        else:
            connection = UnixConnection(self.project.endpoints()["socket"])
        text = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        connection.request(method, "/api/v1/" + path, body=text, headers=fields)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def new_token(self, name, *scopes, **more):
        made = self.ask("POST", "tokens", {"name": name, "scopes": list(scopes), **more})
        self.assertEqual(made.status, 200, made.text)
        return made.json["token"]

    def changes(self):
        """The audit lines, oldest first."""
        return [line for line in self.ask("GET", "logs?type=lifecycle&limit=1000").json
                if line["event"] == "change"]


class Methods(AdminApi):
    def test_head_tells_the_length_and_no_body(self):
        whole = self.ask("GET", "directives/lamp")
        head = self.ask("HEAD", "directives/lamp")
        self.assertEqual((head.status, head.text, head.type), (200, "", whole.type))
        self.assertEqual(head.headers["Content-Length"], whole.headers["Content-Length"])

    def test_other_methods_are_told_which_there_are(self):
        for method, path, allowed in [("PATCH", "directives/lamp", "GET, HEAD, PUT"), ("OPTIONS", "reload", "POST"),
                                      ("HEAD", "logs/stream", "GET")]:
            answer = self.ask(method, path)
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, allowed))

    def test_a_packed_body_is_refused_with_what_to_do(self):
        answer = self.ask("POST", "directives/lamp/run", b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 415)
        self.assertIn("without Content-Encoding", answer.json["detail"])

    def test_a_list_too_long_for_one_turn_of_the_loop_is_whole(self):
        names = [f"d{number:04}" for number in range(900)]
        self.project.write("directives/many.yaml", "directives:\n" + "".join(
            f"  - {{name: {name}, trigger: manual, action: {{log: x}}}}\n" for name in names))
        wait_for(lambda: self.ask("GET", "directives?name=d0899").json, "the directives")
        answer = self.ask("GET", "directives")
        self.assertEqual([row["name"] for row in answer.json], names + ["lamp"])
        self.assertEqual(answer.type, "application/json")
        listed = self.project.cli("list", "--json")
        self.assertEqual(len(json.loads(listed.stdout)), 901)

    def test_a_large_text_is_judged_as_a_small_one(self):
        text = LAMP + "description: " + 20_000 * "x" + "\ncolour: red\n"
        answer = self.ask("POST", "directives/validate", text, headers={"Content-Type": "application/yaml"})
        self.assertFalse(answer.json["valid"])
        self.assertIn("colour", json.dumps(answer.json["diagnostics"]))


class Tokens(AdminApi):
    def test_a_token_may_what_its_scopes_say(self):
        reader = self.new_token("reader", "read")
        worker = self.new_token("worker", "operate")
        self.assertEqual(self.ask("GET", "directives", token=reader).status, 200)
        refused = self.ask("POST", "directives/lamp/run", token=reader)
        self.assertEqual(refused.status, 403)
        self.assertIn("scope operate", refused.json["detail"])
        self.assertEqual(self.ask("POST", "directives/lamp/run", token=worker).status, 200)
        self.assertEqual(self.ask("GET", "directives", token=worker).status, 200, "operate reads too")
        self.assertEqual(self.ask("POST", "directives/lamp/approve", token=worker).status, 403)
        self.assertEqual(self.ask("GET", "tokens", token=worker).status, 403)

    def test_tools_obey_the_scope_too(self):
        reader = self.new_token("reader", "read")
        path = "tools/get_active_directives"
        self.assertEqual(self.ask("POST", path, {}, token=reader).status, 200)
        said = self.ask("POST", "tools/set_directive_approval", {"directive_id": 1, "approved": True},
                        token=reader).json
        self.assertIn("scope approve", said["error"])

    def test_mcp_obeys_the_scope_of_the_token(self):
        self.project.stop()
        self.project.write(".aifp-project/engine.yaml", "mcp: {scope: [read, author, operate]}\n")
        self.project.start()
        reader = self.new_token("reader", "read")
        said = self.call_tool(reader, "update_directive_status", {"directive_id": 1, "status": "paused"})
        self.assertIn("scope operate", json.dumps(said))
        worker = self.new_token("worker", "operate")
        self.call_tool(worker, "update_directive_status", {"directive_id": 1, "status": "paused"})
        self.assertEqual(self.ask("GET", "directives/lamp").json["status"], "paused")

    def call_tool(self, token, name, arguments):
        connection = self.project.connect("admin")
        headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream"}
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize",
                 "params": {"protocolVersion": "2025-06-18", "capabilities": {},
                            "clientInfo": {"name": "test", "version": "1"}}}
        connection.request("POST", "/mcp", json.dumps(hello), headers)
        response = connection.getresponse()
        response.read()
        headers["Mcp-Session-Id"] = response.getheader("Mcp-Session-Id")
        connection.request("POST", "/mcp", json.dumps(
            {"jsonrpc": "2.0", "method": "notifications/initialized"}), headers)
        connection.getresponse().read()
        connection.request("POST", "/mcp", json.dumps(
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
             "params": {"name": name, "arguments": arguments}}), headers)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def test_the_command_line_makes_lists_and_revokes(self):
        made = self.project.cli("token", "create", "page", "--scope", "read,operate", "--expires", "90d")
        self.assertEqual(made.returncode, 0, made.stderr)
        token = made.stdout.strip()
        self.assertEqual(self.ask("GET", "status", token=token).status, 200)
        listed = self.project.cli("token", "list")
        self.assertIn("read,operate", listed.stdout)
        self.assertEqual(self.project.cli("token", "revoke", "page").returncode, 0)
        self.assertEqual(self.ask("GET", "status", token=token).status, 401)

    def test_tokens_outlive_the_daemon_and_only_as_hashes(self):
        token = self.new_token("page", "read")
        self.project.stop(signal.SIGKILL)
        self.project.start()
        self.assertEqual(self.ask("GET", "status", token=token).status, 200)
        kept = self.project.root / ".aifp-project/tokens.json"
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertNotIn(token, kept.read_text())

    def test_nobody_gives_away_a_scope_that_he_does_not_have(self):
        approver = self.new_token("approver", "approve")
        refused = self.ask("POST", "tokens", {"name": "more", "scopes": ["operate"]}, token=approver)
        self.assertEqual(refused.status, 403)
        self.assertIn("operate", refused.json["detail"])

    def test_each_change_leaves_a_line(self):
        worker = self.new_token("worker", "operate")
        self.ask("POST", "directives/lamp/pause", token=worker)
        made = wait_for(lambda: len(self.changes()) >= 2 and self.changes(), "two lines")[-2]
        self.assertEqual((made["before"], made["after"]), ({}, {"worker": ["read", "operate"]}))
        line = self.changes()[-1]
        self.assertEqual((line["who"], line["what"], line["outcome"]),
                         ("token worker", "POST /api/v1/directives/lamp/pause", "done"))
        self.assertTrue(line["from"].startswith("127.0.0.1:"))
        self.assertEqual((line["before"]["status"], line["after"]["status"]), ("active", "paused"))
        self.ask("POST", "tools/update_directive_status", {"directive_id": 1, "status": "active"})
        wait_for(lambda: self.changes()[-1]["what"] == "tool update_directive_status", "the tool's line")


class Problems(AdminApi):
    def check(self, answer, status, title):
        self.assertEqual((answer.status, answer.type), (status, "application/problem+json"), answer.text)
        self.assertEqual((answer.json["status"], answer.json["title"]), (status, title))
        self.assertEqual(answer.json["detail"], answer.json["error"])
        return answer.json

    def test_errors_have_one_form(self):
        gone = self.check(self.ask("GET", "directives/lmap"), 404, "Not Found")
        self.assertEqual((gone["instance"], gone["code"]), ("/api/v1/directives/lmap", "not_found"))
        self.check(self.ask("GET", "nothing"), 404, "Not Found")
        self.check(self.ask("PATCH", "directives/lamp"), 405, "Method Not Allowed")
        self.check(self.ask("POST", "directives/lamp/approve", "{"), 400, "Bad Request")
        self.check(self.ask("GET", "status", token="wrong"), 401, "Unauthorized")
        self.check(self.ask("POST", "directives/lamp/decline"), 409, "Conflict")
        self.check(self.ask("POST", "reload", b"x", headers={"Content-Length": str(4 << 20)}), 413, "Payload Too Large")

    def test_what_is_no_request_has_it_too(self):
        connection = self.project.connect("admin")
        connection.connect()
        connection.sock.sendall(b"nonsense\r\n\r\n")
        response = http.client.HTTPResponse(connection.sock)
        response.begin()
        self.check(Answer(response), 400, "Bad Request")
        connection.close()

    def test_too_many_requests_are_told_when_to_come_again(self):
        token = self.new_token("page", "read")
        answers = [self.ask("GET", "neighbours", token=token) for _ in range(3)]
        self.assertEqual([one.status for one in answers], [200, 200, 200])
        self.project.stop()
        self.project.write(".aifp-project/engine.yaml", "admin: {rate: 2/1h}\n")
        self.project.start()
        answers = [self.ask("GET", "neighbours", token=token) for _ in range(3)]
        self.assertEqual([one.status for one in answers], [200, 200, 429])
        self.check(answers[2], 429, "Too Many Requests")
        self.assertGreater(int(answers[2].headers["Retry-After"]), 1700)
        self.assertEqual(self.ask("GET", "neighbours").status, 200, "another client")


class Repeats(AdminApi):
    def run_lamp(self, key, body=None):
        return self.ask("POST", "directives/lamp/run", body, headers={"Idempotency-Key": key})

    def test_the_same_request_is_done_once(self):
        first = self.run_lamp("one")
        again = self.run_lamp("one")
        self.assertEqual((again.status, again.text), (first.status, first.text))
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.project.stop(signal.SIGKILL)
        self.project.start()
        self.assertEqual(self.run_lamp("one").json["run"], first.json["run"], "after a crash too")
        self.assertNotEqual(self.run_lamp("two").json["run"], first.json["run"])

    def test_another_body_is_refused(self):
        self.run_lamp("one")
        refused = self.run_lamp("one", {"dry": True})
        self.assertEqual((refused.status, refused.json["code"]), (422, "idempotency_key_reused"))

    def test_a_token_is_not_kept_for_it(self):
        body = {"name": "page", "scopes": ["read"]}
        made = self.ask("POST", "tokens", body, headers={"Idempotency-Key": "one"})
        self.assertEqual(made.status, 200)
        again = self.ask("POST", "tokens", body, headers={"Idempotency-Key": "one"})
        self.assertEqual((again.status, again.json["code"]), (409, "answer_not_kept"))


class RunsWithParameters(AdminApi):
    def test_a_run_by_hand_reads_what_it_is_given(self):
        self.project.write("directives/door.yaml",
                           "name: door\ntrigger: {webhook: door, auth: none}\n"
                           "action: {set: {seen: \"{{ trigger.side }}\"}}\n")
        self.ask("POST", "reload")
        run = self.ask("POST", "directives/door/run", {"with": {"side": "left"}})
        self.assertEqual(run.json["decision"], "started", run.text)
        wait_for(lambda: self.ask("GET", "state/seen").json.get("value") == "left", "the state")
        self.assertEqual(self.ask("POST", "directives/door/run", {"trigger": "no-such"}).status, 404)
        self.assertEqual(self.ask("POST", "directives/door/run", {"with": 7}).status, 400)


class Lists(AdminApi):
    def pages(self, path):
        """The rows of all pages, and how many pages there were."""
        rows, count = [], 0
        while path:
            answer = self.ask("GET", path)
            self.assertEqual(answer.status, 200, answer.text)
            rows += answer.json
            count += 1
            link = answer.headers["Link"]
            path = path.split("?")[0] + link.split("<")[1].split(">")[0] if link else None
        return rows, count

    def test_directives_come_in_pages_and_by_filter(self):
        for name in ("a1", "a2", "b1"):
            self.project.write(f"directives/{name}.yaml", f"name: {name}\ntrigger: manual\naction: {{log: x}}\n")
        self.ask("POST", "reload")
        rows, count = self.pages("directives?limit=2")
        self.assertEqual([row["name"] for row in rows], ["a1", "a2", "b1", "lamp"])
        self.assertEqual(count, 2)
        names = lambda query: [row["name"] for row in self.ask("GET", "directives?" + query).json]
        self.assertEqual(names("tag=light"), ["lamp"])
        self.assertEqual(names("name=a*"), ["a1", "a2"])
        self.ask("POST", "directives/a2/pause")
        self.assertEqual(names("status=paused"), ["a2"])
        self.assertEqual(names("type=no_such_type"), [])

    def test_history_comes_in_pages_and_by_filter(self):
        runs = [self.ask("POST", "directives/lamp/run").json["run"] for _ in range(5)]
        wait_for(lambda: len(self.ask("GET", "executions?state=ok").json) == 5, "five runs")
        rows, count = self.pages("executions?limit=2&state=ok")
        self.assertEqual([row["id"] for row in rows], sorted(runs, reverse=True))
        self.assertEqual(count, 3)
        self.assertEqual(self.ask("GET", "executions?state=failed").json, [])
        self.assertEqual(self.ask("GET", "decisions?until=1h").json, [], "until an hour ago")
        self.assertEqual(len(self.ask("GET", "decisions?since=1h&cause=manual").json), 5)
        self.assertEqual(self.ask("GET", "decisions?since=never").status, 400)

    def test_logs_are_searched(self):
        self.ask("POST", "directives/lamp/run")
        found = lambda query: self.ask("GET", "logs?" + query).json
        wait_for(lambda: found("directive=lamp&type=execution"), "the run's lines")
        self.assertEqual({line["directive"] for line in found("directive=lamp")}, {"lamp"})
        self.assertEqual(found("since=1s&until=1d"), [])
        self.assertEqual(len(found("limit=1")), 1)
        self.assertEqual(self.ask("GET", "logs?type=nothing").status, 400)

    def test_settings_are_shown_without_what_may_be_secret(self):
        self.project.write(".aifp-project/secrets.yaml", "word: open-sesame\n", 0o600)
        self.project.write(".aifp-project/engine.yaml",
                           "approval: required\napis:\n  lamp:\n    base_url: http://127.0.0.1:1\n"
                           "    headers: {X-Key: written-out, X-Word: !secret word}\n")
        shown = {row["name"]: row for row in self.ask("GET", "settings").json}
        self.assertEqual((shown["approval"]["value"], shown["approval"]["is_default"]), ("required", False))
        self.assertTrue(shown["durability"]["is_default"])
        headers = shown["apis"]["value"]["lamp"]["headers"]
        self.assertEqual(headers, {"X-Key": "***", "X-Word": {"$secret": "word"}})


class Proposals(AdminApi):
    YAML = {"Content-Type": "application/yaml"}

    def test_a_text_is_judged_without_being_kept(self):
        good = self.ask("POST", "directives/validate", LAMP, headers=self.YAML).json
        self.assertEqual((good["valid"], good["directives"]), (True, ["lamp"]))
        bad = self.ask("POST", "directives/validate", {"text": "name: x\ntrigger: nonsense\n"}).json
        self.assertFalse(bad["valid"])
        self.assertIn(2, [one["line"] for one in bad["diagnostics"]])

    def test_a_new_directive_waits_for_a_yes(self):
        author = self.new_token("author", "author")
        text = LAMP.replace("lamp", "bell")
        made = self.ask("POST", "directives?file=bell.yaml", text, token=author, headers=self.YAML)
        self.assertEqual(made.status, 200, made.text)
        self.assertEqual(made.json["directives"], ["bell"])
        self.assertFalse(self.ask("GET", "directives/bell").json["approved"])
        self.assertEqual(self.ask("POST", "directives/bell/run").status, 409)
        self.assertEqual(self.ask("POST", "directives/bell/approve", token=author).status, 403)
        self.assertEqual(self.ask("POST", "directives/bell/approve").status, 200)
        self.assertEqual(self.ask("POST", "directives/bell/run").status, 200)
        again = self.ask("POST", "directives?file=bell.yaml", text, headers=self.YAML)
        self.assertEqual(again.status, 409)

    def test_a_replacement_waits_for_a_yes_and_can_be_compared(self):
        text = "name: lamp\ntrigger: manual\naction: {log: off}\n"
        put = self.ask("PUT", "directives/lamp", text, headers=self.YAML)
        self.assertEqual(put.status, 200, put.text)
        self.assertEqual(sorted(put.json["updated_fields"]), ["actions", "tags"])
        diff = self.ask("GET", "directives/lamp/diff").json
        self.assertEqual([change["path"] for change in diff["changes"]], ["tags", "actions.0.log"])
        self.assertEqual(self.ask("POST", "directives/lamp/approve").status, 200)
        self.assertIsNone(self.ask("GET", "directives/lamp").json["proposal"])
        versions = self.project.cli("versions", "lamp")
        self.assertIn("current, approved", versions.stdout)
        shown = self.project.cli("diff", "lamp")
        self.assertIn("+ \"off\"", shown.stdout, shown.stderr)

    def test_a_replacement_must_be_the_directive_itself(self):
        for text in (LAMP.replace("lamp", "bell"), LAMP + "---\n" + LAMP.replace("lamp", "bell"), "name: [\n"):
            refused = self.ask("PUT", "directives/lamp", text, headers=self.YAML)
            self.assertEqual(refused.status, 400, refused.text)
        self.assertEqual(self.ask("PUT", "directives/nobody", LAMP, headers=self.YAML).status, 404)


if __name__ == "__main__":
    main()
