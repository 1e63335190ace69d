"""Coroutine rules 2, 4, 5 and 7 (CONTRIBUTING.md): GCC 12 destroys some objects twice.

2: a statement with co_await has no braces and no lambda that captures by value.
4: a lambda that is a coroutine captures nothing.
5: nothing is detached.
7: `co_await f();` alone drops a Result in silence: only where f gives nothing.
"""
import re

import statements
import tree

COROUTINE = re.compile(r"\bco_(?:await|return|yield)\b")
AWAIT = re.compile(r"\bco_await\b")
BARE = re.compile(r"^\s*(?:\(void\)\s*)?co_await\b(.*)$", re.DOTALL)
DECLARED = re.compile(r"\bawaitable<\s*((?:[^<>;{}]|<(?:[^<>]|<[^<>]*>)*>)*?)\s*>\s+"
                      r"(?:\w+::)*(\w+)\s*\(")
# Awaited for their effect: they give nothing, or throw.
WITHOUT_VALUE = {"post", "dispatch", "defer", "throw_if_cancelled", "reset_cancellation_state"}
# (path, awaited) where the code just above makes sure that there is no value.
CHECKED_BY_HAND = {("base/run_on.hpp", "co_spawn"), ("base/deadline.hpp", "move")}


def void_functions(sources):
    """Names that are declared as awaitable<void> and as no other awaitable."""
    void, other = set(), set()
    for code in sources.values():
        for kind, name in DECLARED.findall(code):
            (void if kind == "void" else other).add(name)
    return void - other


def awaited_name(text):
    """The function that `text`, what follows co_await, calls last."""
    opening = text.find("(")
    while opening >= 0:
        end = tree.closing(text, opening)
        rest = text[end + 1:].strip()
        if not rest:
            names = re.findall(r"\w+", text[:opening].split("<")[0])
            return names[-1] if names else ""
        opening = text.find("(", end)
    return ""


def is_void_variable(text, code):
    """`co_await std::move(work)` where this file declares work as awaitable<void> only."""
    variable = re.match(r"\s*std::move\((\w+)\)\s*$", text)
    kinds = set(re.findall(r"\bawaitable<\s*([^;{}()]*?)\s*>\s+" + variable.group(1) + r"\b", code)
                ) if variable else set()
    return kinds == {"void"}


def is_bare_allowed(path, text, code, void):
    name = awaited_name(text)
    if is_void_variable(text, code) or name in void or name in WITHOUT_VALUE or (path, name) in CHECKED_BY_HAND:
        return True
    # The completion token decides: errors are thrown or stand in a variable.
    return name.startswith("async_") and "use_awaitable" in text and "as_tuple" not in text


def check_statement(path, statement, code, void):
    found = []
    text = statement.text
    if AWAIT.search(text):
        if statement.braces:
            found.append("braces in a statement with co_await: name the object on the line before")
        if any(each.by_value() for each in statement.lambdas):
            found.append("a lambda that captures by value in a statement with co_await: name it "
                         "on the line before")
    bare = BARE.match(text)
    if bare and not is_bare_allowed(path, bare.group(1), code, void):
        found.append("co_await alone may drop a Result: use its value, or make the function "
                     "awaitable<void>")
    return found


def own_body(code, found):
    """The body of a lambda without the bodies of the lambdas inside it."""
    body = code[found.body + 1:tree.closing(code, found.body)]
    offset = 0
    while (offset := body.find("[", offset)) >= 0:
        inner = statements.lambda_at(body, offset)
        if inner:
            end = tree.closing(body, inner.body)
            body = body[:inner.body] + " " * (end - inner.body) + body[end:]
        offset += 1
    return body


def check(path, code, void):
    found = [(match.start(), "detached: name a completion that logs and decides")
             for match in re.finditer(r"\bdetached\b", code)]
    for statement in statements.cut(code):
        found += [(statement.start, message)
                  for message in check_statement(path, statement, code, void)]
        for each in statement.lambdas:
            if each.captures and COROUTINE.search(own_body(code, each)):
                found.append((each.start, "a lambda that is a coroutine captures: pass arguments"))
    return [f"{path}:{tree.line_of(code, offset)}: {message}" for offset, message in sorted(found)]


