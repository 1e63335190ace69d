#pragma once

#include <optional>
#include <string>
#include <vector>

#include "helpers/workflow/services.hpp"
#include "model/directive.hpp"

namespace aifp::helpers::workflow {

/// What a recommendation is taken from.
struct DirectiveFacts {
    std::string name;
    model::DirectiveStatus status = model::DirectiveStatus::draft;
    std::string reason;                ///< status_reason
    std::vector<std::string> missing;  ///< Dependencies.
    std::string failing_test;          ///< File whose test fails; empty: none.
    bool is_scheduled = false;         ///< Its type is schedule.
    bool has_next = false;             ///< It is due again.
    std::int64_t runs = 0;
    std::int64_t failures = 0;
    std::string last_error;
    std::optional<WallTime> last_run;
    std::vector<std::string> alerts;  ///< Their texts.
};

struct Recommendation {
    std::string severity;  ///< error, warning, note
    std::string text;
    std::string command;  ///< What to type; may be empty.
};

/// What a person should do about a directive, the most urgent first. Pure.
[[nodiscard]] std::vector<Recommendation> recommend(const DirectiveFacts& facts, WallTime now);

/// The status report: {generated_at, total_directives, by_status, total_executions, success_rate,
/// missing_dependencies, failing_tests, alerts, directives: [{id, name, directive_type, status,
/// status_reason, approved, armed, next_due, total_executions, success_rate, last_execution,
/// last_error, missing_dependencies, test_status}], recommendations: [{directive, severity, text,
/// command}]}. Costs one look at the sums, however many executions there are.
void get_user_directive_status(const WorkflowServices& services, Answer answer);

}  // namespace aifp::helpers::workflow
