#include "engine/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "engine/armory.hpp"
#include "engine/flow_replay.hpp"
#include "engine/loader.hpp"
#include "schedule/schedule.hpp"

namespace aifp::engine {
namespace {

constexpr std::size_t kRowsAtOnce = 1'000;

/// A local day on which the clock is set, as instants.
struct MarkedDay {
    WallTime begin;
    WallTime end;
    DstMark mark;
};

WallTime midnight(const TimeZone& zone, std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    CivilTime civil;
    civil.year = static_cast<int>(date.year());
    civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
    civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
    return zone.to_instants(civil).first;
}

std::chrono::sys_days local_date(const TimeZone& zone, WallTime at) {
    const CivilTime civil = zone.to_local(at).civil;
    return std::chrono::year_month_day(std::chrono::year(static_cast<int>(civil.year)),
                                       std::chrono::month(static_cast<unsigned>(civil.month)),
                                       std::chrono::day(static_cast<unsigned>(civil.day)));
}

std::string text_of(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}",
                       static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

/// The zone of a directive and the days on which its clock is set.
struct ZoneDays {
    TimeZone zone;
    std::vector<MarkedDay> days;

    [[nodiscard]] DstMark mark_of(WallTime at) const {
        const auto day = std::upper_bound(
            days.begin(), days.end(), at, [](WallTime instant, const MarkedDay& marked) {
                return instant < marked.end;
            });
        return day != days.end() && day->begin <= at ? day->mark : DstMark::none;
    }
};

ZoneDays days_of(const TimeZone& zone,
                 const SimulationRequest& request,
                 std::vector<DstDay>& listed) {
    ZoneDays found{zone, {}};
    auto change = zone.next_transition(request.from - std::chrono::days(1));
    for (; change && change->at <= request.to; change = zone.next_transition(change->at)) {
        const auto date = local_date(zone, change->at);
        const auto mark = change->offset_after_seconds > change->offset_before_seconds
                              ? DstMark::gap
                              : DstMark::overlap;
        const MarkedDay day{
            midnight(zone, date), midnight(zone, date + std::chrono::days(1)), mark};
        if (change->offset_after_seconds != change->offset_before_seconds &&
            day.end > request.from) {
            found.days.push_back(day);
            listed.push_back({text_of(date), zone.name(), mark});
        }
    }
    return found;
}

class Simulator {
public:
    explicit Simulator(const SimulationRequest& request)
        : request_(request),
          resolver_(secrets_),
          armory_(request.settings, resolver_, std::nullopt),
          replay_(request.settings, request.host_place, [this](const ReplayedEvent& event) {
              decided(event);
          }) {}

    SimulationResult run(const SimulationVisitor& visitor) {
        visitor_ = &visitor;
        for (std::size_t i = 0; i < request_.directives.size(); ++i) {
            arm(i);
        }
        auto& timetable = armory_.timetable();
        for (auto due = timetable.next_due(); due && *due <= request_.to && !result_.truncated;
             due = timetable.next_due()) {
            replay_.pass(*due);
            for (const auto& row : timetable.collect(*due, kRowsAtOnce)) {
                take(row);
            }
        }
        while (const auto last = replay_.next()) {  // of instants before the end
            replay_.pass(*last);
        }
        return std::move(result_);
    }

private:
    // Only what is due by time: the rest would need the outside, and secrets.
    void arm(std::size_t index) {
        const auto& wanted = request_.directives[index];
        auto directive = wanted.directive;
        bool timed = false;
        for (auto& trigger : directive.triggers) {
            const bool by_time = schedule::is_clock_kind(trigger.kind);
            timed = timed || by_time;
            if (!by_time) {
                trigger.arguments["enabled"] = false;
            }
        }
        if (!timed || !directive.enabled) {
            result_.untimed.push_back(directive.name);
            return;
        }
        Entry& entry = entries_.emplace_back();
        entry.id = DirectiveId{static_cast<std::int64_t>(index) + 1};
        entry.name = directive.name;
        entry.first_armed = wanted.first_armed;
        take_settings(entry, directive);
        const auto armed = armory_.arm(entry, directive, {}, request_.from);
        if (!armed.problem) {
            result_.problems.push_back(
                fmt::format("{}: {}", directive.name, armed.problem.error().detail()));
            return;
        }
        const auto& zone = zone_days(directive.timezone);
        zone_of_[entry.id] = &zone;
        replay_.add(entry, zone.zone, wanted.snooze);
    }

