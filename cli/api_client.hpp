#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/project_paths.hpp"
#include "base/result.hpp"

namespace aifp::cli {

/// One request to the admin API.
struct ApiRequest {
    std::string method;     ///< "GET", "POST"
    std::string target;     ///< Path and query, encoded: "/api/v1/directives/lamp"
    std::string body = {};  ///< JSON, or empty.
};

struct ApiAnswer {
    int status = 0;
    std::string body;
};

inline constexpr Milliseconds kApiTimeout = Seconds(10);

/// The admin socket that endpoints.json names, `run/admin.sock` if the file is missing or says
/// nothing usable. Blocks.
[[nodiscard]] std::filesystem::path find_socket(const ProjectPaths& paths);

/// Asks over the unix socket and waits for the whole answer, at most 16 MiB. Errors: unreachable
/// (nobody listens); denied (the socket is another user's); timed_out; io_failure (the answer is
/// broken off, too large or not HTTP).
[[nodiscard]] Result<ApiAnswer> blocking_ask(const std::filesystem::path& socket,
                                             const ApiRequest& request,
                                             Milliseconds limit = kApiTimeout);

/// `path` with a query of those parameters that have a value: "/api/v1/events?directive=lamp".
[[nodiscard]] std::string with_query(
    std::string_view path, std::initializer_list<std::pair<std::string_view, std::string>> query);

}  // namespace aifp::cli
