#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "cli/event_source.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

struct TailOptions {
    std::string directive = {};  ///< Empty: all, and what is of the engine.
    std::string kinds = {};      ///< "run,decision"; empty: all.
    bool json = false;           ///< {"id", "event", "data"} on a line.
    Milliseconds retry_pause{2'000};
};

/// `aifp tail`: prints what happens as it happens, as long as `go_on` (asked after each event and
/// before each new try) says so. When the stream ends it comes again with the last id, so that
/// nothing is missed that the daemon still knows. Exit code: 0; 1 with the API's refusal; 3 when no
/// daemon was there at the beginning.
[[nodiscard]] int run_tail(const TailOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal,
                           const std::function<bool()>& go_on);

/// An event for people: "18:00:00  run        lamp  17 ok in 12 ms".
[[nodiscard]] std::string readable_event(const ServerEvent& event, const Terminal& terminal);

/// Adds the verb to the command line (cli/verbs.cpp).
void add_tail_verb(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
