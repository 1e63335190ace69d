#include "cli/online_verbs.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <memory>
#include <string>

#include "cli/insight_command.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/workflow_command.hpp"

namespace aifp::cli {
namespace {

/// What a verb of the table may take, with what leads to another deed.
struct Options : OnlineOptions {
    InsightOptions insight = {};
    bool dry = false;     ///< run --dry
    bool report = false;  ///< status --report
};

void add_name(CLI::App& command, const OnlineVerb& verb, Options& options) {
    if (verb.name == OnlineVerb::Name::none) {
        return;
    }
    auto* name = verb.verb == "cancel"
                     ? command.add_option("RUN", options.name, "Its number: aifp runs")
                     : command.add_option("NAME", options.name, "Name or id of a directive");
    name->required(verb.name == OnlineVerb::Name::required);
}

void add_own_options(CLI::App& command, const OnlineVerb& verb, Options& options) {
    if (verb.verb == "history") {
        command.add_option("--limit", options.limit, "How many (1-500, default 50)")
            ->check(CLI::Range(1, 500));
        command.add_flag("--runs", options.runs_only, "Leave out what did not run");
    } else if (verb.verb == "status") {
        command.add_flag("--report", options.report, "Every directive's health and what to do");
    } else if (verb.verb == "run") {
        command.add_flag("--dry",
                         options.dry,
                         "Ask the conditions and fill in the actions, but perform nothing");
        command.add_option(
            "--with", options.insight.payload, "What trigger.* reads, a JSON object");
        command.add_option(
            "--trigger", options.insight.trigger, "Id of the trigger (default: the first)");
    }
}

int carry_out(const OnlineVerb& verb,
              Options& options,
              const ProjectPaths& paths,
              const Terminal& terminal) {
    const bool has_own_event = !options.insight.payload.empty() || !options.insight.trigger.empty();
    if (options.dry || has_own_event) {
        options.insight.name = options.name;
        options.insight.json = options.json;
        return (options.dry ? run_dry : run_with)(options.insight, paths, terminal);
    }
    if (options.report) {
        WorkflowOptions report;
        report.json = options.json;
        return run_report(report, paths, terminal);
    }
    return run_online(verb, options, paths, terminal);
}

}  // namespace

void add_online_verbs(CLI::App& app, Invocation& invocation) {
    for (const OnlineVerb& verb : online_verbs()) {
        auto* command = app.add_subcommand(std::string(verb.verb), std::string(verb.help));
        const auto options = std::make_shared<Options>();
        add_name(*command, verb, *options);
        add_own_options(*command, verb, *options);
        invocation.decide(
            *command, options, [&verb](Options& read, const auto& paths, const auto& terminal) {
                return carry_out(verb, read, paths, terminal);
            });
    }
}

}  // namespace aifp::cli
