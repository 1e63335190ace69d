#include "helpers/workflow/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "base/memory.hpp"
#include "base/quantity.hpp"
#include "helpers/workflow/project_dependencies.hpp"
#include "model/definition.hpp"
#include "schedule/schedule.hpp"
#include "storage/directives.hpp"
#include "storage/state.hpp"
#include "storage/workflow_rows.hpp"

namespace aifp::helpers::workflow {
namespace {

constexpr std::chrono::days kHistory{30};
constexpr std::chrono::hours kOneHour{1};
constexpr std::size_t kRefreshedAtOnce = 5;
constexpr std::size_t kRunsAsked = 20;  // for their usual time
constexpr std::size_t kLeastRuns = 3;
constexpr int kTimesLonger = 3;
constexpr Milliseconds kStuckLeast = std::chrono::minutes(1);

std::int64_t hour_of(WallTime time) {
    return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

bool is_schedule(const model::Trigger& trigger) {
    const auto* enabled = trigger.arguments.if_contains("enabled");
    const bool is_off = enabled != nullptr && enabled->is_bool() && !enabled->get_bool();
    return !is_off && schedule::is_clock_kind(trigger.kind);
}

using CursorOf = std::map<std::pair<std::int64_t, std::uint32_t>, WallTime>;

/// The first instant of the directive that nobody decided about and that is late.
std::optional<WallTime> missed_by(const storage::DirectiveView& view,
                                  const CursorOf& cursors,
                                  const TimeZone& zone,
                                  WallTime late) {
    const auto stored = model::read_definition(view.configuration_json);
    if (!stored) {
        return std::nullopt;  // the engine says so
    }
    const auto& directive = *stored;
    auto own =
        directive.timezone.empty() ? Result<TimeZone>(zone) : TimeZone::load(directive.timezone);
    if (!own || !directive.enabled) {
        return std::nullopt;
    }
    std::optional<WallTime> first;
    for (std::uint32_t i = 0; i < directive.triggers.size(); ++i) {
        const auto cursor = cursors.find({view.id.value, i});
        const auto from =
            cursor != cursors.end() ? std::optional(cursor->second) : view.first_armed_at;
        if (!is_schedule(directive.triggers[i]) || !from) {
            continue;
        }
        const auto schedule = schedule::make_schedule(
            directive.triggers[i],
            {*own, directive.dst, view.name, view.first_armed_at.value_or(*from)});
        const auto next = schedule ? schedule->next_after(*from) : std::nullopt;
        if (next && next->at <= late && (!first || next->at < *first)) {
            first = next->at;
        }
    }
    return first;
}

std::vector<Milliseconds> good_runs_of(storage::Database& database, DirectiveId directive) {
    storage::ExecutionQuery query;
    query.directive = directive;
    query.limit = kRunsAsked;
    std::vector<Milliseconds> times;
    for (const auto& row : storage::load_executions(database, query)) {
        if (row.status == model::ExecutionStatus::success && row.duration) {
            times.push_back(*row.duration);
        }
    }
    return times;
}

}  // namespace

std::optional<Milliseconds> stuck_limit(std::optional<Milliseconds> given,
                                        std::span<const Milliseconds> good_runs) {
    if (given || good_runs.size() < kLeastRuns) {
        return given;
    }
    const auto longest = *std::max_element(good_runs.begin(), good_runs.end());
    return std::max(longest * kTimesLonger, kStuckLeast);
}

void RecentRuns::add(std::int64_t hour, std::int64_t runs, std::int64_t failures) {
    if (!hours_.empty() && hours_.back().hour == hour) {
        hours_.back() = Hour{hour, runs, failures};
    } else {
        hours_.push_back(Hour{hour, runs, failures});
    }
    std::int64_t sum = 0;
    auto oldest = hours_.end();
    while (oldest != hours_.begin() && sum <= kAlertRuns) {
        sum += (--oldest)->runs;
    }
    hours_.erase(hours_.begin(), oldest);
}

void RecentRuns::forget_before(std::int64_t hour) {
    std::erase_if(hours_, [hour](const Hour& one) { return one.hour < hour; });
}

std::int64_t RecentRuns::runs() const noexcept {
    std::int64_t sum = 0;
    for (const auto& hour : hours_) {
        sum += hour.runs;
    }
    return sum;
}

std::int64_t RecentRuns::failures() const noexcept {
    std::int64_t sum = 0;
    for (const auto& hour : hours_) {
        sum += hour.failures;
    }
    return sum;
}

bool RecentRuns::is_alarming() const noexcept {
    return runs() > kAlertRuns && failures() * 2 > runs();
}

std::vector<MissedSchedule> find_missed_schedules(storage::Database& database,
                                                  const TimeZone& zone,
                                                  WallTime now) {
    CursorOf cursors;
    for (const auto& cursor : storage::load_cursors(database)) {
        cursors[{cursor.directive.value, cursor.trigger_index}] = cursor.decided_until;
    }
    std::vector<MissedSchedule> missed;
    storage::for_each_directive(database, [&](const storage::DirectiveView& view) {
        if (view.status != model::DirectiveStatus::active) {
            return;
        }
        if (const auto due = missed_by(view, cursors, zone, now - kScheduleSlack)) {
            missed.push_back({view.id, *due});
        }
    });
    return missed;
}

/// What one look read.
struct Monitor::Seen {
    std::unordered_set<DirectiveId> wanted;  // whose names are of interest
    std::vector<storage::HourCounts> hours;
    std::unordered_map<DirectiveId, WallTime> tracking;
    std::unordered_map<DirectiveId, std::string> names;
    std::vector<MissedSchedule> missed;
    std::vector<engine::BusyRun> busy;  // their limits filled in
    std::vector<std::string> lacking;   // names of directives that lack something
};

Monitor::Monitor(const WorkflowServices& services)
    : services_(services), timer_(services.executor) {}

void Monitor::start() {
    look([this] { wait(); });
}

void Monitor::stop() {
    *alive_ = false;
    timer_.cancel();
}

void Monitor::wait() {
    timer_.expires_after(kMonitorPeriod);
    timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
        if (!error && *alive) {
            start();
        }
    });
}

