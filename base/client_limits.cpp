#include "base/client_limits.hpp"

#include <algorithm>

namespace aifp {

std::optional<Milliseconds> ClientLimits::take(const std::string& client,
                                               const Rate& rate,
                                               MonoTime now) {
    if (rate_ != rate) {
        rate_ = rate;
        clients_.clear();
    }
    auto found = clients_.find(client);
    if (found == clients_.end()) {
        make_room();
        found = clients_.emplace(client, Client{TokenBucket(rate_), now}).first;
    }
    found->second.asked = now;
    return found->second.bucket.take(now);
}

void ClientLimits::make_room() {
    if (clients_.size() < kMaxClients) {
        return;
    }
    clients_.erase(
        std::min_element(clients_.begin(), clients_.end(), [](const auto& left, const auto& right) {
            return left.second.asked < right.second.asked;
        }));
}

}  // namespace aifp
