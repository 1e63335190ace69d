#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "engine/run.hpp"
#include "model/run.hpp"

namespace aifp::engine {

/// Who wants to know what became of things: the log, the terminal, the faces. Loop thread only.
class DispatchObserver {
public:
    virtual ~DispatchObserver() = default;
    /// A decision is durable.
    virtual void on_decided(const model::DecisionRecord& decision, std::string_view directive) = 0;
    /// A run has ended (its outcome is on its way to the store).
    virtual void on_run_ended(const RunEnd& end, std::string_view directive) = 0;
    /// A run begins or goes on (running), or only waits from now on (waiting).
    virtual void on_run_state(LedgerId /*run*/,
                              DirectiveId /*directive*/,
                              model::RunState /*state*/) {}
};

/// Tells several, in their order. What it refers to outlives it.
class DispatchObservers final : public DispatchObserver {
public:
    explicit DispatchObservers(std::vector<DispatchObserver*> observers)
        : observers_(std::move(observers)) {}

    void on_decided(const model::DecisionRecord& decision, std::string_view directive) override {
        for (auto* observer : observers_) {
            observer->on_decided(decision, directive);
        }
    }
    void on_run_ended(const RunEnd& end, std::string_view directive) override {
        for (auto* observer : observers_) {
            observer->on_run_ended(end, directive);
        }
    }
    void on_run_state(LedgerId run, DirectiveId directive, model::RunState state) override {
        for (auto* observer : observers_) {
            observer->on_run_state(run, directive, state);
        }
    }

private:
    std::vector<DispatchObserver*> observers_;
};

}  // namespace aifp::engine
