#include "logging/recent_lines.hpp"

#include <functional>

namespace aifp::logging {
namespace {

/// What makes a line that line. The end of a run stands in two channels, which may have written it
/// a millisecond apart; a run ends once, so that its number tells.
std::string_view identity_of(std::string_view line) noexcept {
    constexpr std::size_t kHeadBytes =
        128;  // {"ts":"2026-11-22T17:00:00.123Z","level":"error", ...
    const auto is_end =
        line.substr(0, kHeadBytes).find(R"("event":"run_ended")") != std::string_view::npos;
    const auto behind_stamp = line.find(',');
    return is_end && behind_stamp != std::string_view::npos ? line.substr(behind_stamp) : line;
}

}  // namespace

bool RecentLines::is_new(std::string_view line) {
    const auto hash = std::hash<std::string_view>()(identity_of(line));
    if (!known_.insert(hash).second) {
        return false;
    }
    order_.push_back(hash);
    if (order_.size() > kRemembered) {
        known_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

}  // namespace aifp::logging
