#pragma once

#include "document/node.hpp"
#include "document/report.hpp"

namespace aifp::document {

/// What has to hold before a parser sees the text: not larger than limits.max_bytes, UTF-8, no NUL
/// or other control character, and in YAML no tab used for indentation. False and one error for
/// the first breach. Cost: one pass.
[[nodiscard]] bool scan_text(const SourceText& source,
                             Format format,
                             const Limits& limits,
                             Report& report);

}  // namespace aifp::document
