"""Clients that send a header byte by byte and never finish it: the admin goes on answering, webhooks too."""
import socket
import threading
import time

from common import Figure, LoopProbe, arguments, descriptors, resident_mb, wait_for

HOOK = "name: bell\ntrigger: {webhook: bell, auth: none}\naction: {set: {n: 1}}\n"


def drip(sockets, until):
    """A byte to each, every second, as long as they let us."""
    while time.monotonic() < until():
        for one in list(sockets):
            try:
                one.send(b"a")
            except OSError:
                sockets.remove(one)
        time.sleep(1)


def main():
    options = arguments()
    count, seconds = (1000, 3) if options.quick else (1000, 25)
    with Figure("slow loris") as figure:
        project = figure.project()
        project.write("directives/bell.yaml", HOOK)
        project.start()
        pid = project.daemon.pid
        before = descriptors(pid)
        host, port = project.endpoints()["hooks"].rsplit(":", 1)
        sockets = []
        for _ in range(count):
            one = socket.create_connection((host, int(port)))
            one.setblocking(False)
            one.send(b"POST /hooks/bell HTTP/1.1\r\nX-Slow: ")
            sockets.append(one)
        held = wait_for(lambda: descriptors(pid) - before >= count - 24 and descriptors(pid) - before, "the connections")
        probe = LoopProbe(project)
        end = time.monotonic() + seconds
        thread = threading.Thread(target=drip, args=(sockets, lambda: end), daemon=True)
        thread.start()
        answered = refused = 0
        while time.monotonic() < end:
            status = project.admin("GET", "/api/v1/status")[0]
            answered += status == 200
            figure.check(status == 200, f"the admin said {status}")
            try:
                refused += project.hook("bell")[0] != 202
            except OSError:
                refused += 1
            time.sleep(0.1)
        thread.join()
        probe.end()
        memory = resident_mb(pid)
        figure.check(answered > 0 and probe.failed == 0, f"{probe.failed} probes failed")
        if not options.quick:  # header_timeout is 10 s
            wait_for(lambda: descriptors(pid) - before < 50, "the slow ones to be cut off")
        for one in sockets:
            one.close()
        wait_for(lambda: project.hook("bell")[0] == 202, "webhooks to be taken again")
        figure.result = (f"{held} connections held for {seconds} s, {answered} answers of the admin, {probe.asked} probes, "
                         f"worst {probe.worst_ms:.1f} ms, {refused} webhooks not taken meanwhile, {memory:.0f} MB resident")


main()
