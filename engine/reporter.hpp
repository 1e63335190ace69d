#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "actions/action.hpp"
#include "engine/dispatch_observer.hpp"
#include "logging/console.hpp"
#include "logging/log.hpp"
#include "model/diagnostic.hpp"

namespace aifp::engine {

/// Tells the logs and the terminal what happens. Loop thread only; owned by the engine.
class Reporter final : public DispatchObserver {
public:
    Reporter(logging::Log& log, logging::Console& console) : log_(log), console_(console) {}

    /// Hears what goes into the lifecycle log, besides.
    using Listener = std::function<void(
        logging::Level, std::string_view event, std::string_view directive, std::string_view text)>;
    void set_listener(Listener listener) { listener_ = std::move(listener); }

    void on_decided(const model::DecisionRecord& decision, std::string_view directive) override;
    void on_run_ended(const RunEnd& end, std::string_view directive) override;

    /// A line a step wrote (`log`, the output of an implementation).
    void step_said(const actions::RunContext& by, std::string_view level, std::string_view message);
    /// Something in the life of a directive or of the engine: one lifecycle line, and the terminal.
    void lifecycle(std::string_view event, std::string_view directive, std::string_view text);
    /// A problem of the engine itself: lifecycle and error log, and the terminal.
    void problem(std::string_view event, std::string_view text);

    /// Something wrong in a directive file: whole in the log, in one line on the terminal.
    void diagnostic(const model::Diagnostic& diagnostic);

private:
    logging::Log& log_;
    logging::Console& console_;
    Listener listener_ = [](auto&&...) {};
};

}  // namespace aifp::engine
