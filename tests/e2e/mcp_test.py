"""MCP over standard input and output with the real daemon, and without one."""
import http.client
import json
import select
import subprocess
import unittest

import harness
from harness import AIFP, EndToEnd

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}}
LAMP = "name: lamp\ntrigger: manual\naction: {log: lamp}\n"
IDEA = "name: idea\ntrigger: manual\naction: {log: idea}\n"


class Client:
    """Speaks lines with `aifp mcp`."""

    def __init__(self, project):
        self.process = subprocess.Popen([AIFP, "--project", str(project.root), "mcp"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.id = 0

    def send(self, method, params=None, modern=True, notification=False):
        message = {"jsonrpc": "2.0", "method": method, "params": dict(params or {})}
        if not notification:
            self.id += 1
            message["id"] = self.id
        if modern:
            message["params"]["_meta"] = META
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def read(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, method, params=None, modern=True):
        self.send(method, params, modern)
        answer = self.read()
        assert answer["id"] == self.id, answer
        return answer

    def call(self, tool, **arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]

    def end(self):
        """The exit code."""
        self.process.stdin.close()
        code = self.process.wait(timeout=harness.PATIENCE_S)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Mcp(EndToEnd):
    def client(self):
        client = Client(self.project)
        self.addCleanup(lambda: client.process.poll() is None and client.end())
        return client

    def test_both_eras_on_one_connection(self):
        self.project.start()
        client = self.client()
        self.assertEqual(client.ask("server/discover")["result"]["supportedVersions"], ["2026-07-28"])
        started = client.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}}, modern=False)
        self.assertEqual(started["result"]["protocolVersion"], "2025-11-25")
        self.assertEqual(client.ask("ping", modern=False)["result"], {})
        self.assertEqual(client.ask("ping")["error"]["code"], -32601)
        self.assertEqual(client.end(), 0)

    def test_lists_are_wrapped_only_for_legacy_clients(self):
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()
        client = self.client()
        modern = client.call("get_active_directives")
        self.assertEqual([row["name"] for row in modern["structuredContent"]], ["lamp"])
        client.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}}, modern=False)
        legacy = client.ask("tools/call", {"name": "get_active_directives"}, modern=False)["result"]
        self.assertEqual(legacy["structuredContent"], {"result": modern["structuredContent"]})
        self.assertEqual(json.loads(legacy["content"][0]["text"]), modern["structuredContent"])

    def test_a_proposal_does_not_run_until_a_person_says_yes(self):
        self.project.start()
        client = self.client()
        checked = client.call("validate_directive", text=IDEA)["structuredContent"]
        self.assertTrue(checked["valid"])
        self.assertTrue(client.call("propose_directive", file="../x.yaml", text=IDEA)["isError"])
        self.assertTrue(client.call("propose_directive", file="a.yaml", text="name: 1\n")["isError"])
        proposed = client.call("propose_directive", file="idea.yaml", text=IDEA)
        self.assertEqual(proposed["structuredContent"]["directives"], ["idea"])
        self.assertTrue(client.call("propose_directive", file="idea.yaml", text=IDEA)["isError"])
        self.assertEqual(self.project.admin("POST", "/api/v1/directives/idea/run")[0], 409)
        self.assertIn("has not approved", client.call("explain", name="idea")["structuredContent"]["explanation"])
        refused = client.ask("tools/call", {"name": "set_directive_approval",
                                            "arguments": {"directive_id": 1, "approved": True}})
        self.assertEqual(refused["error"]["code"], -32602)
        self.assertEqual(self.project.admin("POST", "/api/v1/directives/idea/approve")[0], 200)
        self.assertEqual(self.project.admin("GET", "/api/v1/directives/idea")[1]["status"], "active")

    def test_the_setting_grants_more(self):
        self.project.write(".aifp-project/engine.yaml", "mcp: {scope: [read, author, operate, approve]}\n")
        self.project.start()
        names = [tool["name"] for tool in self.client().ask("tools/list")["result"]["tools"]]
        self.assertEqual(len(names), 40)
        self.assertIn("set_directive_approval", names)

    def test_resources_prompts_and_completion(self):
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()
        client = self.client()
        uris = [resource["uri"] for resource in client.ask("resources/list")["result"]["resources"]]
        for uri in uris:
            contents = client.ask("resources/read", {"uri": uri})["result"]["contents"]
            self.assertEqual(contents[0]["uri"], uri)
        self.assertIn("app://directive/lamp", uris)
        missing = client.ask("resources/read", {"uri": "app://directive/ghost"})["error"]
        self.assertEqual((missing["code"], missing["data"]["uri"]), (-32602, "app://directive/ghost"))
        completed = client.ask("completion/complete", {
            "ref": {"type": "ref/resource", "uri": "app://directive/{name}"},
            "argument": {"name": "name", "value": "la"}})["result"]["completion"]
        self.assertEqual(completed["values"], ["lamp"])
        review = client.ask("prompts/get", {"name": "review_directive", "arguments": {"name": "lamp"}})
        self.assertIn("lamp", review["result"]["messages"][0]["content"]["text"])

    def test_a_subscription_tells_of_a_new_directive(self):
        self.project.start()
        client = self.client()
        client.send("subscriptions/listen", {"notifications": {"resourcesListChanged": True}})
        self.assertEqual(client.read()["method"], "notifications/subscriptions/acknowledged")
        # What is there at the first look is no news, so it may take a second file.
        told = []
        for number in range(5):
            self.project.write(f"directives/d{number}.yaml", LAMP.replace("lamp", f"d{number}"))
            told = told or select.select([client.process.stdout], [], [], 3)[0]
        self.assertTrue(told, "nothing was told of five new directives")
        self.assertEqual(client.read()["method"], "notifications/resources/list_changed")

    def test_http_needs_the_token_and_no_login_is_offered(self):
        self.project.start()
        host, port = self.project.endpoints()["admin"].rsplit(":", 1)

        def status(path, token=None):
            connection = http.client.HTTPConnection(host, int(port), timeout=10)
            headers = {"Content-Type": "application/json"}
            if token:
                headers["Authorization"] = "Bearer " + token
            return harness.ask(connection, "POST", path, '{"jsonrpc":"2.0","id":1,"method":"ping"}', headers)[0]

        token = (self.project.root / ".aifp-project/run/admin.token").read_text().strip()
        self.assertEqual(status("/mcp"), 401)
        self.assertEqual(status("/mcp", token), 400)
        self.assertEqual(status("/.well-known/oauth-protected-resource"), 404)

    def test_without_a_daemon_the_project_is_only_read(self):
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()
        self.project.stop()
        client = self.client()
        self.assertIn("No daemon", client.ask("server/discover")["result"]["instructions"])
        self.assertEqual(client.call("get_directive_by_name", name="lamp")["structuredContent"]["name"], "lamp")
        names = [tool["name"] for tool in client.ask("tools/list")["result"]["tools"]]
        self.assertNotIn("propose_directive", names)
        self.assertEqual(client.end(), 0)

    def test_the_relay_tells_when_the_daemon_ends(self):
        self.project.start()
        client = self.client()
        client.ask("server/discover")
        self.project.stop()
        self.assertEqual(client.process.wait(timeout=harness.PATIENCE_S), 1)
        client.process.stdin.close()
        client.process.stdout.close()
        self.assertIn("daemon", client.process.stderr.read())
        client.process.stderr.close()


if __name__ == "__main__":
    harness.main()
