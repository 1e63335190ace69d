#pragma once

#include <bitset>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace aifp::model {

/// What people can be told of directives. (docs/notices.md)
enum class NoticeEvent : std::uint8_t {
    failure,     ///< A run failed, or an event could not be decided about.
    recovery,    ///< The first run that ended well after failures.
    missed,      ///< A due instant was not run because it came too late.
    overdue,     ///< A due instant about which nothing was decided.
    stuck,       ///< A run takes far longer than usual, or than its limit.
    error_rate,  ///< More than half of the last runs failed.
};
inline constexpr std::size_t kNoticeEvents = 6;
using NoticeEvents = std::bitset<kNoticeEvents>;

[[nodiscard]] std::string_view name_of(NoticeEvent event) noexcept;
[[nodiscard]] std::optional<NoticeEvent> notice_event_from(std::string_view name) noexcept;
[[nodiscard]] inline bool has(const NoticeEvents& events, NoticeEvent event) noexcept {
    return events.test(static_cast<std::size_t>(event));
}

/// Who is told of what: of one directive, or (in the settings) of all. What is not set leaves it to
/// the settings, and there to the defaults.
struct NoticeRules {
    std::optional<NoticeEvents> events;       ///< Default: all. None: nobody is told.
    std::string channel;                      ///< Default: `alerts`, if the settings have it.
    std::string to;                           ///< Who gets it, if the channel asks.
    std::optional<Milliseconds> digest;       ///< Repeats within it are told once, with counts.
    std::optional<Milliseconds> stuck_after;  ///< A run under way for longer is stuck.

    friend bool operator==(const NoticeRules&, const NoticeRules&) = default;
};

/// `own` where it is set, else `general`.
[[nodiscard]] NoticeRules notice_rules_over(const NoticeRules& general, const NoticeRules& own);

/// The canonical form, `{"events": [...], "channel": ...}`; empty when nothing is set. And back;
/// trusts its input, as directive_from_json.
[[nodiscard]] boost::json::object to_json(const NoticeRules& rules);
[[nodiscard]] NoticeRules notice_rules_from_json(const boost::json::object& object);

}  // namespace aifp::model
