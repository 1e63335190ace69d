#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/terminal.hpp"

// What the API's bodies look like for people. Keys that are missing are shown as "-": a newer or an
// older daemon must not break the command line.

namespace aifp::cli {

void print_list(const Terminal& terminal, const boost::json::value& answer);
void print_directive(const Terminal& terminal, const boost::json::value& answer);
/// What run, approve, pause, resume, archive and restore answer.
void print_deed(const Terminal& terminal, const boost::json::value& answer);
void print_history(const Terminal& terminal, const boost::json::value& answer);
void print_status(const Terminal& terminal, const boost::json::value& answer);
/// The mistakes and warnings that an answer has as its `diagnostics`, as `aifp check` shows them.
void print_diagnostics(const Terminal& terminal, const boost::json::value& answer);
/// When the directives of a list are due next, the soonest first.
void print_due(const Terminal& terminal, const boost::json::value& answer);

/// A member of an object as text: texts as they are, numbers and truths as JSON; nothing when it is
/// missing, null or empty.
[[nodiscard]] std::optional<std::string> text_in(const boost::json::value& object,
                                                 std::string_view key);

}  // namespace aifp::cli
