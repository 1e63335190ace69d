#pragma once

#include <span>
#include <string>
#include <string_view>

#include "admin/call.hpp"
#include "base/result.hpp"
#include "helpers/tool.hpp"

namespace aifp::admin {

/// One thing that can be asked of the admin API. Whatever lists the API reads this table.
struct Route {
    std::string_view method;  ///< "GET".
    /// "/api/v1/directives/{name}/run": {…} is one part of a path; there is at most one such.
    std::string_view path;
    helpers::Scope scope;      ///< What the caller must be allowed (docs/admin-api.md, Scopes).
    void (*handle)(Call);      ///< Answers, at once or later.
    std::string_view purpose;  ///< One line.
    /// The answer holds a secret that must not be kept for an Idempotency-Key.
    bool has_secret_answer = false;
    bool streams = false;  ///< It never ends by itself: there is no HEAD of it.
};

/// All of them; no two have the same method and path.
[[nodiscard]] std::span<const Route> routes() noexcept;

/// Which route a request is for.
struct RouteMatch {
    const Route* route = nullptr;  ///< Null: none with this method.
    std::string subject;           ///< What stands for {…}, decoded; empty without.
    std::string allowed;           ///< The methods of the path, "GET, HEAD, POST".
};

/// `path` is as sent, without its query. HEAD is GET without the body, which the listener leaves
/// out (RFC 9110 9.3.2). A path written out wins over one with {…}. Pure. Errors: invalid_input
/// when it is not well percent-encoded; not_found when there is no such path.
[[nodiscard]] Result<RouteMatch> match_route(std::string_view method, std::string_view path);

}  // namespace aifp::admin
