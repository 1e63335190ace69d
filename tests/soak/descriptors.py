"""More clients than descriptors: nothing crashes or spins, what was taken is kept, and it goes on after."""
import os
import pathlib
import resource
import socket
import sys
import time

from common import Figure, arguments, descriptors, is_sanitized, wait_for

LIMIT = 64
DIRECTIVES = """\
directives:
  - {name: bell, trigger: {webhook: bell, auth: none}, action: {set: {n: "{{ run.id }}"}}}
  - {name: beat, trigger: {every: 1s}, action: {command: ["true"]}, mode: queued, max: 100}
  - {name: file, trigger: {file: "drop/*.txt"}, action: {log: came}}
"""


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    options = arguments()
    if is_sanitized():
        print("descriptor exhaustion: skipped: UndefinedBehaviorSanitizer needs descriptors of its own to look at objects; "
              "AIFP_BUILD=build/quick shows it")
        sys.exit(77)
    seconds = 3 if options.quick else 20
    with Figure("descriptor exhaustion") as figure:
        project = figure.project()
        project.write("directives/all.yaml", DIRECTIVES)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        project.start()
        pid = project.daemon.pid
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (LIMIT, LIMIT))
        host, port = project.endpoints()["hooks"].rsplit(":", 1)
        sockets = [socket.create_connection((host, int(port))) for _ in range(LIMIT * 2)]
        wait_for(lambda: descriptors(pid) >= LIMIT - 1, "the descriptors to run out")
        began, cpu = time.monotonic(), cpu_s(pid)
        while time.monotonic() < began + seconds:
            time.sleep(0.1)
            project.write(f"directives/more{int(time.monotonic() * 10) % 7}.yaml", "name: more\ntrigger: manual\naction: {log: x}\n")
        used = (cpu_s(pid) - cpu) / (time.monotonic() - began)
        figure.check(project.daemon.poll() is None, "aifpd ended")
        figure.check(used < 0.5, f"it used {used:.0%} of a core while it had none left")
        for one in sockets:
            one.close()
        run = wait_for(lambda: taken(project), "a webhook to be taken again")
        wait_for(lambda: [row for row in project.decisions("bell") if row["id"] == run and row.get("state") == "ok"], "its end")
        recent = wait_for(lambda: [row for row in project.decisions("beat") if row.get("state") == "ok"][:1], "a beat that ran")
        rows = project.decisions("beat")
        failed = [row for row in rows if row.get("state") == "failed"]
        figure.check(recent[0]["id"] > min([row["id"] for row in failed] or [0]), "no beat ran afterwards")
        wait_for(lambda: "more" in [one["name"] for one in project.admin("GET", "/api/v1/directives")[1]], "the new file")
        instants = [row["scheduled_for"] for row in rows]
        figure.check(len(instants) == len(set(instants)), "an instant has two rows")
        figure.result = (f"limit {LIMIT}, {len(sockets)} clients for {seconds} s, {used:.0%} of a core, {len(rows)} beats decided once each, "
                         f"{len(failed)} failed for want of descriptors, all well afterwards")


def taken(project):
    try:
        status, answer = project.hook("bell")
        return status == 202 and answer["run"]
    except OSError:
        return None


main()
