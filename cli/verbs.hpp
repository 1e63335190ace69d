#pragma once

#include <string>

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// Adds the global options and every verb of the table in verbs.cpp to `app`. Both arguments must
/// outlive what `app` reads.
void build_command_line(CLI::App& app, Invocation& invocation);

/// "init, check, next --cron": what works while no daemon runs the project, by the same table.
[[nodiscard]] std::string offline_verbs();

}  // namespace aifp::cli
