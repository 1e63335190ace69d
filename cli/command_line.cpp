#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.hpp"
#include "cli/check_command.hpp"
#include "cli/init_command.hpp"
#include "cli/insight_command.hpp"
#include "cli/logs_command.hpp"
#include "cli/mcp_command.hpp"
#include "cli/next_command.hpp"
#include "cli/online.hpp"
#include "cli/project.hpp"
#include "cli/runs_command.hpp"
#include "cli/simulate_command.hpp"
#include "cli/snooze_command.hpp"
#include "cli/state_command.hpp"
#include "cli/tool_command.hpp"
#include "cli/validate_command.hpp"
#include "cli/workflow_command.hpp"

namespace aifp::cli {
namespace {

constexpr std::size_t kMaxCount = 100'000;

/// The command line of `aifp`: what CLI11 fills in, and the deed that the verb chose.
class CommandLine {
public:
    explicit CommandLine(const Terminal& terminal)
        : terminal_(terminal),
          app_("aifp checks, shows and steers the directives of a project.", "aifp") {
        app_.set_version_flag("--version", AIFP_VERSION);
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.add_option("--project",
                        project_,
                        "The project folder (default: the nearest one from here upwards)");
        app_.add_flag("--json", json_, "Print JSON for programs");
        app_.footer(
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage or unreadable, "
            "3 no daemon runs the project.");
        add_init();
        add_check();
        for (const OnlineVerb& verb : online_verbs()) {
            add_online(verb);
        }
        add_state();
        add_tool();
        add_validate();
        add_approve_run();
        add_snooze();
        add_workflow();
        add_next();
        add_simulate();
        add_insight();
        add_logs();
        add_mcp();
    }

    int run(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            const int code = app_.exit(error, terminal_.out, terminal_.err);
            suggest_verb(argc, argv);
            return code == 0 ? kDone : kUsage;
        }
        return deed_();
    }

private:
    void add_init() {
        auto* verb = app_.add_subcommand("init", "Make the folders and first files of a project");
        verb->add_option("DIR", folder_, "The folder (default: this one)");
        verb->callback([this] {
            deed_ = [this] {
                InitOptions options;
                options.folder = !folder_.empty() ? folder_ : project_.value_or(".");
                options.json = json_;
                return run_init(options, terminal_);
            };
        });
    }

    void add_check() {
        auto* verb = app_.add_subcommand(
            "check", "Tell every mistake in directive files and settings; needs no daemon");
        verb->add_option("PATH", check_paths_, "Files or folders (default: the project)");
        verb->callback([this] {
            deed_ = [this] {
                CheckOptions options;
                options.paths.assign(check_paths_.begin(), check_paths_.end());
                if (options.paths.empty()) {
                    options.paths.push_back(default_check_path());
                }
                options.json = json_;
                return run_check(options, terminal_);
            };
        });
    }

    void add_online(const OnlineVerb& verb) {
        auto* command = app_.add_subcommand(std::string(verb.verb), std::string(verb.help));
        if (verb.name != OnlineVerb::Name::none) {
            auto* name =
                verb.verb == "cancel"
                    ? command->add_option("RUN", online_.name, "Its number: aifp runs")
                    : command->add_option("NAME", online_.name, "Name or id of a directive");
            name->required(verb.name == OnlineVerb::Name::required);
        }
        if (verb.verb == "history") {
            command->add_option("--limit", online_.limit, "How many (1-500, default 50)")
                ->check(CLI::Range(1, 500));
            command->add_flag("--runs", online_.runs_only, "Leave out what did not run");
        }
        if (verb.verb == "status") {
            command->add_flag("--report", report_, "Every directive's health and what to do");
        }
        if (verb.verb == "run") {
            add_dry_options(*command);
        }
        command->callback([this, &verb] {
            deed_ = [this, &verb] {
                online_.json = json_;
                if (dry_) {
                    insight_.name = online_.name;
                    insight_.json = json_;
                    return run_dry(insight_, project_paths(), terminal_);
                }
                if (report_) {
                    workflow_.json = json_;
                    return run_report(workflow_, project_paths(), terminal_);
                }
                return run_online(verb, online_, project_paths(), terminal_);
            };
        });
    }

