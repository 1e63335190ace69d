#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "logging/log.hpp"

namespace aifp::prompts {

/// One thing worth a line in the log, found while a request is put together. This room only says
/// it; whoever sends the request writes it. Messages and their fields: docs/prompts.md, "What is
/// logged". Never holds the text of a prompt.
struct Notice {
    logging::Level level = logging::Level::debug;
    std::string message;
    boost::json::object fields;
};
using Notices = std::vector<Notice>;

/// Appends `more` to `notices`.
void append(Notices& notices, Notices more);

/// Writes them to the channel of executions, errors to the channel of errors. Never waits and never
/// fails: a request does not depend on its log.
void write_notices(logging::Log& log, const Notices& notices);

}  // namespace aifp::prompts
