#include "prompts/output_json.hpp"

#include <boost/json/array.hpp>

namespace aifp::prompts {
namespace {

namespace json = boost::json;

// Puts the output into `produced`; gives why it is none, or "".
std::string take_output(const json::value& value, Produced& produced) {
    const json::object* const object = value.if_object();
    if (object == nullptr) {
        return "it is no object";
    }
    const auto* type = object->if_contains("type");
    if (type == nullptr || !type->is_string()) {
        return "it has no type";
    }
    if (type->get_string() == "text") {
        const auto* content = object->if_contains("content");
        if (content == nullptr || !content->is_string()) {
            return "its content is no text";
        }
        produced.outputs.emplace_back(TextOutput{std::string(content->get_string())});
        return "";
    }
    if (type->get_string() == "json") {
        const auto* label = object->if_contains("label");
        const auto* data = object->if_contains("data");
        if (data == nullptr || !data->is_object() || (label != nullptr && !label->is_string())) {
            return "its data is no object, or its label no text";
        }
        produced.outputs.emplace_back(
            JsonOutput{label == nullptr ? std::string() : std::string(label->get_string()),
                       data->get_object()});
        return "";
    }
    return "its type is neither text nor json";
}

}  // namespace

Produced outputs_from_json(const json::value& list,
                           const PromptDirective& directive,
                           const Context& context) {
    Produced produced;
    const auto warn = [&](std::string reason) {
        produced.notices.push_back(
            {logging::Level::warning,
             "Directive: invalid output",
             {{"source", directive.source},
              {"id", directive.id},
              {"reason", std::move(reason)},
              {"job_id", context.job_id ? json::value(*context.job_id) : json::value(nullptr)}}});
    };
    if (!list.is_array()) {
        warn("its outputs are no list");
        return produced;
    }
    for (const json::value& value : list.get_array()) {
        if (std::string reason = take_output(value, produced); !reason.empty()) {
            warn(std::move(reason));
        }
    }
    return produced;
}

}  // namespace aifp::prompts
