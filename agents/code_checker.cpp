#include "agents/code_check.hpp"

namespace aifp::agents {
namespace {

// Which names are the outside's is Python's to say (sys.stdlib_module_names); which of its modules
// only calculate stands here.
constexpr std::string_view kChecker = R"python(
import ast, json, sys

PURE = set("__future__ abc base64 bisect calendar collections copy dataclasses datetime decimal "
           "enum fractions functools hashlib heapq hmac html ipaddress itertools json math "
           "numbers operator re statistics string textwrap types typing unicodedata urllib.parse "
           "zoneinfo".split())
NEVER = set("builtins code codeop ctypes gc imp importlib inspect marshal multiprocessing pickle "
            "pty runpy shelve threading _thread".split())
OUTSIDE_CALLS = {"open", "print", "input"}
NEVER_CALLS = {"eval", "exec", "compile", "__import__", "globals", "locals", "vars", "setattr",
               "delattr", "breakpoint"}
TEST_MODULES = set("__future__ copy dataclasses datetime decimal importlib.util json math os "
                   "pathlib sys typing unittest unittest.mock".split())
FROZEN = {"NamedTuple", "Enum", "IntEnum", "StrEnum", "TypedDict", "Protocol"}
CHANGING = set("add append clear discard extend insert pop popitem remove reverse setdefault sort "
               "update".split())
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def root_of(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def is_frozen(decorator):
    return isinstance(decorator, ast.Call) and any(
        word.arg == "frozen" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in decorator.keywords)


class Checker:
    def __init__(self, what, entry_point):
        self.what, self.entry_point = what, entry_point
        self.faults, self.packages, self.outside = [], set(), set()

    def fault(self, node, text):
        self.faults.append("%s, line %d: %s" % (self.what, getattr(node, "lineno", 1), text))

    def take_import(self, node):
        names = ([(item.name, item.asname or item.name.split(".")[0]) for item in node.names]
                 if isinstance(node, ast.Import) else
                 [(node.module or "", item.asname or item.name) for item in node.names])
        if isinstance(node, ast.ImportFrom) and node.level:
            self.fault(node, "imports from beside itself; write all of it into this one file")
            return
        if isinstance(node, ast.ImportFrom) and any(item.name == "*" for item in node.names):
            self.fault(node, "name what is imported, instead of *")
        for module, bound in names:
            top = module.split(".")[0]
            if top in NEVER:
                self.fault(node, "%s may not be used" % module)
            elif top not in sys.stdlib_module_names:
                self.packages.add(top)
                self.outside.add(bound)
            elif module not in PURE and top not in PURE:
                self.outside.add(bound)

    def check_everywhere(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.take_import(node)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                self.fault(node, "no state: global and nonlocal may not be used")
            elif isinstance(node, ast.Attribute) and node.attr.startswith("__"):
                self.fault(node, "%s may not be looked at" % node.attr)
            elif isinstance(node, ast.Name) and node.id in NEVER_CALLS:
                self.fault(node, "%s may not be used" % node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for value in node.args.defaults + node.args.kw_defaults:
                    if isinstance(value, MUTABLE):
                        self.fault(node, "a default that can be changed is state: use None")

    def check_class(self, node):
        bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        if not (bases & FROZEN or any(map(is_frozen, node.decorator_list))):
            self.fault(node, "class %s has state: make it @dataclass(frozen=True), NamedTuple or "
                             "Enum" % node.name)
        for inner in ast.walk(node):
            targets = (inner.targets if isinstance(inner, ast.Assign) else
                       [inner.target] if isinstance(inner, (ast.AugAssign, ast.AnnAssign)) else [])
            for target in targets:
                if isinstance(target, (ast.Attribute, ast.Subscript)):
                    self.fault(inner, "class %s changes itself" % node.name)

    def own_names(self, function):
        """Names that the function itself makes: it may change what they hold."""
        names = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
        arguments = function.args
        given = {item.arg for item in arguments.posonlyargs + arguments.args +
                 arguments.kwonlyargs}
        return names - given

    def check_function(self, function, touches, calls_effects):
        own = self.own_names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not touches:
                if node.id in self.outside:
                    self.fault(node, "%s touches the outside through %s: only effect_ functions "
                                     "and main may" % (function.name, node.id))
                elif node.id in OUTSIDE_CALLS:
                    self.fault(node, "%s calls %s: only effect_ functions and main may" %
                               (function.name, node.id))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and \
                    node.func.id.startswith("effect_") and not calls_effects:
                self.fault(node, "%s calls %s: only %s, main and effect_ functions may; give it "
                                 "what is needed instead" %
                           (function.name, node.func.id, self.entry_point))
            targets = (node.targets if isinstance(node, (ast.Assign, ast.Delete)) else
                       [node.target] if isinstance(node, ast.AugAssign) else
                       [node.func] if isinstance(node, ast.Call) and
                       isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING else [])
            for target in targets:
                if isinstance(target, (ast.Attribute, ast.Subscript)) and \
                        root_of(target) not in own and not touches:
                    self.fault(node, "%s changes what it was given" % function.name)

    def is_main_block(self, node):
        test = node.test if isinstance(node, ast.If) else None
        return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and \
            test.left.id == "__name__" and not node.orelse

    def check_constant(self, node):
        targets = (node.targets if isinstance(node, ast.Assign) else
                   [node.target] if isinstance(node, ast.AnnAssign) else [])
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node.value, MUTABLE) and \
                    not target.id.isupper():
                self.fault(node, "%s is state: constants are named in capitals" % target.id)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and \
                    (inner.id in self.outside or inner.id in OUTSIDE_CALLS or
                     inner.id.startswith("effect_")):
                self.fault(node, "loading the file may not touch the outside (%s)" % inner.id)

    def check_program(self, tree):
        self.check_everywhere(tree)
        found = False
        for node in tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)) or self.is_main_block(node):
                continue
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue
            if isinstance(node, ast.ClassDef):
                self.check_class(node)
                for inner in ast.walk(node):
                    if isinstance(inner, ast.FunctionDef):
                        self.check_function(inner, False, False)
            elif isinstance(node, ast.FunctionDef):
                touches = node.name.startswith("effect_") or node.name == "main"
                self.check_function(node, touches, touches or node.name == self.entry_point)
                for decorator in node.decorator_list:
                    self.check_constant(decorator)
                found = found or node.name == self.entry_point
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                self.check_constant(node)
            else:
                self.fault(node, "only imports, constants, classes and functions stand at the top")
        if not found:
            self.fault(tree, "the entry point %s is missing" % self.entry_point)

