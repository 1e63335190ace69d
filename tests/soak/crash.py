"""kill -9 under webhook load, round after round: every acknowledged call is in the ledger once, with one end."""
import collections
import signal
import sqlite3
import threading

from common import Figure, arguments, wait_for

CLIENTS = 8
DIRECTIVES = """\
directives:
  - {name: quick, mode: parallel, max: 64, trigger: {webhook: quick, auth: none}, action: {set: {n: "{{ run.id }}"}}}
  - {name: slow, mode: queued, max: 100, trigger: {webhook: slow, auth: none}, action: {command: [sleep, "0.01"]}}
  - {name: waits, mode: parallel, max: 64, trigger: {webhook: waits, auth: none}, actions: [{delay: 300ms}, {set: {w: "{{ run.id }}"}}]}
"""


def load_until_killed(project, calls):
    lists = [[] for _ in range(CLIENTS)]

    def call(own, path):
        while True:
            try:
                status, answer = project.hook(path)
            except Exception:
                return
            if status == 202:
                own.append(answer["run"])

    threads = [threading.Thread(target=call, args=(own, ("quick", "slow", "waits")[i % 3]), daemon=True)
               for i, own in enumerate(lists)]
    for thread in threads:
        thread.start()
    wait_for(lambda: sum(map(len, lists)) > calls, "some load")
    project.stop(signal.SIGKILL)
    for thread in threads:
        thread.join()
    return [run for own in lists for run in own]


def ends_of(project):
    database = sqlite3.connect(project.root / ".aifp-project/user_directives.db")
    ledger = dict(database.execute("SELECT id, end_state FROM ledger"))
    ends = collections.Counter(row[0] for row in database.execute("SELECT id FROM directive_executions"))
    return {run: ends[run] + (1 if end else 0) for run, end in ledger.items()}


def main():
    options = arguments()
    rounds, calls = (3, 100) if options.quick else (20, 400)
    with Figure("crash") as figure:
        project = figure.project()
        project.write("directives/load.yaml", DIRECTIVES)
        acknowledged = []
        for _ in range(rounds):
            project.start()
            acknowledged += load_until_killed(project, calls)
        project.start()
        wait_for(lambda: not project.admin("GET", "/api/v1/runs")[1], "all runs to end")
        project.stop()
        ends = ends_of(project)
        lost = [run for run in acknowledged if run not in ends]
        wrong = [run for run in acknowledged if ends.get(run, 1) != 1]
        twice = len(acknowledged) - len(set(acknowledged))
        figure.check(not lost, f"missing from the ledger: {lost[:5]}")
        figure.check(not wrong, f"not exactly one end: {[(run, ends[run]) for run in wrong[:5]]}")
        figure.check(twice == 0, f"{twice} numbers were given twice")
        figure.result = (f"{rounds} rounds of kill -9, {len(acknowledged)} acknowledged calls, {len(lost)} lost, "
                         f"{twice} numbers given twice, {len(wrong)} without exactly one end")


main()
