#pragma once

#include "engine/dispatch_observer.hpp"
#include "engine/trace_keeper.hpp"

namespace aifp::engine {

/// Gives decisions not to run to the keeper of traces. Loop thread only; owned by the engine.
class DecisionTraces final : public DispatchObserver {
public:
    explicit DecisionTraces(TraceKeeper& traces) : traces_(traces) {}

    void on_decided(const model::DecisionRecord& decision, std::string_view) override {
        if (decision.kind == model::DecisionKind::skipped) {
            traces_.keep(decision);
        }
    }
    /// Runs keep their traces themselves.
    void on_run_ended(const RunEnd&, std::string_view) override {}

private:
    TraceKeeper& traces_;
};

}  // namespace aifp::engine
