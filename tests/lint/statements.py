"""Cuts blanked C++ into statements and blocks: as much of a parser as the lints need."""
import re

import tree

BLOCK_AFTER = re.compile(
    r"(?:\)|\}|;|:|^|\b(?:else|do|try|const|noexcept|override|final|mutable))\s*$")
NAMED_BLOCK = re.compile(
    r"^\s*(?:template\s*<.*>\s*)?(?:inline\s+)?(?:struct|class|union|enum|namespace|extern)\b",
    re.DOTALL)
TRAILING_TYPE = re.compile(r"\)[\w\s]*->\s*[\w:<>,\s*&()]+$")
CONTROL = re.compile(r"^\s*(?:\}?\s*else\b|if\b|for\b|while\b|switch\b|do\b|try\b|catch\b|case\b"
                     r"|default\b|$)")
LAMBDA_REST = re.compile(
    r"\s*(?:mutable|noexcept|constexpr)*\s*(?:->\s*[\w:<>,\s*&()]+?)?\s*\{")


class Lambda:
    def __init__(self, captures, start, body):
        self.captures = [part.strip() for part in captures.split(",") if part.strip()]
        self.start = start
        self.body = body  # offset of its brace

    def by_value(self):
        return [part for part in self.captures if not part.startswith("&") and part != "this"]


class Statement:
    """One statement, or the header of a block. Lambda bodies inside are blanked in `text`."""

    def __init__(self, start):
        self.start = start
        self.text = ""
        self.braces = 0
        self.lambdas = []
        self.block = None  # (start, end) of the block it heads


def lambda_at(code, offset):
    """The lambda whose introducer stands at offset, or None."""
    before = code[:offset].rstrip()
    if before and (before[-1].isalnum() or before[-1] in "_)]") and not re.search(
            r"\b(?:return|co_return|co_await|co_yield)$", before):
        return None
    if code.startswith("[[", offset) or code.startswith("[", offset - 1 if offset else 0):
        return None
    end = tree.closing(code, offset)
    after = end + 1
    rest = re.compile(r"\s*").match(code, after).end()
    if code.startswith("(", rest):
        after = tree.closing(code, rest) + 1
    match = LAMBDA_REST.match(code, after)
    return Lambda(code[offset + 1:end], offset, match.end() - 1) if match else None


def opens_block(statement):
    text = statement.text
    return bool(BLOCK_AFTER.search(text) or NAMED_BLOCK.search(text) or TRAILING_TYPE.search(text))


class Cutter:
    def __init__(self, code):
        self.code = code
        self.found = []

    def block(self, offset, end):
        """Cuts code[offset:end], the inside of a block."""
        statement = Statement(offset)
        depth = 0  # of parentheses and of braces that are no blocks
        pending = {}
        while offset < end:
            letter = self.code[offset]
            if letter == "[":
                found = lambda_at(self.code, offset)
                if found:
                    statement.lambdas.append(found)
                    pending[found.body] = found
            if letter == "{" and offset in pending:
                offset = self.inner(statement, offset, end)
                continue
            if letter == "{" and depth == 0 and opens_block(statement):
                offset = self.headed(statement, offset, end)
                statement = Statement(offset)
                continue
            if letter in "({":
                depth += 1
                statement.braces += letter == "{"
            elif letter in ")}":
                depth -= 1
            if letter == ";" and depth <= 0:
                self.close(statement)
                statement, depth = Statement(offset + 1), 0
            else:
                statement.text += letter
            offset += 1
        self.close(statement)
        return self.found

    def inner(self, statement, offset, end):
        """A lambda's body: statements of its own; the outer statement goes on behind it."""
        last = min(tree.closing(self.code, offset), end)
        self.block(offset + 1, last)
        statement.text += " "
        return last + 1

    def headed(self, statement, offset, end):
        last = min(tree.closing(self.code, offset), end)
        statement.block = (offset, last)
        self.close(statement)
        self.block(offset + 1, last)
        return last + 1

    def close(self, statement):
        if statement.text.strip():
            statement.start += len(statement.text) - len(statement.text.lstrip())
            self.found.append(statement)


def without_directives(code):
    """The preprocessor's lines are blanked too: they end without a semicolon."""
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\.)*(?:\\\n[^\n]*)*",
                  lambda match: re.sub(r"[^\n]", " ", match.group()), code, flags=re.MULTILINE)


def cut(code):
    plain = without_directives(code)
    return Cutter(plain).block(0, len(plain))


def is_function(statement):
    text = statement.text
    return (statement.block is not None and "(" in text and not CONTROL.match(text)
            and not NAMED_BLOCK.match(text))
