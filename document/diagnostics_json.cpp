#include "document/diagnostics_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/enum_names.hpp"

namespace aifp::document {

std::string_view name_of(model::Severity severity) noexcept {
    constexpr EnumNames<3> kNames = {"error", "warning", "note"};
    return name_in(kNames, severity);
}

boost::json::array to_json(const model::Diagnostics& diagnostics) {
    boost::json::array items;
    items.reserve(diagnostics.size());
    for (const model::Diagnostic& diagnostic : diagnostics) {
        items.push_back(boost::json::object{{"file", diagnostic.file},
                                            {"line", diagnostic.line},
                                            {"column", diagnostic.column},
                                            {"severity", name_of(diagnostic.severity)},
                                            {"message", diagnostic.message},
                                            {"hint", diagnostic.hint}});
    }
    return items;
}

}  // namespace aifp::document
