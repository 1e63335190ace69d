#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/project_paths.hpp"
#include "base/result.hpp"
#include "model/directive.hpp"

// The line protocol of implementations (docs/implementations.md): one JSON line in, JSON lines out.

namespace aifp::actions {

/// The files that a directive runs (`run` steps of `actions` and `on_error`), as written, each
/// once.
[[nodiscard]] std::vector<std::string> implementation_files(const model::Directive& directive);

/// Where an implementation is. Errors: denied when the path leads out of the project.
[[nodiscard]] Result<std::filesystem::path> locate_implementation(const ProjectPaths& paths,
                                                                  std::string_view written);

/// Program and arguments that run it: a .py file by python3 (with `entry`: its function, called
/// with the `with` map as keyword arguments), a .sh file by /bin/sh, anything else by itself.
[[nodiscard]] std::vector<std::string> implementation_argv(const std::filesystem::path& file,
                                                           const std::string& entry);

/// What an implementation said.
struct ImplementationOutput {
    boost::json::value result;           ///< Null when it named none.
    std::vector<std::string> log_lines;  ///< Everything that was no JSON object, capped.
    std::size_t dropped_lines = 0;
    /// Lines `{"aifp": "set", "values": {...}}` and `{"aifp": "emit", "event": ..., "data": ...}`,
    /// in order: what the engine is asked to do when the program has ended well. Capped.
    std::vector<boost::json::object> requests;
};

inline constexpr std::size_t kMaxRequests = 100;

inline constexpr std::size_t kMaxLogLines = 50;

/// Splits standard output: the last line that is a JSON object without `aifp` is the result (its
/// member `result`, if it has one); lines that are no JSON object are log. Pure.
[[nodiscard]] ImplementationOutput read_implementation_output(std::string_view standard_output);

}  // namespace aifp::actions
