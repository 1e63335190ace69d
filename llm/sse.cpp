#include "llm/sse.hpp"

#include <utility>

namespace aifp::llm {

Result<std::vector<SseReader::Event>> SseReader::feed(std::string_view bytes) {
    std::vector<Event> events;
    for (const char byte : bytes) {
        const bool is_second_half = byte == '\n' && had_return_;
        had_return_ = byte == '\r';
        if (is_second_half) {
            continue;
        }
        if (byte == '\n' || byte == '\r') {
            take_line(events);
        } else {
            line_ += byte;
        }
        if (line_.size() + data_.size() > kMaxEventBytes) {
            return fail(ErrorCode::invalid_input, "the stream has an event that is too long");
        }
    }
    return events;
}

void SseReader::take_line(std::vector<Event>& events) {
    const std::string line = std::exchange(line_, "");
    if (line.empty()) {
        if (has_data_) {
            events.push_back({name_.empty() ? "message" : name_, std::move(data_)});
        }
        name_.clear();
        data_.clear();
        has_data_ = false;
        return;
    }
    const auto colon = line.find(':');
    const std::string_view field = std::string_view(line).substr(0, colon);
    std::string_view value =
        colon == std::string::npos ? std::string_view() : std::string_view(line).substr(colon + 1);
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (field == "event") {
        name_ = value;
    } else if (field == "data") {
        data_ += has_data_ ? "\n" : "";
        data_ += value;
        has_data_ = true;
    }
}

}  // namespace aifp::llm
