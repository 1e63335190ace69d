#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/database.hpp"

// Rows of `request_keys`: what was answered to requests that carry an Idempotency-Key. All throw
// DatabaseError.
namespace aifp::storage {

/// So many are kept, the newest, and each for such a time.
inline constexpr std::size_t kMaxRequestKeys = 10'000;
inline constexpr Milliseconds kRequestKeyLife{24 * 3'600'000};

struct RequestKey {
    std::string caller;  ///< Keys of one caller mean nothing for another.
    std::string key;
    std::string request_sha256;  ///< Of all that makes the request.
    WallTime created_at;
};

/// What was answered; `body` is absent when it was not kept.
struct KeptAnswer {
    int status = 0;
    std::string content_type;
    std::optional<std::string> body;
};

/// What is there under a key.
struct FoundRequestKey {
    std::string request_sha256;
    std::optional<KeptAnswer> answer;  ///< Absent: nobody knows how the request ended.
};

/// Takes the key, or says what is there already. Removes what is too old, and the oldest of too
/// many.
[[nodiscard]] std::optional<FoundRequestKey> claim_request_key(Database& database,
                                                               const RequestKey& key);
void keep_answer(Database& database, const RequestKey& key, const KeptAnswer& answer);
/// Gives the key back, as if it had not been used.
void free_request_key(Database& database, const RequestKey& key);

}  // namespace aifp::storage
