#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/llm_settings.hpp"
#include "llm/model.hpp"
#include "prompts/notice.hpp"

namespace aifp::http {
class Client;
}

namespace aifp::llm {

class FileShelf;

/// Tokens of one request, for the book that a budget is held against.
struct Spending {
    WallTime at;
    std::string provider;
    std::string model;
    Usage usage;
};

/// Remembers over restarts what was spent. Implemented where the database is; loop thread only.
class TokenBook {
public:
    virtual ~TokenBook() = default;
    /// Input and output tokens since the first of the month of `now` (UTC), from memory.
    [[nodiscard]] virtual std::int64_t spent_in_month(WallTime now) const = 0;
    /// Adds one request. It counts at once; what could not be stored is logged there.
    virtual void add(const Spending& spending) = 0;
};

/// What a client is built from. All of it outlives the client.
struct ClientParts {
    http::Client* http = nullptr;
    const Clock* clock = nullptr;
    TokenBook* book = nullptr;
    FileShelf* shelf = nullptr;
    /// Read anew for every request, so that a changed setting counts from the next one on.
    std::function<config::Llm()> settings;
    /// The key as it is sent. Errors: not_found naming the secret or variable.
    std::function<Result<std::string>(const boost::json::value&)> resolve;
    /// Whose secrets are taken out of every text before it is sent; null: none are known.
    std::function<std::string(std::string)> redact;
    /// What is worth a line in the log.
    std::function<void(const prompts::Notice&)> tell;
};

/// A Model that speaks to the configured provider over HTTP: TLS verified, no redirect followed, a
/// plain http:// only to loopback addresses. Retries, pauses and the circuit breaker: docs/llm.md.
[[nodiscard]] std::unique_ptr<Model> create_client(ClientParts parts);

}  // namespace aifp::llm
