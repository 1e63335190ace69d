// Fixture tools that ask the client: by a request (legacy), or by a first answer (modern).
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "mcp/envelope.hpp"
#include "tests/mcp/fixture_provider.hpp"

namespace aifp::testing {
namespace {

using boost::json::object;

constexpr const char* kPromptSchema =
    R"({"type":"object","properties":{"prompt":{"type":"string"}},"required":["prompt"]})";
constexpr const char* kMessageSchema =
    R"({"type":"object","properties":{"message":{"type":"string"}},"required":["message"]})";

std::string text_in(const object& in, std::string_view name) {
    return std::string(mcp::find_text(in, name).value_or(""));
}

object sampling(std::string_view prompt, int max_tokens) {
    object message;
    message["role"] = "user";
    message["content"] = text_block(prompt);
    object params;
    params["messages"].emplace_array().push_back(std::move(message));
    params["maxTokens"] = max_tokens;
    return params;
}

object sampling_request(std::string_view prompt, int max_tokens) {
    object request;
    request["method"] = "sampling/createMessage";
    request["params"] = sampling(prompt, max_tokens);
    return request;
}

object roots_request() {
    object request;
    request["method"] = "roots/list";
    request["params"] = object();
    return request;
}

void answer_error(const FixtureCall& call, const std::string& text) {
    auto answer = text_answer(text);
    answer.is_error = true;
    call.answer(std::move(answer));
}

// ---- legacy: requests to the client ----

void ask_and_tell(FixtureCall call,
                  std::string_view capability,
                  const object& params,
                  std::string (*told)(const object&)) {
    const auto shared = std::make_shared<FixtureCall>(std::move(call));
    const auto* method = capability == "sampling" ? "sampling/createMessage" : "elicitation/create";
    shared->call->ask(capability, method, params, [shared, told](auto outcome) {
        if (!outcome || !outcome->is_object()) {
            answer_error(*shared, outcome ? "not an object" : outcome.error().message);
            return;
        }
        shared->answer(text_answer(told(outcome->as_object())));
    });
}

std::string told_sampling(const object& result) {
    const auto* content = mcp::find_member(result, "content");
    return "LLM response: " + (content != nullptr && content->is_object()
                                   ? text_in(content->as_object(), "text")
                                   : std::string());
}
std::string told_elicitation(const object& result) {
    const auto* content = mcp::find_member(result, "content");
    return "Elicitation completed: action=" + text_in(result, "action") +
           ", content=" + (content == nullptr ? "{}" : boost::json::serialize(*content));
}
std::string told_user(const object& result) {
    return "User response: " + boost::json::serialize(result);
}

void test_sampling(FixtureCall call) {
    const auto params = sampling(text_in(call.arguments, "prompt"), 100);
    ask_and_tell(std::move(call), "sampling", params, told_sampling);
}

object form(std::string_view message, const char* schema) {
    object params;
    params["message"] = message;
    params["requestedSchema"] = boost::json::parse(schema);
    return params;
}

void test_elicitation(FixtureCall call) {
    const auto params = form(text_in(call.arguments, "message"), R"({"type":"object","properties":{
      "username":{"type":"string","description":"User's response"},
      "email":{"type":"string","description":"User's email address"}},
      "required":["username","email"]})");
    ask_and_tell(std::move(call), "elicitation", params, told_user);
}

void elicitation_defaults(FixtureCall call) {
    const auto params = form("Check these values", R"({"type":"object","properties":{
      "name":{"type":"string","default":"John Doe"},
      "age":{"type":"integer","default":30},
      "score":{"type":"number","default":95.5},
      "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
      "verified":{"type":"boolean","default":true}}})");
    ask_and_tell(std::move(call), "elicitation", params, told_elicitation);
}

