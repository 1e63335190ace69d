"""What holds runs back outlives the daemon: kill -9 in the middle, start again, and exactly the rest happens."""
import signal

from harness import EndToEnd, main, wait_for

BELL = """
name: bell
trigger: {webhook: bell, auth: none}
debounce: 4s
action: {command: [sh, -c, "echo \\"$COUNT\\" >> bell.txt"], env: {COUNT: "{{ trigger.count }}"}}
"""

LAMP = """
name: lamp
trigger: {webhook: lamp, auth: none}
throttle: 1h
action: {shell: "echo on >> lamp.txt"}
"""


class FlowLimits(EndToEnd):
    def lines(self, name):
        path = self.project.root / name
        return path.read_text().splitlines() if path.exists() else []

    def outcomes(self, name):
        rows = self.project.decisions(name)
        return sorted(row["reason"] or row["decision"] for row in rows)

    def crash_and_start(self):
        self.project.stop(signal.SIGKILL)
        self.project.start()

    def test_a_debounced_event_runs_once_after_kill_9(self):
        self.project.write("directives/bell.yaml", BELL)
        self.project.start()
        for _ in range(3):
            status, answer = self.project.hook("bell")
            self.assertEqual((status, answer["decision"]), (202, "waiting"))
        self.crash_and_start()
        self.assertEqual(self.outcomes("bell"), ["debounced", "debounced", "waiting"])
        wait_for(lambda: self.lines("bell.txt"), "the run")
        self.assertEqual(self.lines("bell.txt"), ["3"])
        wait_for(lambda: self.outcomes("bell") == ["debounced", "debounced", "started"], "its row")
        self.crash_and_start()
        self.assertEqual(self.project.admin("GET", "/api/v1/runs")[1], [])
        self.assertEqual(self.lines("bell.txt"), ["3"])

    def test_throttle_and_snooze_hold_after_kill_9(self):
        self.project.write("directives/lamp.yaml", LAMP)
        self.project.start()
        self.assertEqual(self.project.hook("lamp")[0], 202)
        wait_for(lambda: self.lines("lamp.txt"), "the run")
        self.crash_and_start()
        self.assertEqual(self.project.hook("lamp")[0], 429)

        said = self.project.cli("snooze", "lamp", "2h")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("lamp: sleeps until ", said.stdout)
        self.crash_and_start()
        self.assertEqual(self.project.hook("lamp")[0], 200)
        self.assertEqual(self.outcomes("lamp"), ["snoozed", "started", "throttled"])
        self.assertIn("sleeps until", self.project.cli("list").stdout)
        self.assertIn("snoozed", self.project.cli("why", "lamp").stdout)

        self.assertEqual(self.project.cli("unsnooze", "lamp").returncode, 0)
        self.crash_and_start()
        self.assertEqual(self.project.hook("lamp")[0], 429)
        self.assertEqual(self.project.cli("unsnooze", "lamp").returncode, 1)
        self.assertEqual(self.project.cli("snooze", "lamp", "until", "yesterday").returncode, 1)
        self.assertEqual(self.lines("lamp.txt"), ["on"])


if __name__ == "__main__":
    main()
