#!/usr/bin/env python3
"""Runs that wait in a `delay`: how long a start takes with so many of them in the database, and how much memory each
needs. One of them is made by the daemon itself, the others are copies of its rows.   bench/waits.py [--waits 1000000]"""
import argparse
import json
import sqlite3
import time
import urllib.request

from common import AIFPD, Scratch, need, resident_mb, stop

DIRECTIVES = 1_000


def write_directives(scratch):
    for i in range(DIRECTIVES):
        scratch.write(f"directives/{i // 100}/w{i}.yaml",
                      f"name: w{i}\nmode: parallel\nmax: 1000\ntrigger: {{webhook: w{i}, auth: none}}\n"
                      f"actions: [{{delay: 30d}}, {{log: \"number {i}\"}}]\n")


def start_one(endpoints):
    """Calls w0 and returns once its run waits."""
    request = urllib.request.Request(f"http://{endpoints['hooks']}/hooks/w0", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        run = json.load(answer)["run"]
    time.sleep(1)
    return run


def fill(file, count):
    database = sqlite3.connect(file)
    known = database.execute("SELECT id, content_hash FROM user_directives ORDER BY id").fetchall()
    wait = list(database.execute("SELECT * FROM waits").fetchone())
    names = [column[1] for column in database.execute("PRAGMA table_info(waits)")]
    data, directive, run, key = (names.index(name) for name in ("data", "directive_id", "run_id", "id"))
    row = list(database.execute("SELECT * FROM ledger WHERE id = ?", (wait[run],)).fetchone())
    version = json.loads(wait[data])["version"]
    waits, ledger = [], []
    first_run, first_wait = wait[run] + 1, wait[key] + 1
    for i in range(count - 1):
        of, content = known[i % len(known)]
        wait[key], wait[directive], wait[run] = first_wait + i, of, first_run + i
        row[0], row[1] = first_run + i, of
        waits.append((*wait[:data], wait[data].replace(version, content), *wait[data + 1:]))
        ledger.append(tuple(row))
        version, wait[data] = content, waits[-1][data]
        if len(waits) == 10_000 or i == count - 2:
            marks = ",".join("?" * len(row))
            database.executemany(f"INSERT INTO ledger VALUES ({marks})", ledger)
            database.executemany("INSERT INTO open_runs VALUES (?)", [(one[0],) for one in ledger])
            marks = ",".join("?" * len(wait))
            database.executemany(f"INSERT INTO waits VALUES ({marks})", waits)
            waits, ledger = [], []
    database.execute("INSERT OR IGNORE INTO open_runs VALUES (?)", (first_run - 1,))
    database.execute("UPDATE meta SET value = ? WHERE key = 'ledger_watermark'", (first_run + count - 2,))
    database.commit()
    database.close()


def measure(scratch):
    daemon, _, seconds = scratch.start_daemon()
    time.sleep(3)
    size = resident_mb(daemon.pid)
    stop(daemon)
    return seconds, size


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--waits", type=int, default=1_000_000)
    options = parser.parse_args()
    need(AIFPD)
    with Scratch() as scratch:
        write_directives(scratch)
        stop(scratch.start_daemon()[0])
        seconds_without, size_without = measure(scratch)
        daemon, endpoints, _ = scratch.start_daemon()
        start_one(endpoints)
        stop(daemon)
        fill(scratch.root / ".aifp-project/user_directives.db", options.waits)
        seconds, size = measure(scratch)
        each = (size - size_without) * 1024 * 1024 / options.waits
        print(f"{options.waits:,} runs wait: start to all armed {seconds:.2f} s (without them {seconds_without:.2f} s), "
              f"{size:.1f} MB resident (without {size_without:.1f} MB): {each:.0f} bytes each", flush=True)


if __name__ == "__main__":
    main()
