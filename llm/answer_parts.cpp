#include "llm/answer_parts.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "llm/retry.hpp"

namespace aifp::llm {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::int64_t number_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

const json::object* object_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

const json::object* first_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* list = value == nullptr ? nullptr : value->if_array();
    return list == nullptr || list->empty() ? nullptr : list->front().if_object();
}

Result<json::object> read_object(std::string_view text) {
    boost::system::error_code problem;
    json::value value = json::parse(text, problem);
    if (problem || !value.is_object()) {
        return fail(ErrorCode::invalid_input, "the provider's answer is no JSON object");
    }
    const auto* error = value.get_object().if_contains("error");
    if (error != nullptr && !error->is_null()) {
        const ProviderError read = read_provider_error(text);
        return fail(ErrorCode::unreachable,
                    fmt::format("the provider says: {}{}{}",
                                read.type,
                                read.type.empty() ? "" : ": ",
                                read.message));
    }
    return std::move(value.get_object());
}

Status AnswerBuilder::count(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > kMaxAnswerBytes) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the answer has more than {} bytes", kMaxAnswerBytes));
    }
    return {};
}

Status AnswerBuilder::add_text(std::string_view text) {
    text_ += text;
    return count(text.size());
}

Status AnswerBuilder::add_call(std::int64_t index, const CallPieces& pieces) {
    CallPieces& call = calls_[index];
    if (calls_.size() > kMaxToolCalls) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("the answer calls more than {} tools", kMaxToolCalls));
    }
    call.id = pieces.id.empty() ? call.id : pieces.id;
    call.name = pieces.name.empty() ? call.name : pieces.name;
    call.signature = pieces.signature.empty() ? call.signature : pieces.signature;
    call.arguments += pieces.arguments;
    return count(pieces.id.size() + pieces.name.size() + pieces.arguments.size() +
                 pieces.signature.size());
}

Answer AnswerBuilder::take() {
    Answer answer;
    answer.text = std::move(text_);
    answer.usage = usage;
    answer.stop = stop;
    for (auto& [index, call] : calls_) {
        if (call.name.empty()) {
            continue;
        }
        if (call.id.empty()) {
            call.id = fmt::format("{}{}", kMadeUpCallId, answer.tool_calls.size() + 1);
        }
        if (call.arguments.empty()) {
            call.arguments = "{}";
        }
        answer.tool_calls.push_back({std::move(call.id),
                                     std::move(call.name),
                                     std::move(call.arguments),
                                     std::move(call.signature)});
    }
    // Some servers say that they are done although there are calls.
    if (!answer.tool_calls.empty() && answer.stop == Stop::done) {
        answer.stop = Stop::tools;
    }
    return answer;
}

}  // namespace aifp::llm
