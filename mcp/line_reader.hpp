#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "mcp/message.hpp"

namespace aifp::mcp {

/// Cuts a stream of bytes into lines: '\n' ends one, a '\r' before it does not count, empty lines
/// are passed over. A line beyond the limit is told once and skipped up to its end. Pure.
class LineReader {
public:
    explicit LineReader(std::size_t max_bytes = kMaxMessageBytes) : max_bytes_(max_bytes) {}

    void put(std::string_view bytes) { unread_ += bytes; }

    struct Line {
        std::string text;
    };
    struct TooLong {};
    struct NeedMore {};
    using Next = std::variant<NeedMore, Line, TooLong>;
    /// Call until it needs more. Keeps at most the limit and what was put last.
    [[nodiscard]] Next next();

private:
    void drop_read();

    const std::size_t max_bytes_;
    std::string unread_;
    std::size_t begin_ = 0;    ///< Of the line that is being read.
    std::size_t scanned_ = 0;  ///< Up to here there is no end of it.
    bool skipping_ = false;
};

}  // namespace aifp::mcp
