#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/client.hpp"
#include "llm/answer.hpp"
#include "llm/model.hpp"
#include "llm/retry.hpp"
#include "llm/sse.hpp"
#include "llm/wire.hpp"

namespace aifp::llm {

/// One request on its way to an answer, over all its tries. A plain state machine: it is told what
/// came over the wire. Private to the room; loop thread only.
class Call {
public:
    Call(config::Llm settings, Request request, MonoTime began);

    /// What the next try sends. Its `on_body` speaks to this call, which must stay.
    [[nodiscard]] http::ClientRequest begin_try(MonoTime now);
    /// How the try ended. True: there is an answer.
    [[nodiscard]] bool end_try(Result<http::ClientResponse> response);

    /// After a try without an answer.
    [[nodiscard]] RetryDecision decide(MonoTime now, WallTime wall, double chance) const;
    [[nodiscard]] Error failure(const RetryDecision& decision) const;
    /// What the last try gave, in words, for the log.
    [[nodiscard]] std::string describe_last() const;

    /// The answer, with its numbers. After an end_try() that was true; once.
    [[nodiscard]] Reply take_reply(MonoTime now);
    /// Tokens to put into the book: the provider's count, else a guess by size. Nothing: no part of
    /// an answer came.
    [[nodiscard]] std::optional<Usage> spent() const;

    [[nodiscard]] const config::Llm& settings() const noexcept { return settings_; }
    [[nodiscard]] const Request& request() const noexcept { return request_; }
    [[nodiscard]] bool is_streamed() const noexcept;
    [[nodiscard]] const std::string& request_id() const noexcept { return request_id_; }
    /// `ids`: those that the wire names.
    void set_wire(Wire wire, FileIds ids) {
        wire_ = std::move(wire);
        file_ids_ = std::move(ids);
    }
    /// A POST under the bounds of this call, of something that goes before it.
    [[nodiscard]] http::ClientRequest sending(Wire wire) const;
    /// The stored files of a request that was refused because the provider does not have one of
    /// them any more; none for any other end, and none a second time.
    [[nodiscard]] FileIds take_lost_files();

private:
    [[nodiscard]] Status take_piece(std::string_view piece);
    [[nodiscard]] Status take_event(const SseReader::Event& event);
    [[nodiscard]] Result<Answer> read_whole(std::string_view body) const;
    void take_response(http::ClientResponse response);
    void take_failure(const Error& error);
    void tell(std::string_view text);

    config::Llm settings_;
    Request request_;
    Wire wire_;
    FileIds file_ids_;
    bool had_lost_files_ = false;
    MonoTime began_;
    int tries_ = 0;
    std::string request_id_;

    // Of the try under way, or the last one.
    std::unique_ptr<AnswerStream> stream_;
    SseReader events_;
    std::string whole_;      // of an answer that came in one although it was to be streamed
    std::size_t heard_ = 0;  // bytes of the answer
    std::optional<Answer> answer_;
    FailedTry failed_;
    std::optional<Error> transport_;
    bool is_final_ = false;  // what came is no answer of this API: trying again gives the same
};

}  // namespace aifp::llm
