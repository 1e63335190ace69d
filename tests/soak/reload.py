"""A directory of many directive files, changed and read again while webhooks come: none is refused or
lost, the daemon goes on answering, and in the end what is loaded is what stands in the files."""
import threading
import time

from common import Figure, LoopProbe, arguments, harness, resident_mb, wait_for


def text(i, version):
    return (f"name: d{i}\ntrigger: {{cron: \"{i % 60} {i % 24} * * *\"}}\n"
            f"action: {{log: \"version {version} of {i}\"}}\n")


def main():
    options = arguments(files="how many")
    count = int(options.files or (1000 if options.quick else 10000))
    rounds = 3 if options.quick else 10
    harness.PATIENCE_S = 300  # a debug build reads 10,000 files for a while
    with Figure("reload") as figure:
        project = figure.project()
        project.write("directives/bell.yaml", "name: bell\nmode: parallel\nmax: 64\ntrigger: {webhook: bell, auth: none}\naction: {set: {n: 1}}\n")
        for i in range(count):
            project.write(f"directives/many/d{i}.yaml", text(i, 0))
        began = time.monotonic()
        project.start()
        started_s = time.monotonic() - began
        statuses, over = [], threading.Event()

        def call():
            while not over.is_set():
                try:
                    statuses.append(project.hook("bell")[0])
                except OSError:
                    statuses.append(0)
                time.sleep(0.001)

        threads = [threading.Thread(target=call, daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        probe = LoopProbe(project)
        reloads = []
        for version in range(1, rounds + 1):
            for i in range(version % 7, count, 7):
                project.write(f"directives/many/d{i}.yaml", text(i, version))
            began = time.monotonic()
            status, answer = project.admin("POST", "/api/v1/reload")
            reloads.append(time.monotonic() - began)
            figure.check(status == 200, f"reload answered {status}: {answer}")
        probe.end()
        over.set()
        for thread in threads:
            thread.join()
        odd = [status for status in statuses if status != 202]
        figure.check(not odd, f"{len(odd)} of {len(statuses)} calls were not taken: {sorted(set(odd))}")
        figure.check(probe.failed == 0, f"{probe.failed} probes failed")
        expected = {}
        for version in range(1, rounds + 1):
            for i in range(version % 7, count, 7):
                expected[i] = version
        for i in range(0, count, max(1, count // 50)):
            shown = project.admin("GET", f"/api/v1/directives/d{i}")[1]
            wanted = f"version {expected.get(i, 0)} of {i}"
            figure.check(wanted in str(shown.get("configuration_json")) + str(shown.get("proposal")), f"d{i} is not '{wanted}'")
        listed = wait_for(lambda: project.admin("GET", "/api/v1/directives")[1], "the list")
        figure.check(len(listed) == count + 1, f"{len(listed)} directives are listed")
        figure.result = (f"{count} files ready in {started_s:.1f} s, {rounds} reloads of a seventh of them (worst {max(reloads):.1f} s), "
                         f"{len(statuses)} webhooks meanwhile, all taken; {probe.asked} probes, worst {probe.worst_ms:.0f} ms; "
                         f"{resident_mb(project.daemon.pid):.0f} MB resident")


main()
