#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "helpers/project_parts.hpp"
#include "helpers/project_tools.hpp"
#include "mcp/provider.hpp"

namespace aifp::mcp {

/// What a project offers to an assistant: the helper functions and helpers::project_tools() as far
/// as the scopes go, its directives, schema, logs and executions as resources, three prompts. Loop
/// thread only; owned by the wiring.
///
/// Resources: app://schema/directive, app://directive/NAME, app://log/TYPE, app://executions.
/// Changes are told within two seconds: while somebody listens it looks whether the database is
/// another one.
class EngineProvider final : public Provider {
public:
    EngineProvider(boost::asio::io_context& loop, helpers::ProjectParts parts);

    [[nodiscard]] const About& about() const override { return about_; }
    [[nodiscard]] Offer offer() const override;
    [[nodiscard]] const std::vector<ToolInfo>& tools() const override { return tools_; }
    void call_tool(const CallPtr& call,
                   const std::string& name,
                   boost::json::object arguments,
                   Answer<ToolAnswer, InputNeeded> answer) override;
    void list_resources(Answer<std::vector<ResourceInfo>> answer) override;
    [[nodiscard]] const std::vector<ResourceTemplate>& resource_templates() const override;
    void read_resource(const std::string& uri,
                       Answer<std::vector<ResourceContents>> answer) override;
    [[nodiscard]] const std::vector<PromptInfo>& prompts() const override;
    void get_prompt(const CallPtr& call,
                    const std::string& name,
                    boost::json::object arguments,
                    Answer<PromptAnswer, InputNeeded> answer) override;
    void complete(CompletionQuery query, Answer<Completion> answer) override;
    void set_sink(ChangeSink* sink) override;

private:
    void add_tools();
    [[nodiscard]] helpers::Caller caller_of(const Peer& peer) const;
    void call_project_tool(const helpers::ProjectTool& tool,
                           const helpers::Caller& caller,
                           boost::json::object arguments,
                           Answer<ToolAnswer, InputNeeded> answer);
    void look_later();
    void look();
    void look_closer();
    using Hashes = std::unordered_map<std::string, std::size_t>;
    void read_hashes(boost::json::array directives);
    void compare(const Hashes& now);

    helpers::ProjectParts parts_;
    About about_;
    std::vector<ToolInfo> tools_;
    ChangeSink* sink_ = nullptr;
    boost::asio::steady_timer look_timer_;
    std::int64_t version_seen_ = 0;  ///< Of the database, when it was looked at last.
    /// Directive -> hash of its listed form. Nothing: not looked since somebody listens.
    std::optional<std::unordered_map<std::string, std::size_t>> seen_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();
};

/// A tool's answer as MCP has it: the JSON as text and as structure; refused: an error with the
/// text for the model to read. Pure.
[[nodiscard]] ToolAnswer tool_answer(const boost::json::value& json);
[[nodiscard]] ToolAnswer tool_error(const std::string& text);
/// A helper function as MCP lists it. Pure.
[[nodiscard]] ToolInfo tool_info(const helpers::Tool& tool);
[[nodiscard]] ToolInfo tool_info(const helpers::ProjectTool& tool);

/// The three prompts, and their text for these arguments. Pure.
[[nodiscard]] const std::vector<PromptInfo>& project_prompts();
[[nodiscard]] PromptAnswer project_prompt(const std::string& name,
                                          const boost::json::object& arguments);
/// How an assistant should use the server.
[[nodiscard]] std::string project_instructions(const std::vector<helpers::Scope>& scopes);
/// The templates; and, of a URI that matches, the part that is free.
[[nodiscard]] const std::vector<ResourceTemplate>& project_templates();

}  // namespace aifp::mcp
