"""Every *_test.cpp and every source of a room is named in the CMakeLists.txt that builds it, and
every *_test.py in the one that runs it.

Where a function makes the file's name, aifp_bench(NAME ...) counts for NAME.cpp, and the bare NAME_test
for NAME_test.py.
"""
import re
from pathlib import PurePosixPath

import tree

UNBUILT = {"examples"}


def is_named(name, text):
    if name.endswith(".py"):
        return bool(re.search(r"(?<![\w./-])" + re.escape(name.removesuffix(".py")) + r"(?![\w-])", text))
    stem = re.escape(name.removesuffix(".cpp"))
    return bool(re.search(r"(?<![\w./-])" + stem + r"\.cpp(?![\w.])", text)
                or re.search(r"\baifp_\w+\(\s*" + stem + r"\s", text))


def check(sources, lists):
    """sources: paths of .cpp and *_test.py files; lists: {folder: text of its CMakeLists.txt}."""
    found = []
    for path in sources:
        pure = PurePosixPath(path)
        if pure.parts[0] in UNBUILT:
            continue
        named = False
        for folder in pure.parents:
            name = str(pure.relative_to(folder))
            text = re.sub(r"#[^\n]*", "", lists.get(str(folder), ""))
            named = named or is_named(name, text)
        if path.startswith("tests/support/"):  # built into the tests that need it
            named = named or any(f"/{pure.parent.name}/{pure.name}" in text
                                 for text in lists.values())
        if not named:
            found.append(f"{path}:1: is in no target: name it in {pure.parent}/CMakeLists.txt")
    return found


def check_tree(root):
    paths = tree.files(root)
    lists = {str(path.parent): tree.read(root, path) for path in paths
             if path.name == "CMakeLists.txt"}
    return check([str(path) for path in paths
                  if path.suffix == ".cpp" or path.name.endswith("_test.py")], lists)


def self_test():
    lists = {"base": "aifp_room(base SOURCES a.cpp kind/c.cpp\n # d.cpp\n)",
             "bench": "aifp_bench(hash_bench USES aifp_base)",
             "tests/e2e": "foreach(name a_test b_test)",
             "tests/base": "aifp_room_test(base SOURCES ba_test.cpp ../support/e.cpp)"}
    cases = [
        (["base/a.cpp", "base/kind/c.cpp", "tests/base/ba_test.cpp"], 0),
        (["bench/hash_bench.cpp"], 0),
        (["bench/other_bench.cpp"], 1),
        (["base/b.cpp"], 1),
        (["base/d.cpp"], 1),
        (["tests/support/e.cpp"], 0),
        (["tests/support/f.cpp"], 1),
        (["tests/base/a_test.cpp"], 1),
        (["tests/other/a_test.cpp"], 1),
        (["tests/e2e/b_test.py"], 0),
        (["tests/e2e/test.py", "tests/e2e/c_test.py"], 2),
    ]
    return tree.expect(cases, lambda sources: check(sources, lists))


if __name__ == "__main__":
    tree.main(check_tree, self_test)
