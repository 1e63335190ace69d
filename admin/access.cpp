#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "admin/admin.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "http/loopback.hpp"

namespace aifp::admin {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::uint64_t kMaxTokenFile = 4'096;

bool has_token(const http::Request& request, const std::string& token) {
    constexpr std::string_view kScheme = "bearer ";
    const auto given = request.headers.find("authorization");
    if (!given || given->size() <= kScheme.size() ||
        to_lower_ascii(given->substr(0, kScheme.size())) != kScheme) {
        return false;
    }
    return equal_constant_time(trim(given->substr(kScheme.size())), token);
}

}  // namespace

std::optional<http::Response> check_access(const http::Request& request,
                                           const AdminAccess& access) {
    if (request.credentials) {
        const auto uid = request.credentials->uid;
        if (uid == 0 || uid == access.owner) {
            return std::nullopt;
        }
        return http::error_response(403, "only the owner of the project and root may do this");
    }
    if (auto foreign = http::refuse_foreign(request)) {
        return foreign;
    }
    if (!has_token(request, access.token)) {
        auto response = http::error_response(
            401, "send Authorization: Bearer with the token in .aifp-project/run/admin.token");
        response.headers.push_back({"WWW-Authenticate", "Bearer"});
        return response;
    }
    return std::nullopt;
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
