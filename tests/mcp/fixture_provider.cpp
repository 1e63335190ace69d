#include "tests/mcp/fixture_provider.hpp"

#include <utility>

#include "mcp/envelope.hpp"

namespace aifp::testing {
namespace {

using mcp::codes::kLegacyNotFound;

constexpr std::string_view kTemplateBegin = "test://template/";
constexpr std::string_view kTemplateEnd = "/data";

boost::json::object message_of(boost::json::object content) {
    boost::json::object message;
    message["role"] = "user";
    message["content"] = std::move(content);
    return message;
}

std::string text_in(const boost::json::object& object, std::string_view name) {
    return std::string(mcp::find_text(object, name).value_or(""));
}

boost::json::object image_block() {
    boost::json::object image;
    image["type"] = "image";
    image["data"] = kPng;
    image["mimeType"] = "image/png";
    return image;
}

boost::json::object embedded(const std::string& uri, std::string_view text) {
    boost::json::object resource;
    resource["uri"] = uri;
    resource["mimeType"] = "text/plain";
    resource["text"] = text;
    boost::json::object block;
    block["type"] = "resource";
    block["resource"] = std::move(resource);
    return block;
}

std::vector<mcp::ToolInfo> make_tools() {
    std::vector<mcp::ToolInfo> tools;
    for (const auto* rows : {&plain_fixture_tools(), &asking_fixture_tools()}) {
        for (const auto& row : *rows) {
            mcp::ToolInfo tool;
            tool.name = row.name;
            tool.description = row.description;
            tool.input_schema = row.input_schema;
            tool.hints = mcp::Hints{true, false, true, false};
            tools.push_back(std::move(tool));
        }
    }
    return tools;
}

std::vector<mcp::PromptInfo> make_prompts() {
    return {
        {"test_simple_prompt", "", "A prompt without arguments", {}},
        {"test_prompt_with_arguments",
         "",
         "A prompt with two arguments",
         {{"arg1", "First test argument", true}, {"arg2", "Second test argument", true}}},
        {"test_prompt_with_embedded_resource",
         "",
         "A prompt with a resource in it",
         {{"resourceUri", "URI of the resource to embed", true}}},
        {"test_prompt_with_image", "", "A prompt with an image in it", {}},
        {"test_input_required_result_prompt", "", "A prompt that asks first", {}},
    };
}

void answer_asking_prompt(const mcp::Call& call,
                          const mcp::Answer<mcp::PromptAnswer, mcp::InputNeeded>& answer) {
    const auto* given = input_response(call, "user_context");
    const auto* content = given == nullptr ? nullptr : mcp::find_member(*given, "content");
    if (content == nullptr || !content->is_object()) {
        mcp::InputNeeded needed;
        needed.requests["user_context"] =
            elicitation("What context should the prompt use?", "context", "string");
        answer(std::move(needed));
        return;
    }
    mcp::PromptAnswer prompt;
    prompt.messages.push_back(
        message_of(text_block("Use this context: " + text_in(content->as_object(), "context"))));
    answer(std::move(prompt));
}

}  // namespace

const char* const kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJg"
    "gg==";

boost::json::object text_block(std::string_view text) {
    boost::json::object block;
    block["type"] = "text";
    block["text"] = text;
    return block;
}

mcp::ToolAnswer text_answer(std::string_view text) {
    mcp::ToolAnswer answer;
    answer.content.push_back(text_block(text));
    return answer;
}

const boost::json::object* input_response(const mcp::Call& call, std::string_view name) {
    const auto* responses = mcp::find_member(call.params(), "inputResponses");
    const auto* one = responses == nullptr || !responses->is_object()
                          ? nullptr
                          : mcp::find_member(responses->as_object(), name);
    return one == nullptr ? nullptr : one->if_object();
}

boost::json::object elicitation(std::string_view message,
                                std::string_view field,
                                std::string_view type) {
    const boost::json::string_view name(field.data(), field.size());
    boost::json::object property;
    property["type"] = type;
    boost::json::object schema;
    schema["type"] = "object";
    schema["properties"].emplace_object()[name] = std::move(property);
    schema["required"].emplace_array().emplace_back(name);
    boost::json::object params;
    params["mode"] = "form";
    params["message"] = message;
    params["requestedSchema"] = std::move(schema);
    boost::json::object request;
    request["method"] = "elicitation/create";
    request["params"] = std::move(params);
    return request;
}

FixtureProvider::FixtureProvider(boost::asio::io_context& loop)
    : loop_(loop),
      about_{"aifp-fixture", "Conformance fixture", "1.0.0", "Everything here is for tests."},
      tools_(make_tools()),
      templates_{{"test://template/{id}/data", "template", "", "Data by id", "application/json"}},
      prompts_(make_prompts()) {}

mcp::Offer FixtureProvider::offer() const {
    mcp::Offer offer;
    offer.tools_change = true;
    offer.resources_change = true;
    offer.prompts_change = true;
    offer.subscribe = true;
    return offer;
}

void FixtureProvider::later(Milliseconds delay, std::function<void()> work) {
    auto timer = std::make_shared<boost::asio::steady_timer>(loop_, delay);
    timer->async_wait([timer, work = std::move(work)](const boost::system::error_code& error) {
        if (!error) {
            work();
        }
    });
}

void FixtureProvider::call_tool(const mcp::CallPtr& call,
                                const std::string& name,
                                boost::json::object arguments,
                                mcp::Answer<mcp::ToolAnswer, mcp::InputNeeded> answer) {
    for (const auto* rows : {&plain_fixture_tools(), &asking_fixture_tools()}) {
        for (const auto& row : *rows) {
            if (name == row.name) {
                row.run(FixtureCall{*this, call, std::move(arguments), std::move(answer)});
                return;
            }
        }
    }
}

void FixtureProvider::list_resources(mcp::Answer<std::vector<mcp::ResourceInfo>> answer) {
    answer(std::vector<mcp::ResourceInfo>{
        {"test://static-text", "static-text", "", "A text", "text/plain"},
        {"test://static-binary", "static-binary", "", "An image", "image/png"},
        {"test://watched-resource", "watched-resource", "", "To subscribe to", "text/plain"}});
}

void FixtureProvider::read_resource(const std::string& uri,
                                    mcp::Answer<std::vector<mcp::ResourceContents>> answer) {
    std::vector<mcp::ResourceContents> contents;
    const std::string_view text = uri;
    if (uri == "test://static-text") {
        contents.push_back({uri, "text/plain", "This is the content of the static text resource."});
    } else if (uri == "test://watched-resource") {
        contents.push_back({uri, "text/plain", "Nothing has changed yet."});
    } else if (uri == "test://static-binary") {
        contents.push_back({uri, "image/png", kPng, true});
    } else if (text.starts_with(kTemplateBegin) && text.ends_with(kTemplateEnd) &&
               text.size() > kTemplateBegin.size() + kTemplateEnd.size()) {
        const std::string id(text.substr(
            kTemplateBegin.size(), text.size() - kTemplateBegin.size() - kTemplateEnd.size()));
        contents.push_back(
            {uri,
             "application/json",
             R"({"id":")" + id + R"(","templateTest":true,"data":"Data for ID: )" + id + "\"}"});
    } else {
        answer(mcp::RpcError{kLegacyNotFound, "there is no such resource"});
        return;
    }
    answer(std::move(contents));
}

