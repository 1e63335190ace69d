#pragma once

#include <string>

namespace aifp::prompts {

/// `text` with U+FFFD in the place of every byte that is not part of well-formed UTF-8.
[[nodiscard]] std::string well_formed(std::string text);

}  // namespace aifp::prompts
