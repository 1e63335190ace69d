#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "prompts/message.hpp"
#include "prompts/tool.hpp"

namespace aifp::agents {

using ToolDone = std::function<void(Result<boost::json::value>)>;

/// Something an agent may do. Loop thread only.
struct AgentTool {
    std::string name;
    std::string description;
    std::string schema;  ///< JSON Schema of the arguments, text, as helpers/schema.hpp makes them.
    bool only_reads = true;
    /// Gets arguments that passed the schema; calls `done` once, perhaps before it returns.
    std::function<void(boost::json::object arguments, ToolDone done)> run;
};

/// As a request offers them.
[[nodiscard]] std::vector<prompts::Tool> offered(std::span<const AgentTool> tools);

/// What came of a call that the AI asked for.
struct ToolOutcome {
    std::string text;       ///< For the AI: marked as data, without secrets, bounded.
    bool is_error = false;  ///< It was refused or failed; `text` says why.
};
/// Takes secrets out of a text.
using Redact = std::function<std::string(std::string)>;
using OutcomeDone = std::function<void(ToolOutcome)>;

inline constexpr std::size_t kMaxOutcomeBytes = 64 << 10;

/// Does what the AI asked for: finds the tool, reads and checks the arguments (they are the AI's
/// text: nothing of them is believed), runs it. Whatever is wrong is an outcome for the AI to read
/// and mend. `redact` takes secrets out of a text; it may be empty. `done` comes once, on the loop.
void call_tool(std::span<const AgentTool> tools,
               const prompts::ToolCall& call,
               const Redact& redact,
               const OutcomeDone& done);

}  // namespace aifp::agents
