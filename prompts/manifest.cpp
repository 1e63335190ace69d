#include <algorithm>
#include <iterator>

#include "base/enum_names.hpp"
#include "prompts/assemble.hpp"

namespace aifp::prompts {

std::string_view name_of(PromptStatus status) noexcept {
    constexpr EnumNames<5> kNames = {"applied", "empty", "suppressed", "failed", "truncated"};
    return name_in(kNames, status);
}

boost::json::array to_json(const std::vector<ManifestEntry>& manifest) {
    boost::json::array all;
    for (const ManifestEntry& entry : manifest) {
        all.push_back(boost::json::object{{"id", entry.id},
                                          {"source", entry.source},
                                          {"priority", entry.priority},
                                          {"status", name_of(entry.status)},
                                          {"trust", name_of(entry.trust)},
                                          {"volatility", name_of(entry.volatility)},
                                          {"messages", entry.messages},
                                          {"bytes", entry.bytes},
                                          {"attachment_bytes", entry.attachment_bytes},
                                          {"est_tokens", entry.est_tokens},
                                          {"sha256", entry.sha256},
                                          {"note", entry.note}});
    }
    return all;
}

std::vector<Message> conversation_in(const Assembled& request) {
    std::vector<Message> messages;
    std::copy_if(request.messages.begin(),
                 request.messages.end(),
                 std::back_inserter(messages),
                 [](const Message& message) { return message.directive.empty(); });
    return messages;
}

Policy policy_of(const config::Prompts& settings, const config::SecretKeeper* keeper) {
    Policy policy;
    policy.enabled = settings.enabled;
    policy.rules = settings.policy;
    policy.keeper = keeper;
    return policy;
}

}  // namespace aifp::prompts
