"""No source beyond 500 lines, no function beyond 60. Aim well below (CONTRIBUTING.md)."""
import statements
import tree

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
# Paths that may be longer, with the reason beside them. This list only gets shorter.
LONG_FILES = set()
LONG_FUNCTIONS = set()


def check(path, text):
    found = []
    lines = text.count("\n")
    if lines > MAX_FILE_LINES and path not in LONG_FILES:
        found.append(f"{path}:1: has {lines} lines, at most {MAX_FILE_LINES}: split it by decision "
                     "and deed")
    code = tree.code_of(text)
    for statement in statements.cut(code):
        if not statements.is_function(statement) or path in LONG_FUNCTIONS:
            continue
        first = tree.line_of(code, statement.start)
        length = tree.line_of(code, statement.block[1]) - first + 1
        if length > MAX_FUNCTION_LINES:
            found.append(f"{path}:{first}: a function of {length} lines, at most "
                         f"{MAX_FUNCTION_LINES}")
    return found


def check_tree(root):
    return [line for path in tree.cpp_files(root)
            for line in check(str(path), tree.read(root, path))]


def self_test():
    body = "    g();\n"
    cases = [
        ("\n" * 501, 1),
        ("\n" * 500, 0),
        ("void f(int a) {\n" + body * 59 + "}\n", 1),
        ("void f(int a) {\n" + body * 58 + "}\n", 0),
        ("namespace a {\nclass B {\n    int f() const {\n" + body * 60 + "    }\n};\n}\n", 1),
        ("namespace a {\n" + "void f() { g(); }\n" * 80 + "}\n", 0),
        ("struct A {\n" + "    int a = 0;\n" * 80 + "};\n", 0),
        ("TEST(A, b) {\n" + body * 70 + "}\n", 1),
        ("#define A(x) \\\n    x {\nvoid f() {\n" + body * 60 + "}\n", 1),
    ]
    return tree.expect(cases, lambda snippet: check("a.cpp", snippet))


if __name__ == "__main__":
    tree.main(check_tree, self_test)