    void add_state() {
        auto* verb = app_.add_subcommand("state", "Show, set and watch the states of the project");
        verb->require_subcommand(1);
        auto* get = verb->add_subcommand("get", "One state, or all");
        get->add_option("NAME", state_.name, "Name of the state");
        decide_state(get, run_state_get);
        auto* set = verb->add_subcommand("set", "Set a state, as a directive would");
        set->add_option("NAME", state_.name, "Name of the state")->required();
        set->add_option("VALUE", state_.value, "JSON; what is none is a text")->required();
        set->add_option("--ttl", state_.ttl, "After so long it is unknown again: 10m");
        set->add_option("--if-is", state_.if_is, "Only if it has this value now; null: is unknown");
        set->add_flag("--increment", state_.increment, "Add VALUE to what is there");
        decide_state(set, run_state_set);
        auto* unset = verb->add_subcommand("unset", "Make a state unknown");
        unset->add_option("NAME", state_.name, "Name of the state")->required();
        decide_state(unset, run_state_unset);
        auto* watch = verb->add_subcommand("watch", "A line for every change");
        watch->add_option("NAME", state_.name, "Only this state");
        decide_state(watch, [](const auto& options, const auto& paths, const auto& terminal) {
            return run_state_watch(options, paths, terminal, [] { return true; });
        });
    }

    template <class Run>
    void decide_state(CLI::App* verb, Run work) {
        verb->callback([this, work] {
            deed_ = [this, work] {
                state_.json = json_;
                return work(state_, project_paths(), terminal_);
            };
        });
    }

    void add_dry_options(CLI::App& verb) {
        auto* dry = verb.add_flag(
            "--dry", dry_, "Ask the conditions and fill in the actions, but perform nothing");
        verb.add_option("--with", insight_.payload, "What trigger.* reads, a JSON object")
            ->needs(dry);
        verb.add_option("--trigger", insight_.trigger, "Id of the trigger (default: the first)")
            ->needs(dry);
    }

    using InsightRun = int (*)(const InsightOptions&, const ProjectPaths&, const Terminal&);

    CLI::App* add_insight_verb(const std::string& verb, const std::string& help, InsightRun work) {
        auto* command = app_.add_subcommand(verb, help);
        command->callback([this, work] {
            deed_ = [this, work] {
                insight_.json = json_;
                return work(insight_, project_paths(), terminal_);
            };
        });
        return command;
    }

    void add_insight() {
        auto* why = add_insight_verb("why", "Why a directive ran, or did not", run_why);
        why->add_option("NAME", insight_.name, "Name or id of a directive")->required();
        why->add_option(
            "--since", insight_.since, "All since then: an instant, or how long ago (7d)");
        auto* trace = add_insight_verb("trace", "What the steps of a run did", run_trace);
        trace->add_option("RUN", insight_.name, "Number of the run (aifp history)")->required();
        auto* replay =
            add_insight_verb("replay", "Run again with the trigger of a run", run_replay);
        replay->add_option("RUN", insight_.name, "Number of the run (aifp history)")->required();
        replay->add_flag("--from-failed",
                         insight_.from_failed,
                         "Go on from the action that failed, with what the ones before it gave");
        auto* backtest = add_insight_verb(
            "backtest", "Would it have run, with its conditions of now?", run_backtest);
        backtest->add_option("NAME", insight_.name, "Name or id of a directive")->required();
        backtest->add_option("--since", insight_.since, "An instant, or how long ago (default 7d)");
    }

    void add_simulate() {
        auto* verb = app_.add_subcommand(
            "simulate", "When everything would be due between two times (needs no daemon)");
        verb->add_option("NAME", simulate_.names, "Directives (default: all)");
        verb->add_option("--from", simulate_.from, "After this RFC 3339 instant")->required();
        verb->add_option("--to", simulate_.to, "Up to this RFC 3339 instant")->required();
        verb->callback([this] {
            deed_ = [this] {
                simulate_.json = json_;
                return run_simulate(simulate_, project_paths(), terminal_);
            };
        });
    }

