"""The rules of runs (docs/flow.md) outlive the daemon: kill -9 between two tries of a whole run, and in a queue."""
import signal

from harness import EndToEnd, main, wait_for

RETRIED = """
name: backup
trigger: {webhook: backup, auth: none}
retry: {attempts: 9, delay: 3s, backoff: constant, jitter: 0, retry_on: [any]}
variables: {asked: "{{ state.asked }}"}
actions:
  - {shell: "echo first >> log.txt"}
  - {command: [sh, -c, "echo \\"try $ASKED\\" >> log.txt; test -e ready"], env: {ASKED: "{{ vars.asked }}"}}
finally:
  - {shell: "echo finally >> log.txt"}
"""

QUEUED = """
name: print
mode: queued
key: "{{ trigger.query.printer }}"
trigger: {webhook: print, auth: none}
actions:
  - {delay: 2s}
  - {command: [sh, -c, "echo \\"$PRINTER\\" >> log.txt"], env: {PRINTER: "{{ trigger.query.printer }}"}}
"""

ENDED = ("ok", "ok_after_retry", "failed", "cancelled", "abandoned")


class Flow(EndToEnd):
    def lines(self):
        path = self.project.root / "log.txt"
        return path.read_text().splitlines() if path.exists() else []

    def run_of(self, path):
        status, answer = self.project.hook(path)
        self.assertEqual(status, 202)
        return answer["run"]

    def next_try(self, run):
        for one in self.project.admin("GET", "/api/v1/runs")[1]:
            if one["run"] == run and one["at"] and one["at"][0]["doing"] == "next_try":
                return one["at"][0]["until"]
        return None

    def states(self, name):
        return {row["id"]: row.get("state") for row in self.project.decisions(name)}

    def crash_and_start(self):
        self.project.stop(signal.SIGKILL)
        self.project.start()

    def test_the_next_try_of_a_run_survives_kill_9(self):
        self.project.write("directives/backup.yaml", RETRIED)
        self.project.start()
        self.project.cli("state", "set", "asked", "once")
        run = self.run_of("backup")
        until = wait_for(lambda: self.next_try(run), "the pause before the second try")
        self.project.cli("state", "set", "asked", "twice")
        self.crash_and_start()
        self.assertEqual(self.next_try(run) or until, until)
        (self.project.root / "ready").write_text("")
        wait_for(lambda: self.states("backup").get(run) in ENDED, "the end")
        self.assertEqual(self.states("backup"), {run: "ok_after_retry"})
        lines = self.lines()
        self.assertEqual(lines[:2], ["first", "try once"])
        self.assertEqual(lines[-3:], ["first", "try once", "finally"])
        self.assertEqual(lines.count("finally"), 1)

    def test_queued_runs_take_their_turn_by_key_after_kill_9(self):
        self.project.write("directives/print.yaml", QUEUED)
        self.project.start()
        runs = [self.run_of("print?printer=" + printer) for printer in ("laser", "laser", "ink")]
        wait_for(lambda: [self.states("print").get(run) for run in runs] == ["running", "queued", "running"],
                 "one to wait behind the other")
        self.crash_and_start()
        wait_for(lambda: all(self.states("print").get(run) == "ok" for run in runs), "all three")
        self.assertEqual(sorted(self.lines()), ["ink", "laser", "laser"])


if __name__ == "__main__":
    main()
