#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "http/message.hpp"

namespace aifp::http {

/// What an answer goes into: a connection. Loop thread only.
class AnswerSink {
public:
    virtual ~AnswerSink() = default;
    /// `slot` is the number the sink gave the request. A sink whose connection is gone ignores it.
    virtual void answer(std::uint64_t slot, Response response) = 0;
    /// Has `on_closed` called if the client hangs up before the answer is given. A sink without a
    /// wire never calls it.
    virtual void watch(std::uint64_t /*slot*/, std::function<void()> /*on_closed*/) {}
    /// Begins an answer in pieces: status and header fields of `head`, its body as first piece.
    virtual void begin_stream(std::uint64_t slot,
                              Response head,
                              std::function<void()> on_closed) = 0;
    virtual void stream_piece(std::uint64_t slot, std::string_view piece) = 0;
    virtual void end_stream(std::uint64_t slot) = 0;
    /// Bytes of the stream that the client has not taken yet; a sink without a wire keeps none.
    [[nodiscard]] virtual std::size_t stream_backlog(std::uint64_t /*slot*/) const { return 0; }
};

/// An answer that is given piece by piece (chunked, RFC 9112 7.1). Move-only; loop thread only; may
/// outlive the connection. Destroying it ends the answer as finish() does.
class ResponseStream {
public:
    ResponseStream(std::shared_ptr<AnswerSink> sink, std::uint64_t slot) noexcept
        : sink_(std::move(sink)), slot_(slot) {}
    ResponseStream(ResponseStream&&) noexcept = default;
    ResponseStream& operator=(ResponseStream&& other) noexcept;
    ResponseStream(const ResponseStream&) = delete;
    ResponseStream& operator=(const ResponseStream&) = delete;
    ~ResponseStream() { finish(); }

    /// Sends it with the end of the loop's turn. Dropped when the client is gone. A client that
    /// lets more than 16 MiB pile up is hung up on.
    void write(std::string_view piece);
    /// Bytes that were written and that the client has not taken yet (beyond what the system holds
    /// for it): what tells a slow reader.
    [[nodiscard]] std::size_t backlog() const { return sink_ ? sink_->stream_backlog(slot_) : 0; }
    /// The end; once. The connection goes on with the next request.
    void finish() noexcept;

private:
    std::shared_ptr<AnswerSink> sink_;
    std::uint64_t slot_;
};

/// The right, and the duty, to answer one request. Move-only; loop thread only; may outlive the
/// connection and the server (the answer is then dropped). Answering twice is ignored. One that is
/// destroyed unanswered answers 500: no client waits for nothing.
/// To keep one in a std::function, move it into a std::make_shared.
class Responder {
public:
    Responder(std::shared_ptr<AnswerSink> sink, std::uint64_t slot) noexcept
        : sink_(std::move(sink)), slot_(slot) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&& other) noexcept;
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    ~Responder();

    void operator()(Response response);
    /// `on_closed` is called once, on the loop, if the client hangs up (or closes its side of the
    /// connection) before it is answered; never after it. Without a watch a client that closes its
    /// side alone is answered. Does nothing once it was answered.
    void watch(std::function<void()> on_closed);
    /// Answers in pieces instead. `on_closed` is called once, on the loop, if the client hangs up
    /// (or closes its side of the connection) before finish(); never after it.
    [[nodiscard]] ResponseStream stream(Response head, std::function<void()> on_closed);

private:
    void give_up() noexcept;

    std::shared_ptr<AnswerSink> sink_;
    std::uint64_t slot_;
};

}  // namespace aifp::http
