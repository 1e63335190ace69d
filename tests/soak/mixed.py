"""Everything at once: webhooks, schedules, child programs, states, a reload, history queries, clients that
hang up. How long the loop let a request wait at worst: /metrics if it tells the loop's lag, else a probe.
On a busy machine the probe also measures the machine; the loop's own figure counts."""
import re
import threading
import time

from common import Figure, LoopProbe, arguments, harness, is_sanitized, resident_mb, wait_for

DIRECTIVES = """\
directives:
  - {name: quick, mode: parallel, max: 64, trigger: {webhook: quick, auth: none}, action: {set: {n: "{{ run.id }}"}}}
  - {name: child, mode: queued, max: 200, trigger: {webhook: child, auth: none}, action: {command: ["true"]}}
  - {name: waits, mode: parallel, max: 64, trigger: {webhook: waits, auth: none}, actions: [{delay: 200ms}, {emit: waited}]}
  - {name: hears, mode: queued, max: 200, trigger: {event: waited}, action: {log: "heard {{ trigger.event }}"}}
  - {name: beat, mode: queued, max: 200, trigger: {every: 1s}, action: {log: beat}}
  - {name: sees, mode: queued, max: 200, trigger: {state: n}, action: {log: "n is {{ state.n }}"}}
"""


def loop_lag_ms(project):
    """The loop's own maximum in milliseconds, if the daemon tells it."""
    status, text = harness.ask(project.connect("admin"), "GET", "/metrics", headers={"Authorization": "Bearer " + project.token()})
    found = re.search(r"^aifp_loop_lag_max_seconds\S*\s+([\d.e+-]+)", text, re.MULTILINE) if status == 200 and isinstance(text, str) else None
    return float(found.group(1)) * 1000 if found else None


def main():
    options = arguments(seconds="how long")
    seconds = float(options.seconds or (5 if options.quick else 60))
    with Figure("mixed") as figure:
        project = figure.project()
        project.write("directives/all.yaml", DIRECTIVES)
        for i in range(200):
            project.write(f"directives/more/d{i}.yaml", f"name: d{i}\ntrigger: {{cron: \"{i % 60} * * * *\"}}\naction: {{log: x}}\n")
        project.start()
        end = time.monotonic() + seconds
        counts = {}

        def call(path):
            while time.monotonic() < end:
                try:
                    status = project.hook(path)[0]
                except OSError:
                    status = 0
                counts[status] = counts.get(status, 0) + 1
                time.sleep(0.005)

        def look():
            while time.monotonic() < end:
                for path in ("decisions?limit=100", "directives", "status", "runs", "directives/quick/why", "state"):
                    project.admin("GET", "/api/v1/" + path)
                time.sleep(0.05)

        def edit():
            i = 0
            while time.monotonic() < end:
                i += 1
                project.write(f"directives/more/d{i % 200}.yaml", f"name: d{i % 200}\ntrigger: {{cron: \"{i % 60} 1 * * *\"}}\naction: {{log: \"{i}\"}}\n")
                time.sleep(0.2)

        threads = [threading.Thread(target=call, args=(path,), daemon=True) for path in ("quick", "quick", "child", "waits")]
        threads += [threading.Thread(target=look, daemon=True), threading.Thread(target=edit, daemon=True)]
        probe = LoopProbe(project)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        probe.end()
        lag = loop_lag_ms(project)
        wait_for(lambda: not project.admin("GET", "/api/v1/runs")[1], "all runs to end")
        figure.check(set(counts) <= {202}, f"answers {counts}")
        figure.check(probe.failed == 0, f"{probe.failed} probes failed")
        if lag is not None and not is_sanitized():
            figure.check(lag <= 5, f"the loop was blocked for {lag:.1f} ms")
        told = f"longest turn of the loop {lag:.1f} ms" if lag is not None else "this build does not tell the loop's lag"
        figure.result = (f"{seconds:.0f} s, {counts.get(202, 0)} webhooks, {told}; probe: {probe.asked} answers, "
                         f"worst {probe.worst_ms:.1f} ms; {resident_mb(project.daemon.pid):.0f} MB resident")


main()
