"""A person answers an approval from the link in a notification: over the listener for webhooks, once, also after a
crash. Fetching the link answers nothing."""
import re
import signal

from harness import EndToEnd, ask, main, wait_for

GATE = """
name: gate
trigger: manual
actions:
  - {approval: "Open the gate? {{ approval.link }}", channel: phone, as: asked}
  - {set: {opened: "{{ steps.asked.who }}"}}
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class ApprovalLink(EndToEnd):
    def setUp(self):
        super().setUp()
        self.project.write("directives/gate.yaml", GATE)
        self.told = self.project.root / "told.txt"
        self.configure()

    def configure(self, more=""):
        self.project.write(".aifp-project/engine.yaml", "notify: {phone: {command: [tee, -a, %s]}}\n%s" % (self.told, more))

    def ask_person(self):
        """The address that the person is told."""
        self.told.write_text("")
        status, answer = self.project.admin("POST", "/api/v1/directives/gate/run", "{}")
        self.assertEqual(status, 200, answer)
        return wait_for(lambda: re.search(r"https?://\S+", self.told.read_text()), "the question")[0]

    def fetch(self, path, method="GET", body=None):
        return ask(self.project.connect("hooks"), method, path, body, FORM)

    def ended(self):
        under_way = (None, "queued", "running", "waiting")
        return wait_for(lambda: [row for row in self.project.decisions("gate")
                                 if row.get("state") not in under_way], "the run to end")[0]

    def test_a_link_works_once_and_also_after_a_crash(self):
        self.project.start()
        link = self.ask_person()
        start = "http://" + self.project.endpoints()["hooks"]
        self.assertTrue(link.startswith(start + "/approve/"), link)
        path = link[len(start):]
        for _ in range(2):
            status, page = self.fetch(path)
            self.assertEqual(status, 200, page)
            self.assertIn("Open the gate? ***", page)
        self.project.stop(signal.SIGKILL)
        self.project.start()
        wait_for(lambda: self.fetch(path)[0] == 200, "the link to be there again")
        self.assertEqual(self.fetch(path, "POST", "answer=yes")[0], 200)
        self.assertEqual(self.ended()["state"], "ok")
        self.assertEqual(self.project.admin("GET", "/api/v1/state/opened")[1]["value"], "somebody by link")
        used = self.fetch(path, "POST", "answer=no")
        self.assertEqual(used[0], 404)
        self.assertEqual(used, self.fetch("/approve/1-" + "0" * 40))

    def test_an_answer_is_noted_and_the_link_stands_nowhere(self):
        self.project.start()
        link = self.ask_person()
        secret = link.rsplit("-", 1)[1]
        path = "/approve/" + link.rsplit("/", 1)[1]
        self.assertEqual(self.fetch(path, "POST", "answer=no")[0], 200)
        self.assertIn("somebody by link said no", self.ended()["error"])

        def noted():
            lines = self.project.admin("GET", "/api/v1/logs?type=lifecycle&limit=1000")[1]
            return [line for line in lines if line["event"] == "change" and line["who"] == "somebody by link"]
        line = wait_for(noted, "the line of the change")[0]
        self.assertEqual((line["outcome"], line["with"]), ("done", {"answer": "no"}))
        self.assertEqual(line["from"], "127.0.0.1")
        self.project.stop()
        for file in (self.project.root / ".aifp-project").rglob("*"):
            if file.is_file():
                self.assertNotIn(secret.encode(), file.read_bytes(), file)

    def test_a_setting_says_where_it_is_reached_from_outside(self):
        self.configure("hooks: {public_url: 'https://home.example/x/'}\n")
        self.project.start()
        self.assertRegex(self.ask_person(), r"^https://home\.example/x/approve/\d+-[0-9a-f]{40}$")


if __name__ == "__main__":
    main()