void Monitor::look(std::function<void()> done) {
    auto seen = std::make_shared<Seen>();
    for (const auto& one : recent_) {
        seen->wanted.insert(one.first);
    }
    for (const auto& run : services_.upkeep.busy_runs()) {
        if (run.busy >= run.limit.value_or(kStuckLeast)) {
            seen->busy.push_back(run);
            seen->wanted.insert(run.directive);
        }
    }
    const auto now = services_.clock.wall();
    const auto since = has_history_ ? WallTime(now - kOneHour) : WallTime(now - kHistory);
    services_.store.read(
        [seen, now, since, zone = services_.settings.timezone](storage::Database& database) {
            seen->hours = storage::load_hours(database, since);
            seen->tracking = storage::load_tracking(database);
            seen->missed = find_missed_schedules(database, zone, now);
            for (auto& run : seen->busy) {
                run.limit =
                    run.limit ? run.limit : stuck_limit({}, good_runs_of(database, run.directive));
            }
            const auto lacking = storage::load_missing_names(database, std::nullopt);
            for (const auto& hour : seen->hours) {
                seen->wanted.insert(hour.directive);
            }
            for (const auto& missed : seen->missed) {
                seen->wanted.insert(missed.directive);
            }
            storage::for_each_directive(database, [&](const storage::DirectiveView& view) {
                if (seen->wanted.contains(view.id)) {
                    seen->names[view.id] = std::string(view.name);
                }
                if (lacking.contains(view.id) && seen->lacking.size() < kRefreshedAtOnce) {
                    seen->lacking.emplace_back(view.name);
                }
            });
            database.release_memory();  // of the pages of all directives: a minute is long
        },
        [this, alive = alive_, seen, done = std::move(done)](const Status& read) mutable {
            if (!*alive) {
                return;
            }
            if (!read) {
                return done();  // the store tells its own troubles
            }
            has_history_ = true;
            judge_rates(*seen);
            judge_schedules(*seen);
            judge_runs(*seen);
            give_back_memory();
            refresh_missing(std::move(seen->lacking), std::move(done));
        });
}

void Monitor::judge_rates(const Seen& seen) {
    for (const auto& hour : seen.hours) {
        const auto& counts = hour.counts;
        recent_[hour.directive].add(hour.hour, counts.runs, counts.failures + counts.timeouts);
    }
    std::erase_if(recent_, [&](const auto& one) { return !seen.names.contains(one.first); });
    for (auto& [id, recent] : recent_) {
        if (const auto since = seen.tracking.find(id); since != seen.tracking.end()) {
            recent.forget_before(hour_of(since->second));
        }
        if (recent.is_alarming()) {
            failing_.insert(id.value);
            services_.upkeep.raise_alert({id,
                                          "error_rate",
                                          fmt::format("{} failed {} of its last {} runs",
                                                      seen.names.at(id),
                                                      recent.failures(),
                                                      recent.runs())});
        } else if (failing_.erase(id.value) > 0) {
            services_.upkeep.clear_alert(id, "error_rate");
        }
    }
}

void Monitor::judge_schedules(const Seen& seen) {
    std::set<std::int64_t> late;
    for (const auto& missed : seen.missed) {
        late.insert(missed.directive.value);
        // After a sleep of the machine the engine may still be catching up.
        if (late_.contains(missed.directive.value)) {
            services_.upkeep.raise_alert(
                {missed.directive,
                 "missing_schedule",
                 fmt::format("{} was due at {} and nothing was decided about it",
                             seen.names.at(missed.directive),
                             format_rfc3339(missed.due, services_.settings.timezone))});
        }
    }
    for (const auto id : late_) {
        if (!late.contains(id)) {
            services_.upkeep.clear_alert(DirectiveId{id}, "missing_schedule");
        }
    }
    late_ = std::move(late);
}

void Monitor::judge_runs(const Seen& seen) {
    std::set<std::int64_t> stuck;
    for (const auto& run : seen.busy) {
        const auto name = seen.names.find(run.directive);
        if (!run.limit || run.busy < *run.limit || name == seen.names.end()) {
            continue;
        }
        stuck.insert(run.directive.value);
        services_.upkeep.raise_alert(
            {run.directive,
             "stuck",
             fmt::format("{}: run {} has been going for {}; more than {} is not usual",
                         name->second,
                         run.run.value,
                         format_duration(std::chrono::floor<Seconds>(run.busy)),
                         format_duration(*run.limit))});
    }
    for (const auto id : stuck_) {
        if (!stuck.contains(id)) {
            services_.upkeep.clear_alert(DirectiveId{id}, "stuck");
        }
    }
    stuck_ = std::move(stuck);
}

void Monitor::refresh_missing(std::vector<std::string> names, std::function<void()> done) {
    if (names.empty()) {
        return done();
    }
    auto name = std::move(names.back());
    names.pop_back();
    refresh_dependencies(services_,
                         std::move(name),
                         {},
                         [this, alive = alive_, names = std::move(names), done = std::move(done)](
                             const Result<std::vector<Dependency>>&) mutable {
                             if (*alive) {
                                 refresh_missing(std::move(names), std::move(done));
                             }
                         });
}

}  // namespace aifp::helpers::workflow
