"""Brings the npm tools that look at the MCP server and the admin API from outside: node 24, the official
conformance suite, the Inspector, Spectral, Prism. Installed once into build/node from the lock file beside this."""
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "node"
PINNED = pathlib.Path(__file__).resolve().parent / "node"
BINARIES = FOLDER / "node_modules" / ".bin"
NODE = BINARIES / "node"


def bring(pinned, folder):
    """Installs what the lock file in `pinned` names into `folder`; nothing when it is there already."""
    names = ["package.json", "package-lock.json"]
    stamp = folder / "installed"
    wanted = "".join((pinned / name).read_text() for name in names)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(pinned / name, folder / name)
    print(f"installing npm tools in {folder.relative_to(ROOT)}", flush=True)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True,
                   env={**os.environ, "SCARF_ANALYTICS": "false"})  # a dependency reports installs
    stamp.write_text(wanted)


def install():
    """Installs what is pinned, unless it is there."""
    bring(PINNED, FOLDER)
    version = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("v24."):
        sys.exit("npm brought node " + version.strip() + " and not v24")


def command(package_script, *arguments):
    """The command line of a script of a package, run by the node that was installed."""
    return [str(NODE), str(FOLDER / "node_modules" / package_script), *map(str, arguments)]


def environment():
    """Without colours, and with a home of its own: no tool reads or writes the user's."""
    home = FOLDER / "home"
    home.mkdir(exist_ok=True)
    return {**os.environ, "NO_COLOR": "1", "HOME": str(home), "PATH": f"{BINARIES}:{os.environ['PATH']}"}
