#include "model/definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <exception>

namespace aifp::model {

namespace json = boost::json;

Result<json::value> parse_stored(std::string_view text) {
    json::parse_options options;
    options.max_depth = kMaxStoredDepth;
    json::error_code error;
    auto value = json::parse({text.data(), text.size()}, error, {}, options);
    if (error) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the stored text is not JSON: {}", error.message()));
    }
    return value;
}

json::value parse_stored_or_null(std::string_view text) {
    auto value = parse_stored(text);
    return value ? std::move(*value) : json::value();
}

Result<Directive> read_definition(std::string_view text) {
    const auto value = parse_stored(text);
    if (!value || !value->is_object()) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("its stored definition cannot be read ({}); save its file again",
                                value ? "it is no object" : value.error().detail()));
    }
    try {
        return directive_from_json(value->get_object());
    } catch (const std::exception& error) {  // Boost.JSON's, for a member of another type
        return fail(ErrorCode::invalid_input,
                    fmt::format("its stored definition cannot be read ({}); save its file again",
                                error.what()));
    }
}

int depth_of(const json::value& value) noexcept {
    int deepest = 0;
    if (const auto* list = value.if_array()) {
        for (const auto& item : *list) {
            deepest = std::max(deepest, depth_of(item));
        }
        return deepest + 1;
    }
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            deepest = std::max(deepest, depth_of(member.value()));
        }
        return deepest + 1;
    }
    return 0;
}

}  // namespace aifp::model
