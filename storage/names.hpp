#pragma once

#include <string_view>

#include "model/run.hpp"

// From the texts in our own tables back to enumerators. Unknown texts (a hand-edited file) become
// the most cautious value.
namespace aifp::storage {

[[nodiscard]] inline model::DecisionKind decision_kind_from(std::string_view name) noexcept {
    using model::DecisionKind;
    for (const DecisionKind kind :
         {DecisionKind::started, DecisionKind::queued, DecisionKind::waiting}) {
        if (name == name_of(kind)) {
            return kind;
        }
    }
    return DecisionKind::skipped;
}

[[nodiscard]] inline model::ExecutionStatus execution_status_from(std::string_view name) noexcept {
    using model::ExecutionStatus;
    for (const ExecutionStatus status : {ExecutionStatus::success, ExecutionStatus::timeout}) {
        if (name == name_of(status)) {
            return status;
        }
    }
    return ExecutionStatus::failure;
}

}  // namespace aifp::storage
