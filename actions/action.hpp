#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actions/step_error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "expression/scope.hpp"
#include "model/directive.hpp"
#include "model/state.hpp"

namespace aifp::actions {

/// Told of a step what it is about to do: for traces. Loop thread only.
class StepNotes {
public:
    virtual ~StepNotes() = default;
    /// What Action::preview gives for the same step. May hold secrets.
    virtual void rendered(const boost::json::value& arguments) = 0;
};

/// The run on whose behalf a step works. What it refers to outlives the step; a step that goes on
/// after its start keeps a copy.
struct RunContext {
    LedgerId run;
    std::string_view directive;      ///< Its name.
    const expression::Scope* scope;  ///< What templates read; knows `trigger`.
    model::Chain chain = {};         ///< The runs that led to what it does, itself the last.
    StepNotes* notes = nullptr;      ///< Null: nobody listens. Only good during start().
};

/// What a step changes inside the engine. Declared here, implemented by the engine, so that no
/// action points upward. Loop thread only.
class Effects {
public:
    virtual ~Effects() = default;
    /// Changes the project's durable state; who asks stands in `by`. Errors: busy when the state is
    /// full; invalid_input for what cannot be kept, or not be added.
    [[nodiscard]] virtual Result<model::StateOutcome> update_state(const RunContext& by,
                                                                   model::StateUpdate update) = 0;
    /// Tells every directive that listens to this event. Errors: busy when too many are under way.
    [[nodiscard]] virtual Status emit_event(const RunContext& by,
                                            const std::string& name,
                                            boost::json::value data) = 0;
    /// Looks again at a file that a step is about to run, as written in the directive: a run may be
    /// long, and only what was approved runs. Errors: denied; not_found when it is gone.
    [[nodiscard]] virtual Status check_program(const RunContext& by, const std::string& path) = 0;
    /// Writes one line of the execution log on behalf of a run.
    virtual void log_line(const RunContext& by,
                          std::string_view level,
                          const std::string& message) = 0;
};

/// Stops a step that is under way; its Done is still called, soon, with `cancelled` (or with the
/// result if that was faster). Empty when the step has already ended.
using Cancel = std::function<void()>;
/// Called exactly once per start, perhaps before start returns.
using Done = std::function<void(StepResult)>;

/// One compiled step. Immutable; one object serves any number of runs at once. Loop thread only.
class Action {
public:
    virtual ~Action() = default;
    /// Begins the step. Its output is addressable by later steps as `steps.NAME`.
    [[nodiscard]] virtual Cancel start(const RunContext& context, Done done) const = 0;
    /// What start() would do, with its templates filled in by the same code; does nothing. May hold
    /// secrets. Errors: of the templates.
    [[nodiscard]] virtual Result<boost::json::value> preview(const RunContext& context) const = 0;
};

}  // namespace aifp::actions
