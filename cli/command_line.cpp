#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "cli/verbs.hpp"

namespace aifp::cli {
namespace {

void suggest_verb(const CLI::App& app, std::string_view first, const Terminal& terminal) {
    std::vector<std::string> names;
    for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(verb->get_name());
    }
    const std::vector<std::string_view> verbs(names.begin(), names.end());
    const bool is_known = std::find(verbs.begin(), verbs.end(), first) != verbs.end();
    const auto nearest = nearest_name(first, verbs);
    if (!is_known && nearest && !first.starts_with('-')) {
        terminal.err << fmt::format("aifp: did you mean {}?\n", *nearest);
    }
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const Terminal& terminal) {
    Invocation invocation(terminal);
    CLI::App app("aifp checks, shows and steers the directives of a project.", "aifp");
    build_command_line(app, invocation);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error, terminal.out, terminal.err);
        suggest_verb(app, argc > 1 ? argv[1] : "", terminal);
        return code == 0 ? kDone : kUsage;
    }
    return invocation.carry_out();
}

}  // namespace aifp::cli
