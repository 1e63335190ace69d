"""Waits outlive the daemon: kill -9 in the middle, start again, and exactly the rest happens."""
import signal

from harness import EndToEnd, main, wait_for

DIRECTIVE = """
name: evening
trigger: {webhook: evening, auth: none}
actions:
  - {variables: {room: porch}}
  - {shell: "echo first >> log.txt"}
  - parallel:
      - sequence:
          - {delay: 4s}
          - {command: [sh, -c, "echo \\"delay $ROOM\\" >> log.txt"], env: {ROOM: "{{ vars.room }}"}}
      - repeat: [{shell: "echo turn >> log.txt"}, {delay: 2s}]
        count: 3
      - shell: "echo try >> log.txt; test -e ready"
        retry: {attempts: 9, delay: 2s, backoff: constant, jitter: 0}
  - {approval: "Go on with {{ vars.room }}?", timeout: 1h, as: answer}
  - {command: [sh, -c, "echo \\"last $WHO\\" >> log.txt"], env: {WHO: "{{ steps.answer.answer }}"}}
finally:
  - {shell: "echo finally >> log.txt"}
"""

ABANDONED = """
name: cut_off
trigger: {webhook: cut_off, auth: none}
actions:
  - {delay: 2s}
  - {command: [sleep, "60"]}
on_error:
  - {command: [sh, -c, "echo \\"$CLASS\\" >> class.txt"], env: {CLASS: "{{ error.class }}"}}
"""

CALLS = """
directives:
  - {name: quick, trigger: manual, mode: parallel, max: 99, action: {stop: done, result: "{{ trigger.n * 2 }}"}}
  - name: caller
    trigger: {webhook: caller, auth: none}
    actions:
      - {variables: {sum: 0}}
      - repeat:
          - {call: quick, with: {n: "{{ repeat.index }}"}, as: got}
          - {variables: {sum: "{{ vars.sum + steps.got.result }}"}}
        count: 60
      - {set: {sum: "{{ vars.sum }}"}}
"""


class Waits(EndToEnd):
    def lines(self, name="log.txt"):
        path = self.project.root / name
        return path.read_text().splitlines() if path.exists() else []

    def runs(self):
        return self.project.admin("GET", "/api/v1/runs")[1]

    def run_of(self, path):
        status, answer = self.project.hook(path)
        self.assertEqual(status, 202)
        return answer["run"]

    def waiting(self, run):
        return [one for one in self.runs() if one["run"] == run and one["state"] == "waiting"]

    def crash_and_start(self):
        self.project.stop(signal.SIGKILL)
        self.project.start()

    def test_delay_parallel_repeat_retry_and_approval_survive_kill_9(self):
        self.project.write("directives/evening.yaml", DIRECTIVE)
        self.project.start()
        run = self.run_of("evening")
        wait_for(lambda: self.waiting(run) and len(self.lines()) == 3, "all branches to wait")
        self.crash_and_start()
        (self.project.root / "ready").write_text("")
        wait_for(lambda: any(at["doing"] == "answer" for one in self.waiting(run) for at in one["at"]),
                 "the question")
        self.crash_and_start()
        waiting = wait_for(lambda: self.waiting(run), "the question again")
        self.assertEqual(waiting[0]["at"][0]["question"], "Go on with porch?")
        self.assertEqual(self.project.cli("approve-run", str(run), "yes").returncode, 0)
        row = wait_for(lambda: [r for r in self.project.decisions("evening") if r.get("state")
                                not in (None, "running", "waiting")], "the end")[0]
        self.assertEqual(row["state"], "ok_after_retry")
        lines = self.lines()
        self.assertEqual(lines.count("first"), 1)
        self.assertEqual(lines.count("turn"), 3)
        self.assertEqual(lines.count("delay porch"), 1)
        self.assertGreaterEqual(lines.count("try"), 2)
        self.assertEqual(lines[-2:], ["last yes", "finally"])

    def test_a_step_cut_off_by_a_crash_is_abandoned_not_run_again(self):
        self.project.write("directives/cut_off.yaml", ABANDONED)
        self.project.start()
        run = self.run_of("cut_off")
        wait_for(lambda: any(at["doing"] == "step" for one in self.runs() if one["run"] == run
                             for at in one["at"]), "the command to run")
        self.crash_and_start()
        wait_for(lambda: self.lines("class.txt"), "on_error")
        self.assertEqual(self.lines("class.txt"), ["abandoned"])
        wait_for(lambda: not self.runs(), "the end")

    def test_a_call_never_misses_the_end_of_a_short_run(self):
        self.project.write("directives/calls.yaml", CALLS)
        self.project.start()
        run = self.run_of("caller")
        row = wait_for(lambda: [r for r in self.project.decisions("caller") if r.get("state")
                                not in (None, "running", "waiting")], "the end")[0]
        self.assertEqual((row["id"], row["state"], row["error"]), (run, "ok", ""))
        self.assertEqual(self.project.admin("GET", "/api/v1/state/sum")[1]["value"], 60 * 61)

    def test_a_waiting_run_can_be_cancelled(self):
        self.project.write("directives/long.yaml",
                           "{name: long, trigger: {webhook: long, auth: none}, actions: [{delay: 1h}]}\n")
        self.project.start()
        run = self.run_of("long")
        wait_for(lambda: self.waiting(run), "the run to wait")
        self.crash_and_start()
        wait_for(lambda: self.waiting(run), "the run to wait on")
        self.assertEqual(self.project.cli("cancel", str(run)).returncode, 0)
        wait_for(lambda: [r for r in self.project.decisions("long") if r.get("state") == "cancelled"], "its end")
        self.crash_and_start()
        self.assertEqual(self.runs(), [])


if __name__ == "__main__":
    main()
