"""A full disk under the database, then one under the logs (a small tmpfs; needs root): what cannot be
stored is refused and not begun, what was acknowledged is there once, and all goes on when there is room."""
import os
import sqlite3
import subprocess
import sys
import threading
import time

from common import Figure, arguments, wait_for

DIRECTIVES = """\
directives:
  - {name: bell, mode: parallel, max: 64, trigger: {webhook: bell, auth: none}, action: {log: "rang {{ trigger.body.n }} %s"}}
  - {name: beat, mode: queued, max: 200, trigger: {every: 1s}, action: {set: {beat: "{{ run.id }}"}}}
""" % ("x" * 400)


class SmallDisk:
    def __init__(self, folder, megabytes):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0750", "aifp-soak", str(folder)], check=True)

    def fill(self):
        with open(self.folder / "ballast", "ab", buffering=0) as ballast:
            piece = b"\0" * 65536
            while piece:
                try:
                    ballast.write(piece)
                except OSError:
                    piece = piece[:len(piece) // 2]

    def empty(self):
        (self.folder / "ballast").unlink()

    def unmount(self):
        subprocess.run(["umount", "-l", str(self.folder)])


def call(project, statuses, until):
    while not until():
        try:
            status, answer = project.hook("bell", b'{"n": 1}', {"Content-Type": "application/json"})
        except OSError:
            status, answer = 0, {}
        statuses.append((status, answer.get("run") if isinstance(answer, dict) else None))
        time.sleep(0.002)


def under_database(figure, seconds):
    project = figure.project()
    project.write("directives/all.yaml", DIRECTIVES)
    disk = SmallDisk(project.root / ".aifp-project", 8)
    try:
        project.start()
        statuses, over = [], threading.Event()
        thread = threading.Thread(target=call, args=(project, statuses, over.is_set), daemon=True)
        thread.start()
        wait_for(lambda: len([1 for status, _ in statuses if status == 202]) > 50, "some load")
        disk.fill()
        wait_for(lambda: [1 for status, _ in statuses if status == 503], "a refusal")
        time.sleep(seconds)
        figure.check(project.daemon.poll() is None, "aifpd ended on a full disk")
        figure.check(project.admin("GET", "/api/v1/status")[0] == 200, "the admin does not answer on a full disk")
        refused = len([1 for status, _ in statuses if status == 503])
        disk.empty()
        at = len(statuses)
        wait_for(lambda: [1 for status, _ in statuses[at:] if status == 202], "webhooks to be taken again")
        over.set()
        thread.join()
        wait_for(lambda: not project.admin("GET", "/api/v1/runs")[1], "all runs to end")
        project.stop()
        taken = [run for status, run in statuses if status == 202]
        odd = {status for status, _ in statuses} - {202, 503}
        figure.check(not odd, f"answers {odd}")
        with sqlite3.connect(project.root / ".aifp-project/user_directives.db") as database:
            rows = {row[0] for row in database.execute("SELECT id FROM ledger")}
            ends = [row[0] for row in database.execute("SELECT id FROM directive_executions")]
            due = [row[0] for row in database.execute(
                "SELECT l.scheduled_for_ms FROM ledger l WHERE l.scheduled_for_ms IS NOT NULL ORDER BY 1")]
            damage = database.execute("PRAGMA integrity_check").fetchone()[0]
        figure.check(damage == "ok", damage)
        figure.check(set(taken) <= rows, "an acknowledged call has no row")
        figure.check(len(ends) == len(set(ends)) and set(taken) <= set(ends), "not exactly one end each")
        figure.check(len(due) == len(set(due)), "an instant was decided twice")
        return f"database: {len(taken)} taken, each with one row and one end, {refused} refused with 503 while full"
    finally:
        disk.unmount()


def under_logs(figure, seconds):
    project = figure.project()
    project.write("directives/all.yaml", DIRECTIVES)
    disk = SmallDisk(project.root / ".aifp-project/logs", 1)
    try:
        project.start()
        disk.fill()
        statuses, end = [], time.monotonic() + seconds
        call(project, statuses, lambda: time.monotonic() > end)
        taken = [run for status, run in statuses if status == 202]
        figure.check(len(taken) == len(statuses), f"answers {sorted({status for status, _ in statuses})} with full logs")
        logs = project.admin("GET", "/api/v1/status")[1]["logs"]
        dropped = find_dropped(logs)
        figure.check(dropped > 0, f"no dropped line is counted: {logs}")
        disk.empty()
        before = sum(file.stat().st_size for file in disk.folder.rglob("*.jsonl"))

        def writes_again():
            project.hook("bell", b'{"n": 2}', {"Content-Type": "application/json"})
            return sum(file.stat().st_size for file in disk.folder.rglob("*.jsonl")) > before

        wait_for(writes_again, "lines to be written again")
        project.stop()
        return f"logs: {len(taken)} calls taken and run, {dropped} lines dropped and counted, written again when there was room"
    finally:
        disk.unmount()


def find_dropped(logs):
    if isinstance(logs, dict):
        return sum(value if "dropped" in key and isinstance(value, int) else find_dropped(value) for key, value in logs.items())
    return sum(map(find_dropped, logs)) if isinstance(logs, list) else 0


def main():
    options = arguments()
    if os.geteuid() != 0:
        print("disk full: skipped: only root may mount the small file system")
        sys.exit(77)
    seconds = 2 if options.quick else 15
    with Figure("disk full") as figure:
        figure.result = under_database(figure, seconds) + "; " + under_logs(figure, seconds)


main()
