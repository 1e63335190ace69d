#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace aifp::llm {

/// Cuts a stream of server-sent events into events, wherever its bytes were cut (WHATWG HTML,
/// 9.2.6). Comments are passed over, `id` and `retry` are not looked at. Not thread-safe.
class SseReader {
public:
    static constexpr std::size_t kMaxEventBytes = 4 << 20;

    struct Event {
        std::string name;  ///< "message" unless the stream says otherwise.
        std::string data;
    };
    /// The events that these bytes complete. Errors: invalid_input when one is longer than
    /// kMaxEventBytes; the reader is of no further use then.
    [[nodiscard]] Result<std::vector<Event>> feed(std::string_view bytes);

private:
    void take_line(std::vector<Event>& events);

    std::string line_;
    bool had_return_ = false;  // a line feed that follows belongs to it
    std::string name_;
    std::string data_;
    bool has_data_ = false;
};

}  // namespace aifp::llm
