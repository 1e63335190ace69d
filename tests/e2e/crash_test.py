"""kill -9 under load: every acknowledged call has exactly one row with exactly one end."""
import collections
import signal
import sqlite3
import threading

from harness import EndToEnd, main, wait_for

ROUNDS = 3
CLIENTS = 8


class Crash(EndToEnd):
    def test_every_acknowledged_call_ends_in_exactly_one_outcome(self):
        self.project.write("directives/load.yaml",
                           "directives:\n"
                           "  - {name: quick, mode: parallel, max: 64, trigger: {webhook: quick, auth: none}, action: {set: {n: \"{{ run.id }}\"}}}\n"
                           "  - {name: slow, mode: queued, max: 100, trigger: {webhook: slow, auth: none}, action: {command: [sleep, \"0.01\"]}}\n")
        acknowledged = []
        for _ in range(ROUNDS):
            self.project.start()
            acknowledged += self.load_until_killed()
        self.project.start()
        wait_for(lambda: not [r for r in self.project.decisions() if r.get("state") in ("queued", "running")],
                 "all runs to end")
        self.project.stop()
        self.check(acknowledged)

    def test_state_survives_a_crash(self):
        self.project.write("directives/state.yaml",
                           "directives:\n"
                           "  - {name: keep, trigger: {webhook: keep, auth: none}, action: {set: {kept: \"{{ trigger.body.value }}\"}}}\n"
                           "  - {name: tell, trigger: {webhook: tell, auth: none, respond: wait}, action: {command: [echo, \"{{ state.kept }}\"], as: told}}\n")
        self.project.start()
        self.assertEqual(self.project.hook("keep", b'{"value": 41}', {"Content-Type": "application/json"})[0], 202)
        wait_for(lambda: [r for r in self.project.decisions("keep") if r.get("state") == "ok"], "the run to be recorded")
        self.project.stop(signal.SIGKILL)
        self.project.start()
        status, answer = self.project.hook("tell")
        self.assertEqual((status, answer["steps"]["told"]["stdout"]), (200, "41\n"))

    def test_a_database_damaged_while_the_daemon_was_down_is_set_aside_without_an_end(self):
        self.project.write("directives/d.yaml", "name: d\ntrigger: {webhook: d, auth: none}\naction: {log: hello}\n")
        self.project.start()
        self.project.stop()
        self.damage()
        self.project.start(wait=False)  # the file was closed cleanly: it is looked at when the engine runs
        # An empty database knows no yes: what the daemon once wrote could be among the files.
        status, answer = wait_for(self.refused, "the new start")
        self.assertEqual((status, answer["reason"]), (409, "not_approved"))
        self.assertIn("is damaged", self.project.said())
        self.assertEqual(self.project.cli("approve", "d").returncode, 0)
        self.assertEqual(self.project.hook("d")[0], 202)
        kept = [file.name for file in (self.project.root / ".aifp-project").glob("*.corrupt-*")
                if not file.name.endswith(("-wal", "-shm"))]
        self.assertEqual(len(kept), 1, kept)
        self.assertEqual(self.project.stop(), 0)

    def refused(self):
        """What the webhook is told, once the project has begun anew; before, it runs or is told to try again."""
        if not self.project.endpoints():
            return None
        told = self.project.hook("d")
        return told if told[0] == 409 else None

    def damage(self):
        """Overwrites the pages of a table that no start reads."""
        file = self.project.root / ".aifp-project/user_directives.db"
        with sqlite3.connect(file) as database:
            page = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'run_traces'").fetchone()[0]
            size = database.execute("PRAGMA page_size").fetchone()[0]
        database.close()
        with open(file, "r+b") as stream:
            stream.seek((page - 1) * size)
            stream.write(b"\x5a" * size)

    def load_until_killed(self):
        lists = [[] for _ in range(CLIENTS)]
        endpoints = self.project.endpoints()
        self.assertTrue(endpoints)

        def call(own, path):
            while True:
                try:
                    status, answer = self.project.hook(path)
                except Exception:
                    return
                if status == 202:
                    own.append(answer["run"])

        threads = [threading.Thread(target=call, args=(own, "quick" if i % 2 else "slow"))
                   for i, own in enumerate(lists)]
        for thread in threads:
            thread.start()
        wait_for(lambda: sum(map(len, lists)) > 200, "some load")
        self.project.stop(signal.SIGKILL)
        for thread in threads:
            thread.join()
        return [run for own in lists for run in own]

    def check(self, acknowledged):
        self.assertEqual(len(acknowledged), len(set(acknowledged)), "a ledger id was given twice")
        database = sqlite3.connect(self.project.root / ".aifp-project/user_directives.db")
        ledger = dict(database.execute("SELECT id, end_state FROM ledger"))
        ended = collections.Counter(row[0] for row in database.execute("SELECT id FROM directive_executions"))
        for run in acknowledged:
            self.assertIn(run, ledger, "an acknowledged call is missing")
            ends = ended[run] + (1 if ledger[run] else 0)
            self.assertEqual(ends, 1, f"run {run} has {ends} ends")


if __name__ == "__main__":
    main()
