#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "prompts/context.hpp"
#include "prompts/context_file.hpp"
#include "prompts/message.hpp"

namespace aifp::briefing {

/// What an agent brings along for one request; the rest is the project's. Identities that are not
/// known are absent. Has a constructor on purpose (GCC 12: see the rules for coroutines).
struct Draft {
    explicit Draft(std::string whose) : agent(std::move(whose)) {}

    std::string agent;  ///< "chat", "pipeline", "codegen" or any other name.
    std::vector<prompts::Message> conversation;
    std::vector<prompts::Tool> tools;
    std::optional<LedgerId> run;
    std::optional<std::int64_t> user;
    std::optional<std::string> session;
    std::optional<std::string> step;
    std::optional<std::string> directive;  ///< Name of the automation that it is about.
    /// Of the run, made once when it starts: the same for all its requests, whatever is edited.
    Result<std::shared_ptr<const prompts::Pipeline>> pipeline = nullptr;
    std::vector<prompts::FileEntry> files;   ///< Context files, read anew for this request.
    std::optional<std::int64_t> max_tokens;  ///< Of the answer; absent: what the settings say.
    /// As llm::Request::on_text.
    std::function<void(std::string_view piece)> on_text;
};

}  // namespace aifp::briefing
