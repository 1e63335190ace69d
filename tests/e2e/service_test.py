"""What systemd sees of the daemon: readiness, reload, the watchdog, sockets and credentials handed over."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import AIFPD, Project, main, wait_for

HOOK = """
name: rung
trigger: {webhook: bell, auth: {bearer: !secret bell_key}}
action: {log: rung}
"""


class Manager:
    """The part of systemd that a service sees: a notify socket, listening sockets, credentials."""

    def __init__(self, project, watchdog_s=None, pass_sockets=False):
        self.project = project
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aifp-manager-"))
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(self.folder / "notify"))
        self.notify.setblocking(False)
        self.said = []
        self.environment = dict(os.environ, NOTIFY_SOCKET=str(self.folder / "notify"),
                                CREDENTIALS_DIRECTORY=str(self.folder / "credentials"))
        if watchdog_s:
            self.environment["WATCHDOG_USEC"] = str(int(watchdog_s * 1e6))
        (self.folder / "credentials").mkdir()
        self.listeners = [self.listen(), self.listen()] if pass_sockets else []
        self.daemon = None

    @staticmethod
    def listen():
        listener = socket.create_server(("127.0.0.1", 0))
        return listener

    def port(self, which):
        return self.listeners[which].getsockname()[1]

    def start(self):
        # LISTEN_PID must be the daemon's own number, and its sockets the numbers from 3 on.
        script = 'LISTEN_PID=$$; export LISTEN_PID; exec "$@"'
        redirect = ""
        if self.listeners:
            numbers = [listener.fileno() for listener in self.listeners]
            # Copied out of the way first: they may themselves be 3 and 4.
            redirect = f"exec 8<&{numbers[0]} 9<&{numbers[1]}; exec 3<&8 4<&9; exec 8<&- 9<&-; "
            self.environment.update(LISTEN_FDS="2", LISTEN_FDNAMES="admin:hooks")
        command = ["sh", "-c", redirect + script, "sh", AIFPD, "--project", str(self.project.root),
                   "--admin", "127.0.0.1:0", "--hooks", "127.0.0.1:0"]
        with open(self.project.output, "w") as output:
            self.daemon = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output,
                                           pass_fds=[l.fileno() for l in self.listeners])
        return self

    def heard(self, word):
        """All messages so far that contain the word."""
        while True:
            try:
                self.said.append(self.notify.recv(4096).decode())
            except BlockingIOError:
                return [message for message in self.said if word in message]

    def stop(self):
        if self.daemon and self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGCONT)
            self.daemon.terminate()
            self.daemon.wait(timeout=30)
        self.notify.close()
        for listener in self.listeners:
            listener.close()
        shutil.rmtree(self.folder)


class Service(unittest.TestCase):
    def setUp(self):
        self.project = Project()
        self.addCleanup(self.project.remove)
        self.project.write("directives/bell.yaml", HOOK)

    def manage(self, **options):
        manager = Manager(self.project, **options)
        self.addCleanup(manager.stop)
        (manager.folder / "credentials" / "bell_key").write_text("from-the-manager\n")
        return manager.start()

    def post(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/hooks/bell", "{}", {"Authorization": "Bearer from-the-manager",
                                                         "Content-Type": "application/json"})
        return connection.getresponse().status

    def test_ready_means_that_directives_are_armed(self):
        manager = self.manage()
        wait_for(lambda: manager.heard("READY=1"), "READY=1")
        endpoints = json.loads((self.project.root / ".aifp-project/run/endpoints.json").read_text())
        self.assertEqual(self.post(int(endpoints["hooks"].rsplit(":", 1)[1])), 202)

    def test_a_reload_begins_and_ends(self):
        manager = self.manage()
        wait_for(lambda: manager.heard("READY=1"), "READY=1")
        manager.daemon.send_signal(signal.SIGHUP)
        wait_for(lambda: len(manager.heard("READY=1")) == 2, "the end of the reload")
        self.assertEqual(len(manager.heard("RELOADING=1")), 1)

    def test_stopping_is_told(self):
        manager = self.manage()
        wait_for(lambda: manager.heard("READY=1"), "READY=1")
        manager.daemon.terminate()
        self.assertEqual(manager.daemon.wait(timeout=30), 0)
        self.assertEqual(len(manager.heard("STOPPING=1")), 1)

    def test_a_process_that_stands_still_feeds_no_more(self):
        manager = self.manage(watchdog_s=0.3)
        wait_for(lambda: len(manager.heard("WATCHDOG=1")) >= 3, "three feedings")
        manager.daemon.send_signal(signal.SIGSTOP)
        wait_for(lambda: "T" == stat_of(manager.daemon.pid), "the stop")
        before = len(manager.heard("WATCHDOG=1"))
        self.assertFalse(heard_within(manager, before, 1.0))
        manager.daemon.send_signal(signal.SIGCONT)
        self.assertTrue(heard_within(manager, before, 30))

    def test_sockets_are_taken_over(self):
        manager = self.manage(pass_sockets=True)
        # Asked before it is up: the socket is the manager's, so the request waits in its queue.
        self.assertIn(self.post(manager.port(1)), (202, 503))
        wait_for(lambda: manager.heard("READY=1"), "READY=1")
        self.assertEqual(self.post(manager.port(1)), 202)
        endpoints = json.loads((self.project.root / ".aifp-project/run/endpoints.json").read_text())
        self.assertTrue(endpoints["admin"].endswith(f":{manager.port(0)}"), endpoints)

    def test_what_it_was_told_is_kept_from_its_scripts(self):
        self.project.write("directives/env.yaml",
                           "name: env\ntrigger: engine_start\naction: {shell: 'env > seen.txt'}\n")
        manager = self.manage(watchdog_s=20)
        seen = self.project.root / "seen.txt"
        text = wait_for(lambda: seen.exists() and seen.read_text(), "the script's environment")
        for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "CREDENTIALS_DIRECTORY"):
            self.assertNotIn(name, text)


def stat_of(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def heard_within(manager, before, seconds):
    """Whether more than `before` feedings are heard in that time."""
    manager.notify.setblocking(True)
    manager.notify.settimeout(seconds)
    try:
        manager.said.append(manager.notify.recv(4096).decode())
    except TimeoutError:
        pass
    manager.notify.setblocking(False)
    return len(manager.heard("WATCHDOG=1")) > before


if __name__ == "__main__":
    main()
