#include "llm/projection.hpp"

#include <algorithm>
#include <utility>

#include "http/encoding.hpp"

namespace aifp::llm {
namespace {

using prompts::Message;
using prompts::Role;

bool is_steady(const prompts::Assembled& request, const Message& message) {
    return std::any_of(
        request.manifest.begin(), request.manifest.end(), [&message](const auto& entry) {
            return entry.id == message.directive && entry.volatility != prompts::Volatility::turn;
        });
}

}  // namespace

Projection project(const prompts::Assembled& request, SystemMode mode) {
    Projection projection;
    for (const Message& message : request.messages) {
        if (message.role == Role::system && prompts::has_attachment(message)) {
            projection.attachments.push_back({message.text, message.file});
        } else if (message.role == Role::system && mode != SystemMode::multi) {
            projection.system.push_back(
                {message.text, !message.directive.empty() && is_steady(request, message)});
        } else {
            projection.messages.push_back(message);
        }
    }
    return projection;
}

std::optional<std::size_t> find_first_user(Projection& projection) {
    auto& messages = projection.messages;
    const auto user = std::find_if(messages.begin(), messages.end(), [](const Message& message) {
        return message.role == Role::user;
    });
    if (user != messages.end()) {
        return static_cast<std::size_t>(user - messages.begin());
    }
    if (projection.attachments.empty()) {
        return std::nullopt;
    }
    const auto place = std::find_if(messages.begin(), messages.end(), [](const Message& message) {
        return message.role != Role::system;
    });
    const auto added = messages.insert(place, Message());
    return static_cast<std::size_t>(added - messages.begin());
}

std::string data_uri(const prompts::ContextFile& file) {
    return "data:" + file.mime + ";base64," + base64_encode(file.content);
}

boost::json::object schema_of(const prompts::Tool& tool) {
    if (!tool.parameters.empty()) {
        return tool.parameters;
    }
    return {{"type", "object"}, {"properties", boost::json::object()}};
}

}  // namespace aifp::llm