    const ZoneDays& zone_days(const std::string& name) {
        const auto known = zones_.find(name);
        if (known != zones_.end()) {
            return known->second;
        }
        const auto own =
            name.empty() ? Result<TimeZone>(request_.settings.timezone) : TimeZone::load(name);
        return zones_
            .emplace(name,
                     days_of(own.value_or(request_.settings.timezone), request_, result_.dst_days))
            .first->second;
    }

    void take(const scheduler::Due& row) {
        if (row.reason != model::Reason::none) {
            return tell(row, row.reason, row.detail);
        }
        const auto number = ++last_number_;
        rows_.emplace(number, row);
        replay_.come({number, row.directive, {}, row.scheduled_for});
    }

    void decided(const ReplayedEvent& event) {
        const auto row = rows_.extract(event.number);
        tell(row.mapped(), event.reason, event.detail.empty() ? row.mapped().detail : event.detail);
    }

    void tell(const scheduler::Due& row, model::Reason reason, const std::string& detail) {
        if (result_.truncated) {
            return;
        }
        const auto& directive =
            request_.directives[static_cast<std::size_t>(row.directive.value) - 1].directive;
        const auto& zone = *zone_of_.at(row.directive);
        const bool goes_on = (*visitor_)({directive,
                                          directive.triggers[row.trigger_index],
                                          zone.zone,
                                          row.scheduled_for,
                                          reason,
                                          row.instants,
                                          detail,
                                          zone.mark_of(row.scheduled_for)});
        result_.truncated = !goes_on;
        result_.instants += goes_on ? 1 : 0;
    }

    const SimulationRequest& request_;
    config::Secrets secrets_;
    config::Resolver resolver_;
    Armory armory_;
    SimulationResult result_;
    const SimulationVisitor* visitor_ = nullptr;
    std::deque<Entry> entries_;
    FlowReplay replay_;
    std::unordered_map<std::size_t, scheduler::Due> rows_;  // whose fate is not known yet
    std::size_t last_number_ = 0;
    std::map<std::string, ZoneDays> zones_;
    std::unordered_map<DirectiveId, const ZoneDays*> zone_of_;
};

boost::json::array texts(const std::vector<std::string>& list) {
    return boost::json::array(list.begin(), list.end());
}

}  // namespace

std::string_view name_of(DstMark mark) noexcept {
    constexpr std::array<std::string_view, 3> kNames{"none", "gap", "overlap"};
    return kNames.at(static_cast<std::size_t>(mark));
}

Result<SimulationResult> simulate(const SimulationRequest& request,
                                  const SimulationVisitor& visitor) {
    if (request.to <= request.from) {
        return fail(ErrorCode::invalid_input, "the end must lie after the beginning");
    }
    if (request.to - request.from > std::chrono::years(kMaxSimulatedYears)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("at most {} years can be simulated", kMaxSimulatedYears));
    }
    return Simulator(request).run(visitor);
}

boost::json::object to_json(const SimulatedInstant& instant) {
    const bool runs = instant.reason == model::Reason::none;
    boost::json::object object;
    object["directive"] = instant.directive.name;
    object["trigger"] = instant.trigger.id;
    object["kind"] = instant.trigger.kind;
    object["at"] = format_utc_ms(instant.at);
    object["local"] = format_rfc3339(instant.at, instant.zone);
    object["decision"] = runs ? "run" : "skipped";
    object["reason"] =
        runs ? boost::json::value() : boost::json::value(model::name_of(instant.reason));
    object["detail"] = instant.detail;
    object["instants"] = instant.instants;
    object["dst"] = instant.dst == DstMark::none ? boost::json::value()
                                                 : boost::json::value(name_of(instant.dst));
    return object;
}

boost::json::object to_json(const SimulationResult& result) {
    boost::json::array days;
    for (const auto& day : result.dst_days) {
        boost::json::object one;
        one["date"] = day.date;
        one["zone"] = day.zone;
        one["kind"] = name_of(day.mark);
        days.push_back(std::move(one));
    }
    boost::json::object object;
    object["count"] = result.instants;
    object["dst_days"] = std::move(days);
    object["problems"] = texts(result.problems);
    object["untimed"] = texts(result.untimed);
    object["truncated"] = result.truncated;
    return object;
}

}  // namespace aifp::engine
