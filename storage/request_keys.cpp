#include "storage/request_keys.hpp"

#include "storage/statement.hpp"

namespace aifp::storage {
namespace {

void remove_old(Database& database, WallTime now) {
    Statement(database, "DELETE FROM request_keys WHERE created_at_ms <= ?1")
        .run(now - kRequestKeyLife);
    Statement(database,
              "DELETE FROM request_keys WHERE created_at_ms <= (SELECT created_at_ms FROM "
              "request_keys ORDER BY created_at_ms DESC LIMIT 1 OFFSET ?1)")
        .run(kMaxRequestKeys - 1);
}

}  // namespace

std::optional<FoundRequestKey> claim_request_key(Database& database, const RequestKey& key) {
    remove_old(database, key.created_at);
    Statement row(database,
                  "SELECT request_sha256, status, content_type, body FROM request_keys "
                  "WHERE caller = ?1 AND key = ?2");
    row.bind(key.caller, key.key);
    if (!row.step()) {
        Statement(database,
                  "INSERT INTO request_keys (caller, key, request_sha256, created_at_ms) "
                  "VALUES (?, ?, ?, ?)")
            .run(key.caller, key.key, key.request_sha256, key.created_at);
        return std::nullopt;
    }
    FoundRequestKey found;
    found.request_sha256 = row.text(0);
    if (!row.is_null(1)) {
        KeptAnswer answer;
        answer.status = static_cast<int>(row.integer(1));
        answer.content_type = row.text(2);
        if (!row.is_null(3)) {
            answer.body = row.text(3);
        }
        found.answer = std::move(answer);
    }
    return found;
}

void keep_answer(Database& database, const RequestKey& key, const KeptAnswer& answer) {
    Statement(database,
              "UPDATE request_keys SET status = ?3, content_type = ?4, body = ?5 "
              "WHERE caller = ?1 AND key = ?2")
        .run(key.caller, key.key, answer.status, answer.content_type, answer.body);
}

void free_request_key(Database& database, const RequestKey& key) {
    Statement(database, "DELETE FROM request_keys WHERE caller = ?1 AND key = ?2")
        .run(key.caller, key.key);
}

}  // namespace aifp::storage
