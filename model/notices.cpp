#include "model/notices.hpp"

#include "base/enum_names.hpp"
#include "model/json_members.hpp"

namespace aifp::model {
namespace {

using namespace members;

constexpr EnumNames<kNoticeEvents> kNames = {
    "failure", "recovery", "missed", "overdue", "stuck", "error_rate"};

}  // namespace

std::string_view name_of(NoticeEvent event) noexcept {
    return name_in(kNames, event);
}

std::optional<NoticeEvent> notice_event_from(std::string_view name) noexcept {
    return find_by_name<NoticeEvent>(kNames, name);
}

NoticeRules notice_rules_over(const NoticeRules& general, const NoticeRules& own) {
    NoticeRules rules = own;
    rules.events = own.events ? own.events : general.events;
    rules.digest = own.digest ? own.digest : general.digest;
    rules.stuck_after = own.stuck_after ? own.stuck_after : general.stuck_after;
    if (own.channel.empty()) {
        rules.channel = general.channel;
        rules.to = own.to.empty() ? general.to : own.to;
    }
    return rules;
}

json::object to_json(const NoticeRules& rules) {
    json::object object;
    if (rules.events) {
        json::array events;
        for (std::size_t i = 0; i < kNoticeEvents; ++i) {
            if (rules.events->test(i)) {
                events.emplace_back(json_text(kNames[i]));
            }
        }
        object.emplace("events", std::move(events));
    }
    put_text(object, "channel", rules.channel);
    put_text(object, "to", rules.to);
    put_duration(object, "digest", rules.digest);
    put_duration(object, "stuck_after", rules.stuck_after);
    return object;
}

NoticeRules notice_rules_from_json(const json::object& object) {
    NoticeRules rules;
    if (const auto* events = object.if_contains("events")) {
        rules.events.emplace();
        for (const auto& name : texts_in(*events)) {
            if (const auto event = notice_event_from(name)) {
                rules.events->set(static_cast<std::size_t>(*event));
            }
        }
    }
    rules.channel = text_at(object, "channel");
    rules.to = text_at(object, "to");
    rules.digest = duration_at(object, "digest");
    rules.stuck_after = duration_at(object, "stuck_after");
    return rules;
}

}  // namespace aifp::model
