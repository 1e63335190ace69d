"""The life of the Debian package in a clean root: installed, used, upgraded over itself, removed, purged.

What systemd brings is used as far as a root without a running systemd allows: its own programs judge the unit and
make user and folders, and the daemon is started with the unit's command line and a notify socket.

    package_life.py PACKAGE.deb        as root; what debootstrap fetches is kept in build/clean-root-*.tar
"""
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 60
PROJECT = "/var/lib/aifp/home"
UNITS = "/lib/systemd/system/"
EXAMPLE = "/usr/share/doc/aifp/examples/iot"
TICK = "name: tick\ntrigger: 'every: 1s'\naction: 'log: tick'\n"
# What dpkg and useradd write down, and what belongs to no package.
TRACES = re.compile(r"^(var/lib/dpkg|var/log|var/cache|etc/(passwd|group|shadow|gshadow)-?$|proc|dev|tmp|run"
                    r"|var/lib/systemd|etc/\.pwd\.lock$)")


def run(*command, **more):
    """What it printed; its failure is one of the check."""
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {done.returncode}\n"
                             f"{done.stdout}{done.stderr}")
    return done.stdout


def wait_for(reached, what):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = reached()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("waited in vain for " + what)


def release_and_mirror():
    """As this machine's own apt has them."""
    codename = re.search(r"VERSION_CODENAME=(\w+)", pathlib.Path("/etc/os-release").read_text()).group(1)
    for line in run("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)",
                    "Created-By: Packages").splitlines():
        name, mirror = line.split(" ", 1)
        if name == codename:
            return codename, mirror
    raise AssertionError(f"apt knows no source of {codename}: apt-get update")


def names_of(relation):
    """The first of each group of alternatives: "libc6 (>= 2.36), a | b" is libc6 and a."""
    return sorted(re.split(r"[ (|:]", group.strip())[0] for group in relation.split(","))


class Root:
    """A clean root with what the package depends on, and nothing else."""

    def __init__(self, package):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="aifp-root-"))
        depends = names_of(run("dpkg-deb", "--field", str(package), "Depends"))
        archive = self.archive(depends)
        run("tar", "-xf", str(archive), "-C", str(self.path))
        self.path.chmod(0o755)  # the service user has to get in
        run("mount", "-t", "proc", "proc", str(self.path / "proc"))
        shutil.copy(package, self.path / "tmp/aifp.deb")

    @staticmethod
    def archive(depends):
        codename, mirror = release_and_mirror()
        key = hashlib.sha256(" ".join([codename, *depends]).encode()).hexdigest()[:12]
        archive = SOURCE / f"build/clean-root-{key}.tar"
        if not archive.exists():
            with tempfile.TemporaryDirectory(prefix="aifp-debootstrap-") as folder:
                proxy = run("apt-config", "shell", "proxy", "Acquire::http::Proxy").strip()
                environment = dict(os.environ)
                if proxy:
                    environment["http_proxy"] = proxy.split("=", 1)[1].strip("'")
                run("debootstrap", "--variant=minbase", "--include=" + ",".join(depends), codename,
                    folder, mirror, env=environment)
                unfinished = archive.with_suffix(".unfinished")
                run("tar", "-cf", str(unfinished), "-C", folder, ".")
                unfinished.rename(archive)
        return archive

    def inside(self, *command):
        return run("chroot", str(self.path), *command,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                        "DEBIAN_FRONTEND": "noninteractive"})

    def file(self, name):
        return self.path / name.lstrip("/")

    def all_files(self):
        found = set()
        for folder, folders, files in os.walk(self.path):
            for name in folders + files:
                path = os.path.relpath(os.path.join(folder, name), self.path)
                if not TRACES.match(path):
                    found.add(path)
            folders[:] = [one for one in folders if os.path.join(folder, one) != str(self.path / "proc")]
        return found

    def remove(self):
        subprocess.run(["umount", str(self.path / "proc")], check=False)
        if not os.path.ismount(self.path / "proc"):
            shutil.rmtree(self.path)


