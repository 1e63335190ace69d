#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mcp/call.hpp"
#include "mcp/message.hpp"

namespace aifp::mcp {

/// Who the server is, and a few words for the model that uses it.
struct About {
    std::string name;
    std::string title;
    std::string version;
    std::string instructions;
};

/// What is offered. What is not advertised answers -32601.
struct Offer {
    bool tools = true;
    bool resources = true;
    bool prompts = true;
    bool completions = true;
    bool logging = true;
    bool tools_change = false;
    bool resources_change = false;
    bool prompts_change = false;
    bool subscribe = false;  ///< To single resources.
};

/// Hints, all four always told: what is left out means the worst. (reference: MCP 1.2)
struct Hints {
    bool read_only = false;
    bool destructive = true;
    bool idempotent = false;
    bool open_world = true;
};

struct ToolInfo {
    std::string name;  ///< [a-z0-9_.]{1,64}
    std::string title;
    std::string description;
    std::string input_schema;      ///< JSON text; goes out as it is. Its root has type object.
    std::string output_schema;     ///< JSON text; empty: none.
    bool output_is_object = true;  ///< The root of output_schema has type object.
    Hints hints;
};

/// What a tool gave. An error of the tool is for the model to read and mend: no RpcError.
struct ToolAnswer {
    boost::json::array content;
    std::optional<boost::json::value> structured;
    bool is_error = false;
};
/// Modern only: the client must first answer these and call again with its answers.
struct InputNeeded {
    boost::json::object requests;
    std::string state;  ///< Comes back unchanged if the client is honest; empty: none.
};

struct ResourceInfo {
    std::string uri;
    std::string name;
    std::string title;
    std::string description;
    std::string mime_type;
};
struct ResourceTemplate {
    std::string uri_template;
    std::string name;
    std::string title;
    std::string description;
    std::string mime_type;
};
struct ResourceContents {
    std::string uri;
    std::string mime_type;
    std::string body;
    bool is_blob = false;  ///< `body` is base64.
};

struct PromptArgument {
    std::string name;
    std::string description;
    bool required = false;
};
struct PromptInfo {
    std::string name;
    std::string title;
    std::string description;
    std::vector<PromptArgument> arguments;
};
struct PromptAnswer {
    std::string description;
    boost::json::array messages;
};

struct CompletionQuery {
    bool is_prompt = false;  ///< Else a resource template.
    std::string of;          ///< The prompt's name or the template's URI.
    std::string argument;
    std::string typed;  ///< What the user has typed so far.
};
struct Completion {
    std::vector<std::string> values;  ///< At most 100 go out.
    std::size_t total = 0;
};

template <class... T>
using Outcome = std::variant<T..., RpcError>;
template <class... T>
using Answer = std::function<void(Outcome<T...>)>;

/// Who wants to hear that a list or a resource is another now. Loop thread only.
class ChangeSink {
public:
    virtual ~ChangeSink() = default;
    virtual void tools_changed() = 0;
    virtual void prompts_changed() = 0;
    virtual void resources_changed() = 0;
    virtual void resource_updated(const std::string& uri) = 0;
};

/// What a server offers, whatever the revision and the transport. Loop thread only; owned by the
/// wiring, outlives the Dispatcher. Answers come on the loop, perhaps before the call returns; a
/// call that was cancelled may be answered all the same (it is dropped). Arguments have the right
/// JSON shape, no more: their meaning is the provider's to check.
class Provider {
public:
    virtual ~Provider() = default;

    [[nodiscard]] virtual const About& about() const = 0;
    [[nodiscard]] virtual Offer offer() const = 0;
    /// In an order that stays.
    [[nodiscard]] virtual const std::vector<ToolInfo>& tools() const = 0;
    /// `name` is one of tools(). With the modern `inputResponses` and `requestState` in the call.
    virtual void call_tool(const CallPtr& call,
                           const std::string& name,
                           boost::json::object arguments,
                           Answer<ToolAnswer, InputNeeded> answer) = 0;
    virtual void list_resources(Answer<std::vector<ResourceInfo>> answer) = 0;
    [[nodiscard]] virtual const std::vector<ResourceTemplate>& resource_templates() const = 0;
    /// Errors: kLegacyNotFound for a resource that does not exist.
    virtual void read_resource(const std::string& uri,
                               Answer<std::vector<ResourceContents>> answer) = 0;
    [[nodiscard]] virtual const std::vector<PromptInfo>& prompts() const = 0;
    /// `name` is one of prompts(), and every required argument is there.
    virtual void get_prompt(const CallPtr& call,
                            const std::string& name,
                            boost::json::object arguments,
                            Answer<PromptAnswer, InputNeeded> answer) = 0;
    virtual void complete(CompletionQuery query, Answer<Completion> answer) = 0;
    /// Where changes are told; null: nowhere.
    virtual void set_sink(ChangeSink* sink) = 0;
};

}  // namespace aifp::mcp
