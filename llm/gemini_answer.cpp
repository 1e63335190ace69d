#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "llm/answer_parts.hpp"

namespace aifp::llm {
namespace {

namespace json = boost::json;

// The model wrote something that is no answer: it may do better the next time.
constexpr std::array<std::string_view, 4> kBroken = {"MALFORMED_FUNCTION_CALL",
                                                     "UNEXPECTED_TOOL_CALL",
                                                     "MALFORMED_RESPONSE",
                                                     "MISSING_THOUGHT_SIGNATURE"};

constexpr std::array<std::string_view, 7> kRefusals = {
    "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "OTHER"};

// A reason that nobody knows yet is no refusal: what came is there.
Stop stop_of(std::string_view reason) noexcept {
    if (reason == "MAX_TOKENS") {
        return Stop::length;
    }
    const bool is_refusal =
        std::find(kRefusals.begin(), kRefusals.end(), reason) != kRefusals.end();
    return is_refusal ? Stop::refused : Stop::done;
}

/// Takes what comes, whole or in pieces: both have the same form.
class GeminiReader {
public:
    /// The text that it adds.
    [[nodiscard]] Result<std::string> take(const json::object& response) {
        take_usage(response);
        if (const json::object* feedback = object_in(response, "promptFeedback")) {
            if (const std::string reason = text_in(*feedback, "blockReason"); !reason.empty()) {
                return refuse("the provider refused the request: " + reason);
            }
        }
        const json::object* const candidate = first_in(response, "candidates");
        if (candidate == nullptr) {
            return std::string();
        }
        had_candidate_ = true;
        Result<std::string> text = take_parts(*candidate);
        if (text) {
            take_end(*candidate);
        }
        return text;
    }

    [[nodiscard]] Result<Answer> finish() {
        if (std::find(kBroken.begin(), kBroken.end(), end_) != kBroken.end()) {
            return fail(ErrorCode::unreachable, fmt::format("the model broke off ({})", end_));
        }
        return builder_.take();
    }

    [[nodiscard]] bool has_ended() const noexcept { return !end_.empty(); }
    [[nodiscard]] bool had_candidate() const noexcept { return had_candidate_; }

private:
    [[nodiscard]] Result<std::string> refuse(std::string why) {
        end_ = "blocked";
        builder_.stop = Stop::refused;
        const Status taken = builder_.add_text(why);
        return taken ? Result<std::string>(std::move(why)) : fail(taken.error());
    }

    [[nodiscard]] Result<std::string> take_parts(const json::object& candidate) {
        std::string text;
        const json::object* const content = object_in(candidate, "content");
        const auto* const parts = content == nullptr ? nullptr : content->if_contains("parts");
        if (parts == nullptr || !parts->is_array()) {
            return text;
        }
        for (const json::value& each : parts->get_array()) {
            const json::object* const part = each.if_object();
            const Status taken = part == nullptr ? Status() : take_part(*part, text);
            if (!taken) {
                return fail(taken.error());
            }
        }
        return text;
    }

    [[nodiscard]] Status take_part(const json::object& part, std::string& text) {
        if (const json::object* const call = object_in(part, "functionCall")) {
            const json::object* const args = object_in(*call, "args");
            CallPieces pieces;
            pieces.id = text_in(*call, "id");
            pieces.name = text_in(*call, "name");
            pieces.arguments = args == nullptr ? "" : json_text(*args);
            pieces.signature = text_in(part, "thoughtSignature");
            return builder_.add_call(calls_++, pieces);
        }
        const auto* const thought = part.if_contains("thought");
        if (thought != nullptr && thought->is_bool() && thought->get_bool()) {
            return {};
        }
        const std::string piece = text_in(part, "text");
        text += piece;
        return builder_.add_text(piece);
    }

    void take_end(const json::object& candidate) {
        const std::string reason = text_in(candidate, "finishReason");
        if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") {
            return;
        }
        end_ = reason;
        builder_.stop = stop_of(reason);
    }

    // Sums so far, in each piece. Thinking is paid for as an answer is.
    void take_usage(const json::object& response) {
        const json::object* const usage = object_in(response, "usageMetadata");
        if (usage == nullptr) {
            return;
        }
        builder_.usage.input_tokens =
            number_in(*usage, "promptTokenCount") + number_in(*usage, "toolUsePromptTokenCount");
        builder_.usage.output_tokens =
            number_in(*usage, "candidatesTokenCount") + number_in(*usage, "thoughtsTokenCount");
        builder_.usage.cached_tokens = number_in(*usage, "cachedContentTokenCount");
    }

    AnswerBuilder builder_;
    std::int64_t calls_ = 0;
    std::string end_;  // why it ended; empty: it did not
    bool had_candidate_ = false;
};

class GeminiStream final : public AnswerStream {
public:
    [[nodiscard]] Result<std::string> take(std::string_view data) override {
        auto piece = read_object(data);
        return piece ? reader_.take(*piece) : fail(piece.error());
    }

    // Nothing marks the end but the reason that the last piece gives.
    [[nodiscard]] Result<Answer> finish() override {
        if (!reader_.has_ended()) {
            return fail(ErrorCode::unreachable, "the answer broke off");
        }
        return reader_.finish();
    }

private:
    GeminiReader reader_;
};

}  // namespace

Result<Answer> read_gemini(std::string_view body) {
    auto whole = read_object(body);
    if (!whole) {
        return fail(whole.error());
    }
    GeminiReader reader;
    if (const auto text = reader.take(*whole); !text) {
        return fail(text.error());
    }
    if (!reader.had_candidate() && !reader.has_ended()) {
        return fail(ErrorCode::invalid_input, "the provider's answer has no candidates");
    }
    return reader.finish();
}

std::unique_ptr<AnswerStream> make_gemini_stream() {
    return std::make_unique<GeminiStream>();
}

}  // namespace aifp::llm
