#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace aifp::logging {

/// Remembers the last lines that were shown, so that a line which stands in two channels (a
/// failure), or in a file and among those that came live, is shown once. One thread at a time.
class RecentLines {
public:
    static constexpr std::size_t kRemembered = 2'048;

    /// Whether it is not among the last kRemembered; from now on it is.
    [[nodiscard]] bool is_new(std::string_view line);

private:
    std::unordered_set<std::size_t> known_;  // hashes: a line may have 16 KiB
    std::deque<std::size_t> order_;
};

}  // namespace aifp::logging
