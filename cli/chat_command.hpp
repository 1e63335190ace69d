#pragma once

#include <istream>
#include <string>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"
#include "cli/turn_stream.hpp"

// `aifp ask` and `aifp chat`: the chat agent of the project's daemon (docs/agents.md). Exit codes:
// 0; 1 with the API's error; 2 for wrong usage; 3 without a daemon.

namespace CLI {
class App;
}

namespace aifp::cli {

class Invocation;

/// Adds `ask` and `chat` to the command line (cli/verbs.cpp).
void add_chat_verbs(CLI::App& app, Invocation& invocation);

struct ChatOptions {
    std::string text = {};          ///< ask: the question.
    std::string conversation = {};  ///< Its id, to go on with it; empty: a new one.
    std::string forget = {};        ///< chat: the id of one that goes.
    std::string show = {};          ///< chat: the id of one that is shown.
    bool list = false;              ///< chat: which conversations there are.
    bool json = false;              ///< ask: the answer as the API gives it; list, show: likewise.
    /// Silence until a person is told what is waited for.
    Milliseconds patience = kPatience;
};

/// One question; the answer appears as it comes. What the agent looks at, and what is waited for,
/// is told on the error stream. Ctrl-C stops it, on the daemon too; 1 then.
[[nodiscard]] int run_ask(const ChatOptions& options,
                          const ProjectPaths& paths,
                          const Terminal& terminal);

/// A conversation: each line of `input` is said, until it ends or says "exit". With a conversation
/// to go on with, what was said is shown first. Ctrl-C stops the answer under way, not the
/// conversation.
[[nodiscard]] int run_chat(const ChatOptions& options,
                           const ProjectPaths& paths,
                           const Terminal& terminal,
                           std::istream& input);

}  // namespace aifp::cli
