#include "daemon/endpoints.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/json_text.hpp"
#include "daemon/project_name.hpp"

namespace aifp::daemon {
namespace {

constexpr std::size_t kMaxSocketPath = 107;
constexpr std::size_t kNameDigits = 16;

bool is_private_folder(const std::filesystem::path& folder) {
    struct stat facts {};
    return ::lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
           facts.st_uid == ::geteuid() && (facts.st_mode & 022) == 0;
}

}  // namespace

Status write_endpoints(const std::filesystem::path& file, const Endpoints& endpoints) {
    boost::json::object object;
    object["pid"] = ::getpid();
    object["name"] = endpoints.name;
    object["prefix"] = prefix_of(endpoints.name);
    object["admin"] = endpoints.admin;
    object["hooks"] = endpoints.hooks;
    object["socket"] = endpoints.socket.string();
    return write_file_atomically(file, json_text(object) + "\n", 0644);
}

Result<std::filesystem::path> choose_socket(const ProjectPaths& paths) {
    auto usual = paths.run() / "admin.sock";
    if (usual.string().size() <= kMaxSocketPath) {
        return usual;
    }
    const auto name =
        fmt::format("aifp-{}.sock", sha256_hex(paths.root().string()).substr(0, kNameDigits));
    const std::filesystem::path of_user = fmt::format("/run/user/{}", ::geteuid());
    if (is_private_folder(of_user)) {
        return of_user / name;
    }
    const std::filesystem::path fallback = fmt::format("/tmp/aifp-{}", ::geteuid());
    ::mkdir(fallback.c_str(), 0700);
    if (!is_private_folder(fallback)) {
        return fail(
            ErrorCode::io_failure,
            fmt::format("the project's path is too long for a socket, and {} cannot be used",
                        fallback.string()));
    }
    return fallback / name;
}

}  // namespace aifp::daemon