class Daemon:
    """The packaged program as the service user runs it: with the command line of the unit."""

    def __init__(self, root, environment=None):
        self.root = root
        line = re.search("^ExecStart=(.*)$", root.file(UNITS + "aifpd@.service").read_text(), re.M).group(1)
        command = line.replace("%i", "home").replace("$AIFPD_OPTIONS", "--admin 127.0.0.1:0 --hooks 127.0.0.1:0")
        self.process = subprocess.Popen(
            ["/usr/sbin/chroot", "--userspec=aifp:aifp", str(root.path), *command.split()], stdout=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "TZ": "UTC", **(environment or {})})
        self.endpoints = wait_for(self.read_endpoints, "the daemon")

    def read_endpoints(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon ended with {self.process.returncode}")
        try:
            found = json.loads(self.root.file(PROJECT + "/.aifp-project/run/endpoints.json").read_text())
        except (OSError, ValueError):
            return None
        return found if found["pid"] == self.process.pid else None

    def hook(self, name, token, body):
        host, port = self.endpoints["hooks"].rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
        connection.request("POST", "/hooks/" + name, json.dumps(body),
                           {"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        status = connection.getresponse().status
        connection.close()
        assert status < 300, f"the webhook answered {status}"

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        assert self.process.wait(timeout=PATIENCE_S) == 0, "the daemon did not stop cleanly"


def aifp(root, *arguments):
    return root.inside("aifp", "--project", PROJECT, *arguments)


def rows(root, name):
    return json.loads(aifp(root, "history", name, "--json"))


def barn_door(root):
    """A state of the example, None while it is unknown."""
    states = json.loads(aifp(root, "state", "get", "--json"))
    return next((one["value"] for one in states if one["name"] == "barn_door"), None)


def install(root):
    root.inside("dpkg", "--install", "/tmp/aifp.deb")
    assert "aifp" in root.inside("id", "-un", "aifp")
    for name in ("/usr/share/man/man1/aifp.1.gz", "/usr/share/bash-completion/completions/aifp",
                 "/usr/share/aifp/directive.schema.json", "/var/lib/aifp"):
        assert root.file(name).exists(), f"{name} is missing"


def use_systemd(root):
    """Its programs judge the units, and make anew what is not there."""
    for name in ("aifpd@.service", "aifpd-admin@.socket", "aifpd-hooks@.socket"):
        root.inside("systemd-analyze", "verify", "--man=no", UNITS + name)
    root.inside("systemd-analyze", "security", "--offline=yes", "--threshold=20", UNITS + "aifpd@.service")
    root.inside("userdel", "aifp")
    for folder in ("/etc/aifp", "/var/lib/aifp"):
        root.file(folder).rmdir()
    root.inside("systemd-sysusers", "aifp.conf")
    root.inside("systemd-tmpfiles", "--create", "aifp.conf")
    entry = root.inside("getent", "passwd", "aifp").strip().split(":")
    assert entry[5:] == ["/var/lib/aifp", "/usr/sbin/nologin"], entry
    for folder in ("/etc/aifp", "/var/lib/aifp"):
        found = root.file(folder).stat()
        assert (found.st_mode & 0o7777, found.st_uid) == (0o755, 0), f"{folder}: {found}"


def set_up(root):
    """As examples/README.md says."""
    root.inside("cp", "-R", EXAMPLE, PROJECT)
    root.inside("install", "-m", "600", PROJECT + "/secrets.example.yaml",
                PROJECT + "/.aifp-project/secrets.yaml")
    root.file(PROJECT + "/directives/tick.yaml").write_text(TICK)
    root.inside("aifp", "check", PROJECT)
    root.inside("chown", "-R", "aifp:aifp", PROJECT)
    root.file("/etc/default/aifpd").write_text("TZ=UTC\n")


def use(root):
    with contextlib.closing(Stopping(Daemon(root))) as daemon:
        token = re.search("^sensor_token: (.*)$",
                          root.file(EXAMPLE + "/secrets.example.yaml").read_text(), re.M).group(1)
        daemon.hook("sensor", token, {"sensor": "barn_door", "state": "open"})
        wait_for(lambda: barn_door(root) == "open", "the state")
        wait_for(lambda: len([row for row in rows(root, "tick") if row["decision"] == "started"]) >= 2,
                 "two ticks")
        aifp(root, "doctor")
        return max(row["id"] for row in rows(root, "tick")), rows(root, "sensor")


def obey_systemd(root):
    """Ready, reload, watchdog and stop, as a manager with a notify socket sees them."""
    inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with contextlib.closing(inbox):
        inbox.bind(str(root.file("/run/notify")))
        root.file("/run/notify").chmod(0o666)
        inbox.settimeout(PATIENCE_S)
        said = []

        def told(word):
            while word not in said:
                said.extend(inbox.recv(4096).decode().splitlines())
            said.clear()
        with contextlib.closing(Stopping(Daemon(root, {"NOTIFY_SOCKET": "/run/notify",
                                                       "WATCHDOG_USEC": "2000000"}))) as daemon:
            told("READY=1")
            told("WATCHDOG=1")
            daemon.process.send_signal(signal.SIGHUP)
            told("RELOADING=1")
            told("READY=1")
        told("STOPPING=1")
    root.file("/run/notify").unlink()


class Stopping:
    """close() stops the daemon; all else is the daemon's."""

    def __init__(self, daemon):
        self.daemon = daemon

    def __getattr__(self, name):
        return getattr(self.daemon, name)

    def close(self):
        self.daemon.stop()


def upgrade(root, before):
    newest, sensor = before
    said = root.inside("dpkg", "--install", "/tmp/aifp.deb")
    assert "over" in said, said
    assert root.file("/etc/default/aifpd").read_text() == "TZ=UTC\n", "a changed setting was replaced"
    with contextlib.closing(Stopping(Daemon(root))):
        assert rows(root, "sensor") == sensor, "the history changed"
        assert barn_door(root) == "open", "the state is lost"
        wait_for(lambda: any(row["id"] > newest for row in rows(root, "tick")), "a tick after the upgrade")


def take_away(root, files_before):
    root.inside("dpkg", "--remove", "aifp")
    assert not root.file("/usr/bin/aifpd").exists()
    assert root.file(PROJECT + "/directives/tick.yaml").exists(), "remove took the project"
    root.inside("dpkg", "--purge", "aifp")
    left = sorted(root.all_files() - files_before)
    assert not left, "left after the purge: " + ", ".join(left)


def main():
    package = pathlib.Path(sys.argv[1])
    root = Root(package)
    try:
        files_before = root.all_files()
        install(root)
        print("installed into a clean root", flush=True)
        use_systemd(root)
        print("units verified and rated; sysusers and tmpfiles made user and folders anew", flush=True)
        set_up(root)
        before = use(root)
        print("ran the packaged example as the service user: webhook, schedule, doctor", flush=True)
        obey_systemd(root)
        print("told a notify socket that it is ready, alive, reloaded, stopping", flush=True)
        upgrade(root, before)
        print("upgraded over itself: history, state and settings are as they were", flush=True)
        take_away(root, files_before)
        print("removed and purged: nothing is left", flush=True)
    finally:
        root.remove()


if __name__ == "__main__":
    main()
