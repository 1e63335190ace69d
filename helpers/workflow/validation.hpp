#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "base/result.hpp"
#include "directives/validate.hpp"

namespace aifp::helpers::workflow {

/// What is to be validated, and with what.
struct ValidationRequest {
    std::filesystem::path file;
    std::string directive;                     ///< Its name.
    std::map<std::string, std::string> given;  ///< Question -> answer; may be empty.
};

/// Finds what is missing or ambiguous in a directive of a file and tries the given answers. Keeps
/// nothing: the engine does (Control::answer_questions). Blocks; any thread. Errors: as
/// parse_directive_file; not_found when the file holds no such directive. (spec: Workflow Helpers
/// 2)
[[nodiscard]] Result<directives::Validation> validate_user_directive(
    const ValidationRequest& request, const directives::ParseContext& context);

/// {valid, questions, accepted: {id: answer}, refused: {id: why}, configuration (or null),
/// problems}.
[[nodiscard]] boost::json::object to_json(const directives::Validation& validation);

}  // namespace aifp::helpers::workflow
