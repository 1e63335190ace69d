#include "admin/page.hpp"

#include <fmt/format.h>

#include <charconv>

#include "helpers/json_text.hpp"
#include "http/encoding.hpp"

namespace aifp::admin {

Result<std::optional<std::int64_t>> number_parameter(const Call& call, std::string_view name) {
    const auto text = call.parameter(name);
    if (!text) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const auto* end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number < 0) {
        return fail(ErrorCode::invalid_input, fmt::format("{} must be a whole number", name));
    }
    return number;
}

std::string query_with(const Call& call, std::string_view name, std::string_view value) {
    std::string query = "?";
    for (const auto& parameter : call.query) {
        if (parameter.name != name) {
            query += fmt::format(
                "{}={}&", http::form_encode(parameter.name), http::form_encode(parameter.value));
        }
    }
    return query + fmt::format("{}={}", name, http::form_encode(value));
}

void answer_page(const Call& call, boost::json::array rows, const std::string& next) {
    auto response =
        http::json_response(200, helpers::to_json_text(boost::json::value(std::move(rows))));
    if (!next.empty()) {
        response.headers.push_back({"Link", fmt::format("<{}>; rel=\"next\"", next)});
    }
    (*call.responder)(std::move(response));
}

}  // namespace aifp::admin
