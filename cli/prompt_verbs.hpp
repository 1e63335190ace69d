#pragma once

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// Adds `prompt` and `site-context` with their verbs to the command line (cli/verbs.cpp).
void add_prompt_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
