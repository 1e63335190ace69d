#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "mcp/provider.hpp"

namespace aifp::testing {

/// What the official conformance suite asks for by name: tools, resources and prompts that do
/// nothing but show that the protocol holds. Loop thread only.
class FixtureProvider final : public mcp::Provider {
public:
    explicit FixtureProvider(boost::asio::io_context& loop);

    [[nodiscard]] const mcp::About& about() const override { return about_; }
    [[nodiscard]] mcp::Offer offer() const override;
    [[nodiscard]] const std::vector<mcp::ToolInfo>& tools() const override { return tools_; }
    void call_tool(const mcp::CallPtr& call,
                   const std::string& name,
                   boost::json::object arguments,
                   mcp::Answer<mcp::ToolAnswer, mcp::InputNeeded> answer) override;
    void list_resources(mcp::Answer<std::vector<mcp::ResourceInfo>> answer) override;
    [[nodiscard]] const std::vector<mcp::ResourceTemplate>& resource_templates() const override {
        return templates_;
    }
    void read_resource(const std::string& uri,
                       mcp::Answer<std::vector<mcp::ResourceContents>> answer) override;
    [[nodiscard]] const std::vector<mcp::PromptInfo>& prompts() const override { return prompts_; }
    void get_prompt(const mcp::CallPtr& call,
                    const std::string& name,
                    boost::json::object arguments,
                    mcp::Answer<mcp::PromptAnswer, mcp::InputNeeded> answer) override;
    void complete(mcp::CompletionQuery query, mcp::Answer<mcp::Completion> answer) override;
    void set_sink(mcp::ChangeSink* sink) override { sink_ = sink; }

    /// For the tools.
    void later(Milliseconds delay, std::function<void()> work);
    [[nodiscard]] mcp::ChangeSink* sink() const noexcept { return sink_; }

private:
    boost::asio::io_context& loop_;
    mcp::ChangeSink* sink_ = nullptr;
    mcp::About about_;
    std::vector<mcp::ToolInfo> tools_;
    std::vector<mcp::ResourceTemplate> templates_;
    std::vector<mcp::PromptInfo> prompts_;
};

/// What a fixture tool works with.
struct FixtureCall {
    FixtureProvider& provider;
    mcp::CallPtr call;
    boost::json::object arguments;
    mcp::Answer<mcp::ToolAnswer, mcp::InputNeeded> answer;
};

/// One row per tool.
struct FixtureTool {
    const char* name;
    const char* description;
    const char* input_schema;
    void (*run)(FixtureCall);
};
[[nodiscard]] const std::vector<FixtureTool>& plain_fixture_tools();
[[nodiscard]] const std::vector<FixtureTool>& asking_fixture_tools();

/// {"type": "text", "text": TEXT}
[[nodiscard]] boost::json::object text_block(std::string_view text);
/// An answer of one text.
[[nodiscard]] mcp::ToolAnswer text_answer(std::string_view text);
/// The client's answer to an input request of that name: an object, or nothing usable.
[[nodiscard]] const boost::json::object* input_response(const mcp::Call& call,
                                                        std::string_view name);
/// A form with one field.
[[nodiscard]] boost::json::object elicitation(std::string_view message,
                                              std::string_view field,
                                              std::string_view type);
/// A 1x1 PNG, base64.
extern const char* const kPng;

inline constexpr const char* kNoArguments = R"({"type":"object","additionalProperties":false})";

}  // namespace aifp::testing
