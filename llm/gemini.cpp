#include <boost/json/parse.hpp>
#include <map>
#include <utility>

#include "base/encoding.hpp"
#include "llm/answer.hpp"
#include "llm/projection.hpp"

// Google's generateContent, v1beta. (https://ai.google.dev/api/generate-content and
// https://ai.google.dev/gemini-api/docs/thought-signatures)

namespace aifp::llm {
namespace {

namespace json = boost::json;
using prompts::Message;
using prompts::Role;

constexpr std::string_view kOpening = "Begin.";
// What Google names for calls that are older than the model or of another provider's.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

// The API refuses empty parts.
void put_text(json::array& parts, std::string_view text) {
    if (!text.empty()) {
        parts.push_back(json::object{{"text", text}});
    }
}

void put_attachment(json::array& parts, const Attachment& attachment) {
    const prompts::ContextFile& file = *attachment.file;
    put_text(parts, attachment.label);
    parts.push_back(json::object{
        {"inlineData",
         json::object{{"mimeType", file.mime}, {"data", base64_encode(file.content)}}}});
}

// What the AI wrote as arguments; the API takes objects only.
json::object args_of(const std::string& arguments) {
    boost::system::error_code error;
    json::value value = json::parse(arguments, error);
    if (!error && value.is_object()) {
        return std::move(value.get_object());
    }
    return arguments.empty() ? json::object() : json::object{{"arguments", arguments}};
}

// An id that was made up here says nothing to Google: there the place tells which call is answered.
void put_id(json::object& part, const std::string& id) {
    if (!id.starts_with(kMadeUpCallId)) {
        part.emplace("id", id);
    }
}

/// Turns messages into contents, from the first to the last.
class Contents {
public:
    void add(const Message& message, const std::vector<Attachment>& attachments) {
        if (message.role == Role::tool) {
            put("user", {result_of(message)}, true);
            return;
        }
        json::array parts;
        for (const Attachment& attachment : attachments) {
            put_attachment(parts, attachment);
        }
        put_text(parts, message.text);
        const bool is_assistant = message.role == Role::assistant;
        if (is_assistant) {
            put_calls(parts, message);
        }
        put(is_assistant ? "model" : "user", std::move(parts), false);
    }

    [[nodiscard]] json::array take() {
        if (contents_.empty()) {
            put("user", {json::object{{"text", kOpening}}}, false);
        }
        return std::move(contents_);
    }

private:
    void put_calls(json::array& parts, const Message& message) {
        bool is_first = true;
        for (const prompts::ToolCall& call : message.tool_calls) {
            json::object shown{{"name", call.name}, {"args", args_of(call.arguments)}};
            put_id(shown, call.id);
            json::object part{{"functionCall", std::move(shown)}};
            // Only the first of calls at once is signed, and has to be.
            if (!call.signature.empty() || is_first) {
                part.emplace("thoughtSignature",
                             call.signature.empty() ? kNoSignature : call.signature);
            }
            is_first = false;
            parts.push_back(std::move(part));
            names_[call.id] = call.name;
        }
    }

    [[nodiscard]] json::object result_of(const Message& message) const {
        const auto name = names_.find(message.tool_call_id);
        json::object shown{
            {"name", name == names_.end() ? message.tool_call_id : name->second},
            {"response", json::object{{message.is_error ? "error" : "result", message.text}}}};
        put_id(shown, message.tool_call_id);
        return json::object{{"functionResponse", std::move(shown)}};
    }

    // Adds to the last content of the same role, else begins one. All results of calls at once are
    // one content, and nothing else stands in it: Google counts its parts.
    void put(const char* role, json::array parts, bool are_results) {
        if (parts.empty()) {
            return;
        }
        if (contents_.empty() && role != std::string_view("user")) {
            put("user", {json::object{{"text", kOpening}}}, false);
        }
        const bool goes_on = !contents_.empty() && contents_.back().at("role") == role &&
                             are_results == were_results_;
        were_results_ = are_results;
        if (!goes_on) {
            contents_.push_back(json::object{{"role", role}, {"parts", std::move(parts)}});
            return;
        }
        json::array& last = contents_.back().at("parts").as_array();
        last.insert(last.end(), parts.begin(), parts.end());
    }

    json::array contents_;
    bool were_results_ = false;
    std::map<std::string, std::string> names_;  // of the latest call with each id
};

json::array contents_of(Projection projection) {
    const auto user = find_first_user(projection);
    Contents contents;
    for (std::size_t i = 0; i < projection.messages.size(); ++i) {
        contents.add(projection.messages[i],
                     user == i ? projection.attachments : std::vector<Attachment>());
    }
    return contents.take();
}

json::array tools_of(const std::vector<prompts::Tool>& tools) {
    json::array declarations;
    for (const prompts::Tool& tool : tools) {
        json::object schema = schema_of(tool);
        schema.insert_or_assign("type", "object");
        declarations.push_back(json::object{{"name", tool.name},
                                            {"description", tool.description},
                                            {"parametersJsonSchema", std::move(schema)}});
    }
    return {json::object{{"functionDeclarations", std::move(declarations)}}};
}

}  // namespace

json::object gemini_body(const prompts::Assembled& request, const GeminiOptions& options) {
    Projection projection = project(request, SystemMode::top_level);
    json::object body;
    json::array instruction;
    for (const SystemText& each : projection.system) {
        put_text(instruction, each.text);
    }
    if (!instruction.empty()) {
        body.emplace("systemInstruction", json::object{{"parts", std::move(instruction)}});
    }
    body.emplace("contents", contents_of(std::move(projection)));
    if (!request.tools.empty()) {
        body.emplace("tools", tools_of(request.tools));
    }
    json::object generation;
    if (options.max_tokens) {
        generation.emplace("maxOutputTokens", *options.max_tokens);
    }
    if (options.temperature) {
        generation.emplace("temperature", *options.temperature);
    }
    if (!generation.empty()) {
        body.emplace("generationConfig", std::move(generation));
    }
    return body;
}

}  // namespace aifp::llm
