#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "http/message.hpp"

namespace aifp::http {

/// What an answer goes into: a connection. Loop thread only.
class AnswerSink {
public:
    virtual ~AnswerSink() = default;
    /// `slot` is the number the sink gave the request. A sink whose connection is gone ignores it.
    virtual void answer(std::uint64_t slot, Response response) = 0;
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

private:
    void give_up() noexcept;

    std::shared_ptr<AnswerSink> sink_;
    std::uint64_t slot_;
};

}  // namespace aifp::http
