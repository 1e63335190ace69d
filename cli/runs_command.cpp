#include "cli/runs_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <boost/json/object.hpp>
#include <memory>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

std::string or_dash(const json::value& object, std::string_view key) {
    return one_line(text_in(object, key).value_or("-"));
}

std::string doing_of(const json::value& at) {
    const auto doing = or_dash(at, "doing");
    if (doing == "answer") {
        return "asks: " + or_dash(at, "question");
    }
    if (doing == "call") {
        return "waits for run " + or_dash(at, "run");
    }
    return doing == "debounce"   ? "waits for quiet (debounce)"
           : doing == "jitter"   ? "waits its pause (jitter)"
           : doing == "accuracy" ? "waits for others (accuracy)"
           : doing == "catch_up" ? "waits its turn (made up for)"
           : doing == "delay"    ? "waits"
           : doing == "retry"    ? "tries again"
           : doing == "next_try" ? "tries all again"
           : doing == "until"    ? "waits for a condition"
           : doing == "trigger"  ? "waits for an event"
                                 : "works";
}

}  // namespace

void print_runs(const Terminal& terminal, const json::value& answer) {
    const WallTime now = terminal.clock.wall();
    std::vector<Row> rows;
    for (const auto& run : answer.is_array() ? answer.get_array() : json::array()) {
        const auto* at = member_in(run, "at");
        const bool has_places = at != nullptr && at->is_array() && !at->get_array().empty();
        for (const auto& place : has_places ? at->get_array() : json::array{json::object()}) {
            rows.push_back({or_dash(run, "run"),
                            or_dash(run, "directive"),
                            or_dash(run, "state"),
                            or_dash(place, "step"),
                            has_places ? doing_of(place) : std::string("-"),
                            relative_time(text_in(place, "until").value_or(""), now)});
        }
    }
    if (rows.empty()) {
        terminal.out << "no run is under way\n";
        return;
    }
    print_table(terminal, {"RUN", "DIRECTIVE", "STATE", "STEP", "DOES", "UNTIL"}, rows);
}

void print_cancelled(const Terminal& terminal, const json::value& answer) {
    terminal.out << "run " << or_dash(answer, "run") << " ends; how it went: aifp history\n";
}

void print_begun(const Terminal& terminal, const json::value& answer) {
    terminal.out << "run " << or_dash(answer, "run") << " begins; how it goes: aifp runs\n";
}

int run_approve_run(const ApproveRunOptions& options,
                    const ProjectPaths& paths,
                    const Terminal& terminal) {
    json::object body;
    body["answer"] = options.answer;
    if (!options.step.empty()) {
        body["step"] = options.step;
    }
    const auto said = tell_daemon(fmt::format("runs/{}/approval", percent_encode(options.run)),
                                  json_text(body),
                                  paths,
                                  terminal);
    if (!said) {
        return said.error();
    }
    if (options.json) {
        terminal.out << json_text(*said) << '\n';
    } else {
        terminal.out << "run " << one_line(options.run) << ": " << options.answer << '\n';
    }
    return kDone;
}

void add_approve_run_verb(CLI::App& app, Invocation& invocation) {
    auto* verb =
        app.add_subcommand("approve-run", "Answer a run that asks for approval: yes or no");
    const auto options = std::make_shared<ApproveRunOptions>();
    verb->add_option("RUN", options->run, "Its number: aifp runs")->required();
    verb->add_option("ANSWER", options->answer, "yes or no")
        ->required()
        ->check(CLI::IsMember({"yes", "no"}));
    verb->add_option(
        "STEP", options->step, "Which step, if it asks for several: its `as`, or actions.2.1");
    invocation.decide(*verb, options, run_approve_run);
}

}  // namespace aifp::cli
