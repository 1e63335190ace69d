#pragma once

#include <boost/json/serialize.hpp>
#include <span>
#include <string>

#include "tests/simulation/plan.hpp"

namespace aifp::simulation {

/// A kind of trigger that the generator knows: how often it is drawn, and how it is written.
struct TriggerRow {
    int weight;
    TriggerPlan (*draw)(Draw& draw, const Plan& plan);
};
[[nodiscard]] std::span<const TriggerRow> trigger_rows() noexcept;

/// Where a step stands.
struct StepPlace {
    int depth = 0;
    int turns = 0;             ///< Of the `repeat` around it; 0: none.
    bool is_certain = true;    ///< A run that ends well has done it.
    bool is_in_line = true;    ///< At the top, one after the other.
    std::string last_request;  ///< The step before it in line, for pauses.
};

/// What steps are drawn with. `counter` names them.
struct StepDesk {
    Draw& draw;
    Plan& plan;
    int& counter;
};

/// A kind of step: how often, how deep it may still stand, and how it is written. The plan notes
/// what a run that ends well will have done.
struct StepRow {
    int weight;
    int max_depth;
    std::string (*write)(StepDesk& desk, StepPlace& place);
};
[[nodiscard]] std::span<const StepRow> step_rows() noexcept;
/// One step of any kind.
[[nodiscard]] std::string draw_step(StepDesk& desk, StepPlace& place);

/// Lines of a directive around its triggers and actions: a condition, a bound. None: not with this
/// plan.
struct FrameRow {
    int one_in;
    std::string (*write)(Draw& draw, Plan& plan);
};
[[nodiscard]] std::span<const FrameRow> frame_rows() noexcept;
[[nodiscard]] std::span<const FrameRow> limit_rows() noexcept;

}  // namespace aifp::simulation
