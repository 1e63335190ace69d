"""Malformed HTTP requests, from a seed: no crash, no descriptor and no memory left behind, and the
daemon answers a good request after each batch."""
import os
import random
import socket

from common import Figure, arguments, descriptors, is_sanitized, resident_mb, wait_for

GOOD = b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
HOOK = "name: bell\ntrigger: {webhook: bell, auth: none}\naction: {set: {n: 1}}\n"
ODD = [b"", b"\r\n\r\n", b"GET", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 64, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
       b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n", b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n",
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       b"GET /hooks/%zz%00 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET http://[::1 HTTP/1.1\r\n\r\n", b"\r\n" * 5000,
       b"POST /hooks/bell HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":\xff\xfe}"]


def malformed(draw):
    text = bytearray(draw.choice(ODD) if draw.random() < 0.4 else GOOD)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(text) + 1)
        kind = draw.randrange(4)
        if kind == 0 and text:
            text[at - 1] = draw.randrange(256)
        elif kind == 1:
            text[at:at] = draw.choice([b"\r", b"\n", b"\x00", b" ", b":", b"\r\n", b"\xff" * 3, b"Content-Length: 1\r\n"])
        elif kind == 2:
            del text[at:at + draw.randrange(1, 20)]
        else:
            text[at:at] = text[:draw.randrange(1, 40)]
    return bytes(text)


def send(address, text, draw):
    """What came back, "" for nothing: the connection is ended by us where the daemon waits for more."""
    with socket.create_connection(address, timeout=5) as one:
        try:
            one.sendall(text)
            if draw.random() < 0.3:
                return "left"
            one.shutdown(socket.SHUT_WR)
            return one.recv(64).decode(errors="replace")[9:12]
        except OSError:
            return "cut"


def main():
    options = arguments(seed="number of the sequence")
    count = 2000 if options.quick else 10000
    draw = random.Random(int(options.seed or 1))
    # What AddressSanitizer keeps of freed memory is no leak.
    os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=8")
    with Figure("malformed requests") as figure:
        project = figure.project()
        project.write("directives/bell.yaml", HOOK)
        project.start()
        pid = project.daemon.pid
        addresses = []
        for name in ("hooks", "admin"):
            host, port = project.endpoints()[name].rsplit(":", 1)
            addresses.append((host, int(port)))
        statuses, before = {}, None
        for i in range(count):
            status = send(addresses[i % 2], malformed(draw), draw)
            statuses[status] = statuses.get(status, 0) + 1
            if i % 500 == 499:
                figure.check(project.hook("bell")[0] == 202, f"no 202 after {i + 1} requests")
                if i == 999:  # what is warm by then stays
                    before = (descriptors(pid), resident_mb(pid))
        wait_for(lambda: descriptors(pid) <= before[0] + 2, "the connections to be closed")
        grown = resident_mb(pid) - before[1]
        figure.check(project.daemon.poll() is None, "aifpd ended")
        limit = 64 if is_sanitized() else 8  # a sanitizer keeps what was freed for a while
        figure.check(grown < limit, f"{grown:.1f} MB more than after the first 1,000 requests")
        figure.check("500" not in statuses, f"{statuses.get('500')} answers were 500")
        shown = ", ".join(f"{number} x {name or 'nothing'}" for name, number in sorted(statuses.items()))
        figure.result = (f"{count} requests (seed {options.seed or 1}): {shown}; {grown:+.1f} MB"
                         + (", AddressSanitizer silent" if is_sanitized() else ", no sanitizer in this build"))


main()
