#include "helpers/workflow/validation.hpp"

#include <fmt/format.h>

#include <utility>

#include "directives/files.hpp"
#include "document/diagnostics_json.hpp"

namespace aifp::helpers::workflow {

namespace json = boost::json;

Result<directives::Validation> validate_user_directive(const ValidationRequest& request,
                                                       const directives::ParseContext& context) {
    const auto form = directives::form_of(request.file.native());
    if (!form) {
        return fail(form.error());
    }
    auto read = directives::read_settled_file(request.file, context.limits.max_bytes);
    if (!read) {
        return fail(std::move(read).error());
    }
    const document::SourceText source(request.file.lexically_normal().native(),
                                      std::move(read->text));
    auto validation =
        directives::validate_directive(source, *form, context, request.directive, request.given);
    if (!validation.is_found) {
        return fail(ErrorCode::not_found,
                    fmt::format("{} holds no directive {}", source.file(), request.directive));
    }
    return validation;
}

json::object to_json(const directives::Validation& validation) {
    json::object accepted;
    for (const auto& answer : validation.accepted) {
        accepted[answer.question] = answer.value;
    }
    json::object refused;
    for (const auto& [id, why] : validation.refused) {
        refused[id] = why;
    }
    json::object object;
    object["valid"] = validation.configuration.has_value();
    object["questions"] = directives::to_json(validation.open);
    object["accepted"] = std::move(accepted);
    object["refused"] = std::move(refused);
    object["configuration"] = validation.configuration
                                  ? json::value(model::to_json(*validation.configuration))
                                  : json::value();
    object["problems"] = document::to_json(validation.problems);
    return object;
}

}  // namespace aifp::helpers::workflow
