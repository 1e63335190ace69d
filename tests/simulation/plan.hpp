#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/directive.hpp"
#include "tests/simulation/draw.hpp"

namespace aifp::simulation {

/// One trigger of a plan, as the witness has to know it.
struct TriggerPlan {
    std::string kind;  ///< Of the row in features.cpp.
    std::string yaml;
    std::string source;    ///< The event, state or directive that it listens to; may be empty.
    Milliseconds time{0};  ///< Its `for`, `every` or `within`.
    /// Of a schedule, for the pure room that computes its instants.
    std::optional<model::Trigger> schedule;
};

/// What a run that ended well has done.
struct StepPlan {
    std::string name;  ///< Another one for every step of every version: "s17".
    int least = 1;     ///< Calls that it has made at least, per turn.
    int most = 1;      ///< ... and in no case more.
    int turns = 0;     ///< Of a `repeat`; 0: it stands in none.
};

/// A pause between two steps that follow one another.
struct PausePlan {
    std::string before;
    std::string after;
    Milliseconds least{0};
};

/// A wait for a change of a state between two calls.
struct WaitPlan {
    std::string before;
    std::string after;
    std::string source;
    Milliseconds timeout{0};
};

/// What forbids a run, or puts it off; 0: nothing of the kind.
struct LimitsPlan {
    Milliseconds debounce{0};
    Milliseconds throttle{0};
    Milliseconds cooldown{0};
    int rate_count = 0;
    Milliseconds rate_period{0};
    int rate_burst = 0;  ///< 0: at most rate_count in any stretch of rate_period.
    Milliseconds max_age{0};
    std::string include;  ///< Names of calendars.
    std::string exclude;
};

/// "default(state.levelN, 0) > 50", or < 50.
struct ConditionPlan {
    std::string state;  ///< Empty: there is none.
    bool above = true;
    bool recheck = false;  ///< Asked again when its turn comes.
};

/// The calendars of the computer's settings.
struct NamedTimes {
    const char* name;
    const char* times;
};
inline constexpr std::array kCalendars{NamedTimes{"early", "00:00-01:10"},
                                       NamedTimes{"late", "00:40-02:30"}};

/// One version of a directive.
struct Plan {
    std::string name;
    int number = 0;   ///< The n of its name.
    int version = 0;  ///< Counts on.
    std::string zone = "UTC";
    model::DstRule dst;
    model::RunMode mode = model::RunMode::single;
    int max = 10;
    LimitsPlan limits;
    ConditionPlan condition;
    int tries = 1;  ///< Of a whole run.
    Milliseconds retry_pause{0};
    std::vector<TriggerPlan> triggers;
    std::vector<StepPlan> steps;
    std::vector<PausePlan> pauses;
    std::vector<WaitPlan> waits;
    std::vector<std::string> emits;  ///< Steps that tell the event of its name once.
    std::string yaml;                ///< The whole file.
};

/// What stays the same over all versions of a directive.
struct Character {
    int number = 0;
    model::RunMode mode = model::RunMode::single;
    int max = 10;
};

/// The world of names that directives may use: dN listens to what comes from outside and to what
/// d1 ... dN-1 do, so that they cannot answer each other for ever.
inline constexpr int kDirectives = 5;
inline constexpr int kOutsideStates = 2;  ///< out1, out2: "idle" or a text of their own.
inline constexpr int kLevels = 2;         ///< level1, level2: 0-100.
[[nodiscard]] std::string directive_name(int number);

/// Draws a version. `counter` names steps and goes on.
[[nodiscard]] Plan draw_plan(Draw& draw, const Character& character, int& counter);
[[nodiscard]] Character draw_character(Draw& draw, int number);

}  // namespace aifp::simulation
