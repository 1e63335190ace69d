#include "helpers/workflow/find_directive.hpp"

#include <fmt/format.h>

#include <charconv>

#include "model/definition.hpp"

namespace aifp::helpers::workflow {

Result<storage::DirectiveRow> look_up_directive(storage::Database& database,
                                                std::string_view name_or_id) {
    auto row = storage::find_directive(database, name_or_id);
    std::int64_t id = 0;
    const auto* end = name_or_id.data() + name_or_id.size();
    const auto parsed = std::from_chars(name_or_id.data(), end, id);
    if (!row && parsed.ec == std::errc() && parsed.ptr == end) {
        row = storage::find_directive(database, DirectiveId{id});
    }
    if (!row) {
        return fail(ErrorCode::not_found, fmt::format("no directive is called {}", name_or_id));
    }
    if (const auto readable = model::read_definition(row->configuration_json); !readable) {
        return fail(readable.error().with_context(row->name));
    }
    return std::move(*row);
}

model::Directive directive_of(const storage::DirectiveRow& row) {
    return model::read_definition(row.configuration_json).value_or(model::Directive());
}

}  // namespace aifp::helpers::workflow
