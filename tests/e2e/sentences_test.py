"""Plain sentences in a running daemon: armed, or asked about until they are."""
import json
import subprocess

from harness import AIFP, EndToEnd, main, wait_for


class Sentences(EndToEnd):
    def directive(self, name):
        return next((d for d in self.project.admin("GET", "/api/v1/directives")[1] if d["name"] == name), None)

    def test_a_dropped_sentence_is_armed_and_runs(self):
        self.project.start()
        self.project.write("directives/beat.txt", "beat: Every second, log tick\n")
        wait_for(lambda: [r for r in self.project.decisions("beat") if r.get("state") == "ok"]
                 if self.directive("beat") else None, "a run")
        self.assertTrue(self.directive("beat")["armed"])

    def test_an_open_question_is_answered_in_the_terminal(self):
        self.project.start()
        self.project.write("directives/lights", "Every second, turn off the living room lights\n")
        name = "turn_off_living_room_lights"
        draft = wait_for(lambda: self.directive(name), "the draft")
        self.assertEqual(draft["status"], "draft")
        self.assertIn("aifp validate " + name, self.project.cli("list").stdout)
        self.assertIn("aifp validate " + name, self.project.cli("show", name).stdout)
        self.assertEqual(self.project.said().count("waits for 1 answer"), 1)

        asked = self.project.cli("validate", name, "--json")
        self.assertEqual(asked.returncode, 1)
        self.assertEqual([q["id"] for q in json.loads(asked.stdout)["questions"] if q["priority"] == "critical"],
                         ["actions.1"])
        wrong = self.project.cli("validate", name, "--answer", "actions.1=run: ../x.sh")
        self.assertEqual(wrong.returncode, 1)

        said = subprocess.run([AIFP, "--project", str(self.project.root), "validate", name],
                              input="command\necho off\n", capture_output=True, text=True, timeout=30)
        self.assertEqual(said.returncode, 0, said.stdout + said.stderr)
        self.assertEqual(self.directive(name)["status"], "active")
        wait_for(lambda: [r for r in self.project.decisions(name) if r.get("state") == "ok"], "a run")

    def test_answers_over_http_and_check(self):
        self.project.write("directives/bell.txt", "bell: When someone posts to /hooks/bell, log ring\n")
        self.assertEqual(self.project.cli("check").returncode, 1)
        self.project.start()
        status, view = self.project.admin("GET", "/api/v1/directives/bell/questions")
        self.assertEqual((status, view["critical"]), (200, 1))
        self.assertEqual(self.project.hook("bell")[0], 404)
        body = json.dumps({"answers": {"triggers.1.auth": "anybody"}})
        status, view = self.project.admin("POST", "/api/v1/directives/bell/answers", body)
        self.assertEqual((status, view["critical"], view["success"]), (200, 0, True))
        self.assertEqual(self.project.hook("bell")[0], 202)
        self.assertEqual(self.project.admin("POST", "/api/v1/directives/bell/answers", "{}")[0], 400)


if __name__ == "__main__":
    main()
