#pragma once

#include <string>

#include "helpers/workflow/services.hpp"

namespace aifp::helpers::workflow {

struct GenerateOptions {
    std::string directive;  ///< Name or id.
    bool force = false;     ///< Replace a file that a person wrote or changed.
};

/// Writes src/automations/NAME.py and tests/test_NAME.py with the services' generator, keeps both
/// as versions, registers the implementation (storage: step kGeneratedStep), runs the test and
/// stores test_status. The answer: {success, directive, implementation_id, implementation_file,
/// entry_point, test_file, status, test_status, test_output, sha256, usage, diff (of the program,
/// against the file it takes the place of)}. What was written is a
/// proposal: it runs once it is approved. Errors: not_found; conflict (a person's file; the
/// directive runs that file itself; another directive has it); as Generator::generate; io_failure.
void generate_implementation_code(const WorkflowServices& services,
                                  GenerateOptions options,
                                  Answer answer);

struct RollbackOptions {
    std::string directive;  ///< Name or id.
    std::string to;         ///< The first digits of a version's hash; empty: the one before.
};

/// Puts an earlier content of the implementation (and of its test) in place; the present one is
/// kept as a version. It runs if the approval that stands is for that content, else after a yes.
/// The answer: {success, directive, implementation_file, sha256, test_status, versions}. Errors:
/// not_found (directive, no such version); conflict (there is none before it); io_failure.
void rollback_implementation(const WorkflowServices& services,
                             RollbackOptions options,
                             Answer answer);

}  // namespace aifp::helpers::workflow
