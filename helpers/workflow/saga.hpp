#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace aifp::helpers::workflow {

using StatusDone = std::function<void(Status)>;

/// One step of something that happens as a whole or not at all.
struct SagaStep {
    std::string name;
    std::function<void(StatusDone)> perform;
    std::function<void(StatusDone)> undo = {};  ///< Empty: there is nothing to undo.
};

/// Performs the steps in order. When one fails, those before it are undone, the last one first, and
/// `done` gets its error with the step's name; what could not be undone is said behind it. `done`
/// comes once, perhaps before the call returns.
void run_saga(std::vector<SagaStep> steps, StatusDone done);

}  // namespace aifp::helpers::workflow
