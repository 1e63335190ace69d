#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <vector>

#include "base/clock.hpp"
#include "base/project_paths.hpp"
#include "config/secrets.hpp"
#include "helpers/workflow/dependency.hpp"

namespace aifp::helpers::workflow {

/// What dependencies are checked against; owned by the wiring, outlives every check.
struct CheckServices {
    boost::asio::any_io_executor executor;
    const Clock& clock;
    const ProjectPaths& paths;
    const config::Secrets& secrets;
};

struct CheckOptions {
    /// Connect to services (2 s each, at most 16 at once). Without it they count as there: whether
    /// they answer is seen when a run needs them.
    bool connect = false;
};

/// The Python that the project's programs are run with: that of `.aifp-project/venv`, if it has
/// one.
[[nodiscard]] std::string python_of(const ProjectPaths& paths);

/// Fills is_installed, found_version and why, and takes out modules of the standard library.
/// Python is asked once (15 s) for all packages; if it cannot be asked, they count as missing and
/// say why. Everything else is looked at here. Loop thread only; `done` comes from the loop, once.
void check_dependencies(const CheckServices& services,
                        std::vector<Dependency> dependencies,
                        CheckOptions options,
                        std::function<void(std::vector<Dependency>)> done);

/// Whether a program can be started: looked up in PATH, or the path itself if it has a slash
/// (relative to `folder`).
[[nodiscard]] bool is_program(std::string_view name, const std::filesystem::path& folder);

}  // namespace aifp::helpers::workflow
