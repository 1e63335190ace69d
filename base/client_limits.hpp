#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/token_bucket.hpp"

namespace aifp {

/// How often each client may ask: one bucket per client, so that none takes the daemon's time from
/// the others. Remembers the 1,024 that asked last. Loop thread only.
class ClientLimits {
public:
    static constexpr std::size_t kMaxClients = 1'024;

    /// Nothing if `client` may ask now; else how long until it may. Another rate begins anew.
    [[nodiscard]] std::optional<Milliseconds> take(const std::string& client,
                                                   const Rate& rate,
                                                   MonoTime now);

private:
    struct Client {
        TokenBucket bucket;
        MonoTime asked;
    };
    void make_room();

    Rate rate_;
    std::unordered_map<std::string, Client> clients_;
};

}  // namespace aifp
