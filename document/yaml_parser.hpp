#pragma once

#include "document/node.hpp"
#include "document/report.hpp"
#include "document/tree_builder.hpp"

namespace aifp::document {

/// Feeds one YAML document into `builder`. False when there is no whole tree (told). Precondition:
/// scan_text() let the text pass. No node at all is success.
[[nodiscard]] bool parse_yaml(const SourceText& source, TreeBuilder& builder, Report& report);

}  // namespace aifp::document
