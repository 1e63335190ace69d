#include "cli/daemon_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "cli/figures.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

constexpr int kSuccess = 200;

std::string field(const json::value& object, std::string_view key) {
    return one_line(text_in(object, key).value_or("-"));
}

bool is_wanted(const json::value& setting, const DaemonOptions& options) {
    const bool is_named =
        text_in(setting, "name").value_or("").find(options.part) != std::string::npos;
    return is_named && !(options.changed_only && is_true_member(setting, "is_default"));
}

json::array wanted_settings(const json::value& answer, const DaemonOptions& options) {
    json::array wanted;
    for (const auto& setting : answer.is_array() ? answer.get_array() : json::array()) {
        if (is_wanted(setting, options)) {
            wanted.push_back(setting);
        }
    }
    return wanted;
}

void print_settings(const Terminal& terminal, const json::array& settings) {
    if (settings.empty()) {
        terminal.out << "no setting is like that\n";
        return;
    }
    std::vector<Row> rows;
    for (const auto& setting : settings) {
        const bool is_default = is_true_member(setting, "is_default");
        rows.push_back({Cell(field(setting, "name")),
                        is_default ? Cell(field(setting, "default"), Colour::dim)
                                   : Cell(field(setting, "value"), Colour::green),
                        Cell(is_default ? "" : "engine.yaml"),
                        Cell(field(setting, "meaning"))});
    }
    print_table(terminal, {"NAME", "VALUE", "FROM", "MEANING"}, rows);
}

void print_preferences(const Terminal& terminal, const json::value& answer) {
    std::vector<Row> rows;
    for (const auto& one : list_member(answer, "preferences")) {
        rows.push_back(
            {Cell(field(one, "directive")), Cell(field(one, "key")), Cell(field(one, "value"))});
    }
    print_table(terminal, {"DIRECTIVE", "PREFERENCE", "VALUE"}, rows);
}

void print_neighbours(const Terminal& terminal, const json::value& answer) {
    const auto* tracking = member_in(answer, "tracking");
    const bool is_tracked =
        tracking != nullptr && tracking->is_object() && !tracking->get_object().empty();
    const auto system = list_member(answer, "system_directives").size();
    const bool has_preferences = !list_member(answer, "preferences").empty();
    if (!is_tracked && !has_preferences && system == 0) {
        terminal.out << "AIFP's other databases are not there, or say nothing\n";
        return;
    }
    if (is_tracked) {
        for (const auto& feature : tracking->get_object()) {
            terminal.out << fmt::format("{}  {}\n",
                                        one_line(feature.key()),
                                        is_true_member(*tracking, feature.key()) ? "on" : "off");
        }
    }
    terminal.out << fmt::format("{} directives of AIFP itself\n", system);
    if (has_preferences) {
        print_preferences(terminal, answer);
    }
}

}  // namespace

int run_settings(const DaemonOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    auto answer = ask_daemon("settings", paths, terminal);
    if (answer) {
        answer = json::value(wanted_settings(*answer, options));
    }
    return print_answer(
        answer, options.json, terminal, [&] { print_settings(terminal, answer->get_array()); });
}

int run_metrics(const DaemonOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const auto answer = ask_daemon_raw({"GET", "/metrics"}, paths, terminal);
    if (!answer) {
        return answer.error();
    }
    if (answer->status != kSuccess) {
        complain(terminal, fmt::format("the daemon answered {}", answer->status));
        return kFailed;
    }
    if (options.json) {
        terminal.out << json_text(figures_in(answer->body)) << '\n';
    } else {
        terminal.out << answer->body;
    }
    return kDone;
}

int run_neighbours(const DaemonOptions& options,
                   const ProjectPaths& paths,
                   const Terminal& terminal) {
    const auto answer = ask_daemon("neighbours", paths, terminal);
    return print_answer(
        answer, options.json, terminal, [&] { print_neighbours(terminal, *answer); });
}

void add_daemon_verbs(CLI::App& app, Invocation& invocation) {
    const auto options = std::make_shared<DaemonOptions>();
    auto* settings = app.add_subcommand("settings", "Every setting with its value");
    settings->add_option("PART", options->part, "Only those with this in their names: llm.");
    settings->add_flag("--changed", options->changed_only, "Only what engine.yaml sets");
    invocation.decide(*settings, options, run_settings);
    auto* metrics = app.add_subcommand("metrics", "The daemon's figures, as Prometheus reads them");
    invocation.decide(*metrics, options, run_metrics);
    auto* neighbours =
        app.add_subcommand("neighbours", "What AIFP's other databases in the project said");
    invocation.decide(*neighbours, options, run_neighbours);
}

}  // namespace aifp::cli
