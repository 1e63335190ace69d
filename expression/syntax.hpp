#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace aifp::expression {

/// A text longer than this is refused before anything else looks at it.
inline constexpr std::size_t kMaxExpressionBytes = 16 * 1024;
inline constexpr std::size_t kMaxTemplateBytes = 256 * 1024;

/// What is wrong with the way an expression or a template is written.
struct SyntaxProblem {
    std::size_t offset = 0;  ///< In bytes from the start of the text that was checked.
    std::string message;     ///< What is wrong, one sentence without a full stop.
    std::string hint;        ///< What to write instead; may be empty.
};

/// Checks the form only: names are not looked up. Nothing means that Sandbox::compile() takes it.
/// Thread-safe; about 10 microseconds for a short text.
[[nodiscard]] std::optional<SyntaxProblem> check_expression(std::string_view text);
/// The same for a template: text with `{{ expression }}` in it. Offsets count from the start of the
/// whole text. Thread-safe; a text without `{{` is always right.
[[nodiscard]] std::optional<SyntaxProblem> check_template(std::string_view text);
/// Whether the text holds a `{{`, that is, whether it has to be rendered at all.
[[nodiscard]] bool has_placeholder(std::string_view text) noexcept;

}  // namespace aifp::expression
