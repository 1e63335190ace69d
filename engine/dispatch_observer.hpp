#pragma once

#include <string_view>

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
};

}  // namespace aifp::engine
