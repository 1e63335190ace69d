// Requests that the provider answers.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <utility>

#include "mcp/dispatcher.hpp"

namespace aifp::mcp {
namespace {

constexpr std::size_t kMaxCompletions = 100;  // What the protocol allows.

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const auto& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

/// The arguments, {} without any; nothing if they are no object.
std::optional<boost::json::object> arguments_of(const Call& call) {
    const auto* given = find_member(call.params(), "arguments");
    if (given == nullptr) {
        return boost::json::object();
    }
    return given->is_object() ? std::optional(given->as_object()) : std::nullopt;
}

/// What a client sends with the second round of a request that needed input.
bool has_proper_input(const Call& call) {
    const auto* responses = find_member(call.params(), "inputResponses");
    const auto* state = find_member(call.params(), "requestState");
    return (responses == nullptr || responses->is_object()) &&
           (state == nullptr || state->is_string());
}

void answer_input_needed(const CallPtr& call, const InputNeeded& needed) {
    if (!is_modern(call->revision())) {
        call->refuse(RpcError{codes::kInternal, "this needs a client of revision 2026-07-28"});
        return;
    }
    ResultText result;
    if (!needed.requests.empty()) {
        result.add("inputRequests", needed.requests);
    }
    result.add_if("requestState", needed.state);
    call->answer(std::move(result), "input_required");
}

void answer_tool(const CallPtr& call, bool wraps, ToolAnswer answer) {
    ResultText result;
    result.add("content", answer.content);
    if (answer.structured && call->features().structured) {
        if (wraps && !call->features().any_structure) {
            boost::json::object wrapped;
            wrapped["result"] = std::move(*answer.structured);
            result.add("structuredContent", wrapped);
        } else {
            result.add("structuredContent", *answer.structured);
        }
    }
    if (answer.is_error) {
        result.add("isError", true);
    }
    call->answer(std::move(result));
}

std::string contents_text(const ResourceContents& contents) {
    ResultText text;
    text.add_text("uri", contents.uri);
    text.add_if("mimeType", contents.mime_type);
    text.add_text(contents.is_blob ? "blob" : "text", contents.body);
    return std::move(text).take();
}

/// An unknown resource has a code of its own before 2026-07-28, and always names the URI.
RpcError as_told(RpcError error, const Call& call, const std::string& uri) {
    if (error.code == codes::kLegacyNotFound) {
        boost::json::object data;
        data["uri"] = uri;
        error.data = std::move(data);
        error.code =
            call.features().plain_not_found ? codes::kBadParameters : codes::kLegacyNotFound;
    }
    return error;
}

std::optional<CompletionQuery> completion_query(const boost::json::object& params) {
    const auto* ref = find_member(params, "ref");
    const auto* argument = find_member(params, "argument");
    if (ref == nullptr || argument == nullptr || !ref->is_object() || !argument->is_object()) {
        return std::nullopt;
    }
    const auto type = find_text(ref->as_object(), "type");
    const bool is_prompt = type == "ref/prompt";
    const auto of = find_text(ref->as_object(), is_prompt ? "name" : "uri");
    const auto name = find_text(argument->as_object(), "name");
    const auto typed = find_text(argument->as_object(), "value");
    if ((!is_prompt && type != "ref/resource") || !of || !name || !typed) {
        return std::nullopt;
    }
    return CompletionQuery{is_prompt, std::string(*of), std::string(*name), std::string(*typed)};
}

}  // namespace

void Dispatcher::call_tool(const CallPtr& call) {
    const auto name = find_text(call->params(), "name");
    auto arguments = arguments_of(*call);
    if (!name || !arguments || !has_proper_input(*call)) {
        call->refuse(bad_parameters(
            "tools/call needs \"name\", a text; \"arguments\" and \"inputResponses\" are objects, "
            "\"requestState\" is a text"));
        return;
    }
    const auto* tool = find_named(provider_.tools(), *name);
    if (tool == nullptr) {
        call->refuse(bad_parameters("there is no tool \"" + std::string(*name) + "\""));
        return;
    }
    const bool wraps = !tool->output_is_object;
    provider_.call_tool(call,
                        tool->name,
                        std::move(*arguments),
                        [call, wraps](Outcome<ToolAnswer, InputNeeded> outcome) {
                            if (auto* answer = std::get_if<ToolAnswer>(&outcome)) {
                                answer_tool(call, wraps, std::move(*answer));
                            } else if (const auto* needed = std::get_if<InputNeeded>(&outcome)) {
                                answer_input_needed(call, *needed);
                            } else {
                                call->refuse(std::get<RpcError>(outcome));
                            }
                        });
}

void Dispatcher::read_resource(const CallPtr& call) {
    const auto uri = find_text(call->params(), "uri");
    if (!uri || uri->empty()) {
        call->refuse(bad_parameters("resources/read needs \"uri\", a text"));
        return;
    }
    const std::string wanted(*uri);
    provider_.read_resource(wanted, [call, wanted](Outcome<std::vector<ResourceContents>> outcome) {
        if (auto* error = std::get_if<RpcError>(&outcome)) {
            call->refuse(as_told(std::move(*error), *call, wanted));
            return;
        }
        std::string contents = "[";
        for (const auto& part : std::get<std::vector<ResourceContents>>(outcome)) {
            append_element(contents, contents_text(part));
        }
        ResultText result;
        result.add_raw("contents", contents + "]");
        add_cache_hints(*call, result, 0);
        call->answer(std::move(result));
    });
}

void Dispatcher::get_prompt(const CallPtr& call) {
    const auto name = find_text(call->params(), "name");
    auto arguments = arguments_of(*call);
    const auto* prompt = name ? find_named(provider_.prompts(), *name) : nullptr;
    if (prompt == nullptr || !arguments || !has_proper_input(*call)) {
        call->refuse(bad_parameters(
            name && prompt == nullptr
                ? "there is no prompt \"" + std::string(*name) + "\""
                : "prompts/get needs \"name\", a text, and \"arguments\", an object"));
        return;
    }
    for (const auto& argument : prompt->arguments) {
        if (argument.required && !find_text(*arguments, argument.name)) {
            call->refuse(
                bad_parameters("the prompt needs the argument \"" + argument.name + "\", a text"));
            return;
        }
    }
    provider_.get_prompt(call,
                         prompt->name,
                         std::move(*arguments),
                         [call](Outcome<PromptAnswer, InputNeeded> outcome) {
                             if (const auto* answer = std::get_if<PromptAnswer>(&outcome)) {
                                 ResultText result;
                                 result.add_if("description", answer->description);
                                 result.add("messages", answer->messages);
                                 call->answer(std::move(result));
                             } else if (const auto* needed = std::get_if<InputNeeded>(&outcome)) {
                                 answer_input_needed(call, *needed);
                             } else {
                                 call->refuse(std::get<RpcError>(outcome));
                             }
                         });
}

void Dispatcher::complete(const CallPtr& call) {
    auto query = completion_query(call->params());
    if (!query) {
        call->refuse(bad_parameters(
            "completion/complete needs \"ref\" (ref/prompt with a name, or ref/resource with a "
            "uri) and \"argument\" with name and value"));
        return;
    }
    provider_.complete(std::move(*query), [call](Outcome<Completion> outcome) {
        if (const auto* error = std::get_if<RpcError>(&outcome)) {
            call->refuse(*error);
            return;
        }
        auto& completion = std::get<Completion>(outcome);
        const auto count = std::min(completion.values.size(), kMaxCompletions);
        boost::json::array values(completion.values.begin(),
                                  completion.values.begin() + static_cast<std::ptrdiff_t>(count));
        boost::json::object object;
        object["values"] = std::move(values);
        object["total"] = std::max(completion.total, completion.values.size());
        object["hasMore"] = std::max(completion.total, completion.values.size()) > count;
        ResultText result;
        result.add("completion", object);
        call->answer(std::move(result));
    });
}

void Dispatcher::subscribe(const CallPtr& call) {
    const auto uri = find_text(call->params(), "uri");
    if (!uri || uri->empty()) {
        call->refuse(bad_parameters("resources/subscribe needs \"uri\", a text"));
        return;
    }
    if (call->peer().subscribed.size() >= kMaxSubscribed) {
        call->refuse(RpcError{codes::kInternal, "too many subscriptions"});
        return;
    }
    call->peer().subscribed.emplace(*uri);
    call->answer({});
}

void Dispatcher::unsubscribe(const CallPtr& call) {
    const auto uri = find_text(call->params(), "uri");
    if (!uri) {
        call->refuse(bad_parameters("resources/unsubscribe needs \"uri\", a text"));
        return;
    }
    call->peer().subscribed.erase(std::string(*uri));
    call->answer({});
}

}  // namespace aifp::mcp
