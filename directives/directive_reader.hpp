#pragma once

#include <optional>
#include <string>

#include "directives/parse.hpp"
#include "document/report.hpp"

// One directive: its keys, its lists, and what has to fit together. Inner part of the room.

namespace aifp::directives {

struct ReadDirective {
    std::string name;  ///< As far as it could be read; may be empty.
    document::Mark mark;
    std::optional<ParsedDirective> parsed;  ///< Absent when there is an error.
};

/// Reads the mapping of one directive; all mistakes go to the report.
[[nodiscard]] ReadDirective read_directive(document::Report& report,
                                           const ParseContext& context,
                                           const document::Node& node);

}  // namespace aifp::directives
