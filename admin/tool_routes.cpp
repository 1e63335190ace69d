#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <utility>

#include "admin/call.hpp"
#include "base/text.hpp"

namespace aifp::admin {

Result<boost::json::object> arguments_in(const std::string& body) {
    if (trim(body).empty()) {
        return boost::json::object();
    }
    boost::json::error_code error;
    auto value = boost::json::parse(body, error);
    if (error || !value.is_object()) {
        return fail(ErrorCode::invalid_input,
                    R"(the body must be a JSON object with the arguments, like {"days": 7})");
    }
    return std::move(value.get_object());
}

void list_tools(Call call) {
    call.answer(boost::json::value(helpers::list_tools()));
}

void call_tool(Call call) {
    if (helpers::find_tool(call.subject) == nullptr) {
        call.answer(fail(ErrorCode::not_found,
                         fmt::format("there is no tool {}; GET /api/v1/tools lists them",
                                     truncate_utf8(call.subject, 64))));
        return;
    }
    auto arguments = arguments_in(call.body);
    if (!arguments) {
        call.answer(fail(std::move(arguments).error()));
        return;
    }
    call.toolbox.call(
        call.subject,
        std::move(*arguments),
        std::move(call.caller),
        [answer = std::move(call.answer)](boost::json::value said) { answer(std::move(said)); });
}

}  // namespace aifp::admin
