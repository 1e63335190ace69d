#pragma once

#include <functional>
#include <vector>

#include "helpers/workflow/services.hpp"
#include "model/directive.hpp"

namespace aifp::helpers::workflow {

/// Whether each `run` step of the directive can be called: a .py file parses and has its `entry`
/// function (nothing of it is run: Python's ast module reads it), a .sh file can be read, any other
/// may be executed. The first one that cannot is told. Errors: conflict; not_found without Python.
/// Loop thread only; looking at the files blocks briefly.
void check_entry_points(const WorkflowServices& services,
                        const model::Directive& directive,
                        std::function<void(Status)> done);

}  // namespace aifp::helpers::workflow
