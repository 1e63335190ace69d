#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "directives/parse.hpp"

namespace aifp::directives {

/// What a directive still needs, and what became of the answers that were given.
struct Validation {
    bool is_found = false;              ///< The file holds a directive of that name.
    std::vector<Question> open = {};    ///< In order: critical first.
    std::vector<Answer> accepted = {};  ///< Of the given ones, in their right spelling.
    /// Question and why the answer cannot be: unknown question, impossible, or against the rest.
    std::map<std::string, std::string> refused = {};
    /// The validated configuration; absent while a critical question is open or something is wrong.
    std::optional<model::Directive> configuration = {};
    model::Diagnostics problems = {};  ///< Errors of the directive that no answer settles.
};

/// Finds what is missing or ambiguous in a directive of any form, after the kept answers
/// (context.answers) and the given ones, which win. An answer may open a new question, which the
/// given ones may answer too. Pure, thread-safe; parses the file a bounded number of times.
/// (issue 3, validate_user_directive)
[[nodiscard]] Validation validate_directive(const document::SourceText& source,
                                            FileForm form,
                                            const ParseContext& context,
                                            const std::string& name,
                                            const std::map<std::string, std::string>& given = {});

}  // namespace aifp::directives
