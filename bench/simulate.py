#!/usr/bin/env python3
"""A year of 100 directives through `aifp simulate`: files read, schedules replayed, every instant printed.
bench/simulate.py"""
import json
import subprocess
import time

from common import BUILD, Scratch, need

AIFP = BUILD / "cli/aifp"
KINDS = [  # of ten directives
    'at: "07:{0:02}"', 'at: ["06:{0:02}", "22:{0:02}"]', 'at: "18:{0:02}", weekdays: [sat, sun]',
    'cron: "{0} 7 * * 1-5"', 'cron: "{0} 2 * * *"', 'cron: "{0} */6 * * *"', 'cron: "{0} 9 1 * *"',
    'every: 1h, anchor: midnight', 'sun: sunset, offset: -{0}m', 'sun: sunrise',
]


def main():
    need(AIFP)
    with Scratch() as scratch:
        scratch.write(".aifp-project/engine.yaml",
                      "timezone: Europe/Berlin\nlatitude: 52.52\nlongitude: 13.405\n")
        for group in range(10):
            lines = ["directives:"]
            for i, kind in enumerate(KINDS):
                trigger = kind.format(group * 5 + 1)
                lines.append(f"  - {{name: d{group}_{i}, trigger: {{{trigger}}}, action: {{log: x}}}}")
            scratch.write(f"directives/d{group}.yaml", "\n".join(lines) + "\n")
        command = [AIFP, "--project", scratch.root, "simulate", "--json",
                   "--from", "2027-01-01T00:00:00", "--to", "2028-01-01T00:00:00"]
        times = []
        for _ in range(5):
            began = time.perf_counter()
            out = subprocess.run(command, check=True, capture_output=True).stdout
            times.append(time.perf_counter() - began)
        answer = json.loads(out)
        print(f"a year of 100 directives: {answer['count']} instants in {min(times):.3f} s "
              f"(worst of 5: {max(times):.3f} s), {len(answer['dst_days'])} days marked")


if __name__ == "__main__":
    main()
