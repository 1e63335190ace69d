#include "llm/call.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "llm/adapter.hpp"
#include "llm/failure.hpp"

namespace aifp::llm {
namespace {

constexpr std::size_t kBytesPerToken = 4;

std::string request_id_in(const http::Headers& headers) {
    constexpr std::size_t kMost = 128;
    const auto id = headers.find("request-id");
    const auto other = id ? id : headers.find("x-request-id");
    return std::string(other.value_or("").substr(0, kMost));
}

}  // namespace

Call::Call(config::Llm settings, Request request, MonoTime began)
    : settings_(std::move(settings)), request_(std::move(request)), began_(began) {}

bool Call::is_streamed() const noexcept {
    return settings_.stream && request_.on_text;
}

http::ClientRequest Call::sending(Wire wire) const {
    http::ClientRequest request;
    request.method = "POST";
    request.url = std::move(wire.url);
    request.headers = std::move(wire.headers);
    request.body = std::move(wire.body);
    request.max_redirects = 0;  // the key goes to nobody else
    request.max_response_bytes = 2 * kMaxAnswerBytes;
    request.ca_file = settings_.ca_file;
    request.connect_timeout = settings_.connect_timeout;
    request.timeout = std::min(settings_.timeout, settings_.first_byte_timeout);
    return request;
}

// Both providers name the id in their refusal; Anthropic's code says the same of one that expired.
FileIds Call::take_lost_files() {
    const bool is_refusal = failed_.status >= 400 && failed_.status < 500;
    const auto is_named = [this](const auto& file) {
        return failed_.body.find(file.second) != failed_.body.npos;
    };
    const bool is_lost = failed_.body.find("file_expired") != failed_.body.npos ||
                         std::any_of(file_ids_.begin(), file_ids_.end(), is_named);
    if (!is_refusal || !is_lost || std::exchange(had_lost_files_, true)) {
        return {};
    }
    return std::exchange(file_ids_, {});
}

http::ClientRequest Call::begin_try(MonoTime now) {
    ++tries_;
    events_ = SseReader();
    whole_.clear();
    heard_ = 0;
    answer_.reset();
    transport_.reset();
    failed_ = FailedTry();
    stream_ = find_adapter(settings_.provider)->make_stream();
    http::ClientRequest request = sending(wire_);
    const auto spent = std::chrono::ceil<Milliseconds>(now - began_);
    request.timeout = std::max(settings_.timeout - spent, Milliseconds(1));
    if (is_streamed()) {
        request.first_byte_timeout = settings_.first_byte_timeout;
        request.idle_timeout = settings_.idle_timeout;
        request.on_body = [this](std::string_view piece) { return take_piece(piece); };
    }
    return request;
}

Status Call::take_piece(std::string_view piece) {
    const bool is_first = heard_ == 0;
    heard_ += piece.size();
    // A server that cannot stream sends the whole answer.
    if (!whole_.empty() || (is_first && trim(piece).starts_with('{'))) {
        whole_ += piece;
        return {};
    }
    auto events = events_.feed(piece);
    if (!events) {
        return fail(std::move(events).error());
    }
    for (const SseReader::Event& event : *events) {
        if (auto taken = take_event(event); !taken) {
            failed_.body = event.data;
            return taken;
        }
    }
    return {};
}

Status Call::take_event(const SseReader::Event& event) {
    auto text = stream_->take(event.data);
    if (!text) {
        return fail(std::move(text).error());
    }
    tell(*text);
    return {};
}

void Call::tell(std::string_view text) {
    if (!text.empty() && request_.on_text) {
        failed_.output_was_used = true;
        request_.on_text(text);
    }
}

Result<Answer> Call::read_whole(std::string_view body) const {
    return find_adapter(settings_.provider)->read(body);
}

bool Call::end_try(Result<http::ClientResponse> response) {
    const bool was_used = std::exchange(failed_.output_was_used, false);
    const std::string last_event = std::exchange(failed_.body, "");
    failed_ = FailedTry();
    failed_.output_was_used = was_used;
    if (response) {
        take_response(std::move(*response));
    } else {
        failed_.body = last_event;
        take_failure(response.error());
    }
    return answer_.has_value();
}

void Call::take_response(http::ClientResponse response) {
    request_id_ = request_id_in(response.headers);
    failed_.headers = std::move(response.headers);
    if (response.status < 200 || response.status >= 300) {
        failed_.status = response.status;
        failed_.body = std::move(response.body);
        return;
    }
    const bool is_whole = !is_streamed() || !whole_.empty();
    const std::string& body = is_streamed() ? whole_ : response.body;
    heard_ = std::max(heard_, body.size());
    Result<Answer> answer = is_whole ? read_whole(body) : stream_->finish();
    if (!answer) {
        failed_.body = is_whole ? body : "";
        take_failure(answer.error());
        return;
    }
    if (is_whole) {
        tell(answer->text);
    }
    answer_ = std::move(*answer);
}

void Call::take_failure(const Error& error) {
    // Some servers leave the connection open behind a complete answer.
    const bool is_lost =
        error.code() == ErrorCode::timed_out || error.code() == ErrorCode::unreachable;
    if (is_streamed() && is_lost && heard_ > 0 && whole_.empty() && failed_.body.empty()) {
        if (auto answer = stream_->finish()) {
            answer_ = std::move(*answer);
            return;
        }
    }
    transport_ = error;
    is_final_ = !is_lost;
}

RetryDecision Call::decide(MonoTime now, WallTime wall, double chance) const {
    if (is_final_) {
        return {};
    }
    RetryRules rules;
    rules.max_retries = static_cast<int>(settings_.max_retries);
    rules.budget = settings_.timeout;
    Tries tries;
    tries.retries = tries_ - 1;
    tries.spent = std::chrono::ceil<Milliseconds>(now - began_);
    tries.chance = chance;
    tries.now = wall;
    return decide_retry(failed_, rules, tries);
}

Error Call::failure(const RetryDecision& decision) const {
    return failure_of(settings_, failed_, decision, transport_ ? &*transport_ : nullptr);
}

std::string Call::describe_last() const {
    return transport_ ? transport_->detail() : describe_answer(failed_);
}

Reply Call::take_reply(MonoTime now) {
    Reply reply;
    reply.answer = std::move(*answer_);
    reply.request_id = request_id_;
    reply.tries = tries_;
    reply.duration = std::chrono::ceil<Milliseconds>(now - began_);
    return reply;
}

std::optional<Usage> Call::spent() const {
    if (heard_ == 0) {
        return std::nullopt;
    }
    if (answer_ && answer_->usage.input_tokens + answer_->usage.output_tokens > 0) {
        return answer_->usage;
    }
    const std::size_t said = answer_ ? answer_->text.size() : heard_;
    Usage guessed;
    guessed.input_tokens = static_cast<std::int64_t>(wire_.body.size() / kBytesPerToken) + 1;
    guessed.output_tokens = static_cast<std::int64_t>(said / kBytesPerToken) + 1;
    return guessed;
}

}  // namespace aifp::llm
