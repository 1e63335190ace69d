"""AIFP's other databases beside ours: used where they fit, never a reason to fail."""
import json
import signal
import sqlite3

from harness import EndToEnd, main, wait_for

TELL = "name: tell\ntrigger: manual\naction: {log: hello}\n"


class Neighbours(EndToEnd):
    def database(self, name, script):
        path = self.project.root / ".aifp-project" / name
        path.parent.mkdir(exist_ok=True)
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.commit()
        connection.close()
        return path

    def log_of(self, folder):
        files = (self.project.root / ".aifp-project/logs" / folder).glob("*.jsonl")
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def warnings(self):
        return [line for line in self.log_of("lifecycle") if line["event"] == "neighbour_database"]

    def test_the_status_of_the_project_is_kept(self):
        path = self.database("project.db", "CREATE TABLE project (id INTEGER PRIMARY KEY, user_directives_status TEXT);"
                                           "INSERT INTO project (id) VALUES (1);")
        self.project.start()
        status = lambda: sqlite3.connect(path).execute("SELECT user_directives_status FROM project").fetchone()[0]
        self.assertIsNone(status())
        self.project.write("directives/tell.yaml", TELL)
        wait_for(lambda: status() == "active", "active")
        self.project.admin("POST", "/api/v1/directives/tell/pause")
        wait_for(lambda: status() == "disabled", "disabled")
        self.project.write("directives/other.yaml", TELL.replace("tell", "other"), 0o666)
        wait_for(lambda: status() == "in_progress", "in_progress")

    def test_tracking_settings_switch_the_execution_log_off(self):
        path = self.database("user_preferences.db",
                             "CREATE TABLE directive_preferences (directive_name, preference_key, preference_value, active);"
                             "CREATE TABLE tracking_settings (feature_name, enabled);"
                             "INSERT INTO tracking_settings VALUES ('execution_logging', 0);")
        self.project.write("directives/tell.yaml", TELL)
        self.project.start()
        enabled = lambda: self.project.admin("GET", "/api/v1/status")[1]["logs"]["execution"]["enabled"]
        wait_for(lambda: not enabled(), "the execution log to be off")
        self.project.admin("POST", "/api/v1/directives/tell/run")
        connection = sqlite3.connect(path)
        connection.execute("UPDATE tracking_settings SET enabled = 1")
        connection.commit()
        connection.close()
        self.project.daemon.send_signal(signal.SIGHUP)
        wait_for(enabled, "the execution log to be on again")
        self.assertEqual(self.log_of("execution"), [])

    def test_locked_and_foreign_files_are_one_warning_each(self):
        locked = self.database("project.db", "CREATE TABLE project (user_directives_status TEXT);")
        self.database("aifp_core.db", "CREATE TABLE recipes (id);")
        (self.project.root / ".aifp-project/user_preferences.db").write_bytes(b"x" * 5000)
        other = sqlite3.connect(locked, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.project.write("directives/tell.yaml", TELL)
        self.project.start()
        wait_for(lambda: len(self.warnings()) == 3, "three warnings")
        self.project.daemon.send_signal(signal.SIGHUP)
        self.project.admin("POST", "/api/v1/reload")
        self.assertEqual(self.project.admin("POST", "/api/v1/directives/tell/run")[0], 200)
        other.close()
        self.assertEqual(self.project.stop(), 0)
        self.assertEqual(len(self.warnings()), 3)
        self.assertEqual((self.project.root / ".aifp-project/user_preferences.db").read_bytes(), b"x" * 5000)

    def test_directives_of_an_aifp_database_become_drafts(self):
        old = {"trigger": {"type": "time", "time": "17:00", "timezone": "UTC"},
               "action": {"type": "command", "command": "true"}, "name": "lamp"}
        self.database("user_directives.db",
                      "CREATE TABLE user_directives (id INTEGER PRIMARY KEY, name TEXT, source_file TEXT, configuration_json TEXT);"
                      f"INSERT INTO user_directives VALUES (1, 'lamp', 'gone.yaml', '{json.dumps(old)}');")
        self.project.start()
        shown = wait_for(lambda: [row for row in self.project.admin("GET", "/api/v1/directives")[1] if row["name"] == "lamp"],
                         "the draft")[0]
        self.assertEqual((shown["status"], shown["status_reason"]), ("implemented", "not_approved"))
        self.assertFalse(shown["armed"])
        aside = list((self.project.root / ".aifp-project").glob("user_directives.db.aifp-*"))
        self.assertEqual(len(aside), 1)
        self.assertEqual(sqlite3.connect(aside[0]).execute("SELECT name FROM user_directives").fetchall(), [("lamp",)])
        self.assertEqual(self.project.admin("POST", "/api/v1/directives/lamp/approve")[0], 200)
        self.project.stop(signal.SIGKILL)
        self.project.start()
        self.assertEqual(self.project.admin("GET", "/api/v1/directives/lamp")[1]["status"], "active")


if __name__ == "__main__":
    main()
