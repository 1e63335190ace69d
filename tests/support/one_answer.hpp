#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "http/responder.hpp"

namespace aifp::testing {

/// Keeps the answer to one request.
class OneAnswer final : public http::AnswerSink {
public:
    void answer(std::uint64_t /*slot*/, http::Response response) override {
        response_ = std::move(response);
    }
    void begin_stream(std::uint64_t /*slot*/,
                      http::Response head,
                      std::function<void()> /*on_closed*/) override {
        response_ = std::move(head);
    }
    void stream_piece(std::uint64_t /*slot*/, std::string_view piece) override {
        response_.body += piece;
    }
    void end_stream(std::uint64_t /*slot*/) override {}
    [[nodiscard]] const http::Response& response() const { return response_; }

private:
    http::Response response_;
};

}  // namespace aifp::testing