    def check_test(self, tree):
        tests = 0
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                modules = ([item.name for item in node.names] if isinstance(node, ast.Import)
                           else [node.module or ""])
                for module in modules:
                    if module not in TEST_MODULES:
                        self.fault(node, "a test imports only %s" % ", ".join(sorted(TEST_MODULES)))
            elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call) and
                         isinstance(inner.func, ast.Attribute) and
                         inner.func.attr.startswith(("assert", "fail"))]
                tests += 1 if calls else 0
                if not calls:
                    self.fault(node, "%s checks nothing" % node.name)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and \
                    node.func.attr.startswith("effect_"):
                self.fault(node, "a test may not call %s: give the program a stand-in" %
                           node.func.attr)
            elif isinstance(node, ast.Name) and node.id in NEVER_CALLS | {"open", "input"}:
                self.fault(node, "%s may not be used" % node.id)
        if not tests:
            self.fault(tree, "there is no test_ method that checks something")


def check(what, text, entry_point):
    checker = Checker(what, entry_point)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        checker.fault(error, "is no Python: %s" % error)
        return checker
    (checker.check_program if what == "program" else checker.check_test)(tree)
    return checker


given = json.loads(sys.stdin.readline())
results = [check(what, given[what], given["entry_point"]) for what in ("program", "test")]
print(json.dumps({"faults": results[0].faults + results[1].faults,
                  "packages": sorted(results[0].packages)}))
)python";

}  // namespace

std::string_view code_checker() noexcept {
    return kChecker;
}

}  // namespace aifp::agents
