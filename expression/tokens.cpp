#include "expression/tokens.hpp"

#include <fmt/format.h>

#include <array>

namespace aifp::expression {

namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name_start(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) noexcept {
    return is_name_start(c) || is_digit(c);
}

/// Longest first.
constexpr auto kSymbols = std::to_array<std::string_view>(
    {"...", "..", "==", "~=", "!=", "<=", ">=", "//", "::", "<<", ">>", "+",
     "-",   "*",  "/",  "%",  "^",  "#",  "&",  "~",  "|",  "<",  ">",  "=",
     "(",   ")",  "{",  "}",  "[",  "]",  ";",  ":",  ",",  "."});

struct Foreign {
    std::string_view symbols;
    std::string_view message;
    std::string_view hint;
};
constexpr std::array kForeign = {
    Foreign{"&&", "'&&' is not known here", "write: and"},
    Foreign{"||", "'||' is not known here", "write: or"},
    Foreign{"--", "'--' would begin a comment", "for minus a negative number write: a - (-b)"},
    Foreign{"?", "'?' is not known here", "write: condition and value or other_value"},
};

void append_escaped(std::string& out, char c) {
    if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else if (c == '\0') {
        out += "\\000";
    } else {
        out += c;
    }
}

}  // namespace

char TokenReader::peek(std::size_t ahead) const noexcept {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
}

std::size_t TokenReader::skip_space() noexcept {
    while (!at_end() && std::string_view(" \t\r\n\v\f").find(peek()) != std::string_view::npos) {
        ++position_;
    }
    return position_;
}

Token TokenReader::take(TokenKind kind, std::size_t length) {
    const std::string_view source = text_.substr(position_, length);
    Token token{kind, position_, source, std::string(source)};
    position_ += source.size();
    return token;
}

Parsed<Token> TokenReader::next() {
    const char c = peek();
    if (is_name_start(c)) {
        return name();
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
        return number();
    }
    if (c == '"' || c == '\'') {
        return quoted();
    }
    if (const auto level = long_bracket_level()) {
        return long_text(*level);
    }
    return symbol();
}

Token TokenReader::name() {
    std::size_t length = 1;
    while (is_name_part(peek(length))) {
        ++length;
    }
    return take(TokenKind::name, length);
}

Token TokenReader::number() {
    const bool is_hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    const std::string_view exponents = is_hex ? "pP" : "eE";
    std::size_t length = is_hex ? 2 : 1;
    for (;;) {
        const char c = peek(length);
        if (c != '\0' && exponents.find(c) != std::string_view::npos) {
            ++length;
            length += peek(length) == '+' || peek(length) == '-' ? 1U : 0U;
        } else if (is_hex_digit(c) || c == '.' || is_name_part(c)) {
            ++length;
        } else {
            return take(TokenKind::number, length);
        }
    }
}

Parsed<Token> TokenReader::quoted() {
    const std::size_t start = position_;
    const char quote = peek();
    std::string lua(1, quote);
    for (++position_; !at_end() && peek() != quote; ++position_) {
        if (peek() != '\\') {
            append_escaped(lua, peek());
            continue;
        }
        ++position_;
        if (at_end()) {
            break;
        }
        if (peek() == 'z') {  // skips white space, lines included
            ++position_;
            skip_space();
            --position_;
        } else if (peek() == '\n' || peek() == '\r' || peek() == '\0') {
            append_escaped(lua, peek());
        } else {
            lua += '\\';
            lua += peek();
        }
    }
    if (at_end()) {
        return problem(start, "this text is never closed", fmt::format("end it with {}", quote));
    }
    ++position_;
    lua += quote;
    return Token{TokenKind::text, start, text_.substr(start, position_ - start), std::move(lua)};
}

std::optional<std::size_t> TokenReader::long_bracket_level() const noexcept {
    if (peek() != '[') {
        return std::nullopt;
    }
    std::size_t level = 0;
    while (peek(1 + level) == '=') {
        ++level;
    }
    return peek(1 + level) == '[' ? std::optional(level) : std::nullopt;
}

Parsed<Token> TokenReader::long_text(std::size_t level) {
    const std::size_t start = position_;
    const std::string closing = "]" + std::string(level, '=') + "]";
    std::size_t inside = start + closing.size();
    const std::size_t end = text_.find(closing, inside);
    if (end == std::string_view::npos) {
        return problem(start, "this text is never closed", fmt::format("end it with {}", closing));
    }
    if (text_[inside] == '\n') {  // as Lua: a first line break does not count
        ++inside;
    }
    std::string lua = "\"";
    for (const char c : text_.substr(inside, end > inside ? end - inside : 0)) {
        if (c == '"' || c == '\\') {
            lua += '\\';
        }
        append_escaped(lua, c);
    }
    lua += '"';
    position_ = end + closing.size();
    return Token{TokenKind::text, start, text_.substr(start, position_ - start), std::move(lua)};
}

Parsed<Token> TokenReader::symbol() {
    for (const Foreign& foreign : kForeign) {
        if (stands_at(foreign.symbols)) {
            return problem(position_, std::string(foreign.message), std::string(foreign.hint));
        }
    }
    for (const std::string_view symbols : kSymbols) {
        if (stands_at(symbols)) {
            Token token = take(TokenKind::symbol, symbols.size());
            if (symbols == "!=") {
                token.lua = "~=";
            }
            return token;
        }
    }
    const char c = peek();
    if (c == '!') {
        return problem(position_, "'!' is not known here", "write: not");
    }
    if (static_cast<unsigned char>(c) >= 0x80) {
        return problem(position_,
                       "a name may hold only a-z, A-Z, 0-9 and _",
                       "put other names in brackets: state[\"küche\"]");
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        return problem(position_, "a control character is not allowed here");
    }
    return problem(position_, fmt::format("'{}' is not known here", c));
}

std::vector<Token> tokens_of(std::string_view expression) {
    std::vector<Token> tokens;
    TokenReader reader(expression);
    for (reader.skip_space(); !reader.at_end(); reader.skip_space()) {
        auto token = reader.next();
        if (!token) {
            return {};
        }
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

bool is_symbol(const std::vector<Token>& tokens, std::size_t at, std::string_view symbol) {
    return at < tokens.size() && tokens[at].kind == TokenKind::symbol &&
           tokens[at].source == symbol;
}

}  // namespace aifp::expression
