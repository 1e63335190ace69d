#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "expression/syntax.hpp"

namespace aifp::expression {

enum class TokenKind { name, number, text, symbol };

/// One word of an expression.
struct Token {
    TokenKind kind = TokenKind::symbol;
    std::size_t offset = 0;   ///< In the text the reader was made for.
    std::string_view source;  ///< As written.
    std::string lua;          ///< What Lua is given: one line, comments and long brackets undone.
};

/// A reading that may fail with the place and what to write instead.
template <class T>
using Parsed = tl::expected<T, SyntaxProblem>;

[[nodiscard]] inline tl::unexpected<SyntaxProblem> problem(std::size_t offset,
                                                           std::string message,
                                                           std::string hint = {}) {
    return tl::unexpected<SyntaxProblem>({offset, std::move(message), std::move(hint)});
}

/// Cuts an expression into words: those of Lua 5.4, with `!=` as a synonym of `~=`. What people
/// bring along from other languages (`&&`, `!x`, `a ? b : c`, `--`) is a problem with a hint.
/// `text` must outlive the tokens.
class TokenReader {
public:
    explicit TokenReader(std::string_view text, std::size_t start = 0)
        : text_(text), position_(start) {}

    /// Skips white space; where the next word begins.
    std::size_t skip_space() noexcept;
    /// Whether `symbols` stand at the next word.
    [[nodiscard]] bool stands_at(std::string_view symbols) const noexcept {
        return text_.substr(position_).starts_with(symbols);
    }
    [[nodiscard]] bool at_end() const noexcept { return position_ >= text_.size(); }
    /// The next word. Call skip_space() first and only when not at_end().
    [[nodiscard]] Parsed<Token> next();

private:
    [[nodiscard]] Token name();
    [[nodiscard]] Token number();
    [[nodiscard]] Parsed<Token> quoted();
    [[nodiscard]] Parsed<Token> long_text(std::size_t level);
    [[nodiscard]] Parsed<Token> symbol();
    [[nodiscard]] Token take(TokenKind kind, std::size_t length);
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept;
    [[nodiscard]] std::optional<std::size_t> long_bracket_level() const noexcept;

    std::string_view text_;
    std::size_t position_;
};

/// All tokens of an expression; none if it cannot be read to its end.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view expression);
/// Whether there is a token at `at`, and it is this symbol.
[[nodiscard]] bool is_symbol(const std::vector<Token>& tokens,
                             std::size_t at,
                             std::string_view symbol);

}  // namespace aifp::expression
