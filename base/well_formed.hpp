#pragma once

#include <string>

namespace aifp {

/// `text` with U+FFFD in place of each byte that belongs to no well-formed UTF-8: fit for JSON. Up
/// to three times as long. For what programs and peers say.
[[nodiscard]] std::string well_formed_utf8(std::string text);

}  // namespace aifp
