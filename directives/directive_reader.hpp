#pragma once

#include <optional>
#include <string>

#include "directives/parse.hpp"
#include "directives/reading.hpp"
#include "document/report.hpp"

// One directive: its keys, its lists, and what has to fit together. Inner part of the room.

namespace aifp::directives {

struct ReadDirective {
    std::string name;  ///< As far as it could be read; may be empty.
    document::Mark mark;
    std::optional<ParsedDirective> parsed;  ///< Absent when something in it is wrong.
    bool is_draft = false;                  ///< Critical questions are open.
};

/// Reads the mapping of one directive; all mistakes go to the report. `errors` is the report's
/// count before anything of this directive was looked at.
[[nodiscard]] ReadDirective read_directive(Reading& reading,
                                           const document::Node& node,
                                           std::size_t errors);
/// The answers that are kept for a name; nullptr if there are none.
[[nodiscard]] const std::vector<Answer>* answers_for(const ParseContext& context,
                                                     const std::string& name);

}  // namespace aifp::directives
