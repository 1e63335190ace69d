#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace aifp::config {

/// The section `chat` of engine.yaml: how far the chat agent goes for one question. A changed value
/// counts from the next question on.
struct Chat {
    std::int64_t max_rounds = 12;                     ///< Requests to the AI.
    std::int64_t max_tokens = 200'000;                ///< Of all of them, input and output.
    Milliseconds timeout = std::chrono::minutes(10);  ///< Of all of it, tools too.
    std::uint64_t history = 512 << 10;  ///< Bytes of what was said before that are sent along.

    friend bool operator==(const Chat&, const Chat&) = default;
};

}  // namespace aifp::config
