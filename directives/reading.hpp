#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/weekdays.hpp"
#include "directives/grammar.hpp"
#include "directives/interview.hpp"
#include "directives/nodes.hpp"
#include "directives/parse.hpp"
#include "document/report.hpp"

// How one value of a directive is read: from a node to its canonical JSON, with everything that is
// wrong with it told to the report. Inner part of the room.

namespace aifp::directives {

/// What the readers of one directive share. References outlive it.
struct Reading {
    document::Report& report;
    const ParseContext& context;
    std::string directive;  ///< Its name, for suggested secrets and default webhook paths.
    Interview& interview;
    std::size_t depth = 0;     ///< Of lists of actions in each other.
    std::size_t position = 1;  ///< Of the item being read in its list, from 1: names questions.
};

using Value = std::optional<boost::json::value>;

/// Reads `node` as `key.type`. Nothing when it is wrong; then the report has an error.
[[nodiscard]] Value read_value(Reading& reading, const Key& key, const document::Node& node);

// The readers behind it, by subject.
// value_times.cpp
[[nodiscard]] Value read_instants(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_clock(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_time_window(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_cron(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_zone(Reading& reading, const Key& key, const document::Node& node);
// value_sun.cpp
[[nodiscard]] Value read_offset(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_degrees(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_sun(Reading& reading, const document::Node& node);
// value_weekdays.cpp
[[nodiscard]] Value read_weekdays(Reading& reading, const document::Node& node);
// value_webhook.cpp
[[nodiscard]] Value read_webhook_path(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_methods(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_auth(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_rate(Reading& reading, const document::Node& node);
// value_request.cpp
[[nodiscard]] Value read_request(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_statuses(Reading& reading, const document::Node& node);
// value_command.cpp
[[nodiscard]] Value read_command_line(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_project_path(Reading& reading, const document::Node& node);
// value_knows.cpp
[[nodiscard]] Value read_state_name(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_state_values(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_bound(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_watchdog(Reading& reading, const document::Node& node);
[[nodiscard]] Value read_state_window(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_words(Reading& reading,
                               const Key& key,
                               const document::Node& node,
                               std::string_view words);
[[nodiscard]] Value read_poll_source(Reading& reading, const document::Node& node);
// value_notices.cpp
[[nodiscard]] Value read_notice_events(Reading& reading,
                                       const Key& key,
                                       const document::Node& node);
/// Also warns of a channel that the settings do not have.
[[nodiscard]] Value read_notices(Reading& reading, const Key& key, const document::Node& node);
// value_tree.cpp
/// Letters, digits and _ . -, at most 128 of them.
[[nodiscard]] bool is_state_name(std::string_view name) noexcept;
[[nodiscard]] Value read_tree(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_text_map(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_state_map(Reading& reading, const Key& key, const document::Node& node);
[[nodiscard]] Value read_variables(Reading& reading, const Key& key, const document::Node& node);

// value_flow.cpp: actions inside actions, retry, error classes
[[nodiscard]] Value read_flow(Reading& reading, const Key& key, const document::Node& node);
/// A map with these keys and no others, as canonical JSON in their order; `owner` names it in
/// messages.
[[nodiscard]] Value read_closed_map(Reading& reading,
                                    std::span<const Key> keys,
                                    const document::Node& node,
                                    const std::string& owner);
// value_limits.cpp: what limits the runs of a directive
[[nodiscard]] Value read_limit(Reading& reading, const Key& key, const document::Node& node);
/// "2026-12-24T18:00:00" with what was left out; offsets stay as written.
[[nodiscard]] std::optional<std::string> read_date_time(Reading& reading,
                                                        const document::Node& node);

/// "17:00" or "17:00:30".
[[nodiscard]] std::string clock_text(int seconds);
/// "17:00", "5:00 PM", "2am", "noon", "time is 5:00 PM", "at 7pm": seconds after midnight.
[[nodiscard]] std::optional<int> clock_seconds(std::string_view text);

/// A text of an item: refuses secrets, lists and YAML traps; checks templates, `${NAME}` and
/// `@import`.
[[nodiscard]] std::optional<std::string> read_item_text(Reading& reading,
                                                        const Key& key,
                                                        const document::Node& node);
/// Template, `${NAME}` and `@import` checks of a scalar that is known to be a text.
void check_text(Reading& reading, const document::Node& scalar, bool templated);
/// A Lua expression; `{{ … }}` around the whole is taken off.
[[nodiscard]] std::optional<std::string> read_expression(Reading& reading,
                                                         const document::Node& node);
/// Whether the node is `!secret NAME`; warns of a name that the project does not have.
[[nodiscard]] bool check_secret(Reading& reading, const document::Node& node);
/// Warns when a value looks like a credential and shows the `!secret` line to write instead.
void warn_of_credential(Reading& reading, std::string_view key, const document::Node& scalar);

}  // namespace aifp::directives
