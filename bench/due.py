#!/usr/bin/env python3
"""10,000 and 100,000 schedules due in the same second: how late they are decided, and when the last row is
committed. Beside it bare SQLite committing as many rows in one transaction.   bench/due.py"""
import datetime
import sqlite3
import time

from common import AIFPD, Scratch, need, stop

PER_FILE = 1_000


def bare_commit_ms(scratch, count):
    database = sqlite3.connect(scratch.root / "bare.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY, directive_id INTEGER, at INTEGER, cause TEXT)")
    began = time.perf_counter()
    database.execute("BEGIN")
    database.executemany("INSERT INTO ledger VALUES (NULL, ?, ?, 'schedule')", ((i, i) for i in range(count)))
    database.execute("COMMIT")
    return (time.perf_counter() - began) * 1000


def run(count, lead_s):
    with Scratch() as scratch:
        bare = bare_commit_ms(scratch, count)
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=lead_s)
        due = due.replace(microsecond=0)
        stamp = due.strftime("%Y-%m-%dT%H:%M:%SZ")
        for start in range(0, count, PER_FILE):
            lines = ["directives:"]
            lines += [f"  - {{name: d{i}, trigger: {{at: \"{stamp}\"}}, action: {{log: tick}}}}"
                      for i in range(start, start + PER_FILE)]
            scratch.write(f"directives/d{start}.yaml", "\n".join(lines) + "\n")
        scratch.write(".aifp-project/engine.yaml", f"limits: {{max_queued_runs: {count}, max_file_size: 4 MiB}}\n")
        daemon, _, _ = scratch.start_daemon(lead_s)
        due_s = due.timestamp()
        if time.time() > due_s - 1:
            raise SystemExit(f"not armed in time for {count}: give more lead")
        time.sleep(due_s - time.time() - 0.5)
        database = sqlite3.connect(f"file:{scratch.root}/.aifp-project/user_directives.db?mode=ro", uri=True)
        committed = None
        while committed is None and time.time() < due_s + 60:
            if database.execute("SELECT count(*) FROM ledger").fetchone()[0] >= count:
                committed = (time.time() - due_s) * 1000
            else:
                time.sleep(0.005)
        late = sorted(row[0] for row in database.execute("SELECT seen_at_ms - scheduled_for_ms FROM ledger"))
        runs = 0
        while runs < count and time.time() < due_s + 120:
            runs = database.execute("SELECT count(*) FROM directive_executions").fetchone()[0]
            time.sleep(0.05)
        ended = (time.time() - due_s) * 1000
        stop(daemon)
        print(f"{count:>8,} due: decided p50 {late[len(late) // 2]} ms, p99 {late[int(len(late) * 0.99)]} ms late; "
              f"all committed after {committed:.0f} ms; all {runs:,} runs recorded after {ended:.0f} ms; "
              f"bare SQLite, one transaction: {bare:.0f} ms", flush=True)


if __name__ == "__main__":
    need(AIFPD)
    run(10_000, 30)
    run(100_000, 180)