def check_tree(root):
    sources = {str(path): tree.code_of(tree.read(root, path)) for path in tree.cpp_files(root)}
    void = void_functions(sources)
    return [line for path, code in sources.items() for line in check(path, code, void)]


BAD = [
    "void f() { co_await store.begin(Request{id, now}); use(x); }",
    "awaitable<int> f() { auto x = co_await begin(Request{id, now}); co_return x; }",
    "awaitable<int> f() { const Pair pair{co_await first(), 2}; co_return 1; }",
    "awaitable<int> f() { auto x = co_await g({}); co_return x; }",
    "awaitable<int> f() { co_return Pair{co_await g(), 1}; }",
    "awaitable<int> f() { if (co_await g(Key{1})) { h(); } co_return 1; }",
    "awaitable<int> f() { auto x = co_await run([text] { return text; }); co_return x; }",
    "awaitable<int> f() { auto x = co_await run([=] { return text; }); co_return x; }",
    "awaitable<int> f() { auto x = co_await run([y = std::move(z)]() mutable { }); co_return x; }",
    "void f() { auto job = [this]() -> awaitable<void> { co_await g(); }; }",
    "void f() { co_spawn(context, [&]() -> asio::awaitable<void> { co_return; }, done); }",
    "void f() { co_spawn(context, g(), asio::detached); }",
    "awaitable<int> f() { co_await save(1); co_return 1; }",
    "awaitable<Result<int>> save(int); awaitable<void> f() { co_await save(1); }",
    "awaitable<int> f() { (void)co_await save(1); co_return 1; }",
    "awaitable<int> f() { co_await socket.async_read(b, as_tuple(use_awaitable)); co_return 1; }",
    "awaitable<int> f(awaitable<Result<int>> rest) { co_await std::move(rest); co_return 1; }",
    "awaitable<int> f() { for (;;) { co_await self->save(a, (b)); } }",
]
GOOD = [
    "awaitable<int> f() { auto request = Request{id, now}; auto x = co_await g(request); }",
    "awaitable<int> f() { if (co_await g()) { h(); } else { k(); } co_return 1; }",
    "awaitable<int> f() { while (true) { auto x = co_await g(); } }",
    "awaitable<int> f() { auto x = co_await run(pool, [] { return Pair{1, 2}; }); co_return x; }",
    "awaitable<int> f() { auto x = co_await run(pool, [&a] { return a; }); co_return x; }",
    "void f() { auto job = [](int a) -> awaitable<void> { co_return; }; }",
    "void f() { auto outer = [x] { auto job = []() -> awaitable<void> { co_return; }; }; }",
    "awaitable<void> nap(int); awaitable<void> f() { co_await nap(1); }",
    "awaitable<void> f(awaitable<void> rest) { co_await std::move(rest); }",
    "awaitable<void> f() { co_await timer.async_wait(asio::use_awaitable); }",
    "awaitable<void> f() { co_await asio::async_write(s, b, redirect_error(use_awaitable, e)); }",
    "awaitable<void> f() { co_await this_coro::throw_if_cancelled(false); }",
    "// co_await f(Request{});\nconst char* text = \"detached co_await f({})\";",
    "struct S { int a{0}; awaitable<int> f() { co_return co_await g(); } };",
]


def self_test():
    def check_snippet(snippet):
        code = tree.code_of(snippet)
        return check("snippet.cpp", code, void_functions({"snippet.cpp": code}))
    bad = [f"nothing found in: {snippet}" for snippet in BAD if not check_snippet(snippet)]
    return bad + tree.expect([(snippet, 0) for snippet in GOOD], check_snippet)


if __name__ == "__main__":
    tree.main(check_tree, self_test)
