#include "admin/idempotency.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/hash.hpp"
#include "http/problem.hpp"

namespace aifp::admin {
namespace {

constexpr int kConflict = 409;
constexpr int kUnprocessable = 422;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;

http::Response refuse(int status, std::string_view detail, std::string_view code) {
    return http::problem_response({status, detail, code, {}});
}

http::Response answer_for(const storage::RequestKey& key, storage::FoundRequestKey found) {
    if (found.request_sha256 != key.request_sha256) {
        return refuse(kUnprocessable,
                      "this Idempotency-Key was used for another request: take a new one",
                      "idempotency_key_reused");
    }
    if (!found.answer) {
        return refuse(kConflict,
                      "the daemon died while it did this: look whether it was done, and if not, "
                      "ask again with a new Idempotency-Key",
                      "outcome_unknown");
    }
    if (!found.answer->body) {
        return refuse(
            kConflict, "this was done already; its answer was not kept", "answer_not_kept");
    }
    http::Response response;
    response.status = found.answer->status;
    response.content_type = std::move(found.answer->content_type);
    response.body = std::move(*found.answer->body);
    response.headers.push_back({"Idempotency-Replayed", "true"});
    return response;
}

}  // namespace

Result<storage::RequestKey> Idempotency::key_of(const http::Request& request,
                                                std::string caller) const {
    const auto given = request.headers.find("idempotency-key").value_or("");
    const bool is_good =
        !given.empty() && given.size() <= kMaxKeyBytes &&
        std::all_of(given.begin(), given.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_good) {
        return fail(ErrorCode::invalid_input,
                    "Idempotency-Key must be 1 to 255 visible ASCII characters, as a UUID is");
    }
    storage::RequestKey key;
    key.caller = std::move(caller);
    key.key = std::string(given);
    key.request_sha256 = sha256_hex(request.method + "\n" + request.target + "\n" + request.body);
    key.created_at = clock_.wall();
    return key;
}

void Idempotency::claim(const storage::RequestKey& key,
                        std::function<void()> go,
                        std::function<void(http::Response)> answered) {
    if (!under_way_.emplace(key.caller, key.key).second) {
        answered(refuse(kConflict,
                        "the first request with this Idempotency-Key is still under way",
                        "in_flight"));
        return;
    }
    auto found = std::make_shared<std::optional<storage::FoundRequestKey>>();
    store_.write(
        [found, key](storage::Database& database) {
            *found = storage::claim_request_key(database, key);
        },
        [this, found, key, go = std::move(go), answered = std::move(answered)](
            const Status& stored) {
            if (stored && !*found) {
                go();
                return;
            }
            under_way_.erase({key.caller, key.key});
            answered(stored ? answer_for(key, std::move(**found))
                            : refuse(kUnavailable, stored.error().detail(), "busy"));
        });
}

void Idempotency::finish(const storage::RequestKey& key,
                         const http::Response& response,
                         bool is_secret,
                         std::function<void()> kept) {
    const bool may_try_again = response.status >= 500 || response.status == kTooManyRequests;
    storage::KeptAnswer answer{response.status, response.content_type, std::nullopt};
    if (!is_secret && response.body.size() <= kMaxKeptBody) {
        answer.body = response.body;
    }
    store_.write(
        [key, may_try_again, answer = std::move(answer)](storage::Database& database) {
            if (may_try_again) {
                storage::free_request_key(database, key);
            } else {
                storage::keep_answer(database, key, answer);
            }
        },
        [this, key, kept = std::move(kept)](const Status&) {
            under_way_.erase({key.caller, key.key});
            kept();
        });
}

}  // namespace aifp::admin
