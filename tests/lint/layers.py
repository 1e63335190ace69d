"""Holds every #include of the project's own headers to docs/rooms.txt."""
import re

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
IMPURE = re.compile(r"^(boost/(asio|beast|process)\b|sqlite3\.h|spdlog/)")
EXEMPT = {"tests", "bench", "examples", "docs", "scripts", "cmake", "systemd", "web"}


def rooms_of(text):
    """({room: rooms below}, pure rooms) as docs/rooms.txt has them."""
    below, pure = {}, set()
    for line in text.splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        name, rest = line.split(":", 1)
        if name.strip() == "pure":
            pure = set(rest.split())
        else:
            below[name.strip()] = set(rest.split())
    return below, pure


def includes_of(text):
    return [(tree.line_of(text, match.start()), match.group(2)) for match in
            INCLUDE.finditer(text)]


def is_impure(name, headers, seen):
    """Whether including name leads to Asio or SQLite, through our own headers too."""
    if IMPURE.search(name):
        return True
    if name in seen or name not in headers:
        return False
    seen.add(name)
    return any(is_impure(inner, headers, seen) for _, inner in includes_of(headers[name]))


def check(rooms_text, sources):
    """sources: {path as text: content}. Gives the findings."""
    below, pure = rooms_of(rooms_text)
    found = []
    for path, text in sources.items():
        room = path.split("/")[0]
        if room in EXEMPT or "/" not in path:
            continue
        if room not in below:
            found.append(f"{path}:1: the room {room} is not in docs/rooms.txt")
            continue
        for line, name in includes_of(text):
            target = name.split("/")[0]
            if target in EXEMPT - {"docs"} and name in sources:
                found.append(f"{path}:{line}: {room} may not include {name}")
            if target in below and target != room and target not in below[room]:
                found.append(f"{path}:{line}: {room} may not include {target} ({name})")
            if room in pure and is_impure(name, sources, set()):
                found.append(f"{path}:{line}: {room} is pure, but {name} brings Asio or SQLite")
    return found


def check_tree(root):
    sources = {str(path): tree.read(root, path) for path in tree.cpp_files(root)}
    return check(tree.read(root, "docs/rooms.txt"), sources)


def self_test():
    rooms = "# text\nbase:\nmodel: base\nengine: model base\npure: model\n"
    base = {"base/loop.hpp": "#include <boost/asio/post.hpp>", "base/text.hpp": "",
            "base/via.hpp": '#include "base/loop.hpp"', "tests/support/a.hpp": ""}
    cases = [
        ({"engine/a.cpp": '#include "model/b.hpp"\n#include "base/loop.hpp"'}, 0),
        ({"model/a.cpp": '#include "engine/b.hpp"'}, 1),
        ({"base/a.cpp": '#  include "model/b.hpp"'}, 1),
        ({"model/a.cpp": "#include <boost/asio/post.hpp>"}, 1),
        ({"model/a.cpp": "#include <sqlite3.h>"}, 1),
        ({"model/a.cpp": '#include "base/via.hpp"'}, 1),
        ({"model/a.cpp": '#include "base/text.hpp"\n#include <boost/json.hpp>'}, 0),
        ({"kitchen/a.cpp": ""}, 1),
        ({"engine/a.cpp": '#include "tests/support/a.hpp"'}, 1),
        ({"tests/engine/a_test.cpp": '#include "engine/b.hpp"'}, 0),
    ]
    return tree.expect(cases, lambda sources: check(rooms, {**base, **sources}))


if __name__ == "__main__":
    tree.main(check_tree, self_test)
