"""Every .cpp and .hpp is as clang-format leaves it. Without clang-format this fails."""
import re
import shutil
import subprocess

import tree

TOOL = shutil.which("clang-format") or shutil.which("clang-format-14")
STYLE = re.compile(r"^(.*?):(\d+):\d+: error: code should be clang-formatted", re.MULTILINE)


def check_tree(root):
    if TOOL is None:
        return ["clang-format is not installed (Debian: apt-get install clang-format)"]
    paths = [str(path) for path in tree.cpp_files(root)]
    if not paths:
        return []
    ran = subprocess.run([TOOL, "--dry-run", "-Werror", "--style=file", *paths],
                         cwd=root, capture_output=True, text=True, check=False)
    first = {}
    for path, line in STYLE.findall(ran.stderr):
        first.setdefault(path, line)
    if ran.returncode != 0 and not first:
        return [ran.stderr.strip() or "clang-format failed"]
    return [f"{path}:{line}: run clang-format -i {path}" for path, line in first.items()]


def check_text(text):
    ran = subprocess.run([TOOL, "--dry-run", "-Werror", "--style=Google"], input=text,
                         capture_output=True, text=True, check=False)
    return ["badly formatted"] if ran.returncode != 0 else []


def self_test():
    if TOOL is None:
        return []  # check_tree says so
    return tree.expect([("int  a ;\n", 1), ("int a;\n", 0)], check_text)


if __name__ == "__main__":
    tree.main(check_tree, self_test)
