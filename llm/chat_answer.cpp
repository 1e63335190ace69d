#include <boost/json/array.hpp>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "llm/answer_parts.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;

Stop stop_of(std::string_view reason) noexcept {
    if (reason == "length") {
        return Stop::length;
    }
    if (reason == "content_filter") {
        return Stop::refused;
    }
    return reason == "tool_calls" || reason == "function_call" ? Stop::tools : Stop::done;
}

// Ollama sends arguments as an object.
std::string arguments_in(const json::object& function) {
    const auto* value = function.if_contains("arguments");
    return value != nullptr && value->is_object() ? json_text(*value)
                                                  : text_in(function, "arguments");
}

Status take_calls(AnswerBuilder& builder, const json::object& message) {
    const auto* list = message.if_contains("tool_calls");
    const json::array calls =
        list != nullptr && list->is_array() ? list->get_array() : json::array();
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const json::object* const call = calls[i].if_object();
        const json::object* const function =
            call == nullptr ? nullptr : object_in(*call, "function");
        if (function == nullptr) {
            continue;
        }
        const auto index =
            call->contains("index") ? number_in(*call, "index") : static_cast<std::int64_t>(i);
        const Status added = builder.add_call(
            index, {text_in(*call, "id"), text_in(*function, "name"), arguments_in(*function)});
        if (!added) {
            return added;
        }
    }
    return {};
}

void take_usage(AnswerBuilder& builder, const json::object& whole) {
    const json::object* const usage = object_in(whole, "usage");
    if (usage == nullptr) {
        return;
    }
    builder.usage.input_tokens = number_in(*usage, "prompt_tokens");
    builder.usage.output_tokens = number_in(*usage, "completion_tokens");
    if (const json::object* details = object_in(*usage, "prompt_tokens_details")) {
        builder.usage.cached_tokens = number_in(*details, "cached_tokens");
    }
}

// What a model says instead of an answer stands in `refusal`.
Status take_message(AnswerBuilder& builder, const json::object& message) {
    const std::string refusal = text_in(message, "refusal");
    if (!refusal.empty()) {
        builder.stop = Stop::refused;
    }
    const Status text = builder.add_text(text_in(message, "content") + refusal);
    return text ? take_calls(builder, message) : text;
}

class ChatStream final : public AnswerStream {
public:
    [[nodiscard]] Result<std::string> take(std::string_view data) override {
        if (data == "[DONE]") {
            is_whole_ = true;
            return std::string();
        }
        auto chunk = read_object(data);
        if (!chunk) {
            return fail(chunk.error());
        }
        take_usage(builder_, *chunk);
        const json::object* const choice = first_in(*chunk, "choices");
        if (choice == nullptr) {
            return std::string();
        }
        const std::string reason = text_in(*choice, "finish_reason");
        if (!reason.empty()) {
            is_whole_ = true;
            builder_.stop = builder_.stop == Stop::refused ? Stop::refused : stop_of(reason);
        }
        const json::object* const delta = object_in(*choice, "delta");
        if (delta == nullptr) {
            return std::string();
        }
        if (const Status taken = take_message(builder_, *delta); !taken) {
            return fail(taken.error());
        }
        return text_in(*delta, "content");
    }

    [[nodiscard]] Result<Answer> finish() override {
        if (!is_whole_) {
            return fail(ErrorCode::unreachable, "the answer broke off");
        }
        return builder_.take();
    }

private:
    AnswerBuilder builder_;
    bool is_whole_ = false;
};

}  // namespace

Result<Answer> read_chat_completion(std::string_view body) {
    auto whole = read_object(body);
    if (!whole) {
        return fail(whole.error());
    }
    const json::object* const choice = first_in(*whole, "choices");
    const json::object* const message = choice == nullptr ? nullptr : object_in(*choice, "message");
    if (message == nullptr) {
        return fail(ErrorCode::invalid_input, "the provider's answer has no message");
    }
    AnswerBuilder builder;
    builder.stop = stop_of(text_in(*choice, "finish_reason"));
    take_usage(builder, *whole);
    if (const Status taken = take_message(builder, *message); !taken) {
        return fail(taken.error());
    }
    return builder.take();
}

std::unique_ptr<AnswerStream> make_chat_stream() {
    return std::make_unique<ChatStream>();
}

}  // namespace aifp::llm
