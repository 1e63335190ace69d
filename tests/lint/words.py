"""The tree speaks of the product only: no paths of one machine, no words about how it was made."""
import re

import tree

# Written in pieces, so that this file does not find itself.
PATHS = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/bu" + "ild", "/tmp/br" + "ief"]
WORDS = ["sub" + "agent", "sub-" + "agent", "cla" + "ude code", "co-auth" + "ored-by",
         "generated " + "with ai", "as an " + "ai ", "chat" + "gpt"]
FOUND = re.compile("|".join(
    [r"(?<![\w.}/-])" + re.escape(path) for path in PATHS]
    + [r"\b" + re.escape(word) for word in WORDS]), re.IGNORECASE)


def check(path, text):
    return [f"{path}:{tree.line_of(text, match.start())}: \"{match.group()}\" has no place here"
            for match in FOUND.finditer(text)]


def check_tree(root):
    found = []
    for path in tree.files(root):
        try:
            found += check(str(path), tree.read(root, path))
        except UnicodeDecodeError:
            continue  # not a text file
    return found


def self_test():
    cases = [
        ("see /wo" + "rk/main/base", 1),
        ("cd /ro" + "ot/x", 1),
        ("made by a Sub" + "agent", 1),
        ("Co-Auth" + "ored-By: somebody", 1),
        ("/home/network/a /sys/root/ at work/ $HOME/work/ a helper agent", 0),
    ]
    return tree.expect(cases, lambda snippet: check("a.md", snippet))


if __name__ == "__main__":
    tree.main(check_tree, self_test)
