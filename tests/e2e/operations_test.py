"""Backup while there is much to do, restore, doctor, and what works while the daemon is down."""
import json
import shutil
import signal
import subprocess
import threading
import unittest

from harness import EndToEnd, Project, main, wait_for

HOOK = """
name: counted
mode: queued
max: 1000
trigger: {webhook: count, auth: none}
actions:
  - {set: {total: 1}, increment: true}
"""
DAILY = """
name: daily
trigger: {at: "03:00"}
action: {log: night}
"""


class Load:
    """Calls a webhook as fast as it answers, until it is stopped; counts the answers."""

    def __init__(self, project):
        self.project = project
        self.answered = 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.call)
        self.thread.start()

    def call(self):
        while not self.is_over.is_set():
            status, answer = self.project.hook("count")
            if status >= 300:
                raise AssertionError(answer)
            self.answered += 1

    def stop(self):
        self.is_over.set()
        self.thread.join()


class Operations(EndToEnd):
    def setUp(self):
        super().setUp()
        self.other = Project()
        self.addCleanup(self.other.remove)
        self.archive = self.other.folder / "backup.tar.gz"

    def start(self):
        self.project.write("directives/counted.yaml", HOOK)
        self.project.write("directives/daily.yaml", DAILY)
        self.project.start()
        wait_for(lambda: self.project.hook("count")[0] < 300, "the webhook")

    def backup(self, *arguments):
        done = self.project.cli("backup", str(self.archive), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_backup_under_load_holds_every_row_up_to_an_instant(self):
        self.start()
        load = Load(self.project)
        self.addCleanup(load.stop)
        wait_for(lambda: load.answered > 200, "some load")
        before = load.answered
        self.backup()
        after = load.answered
        wait_for(lambda: load.answered > after + 50, "the load to go on")
        load.stop()
        root = self.other.folder / "restored"
        done = self.project.cli("restore", str(self.archive), "--into", str(root))
        self.assertEqual(done.returncode, 0, done.stderr)
        kept, told = self.rows_of(root), self.rows_of(self.project.root)
        self.assertGreaterEqual(len(kept), before)
        self.assertLess(len(kept), len(told))
        self.assertEqual(kept, told[:len(kept)])

    def rows_of(self, root):
        """All decisions, the oldest first, without how they ended (which may follow later)."""
        sql = "SELECT id, directive_id, cause, seen_at_ms FROM ledger ORDER BY id"
        found = subprocess.run(["sqlite3", str(root / ".aifp-project/user_directives.db"), sql],
                               capture_output=True, text=True, check=True)
        return found.stdout.splitlines()

    def test_a_restored_project_goes_on_with_its_history_and_states(self):
        self.start()
        wait_for(lambda: self.project.admin("GET", "/api/v1/state/total")[1].get("value") == 1, "the state")
        self.project.stop()
        history = self.history(self.project)
        self.backup()
        shutil.rmtree(self.project.root)
        done = self.project.cli("restore", str(self.archive))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.project.start()
        self.assertEqual(self.history(self.project), history)
        self.assertEqual(self.project.admin("GET", "/api/v1/state/total")[1]["value"], 1)
        self.assertTrue(self.project.admin("GET", "/api/v1/directives/daily")[1]["armed"])
        wait_for(lambda: self.project.hook("count")[0] < 300, "the webhook")

    @staticmethod
    def history(project):
        """From the files, so that it needs no daemon."""
        sql = "SELECT id, cause, decision, end_state FROM ledger ORDER BY id"
        database = str(project.root / ".aifp-project/user_directives.db")
        return subprocess.run(["sqlite3", database, sql], capture_output=True, text=True, check=True).stdout

    def test_nothing_is_restored_under_a_running_daemon(self):
        self.start()
        self.backup()
        done = self.project.cli("restore", str(self.archive), "--force")
        self.assertEqual(done.returncode, 1)
        self.assertIn("stop it first", done.stderr)
        self.assertEqual(self.project.hook("count")[0] // 100, 2)

    def test_a_backup_after_a_kill_holds_what_was_acknowledged(self):
        self.start()
        for _ in range(20):
            self.assertLess(self.project.hook("count")[0], 300)
        self.project.stop(signal.SIGKILL)
        rows = self.rows_of(self.project.root)
        self.backup()
        root = self.other.folder / "restored"
        self.assertEqual(self.project.cli("restore", str(self.archive), "--into", str(root)).returncode, 0)
        self.assertEqual(self.rows_of(root), rows)
        self.assertGreaterEqual(len(rows), 21)

    def test_any_tar_unpacks_a_backup(self):
        self.start()
        self.backup()
        subprocess.run(["tar", "-xzf", str(self.archive), "-C", str(self.other.folder)], check=True)
        self.assertEqual((self.other.folder / "project/directives/daily.yaml").read_text(), DAILY)
        manifest = json.loads((self.other.folder / "manifest.json").read_text())
        self.assertEqual(len(manifest["files"]), 3)

    def test_doctor_finds_what_is_broken(self):
        secrets = self.project.write(".aifp-project/secrets.yaml", "key: value\n", 0o644)
        self.project.write(".aifp-project/engine.yaml", "timezome: UTC\n")
        self.project.write(".aifp-project/user_directives.db", "x" * 8192, 0o600)
        self.project.root.chmod(0o777)
        done = self.project.cli("doctor", "--json")
        self.assertEqual(done.returncode, 1)
        failed = {one["check"]: one for one in json.loads(done.stdout) if one["level"] == "fail"}
        self.assertLessEqual({"project", "secrets", "settings", "database"}, set(failed))
        self.assertIn(f"chmod 600 {secrets}", failed["secrets"]["cure"])
        self.assertNotIn("value", done.stdout)

    def test_doctor_finds_a_daemon_that_stands_still(self):
        self.start()
        self.assertEqual(self.look("daemon")["level"], "ok")
        self.project.daemon.send_signal(signal.SIGSTOP)
        self.addCleanup(self.project.daemon.send_signal, signal.SIGCONT)
        self.assertEqual(self.look("daemon")["level"], "fail")

    def look(self, check):
        found = json.loads(self.project.cli("doctor", "--json").stdout)
        return next(one for one in found if one["check"] == check)

    def test_without_a_daemon_verbs_say_what_still_works(self):
        self.project.write("directives/daily.yaml", DAILY)
        for verb in (["list"], ["status"], ["show", "daily"], ["state", "get"], ["why", "daily"]):
            done = self.project.cli(*verb)
            self.assertEqual(done.returncode, 3, verb)
            self.assertIn("Without it these work: init, check", done.stderr)
        for offline in (["check"], ["doctor"], ["next", "--cron", "@daily"], ["backup", str(self.archive)]):
            self.assertNotEqual(self.project.cli(*offline).returncode, 3, offline)


if __name__ == "__main__":
    main()
