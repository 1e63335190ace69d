#pragma once

#include <filesystem>
#include <string>

#include "base/project_paths.hpp"
#include "base/result.hpp"

namespace aifp::daemon {

/// What a running daemon listens on: `.aifp-project/run/endpoints.json`. (reference/decisions.md)
struct Endpoints {
    std::string name;              ///< Of the project; its paths also begin with /p/NAME.
    std::string admin;             ///< ADDRESS:PORT
    std::string hooks;             ///< ADDRESS:PORT
    std::filesystem::path socket;  ///< The admin's unix socket.
};

/// Blocks briefly. Errors: io_failure.
[[nodiscard]] Status write_endpoints(const std::filesystem::path& file, const Endpoints& endpoints);

/// `run/admin.sock`; if that path is too long for a socket (107 bytes, unix(7)), a name made from
/// the project's path under /run/user/UID or, without that, in a private folder under /tmp. Errors:
/// io_failure when no private folder can be had.
[[nodiscard]] Result<std::filesystem::path> choose_socket(const ProjectPaths& paths);

}  // namespace aifp::daemon
