#include "cli/insight_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <memory>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"
#include "cli/times.hpp"

namespace aifp::cli {
namespace {

namespace json = boost::json;

std::string field(const json::value& object, std::string_view key) {
    return one_line(text_in(object, key).value_or("-"));
}

/// Prints the answer as JSON, or as `print` shows it.
int show(const tl::expected<json::value, int>& answer,
         const InsightOptions& options,
         const Terminal& terminal,
         void (*print)(const Terminal&, const json::value&)) {
    if (!answer) {
        return answer.error();
    }
    if (options.json) {
        terminal.out << json_text(*answer) << '\n';
    } else {
        print(terminal, *answer);
    }
    return kDone;
}

void print_why(const Terminal& terminal, const json::value& answer) {
    for (const auto& line : list_member(answer, "text")) {
        if (line.is_string()) {
            terminal.out << one_line(line.get_string()) << '\n';
        }
    }
}

void print_value(const Terminal& terminal, std::string_view name, const json::value* value) {
    if (value != nullptr) {
        terminal.out << paint(terminal, Colour::dim, fmt::format("    {:<9}", name))
                     << one_line(json_text(*value)) << '\n';
    }
}

void print_steps(const Terminal& terminal, const json::value& answer, std::string_view list) {
    for (const auto& step : list_member(answer, list)) {
        const auto error = text_in(step, "error");
        const auto took = text_in(step, "duration_ms");
        terminal.out << fmt::format("{}  {}{}\n",
                                    field(step, "step"),
                                    field(step, "kind"),
                                    took ? fmt::format("  {} ms", *took) : "");
        print_value(terminal, "does", member_in(step, "arguments"));
        print_value(terminal, "written", member_in(step, "written"));
        print_value(terminal, "input", member_in(step, "input"));
        print_value(terminal, "output", member_in(step, "output"));
        if (error) {
            terminal.out << paint(terminal, Colour::red, "    error    " + one_line(*error))
                         << '\n';
        }
    }
}

void print_dry(const Terminal& terminal, const json::value& answer) {
    for (const auto& condition : list_member(answer, "conditions")) {
        terminal.out << field(condition, "detail") << '\n';
    }
    const auto obstacle = text_in(answer, "not_run_because");
    terminal.out << (obstacle
                         ? paint(
                               terminal, Colour::yellow, "It would not run: " + one_line(*obstacle))
                         : paint(terminal, Colour::green, "It would run."))
                 << '\n';
    print_steps(terminal, answer, "actions");
    print_steps(terminal, answer, "on_error");
    print_steps(terminal, answer, "finally");
    terminal.out << field(answer, "note") << '\n';
}

void print_trace(const Terminal& terminal, const json::value& answer) {
    terminal.out << fmt::format("run {} of {}: {}, ended {}\n",
                                field(answer, "run"),
                                field(answer, "directive"),
                                field(answer, "state"),
                                relative_time(field(answer, "ended_at"), terminal.clock.wall()));
    if (const auto* not_run = answer.as_object().if_contains("not_run")) {
        terminal.out << fmt::format(
            "not run: {}: {}\n", field(*not_run, "reason"), field(*not_run, "detail"));
        return;
    }
    print_steps(terminal, answer, "steps");
    const auto* can_go_on = answer.as_object().if_contains("can_go_on");
    if (can_go_on != nullptr && *can_go_on == true) {
        terminal.out << fmt::format(
            "go on from the action that failed: aifp replay {} --from-failed\n",
            field(answer, "run"));
    }
}

void print_backtest(const Terminal& terminal, const json::value& answer) {
    for (const auto& event : list_member(answer, "events")) {
        terminal.out << fmt::format("{}  then: {}\n{:27}now: {}\n",
                                    field(event, "at"),
                                    field(event, "then"),
                                    "",
                                    field(event, "now"));
    }
    terminal.out << fmt::format("since {}: ran {} times, would have run {} times\n{}\n",
                                field(answer, "since"),
                                field(answer, "ran"),
                                field(answer, "would_run"),
                                field(answer, "note"));
}

std::string since_of(const InsightOptions& options) {
    return options.since.empty() ? std::string() : "?since=" + percent_encode(options.since);
}

}  // namespace

int run_why(const InsightOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const auto target =
        fmt::format("directives/{}/why{}", percent_encode(options.name), since_of(options));
    return show(ask_daemon(target, paths, terminal), options, terminal, print_why);
}

namespace {

/// Asks for a run, dry or not, with the trigger and the payload of the options.
int ask_for_run(const InsightOptions& options,
                const ProjectPaths& paths,
                const Terminal& terminal,
                bool is_dry) {
    json::object body;
    body["dry"] = is_dry;
    if (!options.trigger.empty()) {
        body["trigger"] = options.trigger;
    }
    if (!options.payload.empty()) {
        boost::system::error_code error;
        auto payload = json::parse(options.payload, error);
        if (error || !payload.is_object()) {
            complain(terminal, R"(--with needs a JSON object, like '{"room": "porch"}')");
            return kUsage;
        }
        body["with"] = std::move(payload);
    }
    const auto target = fmt::format("directives/{}/run", percent_encode(options.name));
    return show(tell_daemon(target, json_text(body), paths, terminal),
                options,
                terminal,
                is_dry ? print_dry : print_deed);
}

}  // namespace

int run_dry(const InsightOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    return ask_for_run(options, paths, terminal, true);
}

int run_with(const InsightOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    return ask_for_run(options, paths, terminal, false);
}

int run_trace(const InsightOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    return show(
        ask_daemon(fmt::format("runs/{}/trace", percent_encode(options.name)), paths, terminal),
        options,
        terminal,
        print_trace);
}

int run_backtest(const InsightOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    const auto target =
        fmt::format("directives/{}/backtest{}", percent_encode(options.name), since_of(options));
    return show(ask_daemon(target, paths, terminal), options, terminal, print_backtest);
}

int run_replay(const InsightOptions& options, const ProjectPaths& paths, const Terminal& terminal) {
    const auto target = fmt::format("runs/{}/replay", percent_encode(options.name));
    const auto* body = options.from_failed ? R"({"from_failed": true})" : "";
    return show(tell_daemon(target, body, paths, terminal), options, terminal, print_deed);
}

using InsightRun = int (*)(const InsightOptions&, const ProjectPaths&, const Terminal&);

void add_insight_verbs(CLI::App& app, Invocation& invocation) {
    const auto options = std::make_shared<InsightOptions>();
    const auto add = [&](const char* name, const char* help, InsightRun run) {
        auto* verb = app.add_subcommand(name, help);
        invocation.decide(*verb, options, run);
        return verb;
    };
    auto* why = add("why", "Why a directive ran, or did not", run_why);
    why->add_option("NAME", options->name, "Name or id of a directive")->required();
    why->add_option("--since", options->since, "All since then: an instant, or how long ago (7d)");
    auto* trace = add("trace", "What the steps of a run did", run_trace);
    trace->add_option("RUN", options->name, "Number of the run (aifp history)")->required();
    auto* replay = add("replay", "Run again with the trigger of a run", run_replay);
    replay->add_option("RUN", options->name, "Number of the run (aifp history)")->required();
    replay->add_flag("--from-failed",
                     options->from_failed,
                     "Go on from the action that failed, with what the ones before it gave");
    auto* backtest =
        add("backtest", "Would it have run, with its conditions of now?", run_backtest);
    backtest->add_option("NAME", options->name, "Name or id of a directive")->required();
    backtest->add_option("--since", options->since, "An instant, or how long ago (default 7d)");
}

}  // namespace aifp::cli