void elicitation_enums(FixtureCall call) {
    const auto params = form("Choose", R"({"type":"object","properties":{
      "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
      "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},
        {"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
      "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],
        "enumNames":["Option One","Option Two","Option Three"]},
      "untitledMulti":{"type":"array","items":{"type":"string",
        "enum":["option1","option2","option3"]}},
      "titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},
        {"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}}})");
    ask_and_tell(std::move(call), "elicitation", params, told_elicitation);
}

// ---- modern: a first answer that asks ----

/// State that only this process can have written: it is in the client's hands meanwhile.
std::string seal(std::string_view state) {
    static const std::string kKey = random_hex(32);
    return std::string(state) + "." + to_hex(hmac_sha256(kKey, state));
}
bool is_sealed(const mcp::Call& call, std::string_view state) {
    return equal_constant_time(text_in(call.params(), "requestState"), seal(state));
}

void need(const FixtureCall& call, const char* name, object request, std::string state = {}) {
    mcp::InputNeeded needed;
    needed.requests[name] = std::move(request);
    needed.state = std::move(state);
    call.answer(std::move(needed));
}

const object* content_of(const mcp::Call& call, std::string_view name) {
    const auto* response = input_response(call, name);
    const auto* content = response == nullptr ? nullptr : mcp::find_member(*response, "content");
    return content == nullptr ? nullptr : content->if_object();
}

void input_elicitation(FixtureCall call) {
    const auto* content = content_of(*call.call, "user_name");
    if (content == nullptr) {
        need(call, "user_name", elicitation("What is your name?", "name", "string"));
        return;
    }
    call.answer(text_answer("Hello, " + text_in(*content, "name") + "!"));
}

void input_sampling(FixtureCall call) {
    const auto* content = content_of(*call.call, "capital_question");
    if (content == nullptr) {
        need(call, "capital_question", sampling_request("What is the capital of France?", 100));
        return;
    }
    call.answer(text_answer(text_in(*content, "text")));
}

void input_roots(FixtureCall call) {
    const auto* response = input_response(*call.call, "client_roots");
    const auto* roots = response == nullptr ? nullptr : mcp::find_member(*response, "roots");
    if (roots == nullptr || !roots->is_array()) {
        need(call, "client_roots", roots_request());
        return;
    }
    call.answer(text_answer("Roots: " + boost::json::serialize(*roots)));
}

void input_state(FixtureCall call) {
    if (content_of(*call.call, "confirm") == nullptr) {
        need(call, "confirm", elicitation("Please confirm", "ok", "boolean"), seal("confirm"));
    } else if (!is_sealed(*call.call, "confirm")) {
        call.answer(mcp::RpcError{mcp::codes::kBadParameters, "requestState is not ours"});
    } else {
        call.answer(text_answer("state-ok"));
    }
}

void input_several(FixtureCall call) {
    const bool is_complete = input_response(*call.call, "user_name") != nullptr &&
                             input_response(*call.call, "greeting") != nullptr &&
                             input_response(*call.call, "client_roots") != nullptr;
    if (is_complete && is_sealed(*call.call, "several")) {
        call.answer(text_answer("All three have come"));
        return;
    }
    mcp::InputNeeded needed;
    needed.requests["user_name"] = elicitation("What is your name?", "name", "string");
    needed.requests["greeting"] = sampling_request("Generate a greeting", 50);
    needed.requests["client_roots"] = roots_request();
    needed.state = seal("several");
    call.answer(std::move(needed));
}

void input_rounds(FixtureCall call) {
    if (content_of(*call.call, "step2") != nullptr && is_sealed(*call.call, "round 2")) {
        call.answer(text_answer("Both steps are done"));
    } else if (content_of(*call.call, "step1") != nullptr && is_sealed(*call.call, "round 1")) {
        need(call,
             "step2",
             elicitation("Step 2: What is your favorite color?", "color", "string"),
             seal("round 2"));
    } else {
        need(call,
             "step1",
             elicitation("Step 1: What is your name?", "name", "string"),
             seal("round 1"));
    }
}

void input_capabilities(FixtureCall call) {
    mcp::InputNeeded needed;
    if (call.call->client_can("elicitation")) {
        needed.requests["user_name"] = elicitation("What is your name?", "name", "string");
    }
    if (call.call->client_can("sampling")) {
        needed.requests["greeting"] = sampling_request("Generate a greeting", 50);
    }
    if (needed.requests.empty()) {
        call.answer(text_answer("The client can be asked nothing"));
        return;
    }
    call.answer(std::move(needed));
}

void missing_capability(FixtureCall call) {
    if (call.call->client_can("sampling")) {
        call.answer(text_answer("The client can sample"));
        return;
    }
    mcp::RpcError error;
    error.code = mcp::codes::kMissingCapability;
    error.message = "this tool needs the capability \"sampling\"";
    object data;
    data["requiredCapabilities"].emplace_object()["sampling"] = object();
    error.data = std::move(data);
    call.answer(std::move(error));
}

void streaming_elicitation(FixtureCall call) {
    if (content_of(*call.call, "user_name") == nullptr) {
        call.call->progress(1, 2);
        need(call, "user_name", elicitation("What is your name?", "name", "string"));
        return;
    }
    call.answer(text_answer("Thank you"));
}

}  // namespace

const std::vector<FixtureTool>& asking_fixture_tools() {
    static const std::vector<FixtureTool> kTools{
        {"test_sampling", "Asks the client's model", kPromptSchema, test_sampling},
        {"test_elicitation", "Asks the user", kMessageSchema, test_elicitation},
        {"test_elicitation_sep1034_defaults",
         "Asks with default values",
         kNoArguments,
         elicitation_defaults},
        {"test_elicitation_sep1330_enums", "Asks with choices", kNoArguments, elicitation_enums},
        {"test_missing_capability", "Needs sampling", kNoArguments, missing_capability},
        {"test_streaming_elicitation", "Asks on a stream", kNoArguments, streaming_elicitation},
        {"test_input_required_result_elicitation", "Asks a name", kNoArguments, input_elicitation},
        {"test_input_required_result_sampling", "Asks a model", kNoArguments, input_sampling},
        {"test_input_required_result_list_roots", "Asks for roots", kNoArguments, input_roots},
        {"test_input_required_result_request_state", "Keeps state", kNoArguments, input_state},
        {"test_input_required_result_tampered_state", "Keeps state", kNoArguments, input_state},
        {"test_input_required_result_multiple_inputs", "Asks all", kNoArguments, input_several},
        {"test_input_required_result_multi_round", "Asks twice", kNoArguments, input_rounds},
        {"test_input_required_result_capabilities",
         "Asks what the client can",
         kNoArguments,
         input_capabilities},
    };
    return kTools;
}

}  // namespace aifp::testing
