#include "cli/doctor_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>
#include <memory>

#include "base/json_text.hpp"
#include "cli/doctor.hpp"
#include "cli/invocation.hpp"

namespace aifp::cli {
namespace {

using Level = Finding::Level;

/// In the order in which one thing leads to the next.
constexpr std::array kLooks{look_at_folder,
                            look_at_settings,
                            look_at_secrets,
                            look_at_database,
                            look_at_clock,
                            look_at_zones,
                            look_at_disk,
                            look_at_limits,
                            look_at_ports,
                            look_at_daemon,
                            look_at_unit};

std::string_view name_of(Level level) {
    return level == Level::ok ? "ok" : level == Level::warn ? "warn" : "fail";
}

Colour colour_of(Level level) {
    return level == Level::ok ? Colour::green : level == Level::warn ? Colour::yellow : Colour::red;
}

void print_json(const Findings& findings, const Terminal& terminal) {
    boost::json::array items;
    for (const Finding& finding : findings) {
        items.push_back({{"check", finding.check},
                         {"level", name_of(finding.level)},
                         {"text", finding.text},
                         {"cure", finding.cure}});
    }
    terminal.out << json_text(items) << '\n';
}

void print_readable(const Findings& findings, const Terminal& terminal) {
    for (const Finding& finding : findings) {
        terminal.out << paint(terminal,
                              colour_of(finding.level),
                              fmt::format("{:<4}", name_of(finding.level)))
                     << fmt::format("  {:<8}  {}\n", finding.check, one_line(finding.text));
        if (!finding.cure.empty()) {
            terminal.out << fmt::format("                {}\n", one_line(finding.cure));
        }
    }
}

}  // namespace

int run_doctor(const DoctorOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const Patient patient{paths, terminal.clock.wall(), options.system};
    Findings findings;
    for (const auto look : kLooks) {
        auto found = look(patient);
        findings.insert(findings.end(),
                        std::make_move_iterator(found.begin()),
                        std::make_move_iterator(found.end()));
    }
    options.json ? print_json(findings, terminal) : print_readable(findings, terminal);
    const bool fails = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.level == Level::fail;
    });
    return fails ? kFailed : kDone;
}

void add_doctor_verb(CLI::App& app, Invocation& invocation) {
    auto* verb = app.add_subcommand(
        "doctor", "What is wrong with the project or this machine, and the cure (needs no daemon)");
    invocation.decide(*verb, std::make_shared<DoctorOptions>(), run_doctor);
}

}  // namespace aifp::cli