    void add_tool() {
        auto* verb = app_.add_subcommand(
            "tool", "Call a helper function and print its JSON; --list names them");
        auto* name = verb->add_option("NAME", tool_.name, "Name of the tool");
        verb->add_option("ARGUMENTS", tool_.arguments, R"(A JSON object: '{"directive_id": 1}')");
        verb->add_flag("--list", tool_.list, "What tools there are")->excludes(name);
        verb->callback([this] {
            deed_ = [this] {
                tool_.json = json_;
                return run_tool(tool_, project_paths(), terminal_);
            };
        });
    }

    void add_validate() {
        auto* verb = app_.add_subcommand(
            "validate", "Answer what a directive leaves open; without --answer it asks");
        verb->add_option("NAME", validate_.name, "Name or id of a directive")->required();
        verb->add_option("--answer", validate_.answers, "ID=VALUE; may be given several times")
            ->expected(1)
            ->take_all();
        verb->add_flag("--forget", validate_.forget, "Take all answers back, whoever gave them");
        verb->callback([this] {
            deed_ = [this] {
                validate_.json = json_;
                return run_validate(validate_, project_paths(), terminal_, std::cin);
            };
        });
    }

    void add_snooze() {
        auto* verb = app_.add_subcommand(
            "snooze", "Let a directive sleep: aifp snooze NAME 2h, or until 18:00");
        verb->add_option("NAME", snooze_.name, "Name or id of a directive")->required();
        verb->add_option("WHEN", snooze_.when, "2h, until 18:00, or until 2026-12-24T18:00:00")
            ->required()
            ->expected(1, 2);
        verb->callback([this] {
            deed_ = [this] {
                snooze_.json = json_;
                return run_snooze(snooze_, project_paths(), terminal_);
            };
        });
    }

    void add_approve_run() {
        auto* verb =
            app_.add_subcommand("approve-run", "Answer a run that asks for approval: yes or no");
        verb->add_option("RUN", approve_run_.run, "Its number: aifp runs")->required();
        verb->add_option("ANSWER", approve_run_.answer, "yes or no")
            ->required()
            ->check(CLI::IsMember({"yes", "no"}));
        verb->callback([this] {
            deed_ = [this] {
                approve_run_.json = json_;
                return run_approve_run(approve_run_, project_paths(), terminal_);
            };
        });
    }

    using WorkflowRun = int (*)(const WorkflowOptions&, const ProjectPaths&, const Terminal&);

    CLI::App* add_workflow_verb(const std::string& verb,
                                const std::string& help,
                                WorkflowRun work) {
        auto* command = app_.add_subcommand(verb, help);
        command->add_option("NAME", workflow_.name, "Name or id of a directive")
            ->required(verb != "deps");
        command->callback([this, work] {
            deed_ = [this, work] {
                workflow_.json = json_;
                return work(workflow_, project_paths(), terminal_);
            };
        });
        return command;
    }

    void add_workflow() {
        add_workflow_verb(
            "generate", "Write a Python program and its test for a directive", run_generate)
            ->add_flag("--force", workflow_.force, "Replace a file that a person changed");
        add_workflow_verb(
            "rollback", "Put an earlier version of the program in place", run_rollback)
            ->add_option("--to", workflow_.to, "First digits of the version's hash");
        add_workflow_verb(
            "activate", "Check everything a directive needs, then arm it", run_activate);
        add_workflow_verb("deactivate", "Disarm a directive and let its runs end", run_deactivate);
        const WorkflowRun deps = [](const WorkflowOptions& options,
                                    const ProjectPaths& paths,
                                    const Terminal& terminal) {
            return run_deps(options, paths, terminal, [&](const std::string& question) {
                return ask_on_terminal(terminal, question);
            });
        };
        auto* command =
            add_workflow_verb("deps", "What directives need, and what is missing", deps);
        command->add_flag("--install", workflow_.install, "Install what is missing, after a yes");
        command->add_flag("--yes", workflow_.yes, "Do not ask");
        command->add_flag("--connect", workflow_.connect, "Try the hosts and services too");
    }

