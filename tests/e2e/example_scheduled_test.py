"""examples/scheduled against its stand-in: what the backup server has, and what hangs on the board."""
import datetime
import json
import os
import time

from harness import ExampleEndToEnd, main, wait_for

VAULT = "/backups"


class ScheduledExample(ExampleEndToEnd):
    example = "scheduled"

    def vault(self):
        return self.outside.ask("GET", "/shelf")["backups"]

    def board(self):
        return self.outside.ask("GET", "/shelf")["reports"]

    def sent(self):
        """The statuses of what was sent to the backup server, in order."""
        return [one["status"] for one in self.outside.ask("GET", "/asked")
                if one["method"] == "PUT" and one["path"].startswith(VAULT)]

    def test_a_backup_is_made_although_the_server_stumbles_and_then_verified(self):
        self.shorten("backup.yaml", ("delay: 1m", "delay: 100ms"))
        self.start()
        self.outside.trouble(VAULT, 503, times=2, method="PUT")
        run = self.run_by_hand("nightly_backup")
        self.assertEqual(self.ended("nightly_backup", run)["state"], "ok_after_retry")
        self.assertEqual(self.ended("verify_backup")["state"], "ok")
        self.assertEqual(self.sent(), [503, 503, 201])
        self.assertEqual([one["sha256"] for one in self.vault()], [self.state("backup.sha256")])
        self.assertEqual(self.state("backup.verified"), self.vault()[0]["name"])
        self.assertEqual(self.outside.messages(), [])

    def test_the_pause_before_a_retry_survives_kill_9(self):
        self.shorten("backup.yaml", ("delay: 1m", "delay: 3s"))
        self.start()
        self.outside.trouble(VAULT, 503, method="PUT")
        run = self.run_by_hand("nightly_backup")
        self.waiting("nightly_backup", "retry")
        self.kill_and_start()
        self.assertEqual(self.ended("nightly_backup", run)["state"], "ok_after_retry")
        self.assertEqual(self.ended("verify_backup")["state"], "ok")
        self.assertEqual(self.sent(), [503, 201])
        self.assertEqual(len(self.rows("nightly_backup")), 1)

    def test_what_another_try_cannot_help_is_told_at_once(self):
        self.start()
        self.outside.trouble(VAULT, 507, times=99, method="PUT")
        run = self.run_by_hand("nightly_backup")
        self.assertEqual(self.ended("nightly_backup", run)["state"], "failed")
        self.assertEqual(self.sent(), [507])
        self.assertEqual(self.vault(), [])
        self.assertIn("answered 507", self.outside.wait_for_message("backup failed"))

    def test_a_backup_that_is_not_verified_is_missed(self):
        self.shorten("backup.yaml", ("within: 2h", "within: 1s"))
        self.start()
        self.outside.trouble(VAULT, 503, times=99, method="PUT")
        self.run_by_hand("nightly_backup")
        self.assertIn("is not verified; the last good one is not made yet",
                      self.outside.wait_for_message("A backup began"))
        self.assertEqual(self.vault(), [])

    def test_a_night_that_was_missed_is_made_up_for_once(self):
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)
        self.shorten("backup.yaml", ('cron: "30 2 * * *"', f'at: "{due:%Y-%m-%dT%H:%M:%SZ}"'),
                     ("grace: 1h", "grace: 500ms"))
        self.start()
        self.assertEqual(self.project.stop(), 0)
        self.assertEqual(self.sent(), [])
        wait_for(lambda: time.time() > due.timestamp() + 1, "the night to pass")
        self.project.start()
        self.assertEqual(self.ended("nightly_backup")["state"], "ok")
        self.ended("verify_backup")
        self.assertEqual(len(self.vault()), 1)
        self.assertEqual(len(self.rows("nightly_backup", "ok")), 1)

    def test_every_night_has_one_backup_also_when_the_clock_is_set(self):
        for first, last in (("2027-03-26", "2027-03-30"), ("2027-10-29", "2027-11-02")):
            replayed = self.project.cli(
                "simulate", "--from", first + "T12:00:00", "--to", last + "T12:00:00",
                "nightly_backup", "--json")
            self.assertEqual(replayed.returncode, 0, replayed.stderr)
            nights = [one["local"][:10] for one in json.loads(replayed.stdout)["instants"]
                      if one["decision"] != "skipped"]
            self.assertEqual(len(nights), 4, replayed.stdout)
            self.assertEqual(len(set(nights)), 4, replayed.stdout)

    def test_the_server_keeps_the_newest_seven(self):
        self.start()
        for day in range(1, 10):
            self.outside.ask("POST", "/shelf", {"name": f"data-2026110{day}-023000.tar.gz"})
        self.outside.trouble("/backups/data-20261101", 500, method="DELETE")
        self.shorten("backup.yaml", ("delay: 10s", "delay: 100ms"))
        self.assertEqual(self.project.admin("POST", "/api/v1/reload")[0], 200)
        self.ended("prune_backups", self.run_by_hand("prune_backups"))
        self.assertEqual([one["name"][5:13] for one in self.vault()],
                         [f"2026110{day}" for day in range(3, 10)])

    def test_a_report_is_written_and_hung_up(self):
        self.shorten("report.yaml", ("settle: 1s", "settle: 100ms"), ("delay: 5s", "delay: 100ms"))
        self.start()
        self.outside.trouble("/board", 503, times=2)
        self.run_by_hand("weekly_report")
        report = wait_for(self.board, "the report")[0]
        self.assertIn("in all          667.40", report["text"])
        self.assertEqual(self.ended("publish_report")["state"], "ok_after_retry")
        self.assertEqual(len(self.outside.asked("POST", "/board")), 3)
        self.project.write("reports/from-somebody.txt", "all is well\n")
        wait_for(lambda: len(self.board()) == 2, "the second report")
        self.assertEqual(self.board()[1], {"title": "from-somebody.txt", "text": "all is well\n"})

    def test_a_report_without_figures_is_told(self):
        (self.project.root / "data/sales.csv").unlink()
        self.start()
        self.run_by_hand("weekly_report")
        self.assertIn("sales.csv", self.outside.wait_for_message("There is no report this week"))
        self.assertEqual(self.board(), [])

    def test_what_is_old_is_cleaned_up(self):
        old = self.project.write("scratch/old.tmp", "x")
        new = self.project.write("scratch/new.tmp", "x")
        month_ago = time.time() - 30 * 86400
        os.utime(old, (month_ago, month_ago))
        self.start()
        self.assertEqual(self.ended("clean_up", self.run_by_hand("clean_up"))["state"], "ok")
        self.assertEqual((old.exists(), new.exists()), (False, True))

    def test_somebody_is_reminded_while_maintenance_lasts(self):
        self.shorten("cleanup.yaml", ("every: 2h", "every: 1s"))
        self.start()
        self.assertEqual(self.project.cli("state", "set", "maintenance", "true").returncode, 0)
        wait_for(lambda: len(self.outside.messages()) >= 2, "two reminders")
        self.assertEqual(self.project.cli("state", "set", "maintenance", "false").returncode, 0)
        self.assertIn("Still in maintenance", self.outside.messages()[0])


if __name__ == "__main__":
    main()
