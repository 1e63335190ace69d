#include "expression/lua_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace aifp::expression {

namespace {

/// Lua's own words, which it does not take as names. (Lua 5.4 manual, 3.1)
constexpr auto kReserved = std::to_array<std::string_view>(
    {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
     "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
     "repeat",   "return", "then", "true", "until",  "while"});

bool is_reserved(std::string_view word) {
    return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

/// Something that was opened and must be closed again.
struct Open {
    enum class Kind { round, square, curly, block };
    Kind kind = Kind::round;
    std::size_t offset = 0;
    std::string_view source;
    bool is_default = false;  ///< The round bracket of default( ... )
    bool saw_comma = false;
};

class Rewriter {
public:
    Rewriter(std::string_view text, std::size_t start, Ending ending)
        : reader_(text, start), start_(start), ending_(ending) {}

    Parsed<LuaSource> rewrite();

private:
    /// Nothing while there is more to come, true at the end.
    Parsed<bool> is_at_end();
    Parsed<void> take(Token token);
    Parsed<void> name(Token& token);
    Parsed<void> symbol(Token& token);
    Parsed<void> close(Token& token, Open::Kind kind);
    void open(Open::Kind kind, const Token& token);
    [[nodiscard]] bool follows(std::string_view symbols) const {
        return !out_.tokens.empty() && out_.tokens.back().source == symbols;
    }
    [[nodiscard]] bool stands_next(std::string_view symbol) {
        reader_.skip_space();
        return reader_.stands_at(symbol);
    }
    [[nodiscard]] bool may_assign() const {
        return !open_.empty() &&
               (open_.back().kind == Open::Kind::curly || open_.back().kind == Open::Kind::block);
    }

    TokenReader reader_;
    std::size_t start_;
    Ending ending_;
    LuaSource out_;
    std::vector<Open> open_;
};

Parsed<bool> Rewriter::is_at_end() {
    out_.end = reader_.skip_space();
    if (reader_.at_end()) {
        if (ending_ == Ending::closing_braces) {
            return problem(start_ - 2, "this '{{' is never closed", "end it with }}");
        }
        return true;
    }
    return ending_ == Ending::closing_braces && open_.empty() && reader_.stands_at("}}");
}

Parsed<LuaSource> Rewriter::rewrite() {
    out_.code = "return (\n";
    for (;;) {
        const Parsed<bool> ended = is_at_end();
        if (!ended) {
            return tl::unexpected(ended.error());
        }
        if (*ended) {
            break;
        }
        Parsed<Token> token = reader_.next();
        if (!token) {
            return tl::unexpected(token.error());
        }
        if (const auto taken = take(std::move(*token)); !taken) {
            return tl::unexpected(taken.error());
        }
    }
    if (!open_.empty()) {
        return problem(open_.back().offset,
                       fmt::format("'{}' is never closed", open_.back().source));
    }
    if (out_.tokens.empty()) {
        return problem(start_, "there is no expression here");
    }
    out_.code += ")\n";
    return std::move(out_);
}

Parsed<void> Rewriter::take(Token token) {
    Parsed<void> taken;
    if (token.kind == TokenKind::name) {
        taken = name(token);
    } else if (token.kind == TokenKind::symbol) {
        taken = symbol(token);
    }
    if (!taken) {
        return taken;
    }
    out_.code += token.lua;
    out_.code += '\n';
    token.lua = {};
    out_.tokens.push_back(std::move(token));
    return {};
}

Parsed<void> Rewriter::name(Token& token) {
    const std::string_view word = token.source;
    if (follows(".") && is_reserved(word)) {  // payload.end, time.until: as payload["end"]
        out_.code[out_.code.size() - 2] = '[';
        token.lua = fmt::format("\"{}\"]", word);
        return {};
    }
    if (follows(".") || follows(":")) {
        return {};
    }
    if (word == "_ENV") {  // a closure would keep what is assigned to it, from one run to the next
        return problem(token.offset, "_ENV cannot be used here", "write the name alone: state.lux");
    }
    if (word == "AND" || word == "OR" || word == "NOT") {
        token.lua = word == "AND" ? "and" : word == "OR" ? "or" : "not";
    } else if (word == "null") {
        token.lua = "nil";
    } else if (word == "repeat" && (stands_next(".") || stands_next("["))) {
        token.lua = "_ENV[\"repeat\"]";  // repeat.item: Lua's own repeat is never followed by these
    } else if (word == "function" || word == "if" || word == "do" || word == "repeat") {
        out_.defines_function = out_.defines_function || word == "function";
        open(Open::Kind::block, token);
    } else if (word == "end" || word == "until") {
        return close(token, Open::Kind::block);
    }
    return {};
}

void Rewriter::open(Open::Kind kind, const Token& token) {
    open_.push_back({kind, token.offset, token.source, false, false});
}

Parsed<void> Rewriter::close(Token& token, Open::Kind kind) {
    if (open_.empty()) {
        return problem(token.offset, fmt::format("unexpected '{}'", token.source));
    }
    const Open last = open_.back();
    if (last.kind != kind) {
        return problem(last.offset, fmt::format("'{}' is never closed", last.source));
    }
    if (last.is_default && !last.saw_comma) {
        return problem(
            token.offset, "default() needs a second value", "write: default(value, what_else)");
    }
    open_.pop_back();
    return {};
}

Parsed<void> Rewriter::symbol(Token& token) {
    const std::string_view word = token.source;
    if (word == "(") {
        const bool is_default =
            follows("default") && out_.tokens.back().kind == TokenKind::name &&
            (out_.tokens.size() < 2 || (out_.tokens[out_.tokens.size() - 2].source != "." &&
                                        out_.tokens[out_.tokens.size() - 2].source != ":"));
        open(Open::Kind::round, token);
        open_.back().is_default = is_default;
        if (is_default) {
            token.lua = "( function ( ) return";
        }
    } else if (word == "[") {
        open(Open::Kind::square, token);
    } else if (word == "{") {
        open(Open::Kind::curly, token);
    } else if (word == ")") {
        return close(token, Open::Kind::round);
    } else if (word == "]") {
        return close(token, Open::Kind::square);
    } else if (word == "}") {
        return close(token, Open::Kind::curly);
    } else if (word == "," && !open_.empty() && open_.back().is_default &&
               !open_.back().saw_comma) {
        open_.back().saw_comma = true;
        token.lua = "end ,";
    } else if (word == "=" && !may_assign()) {
        return problem(token.offset, "'=' does not compare", "write: ==");
    }
    return {};
}

/// What a word stands for: a text without its quotes.
std::string_view bare(const Token& token) {
    constexpr std::size_t kQuotes = 2;
    if (token.kind == TokenKind::text && token.source.size() >= kQuotes) {
        return token.source.substr(1, token.source.size() - kQuotes);
    }
    return token.source;
}

/// The text behind a marker, or nothing.
std::string_view after(std::string_view text, std::string_view marker) {
    const std::size_t at = text.find(marker);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + marker.size());
}

}  // namespace

