#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "http/responder.hpp"

namespace aifp::testing {

/// A connection of one answer whose client does or does not read.
class Wire final : public http::AnswerSink {
public:
    void answer(std::uint64_t, http::Response given) override { response = std::move(given); }
    void begin_stream(std::uint64_t, http::Response head, std::function<void()> closed) override {
        response = std::move(head);
        text = response.body;
        hang_up = std::move(closed);
    }
    void stream_piece(std::uint64_t, std::string_view piece) override { text += piece; }
    void end_stream(std::uint64_t) override {
        ended = true;
        hang_up = nullptr;
    }
    [[nodiscard]] std::size_t stream_backlog(std::uint64_t) const override {
        return reads ? 0 : text.size();
    }
    /// As a connection does when it ends: until then stream and client hold each other.
    void close() {
        if (const auto closed = std::exchange(hang_up, nullptr)) {
            closed();
        }
    }
    [[nodiscard]] bool has(std::string_view part) const {
        return text.find(part) != std::string::npos;
    }

    http::Response response;
    std::string text;
    std::function<void()> hang_up;
    bool reads = true;
    bool ended = false;
};

}  // namespace aifp::testing
