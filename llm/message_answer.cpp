#include <boost/json/array.hpp>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "llm/answer_parts.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;

Stop stop_of(std::string_view reason) noexcept {
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") {
        return Stop::length;
    }
    if (reason == "tool_use") {
        return Stop::tools;
    }
    if (reason == "pause_turn") {
        return Stop::paused;
    }
    return reason == "refusal" ? Stop::refused : Stop::done;
}

// In a stream the numbers are sums so far; what an event leaves out stays.
void take_usage(AnswerBuilder& builder, const json::object& holder) {
    const json::object* const usage = object_in(holder, "usage");
    if (usage == nullptr) {
        return;
    }
    if (usage->contains("input_tokens")) {
        builder.usage.cached_tokens = number_in(*usage, "cache_read_input_tokens");
        builder.usage.input_tokens = number_in(*usage, "input_tokens") +
                                     number_in(*usage, "cache_creation_input_tokens") +
                                     builder.usage.cached_tokens;
    }
    if (usage->contains("output_tokens")) {
        builder.usage.output_tokens = number_in(*usage, "output_tokens");
    }
}

// A block of an answer, or the beginning of one. Blocks of other types are passed over.
Status take_block(AnswerBuilder& builder, std::int64_t index, const json::object& block) {
    const std::string type = text_in(block, "type");
    if (type == "text") {
        return builder.add_text(text_in(block, "text"));
    }
    if (type != "tool_use") {
        return {};
    }
    const json::object* const input = object_in(block, "input");
    const std::string arguments = input == nullptr || input->empty() ? "" : json_text(*input);
    return builder.add_call(index, {text_in(block, "id"), text_in(block, "name"), arguments});
}

class MessageStream final : public AnswerStream {
public:
    [[nodiscard]] Result<std::string> take(std::string_view data) override {
        auto event = read_object(data);
        if (!event) {
            return fail(event.error());
        }
        const std::string type = text_in(*event, "type");
        const std::int64_t index = number_in(*event, "index");
        if (type == "message_start") {
            if (const json::object* message = object_in(*event, "message")) {
                take_usage(builder_, *message);
            }
        } else if (type == "content_block_start") {
            const json::object* const block = object_in(*event, "content_block");
            const Status taken = block == nullptr ? Status() : take_block(builder_, index, *block);
            if (!taken) {
                return fail(taken.error());
            }
        } else if (type == "content_block_delta") {
            return take_delta(index, *event);
        } else if (type == "message_delta") {
            take_usage(builder_, *event);
            if (const json::object* delta = object_in(*event, "delta")) {
                builder_.stop = stop_of(text_in(*delta, "stop_reason"));
            }
        } else if (type == "message_stop") {
            is_whole_ = true;
        }
        return std::string();
    }

    [[nodiscard]] Result<Answer> finish() override {
        if (!is_whole_) {
            return fail(ErrorCode::unreachable, "the answer broke off");
        }
        return builder_.take();
    }

private:
    [[nodiscard]] Result<std::string> take_delta(std::int64_t index, const json::object& event) {
        const json::object* const delta = object_in(event, "delta");
        if (delta == nullptr) {
            return std::string();
        }
        const std::string text = text_in(*delta, "text");
        Status taken = builder_.add_text(text);
        if (taken && text_in(*delta, "type") == "input_json_delta") {
            taken = builder_.add_call(index, {"", "", text_in(*delta, "partial_json")});
        }
        return taken ? Result<std::string>(text) : fail(taken.error());
    }

    AnswerBuilder builder_;
    bool is_whole_ = false;
};

}  // namespace

Result<Answer> read_message(std::string_view body) {
    auto whole = read_object(body);
    if (!whole) {
        return fail(whole.error());
    }
    const auto* content = whole->if_contains("content");
    if (content == nullptr || !content->is_array()) {
        return fail(ErrorCode::invalid_input, "the provider's answer has no content");
    }
    AnswerBuilder builder;
    builder.stop = stop_of(text_in(*whole, "stop_reason"));
    take_usage(builder, *whole);
    std::int64_t index = 0;
    for (const json::value& block : content->get_array()) {
        const json::object* const object = block.if_object();
        const Status taken = object == nullptr ? Status() : take_block(builder, index++, *object);
        if (!taken) {
            return fail(taken.error());
        }
    }
    return builder.take();
}

std::unique_ptr<AnswerStream> make_message_stream() {
    return std::make_unique<MessageStream>();
}

}  // namespace aifp::llm
