"""Node-RED as a peer: installed once from npm into build/peers, started on flows that do what the measured
directives do. Its SQLite is Node's own, without an fsync per row: it promises less than aifpd does. Standard
library only."""
import json
import shutil
import socket
import subprocess
import time

from common import ROOT, stop

HOME = ROOT / "build/peers"
NODE = HOME / "node_modules/.bin/node"
RED = HOME / "node_modules/node-red/red.js"

SETTINGS = """
const { DatabaseSync } = require("node:sqlite");
const database = new DatabaseSync(%(database)s);
database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
database.exec("CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, hook TEXT, payload TEXT, at INTEGER)");
const insert = database.prepare("INSERT INTO runs (hook, payload, at) VALUES (?, ?, ?)");
module.exports = {
  uiHost: "127.0.0.1", uiPort: %(port)d, httpAdminRoot: false, flowFile: "flows.json",
  credentialSecret: false, telemetry: { enabled: false },
  functionGlobalContext: { record: (hook, payload) => insert.run(hook, payload, Date.now()) },
  logging: { console: { level: "info", metrics: false, audit: false } }
};
"""


def is_installed():
    """Whether Node-RED is there; installs it if npm is. Says so when it cannot be measured."""
    wanted = (ROOT / "bench/peers/package.json").read_text()
    HOME.mkdir(parents=True, exist_ok=True)
    have = HOME / "package.json"
    if RED.exists() and have.exists() and have.read_text() == wanted:
        return True
    if not shutil.which("npm"):
        print("  (Node-RED is not measured: npm is not installed)")
        return False
    have.write_text(wanted)
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], cwd=HOME,
                          capture_output=True, text=True)
    if done.returncode != 0 or not RED.exists():
        have.unlink()
        print("  (Node-RED is not measured: npm could not install it)")
        return False
    return True


def hook_flow(number, spawn):
    """POST /hooks/hN: one row in SQLite, then the answer; with spawn /bin/true has ended before both."""
    name = f"h{number}"
    nodes = [
        {"id": f"{name}in", "type": "http in", "url": f"/hooks/{name}", "method": "post", "z": "tab",
         "wires": [[f"{name}exec" if spawn else f"{name}row"]]},
        {"id": f"{name}row", "type": "function", "z": "tab", "wires": [[f"{name}out"]], "outputs": 1,
         "func": f"global.get('record')('{name}', JSON.stringify(msg.payload)); return msg;"},
        {"id": f"{name}out", "type": "http response", "statusCode": "202", "z": "tab", "wires": []},
    ]
    if spawn:
        nodes.append({"id": f"{name}exec", "type": "exec", "command": "/bin/true", "addpay": "", "useSpawn": "false",
                      "z": "tab", "wires": [[], [], [f"{name}row"]]})
    return nodes


def schedule_flow(number):
    """Once a day an HTTP request, as the directives of the idle figures have it."""
    name = f"d{number}"
    return [
        {"id": f"{name}in", "type": "inject", "z": "tab", "props": [{"p": "payload"}], "payloadType": "date",
         "crontab": f"{number % 60} {number % 24} * * *", "once": False, "wires": [[f"{name}call"]]},
        {"id": f"{name}call", "type": "http request", "method": "POST", "ret": "txt", "z": "tab",
         "url": f"http://127.0.0.1:9/lamp/{number}", "wires": [[]]},
    ]


def start(scratch, flows, patience_s=120):
    """Starts Node-RED on these nodes; returns the process, its address, and the seconds until it had started them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = scratch.root / f"node-red-{port}"
    home.mkdir()
    (home / "settings.js").write_text(SETTINGS % {"database": json.dumps(str(home / "runs.db")), "port": port})
    nodes = [{"id": "tab", "type": "tab", "label": "bench"}] + [node for flow in flows for node in flow]
    (home / "flows.json").write_text(json.dumps(nodes))
    log = home / "out.log"
    began = time.perf_counter()
    with open(log, "wb") as out:
        process = scratch.run(NODE, RED, "--userDir", home, "--settings", home / "settings.js",
                              stdout=out, stderr=subprocess.STDOUT)
    while time.perf_counter() - began < patience_s and process.poll() is None:
        if "Started flows" in log.read_text(errors="replace"):
            return process, f"http://127.0.0.1:{port}", time.perf_counter() - began
        time.sleep(0.002)
    stop(process)
    raise SystemExit(f"Node-RED did not start its flows:\n{log.read_text(errors='replace')[-2000:]}")
