#pragma once

#include "document/node.hpp"
#include "document/report.hpp"
#include "document/tree_builder.hpp"

namespace aifp::document {

/// Feeds one JSON text (RFC 8259) into `builder`. False after the first syntax error (told).
/// Precondition: scan_text() let the text pass. Recursion is bounded by the builder's depth.
[[nodiscard]] bool parse_json(const SourceText& source, TreeBuilder& builder, Report& report);

}  // namespace aifp::document