Parsed<LuaSource> to_lua(std::string_view text, std::size_t start, Ending ending) {
    if (text.size() > kMaxTemplateBytes) {
        return problem(start, "this text is too long", "the most is 256 KiB");
    }
    auto source = Rewriter(text, start, ending).rewrite();
    if (source && source->end - start > kMaxExpressionBytes) {
        return problem(start, "this expression is too long", "the most is 16 KiB");
    }
    return source;
}

std::size_t offset_of_line(const LuaSource& source, int line) noexcept {
    if (source.tokens.empty()) {
        return source.end;
    }
    if (line < 2) {
        return source.tokens.front().offset;
    }
    const auto index = static_cast<std::size_t>(line) - 2;
    return index < source.tokens.size() ? source.tokens[index].offset : source.end;
}

SyntaxProblem explain_parser_error(const LuaSource& source, std::string_view message) {
    // "e:LINE: what near 'word'"
    std::string_view rest = after(message, ":");
    int line = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), line);
    std::string_view what = after(rest, ": ");
    what = what.substr(0, what.rfind(" near "));
    const std::size_t offset = offset_of_line(source, line);
    if (what.ends_with("expected") || what.starts_with("unexpected") ||
        what.find("(to close") != std::string_view::npos) {
        const auto index = static_cast<std::size_t>(std::max(line, 2)) - 2;
        if (index >= source.tokens.size()) {
            return {offset, "something is missing at the end", {}};
        }
        return {offset, fmt::format("unexpected '{}'", source.tokens[index].source), {}};
    }
    if (what.empty() || what.find("overflow") != std::string_view::npos) {
        return {offset, "this expression is too deeply nested", {}};
    }
    return {offset, std::string(what), {}};
}

NamedPlace place_of_name(const LuaSource& source, std::string_view key, int line) {
    const auto& tokens = source.tokens;
    // Lua files a look-up under the word after it: search backwards from there.
    auto index = std::min(static_cast<std::size_t>(std::max(line, 2)) - 1, tokens.size());
    while (index > 0 && bare(tokens[index - 1]) != key) {
        --index;
    }
    if (index == 0) {
        return {fmt::format("\"{}\"", key), std::nullopt};
    }
    const Token& found = tokens[index - 1];
    if (found.kind != TokenKind::name) {
        return {fmt::format("\"{}\"", key), found.offset};
    }
    std::size_t first = index - 1;
    while (first >= 2 && tokens[first - 1].source == "." &&
           tokens[first - 2].kind == TokenKind::name) {
        first -= 2;
    }
    std::string path;
    for (std::size_t at = first; at < index; ++at) {
        path += tokens[at].source;
    }
    return {std::move(path), found.offset};
}

}  // namespace aifp::expression