void FixtureProvider::get_prompt(const mcp::CallPtr& call,
                                 const std::string& name,
                                 boost::json::object arguments,
                                 mcp::Answer<mcp::PromptAnswer, mcp::InputNeeded> answer) {
    mcp::PromptAnswer prompt;
    const auto say = [&prompt](boost::json::object content) {
        prompt.messages.push_back(message_of(std::move(content)));
    };
    if (name == "test_simple_prompt") {
        say(text_block("This is a simple prompt for testing."));
    } else if (name == "test_prompt_with_arguments") {
        say(text_block("Prompt with arguments: arg1='" + text_in(arguments, "arg1") + "', arg2='" +
                       text_in(arguments, "arg2") + "'"));
    } else if (name == "test_prompt_with_embedded_resource") {
        say(embedded(text_in(arguments, "resourceUri"), "Embedded resource content for testing."));
        say(text_block("Please process the embedded resource above."));
    } else if (name == "test_prompt_with_image") {
        say(image_block());
        say(text_block("Please analyze the image above."));
    } else {
        answer_asking_prompt(*call, answer);
        return;
    }
    answer(std::move(prompt));
}

void FixtureProvider::complete(mcp::CompletionQuery query, mcp::Answer<mcp::Completion> answer) {
    mcp::Completion completion;
    for (const std::string word : {"paris", "park", "party"}) {
        if (word.starts_with(query.typed)) {
            completion.values.push_back(word);
        }
    }
    answer(std::move(completion));
}

}  // namespace aifp::testing
