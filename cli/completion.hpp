#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace aifp::cli {

/// The shells that completion_script knows.
inline constexpr const char* kShells[] = {"bash", "fish", "zsh"};

/// The script that completes verbs, options and names of directives in this shell, made from the
/// command line itself; nothing for another shell. (bash(1) "Programmable Completion",
/// zshcompsys(1), fish complete(1))
[[nodiscard]] std::optional<std::string> completion_script(const CLI::App& app,
                                                           std::string_view shell);

}  // namespace aifp::cli
