#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "helpers/workflow/services.hpp"
#include "storage/executions.hpp"

namespace aifp::helpers::workflow {

/// An alert needs more than so many runs.
inline constexpr std::int64_t kAlertRuns = 10;
/// A due instant may be so late before it counts as missed.
inline constexpr Milliseconds kScheduleSlack = std::chrono::minutes(2);
inline constexpr Milliseconds kMonitorPeriod = std::chrono::minutes(1);

/// The newest runs of one directive: whole hours, from the newest on, until they hold more than
/// kAlertRuns. Holds at most kAlertRuns + 1 hours. A value; pure.
class RecentRuns {
public:
    /// Hours may come again with higher counts; they come in rising order.
    void add(std::int64_t hour, std::int64_t runs, std::int64_t failures);
    /// Forgets the hours before this one.
    void forget_before(std::int64_t hour);

    [[nodiscard]] std::int64_t runs() const noexcept;
    [[nodiscard]] std::int64_t failures() const noexcept;
    /// More than half of more than kAlertRuns runs failed.
    [[nodiscard]] bool is_alarming() const noexcept;

private:
    struct Hour {
        std::int64_t hour = 0;
        std::int64_t runs = 0;
        std::int64_t failures = 0;
    };
    std::vector<Hour> hours_;
};

/// The first due instant of an active directive that has no ledger row and is later than the slack.
/// Up to a schedule's cursor every instant has one (docs/storage-schema.md).
struct MissedSchedule {
    DirectiveId directive;
    WallTime due;
};
[[nodiscard]] std::vector<MissedSchedule> find_missed_schedules(storage::Database& database,
                                                                const TimeZone& zone,
                                                                WallTime now);

/// When a run under way counts as stuck: after `given`, if there is one; else after three times the
/// longest of its last good runs, at least a minute. Nothing: with fewer than three good runs
/// nobody knows what is usual. Pure.
[[nodiscard]] std::optional<Milliseconds> stuck_limit(std::optional<Milliseconds> given,
                                                      std::span<const Milliseconds> good_runs);

/// Watches what the directives do, every minute: raises and clears the alerts `error_rate`,
/// `missing_schedule` (told once until it is over; a missed schedule when two looks have seen it)
/// and `stuck`, and looks again for dependencies that were missing. Loop thread only; owned by the
/// wiring, and destroyed before what it works with.
class Monitor {
public:
    explicit Monitor(const WorkflowServices& services);

    /// Looks now and then every kMonitorPeriod.
    void start();
    void stop();
    /// Looks once; `done` when the alerts are settled.
    void look(std::function<void()> done);

private:
    struct Seen;
    void wait();
    void judge_rates(const Seen& seen);
    void judge_schedules(const Seen& seen);
    void judge_runs(const Seen& seen);
    void refresh_missing(std::vector<std::string> names, std::function<void()> done);

    WorkflowServices services_;
    boost::asio::steady_timer timer_;
    std::unordered_map<DirectiveId, RecentRuns> recent_;
    std::set<std::int64_t> late_;     // directives whose schedule the last look missed
    std::set<std::int64_t> failing_;  // directives with the alert error_rate
    std::set<std::int64_t> stuck_;    // directives with the alert stuck
    bool has_history_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace aifp::helpers::workflow