    void add_next() {
        auto* verb = app_.add_subcommand(
            "next", "When directives are due, or when an expression fires (needs no daemon)");
        verb->add_option(
            "NAME", next_.name, "A directive; with --cron the name that \"~\" is drawn from");
        auto* cron = verb->add_option("--cron", next_.cron, "A cron expression, 5 or 6 fields");
        verb->add_option("--trigger",
                         next_.trigger,
                         "A trigger as in a file: \"every: 10m\", \"sun: sunset\"")
            ->excludes(cron);
        verb->add_option("--tz", next_.zone, "IANA time zone (default: the machine's)");
        verb->add_option(
            "--from", next_.from, "Strictly after this RFC 3339 instant (default: now)");
        verb->add_option("--latitude", next_.latitude, "Of the sun: degrees, north is positive")
            ->check(CLI::Range(-90.0, 90.0));
        verb->add_option("--longitude", next_.longitude, "Of the sun: degrees, east is positive")
            ->check(CLI::Range(-180.0, 180.0));
        verb->add_option("--count", next_.count, "How many instants (default 5)")
            ->check(CLI::Range(std::size_t{1}, kMaxCount));
        verb->callback([this] {
            deed_ = [this] {
                next_.json = json_;
                return run_next(next_, project_paths(), terminal_);
            };
        });
    }

    void add_mcp() {
        auto* verb = app_.add_subcommand(
            "mcp", "Speak MCP on standard input and output, for an AI assistant (docs/mcp.md)");
        verb->callback([this] { deed_ = [this] { return run_mcp(project_paths(), terminal_); }; });
    }

    void add_logs() {
        auto* verb = app_.add_subcommand("logs", "What the log files hold; needs no daemon");
        verb->add_flag("-f,--follow", logs_.follow, "Go on as the logs grow");
        std::vector<std::string> types;
        for (const auto type : logging::kLogTypes) {
            types.emplace_back(logging::name_of(type));
        }
        verb->add_option("--type", log_type_, "One kind of log")->check(CLI::IsMember(types));
        verb->add_option("--directive", logs_.directive, "Only lines about this directive");
        verb->add_option("-n,--lines", logs_.count, "How many of the last lines (default 50)")
            ->check(CLI::Range(std::size_t{0}, kMaxCount));
        verb->callback([this] {
            deed_ = [this] {
                logs_.type = logging::log_type_from(log_type_);
                logs_.json = json_;
                return run_logs(logs_, project_paths(), terminal_, [] { return true; });
            };
        });
    }

    [[nodiscard]] ProjectPaths project_paths() const {
        const std::filesystem::path here = ".";
        std::error_code failed;
        auto root =
            project_ ? std::filesystem::weakly_canonical(*project_, failed)
                     : find_project(here).value_or(std::filesystem::weakly_canonical(here, failed));
        return ProjectPaths(failed ? std::filesystem::path(project_.value_or(".")) : root);
    }

    /// The project as the user would write it: relative, if it is this folder.
    [[nodiscard]] std::filesystem::path default_check_path() const {
        if (project_) {
            return *project_;
        }
        if (is_project(".")) {
            return ".";
        }
        return find_project(".").value_or("directives");
    }

    void suggest_verb(int argc, const char* const* argv) const {
        std::vector<std::string> names;
        for (const auto* verb : app_.get_subcommands([](const CLI::App*) { return true; })) {
            names.push_back(verb->get_name());
        }
        const std::vector<std::string_view> verbs(names.begin(), names.end());
        const std::string_view first = argc > 1 ? argv[1] : "";
        const bool is_known = std::find(verbs.begin(), verbs.end(), first) != verbs.end();
        const auto nearest = nearest_name(first, verbs);
        if (!is_known && nearest && !first.starts_with('-')) {
            terminal_.err << fmt::format("aifp: did you mean {}?\n", *nearest);
        }
    }

    const Terminal& terminal_;
    CLI::App app_;
    std::optional<std::string> project_;
    bool json_ = false;
    std::string folder_;
    std::vector<std::string> check_paths_;
    std::string log_type_;
    OnlineOptions online_;
    StateOptions state_;
    ToolOptions tool_;
    NextOptions next_;
    SimulateOptions simulate_;
    InsightOptions insight_;
    bool dry_ = false;
    LogsOptions logs_;
    ValidateOptions validate_;
    ApproveRunOptions approve_run_;
    SnoozeOptions snooze_;
    WorkflowOptions workflow_;
    bool report_ = false;
    std::function<int()> deed_;
};

}  // namespace

int run_command_line(int argc, const char* const* argv, const Terminal& terminal) {
    return CommandLine(terminal).run(argc, argv);
}

}  // namespace aifp::cli
