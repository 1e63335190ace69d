"""What the lints share: the files of the tree, C++ without comments and texts, and reporting."""
import re
import subprocess
import sys
from pathlib import Path

CPP_SUFFIXES = (".cpp", ".hpp")
SKIPPED_FOLDERS = {".git", "build", "__pycache__", "node_modules"}


def files(root):
    """Paths, relative to root, of what is or may be committed."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        names = sorted(set(listed.stdout.decode().split("\0")) - {""})
        paths = [Path(name) for name in names]
    else:  # an unpacked archive without its history
        paths = sorted(path.relative_to(root) for path in root.rglob("*"))
    return [path for path in paths
            if not SKIPPED_FOLDERS & set(path.parts) and (root / path).is_file()]


def cpp_files(root):
    return [path for path in files(root) if path.suffix in CPP_SUFFIXES]


def read(root, path):
    return (root / path).read_text(encoding="utf-8")


TOKENS = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:\\.|[^'\\\n])+'",
    re.DOTALL)


def code_of(text):
    """The text with comments and the insides of texts blanked; every line keeps its number."""
    def blank(match):
        found = match.group()
        spaces = re.sub(r"[^\n]", " ", found)
        return spaces if found.startswith("/") else '"' + spaces[1:-1] + '"'
    return TOKENS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def closing(code, start):
    """The offset of the bracket that closes the one at start, or the end."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    opening, ending = code[start], pairs[code[start]]
    depth = 0
    for offset in range(start, len(code)):
        if code[offset] == opening:
            depth += 1
        elif code[offset] == ending:
            depth -= 1
            if depth == 0:
                return offset
    return len(code)


def main(check_tree, self_test):
    """Runs the self-test, then the check; prints what was found and ends the program.

    check_tree(root) gives "path:line: message" lines; self_test() gives descriptions of failures.
    """
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    failures = [f"self-test: {failure}" for failure in self_test()]
    found = check_tree(root)
    for line in failures + found:
        print(line)
    print(f"{len(found)} found, {len(failures)} self-tests failed")
    sys.exit(1 if failures or found else 0)


def expect(cases, check):
    """Failures of a table of (snippet, number of findings) against check(snippet)."""
    failures = []
    for snippet, count in cases:
        found = check(snippet)
        if len(found) != count:
            failures.append(f"expected {count} findings, got {found} in:\n{snippet}")
    return failures
