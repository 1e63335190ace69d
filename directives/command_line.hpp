#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace aifp::directives {

/// What is wrong in a command line, and where.
struct CommandLineProblem {
    std::size_t offset = 0;  ///< In bytes.
    std::string message;
    std::string hint;
};

/// Splits at blanks. '…' keeps everything, "…" knows \" and \\, a backslash outside quotes keeps
/// the next character; `{{ … }}` stays whole. What only a shell would understand (pipes,
/// redirections,
/// `&&`, `$NAME`, `*`) is refused outside quotes, because a program would get it as plain text.
/// `${NAME}` is the environment and stays. Pure, thread-safe.
[[nodiscard]] tl::expected<std::vector<std::string>, CommandLineProblem> split_command_line(
    std::string_view text);

}  // namespace aifp::directives
