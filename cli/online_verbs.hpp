#pragma once

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// The verbs of the table in online.cpp: list, show, approve, history, status and their like; with
/// them what some have on top: run --dry, status --report.
void add_online_verbs(CLI::App& app, Invocation& invocation);

}  // namespace aifp::cli
