#include "cli/version_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownDigits = 12;

std::string shown(const json::value& of, std::string_view key) {
    return one_line(text_in(of, key).value_or("-"));
}

std::string marks_of(const json::value& version) {
    std::string marks;
    for (const auto* mark : {"current", "approved", "proposed"}) {
        if (text_in(version, mark) == "true") {
            marks += marks.empty() ? "" : ", ";
            marks += mark;
        }
    }
    return marks;
}

void print_side(const Terminal& terminal, char sign, Colour colour, const json::value* side) {
    if (side != nullptr) {
        terminal.out << "  "
                     << paint(terminal,
                              colour,
                              fmt::format("{} {}", sign, one_line(json_text(*side))))
                     << '\n';
    }
}

}  // namespace

int run_versions(const VersionOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    const auto versions = ask_daemon(
        fmt::format("directives/{}/versions", percent_encode(options.name)), paths, terminal);
    if (!versions) {
        return versions.error();
    }
    if (options.json) {
        terminal.out << json_text(*versions) << '\n';
        return kDone;
    }
    std::vector<Row> rows;
    if (versions->is_array()) {
        for (const auto& version : versions->get_array()) {
            rows.push_back({Cell(shown(version, "hash").substr(0, kShownDigits)),
                            Cell(relative_time(shown(version, "loaded_at"), terminal.clock.wall())),
                            Cell(shown(version, "source_file")),
                            Cell(marks_of(version))});
        }
    }
    print_table(terminal, {"VERSION", "LOADED", "FILE", ""}, rows);
    return kDone;
}

int run_diff(const VersionOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    auto target = fmt::format("directives/{}/diff", percent_encode(options.name));
    if (!options.from.empty()) {
        target += "?from=" + percent_encode(options.from);
    }
    if (!options.to.empty()) {
        target += "&to=" + percent_encode(options.to);
    }
    const auto diff = ask_daemon(target, paths, terminal);
    if (!diff) {
        return diff.error();
    }
    if (options.json) {
        terminal.out << json_text(*diff) << '\n';
        return kDone;
    }
    terminal.out << fmt::format("{} -> {}\n",
                                shown(*diff, "from").substr(0, kShownDigits),
                                shown(*diff, "to").substr(0, kShownDigits));
    const auto* changes = member_in(*diff, "changes");
    if (changes == nullptr || !changes->is_array() || changes->get_array().empty()) {
        terminal.out << "no difference\n";
        return kDone;
    }
    for (const auto& change : changes->get_array()) {
        terminal.out << shown(change, "path") << '\n';
        print_side(terminal, '-', Colour::red, member_in(change, "before"));
        print_side(terminal, '+', Colour::green, member_in(change, "after"));
    }
    return kDone;
}

void add_version_verbs(CLI::App& app, Invocation& invocation) {
    const auto options = std::make_shared<VersionOptions>();
    auto* versions = app.add_subcommand("versions", "The versions of a directive that are kept");
    versions->add_option("NAME", options->name, "Name or id of a directive")->required();
    invocation.decide(*versions, options, run_versions);
    auto* diff = app.add_subcommand(
        "diff", "What differs between two versions (default: what waits for a yes, or the last)");
    diff->add_option("NAME", options->name, "Name or id of a directive")->required();
    auto* from = diff->add_option("A", options->from, "First digits of a version: aifp versions");
    diff->add_option("B", options->to, "Of another (default: the one in force)")->needs(from);
    invocation.decide(*diff, options, run_diff);
}

}  // namespace aifp::cli
