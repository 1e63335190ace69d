#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/token_bucket.hpp"
#include "http/message.hpp"
#include "model/directive.hpp"
#include "triggers/webhook_auth.hpp"

namespace aifp::triggers {

/// The methods a webhook may answer to, as a set of bits.
class MethodSet {
public:
    /// Errors: invalid_input for a method that is not GET, HEAD, POST, PUT, PATCH or DELETE.
    [[nodiscard]] Status add(std::string_view method);
    [[nodiscard]] bool contains(std::string_view method) const noexcept;
    [[nodiscard]] bool is_empty() const noexcept { return bits_ == 0; }
    /// "POST, PUT": the value of Allow.
    [[nodiscard]] std::string text() const;

private:
    std::uint8_t bits_ = 0;
};

/// When the client is answered.
enum class Respond {
    accept,  ///< 202 and the run's id, once the ledger row is durable. The default.
    wait,    ///< When the run has ended, or after respond_timeout.
};

/// An armed webhook: the arguments of docs/directive-kinds.md, resolved.
struct Webhook {
    std::string path;  ///< Below /hooks/: "lights/on".
    MethodSet methods;
    std::unique_ptr<const AuthRules> auth;  ///< Null only for `auth: none`, as written.
    std::size_t max_body_bytes = 1'048'576;
    Respond respond = Respond::accept;
    Milliseconds respond_timeout{30'000};
    std::optional<TokenBucket> rate;
};

/// Arms a trigger of kind "webhook". Default deny: without `auth` it is an error.
/// Errors: invalid_input (says which argument); what `resolve` returned.
[[nodiscard]] Result<Webhook> webhook_from(const model::Trigger& trigger,
                                           const ResolveText& resolve);

/// What `trigger.*` reads, as one line of JSON: {kind, method, path, query, headers, body}.
/// query and headers map names (headers in lower case) to text; a query name that comes twice maps
/// to a list, a header that comes twice is joined with ", ". Authorization, Proxy-Authorization,
/// Cookie and the signature are left out. body is the JSON value as sent (any +json type), a map
/// (urlencoded form), text, or null when empty; bytes that are not UTF-8 come as `body_base64`.
/// Errors: invalid_input when the body is not what its content type says (400).
[[nodiscard]] Result<std::string> webhook_payload(const http::Request& request,
                                                  const Webhook& webhook);

}  // namespace aifp::triggers
