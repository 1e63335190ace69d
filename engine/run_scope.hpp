#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time_zone.hpp"
#include "config/settings.hpp"
#include "engine/run_machine.hpp"
#include "engine/state_store.hpp"
#include "expression/scope.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// What every scope of one engine shares; owned by the engine.
struct ScopeSources {
    const StateStore& state;
    const config::Settings& settings;
    const Clock& clock;
    /// Called before `state` is read: the host's figures are only taken for somebody. May be empty.
    std::function<void()> before_state_read = {};
};

/// `approval` for people who are not the one that is asked: its link is "***".
[[nodiscard]] const boost::json::value& hidden_approval();

/// What the expressions of one directive see while it is decided about and while it runs: trigger,
/// state, vars, steps, repeat, wait, run, directive, last, error, approval.
/// (reference/directive_forms.md)
/// The trigger's payload is only parsed when an expression names it. Loop thread only.
class RunScope final : public expression::Scope {
public:
    /// `names` outlives the scope: it belongs to the compiled directive.
    struct Names {
        std::string_view directive;
        std::string_view trigger_id;
    };
    RunScope(const ScopeSources& sources, TimeZone zone, model::Event event, Names names);

    [[nodiscard]] const boost::json::value* find(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string_view> names() const override;
    [[nodiscard]] WallTime now() const override { return sources_.clock.wall(); }
    [[nodiscard]] const TimeZone& zone() const override { return zone_; }
    [[nodiscard]] Result<std::string> environment(std::string_view name) const override;

    void set_trigger_id(std::string_view id) noexcept { names_.trigger_id = id; }
    void set_run(LedgerId run) noexcept { run_id_ = run; }
    /// What the strand whose turn it is has for vars, steps, repeat, wait and error; null: none.
    /// Stays valid until the next call.
    void set_strand(const StrandNames* names) noexcept { strand_ = names; }
    /// What `trigger` is while the filter of a wait_for is asked; null: the run's own trigger.
    /// Stays valid until the next call.
    void set_arrived(const boost::json::value* trigger) noexcept { arrived_ = trigger; }
    /// What `approval` is while a person is asked; null: there is no such name. Stays valid until
    /// the next call.
    void set_approval(const boost::json::value* approval) noexcept { approval_ = approval; }
    void set_last(boost::json::value last);
    /// What the directive's variables gave: `vars` while no strand has its turn.
    void set_vars(boost::json::value vars) { vars_ = std::move(vars); }
    [[nodiscard]] const boost::json::value& vars() const noexcept { return vars_; }

    [[nodiscard]] const model::Event& event() const noexcept { return event_; }

private:
    [[nodiscard]] const boost::json::value& trigger() const;
    [[nodiscard]] const boost::json::value& directive() const;
    [[nodiscard]] const boost::json::value* run() const;
    [[nodiscard]] const boost::json::value* of_strand(std::string_view name) const;

    const ScopeSources& sources_;
    TimeZone zone_;
    model::Event event_;
    Names names_;
    mutable boost::json::value trigger_;    // null until it is asked for
    mutable boost::json::value directive_;  // likewise
    boost::json::value empty_ = boost::json::object();
    boost::json::value vars_ = boost::json::object();
    const StrandNames* strand_ = nullptr;
    const boost::json::value* arrived_ = nullptr;
    const boost::json::value* approval_ = nullptr;
    LedgerId run_id_;                 // 0 while it is only being decided about
    mutable boost::json::value run_;  // likewise
    boost::json::value last_;
};

}  // namespace aifp::engine
