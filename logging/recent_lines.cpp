#include "logging/recent_lines.hpp"

#include <functional>

namespace aifp::logging {

bool RecentLines::is_new(std::string_view line) {
    const auto hash = std::hash<std::string_view>()(line);
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
