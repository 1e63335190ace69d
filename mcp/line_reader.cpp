#include "mcp/line_reader.hpp"

#include <utility>

namespace aifp::mcp {

LineReader::Next LineReader::next() {
    while (true) {
        const auto end = unread_.find('\n', scanned_);
        if (end == std::string::npos) {
            scanned_ = unread_.size();
            drop_read();
            const bool is_long = unread_.size() > max_bytes_;
            if (skipping_ || is_long) {
                unread_.clear();
                scanned_ = 0;
            }
            return is_long && !std::exchange(skipping_, skipping_ || is_long) ? Next(TooLong())
                                                                              : Next(NeedMore());
        }
        std::string_view line(unread_.data() + begin_, end - begin_);
        begin_ = scanned_ = end + 1;
        if (std::exchange(skipping_, false)) {
            continue;
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.size() > max_bytes_) {
            return TooLong();
        }
        if (!line.empty()) {
            return Line{std::string(line)};
        }
    }
}

void LineReader::drop_read() {
    unread_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
}

}  // namespace aifp::mcp
