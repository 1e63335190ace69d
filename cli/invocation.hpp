#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/project_paths.hpp"
#include "cli/terminal.hpp"

namespace CLI {
class App;
}

namespace aifp::cli {

/// What all verbs share while a command line is read: the global options, and the deed that the
/// verb on it chose. A verb's own options live in a struct that its deed keeps alive.
class Invocation {
public:
    explicit Invocation(const Terminal& where) : terminal(where) {}

    const Terminal& terminal;
    std::optional<std::string> project = {};  ///< --project, as it was written.
    bool json = false;                        ///< --json

    /// If `verb` stands on the command line, `deed` is what carry_out() does. It gives the exit
    /// code.
    void decide(CLI::App& verb, std::function<int()> deed);

    /// The same for the usual verb: `run(options, paths, terminal)`, options that have `json`.
    template <class Options, class Run>
    void decide(CLI::App& verb, std::shared_ptr<Options> options, Run run) {
        decide(verb, [this, options = std::move(options), run = std::move(run)] {
            options->json = json;
            return run(*options, project_paths(), terminal);
        });
    }

    /// Only after a command line was read whole.
    [[nodiscard]] int carry_out() const { return deed_(); }

    /// The project that is meant: --project, or the nearest one from here upwards, or here.
    [[nodiscard]] ProjectPaths project_paths() const;

private:
    std::function<int()> deed_;
};

}  // namespace aifp::cli
