#include "engine/snoozes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/json_text.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

namespace aifp::engine {
namespace {

namespace json = boost::json;

constexpr Milliseconds kLongest = std::chrono::hours(24 * 366);

std::optional<std::string> read_row(const model::Wait& row) {
    json::error_code error;
    const auto data = json::parse(row.data, error);
    const auto* by = !error && data.is_object() ? data.get_object().if_contains("snooze") : nullptr;
    return row.kind == model::WaitKind::flow && by != nullptr && by->is_string()
               ? std::optional(std::string(by->get_string()))
               : std::nullopt;
}

// The next instant after `now` at which the clock shows this second of the day.
WallTime next_clock(int second, WallTime now, const TimeZone& zone) {
    WallTime day = now;
    for (;;) {
        CivilTime civil = zone.to_local(day).civil;
        civil.hour = second / 3600;
        civil.minute = second / 60 % 60;
        civil.second = second % 60;
        const WallTime at = zone.to_instants(civil).first;
        if (at > now) {
            return at;
        }
        day += std::chrono::hours(12);
    }
}

}  // namespace

std::string text_of(const Snooze& snooze, const TimeZone& zone) {
    return fmt::format("until {}, by {}", format_rfc3339(snooze.until, zone), snooze.by);
}

bool Snoozes::owns(const model::Wait& row) {
    return read_row(row).has_value();
}

void Snoozes::restore(const model::Wait& row) {
    if (auto by = read_row(row); by && row.deadline) {
        put(row.directive, Snooze{*row.deadline, std::move(*by), row.id});
    }
}

void Snoozes::put(DirectiveId directive, std::optional<Snooze> snooze) {
    if (const auto known = sleeping_.find(directive); known != sleeping_.end()) {
        ends_.erase({known->second.until, directive});
        sleeping_.erase(known);
    }
    if (snooze) {
        ends_.emplace(snooze->until, directive);
        sleeping_.emplace(directive, std::move(*snooze));
    }
}

std::optional<Snooze> Snoozes::get(DirectiveId directive) const {
    const auto found = sleeping_.find(directive);
    return found == sleeping_.end() ? std::nullopt : std::optional(found->second);
}

void Snoozes::take_back(DirectiveId directive,
                        const std::optional<Snooze>& tried,
                        const std::optional<Snooze>& before) {
    if (get(directive) == tried) {
        put(directive, before);
    }
}

model::Wait Snoozes::begin(DirectiveId directive, WallTime until, std::string by) {
    const auto known = get(directive);
    const Snooze snooze{until, std::move(by), known ? known->wait : wait_ids_.next()};
    put(directive, snooze);
    model::Wait row;
    row.id = snooze.wait;
    row.kind = model::WaitKind::flow;
    row.directive = directive;
    row.deadline = until;
    row.data = json_text(json::object{{"snooze", snooze.by}});
    return row;
}

std::optional<WaitId> Snoozes::end(DirectiveId directive) {
    const auto found = sleeping_.find(directive);
    if (found == sleeping_.end()) {
        return std::nullopt;
    }
    const auto wait = found->second.wait;
    put(directive, std::nullopt);
    return wait;
}

const Snooze* Snoozes::find(DirectiveId directive, WallTime now) const {
    const auto found = sleeping_.find(directive);
    return found == sleeping_.end() || found->second.until <= now ? nullptr : &found->second;
}

std::optional<WallTime> Snoozes::next_end() const {
    return ends_.empty() ? std::nullopt : std::optional(ends_.begin()->first);
}

std::vector<std::pair<DirectiveId, Snooze>> Snoozes::take_ended(WallTime now) {
    std::vector<std::pair<DirectiveId, Snooze>> ended;
    while (!ends_.empty() && ends_.begin()->first <= now) {
        const auto directive = ends_.begin()->second;
        ended.emplace_back(directive, sleeping_.at(directive));
        put(directive, std::nullopt);
    }
    return ended;
}

Result<WallTime> snooze_until(std::string_view text, WallTime now, const TimeZone& zone) {
    const std::string_view written = trim(text);
    WallTime until;
    if (const auto clock = parse_time_of_day(written)) {
        until = next_clock(*clock, now, zone);
    } else if (const auto length = parse_duration(written)) {
        until = now + *length;
    } else if (const auto instant = parse_instant(written, zone)) {
        until = *instant;
    } else {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("\"{}\" is no time: write a duration such as 2h, a time of day such "
                        "as 18:00, or a date and time such as 2026-12-24T18:00:00",
                        written));
    }
    if (until <= now) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} has passed", format_rfc3339(until, zone)));
    }
    if (until - now > kLongest) {
        return fail(ErrorCode::invalid_input,
                    "a directive can sleep for a year at most; aifp pause has no end");
    }
    return until;
}

}  // namespace aifp::engine
