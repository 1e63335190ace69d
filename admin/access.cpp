#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <span>

#include "admin/access.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "http/loopback.hpp"

namespace aifp::admin {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::uint64_t kMaxTokenFile = 4'096;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

/// The text behind "Bearer", or nothing.
std::optional<std::string_view> bearer_of(const http::Request& request) {
    constexpr std::string_view kScheme = "bearer ";
    const auto given = request.headers.find("authorization");
    if (!given || given->size() <= kScheme.size() ||
        to_lower_ascii(given->substr(0, kScheme.size())) != kScheme) {
        return std::nullopt;
    }
    return trim(given->substr(kScheme.size()));
}

tl::unexpected<http::Response> refuse(int status, std::string_view text) {
    auto response = http::error_response(status, text);
    if (status == kUnauthorized) {
        response.headers.push_back({"WWW-Authenticate", "Bearer"});
    }
    return tl::unexpected<http::Response>(std::move(response));
}

helpers::Caller named(const http::Request& request, std::string who) {
    helpers::Caller caller;
    caller.who = std::move(who);
    caller.from = origin_of(request);
    return caller;
}

}  // namespace

tl::expected<helpers::Caller, http::Response> identify(const http::Request& request,
                                                       const AdminAccess& access,
                                                       WallTime now) {
    if (request.credentials) {
        const auto uid = request.credentials->uid;
        if (uid == 0 || uid == access.owner) {
            return named(request, fmt::format("uid {}", uid));
        }
        return refuse(kForbidden, "only the owner of the project and root may do this");
    }
    const auto hosts = access.hosts != nullptr ? std::span<const std::string>(*access.hosts)
                                               : std::span<const std::string>();
    if (auto foreign = http::refuse_foreign(request, hosts)) {
        return tl::unexpected<http::Response>(std::move(*foreign));
    }
    const auto text = bearer_of(request);
    if (text && equal_constant_time(*text, access.token)) {
        return named(request, "admin token");
    }
    const auto* token = token_of(request, access);
    if (token == nullptr) {
        return refuse(kUnauthorized,
                      "send Authorization: Bearer with the token in .aifp-project/run/admin.token, "
                      "or one that aifp token create made");
    }
    if (token->expires_at && now >= *token->expires_at) {
        return refuse(kUnauthorized, fmt::format("the token {} has expired", token->name));
    }
    auto caller = named(request, fmt::format("token {}", token->name));
    caller.scopes = token->scopes;
    return caller;
}

const Token* token_of(const http::Request& request, const AdminAccess& access) {
    const auto text = bearer_of(request);
    const bool is_possible = text && access.tokens != nullptr && !request.credentials;
    return is_possible ? access.tokens->find(*text) : nullptr;
}

std::string origin_of(const http::Request& request) {
    if (request.credentials) {
        return fmt::format("unix socket, pid {}", request.credentials->pid);
    }
    return request.peer ? http::format_endpoint(*request.peer) : std::string("unknown");
}

Status check_scope(const helpers::Caller& caller, helpers::Scope scope) {
    if (caller.may(scope)) {
        return {};
    }
    return fail(ErrorCode::denied,
                fmt::format("this needs the scope {}, which the {} does not have",
                            helpers::name_of(scope),
                            caller.who));
}

Result<std::string> load_or_make_token(const std::filesystem::path& file) {
    struct stat facts {};
    const bool is_private = ::stat(file.c_str(), &facts) == 0 && (facts.st_mode & 077) == 0 &&
                            (facts.st_uid == ::geteuid() || facts.st_uid == 0);
    if (is_private) {
        auto text = read_file(file, kMaxTokenFile);
        if (text && trim(*text).size() >= kTokenBytes) {
            return std::string(trim(*text));
        }
    }
    auto token = random_hex(kTokenBytes);
    auto written = write_file_atomically(file, token + "\n", 0600);
    if (!written) {
        return fail(std::move(written).error());
    }
    return token;
}

}  // namespace aifp::admin
