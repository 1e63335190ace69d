#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "http/responder.hpp"

namespace aifp::simulation {

/// Hands on the answer to one request to a webhook.
class HookAnswer final : public http::AnswerSink {
public:
    explicit HookAnswer(std::function<void(http::Response)> answered)
        : answered_(std::move(answered)) {}
    void answer(std::uint64_t /*slot*/, http::Response response) override {
        answered_(std::move(response));
    }
    void begin_stream(std::uint64_t /*slot*/,
                      http::Response /*head*/,
                      std::function<void()> /*on_closed*/) override {}
    void stream_piece(std::uint64_t /*slot*/, std::string_view /*piece*/) override {}
    void end_stream(std::uint64_t /*slot*/) override {}

private:
    std::function<void(http::Response)> answered_;
};

}  // namespace aifp::simulation
