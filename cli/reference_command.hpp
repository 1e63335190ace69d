#pragma once

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// `aifp completion SHELL` and, for the package, `aifp manual`: both print what is made from the
/// command line itself (cli/completion.hpp, base/manual_page.hpp). Adds them to the command line.
void add_reference_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
