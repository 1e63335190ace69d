#include "cli/workflow_command.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <boost/json/array.hpp>
#include <iostream>
#include <memory>

#include "base/json_member.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "cli/online.hpp"
#include "cli/printers.hpp"

namespace aifp::cli {
namespace {

// Tests have a minute, installations ten.
constexpr Milliseconds kLong = std::chrono::minutes(3);
constexpr Milliseconds kInstall = std::chrono::minutes(25);

using Asked = tl::expected<boost::json::value, int>;

Asked post(const std::string& target, const ProjectPaths& paths, const Terminal& terminal) {
    return request_daemon({"POST", "/api/v1/" + target}, paths, terminal, kLong);
}

std::string of_directive(const WorkflowOptions& options, std::string_view verb) {
    return fmt::format("directives/{}/{}", percent_encode(options.name), verb);
}

std::string field(const boost::json::value& object, std::string_view key) {
    return one_line(text_in(object, key).value_or("-"));
}

void print_dependencies(const Terminal& terminal, const boost::json::value& answer) {
    for (const auto& one : list_member(answer, "dependencies")) {
        const bool there = is_true_member(one, "is_installed");
        terminal.out << fmt::format(
            "{}  {}  {}  {}{}\n",
            paint(terminal, there ? Colour::green : Colour::red, there ? "there  " : "missing"),
            field(one, "directive"),
            field(one, "dependency_type"),
            field(one, "name"),
            there ? "" : ": " + field(one, "why"));
    }
    if (list_member(answer, "dependencies").empty()) {
        terminal.out << "nothing is needed\n";
    }
}

/// Installs one; whether it is there now.
bool install(const boost::json::value& dependency,
             const WorkflowOptions& options,
             const ProjectPaths& paths,
             const Terminal& terminal,
             const std::function<bool(const std::string&)>& ask) {
    const auto command = text_in(dependency, "install");
    if (!command) {
        terminal.out << fmt::format(
            "{}: {}\n", field(dependency, "name"), field(dependency, "why"));
        return false;
    }
    terminal.out << "  " << one_line(*command) << "\n";
    if (!options.yes &&
        !ask(fmt::format("Install {} with this command? [y/N] ", field(dependency, "name")))) {
        terminal.out << "not installed\n";
        return false;
    }
    const auto target =
        fmt::format("/api/v1/dependencies/{}/install?confirm=true", field(dependency, "id"));
    const auto answer = request_daemon({"POST", target}, paths, terminal, kInstall);
    if (!answer) {
        return false;
    }
    const bool done = is_true_member(*answer, "success");
    terminal.out << (done ? fmt::format("installed {} {}\n",
                                        field(*answer, "dependency"),
                                        field(*answer, "version"))
                          : fmt::format("not installed: {}\n", field(*answer, "error")));
    return done;
}

}  // namespace

int run_generate(const WorkflowOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    const auto target = of_directive(options, options.force ? "generate?force=true" : "generate");
    const auto answer = post(target, paths, terminal);
    return print_answer(answer, options.json, terminal, [&] {
        terminal.out << fmt::format(
            "wrote   {}\nwrote   {}\ntests   {}\n\nTo run it, write into the "
            "directive:\n\n{}",
            field(*answer, "implementation_file"),
            field(*answer, "test_file"),
            field(*answer, "test_status"),
            text_in(*answer, "usage").value_or(""));
    });
}

int run_rollback(const WorkflowOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    auto target = of_directive(options, "rollback");
    if (!options.to.empty()) {
        target += "?to=" + percent_encode(options.to);
    }
    const auto answer = post(target, paths, terminal);
    return print_answer(answer, options.json, terminal, [&] {
        terminal.out << fmt::format(
            "{} is {} again; tests {}{}\n",
            field(*answer, "implementation_file"),
            field(*answer, "sha256").substr(0, 12),
            field(*answer, "test_status"),
            is_true_member(*answer, "approved") ? "" : "; it waits for a yes");
    });
}

int run_activate(const WorkflowOptions& options,
                 const ProjectPaths& paths,
                 const Terminal& terminal) {
    const auto answer = post(of_directive(options, "activate"), paths, terminal);
    return print_answer(answer, options.json, terminal, [&] { print_deed(terminal, *answer); });
}

int run_deactivate(const WorkflowOptions& options,
                   const ProjectPaths& paths,
                   const Terminal& terminal) {
    const auto answer = post(of_directive(options, "deactivate"), paths, terminal);
    return print_answer(answer, options.json, terminal, [&] {
        terminal.out << fmt::format("{} is {}; {} runs were cancelled\n",
                                    field(*answer, "directive"),
                                    field(*answer, "status"),
                                    field(*answer, "cancelled"));
    });
}

int run_deps(const WorkflowOptions& options,
             const ProjectPaths& paths,
             const Terminal& terminal,
             const std::function<bool(const std::string& question)>& ask) {
    std::string target = fmt::format("/api/v1/dependencies?connect={}", options.connect);
    if (!options.name.empty()) {
        target += "&directive=" + percent_encode(options.name);
    }
    const auto answer = request_daemon({"GET", target}, paths, terminal, kLong);
    const int shown = print_answer(
        answer, options.json, terminal, [&] { print_dependencies(terminal, *answer); });
    if (shown != kDone) {
        return shown;
    }
    bool all_there = true;
    for (const auto& one : list_member(*answer, "dependencies")) {
        if (is_true_member(one, "is_installed")) {
            continue;
        }
        all_there = options.install && install(one, options, paths, terminal, ask) && all_there;
    }
    return all_there ? kDone : kFailed;
}

int run_report(const WorkflowOptions& options,
               const ProjectPaths& paths,
               const Terminal& terminal) {
    const auto answer = request_daemon({"GET", "/api/v1/report"}, paths, terminal, kLong);
    return print_answer(answer, options.json, terminal, [&] {
        terminal.out << fmt::format("{} directives, {} runs, success rate {}\n",
                                    field(*answer, "total_directives"),
                                    field(*answer, "total_executions"),
                                    field(*answer, "success_rate"));
        for (const auto& one : list_member(*answer, "recommendations")) {
            const auto severity = field(one, "severity");
            terminal.out << fmt::format(
                "{}  {}\n    {}\n",
                paint(terminal, severity == "error" ? Colour::red : Colour::yellow, severity),
                field(one, "text"),
                field(one, "command"));
        }
        if (list_member(*answer, "recommendations").empty()) {
            terminal.out << "nothing to do\n";
        }
    });
}

bool ask_on_terminal(const Terminal& terminal, const std::string& question) {
    terminal.out << question << std::flush;
    std::string line;
    if (!std::getline(std::cin, line)) {
        return false;
    }
    const auto answer = to_lower_ascii(trim(line));
    return answer == "y" || answer == "yes";
}

using WorkflowRun = int (*)(const WorkflowOptions&, const ProjectPaths&, const Terminal&);

void add_workflow_verbs(CLI::App& app, Invocation& invocation) {
    const auto options = std::make_shared<WorkflowOptions>();
    const auto add = [&](const char* verb, const char* help, WorkflowRun run) {
        auto* command = app.add_subcommand(verb, help);
        command->add_option("NAME", options->name, "Name or id of a directive")
            ->required(std::string_view(verb) != "deps");
        invocation.decide(*command, options, run);
        return command;
    };
    add("generate", "Write a Python program and its test for a directive", run_generate)
        ->add_flag("--force", options->force, "Replace a file that a person changed");
    add("rollback", "Put an earlier version of the program in place", run_rollback)
        ->add_option("--to", options->to, "First digits of the version's hash");
    add("activate", "Check everything a directive needs, then arm it", run_activate);
    add("deactivate", "Disarm a directive and let its runs end", run_deactivate);
    const WorkflowRun deps = [](const auto& read, const auto& paths, const auto& terminal) {
        return run_deps(read, paths, terminal, [&](const std::string& question) {
            return ask_on_terminal(terminal, question);
        });
    };
    auto* command = add("deps", "What directives need, and what is missing", deps);
    command->add_flag("--install", options->install, "Install what is missing, after a yes");
    command->add_flag("--yes", options->yes, "Do not ask");
    command->add_flag("--connect", options->connect, "Try the hosts and services too");
}

}  // namespace aifp::cli
