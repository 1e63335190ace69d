#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "actions/action.hpp"
#include "engine/armory.hpp"
#include "engine/dispatcher.hpp"
#include "engine/reporter.hpp"
#include "engine/sensors.hpp"
#include "engine/state_store.hpp"

namespace aifp::engine {

/// What steps change: state, events, log lines. Loop thread only; owned by the engine. The
/// dispatcher and the armory are set once they exist: they need the compiled steps, which need
/// this.
class EngineEffects final : public actions::Effects {
public:
    EngineEffects(StateStore& state, Reporter& reporter, const Clock& clock)
        : state_(state), reporter_(reporter), clock_(clock) {}

    struct Listeners {
        Armory* armory = nullptr;
        Dispatcher* dispatcher = nullptr;
        Catalog* catalog = nullptr;
        CompiledCache* compiled = nullptr;
        expression::Sandbox* sandbox = nullptr;
        const ScopeSources* scope_sources = nullptr;
        Sensors* sensors = nullptr;
        std::function<Status(std::string_view directive, const std::string& path)> check_program;
    };
    void set_listeners(const Listeners& listeners) { listeners_ = listeners; }

    [[nodiscard]] Result<model::StateOutcome> update_state(const actions::RunContext& by,
                                                           model::StateUpdate update) override;
    /// The event's subscribers are offered it; one that an `emit` more than kMaxChainDepth deep
    /// would start is not run (event_chain_too_long). Errors: busy after kMaxEventsPerSecond.
    [[nodiscard]] Status emit_event(const actions::RunContext& by,
                                    const std::string& name,
                                    boost::json::value data) override;
    [[nodiscard]] Status check_program(const actions::RunContext& by,
                                       const std::string& path) override {
        return listeners_.check_program(by.directive, path);
    }
    void log_line(const actions::RunContext& by,
                  std::string_view level,
                  const std::string& message) override;

    static constexpr int kMaxEventsPerSecond = 1'000;
    static constexpr std::uint32_t kMaxChainDepth = 16;

private:
    /// Errors: of the filter.
    [[nodiscard]] Result<bool> passes_filter(const triggers::Subscription& subscription,
                                             const model::Event& event);
    [[nodiscard]] Result<const expression::CompiledExpression*> filter_of(const std::string& text);

    StateStore& state_;
    Reporter& reporter_;
    const Clock& clock_;
    Listeners listeners_;
    WallTime second_;
    int events_in_second_ = 0;
    std::unordered_map<std::string, expression::CompiledExpression> filters_;  // by their text
};

}  // namespace aifp::engine
