#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "admin/tokens.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "helpers/tool.hpp"
#include "http/message.hpp"

namespace aifp::admin {

/// Who may ask. (reference/decisions.md: the unix socket has all rights for the owner and root)
struct AdminAccess {
    std::string token;               ///< For TCP: Authorization: Bearer TOKEN; all scopes.
    uid_t owner = 0;                 ///< For the unix socket: this user and root.
    const Tokens* tokens = nullptr;  ///< With scopes of their own; null: none.
    const std::vector<std::string>* hosts = nullptr;  ///< Setting admin.hosts; null: none.
};

/// Who asks ("uid 1000", "admin token", "token lamp-page") and with which scopes, or why the
/// request may not be answered at all: 401 or 403. Looked at before any route. Pure. Over TCP
/// Host and Origin are held against http::refuse_foreign: else a page in the user's browser could
/// ask.
[[nodiscard]] tl::expected<helpers::Caller, http::Response> identify(const http::Request& request,
                                                                     const AdminAccess& access,
                                                                     WallTime now);

/// The token with scopes of its own that a request over TCP carries, expired or not; else null.
[[nodiscard]] const Token* token_of(const http::Request& request, const AdminAccess& access);

/// Where a request comes from, for the log: "127.0.0.1:40112", "unix socket, pid 712".
[[nodiscard]] std::string origin_of(const http::Request& request);

/// Nothing if `caller` may do what takes `scope`; else the 403 that names it.
[[nodiscard]] Status check_scope(const helpers::Caller& caller, helpers::Scope scope);

/// Reads the token of `file`, or makes one (64 hexadecimal digits, mode 0600). A file that others
/// may read is replaced. Blocks. Errors: io_failure.
[[nodiscard]] Result<std::string> load_or_make_token(const std::filesystem::path& file);

}  // namespace aifp::admin
