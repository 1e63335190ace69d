#include "admin/page.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "base/in_turns.hpp"
#include "base/read_number.hpp"
#include "helpers/json_text.hpp"
#include "http/encoding.hpp"

namespace aifp::admin {

Result<std::optional<std::int64_t>> number_parameter(const Call& call, std::string_view name) {
    const auto text = call.parameter(name);
    if (!text) {
        return std::nullopt;
    }
    const auto number = read_number<std::int64_t>(*text);
    if (!number || *number < 0) {
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

namespace {

/// About a millisecond, with what is done to keep secrets out.
constexpr std::size_t kRowsPerTurn = 100;

// Each row is let go of when it is written: letting go of all at once would be long, too.
void answer_in_pieces(const Call& call, boost::json::array rows) {
    http::Response head;
    head.content_type = "application/json";
    head.body = "[";
    auto open = std::make_shared<bool>(true);
    auto stream = call.responder->stream(std::move(head), [open] { *open = false; });
    auto sent = std::make_shared<http::ResponseStream>(std::move(stream));
    auto list = std::make_shared<boost::json::array>(std::move(rows));
    InTurns::Work work;
    work.count = list->size();
    work.per_turn = kRowsPerTurn;
    work.each = [list, sent, open](std::size_t index) {
        auto row = std::exchange((*list)[index], nullptr);
        if (*open) {
            sent->write(fmt::format("{}{}", index == 0 ? "" : ",", helpers::to_json_text(row)));
        }
    };
    work.done = [sent] {
        sent->write("]\n");
        sent->finish();
    };
    InTurns::begin(call.services.executor, std::move(work));
}

}  // namespace

void answer_page(const Call& call, boost::json::array rows, const std::string& next) {
    if (rows.size() > kMaxPage) {
        answer_in_pieces(call, std::move(rows));
        return;
    }
    auto response =
        http::json_response(200, helpers::to_json_text(boost::json::value(std::move(rows))));
    if (!next.empty()) {
        response.headers.push_back({"Link", fmt::format("<{}>; rel=\"next\"", next)});
    }
    (*call.responder)(std::move(response));
}

}  // namespace aifp::admin
