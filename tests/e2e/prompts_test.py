"""What stands in front of requests to an AI, looked at through the real daemon's faces: nothing is sent."""
import hashlib
import hmac
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))

from harness import EndToEnd, ask, main, wait_for  # noqa: E402
from wordpress_site import Site  # noqa: E402

SECRET = "between-us"
SETTINGS = """prompts:
  global_system_prompt: Be brief.
llm: {provider: anthropic, model: some-model, api_key: !secret key}
"""


class Prompts(EndToEnd):
    def prepare(self, settings=SETTINGS):
        self.project.write(".aifp-project/engine.yaml", settings)
        self.project.write(".aifp-project/secrets.yaml", f"key: not-to-be-seen\nevents: {SECRET}\n", 0o600)
        self.project.write("prompts.d/house.md", "---\npriority: 25\n---\nNever at night.\n")

    def aifp(self, *arguments):
        done = self.project.cli(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_inspect_prints_the_request_and_no_key(self):
        self.prepare()
        self.project.start()

        wire = self.aifp("prompt", "inspect", "--agent", "chat", "--message", "What is due?", "--wire")

        head, body = wire.split("\n\n", 1)
        self.assertIn("POST https://api.anthropic.com/v1/messages", head)
        self.assertIn("x-api-key: ***", head)
        self.assertNotIn("not-to-be-seen", wire)
        request = json.loads(body)
        texts = [block["text"] for block in request["system"]]
        self.assertIn("Be brief.", texts)
        self.assertIn("Never at night.", texts)
        self.assertEqual(request["messages"][0]["content"][0]["text"], "What is due?")

    def test_list_tells_what_was_refused(self):
        self.prepare()
        self.project.write("prompts.d/bad.md", "---\nprioritty: 25\n---\nNot said.\n")
        self.project.write("prompts.d/hooks/directives", "#!/bin/sh\necho []\n", 0o722)
        self.project.start()

        listed = self.aifp("prompt", "list")

        self.assertIn("house", listed)
        self.assertIn("prioritty", listed)
        self.assertIn("others may write to it", listed)

    def test_the_rules_for_written_code_are_said_to_the_codegen_agent_alone(self):
        self.prepare()
        self.project.start()

        shown = self.aifp("prompt", "inspect", "--agent", "codegen", "--message", "Write it.")

        self.assertIn("codegen_rules", shown)
        self.assertIn("Deciding is pure", shown)
        self.assertNotIn("Deciding is pure", self.aifp("prompt", "inspect", "--agent", "chat", "--message", "Hello"))

    def test_lint_tells_of_files_that_are_broken(self):
        self.prepare()
        self.project.write("prompts.d/bad.md", "---\nprioritty: 25\n---\nNot said.\n")
        self.project.write("prompts.d/odd.md", "---\npriority: 25\nagents: [pipelin]\n---\nTo nobody.\n")
        self.project.start()

        done = self.project.cli("prompt", "lint")

        self.assertEqual(done.returncode, 1)
        self.assertIn("refused: prompts.d/bad.md:2:1: error: unknown key \"prioritty\"", done.stdout)
        self.assertIn("warning: prompts.d/odd.md:3:", done.stdout)
        self.assertIn("did you mean \"pipeline\"?", done.stdout)

    def test_without_a_provider_it_says_what_to_write(self):
        self.prepare("prompts: {global_system_prompt: Be brief.}\n")
        self.project.start()

        done = self.project.cli("prompt", "inspect")

        self.assertEqual(done.returncode, 1)
        self.assertIn("global_system_prompt", done.stdout)
        self.assertIn("llm: {provider: anthropic", done.stderr)

    def test_site_context_is_the_project_and_is_read_anew_after_a_change(self):
        self.prepare()
        self.project.write("directives/a.yaml", "name: a\ntrigger: {every: 1h}\naction: {log: a}\n")
        self.project.start()
        self.assertIn("from local", self.aifp("site-context", "show"))
        self.project.write("directives/b.yaml", "name: b\ntrigger: {every: 1h}\naction: {log: b}\n")

        def files():
            answer = self.project.admin("GET", "/api/v1/site-context")[1]
            return answer["data"]["taxonomies"]["source_file"]["terms"]

        wait_for(lambda: len(files()) == 2, "the second file in the site context")

    def test_a_signed_event_makes_the_site_be_asked_anew(self):
        site = Site()
        self.addCleanup(site.close)
        self.prepare("prompts: {site_context: wordpress, wordpress: {url: "
                     f"'{site.url}', events_secret: !secret events, poll: 0}}}}\n")
        self.project.start()
        self.assertIn("First name", self.aifp("site-context", "show"))
        site.name = "Second name"
        self.assertIn("First name", self.aifp("site-context", "show"))
        body = json.dumps({"event": "option.changed", "option": "name"}).encode()

        def post(secret):
            at = str(int(time.time()))
            signature = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
            return ask(self.project.connect("hooks"), "POST", "/site-context/events", body, {
                "X-Timestamp": at, "X-Signature-256": "sha256=" + signature})[0]

        self.assertEqual(post("a guess"), 401)
        self.assertIn("First name", self.aifp("site-context", "show"))
        self.assertEqual(post(SECRET), 204)
        self.assertIn("Second name", self.aifp("site-context", "show"))

    def test_clear_is_answered_and_usage_is_empty(self):
        self.prepare()
        self.project.start()
        self.assertIn("forgot", self.aifp("site-context", "clear"))
        status, usage = self.project.admin("GET", "/api/v1/prompts/usage")
        self.assertEqual((status, usage["spent"], usage["uses"]), (200, 0, []))


if __name__ == "__main__":
    main()
