#include "model/run.hpp"

#include "base/enum_names.hpp"
#include "model/run_names.hpp"

namespace aifp::model {
namespace {

constexpr EnumNames<35> kReasons = {"none",
                                    "condition_false",
                                    "condition_error",
                                    "mode_single_busy",
                                    "mode_max",
                                    "queue_full",
                                    "rate_limited",
                                    "disabled",
                                    "misfire_skipped",
                                    "coalesced_into",
                                    "dst_gap",
                                    "dst_overlap",
                                    "clock_untrusted",
                                    "engine_stopping",
                                    "directive_invalid",
                                    "implementation_missing",
                                    "implementation_changed",
                                    "not_approved",
                                    "paused",
                                    "signature_bad",
                                    "replay_duplicate",
                                    "dependency_missing",
                                    "event_chain_too_long",
                                    "queue_expired",
                                    "debounced",
                                    "throttled",
                                    "cooldown",
                                    "snoozed",
                                    "blackout",
                                    "outside_period",
                                    "recursion",
                                    "storm_breaker",
                                    "for_not_held",
                                    "dependency_not_met",
                                    "approval_expired"};
static_assert(name_in(kReasons, Reason::approval_expired) == "approval_expired");
static_assert(kReasons.size() <= kMostRunNames);
static_assert(name_in(kReasons, Reason::clock_untrusted) == "clock_untrusted");

constexpr EnumNames<4> kDecisions = {"started", "queued", "skipped", "waiting"};
static_assert(name_in(kDecisions, DecisionKind::waiting) == "waiting");

constexpr EnumNames<11> kStates = {"queued",
                                   "running",
                                   "ok",
                                   "ok_after_retry",
                                   "warned",
                                   "failed",
                                   "timed_out",
                                   "cancelled",
                                   "replaced",
                                   "abandoned",
                                   "waiting"};
static_assert(name_in(kStates, RunState::waiting) == "waiting");

constexpr EnumNames<3> kStatuses = {"success", "failure", "timeout"};
static_assert(name_in(kStatuses, ExecutionStatus::timeout) == "timeout");

}  // namespace

std::optional<ExecutionStatus> execution_status_of(RunState state) noexcept {
    switch (state) {
        case RunState::ok:
        case RunState::ok_after_retry:
        case RunState::warned:
            return ExecutionStatus::success;
        case RunState::failed:
        case RunState::abandoned:
            return ExecutionStatus::failure;
        case RunState::timed_out:
            return ExecutionStatus::timeout;
        case RunState::queued:
        case RunState::running:
        case RunState::cancelled:
        case RunState::replaced:
        case RunState::waiting:
            return std::nullopt;
    }
    return std::nullopt;
}

std::string_view name_of(Reason reason) noexcept {
    return name_in(kReasons, reason);
}
std::string_view name_of(DecisionKind kind) noexcept {
    return name_in(kDecisions, kind);
}
std::string_view name_of(RunState state) noexcept {
    return name_in(kStates, state);
}
std::string_view name_of(ExecutionStatus status) noexcept {
    return name_in(kStatuses, status);
}

std::optional<Reason> reason_from(std::string_view name) noexcept {
    return find_by_name<Reason>(kReasons, name);
}

std::optional<RunState> run_state_from(std::string_view name) noexcept {
    return find_by_name<RunState>(kStates, name);
}

std::span<const std::string_view> reason_names() noexcept {
    return kReasons;
}
std::span<const std::string_view> decision_names() noexcept {
    return kDecisions;
}
std::span<const std::string_view> run_state_names() noexcept {
    return kStates;
}

}  // namespace aifp::model
