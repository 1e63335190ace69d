#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/chat_command.hpp"
#include "cli/invocation.hpp"

namespace aifp::cli {

void add_chat_verbs(CLI::App& app, Invocation& invocation) {
    const auto options = std::make_shared<ChatOptions>();
    auto* ask = app.add_subcommand("ask", "Ask the project's AI one question");
    ask->add_option("QUESTION", options->text, "In quotes")->required();
    ask->add_option("--resume", options->conversation, "Go on with this conversation");
    invocation.decide(*ask, options, run_ask);
    auto* chat = app.add_subcommand("chat", "Talk with the project's AI; exit ends it");
    chat->add_option("--resume", options->conversation, "Go on with this conversation");
    chat->add_flag("--list", options->list, "What conversations there are");
    chat->add_option("--show", options->show, "What was said in a conversation");
    chat->add_option("--forget", options->forget, "Remove a conversation");
    invocation.decide(
        *chat, options, [](const auto& given, const auto& paths, const auto& terminal) {
            return run_chat(given, paths, terminal, std::cin);
        });
}

}  // namespace aifp::cli
