#pragma once

#include <string>

#include "helpers/workflow/services.hpp"

namespace aifp::helpers::workflow {

/// Walks the gate and arms the directive: approved; every implementation there and, unless approval
/// is off, the content that was approved; dependencies there (detected and checked now); entry
/// points callable (Python's own parser finds the function; other files may be executed). Then its
/// implementations count as deployed, its tracking begins (alerts count runs from now on) and it is
/// armed. If a step fails, those before it are undone. The answer: {success, directive, status,
/// armed}. Errors: not_found; conflict with the step and what to do; io_failure.
void activate_directive(const WorkflowServices& services, std::string directive, Answer answer);

struct DeactivateOptions {
    std::string directive;
    std::string who;
    Milliseconds grace = Seconds(30);  ///< For runs under way; then they are cancelled.
};

/// Disarms at once (paused), lets runs under way end within the grace and cancels the rest; history
/// stays. The answer, when no run is left: {success, directive, status, cancelled}. Errors:
/// not_found; conflict when the life cycle does not allow it; timed_out when a run does not end
/// even when it is cancelled.
void deactivate_directive(const WorkflowServices& services,
                          DeactivateOptions options,
                          Answer answer);

}  // namespace aifp::helpers::workflow
