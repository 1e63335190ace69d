// Fixture tools that need nothing of the client.
#include <utility>

#include "tests/mcp/fixture_provider.hpp"

namespace aifp::testing {
namespace {

constexpr Milliseconds kPause{50};
/// An empty WAV file: 44 bytes of header.
constexpr const char* kWav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

boost::json::object image_block(const char* type, const char* data, const char* mime_type) {
    boost::json::object block;
    block["type"] = type;
    block["data"] = data;
    block["mimeType"] = mime_type;
    return block;
}

boost::json::object resource_block(const char* uri, const char* mime_type, const char* text) {
    boost::json::object resource;
    resource["uri"] = uri;
    resource["mimeType"] = mime_type;
    resource["text"] = text;
    boost::json::object block;
    block["type"] = "resource";
    block["resource"] = std::move(resource);
    return block;
}

void answer_blocks(const FixtureCall& call, std::initializer_list<boost::json::object> blocks) {
    mcp::ToolAnswer answer;
    for (const auto& block : blocks) {
        answer.content.push_back(block);
    }
    call.answer(std::move(answer));
}

void simple_text(FixtureCall call) {
    call.answer(text_answer("This is a simple text response for testing."));
}
void image(FixtureCall call) {
    answer_blocks(call, {image_block("image", kPng, "image/png")});
}
void audio(FixtureCall call) {
    answer_blocks(call, {image_block("audio", kWav, "audio/wav")});
}
void embedded_resource(FixtureCall call) {
    answer_blocks(
        call,
        {resource_block(
            "test://embedded-resource", "text/plain", "This is an embedded resource content.")});
}
void multiple_types(FixtureCall call) {
    answer_blocks(call,
                  {text_block("Multiple content types test:"),
                   image_block("image", kPng, "image/png"),
                   resource_block("test://mixed-content-resource",
                                  "application/json",
                                  R"({"test":"data","value":123})")});
}
void error_handling(FixtureCall call) {
    auto answer = text_answer("This tool intentionally returns an error for testing");
    answer.is_error = true;
    call.answer(std::move(answer));
}

void log_step(const std::shared_ptr<FixtureCall>& call, std::size_t step) {
    static constexpr const char* kSaid[] = {
        "Tool execution started", "Tool processing data", "Tool execution completed"};
    call->call->log(mcp::LogLevel::info, "fixture", kSaid[step]);
    if (step + 1 == std::size(kSaid)) {
        call->answer(text_answer("Tool with logging executed"));
        return;
    }
    call->provider.later(kPause, [call, step] { log_step(call, step + 1); });
}
void with_logging(FixtureCall call) {
    log_step(std::make_shared<FixtureCall>(std::move(call)), 0);
}

void progress_step(const std::shared_ptr<FixtureCall>& call, int done) {
    constexpr int kTotal = 100;
    call->call->progress(done, kTotal);
    if (done == kTotal) {
        call->answer(text_answer("Tool with progress executed"));
        return;
    }
    call->provider.later(kPause, [call, done] { progress_step(call, done + kTotal / 2); });
}
void with_progress(FixtureCall call) {
    progress_step(std::make_shared<FixtureCall>(std::move(call)), 0);
}

void schema_2020_12(FixtureCall call) {
    call.answer(text_answer("Only the schema of this tool matters"));
}
void tool_change(FixtureCall call) {
    if (call.provider.sink() != nullptr) {
        call.provider.sink()->tools_changed();
    }
    call.answer(text_answer("The tools have changed"));
}
void prompt_change(FixtureCall call) {
    if (call.provider.sink() != nullptr) {
        call.provider.sink()->prompts_changed();
    }
    call.answer(text_answer("The prompts have changed"));
}

constexpr const char* k2020Schema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "$defs": {"address": {"$anchor": "addressDef", "type": "object",
    "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
  "properties": {
    "name": {"type": "string"},
    "address": {"$ref": "#/$defs/address"},
    "contactMethod": {"type": "string", "enum": ["phone", "email"]},
    "phone": {"type": "string"},
    "email": {"type": "string"}},
  "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
  "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
  "then": {"required": ["phone"]},
  "else": {"required": ["email"]},
  "additionalProperties": false
})";

}  // namespace

const std::vector<FixtureTool>& plain_fixture_tools() {
    static const std::vector<FixtureTool> kTools{
        {"test_simple_text", "Answers with a text", kNoArguments, simple_text},
        {"test_image_content", "Answers with an image", kNoArguments, image},
        {"test_audio_content", "Answers with a sound", kNoArguments, audio},
        {"test_embedded_resource", "Answers with a resource", kNoArguments, embedded_resource},
        {"test_multiple_content_types", "Answers with three kinds", kNoArguments, multiple_types},
        {"test_tool_with_logging", "Logs while it works", kNoArguments, with_logging},
        {"test_logging_tool", "Logs while it works", kNoArguments, with_logging},
        {"test_tool_with_progress", "Tells how far it is", kNoArguments, with_progress},
        {"test_error_handling", "Always fails", kNoArguments, error_handling},
        {"json_schema_2020_12_tool", "Has a rich schema", k2020Schema, schema_2020_12},
        {"test_trigger_tool_change", "Tells of changed tools", kNoArguments, tool_change},
        {"test_trigger_prompt_change", "Tells of changed prompts", kNoArguments, prompt_change},
    };
    return kTools;
}

}  // namespace aifp::testing
