#include "helpers/workflow/find_directive.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <charconv>

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
    return std::move(*row);
}

model::Directive directive_of(const storage::DirectiveRow& row) {
    return model::directive_from_json(boost::json::parse(row.configuration_json).as_object());
}

}  // namespace aifp::helpers::workflow
