#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actions/factory.hpp"
#include "engine/conditions.hpp"
#include "engine/run_machine.hpp"
#include "engine/run_scope.hpp"
#include "engine/trace.hpp"
#include "model/directive.hpp"

namespace aifp::engine {

/// What a rehearsal works with; outlives it.
struct RehearsalParts {
    const actions::Services& services;
    RunScope& scope;  ///< Its strand is set and taken back.
    const ConditionContext& context;
    const Redact& redact;
    std::string_view directive;
    LedgerId run;  ///< What `run.id` reads.
};

/// Each condition as {text, holds, detail} is added to `told`. Returns the first that is not met,
/// in words; empty when all are.
[[nodiscard]] std::string tell_conditions(
    const std::vector<std::unique_ptr<ConditionNode>>& conditions,
    const ConditionContext& context,
    const Redact& redact,
    boost::json::array& told);

/// A dry run of lists of actions: asks conditions and renders arguments with the code of a real
/// run, inside other actions too, and performs nothing. A loop's body is shown once, as its first
/// turn. Loop thread only; one per dry run. (docs/why.md)
class Rehearsal {
public:
    explicit Rehearsal(const RehearsalParts& parts) : parts_(parts) {}

    /// One object per action, those inside after the one around: {step, kind, arguments | error +
    /// written, conditions, way, turns, would_run: false}. `error` is what `error` reads.
    [[nodiscard]] boost::json::array rehearse(const std::vector<model::Action>& list,
                                              std::string_view name,
                                              boost::json::value error = {});

private:
    using Lists = std::vector<std::vector<model::Action>>;
    using Step = boost::json::object;

    void go(const std::vector<model::Action>& list, const std::string& before, bool reached);
    void go_inside(const Lists& lists, const std::string& number, const std::vector<bool>& reached);
    /// The step itself; `reached` of each of its lists.
    [[nodiscard]] std::vector<bool> show(const model::Action& action, Step& step, bool& goes_on);
    void show_leaf(const model::Action& action, Step& step);
    void show_rendered(const boost::json::value& written, Step& step);
    [[nodiscard]] bool ask(const boost::json::value& conditions, Step& step);
    [[nodiscard]] std::vector<bool> show_choose(const model::Action& action, Step& step);
    [[nodiscard]] std::vector<bool> show_repeat(const model::Action& action, Step& step);
    void show_variables(const model::Action& action, Step& step);
    [[nodiscard]] Result<boost::json::value> render(const boost::json::value& written);
    [[nodiscard]] StrandNames names() const { return {vars_, nothing_, error_, steps_, repeat_}; }

    RehearsalParts parts_;
    boost::json::array told_;
    boost::json::value vars_ = boost::json::object();
    boost::json::value nothing_;
    boost::json::value error_;
    boost::json::value steps_ = boost::json::object();  // no step has run
    boost::json::value repeat_;
    bool stopped_ = false;  // a `stop` that is reached ended all of it
};

}  // namespace aifp::engine
