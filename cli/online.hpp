#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/project_paths.hpp"
#include "cli/api_client.hpp"
#include "cli/terminal.hpp"

namespace aifp::cli {

/// What a verb that asks the daemon may take.
struct OnlineOptions {
    std::string name = {};  ///< Of a directive; empty when the verb takes none.
    std::optional<std::size_t> limit = {};
    bool runs_only = false;
    bool json = false;  ///< The API's JSON as it is.
};

/// A verb that is one request and one way to show the answer.
struct OnlineVerb {
    enum class Name { none, optional, required };

    std::string_view verb;
    std::string_view help;
    Name name;  ///< Whether it takes the name of a directive.
    std::string_view method;
    std::string_view path;  ///< Below /api/v1/; "*" is the name.
    void (*print)(const Terminal& terminal, const boost::json::value& answer);
};

[[nodiscard]] std::span<const OnlineVerb> online_verbs() noexcept;

/// The path and query that the verb asks for.
[[nodiscard]] std::string target_of(const OnlineVerb& verb, const OnlineOptions& options);

/// Asks the project's daemon and prints. Exit code: 0; 1 with the API's error; 3 without a daemon.
[[nodiscard]] int run_online(const OnlineVerb& verb,
                             const OnlineOptions& options,
                             const ProjectPaths& paths,
                             const Terminal& terminal);

/// The daemon's answer whatever its status, or the exit code after it was told why there is none.
[[nodiscard]] tl::expected<ApiAnswer, int> ask_daemon_raw(const ApiRequest& request,
                                                          const ProjectPaths& paths,
                                                          const Terminal& terminal);
/// The parsed answer, or the exit code after the error was told. `limit`: how long it may take.
[[nodiscard]] tl::expected<boost::json::value, int> request_daemon(const ApiRequest& request,
                                                                   const ProjectPaths& paths,
                                                                   const Terminal& terminal,
                                                                   Milliseconds limit);

/// The parsed answer of a GET, or the exit code after the error was told.
[[nodiscard]] tl::expected<boost::json::value, int> ask_daemon(std::string_view target,
                                                               const ProjectPaths& paths,
                                                               const Terminal& terminal);

/// The same for a POST with a JSON body.
[[nodiscard]] tl::expected<boost::json::value, int> tell_daemon(std::string_view target,
                                                                std::string body,
                                                                const ProjectPaths& paths,
                                                                const Terminal& terminal);

/// Prints the answer as JSON, or has `print` show it. Exit code: 0, or the one that stands for it.
[[nodiscard]] int print_answer(const tl::expected<boost::json::value, int>& answer,
                               bool as_json,
                               const Terminal& terminal,
                               const std::function<void()>& print);

}  // namespace aifp::cli
