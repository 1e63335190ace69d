#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/step_error.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// A place in one list of steps, and how the step there stands.
struct RunFrame {
    std::uint32_t list = 0;           ///< Which list of the step that the frame below stands at.
    std::uint32_t index = 0;          ///< The step.
    int attempt = 0;                  ///< 0: not begun.
    std::optional<WallTime> tried;    ///< When its first attempt began, if it may be retried.
    std::optional<WallTime> timeout;  ///< Of a step with steps inside, or of a delay.
    std::int64_t turn = 0;            ///< Of a repeat's body, from 1; else 0.
    std::int64_t turns = 0;           ///< How many there will be; 0: not known.
    boost::json::value items;         ///< for_each: the list.
};

/// One line of work in a run: the run itself, or one branch of a `parallel`.
struct RunStrand {
    enum class Doing : std::uint8_t {
        ready,     ///< Between two steps.
        step,      ///< A leaf is under way.
        joining,   ///< Its branches are under way.
        delay,     ///< Until `until`.
        retry,     ///< Likewise; then the step is tried again.
        next_try,  ///< Likewise; then all actions are tried again.
        yield,     ///< Lets others have a turn between two of a loop.
        until,     ///< A wait_until; `until` is its timeout.
        trigger,   ///< A wait_for; likewise.
        answer,    ///< An approval; likewise.
        call,      ///< A run that it called: `called`.
        over,      ///< Nothing any more; never stored.
    };
    /// What ends the work early: the step of frame `depth` fails with `error`; without a depth the
    /// whole strand.
    struct Interrupt {
        std::optional<std::size_t> depth;
        actions::StepError error;
    };

    std::uint32_t id = 0;
    std::optional<std::uint32_t> parent;
    std::vector<RunFrame> frames;
    boost::json::value vars = boost::json::object();
    boost::json::value wait;   ///< `wait`: how the last wait ended.
    boost::json::value error;  ///< `error`: the last one that was continued over.
    Doing doing = Doing::ready;
    std::optional<WallTime> since;  ///< When the delay or wait began.
    std::optional<WallTime> until;
    LedgerId called;
    std::string link;  ///< answer: SHA-256 of what its link ends with; empty: none.
    std::optional<actions::StepError> failed;  ///< joining: the first branch that failed.
    std::optional<Interrupt> interrupt;        ///< Waits for a leaf or branches to end.
};

/// Where a run stands, all of it: it can be written down at any time, and a machine made of it goes
/// on as if nothing had happened.
struct RunProgress {
    enum class Phase : std::uint8_t { actions, on_error, finally, ended };
    Phase phase = Phase::actions;
    std::list<RunStrand> strands;                        ///< The run's own first.
    boost::json::value outputs = boost::json::object();  ///< `steps.NAME`, by `as`.
    std::optional<actions::StepError> error;             ///< Why it fails.
    model::RunState state = model::RunState::ok;         ///< How it will end, as it looks now.
    std::string detail;                                  ///< With it, when stopped.
    boost::json::value result;                           ///< Of a `stop`.
    /// Where the actions failed: {action, vars, outputs} as in ResumePoint; null: they did not.
    boost::json::value failed_at;
    std::uint32_t next_strand = 1;
    int attempt = 1;                      ///< Which try of all actions, from 1.
    bool is_last_try = false;             ///< Whatever `retry` says: it began in the middle.
    std::optional<WallTime> first_began;  ///< The first of several tries.
    std::optional<WallTime> began;        ///< The present one; nothing between two.
};

[[nodiscard]] boost::json::object to_json(const RunProgress& progress);
/// Errors: invalid_input when the object was not written by to_json.
[[nodiscard]] Result<RunProgress> run_progress_from_json(const boost::json::object& object);

/// The clock was set by so much: what has so long to go still has.
void move_times(RunProgress& progress, Milliseconds by);

/// What `error` reads.
[[nodiscard]] boost::json::object error_object(const actions::StepError& error,
                                               std::string_view step);
/// The word for what a strand does, as it is shown and stored.
[[nodiscard]] std::string_view name_of(RunStrand::Doing doing) noexcept;

}  // namespace aifp::engine
