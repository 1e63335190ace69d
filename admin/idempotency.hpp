#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/message.hpp"
#include "storage/request_keys.hpp"
#include "storage/store.hpp"

namespace aifp::admin {

/// Requests with an Idempotency-Key: what was done once is not done again, also after a crash. The
/// key is stored before the deed and the answer after it, so a program that dies between the two
/// leaves a key whose outcome nobody knows: that is said (409), and nothing is done. Loop thread
/// only; owned by Admin, outlives the answers. (docs/admin-api.md, Idempotency)
class Idempotency {
public:
    static constexpr std::size_t kMaxKeyBytes = 255;
    static constexpr std::size_t kMaxKeptBody = 256 * 1024;

    Idempotency(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

    /// Who asks, the value of the header, and everything that makes the request what it is.
    [[nodiscard]] Result<storage::RequestKey> key_of(const http::Request& request,
                                                     std::string caller) const;

    /// Calls `go` if the key is new, else `answered` with the first answer, 409 (it is under way,
    /// or its outcome is not known), 422 (it was used for another request) or 503.
    void claim(const storage::RequestKey& key,
               std::function<void()> go,
               std::function<void(http::Response)> answered);

    /// Keeps the answer, then calls `kept`. A failure of ours (5xx) or a "later" (429) gives the
    /// key back. `is_secret`: the body is not kept.
    void finish(const storage::RequestKey& key,
                const http::Response& response,
                bool is_secret,
                std::function<void()> kept);

private:
    storage::Store& store_;
    const Clock& clock_;
    std::set<std::pair<std::string, std::string>> under_way_;
};

}  // namespace aifp::admin
